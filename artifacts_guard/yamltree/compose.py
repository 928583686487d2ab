"""From events to trees: iterative, with a cap on depth and size, and as tolerant as YAML allows."""

from __future__ import annotations

from artifacts_guard.text import Document
from artifacts_guard.yamltree.collection import Collection
from artifacts_guard.yamltree.collection import Mapping
from artifacts_guard.yamltree.collection import Sequence
from artifacts_guard.yamltree.events import ALIAS
from artifacts_guard.yamltree.events import CLOSE
from artifacts_guard.yamltree.events import DOCUMENT
from artifacts_guard.yamltree.events import END
from artifacts_guard.yamltree.events import MAPPING
from artifacts_guard.yamltree.events import NOTHING
from artifacts_guard.yamltree.events import SCALAR
from artifacts_guard.yamltree.events import cleaned
from artifacts_guard.yamltree.node import DOUBLE
from artifacts_guard.yamltree.node import EMPTY
from artifacts_guard.yamltree.node import FOLDED
from artifacts_guard.yamltree.node import LITERAL
from artifacts_guard.yamltree.node import MAX_DEPTH
from artifacts_guard.yamltree.node import MAX_VALUES
from artifacts_guard.yamltree.node import PLAIN
from artifacts_guard.yamltree.node import SINGLE
from artifacts_guard.yamltree.node import Node
from artifacts_guard.yamltree.node import Scalar
from artifacts_guard.yamltree.node import Source
from artifacts_guard.yamltree.node import TreeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from typing import Any

    from artifacts_guard.text import Piece
    from artifacts_guard.yamltree.events import Events

UNKNOWN_ESCAPE = 'found unknown escape character'  # as both parsers say it
_TOO_DEEP = f'nested deeper than {MAX_DEPTH}'
_TOO_MANY = f'more than {MAX_VALUES:,} values'
_BRACKETS = frozenset(']}')
_STYLES = {None: PLAIN, '': PLAIN, "'": SINGLE, '"': DOUBLE, '|': LITERAL, '>': FOLDED}


class YamlError(TreeError):
    """Text that is not YAML, or nested or aliased beyond reason; the offset is where the parser stopped."""


class _Anchored:
    """What an anchor names: the node, with how many values it holds and how deep it goes, once it is closed."""

    __slots__ = ('depth', 'node', 'values')

    def __init__(self, node: Scalar | Collection, values: int, depth: int) -> None:
        self.node = node
        self.values = values  # 0: not closed yet
        self.depth = depth


class _Open:
    """A collection being read; `before` is the count of values when it began, `depth` that of its deepest child."""

    __slots__ = ('anchored', 'before', 'depth', 'node')

    def __init__(self, node: Collection, before: int, anchored: _Anchored | None) -> None:
        self.node = node
        self.before = before
        self.anchored = anchored
        self.depth = 0


