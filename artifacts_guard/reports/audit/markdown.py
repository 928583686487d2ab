"""The first page of an audit as Markdown, for issues and step summaries (https://github.github.com/gfm/)."""

from __future__ import annotations

from artifacts_guard.audit import database
from artifacts_guard.reports.audit import summary
from artifacts_guard.reports.gfm import code_span
from artifacts_guard.reports.gfm import escaped
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def render(connection: sqlite3.Connection) -> str:
    return '\n'.join(_lines(connection)) + '\n'


def _lines(connection: sqlite3.Connection) -> Iterator[str]:
    yield '# Audit of keys'
    yield ''
    yield from (f'- {escaped(sentence)}' for sentence in summary.coverage(connection))
    yield from ('', '| | |', '| ---: | --- |')
    yield from (f'| {number.value} | {number.words} |' for number in summary.numbers(connection))
    for key in summary.worst_keys(connection):
        yield from ('', f'## {code_span(key.name)}', '', f'{escaped("; ".join(key.reasons))}.', '')
        yield from ('```sh', *map(visible, key.lines), '```')
    yield from ('', '## Questions', '', '| rows | question | view |', '| ---: | --- | --- |')
    for name, question in database.questions().items():
        yield f'| {database.count(connection, name)} | {question} | {code_span(name)} |'
