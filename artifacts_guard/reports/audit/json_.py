"""The tables as JSON, described by `data/audit.schema.json`."""

from __future__ import annotations

import json

from artifacts_guard.audit import database
from artifacts_guard.reports.jsontext import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

VERSION = 1  # grows when something in the format goes or changes its meaning, not when something is added
_APART = ('meta', 'findings', 'skipped')  # tables that have their own form


def render(connection: sqlite3.Connection) -> str:
    failed = database.rows(connection, 'q16_not_scanned')
    return dump(
        {
            'version': VERSION,
            'findings': [_finding(row) for row in database.rows(connection, 'findings')],
            'scanned': {
                'meta': {row['name']: row['value'] for row in database.rows(connection, 'meta')},
                'repositories': database.count(connection, 'repositories') - len(failed),
                'files': connection.execute('select coalesce(sum(files), 0) from repositories').fetchone()[0],
                'questions': {name: database.count(connection, name) for name in database.questions()},
            },
            'skipped': [
                *(
                    {'repository': row['repository'], 'path': '', 'reason': row['reason'], 'fatal': True}
                    for row in failed
                ),
                *({**row, 'fatal': bool(row['fatal'])} for row in database.rows(connection, 'skipped')),
            ],
            **{
                name: database.rows(connection, name)
                for name in database.tables(connection)
                if name not in _APART
            },
        }
    )


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    column = row.pop('column_number')
    trail, fix = json.loads(row.pop('trail')), json.loads(row.pop('fix'))
    return {**row, 'column': column, 'trail': trail, 'fix': fix}
