"""Markdown, for comments on proposals and tickets (https://github.github.com/gfm/)."""

from __future__ import annotations

import re

from artifacts_guard.findings.finding import LEVELS
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

_SPECIAL = re.compile(r'^[-+=]|[\\`*_\[\]<>#|~&@$]')
_SIGNS = {'error': '🔴', 'warning': '🟡', 'note': '🔵'}
_CODE = re.compile(r'(`[^`]+`)')


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
    yield _text(looked_at(report))
    if report.skipped:
        yield ''
        yield f'Not looked at: {count(len(report.skipped), "file")}'
        yield ''
        yield from (f'- {_code(skipped.path)}: {_text(skipped.reason)}' for skipped in report.skipped)
    if report.notes:
        yield ''
        yield from (f'- {_text(note)}' for note in report.notes)


def _table(level: str, entries: list[Entry]) -> Iterator[str]:
    yield ''
    yield f'## {_SIGNS[level]} {count(len(entries), level)}'
    yield ''
    yield '| place | rule | finding |'
    yield '| --- | --- | --- |'
    for entry in entries:
        place = _code(f'{entry.spot.path}:{entry.spot.line}:{entry.spot.column}')
        trail = ''.join(
            f'<br>{_text(hop.role)}: {_code(f"{hop.spot.path}:{hop.spot.line}")}' for hop in entry.trail
        )
        note = f'<br>_{_text(entry.note)}_' if entry.note else ''
        yield f'| {place} | {_text(entry.rule)} | {_text(entry.message)}{trail}{note} |'


def _explanations(report: Report) -> Iterator[str]:
    """Why and what to do, once per rule: of its first finding."""
    first: dict[str, Entry] = {}
    for entry in report.entries:
        if entry.why or entry.advice:
            first.setdefault(entry.rule, entry)
    for rule, entry in first.items():
        yield ''
        yield f'<details><summary>{_SPECIAL.sub(_entity, visible(rule))}</summary>'
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
        yield f'    {visible(content)}' if code else f'{sign} {_text(rest)}' if hang else _text(content)


def _text(text: str) -> str:
    """Text in a line of Markdown: nothing from input becomes markup, but code in backquotes stays code."""
    parts = _CODE.split(visible(text))
    return ''.join(
        _code(part[1:-1]) if index % 2 else _SPECIAL.sub(_entity, part) for index, part in enumerate(parts)
    )


def _entity(hit: re.Match[str]) -> str:
    return f'&#{ord(hit[0])};'


def _code(text: str) -> str:
    """A code span; in tables even there a bar would end the cell."""
    text = visible(text).replace('|', r'\|')
    longest = max((len(run) for run in re.findall('`+', text)), default=0)
    fence = '`' * (longest + 1)
    room = ' ' if text.startswith('`') or text.endswith('`') or not text.strip() else ''
    return f'{fence}{room}{text}{room}{fence}'
