"""Call facts: what the service's CLI and REST interface are asked to do, and under which circumstances."""

from __future__ import annotations

from artifacts_guard.ci import model as ci
from artifacts_guard.ci.model import Hop
from artifacts_guard.facts.context import made
from artifacts_guard.facts.context import triggers
from artifacts_guard.facts.grants import Keys
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Option
from artifacts_guard.facts.ours import Ours
from artifacts_guard.facts.requests import Request
from artifacts_guard.facts.requests import body_of
from artifacts_guard.facts.requests import is_rest
from artifacts_guard.facts.requests import place_in
from artifacts_guard.flow import observe
from artifacts_guard.flow.service import option_place
from artifacts_guard.flow.value import text
from artifacts_guard.scopes import body as bodies
from artifacts_guard.scopes import catalogue
from artifacts_guard.scopes import needs
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.flow.frame import Context
    from artifacts_guard.flow.value import Origin
    from artifacts_guard.scopes.cli import Invocation
    from artifacts_guard.settings import Settings

_PROPOSALS = frozenset({ci.PROPOSAL, ci.PRIVILEGED_PROPOSAL, ci.COMMENT})
_REPEATING = frozenset({ci.SCHEDULE, ci.PUSH})
_LOGINS = frozenset({'login', 'setup'})
# commands that never ask: RULES.md, interactive-in-ci
_SILENT = frozenset({'schema', 'health', 'status', '', *_LOGINS})


def calls(
    seen: Iterable[observe.Observation], ours: Ours, keys: Keys, settings: Settings
) -> Iterator[Call | Option]:
    """All calls of the service, and the options that are judged by themselves."""
    seen = tuple(seen)
    printed = {
        o.source.origin
        for o in seen
        if isinstance(o, observe.Leak) and o.sink == observe.LOG and o.source is not None
    }
    by_place: dict[Place, set[str]] = {}
    mine = [o for o in seen if isinstance(o, observe.CliCall) and ours.is_call(o)]
    for call in mine:
        by_place.setdefault(call.place, set()).add(_visibility(call, settings))
    first = _first_unsafe(mine)
    for call in mine:
        fact = _cli_fact(call, by_place[call.place], printed, keys)
        if call.programmed:
            yield _needs_alone(fact)
            continue
        yield fact if call.place in first else fact.replace(unsafe_errors='')
        yield from _options(call)
    for observation in seen:
        if isinstance(observation, observe.RestCall) and is_rest(observation, ours):
            request = _rest_fact(Request(observation), printed, keys)
            if request is not None:
                yield _needs_alone(request) if observation.programmed else request


def _first_unsafe(mine: list[observe.CliCall]) -> set[Place]:
    """The first command of each script whose failure would not stop it."""
    first: dict[tuple[object, ...], Place] = {}
    for call in mine:
        if call.unsafe:
            script = (call.place.document, call.script)
            held = first.get(script)
            if held is None or call.place.sort_key() < held.sort_key():
                first[script] = call.place
    return set(first.values())


def _cli_fact(call: observe.CliCall, visible: set[str], printed: set[Origin], keys: Keys) -> Call:
    invocation = call.invocation
    command = invocation.command
    operation = catalogue.operation(command) if command else None
    context = call.context
    visibility, doubt = _combined(visible)
    need = needs.of_invocation(invocation)
    return made(
        Call,
        context,
        call.place,
        (*call.via, Hop('called here', call.place)),
        command=_named(invocation),
        human_only=operation is not None and operation.human_only and not invocation.dry_run,
        login=command in _LOGINS and not invocation.informs,
        mutates=invocation.mutates,
        dry_run=invocation.dry_run,
        prompts=not call.no_input
        and command not in _SILENT
        and not invocation.informs
        and invocation.swallowed < 0,
        proposal=_started_by(context, _PROPOSALS),
        repeats=_started_by(context, _REPEATING),
        ensures=invocation.has('--ensure'),
        visibility=visibility,
        prints_key=call.minted is not None and call.minted in printed,
        unsafe_errors=call.unsafe,
        origin=', '.join(s.origin.words for s in call.tokens),
        needs=need.minimum,
        missing=keys.missing(call.tokens, need) if not invocation.dry_run else (),
        doubt=doubt,
    )


