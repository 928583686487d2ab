"""JSON documents, with comments and trailing commas too, as trees of nodes that know where they stand.

https://www.rfc-editor.org/rfc/rfc8259, and what editors accept in their settings:
https://code.visualstudio.com/docs/languages/json#_json-with-comments
"""

from __future__ import annotations

import re

from artifacts_guard.regex import lazy
from artifacts_guard.text import Document
from artifacts_guard.text import Piece
from artifacts_guard.yamltree.collection import Collection
from artifacts_guard.yamltree.collection import Mapping
from artifacts_guard.yamltree.collection import Sequence
from artifacts_guard.yamltree.node import DOUBLE
from artifacts_guard.yamltree.node import EMPTY
from artifacts_guard.yamltree.node import MAX_DEPTH
from artifacts_guard.yamltree.node import MAX_VALUES
from artifacts_guard.yamltree.node import PLAIN
from artifacts_guard.yamltree.node import Node
from artifacts_guard.yamltree.node import Scalar
from artifacts_guard.yamltree.node import Source
from artifacts_guard.yamltree.node import TreeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SPACE = lazy(r'[ \t\r\n\ufeff]*')
_SKIPPED = frozenset(' \t\r\n\ufeff/')
_WORD = lazy(r'(?:true|false|null|NaN|-?(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|Infinity))(?![\w.+-])')
_ESCAPE = lazy(r'\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)', re.DOTALL)
_SURROGATE = lazy('[\ud800-\udfff]')


class JsonError(TreeError):
    """Text that is not JSON, or nested beyond reason; the offset is where reading stopped."""


def parse(document: Document) -> Node:
    """The value of a JSON text, EMPTY if there is none; JsonError where it is not JSON.

    Strings are scalars of style `double`, everything else (`true`, `null`, numbers) is `plain`.
    Control characters in strings, `NaN` and `Infinity` are accepted, as most readers do.
    """
    return _Reader(document).read()


class _Reader:
    """Reads one document; `_next` is what may come next, a method from an offset to that behind it."""

    def __init__(self, document: Document) -> None:
        from json import decoder

        self._scan: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
        self._wrong = decoder.JSONDecodeError
        self._text = document.text
        self._source = Source(document, document.text, _pieces)
        self._open: list[Collection] = []
        self._root: list[Node] = []
        self._siblings = self._root
        self._values = 0
        self._next = self._value

    def read(self) -> Node:
        text, at = self._text, self._skip(0)
        while at < len(text):
            at = self._next(at)
            if text[at : at + 1] in _SKIPPED:
                at = self._skip(at)
        if self._open:
            raise JsonError('the text ends within a value', at)
        return self._root[0] if self._root else EMPTY

    def _skip(self, at: int) -> int:
        """The offset behind space and comments."""
        match = _SPACE.match(self._text, at)
        at = match.end() if match else at
        while self._text.startswith(('//', '/*'), at):
            close = '\n' if self._text[at + 1] == '/' else '*/'
            end = self._text.find(close, at + 2)
            if end < 0 and close == '*/':
                raise JsonError('a comment is not closed', at)
            match = _SPACE.match(self._text, end + len(close) if end >= 0 else len(self._text))
            at = match.end() if match else at
        return at

    def _value(self, at: int) -> int:
        char = self._text[at]
        if char == '"':
            return self._string(at)
        if char in '{[':
            return self._begin(Mapping if char == '{' else Sequence, at)
        word = _WORD.match(self._text, at)
        if not word:
            raise JsonError('no value', at)
        self._add(Scalar(self._source, EMPTY, at, word.end(), tag='', anchor='', text=word[0], style=PLAIN))
        return word.end()

    def _string(self, at: int) -> int:
        try:
            text, end = self._scan(self._text, at + 1, False)
        except self._wrong as error:
            raise JsonError('a string that is not closed, or a wrong escape in it', error.pos) from None
        if '\\u' in self._text[at:end]:
            text = _SURROGATE.sub('\ufffd', text)
        self._add(Scalar(self._source, EMPTY, at, end, tag='', anchor='', text=text, style=DOUBLE))
        return end

    def _begin(self, cls: type[Collection], at: int) -> int:
        if len(self._open) == MAX_DEPTH:
            raise JsonError(f'nested deeper than {MAX_DEPTH}', at)
        node = cls(self._source, EMPTY, at, children=[])
        self._add(node)
        self._open.append(node)
        self._siblings = node.children
        self._next = self._name if cls is Mapping else self._element
        return at + 1

    def _element(self, at: int) -> int:
        return self._close(at) if self._text[at] == ']' else self._value(at)

    def _name(self, at: int) -> int:
        char = self._text[at]
        if char == '}':
            return self._close(at)
        if char != '"':
            raise JsonError('no key', at)
        end = self._string(at)
        self._next = self._colon
        return end

    def _colon(self, at: int) -> int:
        if self._text[at] != ':':
            raise JsonError('no colon behind the key', at)
        self._next = self._value
        return at + 1

    def _comma(self, at: int) -> int:
        mapping = self._open[-1].kind == 'map'
        if self._text[at] == ('}' if mapping else ']'):
            return self._close(at)
        if self._text[at] != ',':
            raise JsonError('no comma behind the value', at)
        self._next = self._name if mapping else self._element
        return at + 1

    def _end(self, at: int) -> int:
        raise JsonError('more text behind the value', at)

    def _close(self, at: int) -> int:
        self._open.pop().close(at + 1)
        self._siblings = self._open[-1].children if self._open else self._root
        self._next = self._comma if self._open else self._end
        return at + 1

    def _add(self, node: Scalar | Collection) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            raise JsonError(f'more than {MAX_VALUES:,} values', node.place.span.start)
        siblings = self._siblings
        if len(siblings) & 1 and self._open[-1].kind == 'map':
            node.key = siblings[-1]
        siblings.append(node)
        self._next = self._comma if self._open else self._end


def _pieces(text: str, style: str, value: str, start: int, end: int) -> tuple[Piece, ...]:
    """The pieces of a string with escapes that stands, quotes included, in a range of the text."""
    from artifacts_guard.yamltree.pieces import MAX_RUNS
    from artifacts_guard.yamltree.pieces import Runs

    runs = Runs()
    at, end = start + 1, end - 1
    if text.count('\\', at, end) > MAX_RUNS:
        return (Piece(0, at, end),)
    while (escape := text.find('\\', at, end)) >= 0:
        runs.add(text[at:escape], at, escape)
        match = _ESCAPE.match(text, escape, end)
        at = match.end() if match else end
        runs.add(value[runs.length : runs.length + 1], escape, at)
    runs.add(text[at:end], at, end)
    return runs.pieces(value, start + 1, end)
