"""Tokens and brackets of JavaScript and TypeScript, in time linear in the length of the text.

https://tc39.es/ecma262/#sec-ecmascript-language-lexical-grammar
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record

WORD = 'word'
STRING = 'string'
TEMPLATE = 'template'
OTHER = 'other'  # a number or a regular expression
MARK = 'mark'
NEWLINE = 'newline'
GROUP = 'group'

_TOKEN = re.compile(
    r"""
      (?P<blank> [ \t\r\f\v\ufeff\xa0]+ | //[^\n]* | /\*[\s\S]*?(?:\*/|\Z) | \#![^\n]* )
    | (?P<newline> \n )
    | (?P<string> ['"] )
    | (?P<template> ` )
    | (?P<word> [\#@]?[A-Za-z_$\u0080-\uffff][\w$]* )
    | (?P<other> \d[\w.]* | \.\d[\w]* )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<mark> \.\.\. | => | \?\?=? | \?\.(?!\d) | \|\|=? | &&=? | [=!]==? | \+\+ | -- | [-+*/%<>|&^]= | \*\* | [\s\S] )
    """,
    re.VERBOSE,
)
_REGULAR = re.compile(r'/(?![*/])(?:[^\\/\[\n]|\\[^\n]|\[(?:[^\\\]\n]|\\[^\n])*\])+/\w*')
_STRING_END = {quote: re.compile(rf'(?:[^{quote}\\\n]|\\[\s\S])*') for quote in '\'"'}
_TEMPLATE_END = re.compile(r'(?:[^`\\$]|\\[\s\S]|\$(?!\{))*')
_ESCAPE = re.compile(r'\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r?\n)|([\s\S])|\Z)')
_ESCAPED = {'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v', '0': '\0'}
# behind these words a `/` begins a regular expression
_BEFORE_VALUE = frozenset(
    ('return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'do', 'else', 'await', 'yield')
)
_HOLE = '${'


class Item(Record):
    """A token, or a pair of brackets with what is in them.

    `text` is a word, a mark, a string's value or the opening bracket.  A template has `parts`: known text, and the
    items of an expression that is put in.
    """

    kind: str
    text: str
    start: int
    end: int
    items: tuple[Item, ...] = ()
    parts: tuple[str | tuple[Item, ...], ...] = ()


def items(text: str) -> tuple[Item, ...]:
    """The items of a text; brackets that are never closed end with it."""
    return _Lexer(text).read()


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self._items: list[Item] = []
        # opening bracket, its offset, the items around it; of `${` the parts of its template as well
        self._open: list[tuple[str, int, list[Item], list[str | tuple[Item, ...]]]] = []

    def read(self) -> tuple[Item, ...]:
        text, at = self.text, 0
        while at < len(text):
            regular = _REGULAR.match(text, at) if text[at] == '/' and self._expects_value() else None
            match = regular or _TOKEN.match(text, at)
            if match is None:  # pragma: no cover - the last alternative takes any character
                break
            kind, at = 'other' if regular else match.lastgroup, match.end()
            if kind == 'string':
                at = self._string(match.start(), match[0])
            elif kind == 'template':
                at = self._template(match.start(), at, [])
            elif kind == 'open':
                self._push(match[0], match.start(), [])
            elif kind == 'close':
                at = self._close(match.start(), at)
            elif kind and kind != 'blank':
                self._items.append(Item(kind, match[0], match.start(), at))
        while self._open:
            self._close(len(text), len(text))
        return tuple(self._items)

    def _expects_value(self) -> bool:
        last = self._items[-1] if self._items else None
        if last is None or last.kind in (MARK, NEWLINE):
            return True
        return last.kind == WORD and last.text in _BEFORE_VALUE

    def _string(self, start: int, quote: str) -> int:
        match = _STRING_END[quote].match(self.text, start + 1)
        stop = match.end() if match else start + 1
        end = stop + 1 if self.text.startswith(quote, stop) else stop
        self._items.append(Item(STRING, unescaped(self.text[start + 1 : stop]), start, end))
        return end

    def _push(self, bracket: str, start: int, parts: list[str | tuple[Item, ...]]) -> None:
        self._open.append((bracket, start, self._items, parts))
        self._items = []

    def _template(self, start: int, at: int, parts: list[str | tuple[Item, ...]]) -> int:
        """Read on in a template until it ends, or an expression begins in it."""
        match = _TEMPLATE_END.match(self.text, at)
        stop = match.end() if match else at
        if stop > at:
            parts.append(unescaped(self.text[at:stop]))
        if self.text.startswith(_HOLE, stop):
            self._push(_HOLE, start, parts)
            return stop + len(_HOLE)
        end = min(stop + 1, len(self.text))
        self._items.append(Item(TEMPLATE, '`', start, end, parts=tuple(parts)))
        return end

    def _close(self, at: int, end: int) -> int:
        if not self._open:
            return end
        bracket, start, outer, parts = self._open.pop()
        inner, self._items = tuple(self._items), outer
        if bracket == _HOLE:
            parts.append(inner)
            return self._template(start, end, parts)
        outer.append(Item(GROUP, bracket, start, end, inner))
        return end


def unescaped(words: str) -> str:
    """The value of what stands between quotes."""
    return _ESCAPE.sub(_character, words) if '\\' in words else words


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else '\ufffd'
    if match[4] or match[5] is None:
        return ''
    return _ESCAPED.get(match[5], match[5])
