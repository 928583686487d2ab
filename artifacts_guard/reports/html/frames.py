"""Source lines of a finding with its places marked in them, as runs of text with classes of the page's style."""

from __future__ import annotations

from itertools import groupby

from artifacts_guard.record import Record
from artifacts_guard.reports.layout import blocks
from artifacts_guard.reports.layout import hops
from artifacts_guard.reports.layout import rows
from artifacts_guard.reports.visible import text_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.reports.excerpt import Row
    from artifacts_guard.reports.layout import Block
    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report

_ROOM = 105  # cells of a line: what fits on A4
_MOST = 12  # places besides the finding's own: longer trails are lists, not pictures


class Label(Record):
    """What stands below a mark: blanks before it, words with an arrow, and whether it is the finding itself."""

    indent: str
    words: str
    main: bool


class Line(Record):
    """A source line: runs of text with their classes.  `gap`: lines before it are left out."""

    number: int
    gap: bool
    runs: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]


class Frame(Record):
    """The marked lines of one document."""

    place: str
    job: str
    lines: tuple[Line, ...]


def frames(report: Report, entry: Entry) -> tuple[Frame, ...]:
    """The finding's own document first, then those of its trail."""
    own, other = hops(entry)
    return tuple(
        _frame(report, block, '' if index else entry.job)
        for index, block in enumerate(blocks(entry, [*other[:_MOST], *own]))
    )


def _frame(report: Report, block: Block, job: str) -> Frame:
    lines = []
    before = 0
    for row in rows(report, block, _ROOM):
        lines.append(Line(row.line, bool(before) and row.line > before + 1, _runs(row), tuple(_labels(row))))
        before = row.line
    spot = block.spot
    return Frame(f'{spot.path}:{spot.line}:{spot.column}', job, tuple(lines))


def _labels(row: Row) -> Iterator[Label]:
    for stroke in row.strokes:
        width = text_width(stroke.label)
        if not width:
            continue
        if stroke.start + 2 + width <= _ROOM or stroke.start < width + 1:
            yield Label(' ' * stroke.start, f'↑ {stroke.label}', stroke.main)
        else:
            yield Label(' ' * (stroke.start - width - 1), f'{stroke.label} ↑', stroke.main)


def _runs(row: Row) -> tuple[tuple[str, str], ...]:
    """The characters of a line by class: what they are (`secret`, `escaped`) and by what they are marked."""
    shown: list[tuple[str, str]] = []
    column = 0
    for cell in row.cells:
        marks = {
            stroke.main for stroke in row.strokes if stroke.start <= column < stroke.start + stroke.length
        }
        mark = 'main' if True in marks else 'related' if marks else ''
        shown.append((cell.text, ' '.join(filter(None, (cell.style, mark)))))
        column += cell.width
    return tuple(
        (''.join(text for text, _ in run), classes) for classes, run in groupby(shown, key=lambda one: one[1])
    )
