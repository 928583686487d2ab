"""The way back from a scalar's value to the text it was written as, for each style of scalar.

Each function rebuilds the value from the text as libyaml does and notes where each run comes from.
https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions and chapter 8.
"""

from __future__ import annotations

import re

from artifacts_guard.regex import lazy
from artifacts_guard.text import Piece
from artifacts_guard.yamltree.node import DOUBLE
from artifacts_guard.yamltree.node import FOLDED
from artifacts_guard.yamltree.node import LITERAL
from artifacts_guard.yamltree.node import PLAIN
from artifacts_guard.yamltree.node import SINGLE

_BREAK = lazy(r'\r\n|[\r\n]')
_BLANKS = lazy(r'[ \t\r\n]*')
_PROPERTY = lazy(r'(?:&[^ \t\r\n?:,\[\]{}%@`]*|![^ \t\r\n]*)(?:[ \t]|[\r\n]\ufeff?|#[^\r\n]*)*')
_SPECIAL = {PLAIN: '\r\n', SINGLE: "\r\n'", DOUBLE: '\r\n\\', LITERAL: '\r\n', FOLDED: '\r\n'}
_SPECIALS = {style: re.compile(f'[{re.escape(special)}]') for style, special in _SPECIAL.items()}
_ESCAPES = {
    **dict(zip('0abtnvfre', '\0\a\b\t\n\v\f\r\x1b')),
    **{char: char for char in ' "\'/\\\t'},
    **dict(zip('N_LP', '\x85\xa0\u2028\u2029')),
}
_HEX = {'x': 2, 'u': 4, 'U': 8}
MAX_RUNS = 100_000


