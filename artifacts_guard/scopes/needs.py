"""From calls to the scopes they need, and from needs and grants to excess and lack."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.scopes import body as bodies
from artifacts_guard.scopes.catalogue import DANGEROUS
from artifacts_guard.scopes.catalogue import DEFAULT_SCOPES
from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.scopes.catalogue import USELESS
from artifacts_guard.scopes.catalogue import Operation
from artifacts_guard.scopes.catalogue import operation
from artifacts_guard.scopes.catalogue import ordered
from artifacts_guard.scopes.catalogue import path_segments
from artifacts_guard.scopes.catalogue import route
from artifacts_guard.scopes.catalogue import tool
from artifacts_guard.scopes.cli import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = '\ufffc'
# what an operation that is not known might need: every scope that opens anything
ANYTHING = tuple(scope for scope in SCOPES if scope not in USELESS)
_MCP_PATH = ['mcp']
_METHODS = ('GET', 'POST', 'PATCH', 'PUT', 'DELETE')


class Need(Record):
    """What one call, or several, need.

    `required` on every run; `conditional` are (scope, when: in words) on top of it; `possible` are further scopes that a
    part which could not be read might need.  `human_only`: no scope helps.  `unknown`: what is called is not known
    (then `possible` says how far).  `keyless`: needs no key at all (dry run, health, version).  `anonymous_ok`: works
    without a key for public things.  `manages_keys`: lists, makes or revokes keys.  `operations`: derived from these.
    """

    required: tuple[str, ...] = ()
    conditional: tuple[tuple[str, str], ...] = ()
    possible: tuple[str, ...] = ()
    human_only: bool = False
    unknown: bool = False
    keyless: bool = False
    anonymous_ok: bool = False
    manages_keys: bool = False
    operations: tuple[Operation, ...] = ()

    @property
    def minimum(self) -> tuple[str, ...]:
        """required and conditional"""
        return ordered((*self.required, *[scope for scope, _ in self.conditional]))

    @property
    def ceiling(self) -> tuple[str, ...]:
        """minimum and possible"""
        return ordered((*self.minimum, *self.possible))


class Granted(Record):
    """Scopes given to a key as written.  `known` in catalogue order, `unknown` as written; `defaulted`: none were
    named and the service grants `DEFAULT_SCOPES`; `unresolved`: the list has parts that could not be read."""

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    defaulted: bool = False
    unresolved: bool = False


class Comparison(Record):
    """`excess`: granted and needed by nothing; `dangerous` those of it that give control away; `certain` the
    excess that no unresolved call can explain; `missing`: needed and not granted; `unknown`: no scopes of the service."""

    excess: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    dangerous: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    certain: tuple[str, ...] = ()


def of_invocation(invocation: Invocation) -> Need:
    """What a CLI call needs.

    A call that prints its own version by mistake (`swallowed`) is taken for what it was meant to be; another
    program's call needs nothing of the service.
    """
    if invocation.foreign:
        return Need()
    if invocation.informs or invocation.dry_run:
        return Need(keyless=True)
    if invocation.command is None:
        known = [entry for entry in map(operation, invocation.possible) if entry is not None]
        return _unknown_among(known)
    entry = operation(invocation.command)
    if entry is None:
        return Need(unknown=True, possible=ANYTHING)
    given = [flag.name for flag in invocation.flags]
    return _need(entry, given, certain=not invocation.unknown_words)


def of_request(method: str, path: str, body: str | None = None) -> Need:
    """What a REST or MCP request needs.

    `method` '' or with U+FFFC is unknown: then all methods of the path are possible.  `body` is read for MCP calls only.
    """
    if path_segments(path) == _MCP_PATH:
        return _of_mcp(body)
    if method and UNKNOWN not in method:
        entry = route(method, path)
        return _need(entry, ()) if entry else Need(unknown=True, possible=ANYTHING)
    known = [entry for entry in (route(name, path) for name in _METHODS) if entry is not None]
    return _unknown_among(known) if known else Need(unknown=True, possible=ANYTHING)


def of_tools(names: Iterable[str]) -> Need:
    """What an agent that may call these MCP tools can need; no names: any tool, and so anything."""
    needed = [_of_tool(name) for name in names]
    return needs(needed) if needed else Need(unknown=True, possible=ANYTHING)


def needs(calls: Iterable[Invocation | Operation | Need]) -> Need:
    """The union over several calls: what a key that serves them all needs."""
    found = [_as_need(call) for call in calls]
    required = ordered(scope for need in found for scope in need.required)
    conditional: dict[str, str] = {}
    for scope, when in (pair for need in found for pair in need.conditional):
        if scope not in required:
            conditional.setdefault(scope, when)
    sure = (*required, *conditional)
    operations = {entry.kind + entry.name: entry for need in found for entry in need.operations}
    return Need(
        required,
        conditional=tuple((scope, conditional[scope]) for scope in ordered(conditional)),
        possible=ordered(scope for need in found for scope in need.possible if scope not in sure),
        human_only=any(need.human_only for need in found),
        unknown=any(need.unknown for need in found),
        keyless=bool(found) and all(need.keyless for need in found),
        anonymous_ok=bool(found) and all(need.anonymous_ok or need.keyless for need in found),
        manages_keys=any(need.manages_keys for need in found),
        operations=tuple(operations.values()),
    )


def granted(scopes: str | Iterable[str] | None) -> Granted:
    """Scopes from the value of `--scopes` (a str, None when the flag is not given) or from a JSON list."""
    if scopes is None or (isinstance(scopes, str) and not scopes.strip()):
        return Granted(DEFAULT_SCOPES, defaulted=True)
    words = [word.strip() for word in (scopes.split(',') if isinstance(scopes, str) else scopes)]
    sure = [word for word in words if word and UNKNOWN not in word]
    return Granted(
        ordered(word for word in sure if word in SCOPES),
        unknown=tuple(dict.fromkeys(word for word in sure if word not in SCOPES)),
        unresolved=any(UNKNOWN in word for word in words),
    )


def compare(granted: Iterable[str], needed: Iterable[str], possible: Iterable[str] = ()) -> Comparison:
    """A grant against what is needed; `possible` is what calls that could not be followed might need.

    Unknown scopes take no part.  `agents:manage` is rated as full access, but satisfies nothing except the keys
    operations, so it makes up for no other scope.
    """
    held, wanted, maybe = set(granted), set(needed).difference(USELESS), set(possible)
    excess = ordered(scope for scope in held.intersection(SCOPES) if scope not in wanted)
    return Comparison(
        excess,
        missing=ordered(wanted.intersection(SCOPES) - held),
        dangerous=tuple(scope for scope in excess if scope in DANGEROUS),
        unknown=ordered(held.difference(SCOPES)),
        certain=tuple(scope for scope in excess if scope not in maybe or scope in USELESS),
    )


def visibility(invocation: Invocation, body: str | None = None) -> str:
    """What a publishing call does to readers: '' (publishes nothing), public, private, stated or unknown.

    `stated` is public because the body says so in as many words.  `body` is the JSON of `--json` or `--json-file`
    when it is known.
    """
    if invocation.command == 'push':
        if invocation.has('--private'):
            return 'private'
        return 'unknown' if invocation.unknown_words else 'public'
    if invocation.command != 'artifact create':
        return ''
    return body_visibility(body)


def body_visibility(body: str | None) -> str:
    """The same for the body of `artifact create` or `POST /api/artifacts`; None when it is not known."""
    if body is None:
        return 'unknown'
    read = bodies.read(body)
    if read.public_view is not None:
        return 'stated' if read.public_view else 'private'
    return 'public' if read.readable and read.public_view_at < 0 else 'unknown'


def _need(entry: Operation, given: Iterable[str], *, certain: bool = True) -> Need:
    """What an operation needs with these flags; without certainty, flags that were not seen may be there."""
    flags = set(given)
    conditional = tuple(
        (scope, flag) for flag, scopes in entry.conditional if flag in flags for scope in scopes
    )
    hidden = (
        () if certain else tuple(s for flag, scopes in entry.conditional if flag not in flags for s in scopes)
    )
    return Need(
        entry.enforced,
        conditional=conditional,
        possible=ordered(hidden),
        human_only=entry.human_only,
        keyless=not entry.enforced and not entry.any_key and not entry.human_only,
        anonymous_ok=entry.anonymous_ok,
        manages_keys=entry.manages_keys,
        operations=(entry,),
    )


def _unknown_among(known: list[Operation]) -> Need:
    """One of several operations: all that any of them needs is possible."""
    scopes = (
        *[s for entry in known for s in entry.enforced],
        *[s for e in known for _, more in e.conditional for s in more],
    )
    return Need(possible=ordered(scopes), unknown=True, operations=tuple(known))


def _of_mcp(body: str | None) -> Need:
    if body is None:
        return Need(unknown=True, possible=ANYTHING)
    read = bodies.read(body)
    if not read.tools:
        # `initialize`, `tools/list`: the server answers them to any key
        return Need() if read.readable else Need(unknown=True, possible=ANYTHING)
    return needs(_of_tool(name, names_artifact=read.names_artifact) for name in read.tools)


def _of_tool(name: str, *, names_artifact: bool = True) -> Need:
    """What an MCP tool needs; `names_artifact`: it is, or may be, given an `artifactId`."""
    entry = tool(name)
    if entry is None:
        return Need(unknown=True, possible=ANYTHING)
    need = _need(entry, ('artifactId',) if names_artifact else ())
    if entry.human_only and need.conditional:
        return need.replace(human_only=False)
    return need


def _as_need(call: Invocation | Operation | Need) -> Need:
    if isinstance(call, Invocation):
        return of_invocation(call)
    return _need(call, ()) if isinstance(call, Operation) else call
