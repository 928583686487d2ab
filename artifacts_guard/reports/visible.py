"""Text from input made safe to show: nothing in it can move a cursor, hide, or command a CI system."""

from __future__ import annotations

import re
import unicodedata

from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Categories that are never shown as themselves: controls, formats (bidi controls, zero widths),
# surrogates, private use, unassigned, line and paragraph separators.
_ESCAPED = frozenset(('Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'))
_NAMED = {'\t': r'\t', '\n': r'\n', '\r': r'\r'}
_MARKS = 3  # combining marks that one character may carry

# Lines that a CI system executes when they appear in its log:
# https://docs.github.com/actions/reference/workflow-commands-for-github-actions
# https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
# https://www.jetbrains.com/help/teamcity/service-messages.html
_COMMAND = lazy(r'#(?=#(?:vso|teamcity)?\[)|(?<!\S):(?=:[A-Za-z][\w-]*(?:::|[ \t]))', re.IGNORECASE)


def escape(char: str) -> str:
    r"""A character as people write it when it can't be shown: `\x1b`, `\u202e`, `\xff` for an undecodable byte."""
    if char in _NAMED:
        return _NAMED[char]
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return f'\\x{code:02x}' if code < 0x100 else f'\\u{code:04x}' if code < 0x10000 else f'\\U{code:08x}'


def commands(text: str) -> list[int]:
    """Offsets of the characters that must be escaped so that a CI system takes no part of a text for a command."""
    if '##' not in text and '::' not in text:
        return []
    return [hit.start() for hit in _COMMAND.finditer(text)]


def glyphs(text: str, tab: int = 0, column: int = 0) -> Iterator[tuple[str, int, bool]]:
    """Each character as it is shown, its width in cells, and whether it had to be escaped.

    With `tab`, tabulators become spaces up to the next multiple of it; otherwise they are escaped.
    `column` is the cell that the text begins at.
    """
    guarded = frozenset(commands(text))
    marks = 0
    bare = True  # no character before, that a combining mark could stand on
    for index, char in enumerate(text):
        if char == '\t' and tab:
            shown, width, escaped = ' ' * (tab - column % tab), tab - column % tab, False
        elif index in guarded or is_escaped(char):
            shown, escaped = escape(char), True
            width = len(shown)
        else:
            shown, width, escaped = char, char_width(char), False
            marks = 0 if width else marks + 1
            if not width and (bare or marks > _MARKS):
                shown, escaped = escape(char), True
                width = len(shown)
        bare = escaped or char == '\t'
        column += width
        yield shown, width, escaped


def visible(text: str) -> str:
    """A text on one line in which whatever can't be shown is escaped."""
    if text.isascii() and text.isprintable() and not commands(text):
        return text
    return ''.join(shown for shown, _, _ in glyphs(text))


def is_escaped(char: str) -> bool:
    return not (char.isascii() and char.isprintable()) and unicodedata.category(char) in _ESCAPED


def char_width(char: str) -> int:
    """Cells that a terminal gives a character: 0, 1 or 2."""
    if char < '\u0300':
        return 1
    if unicodedata.category(char) in ('Mn', 'Me') or '\u1160' <= char <= '\u11ff':
        return 0
    return 2 if unicodedata.east_asian_width(char) in 'WF' else 1


def text_width(text: str) -> int:
    """Cells that a visible text takes."""
    return len(text) if text.isascii() else sum(map(char_width, text))
