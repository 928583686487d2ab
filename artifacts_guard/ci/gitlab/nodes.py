"""Nodes that stand in no document as they are: what merging and interpolation make of those that do.

They answer as the nodes of `yamltree` do, so that what reads a configuration need not know them.
"""

from __future__ import annotations

from artifacts_guard.text import Fragment
from artifacts_guard.text import Place
from artifacts_guard.yamltree import EMPTY
from artifacts_guard.yamltree import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.model import Expression


_KEYS = 2_000_000


class Made(Node):
    """`origin` is the node whose place it has."""

    __slots__ = ('key', 'origin')

    origin: Node

    def __bool__(self) -> bool:
        return True

    @property
    def place(self) -> Place:
        return self.origin.place


class Merged(Made):
    """A mapping put together of several."""

    __slots__ = ('_values',)

    kind = 'map'

    def __init__(self, values: dict[str, Node], origin: Node, key: Node) -> None:
        self._values = values
        self.origin = origin
        self.key = key

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, key: str) -> Node:
        return self._values.get(key, EMPTY)

    def has(self, key: str) -> bool:
        return key in self._values

    def items(self) -> Iterator[tuple[str, Node]]:
        return iter(self._values.items())


class Listed(Made):
    """A sequence with elements that were changed."""

    __slots__ = ('_elements', 'tag')

    kind = 'seq'

    def __init__(self, elements: list[Node], origin: Node, key: Node, tag: str = '') -> None:
        self._elements = elements
        self.origin = origin
        self.key = key
        self.tag = tag

    def __len__(self) -> int:
        return len(self._elements)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._elements)

    def scalars(self) -> tuple[Node, ...]:
        return tuple([scalar for element in self._elements for scalar in element.scalars()])


class Text(Made):
    """A string in which `$[[ … ]]` was replaced; `expressions` are those that nobody can know."""

    __slots__ = ('_fragment', 'expressions', 'style', 'tag', 'text')

    kind = 'scalar'

    def __init__(self, fragment: Fragment, expressions: tuple[Expression, ...], origin: Node) -> None:
        self._fragment = fragment
        self.expressions = expressions
        self.text = fragment.text
        self.style = origin.style
        self.tag = origin.tag
        self.origin = origin
        self.key = origin.key

    @property
    def fragment(self) -> Fragment:
        return self._fragment

    def scalars(self) -> tuple[Node, ...]:
        return (self,)


class Merger:
    """Merges values as GitLab does: mappings key by key, all else is replaced.

    https://docs.gitlab.com/ci/yaml/yaml_optimization/#merge-details.  A small file can ask for merges
    without end: when too many keys were copied, later values replace earlier ones whole.
    """

    def __init__(self) -> None:
        self._left = _KEYS

    def merged(self, base: Node, over: Node) -> Node:
        """`over` merged into `base`; a null takes away what it stands for."""
        if base.kind != 'map' or over.kind != 'map':
            return over if over else base
        self._left -= len(base) + len(over)
        if self._left < 0:
            return over
        values = dict(base.items())
        for name, value in over.items():
            held = values.get(name)
            values[name] = value if held is None else self.merged(held, value)
        return Merged(values, over, over.key)

    def united(self, nodes: list[Node]) -> Node:
        """Mappings merged into one, each over those before it; the last says where it stands."""
        last = nodes[-1]
        if len(nodes) == 1 or last.kind not in ('map', ''):
            return last
        values: dict[str, Node] = {}
        for node in nodes:
            self._left -= len(node)
            for name, value in node.items():
                held = values.get(name)
                values[name] = value if held is None or self._left < 0 else self.merged(held, value)
        origin = last or nodes[-2]
        return Merged(values, origin, origin.key)
