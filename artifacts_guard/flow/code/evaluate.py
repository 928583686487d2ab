"""What the expressions of a program can be."""

from __future__ import annotations

import re

from artifacts_guard.code import model
from artifacts_guard.flow.code.sums import ENVIRONMENTS
from artifacts_guard.flow.code.sums import Spread
from artifacts_guard.flow.code.sums import added
from artifacts_guard.flow.code.sums import entries
from artifacts_guard.flow.code.sums import listed
from artifacts_guard.flow.code.things import Arguments
from artifacts_guard.flow.code.things import Entry
from artifacts_guard.flow.code.things import Known
from artifacts_guard.flow.code.things import Listing
from artifacts_guard.flow.code.things import Local
from artifacts_guard.flow.code.things import Many
from artifacts_guard.flow.code.things import Method
from artifacts_guard.flow.code.things import Object
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import Text
from artifacts_guard.flow.code.things import carried
from artifacts_guard.flow.code.things import combined
from artifacts_guard.flow.code.things import limited
from artifacts_guard.flow.code.things import nothing
from artifacts_guard.flow.code.things import one_of
from artifacts_guard.flow.code.things import words
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.code.model import Node
    from artifacts_guard.flow.code.scope import Scope
    from artifacts_guard.flow.code.things import Thing
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.flow.value import Value

_LONGEST_SUM = 40  # parts; what is longer is a document, not a command


def things(walk: Walk, node: Node, scope: Scope) -> tuple[Thing, ...]:
    """All that a node can be; its calls are made on the way."""
    if not walk.spend(node, scope):
        return (nothing(scope.excerpt(node)),)
    walk.programs.nested += 1
    try:
        return _BY_KIND[type(node)](walk, node, scope)
    finally:
        walk.programs.nested -= 1


def _other(walk: Walk, node: Node, scope: Scope) -> tuple[Thing, ...]:
    found = [carried(one) for inner in node.nodes for one in things(walk, inner, scope)]
    return (nothing(scope.excerpt(node), *(source for sources in found for source in sources)),)


def _text(walk: Walk, node: model.Text, scope: Scope) -> tuple[Thing, ...]:
    written = scope.excerpt(node)
    if len(node.parts) == 1 and isinstance(node.parts[0], str):
        written = _within(node.parts[0], written)
    parts: list[tuple[Thing, ...]] = []
    for part in node.parts:
        if isinstance(part, str):
            parts.append((Text(_known(walk, part, node, scope), written),))
        else:
            parts.append(things(walk, part, scope))
    return limited(Text(_joined(chosen), written) for chosen in combined(parts))


def _known(walk: Walk, part: str, node: model.Text, scope: Scope) -> Value:
    """A known part of a string; what a CI system pastes into it has its own value."""
    written = _within(part, scope.excerpt(node))
    if MARK not in part:
        return literal(part, written)
    pasted = [value for start, end, value in walk.opaque if node.start <= start and end <= node.end]
    chunks: Value = EMPTY
    for index, words_ in enumerate(re.split(f'{MARK}+', part)):
        if index:
            chunks += pasted[index - 1] if index <= len(pasted) else unknown(written=written)
        chunks += literal(words_, written) if words_ else EMPTY
    return chunks


def _within(part: str, written: Excerpt) -> Excerpt:
    """Where a part of a string stands between its quotes; all of it when it is not spelled out like that."""
    at = written.source.find(part) if part else -1
    return (
        written if at < 0 else Excerpt(written.fragment, written.start + at, written.start + at + len(part))
    )


def _joined(several: Sequence[Thing]) -> Value:
    return tuple(chunk for thing in several for chunk in words(thing))


def _name(walk: Walk, node: model.Name, scope: Scope) -> tuple[Thing, ...]:
    if node.name == 'this' and scope.this is not None:
        return (scope.this,)
    found = scope.find(node.name)
    return (Known(node.name),) if found is None else found or (nothing(scope.excerpt(node)),)


def _member(walk: Walk, node: model.Member, scope: Scope) -> tuple[Thing, ...]:
    return members(walk, things(walk, node.value, scope), node.name, scope.excerpt(node))


def members(walk: Walk, several: tuple[Thing, ...], name: str, written: Excerpt) -> tuple[Thing, ...]:
    """An attribute of things."""
    return limited(one for thing in several for one in _attribute(walk, thing, name, written))


def _attribute(walk: Walk, thing: Thing, name: str, written: Excerpt) -> tuple[Thing, ...]:
    if isinstance(thing, Known):
        if thing.name == 'process.env':
            return variable(walk, name, written)
        return (Known(f'{thing.name}.{name}'),)
    if isinstance(thing, Object):
        if name in thing.methods:
            return (thing.methods[name],)
        return thing.attributes.get(name) or (Method(thing, name),)
    if isinstance(thing, Table):
        found = thing.get(name)
        if found is not None:
            return found
        if thing.environ:
            return variable(walk, name, written)
    # a URL's text
    return (thing,) if isinstance(thing, Text) and name == 'href' else (Method(thing, name),)


def variable(walk: Walk, name: str, written: Excerpt) -> tuple[Thing, ...]:
    """A variable of the environment: what the job gives it, or a value from outside."""
    from artifacts_guard.flow.frame import Frame

    frame = Frame(written.fragment, via=walk.via)
    found = []
    for fields in walk.run.look_up(name, walk.state, frame, written):
        value = tuple(chunk for field in fields or () for chunk in field.chunks)
        walk.run.world.reads(walk.run.context, value, written)
        found.append(Text(value, written))
    return limited(found)


