"""Lines of cmd, the operators between commands, and the sections that labels make of a script."""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.batch.compounds import MAX_DEPTH
from artifacts_guard.shell.batch.compounds import Compounds

_LABEL = re.compile(r'[ \t]*:[ \t]*([^\s:&|<>()^+,;=%]*)[^\n]*').match
_START = re.compile(r'[ \t\r\n,;=@\ufeff]*').match
_OPERATOR = re.compile(r'&&|\|\||[&|]').match
_FED = re.compile(r"in[ \t]{0,20}\([ \t]{0,20}(['`])[^\n]{0,2000}?\1[ \t]{0,20}\)", re.IGNORECASE).sub
_LONGEST_CHAIN = 16


class Section:
    """What stands behind a label."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.commands: list[syntax.Command] = []


class Sections(Compounds):
    """Reads a script."""

    def __init__(self, text: str, source: str, opaques: dict[int, int], deadline: float) -> None:
        super().__init__(text, source, opaques, deadline)
        self.sections = [Section('')]
        # a command within the quotation marks of `for /f` is parsed again: its carets only hide it from the first time
        self.text = _FED(lambda match: match[0].replace('^', ' '), self.text)

    def read(self) -> None:
        """Read all sections."""
        at, text = 0, self.text
        while at < self.size:
            if label := _LABEL(text, at, self.size):
                # a second colon or another odd character makes it a comment
                if label[1] and not text[label.start(1) - 1 : label.start(1)].isspace():
                    self.sections.append(Section(label[1].lower()))
                at = min(label.end() + 1, self.size)
                continue
            at = self._beginning(at)
            if at >= self.size:
                break
            if text[at] == ':':
                continue
            before = at
            if text[at] == ')':
                self.error(at, at + 1)
                at += 1
                continue
            self.sections[-1].commands.append(self.line(at))
            at = max(self.at, before + 1)

    def reached(self) -> int:
        ends = [section.commands[-1].end for section in self.sections if section.commands]
        return ends[-1] if ends else 0

    def _beginning(self, at: int) -> int:
        """The place of the next command: empty lines and `@` are passed over, up to a line with a label."""
        match = _START(self.text, at)
        end = match.end() if match else at
        return min(end, self.size)

    def line(self, at: int) -> syntax.Command:
        """Commands with operators between them, up to the end of the line or of the parentheses around it."""
        start = at
        commands: list[syntax.Command] = []
        while True:
            commands.append(self._pipeline_chain(at))
            at = self.space(self.at)
            if self.text[at] != '&' or at >= self.size:
                break
            at = self.blank(at + 1)
            if self.ended(at):
                self.at = at
                break
        if len(commands) == 1:
            return commands[0]
        return syntax.Block(start, commands[-1].end, tuple(commands))

    def _pipeline_chain(self, at: int) -> syntax.Command:
        """Pipelines joined by `&&` and `||`."""
        links = [self._pipeline(at)]
        operators: list[str] = []
        while True:
            after = self.space(self.at)
            match = _OPERATOR(self.text, after, self.size)
            if match is None or match[0] not in ('&&', '||'):
                break
            operators.append(match[0])
            links.append(self._pipeline(self.blank(match.end())))
        joined = links[0]
        for operator, command in list(zip(operators, links[1:]))[:_LONGEST_CHAIN]:
            joined = syntax.AndOr(joined.start, command.end, joined, operator, command)
        rest = links[_LONGEST_CHAIN + 1 :]
        return syntax.Block(joined.start, rest[-1].end, (joined, *rest)) if rest else joined

    def _pipeline(self, at: int) -> syntax.Command:
        start = at
        commands = [self.element(at)]
        while True:
            after = self.space(self.at)
            if self.text[after] != '|' or self.text.startswith('||', after) or after >= self.size:
                break
            commands.append(self.element(self.blank(after + 1)))
        if len(commands) == 1:
            return commands[0]
        return syntax.Pipe(
            start, commands[-1].end, tuple(commands), with_errors=(False,) * (len(commands) - 1)
        )

    def element(self, at: int) -> syntax.Command:
        """One command, perhaps several in parentheses."""
        while at < self.size and self.text[at] in '@ \t':
            at += 1
        if self.text[at] != '(' or at >= self.size:
            return self.command(at)
        if self.depth >= MAX_DEPTH:
            self.error(at, at + 1)
            self.at = at + 1
            return syntax.Block(at, at + 1, ())
        return self._parentheses(at)

    def _parentheses(self, start: int) -> syntax.Command:
        self.depth += 1
        self.brackets += 1
        commands: list[syntax.Command] = []
        at = start + 1
        while True:
            at = self._beginning(at)
            if at >= self.size or self.text[at] == ')':
                break
            if self.text[at] == ':':
                at = self.line_end(at)
                continue
            if self.text[at] in '&|':
                at += 1
                continue
            commands.append(self.line(at))
            at = max(self.at, at + 1)
        self.depth -= 1
        self.brackets -= 1
        if at >= self.size:
            self.error(start, start + 1)
        self.at = min(at + 1, self.size)
        group = syntax.Group(start, self.at, syntax.Block(start, self.at, tuple(commands)))
        redirections = []
        end = self.at
        while redirection := self.redirection(self.space(end)):
            redirections.append(redirection)
            end = self.at
        self.at = end
        return syntax.Redirected(start, end, group, tuple(redirections)) if redirections else group

    # sections

    def commands(self) -> tuple[syntax.Command, ...]:
        """The whole script; one with labels has functions for those that are called."""
        bodies = [_checked(section.commands, self.text) for section in self.sections]
        if len(bodies) == 1:
            return tuple(bodies[0])
        at = 0
        made: list[objects.Section] = []
        for section, body in zip(self.sections, bodies):
            at = body[0].start if body else at
            end = body[-1].end if body else at
            made.append(objects.Section(section.label, syntax.Block(at, end, tuple(body))))
        whole = objects.Sections(0, self.size, tuple(made))
        called = {match[1].lower() for match in _CALLS.finditer(self.text)}
        functions: dict[str, syntax.Command] = {}
        for number, one in enumerate(made):
            if one.label in called and one.label not in functions:
                start = one.body.start
                inner = whole.replace(start=start, entry=number)
                functions[one.label] = syntax.Function(start, start, f':{one.label}', inner)
        return (*functions.values(), whole)


def _checked(commands: list[syntax.Command], text: str) -> list[syntax.Command]:
    """A command whose exit status the next one looks at is joined to it, as with `||`."""
    joined: list[syntax.Command] = []
    for command in commands:
        before = joined[-1] if joined else None
        if isinstance(command, syntax.If) and isinstance(before, (syntax.Simple, syntax.Pipe)):
            condition = command.branches[0][0]
            if 'errorlevel' in text[condition.start : condition.end].lower():
                joined[-1] = syntax.AndOr(before.start, command.end, before, '||', command)
                continue
        joined.append(command)
    return joined


_CALLS = re.compile(r'\bcall[ \t]*:([^\s:&|<>()^+,;=%]+)', re.IGNORECASE)
