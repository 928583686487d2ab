"""Reports of an audit that are several files: CSV by table and view, SARIF by repository."""

from __future__ import annotations

from artifacts_guard.audit import database
from artifacts_guard.reports.csv_ import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any


def csv(connection: sqlite3.Connection) -> dict[str, str]:
    """A file for each table and each question, by name."""
    return {
        f'{name}.csv': _table(connection, name)
        for name in (*database.tables(connection), *database.questions())
    }


def _table(connection: sqlite3.Connection, name: str) -> str:
    cursor = connection.execute(f'select * from {name}')  # noqa: S608 - names are our own
    columns = [column[0] for column in cursor.description]
    return ''.join(line(['' if value is None else str(value) for value in row]) for row in (columns, *cursor))


def sarif(shards: Iterable[dict[str, Any]]) -> dict[str, str]:
    """A file for each repository that was analysed, by a name that is made of the repository's."""
    files: dict[str, str] = {}
    for shard in shards:
        if 'sarif' in shard:
            words = ''.join(
                c if c.isascii() and (c.isalnum() or c in '-_.') else '-' for c in shard['repository']
            )
            plain = words.strip('-.') or 'repository'
            names = (plain if not number else f'{plain}-{number}' for number in range(len(files) + 1))
            files[next(name for name in names if f'{name}.sarif' not in files) + '.sarif'] = shard['sarif']
    return files
