"""Conditions and loops of cmd.

https://learn.microsoft.com/windows-server/administration/windows-commands/if and …/for.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.batch.commands import Commands
from artifacts_guard.shell.batch.words import LOOP

TYPE_CHECKING = False

MAX_DEPTH = 32  # parentheses and conditions inside each other

_OPERATOR = re.compile(r'==|(?:equ|neq|lss|leq|gtr|geq)(?![A-Za-z0-9])', re.IGNORECASE).match
_FOR = re.compile(
    r'(?:/([flrdFLRD])[ \t]+)?(?:"([^"\n]*)"[ \t]+)?(?:(?![%"(])[^\s]+[ \t]+)?%%?([A-Za-z])[ \t]+in[ \t]*\(',
    re.IGNORECASE,
).match
_DO = re.compile(r'\s*do(?![A-Za-z0-9])', re.IGNORECASE).match
_ELSE = re.compile(r'[ \t]*else(?![A-Za-z0-9])', re.IGNORECASE).match
_TOKENS = re.compile(r'tokens=([0-9,*-]+)', re.IGNORECASE).search


class Compounds(Commands):
    """Reads conditions and loops."""

    def condition(self, start: int, at: int) -> syntax.Command | None:
        if self.depth >= MAX_DEPTH:
            return None
        at = self.space(at)
        words: list[syntax.Word] = []
        name = self._plain(at)
        while name in ('/i', 'not'):
            at = self.space(self.at)
            name = self._plain(at)
        if name in ('exist', 'errorlevel', 'cmdextversion', 'defined'):
            word = self.word(self.space(self.at))
            words += [word] if name == 'exist' else []
        else:
            words.append(self.word(at, '='))
            at = self.space(self.at)
            if operator := _OPERATOR(self.text, at, self.size):
                words.append(self.word(self.space(operator.end())))
        condition = syntax.Block(start, self.at, (syntax.Test(start, self.at, tuple(words)),))
        body = self._conditional(self.blank(self.at))
        otherwise = None
        if match := _ELSE(self.text, self.at, self.size):
            otherwise = self._conditional(self.blank(match.end()))
        return syntax.If(start, self.at, ((condition, body),), otherwise)

    def _plain(self, at: int) -> str:
        word = self.word(at, '=')
        part = word.parts[0] if len(word.parts) == 1 else None
        return part.text.lower() if isinstance(part, syntax.Text) and not part.quoted else ''

    def _conditional(self, at: int) -> syntax.Block:
        """The command of a condition or loop: one in parentheses, or the rest of the line."""
        self.depth += 1
        at = self.space(at)
        command = self.element(at) if self.text[at] == '(' else self.line(at)
        self.depth -= 1
        return syntax.Block(at, self.at, (command,))

    def loop(self, start: int, at: int) -> syntax.Command | None:
        """`for [/option] %%x in (values) do command`."""
        match = _FOR(self.text, self.space(at), self.size)
        if match is None or self.depth >= MAX_DEPTH:
            return None
        kind, options, letter = (match[1] or '').lower(), match[2] or '', match[3]
        words = self._values(match.end(), kind, options)
        do = _DO(self.text, self.at, self.size)
        letters = [letter]
        if kind == 'f' and (tokens := _TOKENS(options)):
            more = min(tokens[1].count(',') + tokens[1].count('*') + tokens[1].count('-'), 8)
            letters += [chr(ord(letter) + i + 1) for i in range(more)]
        self.loops += letters
        body = self._conditional(self.blank(do.end() if do else self.at))
        del self.loops[-len(letters) :]
        given = [_copied(start, LOOP + other, LOOP + letter) for other in letters[1:]]
        whole = syntax.Block(body.start, body.end, (*given, *body.commands))
        return syntax.For(start, self.at, LOOP + letter, words, whole)

    def _values(self, at: int, kind: str, options: str) -> tuple[syntax.Word, ...]:
        """What stands in the parentheses of a loop."""
        at = self.blank(at)
        quote = self.text[at]
        command = '`' if 'usebackq' in options.lower() else "'"
        if kind == 'f' and quote in '\'`"':
            close = self._close(at, quote)
            inner_end = close if close >= 0 else self.line_end(at)
            word = self._fed(at, inner_end, quote == command)
            self.at = self._behind(inner_end)
            return (word,)
        self.brackets += 1
        words: list[syntax.Word] = []
        while at < self.size and self.text[at] not in ')&|<>':
            if self.text[at] == '\n':
                at = self.blank(at + 1)
                continue
            word = self.word(at, ',;')
            words.append(word)
            at = self.blank(max(self.at, at + 1))
        self.brackets -= 1
        self.at = min(at + 1, self.size)
        if kind == 'l':
            return (syntax.Word(at, at, (syntax.Arithmetic(at, at),)),)
        if kind == 'f':
            name = syntax.Word(at, at, (syntax.Text(at, at, 'type'),))
            body = syntax.Block(at, at, (syntax.Simple(at, at, (), (name, *words)),))
            return (syntax.Word(at, at, (syntax.Substitution(at, at, body, True),)),)
        return tuple(words)

    def _close(self, at: int, quote: str) -> int:
        """The quotation mark that stands before the closing parenthesis, -1 when there is none."""
        match = re.compile(rf'{quote}[ \t]*\)').search(self.text, at + 1, self.line_end(at))
        return match.start() if match else -1

    def _behind(self, at: int) -> int:
        close = self.text.find(')', at, self.line_end(at))
        return close + 1 if close >= 0 else self.line_end(at)

    def _fed(self, at: int, end: int, command: bool) -> syntax.Word:
        """What `for /f` reads: the output of a command, a text, or a file."""
        if not command:
            return self.verbatim(at + 1, end)
        size, self.size = self.size, end
        brackets, self.brackets = self.brackets, 0
        self.depth += 1
        inner = self.line(at + 1)
        self.depth -= 1
        self.size, self.brackets = size, brackets
        body = syntax.Block(at + 1, end, (inner,))
        return syntax.Word(at, end, (syntax.Substitution(at, end, body, True),))

    if TYPE_CHECKING:

        def line(self, at: int) -> syntax.Command: ...
        def element(self, at: int) -> syntax.Command: ...


def _copied(at: int, name: str, other: str) -> syntax.Simple:
    value = syntax.Word(at, at, (syntax.Parameter(at, at, other, quoted=True),))
    return syntax.Simple(at, at, (syntax.Assignment(at, at, name, value),), ())
