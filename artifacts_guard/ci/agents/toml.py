"""The strings of a TOML file with their places; all that is none is passed over.

https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document

_MAX_DEPTH = 20  # of arrays and inline tables
_SPACE = re.compile(r'[ \t\r\ufeff]*').match
_GAP = re.compile(r'(?:[ \t\r\n\ufeff]+|#[^\n]*)*').match
_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'').match
_LONG = re.compile(r'"""(?:\n|\r\n)?((?:[^\\]|\\.)*?)"""|\'\'\'(?:\n|\r\n)?(.*?)\'\'\'', re.DOTALL).match
_SHORT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'').match
_OTHER = re.compile(r'[^,\]}\n#]*').match
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))', re.DOTALL)
_LETTERS = {'b': '\b', 't': '\t', 'n': '\n', 'f': '\f', 'r': '\r', '\n': ''}


class Entry(Record):
    """A key with the names of the tables around it, and the strings of its value; `place` is the key and the value."""

    path: tuple[str, ...]
    values: tuple[Fragment, ...]
    place: Place


def entries(document: Document) -> Iterator[Entry]:
    """The entries of a file; what can't be read ends with its line."""
    reader = _Reader(document)
    table: tuple[str, ...] = ()
    at = 0
    while True:
        at = reader.gap(at)
        if at >= len(document.text):
            return
        if document.text[at] == '[':
            table = tuple(reader.keys(at + 1 + document.text.startswith('[[', at)))
            at = reader.line_end(at)
            continue
        path = (*table, *reader.keys(at))
        start, at = at, reader.space(reader.at)
        if document.text[at : at + 1] != '=':
            at = reader.line_end(at)
            continue
        found: list[Entry] = []
        reader.value(reader.space(at + 1), start, path, found, 0)
        yield from found
        at = reader.line_end(reader.at)


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.at = 0

    def space(self, at: int) -> int:
        match = _SPACE(self.text, at)
        return match.end() if match else at

    def gap(self, at: int) -> int:
        match = _GAP(self.text, at)
        return match.end() if match else at

    def line_end(self, at: int) -> int:
        end = self.text.find('\n', at)
        return len(self.text) if end < 0 else end + 1

    def keys(self, at: int) -> list[str]:
        """A key with dots; `at` is behind it."""
        names: list[str] = []
        at = self.space(at)
        while match := _KEY(self.text, at):
            name = match[0]
            names.append(name[1:-1] if name[0] in '"\'' else name)
            at = self.space(match.end())
            if self.text[at : at + 1] != '.':
                break
            at = self.space(at + 1)
        self.at = at
        return names

    def value(self, at: int, start: int, path: tuple[str, ...], found: list[Entry], depth: int) -> None:
        """Add the entries that a value makes: one for a string or an array, one for each key of a table."""
        if self.text[at : at + 1] == '{' and depth < _MAX_DEPTH:
            self._table(at, path, found, depth)
            return
        strings: list[Fragment] = []
        self._strings(at, strings, depth)
        if strings:
            found.append(Entry(path, tuple(strings), Place(self.document, Span(start, self.at))))

    def _table(self, at: int, path: tuple[str, ...], found: list[Entry], depth: int) -> None:
        at = self.gap(at + 1)
        while at < len(self.text) and self.text[at] != '}':
            start = at
            keys = self.keys(at)
            at = self.space(self.at)
            if self.text[at : at + 1] != '=':
                break
            self.value(self.space(at + 1), start, (*path, *keys), found, depth + 1)
            at = self.gap(self.at)
            if self.text[at : at + 1] == ',':
                at = self.gap(at + 1)
            elif at <= start:
                break
        self.at = at + 1 if self.text[at : at + 1] == '}' else at

    def _strings(self, at: int, found: list[Fragment], depth: int) -> None:
        """The strings of a value that is no table."""
        match = _LONG(self.text, at) or _SHORT(self.text, at)
        if match:
            found.append(
                self._fragment(match.start(match.lastindex or 0), match.end(match.lastindex or 0), match)
            )
            self.at = match.end()
        elif self.text[at : at + 1] == '[' and depth < _MAX_DEPTH:
            at = self.gap(at + 1)
            while at < len(self.text) and self.text[at] != ']':
                before = at
                self._strings(at, found, depth + 1)
                at = self.gap(self.at)
                if self.text[at : at + 1] == ',':
                    at = self.gap(at + 1)
                elif at <= before:
                    break
            self.at = at + 1 if self.text[at : at + 1] == ']' else at
        else:
            other = _OTHER(self.text, at)
            self.at = other.end() if other else at

    def _fragment(self, start: int, end: int, match: re.Match[str]) -> Fragment:
        raw = self.text[start:end]
        if match[0][0] == "'" or '\\' not in raw:
            return part(self.document, start, end)
        return Fragment(self.document, _ESCAPE.sub(_unescaped, raw), (Piece(0, start, end),))


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else '\ufffd'
    return _LETTERS.get(match[3], match[3])
