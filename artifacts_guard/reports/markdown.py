"""Markdown, for comments on proposals and tickets (https://github.github.com/gfm/)."""

from __future__ import annotations

from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.reports.gfm import code_span
from artifacts_guard.reports.gfm import escaped
from artifacts_guard.reports.gfm import plain
from artifacts_guard.reports.prose import paragraphs
from artifacts_guard.reports.summary import count
from artifacts_guard.reports.summary import found
from artifacts_guard.reports.summary import looked_at
from artifacts_guard.reports.summary import suppressed
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

_SIGNS = {'error': '🔴', 'warning': '🟡', 'note': '🔵'}


def render(report: Report, options: Options) -> str:
    return '\n'.join(_lines(report)) + '\n'


def _lines(report: Report) -> Iterator[str]:
    yield '# artifacts-guard'
    yield ''
    yield ' '.join(filter(None, (found(report), suppressed(report))))
    for level in LEVELS:
        entries = [entry for entry in report.entries if entry.level == level]
        if entries:
            yield from _table(level, entries)
    yield from _explanations(report)
    yield ''
    yield escaped(looked_at(report))
    if report.skipped:
        yield ''
        yield f'Not looked at: {count(len(report.skipped), "file")}'
        yield ''
        yield from (f'- {code_span(skipped.path)}: {escaped(skipped.reason)}' for skipped in report.skipped)
    if report.notes:
        yield ''
        yield from (f'- {escaped(note)}' for note in report.notes)


def _table(level: str, entries: list[Entry]) -> Iterator[str]:
    yield ''
    yield f'## {_SIGNS[level]} {count(len(entries), level)}'
    yield ''
    yield '| place | rule | finding |'
    yield '| --- | --- | --- |'
    for entry in entries:
        place = code_span(f'{entry.spot.path}:{entry.spot.line}:{entry.spot.column}')
        trail = ''.join(
            f'<br>{escaped(hop.role)}: {code_span(f"{hop.spot.path}:{hop.spot.line}")}' for hop in entry.trail
        )
        note = f'<br>_{escaped(entry.note)}_' if entry.note else ''
        yield f'| {place} | {escaped(entry.rule)} | {escaped(entry.message)}{trail}{note} |'


def _explanations(report: Report) -> Iterator[str]:
    """Why and what to do, once per rule: of its first finding."""
    first: dict[str, Entry] = {}
    for entry in report.entries:
        if entry.why or entry.advice:
            first.setdefault(entry.rule, entry)
    for rule, entry in first.items():
        yield ''
        yield f'<details><summary>{plain(rule)}</summary>'
        for text in (entry.why, entry.advice):
            yield from _prose(text)
        yield ''
        yield '</details>'


def _prose(text: str) -> Iterator[str]:
    """The text of a rule: paragraphs, lists and code."""
    before = ('', False)
    for hang, content, code in paragraphs(text):
        if not (hang or code) or before != (hang, code):
            yield ''
        before = (hang, code)
        sign, _, rest = content.partition(' ')
        yield f'    {visible(content)}' if code else f'{sign} {escaped(rest)}' if hang else escaped(content)
