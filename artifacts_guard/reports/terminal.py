"""The text report in colours, for terminals (the only importer of rich)."""

from __future__ import annotations

from artifacts_guard.reports.layout import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options
    from artifacts_guard.reports.prose import Line

# Only the terminal's own sixteen colours: people have chosen those to be readable on their background.
STYLES = {
    '': '',
    'error': 'bold red',
    'warning': 'bold yellow',
    'note': 'bold cyan',
    'good': 'bold green',
    'strong': 'bold',
    'dim': 'dim',
    'gutter': 'dim',
    'path': 'cyan',
    'source': '',
    'secret': 'bold magenta',
    'escaped': 'magenta',
    'related': 'bright_blue',
    'label': 'bold',
    'code': 'cyan',
}


def render(report: Report, options: Options) -> str:
    return printed(lines(report, options), options.width)


def printed(styled: Iterable[Line], width: int) -> str:
    """Styled lines in the terminal's colours; `width` is in cells."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    # nothing is taken from the environment: whether to use colours, and how wide, was decided before
    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system='standard',
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    for line in styled:
        text = Text.assemble(*[(run, STYLES[style]) for run, style in line], end='\n')
        text.rstrip()
        console.print(text, soft_wrap=True)
    shown = console.file
    assert isinstance(shown, StringIO)
    return shown.getvalue()
