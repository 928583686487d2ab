"""Mappings and sequences of a tree."""

from __future__ import annotations

from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.yamltree.node import EMPTY
from artifacts_guard.yamltree.node import PLAIN
from artifacts_guard.yamltree.node import Node
from artifacts_guard.yamltree.node import Placed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from artifacts_guard.yamltree.node import Source

UNMARKED = -1
_MERGE_TAGS = frozenset(('', 'tag:yaml.org,2002:merge'))


class Collection(Placed):
    """What `children` are: a sequence's elements, or a mapping's keys and values in turn.

    The end is `UNMARKED` where the document does not show it: it is that of the last child.
    """

    __slots__ = ('_alias', '_origin', '_table', 'children')

    def __init__(
        self, source: Source, key: Node, start: int, *, tag: str = '', anchor: str = '', children: list[Node]
    ) -> None:
        self._source = source
        self._start = start
        self._end = UNMARKED
        self._alias: tuple[int, int] | None = None
        self._origin: Self | None = None
        self._table: dict[str, Node] | None = None
        self.key = key
        self.tag = tag
        self.anchor = anchor
        self.children = children

    def close(self, end: int) -> None:
        self._end = end

    def aliased(self, key: Node, start: int, end: int) -> Self:
        """The same collection as seen through an alias; the children are shared, not copied."""
        copy = type(self)(
            self._source, key, self._start, tag=self.tag, anchor=self.anchor, children=self.children
        )
        copy._end = self._end
        copy._alias = (start, end)
        copy._origin = self._origin or self
        return copy

    @property
    def alias(self) -> Place | None:
        return Place(self._source.document, Span(*self._alias)) if self._alias else None

    @property
    def place(self) -> Place:
        node: Node = self
        end = self._end
        while end == UNMARKED and isinstance(node, Collection) and node.children:
            node = node.children[-1]
            end = node._own_end()
        start = self._start
        if self.tag or self.anchor:
            from artifacts_guard.yamltree.pieces import content_start

            properties = bool(self.tag) + bool(self.anchor)
            start = content_start(self._source.text, start, len(self._source.text), properties)
        return Place(self._source.document, Span(start, max(start, end)))

    def _own_end(self) -> int:
        return self._alias[1] if self._alias else self._end


class Mapping(Collection):
    __slots__ = ()

    kind = 'map'

    def __len__(self) -> int:
        return len(self._values())

    def __getitem__(self, key: str) -> Node:
        return self._values().get(key, EMPTY)

    def has(self, key: str) -> bool:
        return key in self._values()

    def all(self, key: str) -> tuple[Node, ...]:
        found = [value for name, value in self.entries() if _names(name) and name.text == key]
        return tuple(found or ([self[key]] if self.has(key) else []))

    def items(self) -> Iterator[tuple[str, Node]]:
        return iter(self._values().items())

    def entries(self) -> Iterator[tuple[Node, Node]]:
        children = iter(self.children)
        return zip(children, children)

    def merged(self) -> list[Mapping]:
        """The mappings that merge keys bring in, the strongest first."""
        values = [value for key, value in self.entries() if _is_merge(key)]
        found: list[Mapping] = []
        # of several merge keys the last wins, in a list of mappings the first
        for value in reversed(values):
            found += [v for v in (value, *value) if isinstance(v, Mapping)]
        return found

    def _values(self) -> dict[str, Node]:
        owner = self._origin or self
        if owner._table is None:
            owner._table = _table(owner)
        return owner._table

    def _spliced(self) -> Node | None:
        # Woodpecker's merge of lists; of mappings it is YAML's:
        # https://woodpecker-ci.org/docs/usage/advanced-usage
        if len(self.children) == 2 and _is_merge(self.children[0]):
            value = self.children[1]
            if isinstance(value, Sequence) and any(child.kind != 'map' for child in value.children):
                return value
        return None


class Sequence(Collection):
    __slots__ = ()

    kind = 'seq'

    def __len__(self) -> int:
        return len(self._elements())

    def __iter__(self) -> Iterator[Node]:
        return iter(self._elements())

    def scalars(self) -> tuple[Node, ...]:
        return tuple([node for node in _leaves(self, nested=True) if node.kind == 'scalar'])

    def _elements(self) -> list[Node]:
        if any(child._spliced() for child in self.children):
            return _leaves(self, nested=False)
        return self.children


def _leaves(sequence: Sequence, *, nested: bool) -> list[Node]:
    """Elements of a sequence with those of sequences that are merged into it and, if asked, stand in it."""
    found: list[Node] = []
    open_ = [iter(sequence.children)]
    while open_:
        for child in open_[-1]:
            inner = child._spliced() or (child if nested else None)
            if isinstance(inner, Sequence):
                open_.append(iter(inner.children))
                break
            found.append(child)
        else:
            open_.pop()
    return found


def _table(mapping: Mapping) -> dict[str, Node]:
    """Values by key: a mapping's own, then those of mappings merged into it, each visited once."""
    table: dict[str, Node] = {}
    seen = set()
    waiting = [mapping]
    while waiting:
        current = waiting.pop()
        owner = current._origin or current
        if id(owner) not in seen:
            seen.add(id(owner))
            own: dict[str, Node] = {}
            merges = False
            for key, value in current.entries():
                if _is_merge(key):
                    merges = True
                elif key.kind == 'scalar':
                    own[key.text] = value
            for name, value in own.items():
                table.setdefault(name, value)
            if merges:
                waiting += reversed(current.merged())
    return table


def _names(key: Node) -> bool:
    return key.kind == 'scalar' and not _is_merge(key)


def _is_merge(key: Node) -> bool:
    """Whether a key is YAML's merge key: https://yaml.org/type/merge.html"""
    return key.text == '<<' and key.style == PLAIN and key.tag in _MERGE_TAGS
