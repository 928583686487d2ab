"""Commands of cmd: words and redirections, and those commands that have a syntax of their own (`set`, `if`, `for`).

https://learn.microsoft.com/windows-server/administration/windows-commands/if, …/for, …/set_1.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.batch.words import Words
from artifacts_guard.shell.scanner import MASK

TYPE_CHECKING = False

_REDIRECTION = re.compile(r'([0-9])?(>>|>|<)(?:&([0-9]))?').match
_NAME = re.compile(r'[A-Za-z]+(?![A-Za-z0-9_\\.-])').match
_ECHO = re.compile(r'echo(?=[.:(/\\[+,;=])[.:(/\\[+,;=]', re.IGNORECASE).match
_JUMP = re.compile(r'(?:goto|call)(?=:)', re.IGNORECASE).match
# commands with a syntax of their own, and what reads them
_READERS = {'rem': 'remark', 'set': 'set', 'start': 'start', 'if': 'condition', 'for': 'loop'}
_SPECIAL = re.compile(f'[%!{MASK}]').search
_MARKS = re.compile(r'["&|<>]').finditer
_SET = re.compile(r'(/[aApP])?[ \t]*').match
_SET_NAME = re.compile(r'("?)([^="\n&|<>%!]{1,200})=').match


class Commands(Words):
    """Reads commands."""

    def ended(self, at: int) -> bool:
        """Whether a command ends here."""
        return at >= self.size or self.text[at] in '\n&|' or (self.text[at] == ')' and self.brackets > 0)

    def line_end(self, at: int) -> int:
        return min(self.text.find('\n', at), self.size)

    def command(self, at: int) -> syntax.Command:
        """The command at a place."""
        self.tick()
        if match := _NAME(self.text, at, self.size):
            reader = _READERS.get(match[0].lower())
            if reader is not None:
                found: syntax.Command | None = getattr(self, reader)(at, match.end())
                if found is not None:
                    return found
        words: list[syntax.Word] = []
        if jump := _JUMP(self.text, at, self.size):
            words.append(syntax.Word(at, jump.end(), (syntax.Text(at, jump.end(), jump[0]),)))
            self.at = jump.end()
        elif echo := _ECHO(self.text, at, self.size):
            words.append(syntax.Word(at, at + 4, (syntax.Text(at, at + 4, self.text[at : at + 4]),)))
            self.at = echo.end()
        return self.simple(at, words)

    def simple(self, start: int, words: list[syntax.Word], at: int | None = None) -> syntax.Simple:
        """The rest of a command: words and redirections."""
        at = end = (self.at if words else start) if at is None else at
        redirections: list[syntax.Redirection] = []
        while True:
            at = self.space(at)
            if self.ended(at):
                break
            if redirection := self.redirection(at):
                redirections.append(redirection)
            else:
                words.append(self.word(at))
                if self.at <= at:  # a parenthesis that nothing waits for
                    self.at = at + 1
                    words[-1] = syntax.Word(at, at + 1, (syntax.Text(at, at + 1, self.text[at], True),))
            at = end = self.at
        self.at = at
        return syntax.Simple(start, max(end, start), (), tuple(words), tuple(redirections))

    def redirection(self, at: int) -> syntax.Redirection | None:
        match = _REDIRECTION(self.text, at, self.size)
        if match is None:
            return None
        number, operator, other = match.groups()
        descriptor = int(number) if number else None
        end = match.end()
        self.at = end
        if other:
            target = syntax.Word(end - 1, end, (syntax.Text(end - 1, end, other),))
            return syntax.Redirection(at, end, '>&', target, descriptor)
        word = self.word(self.space(end))
        return syntax.Redirection(at, self.at, operator, word, descriptor)

    def remark(self, start: int, at: int) -> syntax.Command:
        """`rem`: a comment up to the end of the line."""
        self.at = self.line_end(at)
        return syntax.Block(start, self.at, ())

    def set(self, start: int, at: int) -> syntax.Command | None:
        """`set NAME=value`, `set "NAME=value"`, `set /a`, `set /p`; alone or with a prefix it prints variables."""
        option = _SET(self.text, self.space(at), self.size)
        if option is None:
            return None
        kind = (option[1] or '').lower()
        match = _SET_NAME(self.text, option.end(), self.size)
        if match is None:
            return None
        name = match[2].strip()
        if kind == '/p':
            program = syntax.Word(start, option.end(1), (syntax.Text(start, option.end(1), 'set /p'),))
            asked = syntax.Word(
                match.start(2), match.end(2), (syntax.Text(match.start(2), match.end(2), name),)
            )
            command = self.simple(start, [], match.end())
            return command.replace(words=(program, asked))
        value = self._unquoted(match.end()) if match[1] else self._value(match.end())
        if kind == '/a':
            value = syntax.Word(value.start, value.end, (syntax.Arithmetic(value.start, value.end),))
        made = syntax.Assignment(match.start(2), value.end, name, value)
        return syntax.Declaration(start, max(value.end, self.at), 'export', (), (made,), self._redirections())

    def _redirections(self) -> tuple[syntax.Redirection, ...]:
        found: list[syntax.Redirection] = []
        at = self.at
        while redirection := self.redirection(self.space(at)):
            found.append(redirection)
            at = self.at
        self.at = at
        return tuple(found)

    def _value(self, at: int) -> syntax.Word:
        """What `set` gives a variable: the rest of the command, blanks too."""
        start, parts = at, []
        while at < self.size and not (self.text[at] in '\n&|<>\r' or self._closes(self.text[at])):
            word = self.word(at)
            parts += [p.replace(quoted=True) if hasattr(p, 'quoted') else p for p in word.parts]
            at = self.at
            blank = self.space(at)
            if blank > at and not self.ended(blank) and self.text[blank] not in '<>':
                parts.append(syntax.Text(at, blank, ' ', True))
            at = max(blank, at) if blank > at or word.parts else at + 1
        self.at = at
        return syntax.Word(start, at, tuple(parts))

    def _unquoted(self, start: int) -> syntax.Word:
        """The value of `set "A=value"`, from behind the equals sign: up to the last quotation mark of the command."""
        end, quoted = self.line_end(start), True
        for mark in _MARKS(self.text, start, end):
            if mark[0] == '"':
                quoted = not quoted
            elif not quoted:
                end = mark.start()
                break
        close = self.text.rfind('"', start, end)
        value = self.verbatim(start, close if close >= start else end)
        self.at = end
        return value

    def verbatim(self, start: int, stop: int) -> syntax.Word:
        """Text in which only variables are special."""
        parts: list[syntax.Part] = []
        at = start
        while at < stop:
            found = self.variable(at, True) if self.text[at] in '%!' else None
            if found is not None and found.end <= stop:
                parts.append(found)
                at = found.end
                continue
            if at in self.opaques:
                at = self._special(at, self.text[at], True, parts)
                continue
            special = _SPECIAL(self.text, at + 1, stop)
            following = special.start() if special else stop
            parts.append(syntax.Text(at, following, self.text[at:following], True))
            at = following
        return syntax.Word(start, stop, tuple(parts))

    def start(self, start: int, at: int) -> syntax.Command | None:
        """`start "title" /options command`: what is started."""
        at = self.space(at)
        if self.text[at] == '"':
            at = (
                self.space(self.text.find('"', at + 1) + 1)
                if '"' in self.text[at + 1 : self.line_end(at)]
                else at
            )
        while self.text[at] == '/' and at < self.size:
            self.word(at)
            at = self.space(self.at)
        return self.simple(start, [], at) if not self.ended(at) else None
