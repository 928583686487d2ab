"""What expressions of programs can be: texts, lists, tables, functions, and objects of libraries."""

from __future__ import annotations

from itertools import product

from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import unknown
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence
    from typing import TypeAlias

    from artifacts_guard.code.model import Function
    from artifacts_guard.flow.code.scope import Scope

MOST = 16  # things that an expression can be
_MOST_WAYS = 32  # to choose one of several things, several times


class Text(Record):
    """A string, or anything that is not known."""

    value: Value
    written: Excerpt


class Many(Record):
    """Any number of items of a list."""

    written: Excerpt


class Listing(Record):
    items: tuple[Thing, ...]


class Entry(Record):
    name: str
    written: Excerpt
    things: tuple[Thing, ...]


class Table(Record):
    """`open`: it has entries that are not known; `environ`: those of the environment are in it."""

    entries: tuple[Entry, ...] = ()
    open: bool = False
    environ: bool = False

    def get(self, name: str) -> tuple[Thing, ...] | None:
        """What the entry of a name can be; names of headers are compared without case by `Table.lowered`."""
        return next((entry.things for entry in reversed(self.entries) if entry.name == name), None)

    def lowered(self) -> Table:
        return self.replace(entries=tuple(entry.replace(name=entry.name.lower()) for entry in self.entries))

    def with_entry(self, entry: Entry) -> Table:
        kept = tuple(one for one in self.entries if one.name != entry.name)
        return self.replace(entries=(*kept, entry))

    def merged(self, other: Table) -> Table:
        table = self.replace(open=self.open or other.open, environ=self.environ or other.environ)
        for entry in other.entries:
            table = table.with_entry(entry)
        return table


class Known(Record):
    """Something of a library, by its full name: `subprocess.run`, `process.env`."""

    name: str


class Local(Record):
    """A function of the program, where it was defined, and what `self` or `this` is in it."""

    function: Function
    scope: Scope
    this: Object | None = None

    def __hash__(self) -> int:
        return hash((self.function.start, self.function.end))  # bodies are long


class Method(Record):
    """An attribute of a thing, to be called."""

    thing: Thing
    name: str


class Object:
    """An instance of a class of the program, or an HTTP client of a library; what its attributes can be adds up."""

    __slots__ = ('attributes', 'kind', 'methods')

    def __init__(self, kind: str = '') -> None:
        self.kind = kind
        self.attributes: dict[str, tuple[Thing, ...]] = {}
        self.methods: dict[str, Local] = {}

    def add(self, name: str, things: Iterable[Thing]) -> None:
        self.attributes[name] = limited((*self.attributes.get(name, ()), *things))


class Arguments(Record):
    """What a call is given, each with all that it can be; `open`: there may be more."""

    given: tuple[tuple[Thing, ...], ...] = ()
    named: dict[str, tuple[Thing, ...]] = {}  # noqa: RUF012 - records are frozen
    open: bool = False

    def at(self, index: int) -> tuple[Thing, ...]:
        return self.given[index] if index < len(self.given) else ()

    def options(self, written: Excerpt, after: int) -> Table:
        """Options by name, or in tables among the arguments from a number on."""
        table = Table(open=self.open)
        for several in self.given[after:]:
            for thing in several:
                table = table.merged(thing) if isinstance(thing, Table) else table
        for name, things in self.named.items():
            table = table.with_entry(Entry(name, written, things))
        return table


if TYPE_CHECKING:
    Thing: TypeAlias = Text | Many | Listing | Table | Known | Local | Method | Object


def limited(things: Iterable[Thing]) -> tuple[Thing, ...]:
    """Distinct things; where they are too many, the last stands for whatever the rest may be."""
    distinct = tuple(dict.fromkeys(things))
    return distinct if len(distinct) <= MOST else (*distinct[: MOST - 1], _general(distinct[MOST - 1 :]))


def combined(alternatives: Iterable[tuple[Thing, ...]]) -> Iterator[tuple[Thing, ...]]:
    """All ways to choose one of each; where they are too many, what can be most things is not known."""
    several = list(alternatives)
    ways = 1
    for one in several:
        ways *= len(one)
    while ways > _MOST_WAYS:
        most = max(range(len(several)), key=lambda index: len(several[index]))
        ways //= len(several[most])
        several[most] = (_general(several[most]),)
    return product(*several)


def _general(several: Sequence[Thing]) -> Thing:
    """A thing that may be any of several: of lists, the first word is known when it is the same in all."""
    first = several[0]
    if isinstance(first, Text):
        return nothing(first.written)
    heads = [one.items[0] for one in several if isinstance(one, Listing) and one.items]
    if not heads or not isinstance(heads[0], (Text, Many)):
        return first
    same = len({plain(head) for head in heads}) == 1
    return Listing((*heads[:same], Many(heads[0].written)))


def nothing(written: Excerpt, *found: Source) -> Text:
    """A thing that is not known."""
    return Text(unknown(*found, written=written), written)


def words(thing: Thing) -> Value:
    """A thing put into a string."""
    if isinstance(thing, Text):
        return thing.value
    if isinstance(thing, Listing):
        chunks: Value = EMPTY
        for index, item in enumerate(thing.items):
            chunks += (Chunk(' '),) if index else EMPTY
            chunks += words(item)
        return chunks
    return unknown(*carried(thing))


def carried(thing: Thing) -> tuple[Source, ...]:
    """The secrets in a thing."""
    if isinstance(thing, Text):
        return sources(thing.value)
    if isinstance(thing, Listing):
        return tuple(s for item in thing.items for s in carried(item))
    if isinstance(thing, Table):
        return tuple(s for entry in thing.entries for one in entry.things for s in carried(one))
    return carried(thing.thing) if isinstance(thing, Method) else ()


def plain(thing: Thing) -> str | None:
    """The text of a thing when all of it is known."""
    return known(thing.value) if isinstance(thing, Text) else None


def one_of(things: Iterable[Thing] | None) -> str:
    """The text that a thing surely is; '' when it can be another or is not known."""
    found = {plain(thing) for thing in things or ()}
    return (found.pop() or '') if len(found) == 1 else ''
