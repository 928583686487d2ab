"""Source lines with marks under them, clipped to a width."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.reports.visible import glyphs
from artifacts_guard.reports.visible import text_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.reports.model import Report
    from artifacts_guard.text import Document
    from artifacts_guard.text import Span

_TAB = 4
_BEFORE, _AFTER = 300, 900  # characters of a line that are looked at around its first mark
_ELLIPSIS = '…'


class Mark(Record):
    """A range to underline, what to write beside it, and whether it is the finding itself."""

    span: Span
    label: str = ''
    main: bool = False


class Cell(Record):
    """A character as shown: style is '', 'secret' or 'escaped'."""

    text: str
    width: int
    style: str = ''


class Stroke(Record):
    """A mark in cells: where it starts and how long it is."""

    start: int
    length: int
    label: str
    main: bool


class Row(Record):
    """A source line and the strokes under it."""

    line: int
    cells: tuple[Cell, ...]
    strokes: tuple[Stroke, ...]

    def indent(self) -> int:
        """Cells of white space before the text; a large number for an empty line."""
        for index, cell in enumerate(self.cells):
            if cell.text.strip():
                return sum(c.width for c in self.cells[:index])
        return 1 << 16

    def width(self) -> int:
        return sum(cell.width for cell in self.cells)


def row(report: Report, document: Document, line: int, marks: Sequence[Mark]) -> Row:
    """A line with its marks, in full (but for endless lines, of which a window around the first mark is taken)."""
    whole = document.line_span(line)
    focus = min(max(marks[0].span.start, whole.start), whole.end) if marks else whole.start
    start, end = max(whole.start, focus - _BEFORE), min(whole.end, focus + _AFTER)
    cells = [Cell(_ELLIPSIS, 1)] if start > whole.start else []
    column = len(cells)
    edges: list[tuple[int, int]] = []  # left and right edge, in cells, of each character of the window
    for text, left, right, secret in report.pieces(document, start, end):
        before = column
        for shown, width, escaped in glyphs(text, _TAB, column):
            cells.append(Cell(shown, width, 'secret' if secret else 'escaped' if escaped else ''))
            if not secret:
                edges.append((column, column + width))
            column += width
        if secret:
            edges += [(before, column)] * (right - left)
    edges.append((column, column + 1))
    if end < whole.end:
        cells.append(Cell(_ELLIPSIS, 1))
    return Row(line, tuple(cells), tuple(_stroke(mark, start, edges) for mark in marks))


def _stroke(mark: Mark, start: int, edges: list[tuple[int, int]]) -> Stroke:
    last = len(edges) - 1
    first = min(max(mark.span.start - start, 0), last)
    final = min(max(mark.span.end - 1 - start, first), max(first, last - 1))
    left, right = edges[first][0], edges[final][1]
    return Stroke(left, max(1, right - left), mark.label, mark.main)


def dedent(row: Row, cells: int) -> Row:
    """The row without its first cells, which must be white space."""
    kept, dropped = list(row.cells), 0
    while kept and dropped < cells:
        cell = kept.pop(0)
        dropped += cell.width
    if dropped > cells:  # a tabulator reaches over the edge
        kept[:0] = [Cell(' ', 1)] * (dropped - cells)
    return row.replace(
        cells=tuple(kept), strokes=tuple(s.replace(start=max(0, s.start - cells)) for s in row.strokes)
    )


def clip(row: Row, width: int) -> Row:
    """The row in at most `width` cells, around its first stroke; what is cut is marked by `…`."""
    total = row.width()
    if total <= width:
        return row
    focus, length = (row.strokes[0].start, row.strokes[0].length) if row.strokes else (0, 0)
    spare = width - min(length, width)
    first = max(0, min(focus - max(1, min(spare // 2, width // 3)), total - width))
    kept: list[Cell] = []
    at = 0
    for cell in row.cells:
        if at >= first and at + cell.width <= first + width:
            kept.append(cell)
        elif first <= at < first + width or first < at + cell.width <= first + width:
            # half of something wide stands at the edge
            kept += [Cell(' ', 1)] * (min(at + cell.width, first + width) - max(at, first))
        at += cell.width
    if first > 0:
        kept = _cut(kept, 0)
    if first + width < total:
        kept = _cut(kept, -1)
    strokes = [_clipped(stroke, first, width) for stroke in row.strokes]
    return row.replace(cells=tuple(kept), strokes=tuple(s for s in strokes if s is not None))


def _cut(cells: list[Cell], index: int) -> list[Cell]:
    """The cells with an ellipsis in place of the one at an end."""
    width = cells[index].width if cells else 1
    cells[index : index + 1 or None] = [
        Cell(_ELLIPSIS + ' ' * (width - 1) if width else _ELLIPSIS, max(width, 1))
    ]
    return cells


def _clipped(stroke: Stroke, first: int, width: int) -> Stroke | None:
    start, end = max(stroke.start - first, 0), min(stroke.start + stroke.length - first, width)
    if end <= start and not stroke.label:
        return None
    start = min(start, width - 1)
    return stroke.replace(start=start, length=max(1, end - start))


def clip_text(text: str, width: int) -> str:
    """A visible text in at most `width` cells, its middle cut."""
    if text_width(text) <= width:
        return text
    keep = max(width - 1, 1)
    head = keep // 3
    return text[:head] + _ELLIPSIS + text[len(text) - (keep - head) :]
