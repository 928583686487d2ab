"""The text report as styled lines: one frame per finding, then the summary.

Both renderers, plain and rich, print exactly these lines.
"""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.reports.excerpt import Mark
from artifacts_guard.reports.excerpt import Row
from artifacts_guard.reports.excerpt import clip
from artifacts_guard.reports.excerpt import dedent
from artifacts_guard.reports.excerpt import row
from artifacts_guard.reports.prose import prose
from artifacts_guard.reports.prose import wrap
from artifacts_guard.reports.summary import summary
from artifacts_guard.reports.visible import text_width
from artifacts_guard.reports.visible import visible
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Hop
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.model import Spot
    from artifacts_guard.reports.options import Options
    from artifacts_guard.reports.prose import Line

_NARROWEST = 40
_WIDEST_PROSE = 100  # longer lines of prose are hard to read
_RELATED = 3  # places shown beside the finding's own
_CALLERS = 3
_SPAN_LINES = 3  # lines of a finding that goes over several


class Block(Record):
    """The marks of one document in a frame, by line."""

    spot: Spot
    marks: dict[int, list[Mark]]


def lines(report: Report, options: Options) -> Iterator[Line]:
    """The whole text report."""
    width = max(options.width, _NARROWEST)
    seen: set[tuple[str, str, str]] = set()
    for entry in report.entries:
        key = entry.spot.path, entry.rule, entry.message
        yield from frame(report, entry, width, brief=key in seen)
        yield ()
        seen.add(key)
    yield from summary(report, options, width)


def frame(report: Report, entry: Entry, width: int, *, brief: bool = False) -> Iterator[Line]:
    """One finding.  `brief`: one like it in the same file was shown before, with its explanation."""
    yield from _head(entry, width)
    shown, more = _chosen(entry, brief)
    parts = blocks(entry, shown)
    gutter = len(str(max(line for block in parts for line in block.marks)))
    for index, block in enumerate(parts):
        if index:
            yield ((' ' * (gutter + 1) + '│', 'gutter'),)
        yield (
            (' ' * (gutter + 1) + ('├─ ' if index else '╭─ '), 'gutter'),
            *_where(block.spot, '' if index else entry.job),
        )
        yield from _source(report, block, gutter, width, entry.level)
    said = list(notes(entry, more, brief=brief))
    if said:
        yield ((' ' * (gutter + 1) + '│', 'gutter'),)
    for label, text in said:
        yield from _note(label, text, gutter, min(width, _WIDEST_PROSE))


def _head(entry: Entry, width: int) -> Iterator[Line]:
    start = f'{entry.level}[{visible(entry.rule)}]: '
    first, *rest = wrap(visible(entry.message), width - 2, text_width(start) - 2)
    yield (
        (entry.level, entry.level),
        (f'[{visible(entry.rule)}]', entry.level),
        (': ', 'strong'),
        (first, 'strong'),
    )
    for line in rest:
        yield (('  ' + line, 'strong'),)


def hops(entry: Entry) -> tuple[list[Hop], list[Hop]]:
    """The trail, each place once: the hop at the finding itself, if there is one, and the others."""
    own = [hop for hop in entry.trail if hop.spot.is_at(entry.spot)][-1:]
    other = {(h.role, h.spot.path, h.spot.place.span): h for h in entry.trail if not h.spot.is_at(entry.spot)}
    return own, list(other.values())


def _chosen(entry: Entry, brief: bool) -> tuple[Sequence[Hop], int]:
    """The related places to show, and how many more there are: the start of the trail and its end tell most."""
    own, other = hops(entry)
    if brief:
        return own, 0
    if len(other) <= _RELATED:
        return [*other, *own], 0
    return [other[0], *other[1 - _RELATED :], *own], len(other) - _RELATED


def blocks(entry: Entry, hops: Sequence[Hop]) -> list[Block]:
    """The places of a frame by document: the finding's own first, the others as the trail has them."""
    label = next((hop.role for hop in hops if hop.spot.is_at(entry.spot)), '')
    made = [Block(entry.spot, {})]
    _mark(made[0], entry.spot, label, main=True)
    for hop in hops:
        if hop.spot.is_at(entry.spot):
            continue
        block = next((b for b in made if b.spot.place.path == hop.spot.place.path), None)
        if block is None:
            block = Block(hop.spot, {})
            made.append(block)
        _mark(block, hop.spot, hop.role, main=False)
    return made