class Composer:
    """Builds the trees of a document's text from events; `documents` holds what was read so far.

    Characters at `masked` offsets are not shown to the parser.
    """

    def __init__(self, document: Document, masked: Iterable[int] = ()) -> None:
        text = cleaned(document.text)
        for offset in masked:
            text = f'{text[:offset]}\ufffd{text[offset + 1 :]}'
        self.documents: list[Node] = []
        # parsers count from behind a byte order mark, and stumble over a second one
        self._shift = len(text) - len(text.lstrip('\ufeff'))
        self._source = Source(document, text, _pieces)
        self._anchors: dict[str, _Anchored] = {}
        self._open: list[_Open] = []
        self._values = 0

    def read(self, stream: Callable[[str], Events]) -> YamlError | None:
        """Read as far as possible with the events that `stream` gives for a text; what went wrong."""
        events = stream(self._source.text[self._shift :])
        try:
            self._compose(events)
        except YamlError as error:
            return error
        except events.error as error:
            return self._problem(error)
        except UnicodeError:  # %-escapes in a tag that are no text
            offset = self._open[-1].node.place.span.start if self._open else 0
            return YamlError('found text that is not Unicode', offset)
        return None

    def _compose(self, events: Events) -> None:
        next_event, kinds, source, shift = events.next, events.kinds, self._source, self._shift
        siblings = self.documents
        in_mapping = False
        while True:
            event = next_event()
            kind = kinds[event.__class__]
            if kind == SCALAR:
                start, anchor = event.start_mark.index + shift, event.anchor
                key = siblings[-1] if in_mapping and len(siblings) & 1 else EMPTY
                end, style = event.end_mark.index + shift, _STYLES[event.style]
                scalar = Scalar(
                    source,
                    key,
                    start,
                    end,
                    tag=event.tag or '',
                    anchor=anchor or '',
                    text=event.value,
                    style=style,
                )
                siblings.append(scalar)
                self._values += 1
                if anchor:
                    self._anchors[anchor] = _Anchored(scalar, 1, 0)
                if self._values > MAX_VALUES:
                    raise YamlError(_TOO_MANY, start)
            elif kind == END:
                return
            elif kind != NOTHING:
                key = siblings[-1] if in_mapping and len(siblings) & 1 else EMPTY
                if kind == CLOSE:
                    self._close(event)
                elif kind == ALIAS:
                    siblings.append(self._alias(event, key))
                elif kind == DOCUMENT:
                    self._anchors = {}
                    self._count(2, event.start_mark.index + shift)
                else:
                    siblings.append(self._begin(Mapping if kind == MAPPING else Sequence, event, key))
                opened = self._open
                siblings = opened[-1].node.children if opened else self.documents
                in_mapping = bool(opened) and opened[-1].node.kind == 'map'

    def _begin(self, cls: type[Collection], event: Any, key: Node) -> Collection:
        start, anchor = event.start_mark.index + self._shift, event.anchor
        if len(self._open) == MAX_DEPTH:
            raise YamlError(_TOO_DEEP, start)
        self._count(1, start)
        node = cls(self._source, key, start, tag=event.tag or '', anchor=anchor or '', children=[])
        anchored = None
        if anchor:
            anchored = self._anchors[anchor] = _Anchored(node, 0, 0)
        self._open.append(_Open(node, self._values, anchored))
        return node

    def _close(self, event: Any) -> None:
        closed = self._open.pop()
        end = event.end_mark.index + self._shift
        # the marks of a block's end are those of what follows
        if self._source.text[event.start_mark.index + self._shift : end] in _BRACKETS:
            closed.node.close(end)
        depth = closed.depth + 1
        if closed.anchored:
            closed.anchored.values = self._values - closed.before + 1
            closed.anchored.depth = depth
        self._deepen(depth)

    def _alias(self, event: Any, key: Node) -> Node:
        start, end = event.start_mark.index + self._shift, event.end_mark.index + self._shift
        target = self._anchors.get(event.anchor)
        if target is None:
            raise YamlError('found undefined alias', start)
        if not target.values:
            # an alias to what it stands in: nothing, so that every tree ends somewhere
            self._count(1, start)
            nothing = Scalar(self._source, key, start, start, tag='', anchor='', text='', style=PLAIN)
            return nothing.aliased(key, start, end)
        if len(self._open) + target.depth > MAX_DEPTH:
            raise YamlError(_TOO_DEEP, start)
        self._count(target.values, start)
        self._deepen(target.depth)
        return target.node.aliased(key, start, end)

    def _deepen(self, depth: int) -> None:
        if self._open and self._open[-1].depth < depth:
            self._open[-1].depth = depth

    def _count(self, values: int, offset: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise YamlError(_TOO_MANY, offset)

    def _problem(self, error: Any) -> YamlError:
        """Our error from a parser's: its sentence up to what it quotes from the text."""
        mark = getattr(error, 'problem_mark', None) or getattr(error, 'context_mark', None)
        offset = min(mark.index + self._shift, len(self._source.text)) if mark else 0
        problem = getattr(error, 'problem', None) or getattr(error, 'context', None) or 'not YAML'
        if 'nesting depth' in problem:  # libyaml's own limit, as it reads ahead
            problem = _TOO_DEEP
        return YamlError(problem.partition("'")[0].rstrip(' ,'), offset)


def _pieces(text: str, style: str, value: str, start: int, end: int) -> tuple[Piece, ...]:
    from artifacts_guard.yamltree.pieces import pieces

    return pieces(text, style, value, start, end)
