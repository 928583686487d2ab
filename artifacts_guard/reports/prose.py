"""Sentences and paragraphs in a width: styled lines for the text report."""

from __future__ import annotations

from artifacts_guard.regex import lazy
from artifacts_guard.reports.visible import glyphs
from artifacts_guard.reports.visible import text_width
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence
    from typing import TypeAlias

    # A line of the text report: runs of text, each with the name of a style ('' for none).
    Line: TypeAlias = tuple[tuple[str, str], ...]

_ITEM = lazy(r'(?:[-*]|\d+[.)]) ')


def paragraphs(text: str) -> Iterator[tuple[str, str, bool]]:
    """The paragraphs of a plain text: indentation of its further lines, text, whether it is code.

    Lines that are indented are code and stay as they are; items of a list are paragraphs.
    """
    pending: list[str] = []
    hang = ''
    for raw in [*text.splitlines(), '']:
        line = raw.rstrip()
        item = _ITEM.match(line)
        code = line.startswith('  ') and not (hang and pending and line.startswith(hang))
        if pending and (not line or item or code):
            yield hang, ' '.join(pending), False
            pending, hang = [], ''
        if code:
            yield '', line, True
        elif line:
            hang = ' ' * item.end() if item else hang
            pending.append(line.strip())


def wrap(text: str, width: int, first: int = 0) -> list[str]:
    """A visible text in lines of at most `width` cells, the first one shorter by `first`.

    Words are kept whole where they fit; a word wider than a line is broken.
    """
    lines: list[str] = []
    line, room = '', max(width - first, 1)
    for word in text.split(' '):
        need = text_width(word) + (1 if line else 0)
        if need <= room:
            line += (' ' if line else '') + word
            room -= need
            continue
        if line or (first and not lines):
            lines.append(line)
            line, room = '', max(width, 1)
        while text_width(word) > room:
            head = _fitting(word, room)
            lines.append(head)
            word = word[len(head) :]
            room = max(width, 1)
        line, room = word, room - text_width(word)
    return [*lines, line]


def folded(code: str, width: int) -> list[str]:
    """A visible line of code in lines of at most `width` cells, broken at a blank where it has one.

    What is carried over stands two cells deeper, so that it reads as a continuation.
    """
    body = code.lstrip(' ')
    indent = ' ' * min(len(code) - len(body), width // 2)
    lines = []
    while text_width(indent + body) > width:
        head = _fitting(body, width - len(indent))
        if not body.startswith(' ', len(head)):
            head = head[: head.rfind(' ') + 1].rstrip(' ') or head
        lines.append(indent + head)
        body = body[len(head) :].lstrip(' ')
        if len(lines) == 1:
            indent = ' ' * min(len(indent) + 2, width // 2)
    return [*lines, indent + body]


def _fitting(word: str, room: int) -> str:
    taken = ''
    for shown, width, _ in glyphs(word):
        room -= width
        if room < 0 and taken:
            break
        taken += shown
    return taken


def coded(lines: Sequence[str]) -> Iterator[Line]:
    """Lines of prose as styled lines: what stands between backquotes is code, also over a line's end."""
    inside = False
    for line in lines:
        runs: list[tuple[str, str]] = []
        for index, part in enumerate(line.split('`')):
            if index:
                # the backquotes stay in the text, and belong to the code
                if inside:
                    runs[-1] = (runs[-1][0] + '`', 'code')
                    inside = False
                else:
                    inside = True
                    part = '`' + part
            runs.append((part, 'code' if inside else ''))
        yield tuple(run for run in runs if run[0])


def prose(text: str, width: int) -> list[Line]:
    """A plain text from a rule as styled lines of a width."""
    lines: list[Line] = []
    for hang, content, code in paragraphs(text):
        if code:
            lines += [((part, 'code'),) for part in folded(visible(content), max(width, 8))]
            continue
        made = list(coded(wrap(visible(content), max(width - len(hang), 8))))
        lines += [made[0], *[((hang, ''), *line) for line in made[1:]]] if hang else made
    return lines
