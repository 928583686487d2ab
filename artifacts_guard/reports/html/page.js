'use strict';
(() => {
  const table = document.getElementById('index');
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => {
    const article = document.getElementById(row.dataset.finding);
    return { row, article, words: article.textContent.toLowerCase() + row.textContent.toLowerCase() };
  });
  const controls = document.getElementById('controls');
  const search = controls.querySelector('input[type=search]');
  const levels = [...controls.querySelectorAll('input[type=checkbox]')];
  const shown = document.getElementById('shown');

  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/);
    const chosen = new Set(levels.filter((box) => box.checked).map((box) => box.value));
    let number = 0;
    for (const { row, article, words } of rows) {
      const fits = chosen.has(row.dataset.level) && wanted.every((word) => words.includes(word));
      row.hidden = article.hidden = !fits;
      number += fits;
    }
    for (const section of document.querySelectorAll('section.rule')) {
      section.hidden = !section.querySelector('article:not([hidden])');
    }
    shown.hidden = number === rows.length;
    shown.textContent = `Filtered: ${number} of ${rows.length} findings are shown.`;
  }

  function sort(column, header) {
    const falling = header.getAttribute('aria-sort') === 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
    const key = (row) => row.cells[column].dataset.key;
    const ordered = [...body.rows].sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
    body.append(...(falling ? ordered.reverse() : ordered));
  }

  [...table.tHead.rows[0].cells].slice(0, 3).forEach((header, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    button.addEventListener('click', () => sort(column, header));
    header.replaceChildren(button);
  });
  search.addEventListener('input', filter);
  for (const box of levels) box.addEventListener('change', filter);
  controls.hidden = false;
  filter(); // a browser that comes back to the page has kept what was typed
})();
