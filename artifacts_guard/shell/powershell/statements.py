"""Statements: loops, and the sequence of all of them.

https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-08
"""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import variables
from artifacts_guard.shell.powershell.branches import KEYWORD
from artifacts_guard.shell.powershell.branches import OPTION
from artifacts_guard.shell.powershell.branches import Branches

_LABEL = re.compile(r':(\w+)(?=\s)').match
_STATUS = re.compile(r'\$(?:global:)?LASTEXITCODE\b|\$\?', re.IGNORECASE).search


class Statements(Branches):
    """Reads statements."""

    def block(self, at: int) -> syntax.Block:
        """Statements up to a closing bracket that something waits for, or the end of the text."""
        commands: list[syntax.Command] = []
        self.statements(at, commands)
        return syntax.Block(at, max(self.at, at), tuple(checked(commands, self.text)))

    def statements(self, at: int, commands: list[syntax.Command]) -> None:
        """Add the statements from a place on to a list."""
        text = self.text
        while True:
            at = self.gap(at)
            if at >= self.size:
                break
            char = text[at]
            if char in ')}]':
                if self.open[char]:
                    break
                self.error(at, at + 1)
                at += 1
            elif char == ';':
                at += 1
            else:
                commands.append(self.statement(at))
                at = max(self.at, at + 1)
        self.at = at

    def statement(self, at: int) -> syntax.Command:
        """The statement at a place."""
        self.tick()
        if label := _LABEL(self.text, at, self.size):
            at = self.gap(label.end())
        if match := KEYWORD(self.text, at, self.size):
            reader = _READERS.get(match[0].lower())
            if reader is not None:
                found: syntax.Command | None = reader(self, at, match.end())
                if found is not None:
                    return found
        if self.text[at] == '[' and (attributes := self._attributes(at)) >= 0:
            return self.statement(attributes)
        return self.pipeline(at)

    def _attributes(self, at: int) -> int:
        """The place behind attributes, when a parameter block follows them; else -1."""
        start = at
        while at < self.size and self.text[at] == '[':
            end = self.brackets(at)
            if end <= at + 1:
                return -1
            at = self.gap(end)
        return at if at > start and self.text[at : at + 5].lower() == 'param' else -1

    def while_(self, start: int, at: int) -> syntax.Command:
        condition = self.condition(at)
        body = self.braces(self.at)
        return syntax.While(start, self.at, condition, body)

    def do_(self, start: int, at: int) -> syntax.Command | None:
        if self.text[self.gap(at)] != '{':
            return None
        body = self.braces(at)
        after = self.gap(self.at)
        match = KEYWORD(self.text, after, self.size)
        condition = syntax.Block(self.at, self.at, ())
        if match and match[0].lower() in ('while', 'until'):
            condition = self.condition(match.end())
        return syntax.While(start, self.at, condition, body)

    def for_(self, start: int, at: int) -> syntax.Command | None:
        """`for (first; condition; next) { … }`."""
        at = self.gap(at)
        if self.text[at] != '(' or self.too_deep():
            return None
        opened = at
        self.enter(')')
        parts = self.block(at + 1)
        self.leave(')')
        self.at = self.close(self.at, ')', opened)
        body = self.braces(self.at)
        empty = syntax.Block(opened, opened, ())
        loop = syntax.While(start, self.at, empty, body)
        return syntax.Block(start, self.at, (*_silent(parts.commands), loop))

    def foreach_(self, start: int, at: int) -> syntax.Command | None:
        """`foreach ($name in values) { … }`; without parentheses it is the cmdlet's alias."""
        at = self.gap(at)
        while option := OPTION(self.text, at, self.size):
            at = self.gap(option.end())
        if self.text[at] != '(' or self.too_deep():
            return None
        opened = at
        self.enter(')')
        match = variables.VARIABLE(self.text, self.gap(at + 1), self.size)
        name = variables.named(variables.LOCAL, match[3] or match[1] or '') if match else ''
        at = self.gap(match.end() if match else at + 1)
        if self.text[at : at + 2].lower() == 'in':
            at = self.gap(at + 2)
        word = self.value_at(at)
        self.leave(')')
        self.at = self.close(self.at, ')', opened)
        body = self.braces(self.at)
        part = word.parts[0] if len(word.parts) == 1 else None
        words = part.words if isinstance(part, objects.List) else (word,)
        return syntax.For(start, self.at, name, words, body)

    def leaves(self, start: int, at: int) -> syntax.Command:
        """`return value`, `throw value`, `exit value`, `break`, `continue`."""
        word = self.text[start:at].lower()
        name = syntax.Word(start, at, (syntax.Text(start, at, word),))
        at = self.blank(at)
        self.at = at
        if at >= self.size or self.text[at] in '\n;)}|&#' or word in ('break', 'continue'):
            self.at = _word_end(self.text, at) if word in ('break', 'continue') else at
            return syntax.Simple(start, max(name.end, self.at), (), (name,))
        command = self.pipeline(at)
        if word == 'return':
            leave = syntax.Simple(start, name.end, (), (name,))
            return syntax.Block(start, self.at, (command, leave))
        value = self.value_of(syntax.Block(at, self.at, (command,)))
        return syntax.Simple(start, self.at, (), (name, value))


def _word_end(text: str, at: int) -> int:
    match = re.compile(r'\w*').match(text, at)
    return match.end() if match else at


def _silent(commands: tuple[syntax.Command, ...]) -> tuple[syntax.Command, ...]:
    """Assignments and tests of a `for`: what they give is not written."""
    kept: list[syntax.Command] = []
    for command in commands:
        words = command.words[1:] if isinstance(command, syntax.Simple) and command.words else ()
        kept.append(syntax.Test(command.start, command.end, words) if words else command)
    return tuple(kept)


def checked(commands: list[syntax.Command], text: str) -> list[syntax.Command]:
    """Commands whose exit status the next statement looks at are joined to it, as with `||`."""
    joined: list[syntax.Command] = []
    for command in commands:
        before = joined[-1] if joined else None
        if (
            isinstance(command, syntax.If)
            and isinstance(before, (syntax.Simple, syntax.Pipe))
            and _STATUS(text, command.branches[0][0].start, command.branches[0][0].end)
        ):
            joined[-1] = syntax.AndOr(before.start, command.end, before, '||', command)
        else:
            joined.append(command)
    return joined


_READERS = {
    'if': Statements.if_,
    'while': Statements.while_,
    'do': Statements.do_,
    'for': Statements.for_,
    'foreach': Statements.foreach_,
    'switch': Statements.switch_,
    'try': Statements.try_,
    'trap': Statements.trap_,
    'function': Statements.function,
    'filter': Statements.function,
    'workflow': Statements.function,
    'param': Statements.parameters,
    'begin': Statements.section,
    'process': Statements.section,
    'end': Statements.section,
    'clean': Statements.section,
    'dynamicparam': Statements.section,
    'class': Statements.class_,
    'enum': Statements.enumeration,
    'using': Statements.using,
    **dict.fromkeys(('return', 'throw', 'exit', 'break', 'continue'), Statements.leaves),
}
