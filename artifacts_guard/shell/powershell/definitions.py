"""Definitions: functions, parameter blocks, classes.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_functions,
about_functions_advanced_parameters and about_classes there.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import variables
from artifacts_guard.shell.powershell.pipelines import Pipelines

TYPE_CHECKING = False

_FUNCTION = re.compile(r'(?:(?:global|script|local|private):)?([^\s({;]+)', re.IGNORECASE).match
_WORD = re.compile(r'[\w.]+').match
_METHOD = re.compile(r'(?:(?:static|hidden)[ \t]+)*(\w+)[ \t]*(?=\()').match
_BASE = re.compile(r':[ \t\r\n]*base[ \t\r\n]*(?=\()', re.IGNORECASE).match
_SKIPPED = re.compile(r'[^{}\n;(\["\'$]+').match


class Definitions(Pipelines):
    """Reads definitions."""

    def function(self, start: int, at: int) -> syntax.Command | None:
        """`function name(parameters) { … }`; the name's case does not matter."""
        match = _FUNCTION(self.text, self.gap(at), self.size)
        if match is None:
            return None
        return self._defined(start, match[1].lower(), match.end())

    def _defined(self, start: int, name: str, at: int) -> syntax.Command | None:
        at = self.gap(at)
        declared: tuple[syntax.Command, ...] = ()
        if self.text[at] == '(' and not self.too_deep():
            declared = (self._parameters(start, at),)
            at = self.gap(self.at)
        if base := _BASE(self.text, at, self.size):
            self.arguments(base.end())
            at = self.gap(self.at)
        if self.text[at] != '{':
            return None
        body = self.braces(at)
        whole = syntax.Block(body.start, body.end, (*declared, *body.commands))
        return syntax.Function(start, self.at, name, whole)

    def section(self, start: int, at: int) -> syntax.Command | None:
        """`begin { … }`, `process { … }`, `end { … }` of a function: they run one after the other."""
        if self.text[self.gap(at)] != '{':
            return None
        return self.braces(at)

    def parameters(self, start: int, at: int) -> syntax.Command | None:
        """`param( … )`."""
        at = self.gap(at)
        if self.text[at] != '(' or self.too_deep():
            return None
        return self._parameters(start, at)

    def _parameters(self, start: int, at: int) -> syntax.Block:
        """Parameters as a command that binds them, and assignments of their defaults.

        The command's words are names, with `?` behind those of switches and `=` behind those with a default.
        """
        opened = at
        self.enter(')')
        words: list[syntax.Word] = []
        defaults: list[syntax.Command] = []
        at = self.gap(at + 1)
        while at < self.size and self.text[at] not in ')}':
            before = at
            at = self._parameter(at, words, defaults)
            if at < self.size and self.text[at] == ',':
                at = self.gap(at + 1)
            elif at <= before:
                self.error(at, at + 1)
                at = self.gap(at + 1)
        self.leave(')')
        self.at = self.close(at, ')', opened)
        name = syntax.Word(start, start, (syntax.Text(start, start, 'param'),))
        binding = syntax.Simple(start, self.at, (), (name, *words))
        return syntax.Block(start, self.at, (binding, *defaults))

    def _parameter(self, at: int, words: list[syntax.Word], defaults: list[syntax.Command]) -> int:
        mark = ''
        while at < self.size and self.text[at] == '[':
            end = self.brackets(at)
            mark = '?' if self.text[at:end].lower().replace(' ', '') == '[switch]' else mark
            at = self.gap(end)
        match = variables.VARIABLE(self.text, at, self.size)
        if match is None:
            return at
        start, end = at, match.end()
        name = variables.named(variables.LOCAL, match[3] or match[1] or '')
        at = self.gap(end)
        if at < self.size and self.text[at] == '=':
            value = self.expression(self.gap(at + 1), commas=False)
            mark = '='
            held = syntax.Parameter(start, end, name, '-', value, index='@')
            word = syntax.Word(value.start, value.end, (held,))
            given = syntax.Assignment(start, max(value.end, end), name, word)
            defaults.append(syntax.Simple(start, max(value.end, end), (given,), ()))
            at = self.gap(max(self.at, at + 1))
        words.append(syntax.Word(start, end, (syntax.Text(start, end, name + mark, True),)))
        return at

    # classes

    def class_(self, start: int, at: int) -> syntax.Command | None:
        """`class Name { … }`: its methods are functions named `[name]::method`."""
        match = _WORD(self.text, self.gap(at), self.size)
        opened = self.text.find('{', at, min(self.size, at + 400))
        if match is None or opened < 0 or self.too_deep():
            return None
        self.enter('}')
        members = self._members(match[0].lower(), opened + 1)
        self.leave('}')
        self.at = self.close(self.at, '}', opened)
        return syntax.Block(start, self.at, members)

    def _members(self, name: str, at: int) -> tuple[syntax.Command, ...]:
        found: list[syntax.Command] = []
        while True:
            at = self.gap(at)
            if at >= self.size or self.text[at] in ')}':
                self.at = at
                return tuple(found)
            start = at
            if self.text[at] == '[':
                at = self.brackets(at)
            elif method := _METHOD(self.text, at, self.size):
                defined = self._defined(start, f'[{name}]::{method[1].lower()}', method.end())
                found += [defined] if defined is not None else []
                at = self.at
            elif self.text[at] == '$':
                command = self.pipeline(at)
                found += [command] if getattr(command, 'assignments', ()) else []
                at = self.at
            elif skipped := _SKIPPED(self.text, at, self.size):
                at = skipped.end()
            at = max(at, start + 1)

    def enumeration(self, start: int, at: int) -> syntax.Command | None:
        match = _WORD(self.text, self.gap(at), self.size)
        opened = self.gap(match.end()) if match else at
        close = self.text.find('}', opened, self.size)
        if match is None or self.text[opened] != '{' or close < 0:
            return None
        self.at = close + 1
        return syntax.Block(start, self.at, ())

    def using(self, start: int, at: int) -> syntax.Command:
        """`using module x`, `using namespace y`."""
        end = self.text.find('\n', at)
        self.at = min(end, self.size)
        return syntax.Block(start, self.at, ())

    if TYPE_CHECKING:

        def braces(self, at: int) -> syntax.Block: ...