class Runs:
    """Collects a text run by run, each with the range it comes from; neighbours are joined."""

    __slots__ = ('_last', '_runs', '_texts', 'length')

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._runs: list[tuple[int, int, int]] = []
        self._last = -1  # the end of the last run if it corresponds to its range one to one
        self.length = 0

    def add(self, text: str, start: int, end: int) -> None:
        if not text:
            return
        exact = len(text) == end - start
        if not exact or start != self._last:
            self._runs.append((self.length, start, end))
        else:
            at, first, _ = self._runs[-1]
            self._runs[-1] = (at, first, end)
        self._last = end if exact else -1
        self._texts.append(text)
        self.length += len(text)

    def pieces(self, value: str, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces if the runs make up the value; else one for all of it, from a range."""
        if ''.join(self._texts) != value:
            return (Piece(0, start, end),)
        return tuple([Piece(*run) for run in self._runs]) or (Piece(0, start, start),)


def pieces(text: str, style: str, value: str, start: int, end: int) -> tuple[Piece, ...]:
    """The pieces of a scalar that stands, with anchor, tag and quotes, in a range of the text."""
    start = content_start(text, start, end, 2)
    if style in (SINGLE, DOUBLE):
        start, end = start + 1, end - 1
    elif not value and style == PLAIN:
        start = end = _behind(text, start)
    runs = Runs()
    if end - start > MAX_RUNS and sum([text.count(char, start, end) for char in _SPECIAL[style]]) > MAX_RUNS:
        return (Piece(0, start, end),)  # a megabyte of escapes is not worth a second
    if style in (LITERAL, FOLDED):
        _block(runs, text, start, end, value)
    else:
        _flow(runs, text, start, end, style)
    return runs.pieces(value, start, end)


def content_start(text: str, start: int, end: int, properties: int) -> int:
    """Where the content of a node begins, behind up to so many tags and anchors."""
    for _ in range(properties):
        match = _PROPERTY.match(text, start, end)
        start = match.end() if match else start
    return start


def _behind(text: str, at: int) -> int:
    """The place of nothing: behind what it belongs to, not before what comes next."""
    while at and text[at - 1] in ' \t\r\n':
        at -= 1
    return at


def _flow(runs: Runs, text: str, start: int, end: int, style: str) -> None:
    """A plain or quoted scalar: line folding, and the escapes of its style."""
    special = _SPECIALS[style]
    while match := special.search(text, start, end):
        at = match.start()
        if text[at] in '\r\n':
            stop = start + len(text[start:at].rstrip(' \t'))
            runs.add(text[start:stop], start, stop)
            start = _fold(runs, text, at, end)
            continue
        runs.add(text[start:at], start, at)
        after = text[at + 1 : at + 2]
        if after in ('\r', '\n'):  # an escaped line end
            joined = _BREAK.match(text, at + 1, end)
            start = _breaks(runs, text, joined.end() if joined else end, end)
        elif style == SINGLE:
            runs.add("'", at, at + 2)
            start = at + 2
        else:
            start = min(at + 2 + _HEX.get(after, 0), end)
            runs.add(_escaped(after, text[at + 2 : start]), at, start)
    runs.add(text[start:end], start, end)


def _escaped(letter: str, digits: str) -> str:
    if letter in _HEX:
        return chr(int(digits, 16))
    return _ESCAPES.get(letter, '')


def _fold(runs: Runs, text: str, start: int, end: int) -> int:
    """One line end becomes a space, of several all but the first stay; returns where text goes on."""
    first = _BREAK.match(text, start, end)
    behind = first.end() if first else end
    if not _BREAK.search(text, behind, _blanks_end(text, behind, end)):
        runs.add(' ', start, behind)
    return _breaks(runs, text, behind, end)


def _breaks(runs: Runs, text: str, start: int, end: int) -> int:
    """Line ends among blanks stay, the blanks go; returns where text goes on."""
    stop = _blanks_end(text, start, end)
    for match in _BREAK.finditer(text, start, stop):
        runs.add('\n', match.start(), match.end())
    return stop


def _blanks_end(text: str, start: int, end: int) -> int:
    match = _BLANKS.match(text, start, end)
    return match.end() if match else start


def _block(runs: Runs, text: str, start: int, end: int, value: str) -> None:
    """A literal or folded scalar: header, indentation, folding, chomping."""
    lines = _lines(text, start, end)
    header = text[start : lines[0][1]].partition('#')[0]
    folded = header.startswith('>')
    indent = _indent(text, lines[1:], value)
    pending: tuple[int, int] | None = None  # the end of the last line with content
    blank: list[tuple[int, int]] = []  # the ends of blank lines since
    was_indented = False
    for begin, stop, following in lines[1:]:
        at = begin + min(_leading(text[begin:stop]), indent)
        if at == stop:
            blank += [(stop, following)] if following > stop else []
            continue
        indented = text[at] in ' \t'
        if pending and not (folded and not was_indented and not indented):
            runs.add('\n', *pending)
        elif pending and not blank:
            runs.add(' ', *pending)
        for line_end in blank:
            runs.add('\n', *line_end)
        runs.add(text[at:stop], at, stop)
        pending = (stop, following) if following > stop else None
        blank = []
        was_indented = indented
    if pending and '-' not in header:
        runs.add('\n', *pending)
    for line_end in blank if '+' in header else ():
        runs.add('\n', *line_end)


def _lines(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Begin, end and next begin of each line in a range."""
    lines = []
    for match in _BREAK.finditer(text, start, end):
        lines.append((start, match.start(), match.end()))
        start = match.end()
    return [*lines, (start, end, end)] if start < end or not lines else lines


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip(' '))


def _indent(text: str, lines: list[tuple[int, int, int]], value: str) -> int:
    """How many spaces each line of a block scalar loses: the first words of both tell it."""
    for begin, stop, _ in lines:
        line = text[begin:stop]
        if line.strip(' '):
            at = len(value) - len(value.lstrip(' \n'))
            return _leading(line) - (at - value.rfind('\n', 0, at) - 1)
    longest = max([stop - begin for begin, stop, _ in lines], default=0)
    return longest - max(map(len, value.split('\n')))
