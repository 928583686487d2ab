"""The answer as text, in colours where they are wanted."""

from __future__ import annotations

from artifacts_guard.reports.advice.layout import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.reports.advice.model import Told
    from artifacts_guard.reports.options import Options


def render(told: Told, options: Options) -> str:
    if options.color:
        from artifacts_guard.reports.terminal import printed

        return printed(lines(told, options), options.width)
    from artifacts_guard.reports.plain import joined

    return joined(lines(told, options))
