"""The text report without colours."""

from __future__ import annotations

from artifacts_guard.reports.layout import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options
    from artifacts_guard.reports.prose import Line


def render(report: Report, options: Options) -> str:
    return joined(lines(report, options))


def joined(styled: Iterable[Line]) -> str:
    """Styled lines without their styles."""
    return ''.join(''.join(text for text, _ in line).rstrip() + '\n' for line in styled)
