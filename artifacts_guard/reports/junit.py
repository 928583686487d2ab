"""JUnit XML, as Jenkins, GitLab, Azure Pipelines and CircleCI read it: a test case per finding, a suite per file.

What could not be checked is an error: a report that does not mention it would look as if all were well.

Jenkins' schema is the strictest: https://github.com/jenkinsci/xunit-plugin (junit-10.xsd).
"""

from __future__ import annotations

from itertools import groupby

from artifacts_guard.reports.concise import line
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.findings.finding import Skipped
    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

_ESCAPES = str.maketrans({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})


def render(report: Report, options: Options) -> str:
    missed = [skipped for skipped in report.skipped if skipped.fatal]
    failures, errors = len(report.entries), len(missed)
    numbers = f'tests="{max(failures + errors, 1)}" failures="{failures}" errors="{errors}"'
    out = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="artifacts-guard" {numbers}>']
    for path, entries in groupby(report.entries, key=lambda entry: entry.spot.path):
        out += _suite(path, list(entries))
    if missed:
        out += _errors(missed)
    if not failures and not errors:
        # a report without a test is taken for a run that failed
        out += [
            '  <testsuite name="artifacts-guard" tests="1" failures="0" errors="0">',
            '    <testcase classname="artifacts-guard" name="no findings"/>',
            '  </testsuite>',
        ]
    return '\n'.join([*out, '</testsuites>', ''])


def _suite(path: str, entries: list[Entry]) -> Iterator[str]:
    number = len(entries)
    yield f'  <testsuite name="{_text(visible(path))}" tests="{number}" failures="{number}" errors="0">'
    for entry in entries:
        spot = entry.spot
        name = f'{entry.rule} at line {spot.line}, column {spot.column}'
        where = f'classname="{_text(visible(path))}" name="{_text(visible(name))}"'
        message = f'message="{_text(visible(entry.message))}" type="{entry.level}"'
        yield f'    <testcase {where}>'
        yield f'      <failure {message}>{_text(_details(entry))}</failure>'
        yield '    </testcase>'
    yield '  </testsuite>'


def _errors(missed: list[Skipped]) -> Iterator[str]:
    number = len(missed)
    yield f'  <testsuite name="not checked" tests="{number}" failures="0" errors="{number}">'
    for skipped in missed:
        yield f'    <testcase classname="{_text(visible(skipped.path))}" name="could be checked">'
        yield f'      <error message="{_text(visible(skipped.reason))}" type="not-checked"/>'
        yield '    </testcase>'
    yield '  </testsuite>'


def _details(entry: Entry) -> str:
    parts = [line(entry)]
    parts += [f'{visible(hop.role)}: {visible(hop.spot.path)}:{hop.spot.line}' for hop in entry.trail]
    for text in (entry.why, entry.advice, entry.note):
        parts += [visible(one) for one in text.strip().splitlines()]
    return '\n'.join(parts)


def _text(text: str) -> str:
    """Text for XML, in an attribute or between tags; control characters, which XML forbids, are escaped before."""
    return text.translate(_ESCAPES)
