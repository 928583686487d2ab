"""The scope catalogue: what every CLI command, REST route and MCP tool of the service needs.

The data (`data/service.json`) is measured, not believed: it names the server commit, the CLI version and the
day.  `scripts/generate_service.py` makes it.  Where the documentation and the server differ, both are kept.
"""

from __future__ import annotations

import os
from functools import lru_cache

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

SCOPES = (
    'artifacts:read',
    'artifacts:create',
    'artifacts:update',
    'artifacts:delete',
    'artifacts:share',
    'artifacts:access:read',
    'artifacts:access:write',
    'agents:manage',
)
# what `keys create` grants when no scopes are named
DEFAULT_SCOPES = ('artifacts:read', 'artifacts:create', 'artifacts:update')
# what takes away, opens up or gives away: worse than other excess
DANGEROUS = ('artifacts:delete', 'artifacts:access:write', 'agents:manage')
# in no minimal set of any operation, though the documentation lists it
USELESS = ('artifacts:access:read',)

_KEY_COMMANDS = ('keys list', 'keys create', 'keys revoke')
_KEY_ROUTES = '/api/api-keys'


class Operation(Record):
    """One thing the service can be asked to do, and what a key must hold for it.

    `kind` is cli, rest or mcp; `name` is the command (`artifact access get`), `METHOD /path/:template` or the
    tool's name.  `documented` and `enforced` are scopes in the order of `SCOPES`; `enforced` is what a complete
    answer takes.  `conditional` are (flag or argument, further scopes that it can need).  `human_only`: no key may
    do it.  `any_key`: a valid key, whatever its scopes.  `anonymous_ok`: works without a key, for public things at
    least.  `http` are the (method, path template) of the calls it makes.
    """

    kind: str
    name: str
    documented: tuple[str, ...] = ()
    enforced: tuple[str, ...] = ()
    conditional: tuple[tuple[str, tuple[str, ...]], ...] = ()
    human_only: bool = False
    mutates: bool = False
    anonymous_ok: bool = False
    any_key: bool = False
    http: tuple[tuple[str, str], ...] = ()
    note: str = ''

    @property
    def manages_keys(self) -> bool:
        """Lists, makes or revokes keys: run by another credential, never a use of the key it makes."""
        if self.kind == 'cli':
            return self.name in _KEY_COMMANDS
        return any(path.startswith(_KEY_ROUTES) for _, path in self.http)

    @property
    def differs(self) -> bool:
        """The documentation says something else than the server does."""
        return self.documented != self.enforced or (self.human_only and bool(self.documented))


@lru_cache(maxsize=1)
def measured() -> dict[str, Any]:
    """The data as it stands in `data/service.json`; not to be changed."""
    import json

    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), 'data', 'service.json')
    with open(path, encoding='utf-8') as file:
        data: dict[str, Any] = json.load(file)
    return data


def ordered(scopes: Iterable[str]) -> tuple[str, ...]:
    """Scopes without doubles, in the order of `SCOPES`; unknown ones after them, sorted."""
    given = set(scopes)
    return (*[scope for scope in SCOPES if scope in given], *sorted(given.difference(SCOPES)))


@lru_cache(maxsize=4)
def operations(kind: str = '') -> tuple[Operation, ...]:
    """All operations, or those of one kind (cli, rest, mcp), in the data's order."""
    rows = measured()['operations']
    return tuple(_operation(at) for at, row in enumerate(rows) if not kind or row['kind'] == kind)


def operation(command: str) -> Operation | None:
    """The operation of a CLI command such as `artifact access get`; None for a command it does not have."""
    return _by_name('cli', command)


def tool(name: str) -> Operation | None:
    """The operation of an MCP tool by its name (`create_artifact`)."""
    return _by_name('mcp', name)


def route(method: str, path: str) -> Operation | None:
    """The operation of a REST request; None when no route fits (unknown, which is not "needs nothing").

    `path` may be a whole URL; query and fragment are dropped.  A segment that is `*` or contains U+FFFC is
    unknown and fits a parameter only.  HEAD is taken as GET, which answers it with the same checks.
    """
    wanted = 'GET' if method.upper() == 'HEAD' else method.upper()
    segments = path_segments(path)
    best: tuple[int, Operation] | None = None
    for candidate in operations('rest'):
        template_method, template = candidate.http[0]
        if template_method != wanted:
            continue
        literals = _fit(template.strip('/').split('/'), segments)
        if literals >= 0 and (best is None or literals > best[0]):
            best = literals, candidate
    return best[1] if best else None


def path_segments(path: str) -> list[str]:
    """The segments of a URL's path, or of a path, without query and fragment."""
    path = path.partition('#')[0].partition('?')[0]
    if '://' in path:
        path = path.partition('://')[2].partition('/')[2]
    return path.strip('/').split('/')


def _fit(template: list[str], segments: list[str]) -> int:
    """How many literal segments of a template a path matches, or -1 when it does not fit."""
    if len(template) != len(segments):
        return -1
    literals = 0
    for wanted, given in zip(template, segments):
        if wanted.startswith(':'):
            if not given:
                return -1
        elif wanted == given:
            literals += 1
        else:
            return -1
    return literals


def _by_name(kind: str, name: str) -> Operation | None:
    at = _names().get((kind, name))
    return None if at is None else _operation(at)


@lru_cache(maxsize=1)
def _names() -> dict[tuple[str, str], int]:
    """Where the row of each kind and name stands."""
    return {(row['kind'], row['name']): at for at, row in enumerate(measured()['operations'])}


@lru_cache(maxsize=1024)
def _operation(at: int) -> Operation:
    """Made of a row when it is asked for: a scan asks for a few."""
    row = measured()['operations'][at]
    return Operation(
        row['kind'],
        row['name'],
        documented=ordered(row.get('documented', ())),
        enforced=ordered(row.get('enforced', ())),
        conditional=tuple((flag, ordered(scopes)) for flag, scopes in row.get('conditional', ())),
        human_only=row.get('human_only', False),
        mutates=row.get('mutates', False),
        anonymous_ok=row.get('anonymous_ok', False),
        any_key=row.get('any_key', False),
        http=tuple(
            (method, path) for method, _, path in (call.partition(' ') for call in row.get('http', ()))
        ),
        note=row.get('note', ''),
    )
