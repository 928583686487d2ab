"""How to write to a stream: in colours or not, how wide, in which characters.

https://no-color.org, https://force-color.org
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_DEFAULT_WIDTH = 80
_NARROWEST, _WIDEST = 40, 500

# What stands for the report's own signs where the stream's encoding has none of them.
_ASCII = {
    ord('│'): '|',
    ord('╭'): '-',
    ord('├'): '-',
    ord('─'): '-',
    ord('⋮'): ':',
    ord('…'): '...',
    ord('→'): '->',
    ord('·'): '-',
}


def use_color(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to write colours: NO_COLOR forbids, FORCE_COLOR demands, else it must be a capable terminal."""
    if environ.get('NO_COLOR'):
        return False
    forced = environ.get('FORCE_COLOR', '')
    if forced:
        return forced not in ('0', 'false')
    return environ.get('TERM') != 'dumb' and is_terminal(stream)


def is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def stream_width(stream: TextIO, environ: Mapping[str, str]) -> int:
    """The cells of a line: COLUMNS, else the terminal's, else 80."""
    columns = environ.get('COLUMNS', '')
    if columns.isascii() and columns.isdigit() and int(columns[:6]):
        return min(max(int(columns[:6]), _NARROWEST), _WIDEST)
    if not is_terminal(stream):
        return _DEFAULT_WIDTH
    import os

    try:
        width = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        width = 0
    return min(max(width, _NARROWEST), _WIDEST) if width else _DEFAULT_WIDTH


def encodable(text: str, encoding: str | None) -> str:
    """The text as a stream of an encoding can write it: signs of the report replaced, the rest escaped."""
    try:
        text.encode(encoding or 'ascii')
    except UnicodeEncodeError:
        name = encoding or 'ascii'
        return text.translate(_ASCII).encode(name, 'backslashreplace').decode(name)
    return text
