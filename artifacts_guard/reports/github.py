"""Annotations for GitHub Actions' log (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).

GitHub shows ten annotations of each level per step and drops the rest, so what is beyond that is
summarised in the last one and listed in the log.
"""

from __future__ import annotations

from artifacts_guard.reports.concise import line
from artifacts_guard.reports.summary import count
from artifacts_guard.reports.summary import found
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

LIMIT = 10
_COMMANDS = {'error': 'error', 'warning': 'warning', 'note': 'notice'}


def render(report: Report, options: Options) -> str:
    counts = report.counts()
    out = list(_missed(report))
    limits = {**dict.fromkeys(counts, LIMIT), 'warning': LIMIT - len(out)}
    # one annotation less where one must say how many are missing
    room = {level: limits[level] - (number > limits[level]) for level, number in counts.items()}
    rest: list[Entry] = []
    for entry in report.entries:
        room[entry.level] -= 1
        if room[entry.level] >= 0:
            out.append(_annotation(entry))
        else:
            rest.append(entry)
    for level, number in counts.items():
        if number > limits[level]:
            more = count(number - limits[level] + 1, f'more {level}')
            text = f'{more}: GitHub shows {LIMIT} annotations of a level, the log of this step has all.'
            out.append(f'::{_COMMANDS[level]} title=artifacts-guard::{_data(text)}')
    if rest:
        out += ['::group::artifacts-guard: findings without an annotation', *map(line, rest), '::endgroup::']
    return ''.join(f'{one}\n' for one in [*out, found(report)])


def _missed(report: Report) -> Iterator[str]:
    """One annotation for all that could not be checked, so that no silence is taken for consent."""
    missed = [skipped for skipped in report.skipped if skipped.fatal]
    if missed:
        named = [f'{visible(skipped.path)}: {visible(skipped.reason)}' for skipped in missed[:LIMIT]]
        more = [f'and {len(missed) - LIMIT:,} more'] * (len(missed) > LIMIT)
        text = _data('\n'.join([f'Not checked: {count(len(missed), "file")}', *named, *more]))
        yield f'::warning title=artifacts-guard::{text}'


def _annotation(entry: Entry) -> str:
    spot = entry.spot
    fields = [f'file={_property(visible(spot.path))}', f'line={spot.line}', f'endLine={spot.end_line}']
    if spot.end_line == spot.line:
        # GitHub's columns are of one line only, and its end is inclusive
        fields += [f'col={spot.column}', f'endColumn={max(spot.column, spot.end_column - 1)}']
    fields.append(f'title={_property(visible(entry.rule))}')
    text = _data('\n'.join(_paragraphs(entry)))
    return f'::{_COMMANDS[entry.level]} {",".join(fields)}::{text}'


def _paragraphs(entry: Entry) -> Iterator[str]:
    yield visible(entry.message)
    if entry.trail:
        yield 'Trail: ' + ' → '.join(
            f'{visible(hop.role)} ({visible(hop.spot.path)}:{hop.spot.line})' for hop in entry.trail
        )
    for label, text in (('Why', entry.why), ('Fix', entry.advice), ('Note', entry.note)):
        if text:
            yield f'{label}: ' + '\n'.join(map(visible, text.strip().splitlines()))


def _data(text: str) -> str:
    return text.replace('%', '%25').replace('\r', '%0D').replace('\n', '%0A')


def _property(text: str) -> str:
    return _data(text).replace(':', '%3A').replace(',', '%2C')
