"""Python and JavaScript as far as calls of programs and of HTTP interfaces need it; nothing is executed.

Both languages are read into one small model (`model`): values, calls and the statements around them.
What is none of these stays a node whose value is not known.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.code.model import Program

PYTHON = 'python'
JAVASCRIPT = 'javascript'
_ENDINGS = {
    **dict.fromkeys(('py', 'pyw'), PYTHON),
    **dict.fromkeys(('js', 'mjs', 'cjs', 'ts', 'mts', 'cts'), JAVASCRIPT),
}
_LONGEST = 1_000_000  # characters of a program; what is longer is generated or bundled
_LONGEST_LINE = 5_000


class Unreadable(Record):
    """Why a program can't be read, and the offset where that was seen."""

    message: str
    offset: int


def language(path: str) -> str:
    """The language of a file by its ending; '' for others, and for declarations of types."""
    name = path[path.rfind('/') + 1 :]
    if name.endswith(('.d.ts', '.d.mts', '.d.cts')):
        return ''
    stem, _, ending = name.rpartition('.')
    return _ENDINGS.get(ending, '') if stem else ''


def is_generated(text: str) -> bool:
    """Whether a program is bundled or minified: nobody wrote it like that."""
    return len(text) > _LONGEST or any(len(line) > _LONGEST_LINE for line in text.splitlines())


def read(text: str, language: str) -> Program | Unreadable:
    """The program that a text is."""
    if is_generated(text):
        return Unreadable('it is generated or minified', 0)
    if language == PYTHON:
        from artifacts_guard.code import python

        return python.read(text)
    from artifacts_guard.code import javascript

    return javascript.read(text)
