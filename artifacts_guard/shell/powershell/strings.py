"""Strings: single and double quotes, here-strings, and what is expanded in them.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules and
about_special_characters there.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import variables
from artifacts_guard.shell.powershell.scanner import MAX_DEPTH
from artifacts_guard.shell.powershell.scanner import Scanner
from artifacts_guard.shell.scanner import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    Parts = list[syntax.Part]

_SINGLE = re.compile(r"[^']*(?:''[^']*)*").match
_RUN = re.compile(rf'[^"$`{MASK}]+').match
_HERE = re.compile(r'@(["\'])[ \t]*\r?\n').match
_CODE_POINT = re.compile(r'u\{([0-9a-fA-F]{1,6})\}').match
_ESCAPES = {
    '0': '\0',
    'a': '\a',
    'b': '\b',
    'e': '\x1b',
    'f': '\f',
    'n': '\n',
    'r': '\r',
    't': '\t',
    'v': '\v',
}


class Strings(Scanner):
    """Reads strings and variables."""

    def string(self, at: int) -> syntax.Word:
        """The string that begins at a quotation mark or `@` before one; a mark that nothing closes is a word by itself."""
        if here := _HERE(self.text, at):
            return self._here(at, here.end(), here[1])
        char = self.text[at]
        if self.text[at] == '@':
            return self.nothing(at)
        parts: Parts = []
        end = self._single(at, parts) if char == "'" else self._double(at, parts)
        if end < 0:
            end = at + 1
            parts = [syntax.Text(at, end, char, True)]
        elif not parts:
            parts.append(syntax.Text(at, min(at + 1, end), '', True))
        self.at = end
        return syntax.Word(at, end, tuple(parts))

    def _single(self, at: int, parts: Parts) -> int:
        match = _SINGLE(self.text, at + 1, self.size)
        end = match.end() if match else at + 1
        if end >= self.size:
            if self.retreat(at):
                return -1
            end = self.size
        self._verbatim(at + 1, end, parts, "''", "'")
        return min(end + 1, self.size)

    def _verbatim(self, start: int, end: int, parts: Parts, doubled: str, single: str) -> None:
        """Text in which nothing is special but what the CI system replaces."""
        at = start
        while at < end:
            stop = self.text.find(MASK, at, end)
            stop = end if stop < 0 else stop
            if stop > at:
                words = self.text[at:stop]
                parts.append(
                    syntax.Text(at, stop, words.replace(doubled, single) if doubled else words, True)
                )
            if stop < end:
                parts.append(self.opaque(stop, True))
                stop = self.at
            at = stop

    def _double(self, at: int, parts: Parts) -> int:
        if self.retreated(at):
            return -1
        errors = len(self.errors)
        end = self.expandable(at + 1, self.size, parts, here=False)
        if end > self.size:
            if self.retreat(at):
                del self.errors[errors:-1]
                return -1
            end = self.size
        return end

    def _here(self, at: int, start: int, quote: str) -> syntax.Word:
        """`@"` … `"@`: the marks stand at the end and the beginning of lines, the line ends inside belong to them."""
        end = self.text.find(f'\n{quote}@', start - 1, self.size)
        after = end + 3
        if end < 0:
            self.error(at, start)
            end = after = self.size
        stop = max(start, end - (end > start and self.text[end - 1] == '\r'))
        parts: Parts = []
        if quote == "'":
            self._verbatim(start, stop, parts, '', '')
        else:
            self.expandable(start, stop, parts, here=True)
        if not parts:
            parts.append(syntax.Text(start, stop, '', True))
        self.at = after
        return syntax.Word(at, after, tuple(parts))

    def expandable(self, start: int, stop: int, parts: Parts, *, here: bool) -> int:
        """Text in which `$`, backticks and opaque ranges are special, up to `stop`.

        Outside here-strings a double quote ends it: the place after that, or one past `stop` when there is none.
        """
        text = self.text
        held, begin, at = '', start, start
        while True:
            if run := _RUN(text, at, stop):
                held += run[0]
                at = run.end()
            if at >= stop:
                if held:
                    parts.append(syntax.Text(begin, stop, held, True))
                return stop + 1
            char = text[at]
            if char == '"':
                doubled = not here and text.startswith('""', at)
                if not (here or doubled):
                    break
                held += '"'
                at += 2 if doubled else 1
                continue
            if char == '`':
                held, at = self._escaped(held, at + 1, stop)
                continue
            found = self._special(at, stop)
            if found is None:
                held += char
                at += 1
                continue
            if held:
                parts.append(syntax.Text(begin, at, held, True))
            parts += found
            held, begin, at = '', self.at, self.at
        if held:
            parts.append(syntax.Text(begin, at, held, True))
        return at + 1

    def _escaped(self, held: str, at: int, stop: int) -> tuple[str, int]:
        """The text with the character that a backtick makes, and the place after it."""
        if at >= stop:
            return held + '`', at
        if match := _CODE_POINT(self.text, at, stop):
            code = int(match[1], 16)
            return held + (chr(code) if code <= 0x10FFFF else '\ufffd'), match.end()
        char = self.text[at]
        if char == MASK:
            return held, at
        return held + _ESCAPES.get(char, char), at + 1

    def _special(self, at: int, stop: int) -> tuple[syntax.Part, ...] | None:
        """A variable, `$( … )` or opaque range within a string; None when the dollar stands for itself."""
        self.tick()
        if self.text[at] == MASK:
            return (self.opaque(at, True),)
        if self.text.startswith('$(', at):
            if self.depth >= MAX_DEPTH:
                return None
            size, self.size = self.size, stop
            found = self.subexpression(at)
            self.size = size
            self.at = min(self.at, stop)
            return tuple(joined(part) for part in found)
        return self.variable(at, '*')

    def variable(self, at: int, index: str) -> tuple[syntax.Part, ...] | None:
        """The variable at a dollar, None when there is none; `index` is `*` where it becomes text."""
        match = variables.VARIABLE(self.text, at, self.size)
        if match is None:
            return None
        braced, scope, name = match.groups()
        end = match.end()
        if braced is not None:
            written = braced
        elif scope and not variables.is_scope(scope):
            written, end = scope, match.end(2)
        else:
            written = f'{scope}:{name}' if scope else name
        self.at = end
        return variables.part(at, end, written, index)

    if TYPE_CHECKING:

        def subexpression(self, at: int) -> tuple[syntax.Part, ...]: ...


def joined(part: syntax.Part) -> syntax.Part:
    """A part of a text: the elements of a variable are joined there."""
    if isinstance(part, syntax.Parameter) and part.index == '@':
        return part.replace(index='*')
    return part
