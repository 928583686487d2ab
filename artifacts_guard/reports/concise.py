"""One line per finding: `path:line:column: level[rule] message`, as editors and grep like it."""

from __future__ import annotations

from artifacts_guard.reports.summary import statistics
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options


def render(report: Report, options: Options) -> str:
    out = [line(entry) for entry in report.entries]
    if options.statistics:
        out += [f'{number} {level}[{visible(rule)}]' for number, level, rule in statistics(report.entries)]
    return ''.join(f'{one}\n' for one in out)


def line(entry: Entry) -> str:
    spot = entry.spot
    where = f'{visible(spot.path)}:{spot.line}:{spot.column}'
    return f'{where}: {entry.level}[{visible(entry.rule)}] {visible(entry.message)}'
