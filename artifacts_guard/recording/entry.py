"""What is kept of a call: the operation and the scopes.  No header, body, query or id."""

from __future__ import annotations

import json
import re

from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record
from artifacts_guard.scopes import body as bodies
from artifacts_guard.scopes import needs
from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.scopes.catalogue import operations
from artifacts_guard.scopes.catalogue import ordered
from artifacts_guard.scopes.catalogue import path_segments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

VERSION = 1
_MCP = '/mcp'
# "Requires artifacts:create scope for artifact.create." (SERVICE.md section 2)
_DENIED = re.compile(rb'Requires ([a-z:]{3,30}) scope')
_SHARING = b'Admin permission required.'  # what the routes for share links say instead
_FORBIDDEN = 403


class Entry(Record):
    """One call of a run.

    `operation` is its name in the catalogue, or method and path with `*` for whatever can be an id; `known`: the
    catalogue has it.  `scopes` are those it needs; `denied` the one that the service said it lacks.
    """

    run: str
    operation: str
    scopes: tuple[str, ...] = ()
    status: int = 0
    denied: str = ''
    known: bool = True


def entry(run: str, method: str, target: str, body: bytes, status: int, answer: bytes) -> Entry:
    """What is kept of a call.  `body` counts for MCP only, of `answer` only what a refusal says."""
    path = '/' + '/'.join(path_segments(target))
    words = body.decode('utf-8', 'replace') if path == _MCP else None
    need = needs.of_request(method, path, words)
    return Entry(
        run,
        _named(method, path, words, need),
        need.minimum,
        status,
        _denied(answer, need.minimum) if status == _FORBIDDEN else '',
        not need.unknown,
    )


def _named(method: str, path: str, body: str | None, need: needs.Need) -> str:
    if path == _MCP:
        tools = [tool for tool in bodies.read(body or '').tools if tool in _tools()]
        return f'MCP {", ".join(tools)}' if tools else 'MCP'
    if len(need.operations) == 1:
        return need.operations[0].name
    known = _literals()
    segments = [segment if segment in known else '*' for segment in path.strip('/').split('/')]
    return f'{method if method.isalpha() and len(method) < 8 else "*"} /{"/".join(segments)}'


def _tools() -> set[str]:
    return {entry.name for entry in operations('mcp')}


def _literals() -> set[str]:
    """The words of the service's own paths: anything else can be an id or a name."""
    paths = (path for entry in operations('rest') for _, path in entry.http)
    return {segment for path in paths for segment in path.split('/') if not segment.startswith(':')}


def _denied(answer: bytes, needed: tuple[str, ...]) -> str:
    match = _DENIED.search(answer)
    if match and match[1].decode() in SCOPES:
        return match[1].decode()
    return 'artifacts:share' if _SHARING in answer and 'artifacts:share' in needed else ''


# runs


class Seen(Record):
    """Several runs put together: what was called, what it needs, and what was refused."""

    runs: int
    entries: tuple[tuple[Entry, int], ...]  # each without its run, and how often it was seen

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that calls needed."""
        return ordered(scope for entry, _ in self.entries for scope in (*entry.scopes, entry.denied) if scope)

    @property
    def denied(self) -> tuple[str, ...]:
        return ordered(entry.denied for entry, _ in self.entries if entry.denied)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Calls that the catalogue does not have."""
        return tuple(dict.fromkeys(entry.operation for entry, _ in self.entries if not entry.known))


def merged(entries: Iterable[Entry]) -> Seen:
    """Entries of any number of runs, in any order."""
    entries = tuple(entries)
    counts: dict[Entry, int] = {}
    for one in entries:
        bare = one.replace(run='')
        counts[bare] = counts.get(bare, 0) + 1
    by_name = sorted(counts.items(), key=lambda pair: (pair[0].operation, pair[0].status))
    return Seen(len({one.run for one in entries}), tuple(by_name))


def line(one: Entry) -> str:
    """An entry as a line of JSON."""
    fields: dict[str, Any] = {'version': VERSION, 'run': one.run, 'operation': one.operation}
    fields |= {'scopes': list(one.scopes), 'status': one.status, 'denied': one.denied, 'known': one.known}
    return json.dumps(fields) + '\n'


def read(text: str, where: str) -> list[Entry]:
    """The entries of a record.  Raises UsageError for lines that are none."""
    found = []
    for number, words in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(words)
            fields = (
                row['run'],
                row['operation'],
                tuple(row['scopes']),
                row['status'],
                row['denied'],
                row['known'],
            )
            if row['version'] != VERSION or not set(fields[2]) <= set(SCOPES):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise UsageError(f'{where}: line {number} is no line of a record') from None
        found.append(Entry(*fields))
    return found
