"""Grant facts: which scopes keys are given, and what their users need."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.facts.context import made
from artifacts_guard.facts.model import Grant
from artifacts_guard.facts.ours import Ours
from artifacts_guard.facts.requests import body_of
from artifacts_guard.facts.requests import place_in
from artifacts_guard.facts.usages import STORED
from artifacts_guard.facts.usages import Usage
from artifacts_guard.flow import observe
from artifacts_guard.flow.service import option_place
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import text
from artifacts_guard.record import Record
from artifacts_guard.scopes import body as bodies
from artifacts_guard.scopes import catalogue
from artifacts_guard.scopes import needs
from artifacts_guard.scopes.needs import Granted
from artifacts_guard.scopes.needs import Need
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from artifacts_guard.flow.frame import Context
    from artifacts_guard.settings import DeclaredKey
    from artifacts_guard.settings import Settings
    from artifacts_guard.text import Tree


# sources of keys that something in the tree makes, with another key
MADE_HERE = frozenset({'keys create', 'REST'})


class Key(Record):
    """A key that something in the tree creates, or that the policy declares: what it is given, and where."""

    origin: Origin
    context: Context | None
    place: Place
    granted: Granted
    name: str
    source: str


class Keys:
    """The keys made in a tree, which secret each becomes, and what uses it."""

    def __init__(
        self,
        seen: Iterable[observe.Observation] = (),
        usages: Iterable[Usage] = (),
        ours: Ours | None = None,
        declared: Mapping[Key, DeclaredKey] | None = None,
    ) -> None:
        seen = tuple(seen)
        declared = declared or {}
        self.keys = (*(_keys(seen, ours) if ours is not None else ()), *declared)
        self.names: dict[Origin, set[str]] = {
            key.origin: {one.secret} for key, one in declared.items() if one.secret
        }
        self.accepted = {key.origin: {scope for scope, _, _ in one.accept} for key, one in declared.items()}
        for observation in seen:
            if isinstance(observation, observe.Stored):
                self.names.setdefault(observation.source.origin, set()).add(observation.name)
        self.used: dict[Origin, list[Need]] = {}
        for usage in usages:
            for origin in usage.origins if not usage.is_of_a_person else ():
                self.used.setdefault(origin, []).append(usage.need)
        # what an agent may do is no command of the tree: it counts for the key that it is given
        every = [u for u in usages if not u.need.manages_keys and not u.is_choice]
        self.every = needs.needs(usage.need for usage in every)
        self.anything = not all(usage.is_handed_on for usage in every)

    def users(self, key: Key) -> tuple[Need, bool]:
        """What the users of a key need, and whether the key could be tied to them."""
        names = self.names.get(key.origin, set())
        mine: list[Need] = []
        for origin, found in self.used.items():
            if origin == key.origin or (origin.kind in STORED and origin.name in names):
                mine += [n for n in found if not (n.manages_keys and key.source in MADE_HERE)]
        if mine:
            return needs.needs(mine), True
        return self.every, False

    def missing(self, tokens: Iterable[Source], need: Need) -> tuple[str, ...]:
        """Scopes that a call needs and the key made for it lacks."""
        lacking: set[str] = set()
        for source in tokens:
            for key in self.keys:
                if not self._is(key, source.origin) or key.granted.unresolved:
                    continue
                if need.manages_keys and key.source in MADE_HERE:
                    continue  # who makes or revokes a key does it with another one
                lacking |= set(need.required).difference(key.granted.known)
        return catalogue.ordered(lacking)

    def _is(self, key: Key, origin: Origin) -> bool:
        if key.origin == origin:
            return True
        return origin.kind in STORED and origin.name in self.names.get(key.origin, ())


def declared(settings: Settings, tree: Tree) -> dict[Key, DeclaredKey]:
    """The keys of the policy."""
    return {key: one for one in settings.keys for key in _declared(one, settings, tree)}


def _declared(key: DeclaredKey, settings: Settings, tree: Tree) -> Iterator[Key]:
    """A `[keys.NAME]` table of the policy; its place is the line of its scopes."""
    document = tree.document(key.path or settings.path)
    if document is None or not key.scopes:
        return
    line = min(key.scopes_line or key.line or 1, document.line_count())
    place = Place(document, document.line_span(line))
    yield Key(Origin('declared', key.name), None, place, needs.granted(key.scopes), key.name, 'policy')


def grants(keys: Keys) -> Iterator[Grant]:
    """One fact per key that is made in the tree or declared in the policy."""
    for key in keys.keys:
        yield _fact(key, keys)


def _fact(key: Key, keys: Keys) -> Grant:
    need, tied = keys.users(key)
    granted = key.granted
    accepted = keys.accepted.get(key.origin, set())
    held = tuple(scope for scope in granted.known if scope not in accepted)
    compared = needs.compare(held, need.minimum, need.possible)
    judged = (tied or keys.anything) and not granted.defaulted and not granted.unresolved
    unresolved = need.unknown or bool(set(compared.excess) - set(compared.certain))
    names = sorted(keys.names.get(key.origin, ()))
    return made(
        Grant,
        key.context,
        key.place,
        (Hop('granted here', key.place),),
        source=key.source,
        name=key.name,
        scopes=(*granted.known, *granted.unknown) if not granted.defaulted else catalogue.DEFAULT_SCOPES,
        excess=compared.excess if judged else (),
        dangerous=compared.dangerous if judged else (),
        unknown=granted.unknown,
        needed=need.minimum,
        minting='agents:manage' in granted.known,
        defaulted=granted.defaulted,
        unresolved=unresolved,
        secret=names[0] if names else '',
        tied=tied,
    )


def _keys(seen: Iterable[observe.Observation], ours: Ours) -> Iterator[Key]:
    for observation in seen:
        if isinstance(observation, observe.CliCall):
            if observation.invocation.command == 'keys create' and ours.is_call(observation):
                yield _cli_key(observation)
        elif (
            isinstance(observation, observe.RestCall)
            and observation.minted is not None
            and ours.is_request(observation)
        ):
            yield from _rest_key(observation)


def _cli_key(call: observe.CliCall) -> Key:
    invocation = call.invocation
    flag = invocation.flag('--scopes')
    name = invocation.flag('--name')
    place = call.place
    granted = needs.granted(None)
    body = body_of(call)
    if flag is not None:
        place = option_place(call.fields[flag.index + 1], '--scopes')
        if call.programmed and flag.value_index >= 0:
            place = call.fields[flag.value_index + 1].place  # the option can stand in another function
        granted = needs.granted(flag.value if flag.value is not None else '\ufffc')
    elif body is not None:
        scopes = bodies.read(body).scopes
        granted = needs.granted(scopes) if scopes is not None else granted
    if granted.defaulted:
        place = call.place
    origin = call.minted or Origin('minted', f'{call.place.path}:{call.place.span.start}')
    return Key(origin, call.context, place, granted, (name.value or '') if name else '', 'keys create')


def _rest_key(call: observe.RestCall) -> Iterator[Key]:
    words = text(call.body)
    body = bodies.read(words)
    if body.scopes is None or call.minted is None:
        return
    place = place_in(call.body, body.scopes_at, len('"scopes"'), call.place)
    yield Key(call.minted, call.context, place, needs.granted(body.scopes), body.name, 'REST')
