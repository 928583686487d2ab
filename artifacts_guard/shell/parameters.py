"""Parameters in braces, with their operators (Bash manual 3.5.3)."""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.expansions import LIMIT
from artifacts_guard.shell.expansions import Expansions
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import MASK_MORE
from artifacts_guard.shell.words import literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    Parts = list[syntax.Part]

# The name in `${…}`, with what stands before it.
_NAME = rf'[A-Za-z_{MASK}][A-Za-z0-9_{MASK}{MASK_MORE}]*|[0-9]+|[@*#?$!-]'
_LENGTH = re.compile(rf'#({_NAME})(?=[\}}\[])').match
_INDIRECT = re.compile(rf'!({_NAME})').match
_PLAIN = re.compile(f'({_NAME})').match
_OPERATOR = re.compile(r':?[-=?+]|##?|%%?|/[/#%]?|\^\^?|,,?|~~?|@|:').match
_NAMES = re.compile(r'[*@]\}').match

_ARGUMENT = re.compile(rf'[^\\$`"\'}}/:{MASK}]+').match


class Parameters(Expansions):
    """Reads `${…}`."""

    def braces(self, at: int, quoted: bool, parts: Parts) -> int:
        """`${…}`: the place after it."""
        text = self.text
        match = _LENGTH(text, at + 2) or _INDIRECT(text, at + 2) or _PLAIN(text, at + 2)
        if not match or self.gives_up():
            return self._bad_substitution(at, parts)
        end, index, inside = match.end(), '', self.pasted(at + 2, match.end(), quoted)
        if text[end] == '[':
            end, commands = self.subscript(end)
            if end < 0:
                return self._bad_substitution(at, parts)
            index = self.source[match.end() + 1 : end - 1]
            inside += commands
        errors, pending, unclosed = len(self.errors), self.pending.copy(), self.unclosed
        operator, words = self._operation(match[0], index, end, quoted)
        end = self.at
        if end >= self.size or text[end] != '}':
            self.unclosed += end >= self.size and unclosed == self.unclosed
            del self.errors[errors:]
            self.pending = pending
            return self._bad_substitution(at, parts)
        end += 1
        name = self.source[match.start(1) : match.end(1)]
        parts.append(syntax.Parameter(at, end, name, operator, *words, index, quoted))
        parts += inside
        return end

    def _operation(
        self, name: str, index: str, at: int, quoted: bool
    ) -> tuple[str, tuple[syntax.Word | None, syntax.Word | None]]:
        """The operator at a place and its words; `at` is then at the closing brace, if there is one."""
        text = self.text
        self.at = at
        prefix = name[0] if len(name) > 1 else ''
        if prefix == '#':
            return 'length', (None, None)
        if prefix == '!' and index in ('@', '*') and text[at] == '}':
            return 'keys', (None, None)
        if prefix == '!' and _NAMES(text, at):
            self.at = at + 1
            return 'names', (None, None)
        match = _OPERATOR(text, at)
        if not match:
            return 'indirect' if prefix == '!' else '', (None, None)
        operator = match[0]
        # quotes in a pattern are quotes even in double quotes
        quoted = quoted and operator[0] not in '#%/^,~'
        stops = ':}' if operator == ':' else '/}' if operator[0] == '/' else '}'
        argument = self._argument(match.end(), stops, quoted)
        second = None
        if text[self.at] != '}' and self.at < self.size:
            second = self._argument(self.at + 1, '}', quoted)
        return 'indirect' if prefix == '!' else operator, (argument, second)

    def _argument(self, start: int, stops: str, quoted: bool) -> syntax.Word:
        """The word of an operator, up to one of `stops`; `at` is then there."""
        text, unclosed = self.text, self.unclosed
        parts: Parts = []
        at = start
        while at < self.size:
            char = text[at]
            if self.unclosed > unclosed:
                # what was not closed inside took all braces: none is left for this one
                at = self.size
                break
            if char in stops:
                break
            run = _ARGUMENT(text, at, self.size)
            if run:
                end = run.end()
                literal(parts, at, end, run[0], quoted)
            elif char == MASK:
                parts.append(self.opaque(at, quoted))
                end = self.at
            elif quoted and char in '$`' and (char == '`' or text[at + 1] not in '\'"'):
                end = self.quoted_special(at, char, parts)
            elif quoted and char == '\\':
                end = self._quoted_backslash(at, parts)
            elif char in '}/:' or (char == "'" and quoted):
                end = -1
            else:
                end = self.special(at, char, parts)
            if end < 0:
                end = at + 1
                literal(parts, at, end, char, quoted)
            at = end
        self.at = at
        return syntax.Word(start, at, tuple(parts))

    def _quoted_backslash(self, at: int, parts: Parts) -> int:
        following = self.text[at + 1]
        if following == MASK:
            literal(parts, at, at + 1, '\\', True)
            return at + 1
        if following != '\n':
            literal(parts, at, at + 2, following if following in '$`"\\}/' else '\\' + following, True)
        return min(at + 2, self.size)

    def _bad_substitution(self, at: int, parts: Parts) -> int:
        """`${` that begins no expansion: literal text up to the next brace on the line."""
        limit = self.text.find('\n', at, at + LIMIT)
        end = self.text.find('}', at, limit if limit >= 0 else at + LIMIT) + 1 or at + 2
        while self.text[end] == '}':
            end += 1
        self.error(at, end)
        self.verbatim(at, end, parts)
        return end
