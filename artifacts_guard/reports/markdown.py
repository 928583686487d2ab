"""Markdown, for comments on proposals, tickets and job summaries (https://github.github.com/gfm/).

GitHub refuses a comment of more than 65,536 characters (https://github.com/orgs/community/discussions/41331) and a job
summary of more than 1 MiB; a report that is longer tells the worst findings and how many it leaves out.
"""

from __future__ import annotations

from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.reports.excerpt import clip_text
from artifacts_guard.reports.gfm import code_span
from artifacts_guard.reports.gfm import escaped
from artifacts_guard.reports.gfm import plain
from artifacts_guard.reports.prose import paragraphs
from artifacts_guard.reports.summary import NOTES
from artifacts_guard.reports.summary import PATHS
from artifacts_guard.reports.summary import REASONS
from artifacts_guard.reports.summary import count
from artifacts_guard.reports.summary import found
from artifacts_guard.reports.summary import looked_at
from artifacts_guard.reports.summary import reasons
from artifacts_guard.reports.summary import suppressed
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

LIMIT = 65_536
_NOTICE = 200  # characters of the sentence about what does not fit, and of titles without a table
_WIDEST = 120  # characters of a path that is only named
_SIGNS = {'error': '🔴', 'warning': '🟡', 'note': '🔵'}


def render(report: Report, options: Options) -> str:
    start = ['# artifacts-guard', '', ' '.join(filter(None, (found(report), suppressed(report))))]
    end = list(_inventory(report))
    room = LIMIT - _length(start) - _length(end)
    return ''.join(f'{line}\n' for line in [*start, *_fitting(report, room), *end])


def _fitting(report: Report, room: int) -> list[str]:
    """Tables and explanations in at most `room` characters, the worst findings first; what is left out is counted."""
    room -= _NOTICE
    out: list[str] = []
    left = 0
    for level in LEVELS:
        entries = [entry for entry in report.entries if entry.level == level]
        part, missing = _table(level, entries, room) if entries else ([], 0)
        room -= _length(part)
        left += missing
        out += part
    for rule, entry in _explained(report):
        part = list(_explanation(rule, entry))
        if _length(part) <= room:
            room -= _length(part)
            out += part
    if left:
        more = f'{count(left, "more finding")} {"does" if left == 1 else "do"} not fit into a comment of'
        out += ['', f'**{more} {LIMIT:,} characters: other formats have all of them.**']
    return out


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _table(level: str, entries: list[Entry], room: int) -> tuple[list[str], int]:
    """The table of a level in at most `room` characters, and how many findings are missing in it."""
    sign = f'## {_SIGNS[level]} {count(len(entries), level)}'
    out = ['', sign, '', '| place | rule | finding |', '| --- | --- | --- |']
    room -= _length(out)
    for number, entry in enumerate(entries):
        line = _row(entry)
        room -= len(line) + 1
        if room < 0:
            # a level without a row is still named, with its number
            return (out if number else out[:2]), len(entries) - number
        out.append(line)
    return out, 0


def _row(entry: Entry) -> str:
    place = code_span(f'{entry.spot.path}:{entry.spot.line}:{entry.spot.column}')
    trail = ''.join(
        f'<br>{escaped(hop.role)}: {code_span(f"{hop.spot.path}:{hop.spot.line}")}' for hop in entry.trail
    )
    note = f'<br>_{escaped(entry.note)}_' if entry.note else ''
    return f'| {place} | {escaped(entry.rule)} | {escaped(entry.message)}{trail}{note} |'


def _explained(report: Report) -> Iterator[tuple[str, Entry]]:
    """Each rule with its first finding, whose words stand for all."""
    first: dict[str, Entry] = {}
    for entry in report.entries:
        if entry.why or entry.advice:
            first.setdefault(entry.rule, entry)
    yield from first.items()


def _explanation(rule: str, entry: Entry) -> Iterator[str]:
    """Why and what to do."""
    yield ''
    yield f'<details><summary>{plain(rule)}</summary>'
    for text in (entry.why, entry.advice):
        yield from _prose(text)
    yield ''
    yield '</details>'


def _inventory(report: Report) -> Iterator[str]:
    """What was looked at, and what was not and why."""
    yield ''
    yield escaped(looked_at(report))
    if report.skipped:
        yield ''
        yield f'Not looked at: {count(len(report.skipped), "file")}'
        yield ''
    why = reasons(report)
    for _, reason, paths in why[:REASONS]:
        named = ', '.join(code_span(clip_text(visible(path), _WIDEST)) for path in paths[:PATHS])
        more = f' and {len(paths) - PATHS:,} more' if len(paths) > PATHS else ''
        yield f'- {named}{more}: {escaped(reason)}'
    if len(why) > REASONS:
        yield f'- and {count(len(why) - REASONS, "more reason")}'
    if report.notes:
        yield ''
    yield from (f'- {escaped(note)}' for note in report.notes[:NOTES])
    if len(report.notes) > NOTES:
        yield f'- and {len(report.notes) - NOTES:,} more'


def _prose(text: str) -> Iterator[str]:
    """The text of a rule: paragraphs, lists and code."""
    before = ('', False)
    for hang, content, code in paragraphs(text):
        if not (hang or code) or before != (hang, code):
            yield ''
        before = (hang, code)
        sign, _, rest = content.partition(' ')
        yield f'    {visible(content)}' if code else f'{sign} {escaped(rest)}' if hang else escaped(content)