def _mark(block: Block, spot: Spot, label: str, *, main: bool) -> None:
    document, span = spot.place.document, spot.place.span
    last = spot.line
    if main:
        # an end at the beginning of a line belongs to the line before
        ends = document.position(max(span.start, span.end - 1)).line
        last = min(ends, spot.line + _SPAN_LINES - 1)
    for line in range(spot.line, last + 1):
        whole = document.line_span(line)
        text = document.text[whole.start : min(whole.end, whole.start + 1000)]
        indent = len(text) - len(text.lstrip()) if line > spot.line else 0
        part = Span(max(span.start, whole.start + indent), min(span.end, whole.end))
        block.marks.setdefault(line, []).append(Mark(part, visible(label) if line == last else '', main))


def _where(spot: Spot, job: str) -> Line:
    place = (f'{visible(spot.path)}:{spot.line}:{spot.column}', 'path')
    return (place, (f'  job {visible(job)}', 'dim')) if job else (place,)


def rows(report: Report, block: Block, room: int) -> list[Row]:
    """The marked lines of a block, each in at most `room` cells."""
    made = [
        row(report, block.spot.place.document, line, sorted(marks, key=lambda m: not m.main))
        for line, marks in sorted(block.marks.items())
    ]
    if any(r.width() > room for r in made):
        common = min(r.indent() for r in made)
        made = [dedent(r, common if common < 1 << 16 else 0) for r in made]
    return [clip(one, room) for one in made]


def _source(report: Report, block: Block, gutter: int, width: int, level: str) -> Iterator[Line]:
    room = width - gutter - 3
    shown = rows(report, block, room)
    yield ((' ' * (gutter + 1) + '│', 'gutter'),)
    before = shown[0].line - 1
    for one in shown:
        if one.line > before + 1:
            yield ((' ' * (gutter + 1) + '⋮', 'gutter'),)
        yield from _row(one, gutter, room, level)
        before = one.line


def _row(one: Row, gutter: int, room: int, level: str) -> Iterator[Line]:
    source = [(cell.text, cell.style or 'source') for cell in one.cells]
    yield _joined([(f'{one.line:>{gutter}} │ ', 'gutter'), *source])
    bar = ' ' * (gutter + 1) + '│ '
    for stroke in one.strokes:
        style = level if stroke.main else 'related'
        line = ('^' if stroke.main else '─') * stroke.length
        start, end = stroke.start, stroke.start + stroke.length
        if not stroke.label or end + 1 + text_width(stroke.label) <= room:
            label = f' {stroke.label}' if stroke.label else ''
            yield (bar, 'gutter'), (' ' * start, ''), (line + label, style)
            continue
        if text_width(stroke.label) < start:
            before = start - text_width(stroke.label) - 1
            yield (bar, 'gutter'), (' ' * before, ''), (f'{stroke.label} {line}', style)
            continue
        yield (bar, 'gutter'), (' ' * start, ''), (line, style)
        # no room on either side of the stroke: below it, as far left as the label needs
        left = max(0, min(start, room - text_width(stroke.label)))
        for part in wrap(stroke.label, room - left):
            yield (bar, 'gutter'), (' ' * left, ''), (part, style)


def notes(entry: Entry, more: int = 0, *, brief: bool = False) -> Iterator[tuple[str, str]]:
    """What stands below the source: label and text.  `more` places of the trail are not shown."""
    if more:
        yield 'trail', f'and {more} more {"place" if more == 1 else "places"} on the way'
    if len(entry.callers) > 1 and not brief:
        first, rest = entry.callers[:_CALLERS], len(entry.callers) - _CALLERS
        yield 'runs in', ', '.join(first) + (f' and {rest} more' if rest > 0 else '')
    if not brief and entry.why:
        yield 'why', entry.why
    if not brief and entry.advice:
        yield 'fix', entry.advice
    if entry.repair:
        flag = '--fix' if entry.repair.safe else '--unsafe-fixes'
        yield 'edit', f'{entry.repair.title} (`{flag}` does this)'
    if entry.confidence != 'high':
        yield 'note', f'{entry.confidence} confidence{": " + entry.note if entry.note else ""}'
    elif entry.note:
        yield 'note', entry.note


def _note(label: str, text: str, gutter: int, width: int) -> Iterator[Line]:
    start = ' ' * (gutter + 1) + '= '
    indent = ' ' * (len(start) + len(label) + 2)
    made = prose(text, width - len(indent)) or [()]
    yield (start, 'gutter'), (f'{label}: ', 'label'), *made[0]
    for line in made[1:]:
        yield (indent, ''), *line


def _joined(runs: Sequence[tuple[str, str]]) -> Line:
    """Runs of one style put together, and no white space at the end."""
    joined: list[tuple[str, str]] = []
    for text, style in runs:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return tuple(joined)
