"""The tables as one page: nothing is loaded from elsewhere, and no script runs.

What was looked at stands before any number that could please; tables end after so many rows, the database has them all.
"""

from __future__ import annotations

import html
import os

from artifacts_guard.audit import database
from artifacts_guard.reports.audit import charts
from artifacts_guard.reports.audit import summary
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

_MOST = 2000  # rows of a table
# https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(connection: sqlite3.Connection) -> str:
    return '\n'.join(_lines(connection)) + '\n'


def escaped(value: object) -> str:
    """A value as text of a page, with nothing in it that is not shown."""
    return html.escape(visible(str(value)))


def _lines(connection: sqlite3.Connection) -> Iterator[str]:
    yield '<!doctype html>'
    yield '<html lang="en"><head><meta charset="utf-8"><title>Audit of keys</title>'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<style>{_style()}</style></head><body>'
    yield '<h1>Audit of keys</h1>'
    yield from _coverage(connection)
    yield from _numbers(connection)
    yield from _worst(connection)
    yield from charts.scope_matrix(connection, escaped, _MOST)
    yield from charts.ages(connection, escaped)
    yield from charts.findings_by_rule(connection, escaped)
    yield '<h2>Questions</h2>'
    for name, question in database.questions().items():
        yield from _question(connection, name, question)
    yield '<h2>Made with</h2>'
    yield from _table(database.rows(connection, 'meta'), 0)
    yield '</body></html>'


def _style() -> str:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'page.css'), encoding='utf-8') as file:
        return file.read()


def _coverage(connection: sqlite3.Connection) -> Iterator[str]:
    yield '<h2>What was looked at</h2><ul>'
    yield from (f'<li>{escaped(sentence)}</li>' for sentence in summary.coverage(connection))
    yield '</ul>'


def _numbers(connection: sqlite3.Connection) -> Iterator[str]:
    yield '<ul class="numbers">'
    for number in summary.numbers(connection):
        bad = ' class="bad"' if number.bad and number.value else ''
        yield f'<li{bad}><b>{number.value}</b>{escaped(number.words)}</li>'
    yield '</ul>'


def _worst(connection: sqlite3.Connection) -> Iterator[str]:
    keys = summary.worst_keys(connection)
    if not keys:
        return
    yield '<h2>The worst keys</h2>'
    for key in keys:
        owner = f', {escaped(key.owner)}' if key.owner else ''
        yield f'<h3>{escaped(key.name)} <span class="dim">{escaped(key.identifier)}{owner}</span></h3>'
        yield f'<p>{escaped("; ".join(key.reasons))}.</p>'
        commands = '\n'.join(map(escaped, key.lines))
        yield f'<pre>{commands}</pre>'


def _question(connection: sqlite3.Connection, name: str, question: str) -> Iterator[str]:
    rows = database.rows(connection, name)
    yield f'<details id="{name}"><summary>{escaped(question)} <span class="dim">{len(rows)}</span></summary>'
    yield from _table(rows, len(rows))
    yield '</details>'


def _table(rows: list[dict[str, Any]], count: int) -> Iterator[str]:
    if not rows:
        yield '<p class="dim">None.</p>'
        return
    yield '<div class="table"><table>'
    if count > _MOST:
        yield f'<caption>The first {_MOST} of {count}; all of them are in the database.</caption>'
    yield f'<tr>{"".join(f"<th>{escaped(name)}</th>" for name in rows[0])}</tr>'
    for row in rows[:_MOST]:
        cells = (f'<td>{escaped("" if value is None else value)}</td>' for value in row.values())
        yield f'<tr>{"".join(cells)}</tr>'
    yield '</table></div>'
