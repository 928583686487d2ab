"""Here-documents: their bodies follow the line on which they are announced (XCU 2.7.4)."""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.record import setter
from artifacts_guard.regex import lazy
from artifacts_guard.shell import syntax
from artifacts_guard.shell.parameters import Parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    Parts = list[syntax.Part]

_TABS = lazy(r'(?<=\n)\t+')
_QUOTING = lazy(r"""\\(.)|\$?['"]""", re.DOTALL)
_SET_TARGET = setter(syntax.Redirection, 'target')


class Pending(Record):
    """A here-document whose body has not been read yet."""

    redirection: syntax.Redirection
    delimiter: str
    quoted: bool


class Heredocs(Parameters):
    """Reads here-documents."""

    def announce(self, redirection: syntax.Redirection, start: int, end: int) -> None:
        """Note a here-document with the delimiter at a place: a quote or backslash in it quotes the body."""
        raw = self.text[start:end]
        delimiter = _QUOTING.sub(r'\1', raw)
        self.pending.append(Pending(redirection, delimiter, delimiter != raw))

    def bodies(self, at: int) -> int:
        """Read the bodies of all pending here-documents from a line's start: the place after them."""
        pending, self.pending = self.pending, []
        for document in pending:
            strips = document.redirection.operator == '<<-'
            stop, after = self._extent(at, document.delimiter, strips)
            if after < 0:
                self.error(document.redirection.start, document.redirection.end)
                after = stop
            parts: Parts = []
            if document.quoted:
                self.verbatim(at, stop, parts)
            elif at < stop:
                self._expanded(at, stop, parts)
            if strips:
                parts = self._without_tabs(parts)
            # The record was made when its line was read, and nobody has seen it yet.
            _SET_TARGET(document.redirection, syntax.Word(at, stop, tuple(parts)))
            at = after
        return at

    def _expanded(self, start: int, stop: int, parts: Parts) -> None:
        """A body in which expansions are made.  What is open in it ends with it."""
        size, unclosed = self.size, self.unclosed
        self.size = stop
        self.quoted(start, parts, document=True)
        self.size, self.unclosed = size, unclosed

    def _extent(self, start: int, delimiter: str, strips: bool) -> tuple[int, int]:
        """Where a body ends and where the text goes on; -1 for the latter when no line is its delimiter."""
        text, at = self.text, start
        inside = self.wanted[0] == (')',) if self.wanted else False
        while at < self.size:
            end = text.find('\n', at)
            line = text[at:end].removesuffix('\r')
            if strips:
                line = line.lstrip('\t')
            if line == delimiter:
                return at, min(end + 1, self.size)
            # bash: a body in `$(…)` may also end right before its parenthesis
            if inside and line.startswith(delimiter + ')'):
                return at, text.index(delimiter, at) + len(delimiter)
            at = end + 1
        return self.size, -1

    def _without_tabs(self, parts: Parts) -> Parts:
        """The parts of a `<<-` body without the tabs that begin its lines."""
        kept: Parts = []
        for part in parts:
            if isinstance(part, syntax.Text):
                stripped = _TABS.sub('', part.text)
                if self.text[part.start - 1] == '\n':
                    stripped = stripped.lstrip('\t')
                if not stripped and part.text:
                    continue
                part = part.replace(text=stripped)
            kept.append(part)
        return kept
