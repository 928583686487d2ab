"""Reports of the advisor: one answer, a text for people, JSON and Markdown."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.reports.advice.model import Told
    from artifacts_guard.reports.options import Options

_MODULES = {'text': 'plain', 'json': 'json_', 'markdown': 'markdown'}
FORMATS: tuple[str, ...] = tuple(_MODULES)


def render(name: str, told: Told, options: Options) -> str:
    """An answer in one of `FORMATS`, ending in a newline; the same answer always gives the same text."""
    from importlib import import_module

    module = import_module(f'artifacts_guard.reports.advice.{_MODULES[name]}')
    rendered: str = module.render(told, options)
    return rendered
