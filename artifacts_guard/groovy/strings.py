"""The values of strings: escapes, and what Groovy puts in.  https://groovy-lang.org/syntax.html#all-strings"""

from __future__ import annotations

import re

from artifacts_guard.groovy.items import Hole
from artifacts_guard.text import Piece

_ESCAPE = re.compile(r'\\(?:u+([0-9A-Fa-f]{4})|([0-3]?[0-7]{1,2})|(\r?\n)|([\s\S])|\Z)')
_ESCAPED = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 's': ' '}
_VERBATIM = '\\\'"$'
_NAME = re.compile(r'\$([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)')
_IN_HOLE = re.compile(r'[{}\n"\'\\]')


class Value:
    """The value of a string in the making."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._length = 0
        self.texts: list[str] = []
        self.pieces: list[Piece] = []
        self.holes: list[Hole] = []

    def put(self, made: str, start: int, end: int) -> None:
        if made:
            self.pieces.append(Piece(self._length, start, end))
            self.texts.append(made)
            self._length += len(made)

    def keep(self, start: int, end: int) -> None:
        self.put(self._text[start:end], start, end)

    def escape(self, at: int) -> int:
        match = _ESCAPE.match(self._text, at)
        if match is None:  # pragma: no cover - the pattern takes any character
            return at + 1
        code, octal, line, letter = match.groups()
        if code or octal:
            self.put(chr(int(code, 16) if code else int(octal, 8)), at, match.end())
        elif letter:
            known = letter in _VERBATIM or letter in _ESCAPED
            self.put(_ESCAPED.get(letter, letter) if known else match[0], at, match.end())
        elif not line:
            self.put('\\', at, match.end())
        return match.end()

    def dollar(self, at: int, quote: str) -> int:
        text = self._text
        if quote == '$/' and text[at + 1 : at + 2] in ('$', '/'):
            self.put(text[at + 1], at, at + 2)
            return at + 2
        if text.startswith('${', at):
            end = _hole(text, at + 2, single=quote == '"')
            code = text[at + 2 : end - 1]
        else:
            match = _NAME.match(text, at)
            if match is None:
                self.keep(at, at + 1)
                return at + 1
            end, code = match.end(), match[1]
        self.holes.append(Hole(self._length, self._length + end - at, code.strip()))
        self.keep(at, end)
        return end


def _hole(text: str, at: int, *, single: bool) -> int:
    """Where a `${` ends: behind its brace, or where its string has to end if there is none."""
    stack = ['{']
    while True:
        match = _IN_HOLE.search(text, at)
        if match is None:
            return len(text)
        mark, at = match[0], match.end()
        if mark == '\n':
            if single:
                return at - 1
        elif mark == '\\':
            at += 1
        elif mark in '\'"':
            if stack[-1] == mark:
                stack.pop()
            elif stack[-1] == '{':
                stack.append(mark)
        elif mark == '{':
            if stack[-1] == '{' or (stack[-1] == '"' and text[at - 2] == '$'):
                stack.append('{')
        elif stack[-1] == '{':
            stack.pop()
            if not stack:
                return at
