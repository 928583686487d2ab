"""The strings of a TOML file with their keys: https://toml.io/en/v1.0.0

Numbers, dates and truth values are passed over; what is no TOML yields what could be read.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import said
from artifacts_guard.record import Record
from artifacts_guard.text import Fragment
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document

_KEY = r'(?:[\w-]+|"[^"\n]*"|\'[^\'\n]*\')'
_KEYS = rf'{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*'
_TOKEN = re.compile(
    rf"""(?P<blank>[ \t\r\n,]+|\#[^\n]*)
    |(?P<pair>{_KEYS}[ \t]*=(?!=))
    |(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^']|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<open>[\[{{])
    |(?P<close>[\]}}])
    |(?P<other>[^\s,\[\]{{}}\#]+)""",
    re.VERBOSE | re.DOTALL,
)
_HEADER = re.compile(rf'[ \t]*\[\[?[ \t]*({_KEYS})[ \t]*\]\]?[ \t]*(?:#[^\n]*)?(?=\r?\n|\Z)')
_PART = re.compile(_KEY)
_ESCAPES = re.compile(r'\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\s*\n\s*|.)', re.DOTALL)
_LETTERS = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f'}
_MOST_DEPTH = 40


class String(Record):
    """A string and the keys that lead to it; elements of lists have their number."""

    path: tuple[str, ...]
    fragment: Fragment


def start(document: Document) -> Place:
    return Place(document, Span(0, 0))


def strings(document: Document) -> Iterator[String]:
    """All strings in order."""
    text, at = document.text, 0
    table: tuple[str, ...] = ()
    # open brackets: what stands before them, the key inside, the number of elements
    stack: list[tuple[tuple[str, ...], str, int]] = []
    keys: tuple[str, ...] = ()
    while at < len(text):
        fresh = not stack and (at == 0 or text[at - 1] == '\n')
        header = _HEADER.match(text, at) if fresh else None
        if header:
            table, keys, at = _split(header[1]), (), header.end()
            continue
        token = _TOKEN.match(text, at)
        if not token:
            at += 1
            continue
        kind, end = token.lastgroup, token.end()
        if kind == 'blank' and not stack and '\n' in token[0]:
            end = at + token[0].index('\n') + 1
        elif kind == 'pair':
            keys = _split(token[0][:-1])
        elif kind == 'open' and len(stack) < _MOST_DEPTH:
            stack.append((keys, token[0], 0))
            keys = ()
        elif kind == 'close' and stack:
            keys = stack.pop()[0]
        elif kind == 'string':
            before = tuple(key for one in stack for key in one[0])
            number: tuple[str, ...] = ()
            if stack and stack[-1][1] == '[':
                held, bracket, count = stack[-1]
                stack[-1] = (held, bracket, count + 1)
                number = (str(count),)
            yield String((*table, *before, *keys, *number), _content(document, at, end))
        at = end


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip('"\'') for key in _PART.findall(keys))


def _content(document: Document, first: int, last: int) -> Fragment:
    """A string without its quotes, escapes replaced."""
    text = document.text
    wide = 3 if text.startswith(('"""', "'''"), first) and last - first >= 6 else 1
    fragment = part(document, first + wide, last - wide)
    if text[first] == '"' and '\\' in fragment.text:
        from artifacts_guard.ci.fragments import Cut
        from artifacts_guard.ci.fragments import splice

        cuts = [
            Cut(m.start(), m.end(), said(fragment.place(m.start(), m.end()), _letter(m[1])))
            for m in _ESCAPES.finditer(fragment.text)
        ]
        return splice(fragment, cuts).fragment
    return fragment


def _letter(escape: str) -> str:
    if escape[0] in 'uU' and len(escape) > 1:
        number = int(escape[1:], 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else '\ufffd'
    return '' if escape.strip() == '' else _LETTERS.get(escape, escape)
