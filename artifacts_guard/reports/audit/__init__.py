"""Reports of an audit: its tables as a page, JSON, Markdown, text, and CSV by table."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_MODULES = {'text': 'plain', 'json': 'json_', 'markdown': 'markdown', 'html': 'html_'}
FORMATS: tuple[str, ...] = tuple(_MODULES)


def render(name: str, connection: sqlite3.Connection) -> str:
    """The tables in one of `FORMATS`, ending in a newline; the same tables always give the same text."""
    from importlib import import_module

    rendered: str = import_module(f'artifacts_guard.reports.audit.{_MODULES[name]}').render(connection)
    return rendered