def _needs_alone(fact: Call) -> Call:
    """A call by a program in Python or JavaScript counts for what it needs, and for nothing else (RULES.md, Readings)."""
    return fact.replace(
        human_only=fact.human_only and not fact.login,
        login=False,
        mutates=False,
        prompts=False,
        proposal=False,
        repeats=False,
        visibility='',
        prints_key=False,
        unsafe_errors='',
        confidence='high',
        doubt='',
    )


def _named(invocation: Invocation) -> str:
    if invocation.command is not None:
        return invocation.command
    return ' or '.join(invocation.possible[:3]) if 0 < len(invocation.possible) <= 3 else 'unknown'


def _rest_fact(request: Request, printed: set[Origin], keys: Keys) -> Call | None:
    call, operation = request.call, request.operation
    if operation is None:
        return None
    return made(
        Call,
        call.context,
        call.place,
        (*call.via, Hop('requested here', call.place)),
        command=operation.name,
        human_only=operation.human_only,
        mutates=operation.mutates,
        proposal=_started_by(call.context, _PROPOSALS),
        repeats=_started_by(call.context, _REPEATING),
        prints_key=call.minted is not None and call.minted in printed,
        origin=', '.join(s.origin.words for s in call.tokens),
        needs=request.need.minimum,
        missing=keys.missing(call.tokens, request.need),
    )


def _started_by(context: Context, kinds: frozenset[str]) -> bool:
    return any(trigger.kind in kinds for trigger in triggers(context))


def _visibility(call: observe.CliCall, settings: Settings) -> str:
    if call.invocation.dry_run or call.invocation.informs:
        return ''
    if call.invocation.unknown_words and not call.invocation.has('--json', '--json-file', '--private'):
        return 'unsaid'  # --private can be among what is not known
    found = needs.visibility(call.invocation, body_of(call))
    if found != 'public':
        return found
    flag = call.invocation.flag('--project-slug')
    project = flag.value if flag is not None else bodies.read(body_of(call) or '').project
    return 'allowed' if project and project in settings.public_projects else found


def _combined(visible: set[str]) -> tuple[str, str]:
    """What is published over all ways the words can turn out, and the doubt about it."""
    found = visible - {'', 'unsaid'}
    if 'unsaid' in visible and 'private' in visible:
        found.add('unknown')
    if len(found) > 1 and 'private' in found and found & {'public', 'unknown'}:
        return 'conditional', 'it is private under some conditions only'
    if found == {'unknown'}:
        return 'unknown', 'the body is not in the tree'
    return (next(iter(found)), '') if len(found) == 1 else ('', '')


# options that are judged by themselves


def _options(call: observe.CliCall) -> Iterator[Option]:
    invocation = call.invocation
    command = invocation.command or ''
    trail = (*call.via, Hop('given here', call.place))
    if invocation.swallowed >= 0:
        field = call.fields[invocation.swallowed + 1]
        place = option_place(field, '--version')
        yield made(Option, call.context, place, trail, command=command, name='--version')
    flag = invocation.flag('--public-edit')
    if flag is not None and not invocation.dry_run:
        place = option_place(call.fields[flag.index + 1], '--public-edit')
        yield made(Option, call.context, place, trail, command=command, name='--public-edit')
    chunks = call.body
    if chunks and not invocation.dry_run:
        body = bodies.read(text(chunks))
        if body.public_edit:
            place = place_in(chunks, body.public_edit_at, len('"publicEdit"'), call.place)
            yield made(Option, call.context, place, trail, command=command, name='publicEdit')
