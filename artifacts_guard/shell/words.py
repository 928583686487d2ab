"""Words: literal text, quotes and backslashes, with quote removal."""

from __future__ import annotations

import re

from artifacts_guard.regex import lazy
from artifacts_guard.shell import syntax
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import Scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match

    Parts = list[syntax.Part]

_RUN = re.compile(rf'[^ \t\n\r;&|<>()$`"\'\\{MASK}]+').match
_DOUBLE_PLAIN = re.compile(rf'([^"\\$`{MASK}]+)"').match
_DOUBLE = re.compile(rf'[^"\\$`{MASK}]+').match
_QUOTE_OR_BACKSLASH = re.compile(r"['\\]").search
# `$name` and `${name}`; the special parameters are those of XCU 2.5.2
_PARAMETER = re.compile(
    r'\$(?:([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])|\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])\})'
).match
_ANSI_C = lazy(
    r'\\(?:([abeEfnrtv\\\'"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.))',
    re.DOTALL,
)
_ANSI_C_LETTERS = {
    'a': '\a',
    'b': '\b',
    'e': '\x1b',
    'E': '\x1b',
    'f': '\f',
    'n': '\n',
    'r': '\r',
    't': '\t',
    'v': '\v',
}

_EXTENDED_GLOB = '?*+@!'
_SPACES = ' \t\n'


def _ansi_c(match: Match[str]) -> str:
    """The character of an escape in `$'…'` (Bash manual 3.1.2.4)."""
    letter, octal, *hexadecimal, control = match.groups()
    if letter:
        return _ANSI_C_LETTERS.get(letter, letter)
    if control:
        return chr(ord(control) & 0x1F)
    code = int(octal, 8) & 0xFF if octal else int(next(filter(None, hexadecimal)), 16)
    return chr(code) if code <= 0x10FFFF else '\ufffd'


def literal(parts: Parts, start: int, end: int, text: str, quoted: bool = False) -> None:
    """Add characters, joined to those before them when these are of the same kind."""
    last = parts[-1] if parts else None
    if isinstance(last, syntax.Text) and last.quoted == quoted and last.end == start:
        parts[-1] = syntax.Text(last.start, end, last.text + text, quoted)
    else:
        parts.append(syntax.Text(start, end, text, quoted))


