"""Things put together: items to lists, strings to strings, tables to tables."""

from __future__ import annotations

from artifacts_guard.flow.code.things import Known
from artifacts_guard.flow.code.things import Listing
from artifacts_guard.flow.code.things import Many
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import Text
from artifacts_guard.flow.code.things import combined
from artifacts_guard.flow.code.things import limited
from artifacts_guard.flow.code.things import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.flow.code.things import Thing

ENVIRONMENTS = frozenset({'os.environ', 'process.env', 'Bun.env', 'import.meta.env'})


class Spread(Listing):
    """Items of a list that stand in another one."""


def listed(items: Sequence[tuple[Thing, ...]]) -> tuple[Thing, ...]:
    """Lists of what their items can be."""
    return limited(Listing(_flat(chosen)) for chosen in combined(items))


def _flat(chosen: Sequence[Thing]) -> tuple[Thing, ...]:
    """The items of a list: those of lists that are spread in it stand in their place."""
    return tuple(one for item in chosen for one in (item.items if isinstance(item, Spread) else (item,)))


def entries(thing: Thing) -> Table:
    """The entries of a thing that is spread in a table."""
    if isinstance(thing, Known) and thing.name in ENVIRONMENTS:
        return Table(environ=True, open=True)
    return thing if isinstance(thing, Table) else Table(open=True)


def added(left: tuple[Thing, ...], right: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """`left + right`, of lists or strings."""
    return limited(_added(one, other) for one, other in combined((left, right)))


def _added(left: Thing, right: Thing) -> Thing:
    if isinstance(left, Listing) or isinstance(right, Listing):
        return Listing((*_several(left), *_several(right)))
    written = left.written if isinstance(left, Text) else None
    if written is None:
        written = right.written if isinstance(right, (Text, Many)) else None
    value = (*words(left), *words(right))
    return Text(value, written) if written is not None else left


def _several(thing: Thing) -> tuple[Thing, ...]:
    if isinstance(thing, Listing):
        return thing.items
    return (Many(thing.written),) if isinstance(thing, (Text, Many)) else ()
