"""What programs are read into.  Nodes keep their offsets in the program's text."""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


class Node(Record):
    """An expression whose value is not known; `nodes` are the expressions in it."""

    start: int
    end: int
    nodes: tuple[Node, ...] = ()


class Text(Node):
    """A string: known parts, and expressions that are put in."""

    parts: tuple[str | Node, ...] = ()


class Name(Node):
    name: str = ''


class Member(Node):
    """`value.name`"""

    value: Node = Node(0, 0)
    name: str = ''


class Item(Node):
    """`value[key]`; any item when there is no key, as in a loop."""

    value: Node = Node(0, 0)
    key: Node | None = None


class Call(Node):
    """`function(arguments, name=value)`; the name '' is that of a spread table.  Of a tagged template: the text."""

    function: Node = Node(0, 0)
    arguments: tuple[Node, ...] = ()
    named: tuple[tuple[str, Node], ...] = ()
    template: bool = False


class Sequence(Node):
    items: tuple[Node, ...] = ()


class Spread(Node):
    """`*value`, `...value`: any number of items."""

    value: Node = Node(0, 0)


class Table(Node):
    """A dictionary or object; an entry without a key is spread."""

    entries: tuple[tuple[Node | None, Node], ...] = ()


class Sum(Node):
    """`left + right`: of strings or lists; `nodes` are its parts."""


def added(left: Node, right: Node) -> Sum:
    """`left + right`; of a longer sum all parts stand side by side."""
    return Sum(left.start, right.end, (*(left.nodes if isinstance(left, Sum) else (left,)), right))


class Choice(Node):
    """One of `nodes`: `a or b`, `a ?? b`, `a if c else b`; `tests` decides."""

    tests: tuple[Node, ...] = ()


class Parameter(Record):
    """`kind`: '', `rest` (further arguments) or `named` (further named arguments).  `keys` are the names that an
    object is taken apart to."""

    name: str
    default: Node | None = None
    kind: str = ''
    keys: tuple[tuple[str, str], ...] = ()


class Function(Node):
    """A function or lambda; `nodes` are its decorators."""

    name: str = ''
    parameters: tuple[Parameter, ...] = ()
    body: tuple[Statement, ...] = ()


class Assign(Record):
    """`target = value`, or `target += value`."""

    target: Node
    value: Node
    added: bool = False


class Branch(Record):
    """Statements of which one list runs, or none unless it is `complete`."""

    bodies: tuple[tuple[Statement, ...], ...]
    complete: bool = False


class Return(Record):
    value: Node


class Class(Record):
    name: str
    methods: tuple[Function, ...]
    body: tuple[Statement, ...] = ()
    bases: tuple[Node, ...] = ()


class Main(Record):
    """What runs only when the program is started, not when it is imported."""

    body: tuple[Statement, ...]


class Import(Record):
    """`name` of a module (or the module itself when that is ''), known here as `alias`."""

    module: str
    name: str
    alias: str


class Program(Record):
    body: tuple[Statement, ...]


if TYPE_CHECKING:
    Statement: TypeAlias = Node | Assign | Branch | Return | Class | Import | Main