class Words(Scanner):
    """Reads words."""

    def word(self, start: int, *, regex: bool = False) -> syntax.Word:
        """The word that begins here.  `regex`: the operand of `=~`, where operators are ordinary characters."""
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()
        text, size = self.text, self.size
        parts: Parts = []
        at, depth = start, 0
        while at < size:
            run = _RUN(text, at)
            if run:
                literal(parts, at, run.end(), run[0])
                at = run.end()
            char = text[at]
            if char in '"\'\\$`' or char == MASK:
                at = self.special(at, char, parts)
                continue
            if at >= size:
                break
            if depth or regex:
                if not depth and (char in _SPACES or (char == '\r' and text[at + 1] == '\n')):
                    break
                depth += (char == '(') - (char == ')' and depth > 0)
            elif char == '(':
                if at == start or text[at - 1] not in _EXTENDED_GLOB:
                    break
                depth = 1
            elif char in '<>' and text[at + 1] == '(':
                parts.append(self.process_substitution(at))
                at = self.at
                continue
            elif char != '\r' or text[at + 1] == '\n':
                break
            literal(parts, at, at + 1, char)
            at += 1
        if depth:
            self.error(start, at)
        self.at = at
        return syntax.Word(start, at, tuple(parts))

    def special(self, at: int, char: str, parts: Parts) -> int:
        """A quote, backslash, expansion or opaque range outside quotes: the place after it."""
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()
        end = -1
        if char == '"':
            end = self.double(at + 1, parts)
        elif char == '$':
            end = self._dollar(at, parts)
        elif char == "'":
            end = self.single(at + 1, parts)
        elif char == '\\':
            return self._backslash(at, parts)
        elif char == '`':
            end = self.backquotes(at, False, parts)
        else:
            parts.append(self.opaque(at, False))
            return self.at
        if end < 0:
            literal(parts, at, at + 1, char)
            return at + 1
        return end

    def _dollar(self, at: int, parts: Parts) -> int:
        match = _PARAMETER(self.text, at)
        if match:
            parts.append(syntax.Parameter(at, match.end(), match[1] or match[2]))
            return match.end()
        following = self.text[at + 1]
        if following == "'":
            return self._ansi_c(at + 2, parts)
        if following == '"':
            return self.double(at + 2, parts)
        return self.expansion(at, False, parts)

    def _backslash(self, at: int, parts: Parts) -> int:
        text = self.text
        following = text[at + 1]
        if following == MASK:
            return at + 1
        if at + 1 >= self.size:
            literal(parts, at, at + 1, '\\')
            return at + 1
        if following == '\n':
            return at + 2
        if following == '\r' and text[at + 2 : at + 3] == '\n':
            return min(at + 3, self.size)
        parts.append(syntax.Text(at, at + 2, following, True))
        return at + 2

    def single(self, start: int, parts: Parts) -> int:
        """The content of single quotes: the place after them, or -1 where nothing closes them."""
        end = self.text.find("'", start, self.size)
        if end < 0:
            if self.retreat(start - 1):
                return -1
            end = self.size
        self.verbatim(start, end, parts)
        return min(end + 1, self.size)

    def verbatim(self, start: int, end: int, parts: Parts) -> None:
        """Text in which nothing is special but what the CI system replaces."""
        text = self.text
        at = start
        for opaque in self.pasted(start, end, True):
            if opaque.start > at:
                parts.append(syntax.Text(at, opaque.start, text[at : opaque.start], True))
            parts.append(opaque)
            at = opaque.end
        if at < end or start == end:
            parts.append(syntax.Text(at, end, text[at:end], True))

    def _ansi_c(self, start: int, parts: Parts) -> int:
        at = start
        while match := _QUOTE_OR_BACKSLASH(self.text, at, self.size):
            at = match.end()
            if match[0] == "'":
                break
            at += 1
        else:
            if self.retreat(start - 2):
                return -1
            at = self.size + 1
        raw: Parts = []
        self.verbatim(start, min(at - 1, self.size), raw)
        for part in raw:
            if isinstance(part, syntax.Text):
                part = part.replace(text=_ANSI_C.sub(_ansi_c, part.text))
            parts.append(part)
        return min(at, self.size)

    def double(self, start: int, parts: Parts) -> int:
        """The content of double quotes: the place after them, or -1 where nothing closes them."""
        if plain := _DOUBLE_PLAIN(self.text, start, self.size):
            parts.append(syntax.Text(start, plain.end() - 1, plain[1], True))
            return plain.end()
        if self.retreated(start - 1):
            return -1
        count, errors, pending = len(parts), len(self.errors), self.pending.copy()
        end = self.quoted(start, parts)
        if end > self.size:
            if self.retreat(start - 1):
                del parts[count:]
                del self.errors[errors:-1]
                self.pending = pending
                return -1
            end = self.size
        if len(parts) == count:
            parts.append(syntax.Text(start, start, '', True))
        return end

    def quoted(self, start: int, parts: Parts, *, document: bool = False) -> int:
        """Text in which only `$`, backquotes and some backslashes are special (XCU 2.2.3): the place after it.

        A double quote ends it (the place is past the text's end when none does), but in a here-document.
        """
        text, stop = self.text, self.size
        escaped = '$`\\' if document else '$`\\"'
        held, begin, at = '', start, start
        while True:
            if run := _DOUBLE(text, at, stop):
                held += run[0]
                at = run.end()
            char = text[at] if at < stop else ''
            if not char or (char == '"' and not document):
                if held:
                    parts.append(syntax.Text(begin, at, held, True))
                return at if document else at + 1
            after = at + 1
            if char == '\\':
                following = text[after]
                if following == '\n' or text.startswith('\r\n', after):
                    after = text.index('\n', after) + 1
                elif following in escaped:
                    held += following
                    after += 1
                else:
                    held += char
                at = min(after, stop)
                continue
            found: Parts = []
            end = -1 if char == '"' else self.quoted_special(at, char, found)
            if end < 0:
                held += char
                at = after
                continue
            if held:
                parts.append(syntax.Text(begin, at, held, True))
            parts += found
            held, begin, at = '', end, end

    def quoted_special(self, at: int, char: str, parts: Parts) -> int:
        """An expansion or opaque range: the place after it, or -1 when it is none."""
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()
        if char == MASK:
            parts.append(self.opaque(at, True))
            return self.at
        if char == '`':
            return self.backquotes(at, True, parts)
        match = _PARAMETER(self.text, at)
        if match:
            parts.append(syntax.Parameter(at, match.end(), match[1] or match[2], quoted=True))
            return match.end()
        return self.expansion(at, True, parts)

    if TYPE_CHECKING:

        def expansion(self, at: int, quoted: bool, parts: Parts) -> int: ...
        def backquotes(self, at: int, quoted: bool, parts: Parts) -> int: ...
        def process_substitution(self, at: int) -> syntax.ProcessSubstitution: ...
