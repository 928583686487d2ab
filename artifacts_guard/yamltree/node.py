"""The tree that YAML and JSON documents are read into: nodes that know where they stand.

A node answers what its document lacks with `EMPTY`, the only falsy node, so that readers need no
type checks: `root['jobs']['publish']['steps']` is a node whatever the document holds.
What is costly (tables of mappings, the way back to the document) is made when it is first asked for.
"""

from __future__ import annotations

from artifacts_guard.errors import GuardError
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator

MAX_DEPTH = 200
MAX_VALUES = 220_000  # an alias counts with all that it stands for

PLAIN = 'plain'
SINGLE = 'single'
DOUBLE = 'double'
LITERAL = 'literal'
FOLDED = 'folded'

_QUOTED = frozenset((SINGLE, DOUBLE))
_BLOCK = frozenset((LITERAL, FOLDED))
_NULLS = frozenset(('', '~', 'null', 'Null', 'NULL'))
_NULL_TAGS = frozenset(('', 'tag:yaml.org,2002:null'))


class TreeError(GuardError):
    """A document that is no valid YAML or JSON: why, and the offset at which reading stopped."""

    exit_status = 3

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Source:
    """What all nodes of a document share.

    `text` is the document's text as it was parsed, of the same length.  `pieces` maps a scalar:
    from that text, the scalar's style, value, start and end to the pieces of its fragment.
    """

    __slots__ = ('document', 'pieces', 'text')

    def __init__(
        self,
        document: Document,
        text: str,
        pieces: Callable[[str, str, str, int, int], tuple[Piece, ...]],
    ) -> None:
        self.document = document
        self.text = text
        self.pieces = pieces


class Node:
    """A value of a document; this class itself is `EMPTY`, which answers everything with nothing.

    kind    `map`, `seq`, `scalar`; '' for EMPTY
    text    what YAML says after folding, escapes and chomping; '' unless a scalar.  Types are not
            resolved: `on`, `no` and `010` stay what they are
    style   `plain`, `single`, `double`, `literal` or `folded`; '' unless a scalar
    tag     as written, or expanded for `!!`; '' when there is none
    anchor  its name, '' when there is none
    is_null a plain scalar that is empty, `~` or `null`.  It is in the document, so it is true
    key     the key under which the node stands in its mapping; EMPTY in a sequence or at the top
    alias   where the `*alias` stands by which the node was reached.  A node and its aliases have
            the same place; what stands below an alias does not carry it
    """

    __slots__ = ()

    kind: str = ''
    text: str = ''
    style: str = ''
    tag: str = ''
    anchor: str = ''
    key: Node

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        """Keys of a mapping, elements of a sequence; 0 for all else."""
        return 0

    def __iter__(self) -> Iterator[Node]:
        """The elements of a sequence; nothing for all else."""
        return iter(())

    def __getitem__(self, key: str) -> Node:
        """The value of a key: the last of duplicates, else what merge keys (`<<`) bring, else EMPTY."""
        return EMPTY

    def __contains__(self, key: str) -> bool:
        return self.has(key)

    def has(self, key: str) -> bool:
        return False

    def all(self, key: str) -> tuple[Node, ...]:
        """All values of a key in document order; what merge keys bring only if there is no other."""
        return ()

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and values in document order, then those that merge keys bring; each key once.

        Keys that are themselves collections are only among `entries`.
        """
        return iter(())

    def entries(self) -> Iterator[tuple[Node, Node]]:
        """Key and value nodes as written: with duplicates and merge keys."""
        return iter(())

    def scalars(self) -> tuple[Node, ...]:
        """The node itself if it is a scalar; all scalars of a sequence and of sequences in it."""
        return ()

    @property
    def is_null(self) -> bool:
        return False

    @property
    def alias(self) -> Place | None:
        return None

    @property
    def fragment(self) -> Fragment:
        """A scalar's text, mapped back to the document; an empty one for all else."""
        place = self.place
        return Fragment(place.document, '', (Piece(0, place.span.start, place.span.start),))

    @property
    def place(self) -> Place:
        """The range of the content, without anchor, tag and quotes."""
        return Place(Document('', ''), Span(0, 0))

    @property
    def entry(self) -> Place:
        """From the key to the end of the value, quotes included, as far as it is on the line of the key."""
        key = self.key
        if not key:
            return self.place
        document, span = key.place.document, key.place.span
        quote = 1 if key.style in _QUOTED else 0
        start, end = span.start - quote, span.end + quote
        if self.kind == 'scalar' and self.alias is None:
            stop = self.place.span.end + (1 if self.style in _QUOTED else 0)
            if stop > end and '\n' not in document.text[start:stop]:
                end = stop
        return Place(document, Span(start, end))

    def _own_end(self) -> int:
        """Where a value ends in the text, its closing quote or bracket included."""
        return 0

    def _spliced(self) -> Node | None:
        """The sequence that stands for the node among its siblings: `- <<: *commands`."""
        return None


EMPTY = Node()
Node.key = EMPTY


class Placed(Node):
    """A node of a document; `start` and `end` are those of the parser, with anchor, tag and quotes."""

    __slots__ = ('_end', '_source', '_start', 'anchor', 'key', 'tag')

    _source: Source
    _start: int
    _end: int

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f'<{self.kind} at {self._source.document.path}:{self.place.line}>'


class Scalar(Placed):
    __slots__ = ('_fragment', 'style', 'text')

    kind = 'scalar'

    def __init__(
        self, source: Source, key: Node, start: int, end: int, *, tag: str, anchor: str, text: str, style: str
    ) -> None:
        self._source = source
        self._start = start
        self._end = end
        self._fragment: Fragment | None = None
        self.key = key
        self.tag = tag
        self.anchor = anchor
        self.text = text
        self.style = style

    def aliased(self, key: Node, start: int, end: int) -> Scalar:
        """The same scalar as seen through the alias in a range of the text."""
        return _AliasedScalar(self, key, (start, end))

    @property
    def is_null(self) -> bool:
        return self.style == PLAIN and self.text in _NULLS and self.tag in _NULL_TAGS

    @property
    def fragment(self) -> Fragment:
        if self._fragment is None:
            source, text, start, end = self._source, self.text, self._start, self._end
            if text and source.text[start:end] == text:
                pieces: tuple[Piece, ...] = (Piece(0, start, end),)
            elif self.style in _QUOTED and source.text[start + 1 : end - 1] == text:
                pieces = (Piece(0, start + 1, end - 1),)
            else:
                pieces = source.pieces(source.text, self.style, text, start, end)
            self._fragment = Fragment(source.document, text, pieces)
        return self._fragment

    @property
    def place(self) -> Place:
        fragment, text = self.fragment, self.text
        if self.style not in _BLOCK:
            return fragment.whole()
        last = len(text.rstrip('\n'))
        return fragment.place(min(len(text) - len(text.lstrip('\n')), last), last)

    def scalars(self) -> tuple[Node, ...]:
        return (self,)

    def _own_end(self) -> int:
        if self.style in _BLOCK or (not self.text and self.style == PLAIN):
            return self.place.span.end
        return self._end


class _AliasedScalar(Scalar):
    __slots__ = ('_alias',)

    def __init__(self, target: Scalar, key: Node, alias: tuple[int, int]) -> None:
        super().__init__(
            target._source,
            key,
            target._start,
            target._end,
            tag=target.tag,
            anchor=target.anchor,
            text=target.text,
            style=target.style,
        )
        self._alias = alias

    @property
    def alias(self) -> Place | None:
        return Place(self._source.document, Span(*self._alias))

    def _own_end(self) -> int:
        return self._alias[1]
