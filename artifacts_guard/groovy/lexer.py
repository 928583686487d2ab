"""Tokens and brackets of Groovy, in time linear in the length of the text.  https://groovy-lang.org/syntax.html"""

from __future__ import annotations

import re

from artifacts_guard.groovy.items import GROUP
from artifacts_guard.groovy.items import MARK
from artifacts_guard.groovy.items import NUMBER
from artifacts_guard.groovy.items import STRING
from artifacts_guard.groovy.items import WORD
from artifacts_guard.groovy.items import Item
from artifacts_guard.groovy.items import Problem
from artifacts_guard.groovy.strings import Value
from artifacts_guard.text import Piece

MAX_DEPTH = 200  # brackets in brackets; what is deeper is left out

_TOKEN = re.compile(
    r"""
      (?P<blank> [ \t\r\f]+ | \\\r?\n | //[^\n]* | /\*[\s\S]*?(?:\*/|\Z) )
    | (?P<newline> [\n;] )
    | (?P<string> \'\'\' | \"\"\" | ['"] | \$/ )
    | (?P<word> @?[A-Za-z_$][\w$]* (?: \??\.[A-Za-z_]\w* )* )
    | (?P<number> \d[\w.]* )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<slashy> / (?: [^/\\\n] | \\[^\n] ){1,2000} / )
    | (?P<mark> && | \|\| | \?: | -> | ==~ | == | =~ | != | <= | >= | \?\. | \+\+ | -- | \*\. | \+= | [\s\S] )
    """,
    re.VERBOSE,
)
_SPECIAL = {
    "'": re.compile(r"['\\\n]"),
    '"': re.compile(r'["\\\n$]'),
    "'''": re.compile(r"'''|\\"),
    '"""': re.compile(r'"""|[\\$]'),
    '$/': re.compile(r'/\$|\$'),
}
_PAIRS = {'(': ')', '[': ']', '{': '}'}
# A `/` behind these divides; elsewhere it opens a string.
_OPERANDS = frozenset((WORD, NUMBER, STRING, GROUP))


def parse(text: str) -> tuple[tuple[Item, ...], Problem | None]:
    """The items of a text, and what is wrong with its brackets and strings (they are read on past it)."""
    reader = _Reader(text)
    return reader.read(), reader.problem


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.problem: Problem | None = None
        self._open: list[tuple[str, int, list[Item]]] = []
        self._items: list[Item] = []

    def read(self) -> tuple[Item, ...]:
        text, at = self.text, 0
        if text.startswith('#!'):
            at = text.find('\n') % (len(text) + 1)
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:  # pragma: no cover - the last alternative takes any character
                break
            kind, at = match.lastgroup, match.end()
            if kind == 'string':
                at = self._string(match.start(), match[0])
            elif kind == 'slashy':
                at = self._slashy(match.start(), at)
            elif kind == 'open':
                self._open.append((match[0], match.start(), self._items))
                self._items = []
            elif kind == 'close':
                self._close(match[0], match.start())
            elif kind and kind != 'blank':
                self._items.append(Item(kind, match[0], match.start(), at))
        while self._open:
            self._complain(f'`{self._open[-1][0]}` is never closed', self._open[-1][1])
            self._group(len(text))
        return tuple(self._items)

    def _complain(self, message: str, offset: int) -> None:
        self.problem = self.problem or Problem(message, offset)

    def _close(self, bracket: str, at: int) -> None:
        if not self._open:
            self._complain(f'`{bracket}` closes nothing', at)
            return
        if _PAIRS[self._open[-1][0]] != bracket:
            self._complain(f'`{bracket}` where `{_PAIRS[self._open[-1][0]]}` is due', at)
        self._group(at + 1)

    def _group(self, end: int) -> None:
        bracket, start, outer = self._open.pop()
        inner = tuple(self._items) if len(self._open) < MAX_DEPTH else ()
        outer.append(Item(GROUP, bracket, start, end, inner))
        self._items = outer

    def _slashy(self, start: int, end: int) -> int:
        if self._items and self._items[-1].kind in _OPERANDS:
            self._items.append(Item(MARK, '/', start, start + 1))
            return start + 1
        value = self.text[start + 1 : end - 1]
        self._items.append(Item(STRING, value, start, end, pieces=(Piece(0, start + 1, end - 1),)))
        return end

    def _string(self, start: int, quote: str) -> int:
        text, special = self.text, _SPECIAL[quote]
        value = Value(text)
        at = start + len(quote)
        while True:
            match = special.search(text, at)
            stop = match.start() if match else len(text)
            value.keep(at, stop)
            if not match or match[0] == '\n':
                self._complain('a string is never closed', start)
                end = stop
                break
            if match[0] == '\\':
                at = value.escape(stop)
            elif match[0] == '$':
                at = value.dollar(stop, quote)
            else:
                end = match.end()
                break
        self._items.append(
            Item(
                STRING,
                ''.join(value.texts),
                start,
                end,
                pieces=tuple(value.pieces),
                holes=tuple(value.holes),
            )
        )
        return end
