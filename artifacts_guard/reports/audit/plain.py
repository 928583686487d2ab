"""The first page of an audit as text, and how many rows answer each question."""

from __future__ import annotations

from artifacts_guard.audit import database
from artifacts_guard.reports.audit import summary
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def render(connection: sqlite3.Connection) -> str:
    return '\n'.join(map(visible, _lines(connection))) + '\n'


def _lines(connection: sqlite3.Connection) -> Iterator[str]:
    yield from summary.coverage(connection)
    yield ''
    for number in summary.numbers(connection):
        yield f'{number.value:>7}  {number.words}'
    for key in summary.worst_keys(connection):
        yield ''
        yield f'{key.name} ({key.identifier}): {"; ".join(key.reasons)}'
        yield from (f'    {command}' for command in key.lines)
    yield ''
    for name, question in database.questions().items():
        yield f'{database.count(connection, name):>7}  {question}'
