"""Documents, and the way back from any offset to the line and column that people see.

All offsets are code points in `Document.text`, from 0, with exclusive ends.  Lines and
columns are 1-based and computed in one place, `Document.position`.
"""

from __future__ import annotations

from bisect import bisect_right

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    class Tree(Protocol):
        """The documents of one scan, by path relative to its root, with `/`."""

        def document(self, path: str) -> Document | None:
            """The document at a path; None when there is none or it is no text."""

        def paths(self) -> Iterable[str]:
            """All paths of the scan, sorted."""


class Span(Record):
    """A half-open range of offsets in a document."""

    start: int
    end: int


class Position(Record):
    """A place as people count: line and column from 1, columns in code points."""

    line: int
    column: int


class Document:
    """A text under analysis and the path it is known by.

    `encoding` is how the bytes were read; `complete` is False when the text had to be cut or
    repaired (said in `note`).  Lines end at `\\n`; a `\\r` before it belongs to the line's end.
    """

    __slots__ = ('_starts', 'complete', 'encoding', 'note', 'path', 'text')

    def __init__(
        self,
        path: str,
        text: str,
        *,
        encoding: str = 'utf-8',
        complete: bool = True,
        note: str = '',
    ) -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self.complete = complete
        self.note = note
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f'Document({self.path!r}, {len(self.text)} characters)'

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            starts, at, find = [0], 0, self.text.find
            while (at := find('\n', at) + 1) > 0:
                starts.append(at)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """Line and column of an offset."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line_count(self) -> int:
        return len(self._line_starts())

    def line_span(self, line: int) -> Span:
        """Offsets of a line without its line end."""
        starts = self._line_starts()
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        if end > start and self.text[end - 1] == '\r':
            end -= 1
        return Span(start, end)

    def line(self, line: int) -> str:
        """Text of a line without its line end."""
        span = self.line_span(line)
        return self.text[span.start : span.end]


class Place(Record):
    """A span of a document: where something stands."""

    document: Document
    span: Span

    @property
    def path(self) -> str:
        return self.document.path

    @property
    def start(self) -> Position:
        return self.document.position(self.span.start)

    @property
    def end(self) -> Position:
        return self.document.position(self.span.end)

    @property
    def line(self) -> int:
        return self.document.position(self.span.start).line

    @property
    def text(self) -> str:
        return self.document.text[self.span.start : self.span.end]

    def sort_key(self) -> tuple[str, int, int]:
        return self.document.path, self.span.start, self.span.end


class Piece(Record):
    """A run of a fragment's text: where it begins there, and the range of the document it comes from.

    When both have the same length, characters correspond one to one; otherwise (an escape, a
    folded line end) the whole run corresponds to the whole range.
    """

    at: int
    start: int
    end: int


class Fragment(Record):
    """Text taken out of a document (a YAML scalar, a JSON string, a recipe), mapped back to it."""

    document: Document
    text: str
    pieces: tuple[Piece, ...]

    def __hash__(self) -> int:
        # a script has a piece for each of its lines: hashing them all for each of its words is too much
        return hash((self.document, len(self.text), self.pieces[:1]))

    def span(self, start: int, end: int) -> Span:
        """The range of the document that a range of the fragment's text comes from."""
        first = self._range(start)[0]
        if end <= start:
            return Span(first, first)
        return Span(first, max(first, self._range(end - 1)[1]))

    def place(self, start: int, end: int) -> Place:
        return Place(self.document, self.span(start, end))

    def whole(self) -> Place:
        if not self.pieces:
            return Place(self.document, Span(0, 0))
        return Place(
            self.document, Span(self.pieces[0].start, max(self.pieces[0].start, self.pieces[-1].end))
        )

    def slice(self, start: int, end: int) -> Fragment:
        """A part of the fragment that still knows where it comes from."""
        pieces = []
        for index, piece in enumerate(self.pieces):
            stop = self._stop(index)
            if (stop <= start and not (stop == piece.at == start)) or piece.at >= end:
                continue
            length = stop - piece.at
            if piece.end - piece.start == length:
                left = max(start - piece.at, 0)
                right = min(end, stop) - piece.at
                pieces.append(Piece(piece.at + left - start, piece.start + left, piece.start + right))
            else:
                pieces.append(Piece(max(piece.at - start, 0), piece.start, piece.end))
        return Fragment(self.document, self.text[start:end], tuple(pieces))

    def _stop(self, index: int) -> int:
        return self.pieces[index + 1].at if index + 1 < len(self.pieces) else len(self.text)

    def _range(self, offset: int) -> tuple[int, int]:
        if not self.pieces:
            return 0, 0
        low, high = 0, len(self.pieces)
        while low < high:
            middle = (low + high) // 2
            if self.pieces[middle].at <= offset:
                low = middle + 1
            else:
                high = middle
        index = max(low - 1, 0)
        piece = self.pieces[index]
        if piece.end - piece.start == self._stop(index) - piece.at:
            at = min(piece.start + offset - piece.at, piece.end)
            return at, min(at + 1, piece.end)
        return piece.start, piece.end


def whole(document: Document) -> Fragment:
    """A document's whole text as a fragment."""
    length = len(document.text)
    return Fragment(document, document.text, (Piece(0, 0, length),))


def part(document: Document, start: int, end: int) -> Fragment:
    """A range of a document, character by character, as a fragment."""
    return Fragment(document, document.text[start:end], (Piece(0, start, end),))


def join(fragments: Iterable[Fragment], separator: str, document: Document) -> Fragment:
    """Fragments of one document put together, with a separator that comes from nowhere between them."""
    text = ''
    pieces: list[Piece] = []
    for index, fragment in enumerate(fragments):
        if index and separator:
            anchor = pieces[-1].end if pieces else 0
            pieces.append(Piece(len(text), anchor, anchor))
            text += separator
        pieces += [Piece(len(text) + p.at, p.start, p.end) for p in fragment.pieces]
        text += fragment.text
    return Fragment(document, text, tuple(pieces))
