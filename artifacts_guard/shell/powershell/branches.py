"""Conditions and `try`: statements that choose between blocks.

https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-08
"""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import variables
from artifacts_guard.shell.powershell.definitions import Definitions

KEYWORD = re.compile(r'[A-Za-z]+(?![\w:\\/.-])').match
OPTION = re.compile(r'-(\w+)').match


class Branches(Definitions):
    """Reads statements that choose between blocks."""

    def braces(self, at: int) -> syntax.Block:
        """`{ … }`, also when blanks and line ends stand before it."""
        at = self.gap(at)
        if self.text[at] != '{' or at >= self.size or self.too_deep():
            self.error(at, at + 1)
            self.at = at
            return syntax.Block(at, at, ())
        self.enter('}')
        block = self.block(at + 1)
        self.leave('}')
        self.at = self.close(self.at, '}', at)
        return block

    def condition(self, at: int) -> syntax.Block:
        """`( … )` of a condition: commands in it are captured, nothing is printed."""
        at = self.gap(at)
        if self.text[at] != '(' or at >= self.size or self.too_deep():
            self.error(at, at + 1)
            self.at = at
            return syntax.Block(at, at, ())
        word = self.parentheses(at)
        test = syntax.Test(word.start, word.end, (word,))
        return syntax.Block(word.start, word.end, (test,))

    def if_(self, start: int, at: int) -> syntax.Command:
        branches = [(self.condition(at), self.braces(self.at))]
        otherwise = None
        while True:
            end = self.at
            at = self.gap(end)
            match = KEYWORD(self.text, at, self.size)
            word = match[0].lower() if match else ''
            if word == 'elseif' and match:
                branches.append((self.condition(match.end()), self.braces(self.at)))
            elif word == 'else' and match:
                otherwise = self.braces(match.end())
                break
            else:
                self.at = end
                break
        return syntax.If(start, self.at, tuple(branches), otherwise)

    def switch_(self, start: int, at: int) -> syntax.Command:
        """`switch (subject) { pattern { … } … }`; in its bodies `$_` is the subject."""
        at = self.gap(at)
        subject = syntax.Word(at, at, ())
        while option := OPTION(self.text, at, self.size):
            at = self.blank(option.end())
            if option[1].lower() == 'file':
                subject = self.argument(at)
                at = self.at
            at = self.gap(at)
        if self.text[at] == '(' and not self.too_deep():
            subject = self.parentheses(at)
            at = self.at
        at = self.gap(at)
        opened, items = at, []
        if self.text[at] == '{' and not self.too_deep():
            self.enter('}')
            at = self.gap(at + 1)
            while at < self.size and self.text[at] not in ')}]':
                pattern = self.argument(at)
                body = self.braces(self.at)
                items.append(((pattern,), body))
                at = self.gap(max(self.at, at + 1))
                while at < self.size and self.text[at] == ';':
                    at = self.gap(at + 1)
            self.leave('}')
            at = self.close(at, '}', opened)
        self.at = at
        value = syntax.Assignment(subject.start, subject.end, variables.named(variables.LOCAL, '_'), subject)
        given = syntax.Simple(subject.start, subject.end, (value,), ())
        return syntax.Block(start, at, (given, syntax.Case(start, at, subject, tuple(items))))

    def try_(self, start: int, at: int) -> syntax.Command | None:
        if self.text[self.gap(at)] != '{':
            return None
        body = self.braces(at)
        handlers: list[syntax.Block] = []
        last = None
        while True:
            end = self.at
            at = self.gap(end)
            match = KEYWORD(self.text, at, self.size)
            word = match[0].lower() if match else ''
            if word == 'catch' and match:
                at = self.gap(match.end())
                while at < self.size and self.text[at] in '[,':
                    at = self.gap(self.brackets(at) if self.text[at] == '[' else at + 1)
                handlers.append(self.braces(at))
            elif word == 'finally' and match:
                last = self.braces(match.end())
            else:
                self.at = end
                break
        return objects.Try(start, self.at, body, tuple(handlers), last)

    def trap_(self, start: int, at: int) -> syntax.Command:
        at = self.gap(at)
        while self.text[at] == '[' and at < self.size:
            at = self.gap(self.brackets(at))
        handler = self.braces(at)
        return objects.Try(start, self.at, syntax.Block(start, start, ()), (handler,), None)
