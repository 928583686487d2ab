"""Comma-separated values (RFC 4180), for spreadsheets."""

from __future__ import annotations

from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

COLUMNS = (
    'path',
    'line',
    'column',
    'level',
    'rule',
    'confidence',
    'message',
    'trail',
    'job',
    'fix',
    'fingerprint',
)
# a cell that begins with one of these, also in their wide forms, is run as a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ('=', '+', '-', '@', '＝', '＋', '－', '＠')


def render(report: Report, options: Options) -> str:
    rows = [list(COLUMNS), *map(_row, report.entries)]
    return ''.join(map(line, rows))


def line(cells: Iterable[str]) -> str:
    """A line of cells, in which no formula is run and no terminal is commanded."""
    return ','.join(map(_cell, cells)) + '\r\n'


def _row(entry: Entry) -> list[str]:
    spot = entry.spot
    trail = ' → '.join(f'{hop.role} ({hop.spot.path}:{hop.spot.line})' for hop in entry.trail)
    advice = ' '.join(entry.advice.split())
    return [
        spot.path,
        str(spot.line),
        str(spot.column),
        entry.level,
        entry.rule,
        entry.confidence,
        entry.message,
        trail,
        entry.job,
        advice,
        entry.fingerprint,
    ]


def _cell(text: str) -> str:
    text = visible(text)
    if text.lstrip().startswith(_FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(char in text for char in '",\'') else text
