"""Reports: one result, many formats."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from artifacts_guard.findings.finding import Result
    from artifacts_guard.findings.ruletext import RuleText

# Each format and the module that renders it (`text` is `terminal` where colours are wanted).
_MODULES = {
    'text': 'plain',
    'concise': 'concise',
    'json': 'json_',
    'sarif': 'sarif',
    'github': 'github',
    'gitlab': 'gitlab',
    'gitlab-secrets': 'gitlab_secrets',
    'junit': 'junit',
    'csv': 'csv_',
    'markdown': 'markdown',
    'html': 'html',
}
FORMATS: tuple[str, ...] = tuple(_MODULES)


def render(
    name: str,
    result: Result,
    *,
    color: bool = False,
    width: int = 80,
    show_files: bool = False,
    statistics: bool = False,
    rules: Mapping[str, RuleText] | None = None,
    when: str = '1970-01-01T00:00:00',
    input: str = '',
) -> str:
    """A result in one of `FORMATS`, ending in a newline; the same result always gives the same text.

    `rules` are the texts of the rules that ran, for formats that describe them.  `when` is the time
    of the scan, UTC, for the one format that must name it (gitlab-secrets).  `input` says what was
    given to be checked, for the one format that is read without the command line (html).
    """
    from importlib import import_module

    from artifacts_guard import __version__
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

    module = 'terminal' if name == 'text' and color else _MODULES[name]
    options = Options(color, width, show_files, statistics, __version__, when, input)
    rendered: str = import_module(f'artifacts_guard.reports.{module}').render(Report(result, rules), options)
    return rendered
