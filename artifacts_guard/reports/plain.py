"""The text report without colours."""

from __future__ import annotations

from artifacts_guard.reports.layout import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options


def render(report: Report, options: Options) -> str:
    return ''.join(''.join(text for text, _ in line).rstrip() + '\n' for line in lines(report, options))
