"""Figures of the page: the matrix of scopes, the age of keys against their last use, findings by rule."""

from __future__ import annotations

from artifacts_guard.audit import database
from artifacts_guard.scopes.catalogue import SCOPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from collections.abc import Iterator
    from typing import Any

    Escape = Callable[[object], str]

_WIDTH, _HEIGHT, _MARGIN = 640, 320, 48
_BAR = 22


def scope_matrix(connection: sqlite3.Connection, escaped: Escape, most: int) -> Iterator[str]:
    """Keys by scopes: needed, too much, missing, or not to be proven."""
    live = database.rows(connection, 'q01_live_keys')
    if not live:
        return
    cells: dict[tuple[str, str], dict[str, Any]] = {
        (row['key_id'], row['scope']): row for row in database.rows(connection, 'key_scopes')
    }
    yield '<h2>Scopes of keys</h2><div class="table"><table>'
    yield f'<tr><th>key</th>{"".join(f"<th>{scope}</th>" for scope in SCOPES)}</tr>'
    for key in live[:most]:
        told = (_cell(cells[key['key_id'], scope]) for scope in SCOPES)
        shown = ''.join(f'<td class="{kind}">{escaped(words)}</td>' for kind, words in told)
        yield f'<tr><th>{escaped(key["name"])}</th>{shown}</tr>'
    yield '</table></div>'


def _cell(row: dict[str, Any]) -> tuple[str, str]:
    """The class of a cell, and its words."""
    if row['is_missing']:
        return 'missing', 'missing'
    if not row['is_granted']:
        return 'dim', ''
    if row['is_excess']:
        return 'excess', 'excess'
    if row['state'] == 'unneeded':
        return 'dim', 'accepted'
    return ('unproven' if row['state'] == 'cannot be proven' else row['state']), row['state']


def ages(connection: sqlite3.Connection, escaped: Escape) -> Iterator[str]:
    """A point for each live key: to the right the days since it was made, upwards those since its last use."""
    keys = database.rows(connection, 'q12_key_ages')
    idle = dict(connection.execute('select key_id, idle_days from keys'))
    if not keys:
        return
    most = max(*(key['age_days'] for key in keys), *(idle[key['key_id']] for key in keys), 1)
    right, bottom = _WIDTH - _MARGIN, _HEIGHT - _MARGIN
    yield '<h2>Age of keys against their last use</h2>'
    yield f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="Age against last use">'
    yield f'<path d="M{_MARGIN} 10V{bottom}H{right}" fill="none" stroke="currentColor"/>'
    yield f'<text x="{right}" y="{_HEIGHT - 14}" text-anchor="end">days since it was made (up to {most})</text>'
    yield f'<text x="{_MARGIN + 6}" y="20">days without use</text>'
    for key in keys:
        x = _MARGIN + (right - _MARGIN) * key['age_days'] // most
        y = bottom - (bottom - 20) * idle[key['key_id']] // most
        colour = 'var(--bad)' if key['too_old'] else 'var(--good)'
        words = f'{key["name"]}: {key["age_days"]} days old, {idle[key["key_id"]]} days without use'
        yield f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"><title>{escaped(words)}</title></circle>'
    yield '</svg>'


def findings_by_rule(connection: sqlite3.Connection, escaped: Escape) -> Iterator[str]:
    """A bar for each rule."""
    counts = connection.execute(
        'select rule, count(*) from findings group by rule order by 2 desc, 1'
    ).fetchall()
    if not counts:
        return
    height = _BAR * len(counts)
    yield '<h2>Findings by rule</h2>'
    yield f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" role="img" aria-label="Findings by rule">'
    for number, (rule, count) in enumerate(counts):
        y = _BAR * number
        width = max((_WIDTH - 280) * count // counts[0][1], 1)
        yield f'<text x="0" y="{y + 15}">{escaped(rule)}</text>'
        yield f'<rect x="210" y="{y + 4}" width="{width}" height="14" fill="var(--maybe)"/>'
        yield f'<text x="{216 + width}" y="{y + 15}">{count}</text>'
    yield '</svg>'