def _item(walk: Walk, node: model.Item, scope: Scope) -> tuple[Thing, ...]:
    keys = things(walk, node.key, scope) if node.key is not None else ()
    name, written = one_of(keys), scope.excerpt(node)
    found: list[Thing] = []
    for thing in things(walk, node.value, scope):
        if isinstance(thing, Known) and thing.name in ENVIRONMENTS and name:
            found += variable(walk, name, written)
        elif isinstance(thing, Table):
            some = thing.get(name) if name else tuple(one for e in thing.entries for one in e.things)
            found += some or (nothing(written, *carried(thing)),)
        elif isinstance(thing, Listing) and not name:
            found += [nothing(written) if isinstance(one, Many) else one for one in thing.items]
        elif isinstance(thing, Object) and name in thing.attributes:
            found += thing.attributes[name]
        else:
            found.append(nothing(written, *carried(thing)))
    return limited(found) or (nothing(written),)


def _sequence(walk: Walk, node: model.Sequence, scope: Scope) -> tuple[Thing, ...]:
    return listed([things(walk, item, scope) for item in node.items])


def _spread(walk: Walk, node: model.Spread, scope: Scope) -> tuple[Thing, ...]:
    written = scope.excerpt(node)
    found = things(walk, node.value, scope)
    return tuple(Spread(one.items if isinstance(one, Listing) else (Many(written),)) for one in found)


def _table(walk: Walk, node: model.Table, scope: Scope) -> tuple[Thing, ...]:
    table = Table()
    for key, value in node.entries:
        several = things(walk, value, scope)
        if key is None:
            for thing in several:
                table = table.merged(entries(thing))
            continue
        name = one_of(things(walk, key, scope))
        table = (
            table.with_entry(Entry(name, scope.excerpt(key), several)) if name else table.replace(open=True)
        )
    return (table,)


def _sum(walk: Walk, node: model.Sum, scope: Scope) -> tuple[Thing, ...]:
    if len(node.nodes) > _LONGEST_SUM:
        return _other(walk, node, scope)
    found = things(walk, node.nodes[0], scope)
    for part in node.nodes[1:]:
        found = added(found, things(walk, part, scope))
    return found


def _choice(walk: Walk, node: model.Choice, scope: Scope) -> tuple[Thing, ...]:
    for test in node.tests:
        things(walk, test, scope)
    return limited(thing for one in node.nodes for thing in things(walk, one, scope))


def _function(walk: Walk, node: model.Function, scope: Scope) -> tuple[Thing, ...]:
    return (walk.function(node, scope),)


def _call(walk: Walk, node: model.Call, scope: Scope) -> tuple[Thing, ...]:
    from artifacts_guard.flow.code import libraries

    functions = things(walk, node.function, scope)
    given = [one for argument in node.arguments for one in _argument(walk, argument, scope)]
    named: dict[str, tuple[Thing, ...]] = {}
    is_open = any(isinstance(one, Many) for several in given for one in several)
    for name, value in node.named:
        several = things(walk, value, scope)
        if name:
            named[name] = several
            continue
        for thing in several:
            named.update({e.name: e.things for e in thing.entries} if isinstance(thing, Table) else {})
            is_open = is_open or not isinstance(thing, Table) or thing.open
    arguments = Arguments(tuple(given), named, open=is_open)
    if isinstance(node.function, model.Member) and node.function.name in libraries.CHANGING:
        changed = libraries.changed(walk, node.function, arguments, scope)
        if changed:
            walk.store(node.function.value, changed, scope)
            return changed
    return limited(
        one for function in functions for one in called(walk, node, function, arguments, scope)
    ) or (nothing(scope.excerpt(node)),)


def _argument(walk: Walk, node: Node, scope: Scope) -> list[tuple[Thing, ...]]:
    found = things(walk, node, scope)
    if len(found) == 1 and isinstance(found[0], Spread):
        return [(item,) for item in found[0].items]
    return [found]


def called(
    walk: Walk, node: model.Call, function: Thing, given: Arguments, scope: Scope
) -> tuple[Thing, ...]:
    """What a call gives back."""
    from artifacts_guard.flow.code import libraries

    written = scope.excerpt(node)
    if isinstance(function, Local):
        return walk.enter(function, given, written)
    if isinstance(function, Object) and not function.kind.count('.'):
        return (walk.instance(function, given, written),)
    found = libraries.result(walk, node, function, given, scope)
    if found is not None:
        return found
    several = [thing for one in (*given.given, *given.named.values()) for thing in one]
    walk.handed += [local for thing in several for local in _functions(thing)]
    return (nothing(written, *carried(function), *(s for thing in several for s in carried(thing))),)


def _functions(thing: Thing) -> list[Local]:
    if isinstance(thing, Local):
        return [thing]
    if isinstance(thing, Listing):
        return [local for item in thing.items for local in _functions(item)]
    if isinstance(thing, Table):
        return [local for entry in thing.entries for one in entry.things for local in _functions(one)]
    return []


_BY_KIND: dict[type, Callable[..., tuple[Thing, ...]]] = {
    model.Node: _other,
    model.Text: _text,
    model.Name: _name,
    model.Member: _member,
    model.Item: _item,
    model.Call: _call,
    model.Sequence: _sequence,
    model.Spread: _spread,
    model.Table: _table,
    model.Sum: _sum,
    model.Choice: _choice,
    model.Function: _function,
}
