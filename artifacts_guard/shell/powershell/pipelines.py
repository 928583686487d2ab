"""Pipelines, chains and assignments.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_assignment_operators and
about_pipeline_chain_operators there.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import variables
from artifacts_guard.shell.powershell.values import NOWHERE
from artifacts_guard.shell.powershell.values import Values
from artifacts_guard.shell.powershell.values import text_of

TYPE_CHECKING = False

_ASSIGNS = re.compile(r'(\?\?|[-+*/%])?=(?!=)').match
_CHAIN = re.compile(r'&&|\|\|').match
_LONGEST_CHAIN = 16
# a native command in a script with this set ends the script when it fails
_NATIVE_ERRORS = 'local:psnativecommanduseerroractionpreference'
# methods that give the text they are called on, or one made of it; other calls alone on a line print nothing
_TEXTS_WORDS = 'tostring trim trimend trimstart replace substring insert tolower toupper format join concat'
_TEXTS = frozenset(_TEXTS_WORDS.split())


class Pipelines(Values):
    """Reads pipelines."""

    def pipeline(self, at: int) -> syntax.Command:
        """A pipeline, a chain of them, or an assignment."""
        start = at
        links: list[syntax.Command] = [self._joined_by_bars(at)]
        operators: list[str] = []
        while match := _CHAIN(self.text, self.blank(self.at), self.size):
            at = self.gap(match.end())
            if at >= self.size:
                self.at = at
                break
            operators.append(match[0])
            links.append(self._joined_by_bars(at))
        command = _chained(links, operators)
        at = self.blank(self.at)
        if self.text[at] == '&' and at < self.size and not self.text.startswith('&&', at):
            self.at = at + 1
            return syntax.Background(start, self.at, command)
        return command

    def _joined_by_bars(self, at: int) -> syntax.Command:
        start = at
        first = self._element(at, first=True)
        commands = [first]
        while (at := self._bar(self.at)) >= 0:
            if at >= self.size:
                self.error(start, at)
                break
            commands.append(self._element(at))
        if len(commands) == 1:
            return first
        return syntax.Pipe(
            start, commands[-1].end, tuple(commands), with_errors=(False,) * (len(commands) - 1)
        )

    def _bar(self, at: int) -> int:
        """The place of the next command of the pipeline, also when its bar begins the next line; -1 when there is none."""
        after = self.blank(at)
        if self.text[after] == '\n' and self.text[after + 1 : after + 200].lstrip()[:1] in ('|', '#'):
            after = self.gap(after)
        if self.text[after] != '|' or self.text.startswith('||', after) or after >= self.size:
            return -1
        self.at = after + 1
        return self.gap(after + 1)

    def _element(self, at: int, *, first: bool = False) -> syntax.Command:
        """One command of a pipeline; the first one can be an expression."""
        if not (first and self.is_expression(at)):
            if self.ended(at) and self.text[at] != '&':
                self.error(at, at + 1)
                self.at = min(at + 1, self.size)
                return syntax.Simple(at, self.at, (), ())
            return self.command(at)
        word = self.expression(at)
        if self.at <= at:
            self.at = at + 1
        assigns = _ASSIGNS(self.text, self.blank(self.at), self.size)
        if assigns:
            value_at = self.gap(assigns.end())
            return self._assignment(word, assigns[1] or '', value_at)
        return self._spoken(at, word)

    def _spoken(self, at: int, word: syntax.Word) -> syntax.Simple:
        """An expression that stands alone: what it gives is written to the output."""
        part = word.parts[0] if len(word.parts) == 1 else None
        if isinstance(part, objects.List):
            return self.written(at, part.words)
        if isinstance(part, objects.Member) and _is_silent(part):
            added = _addition(part)
            if added is not None:
                return added.replace(redirections=self.redirections()[0])
            return self.written(at, (word,), NOWHERE)
        return self.written(at, (word,))

    # assignments

    def _assignment(self, target: syntax.Word, operator: str, at: int) -> syntax.Command:
        """`target = statement`."""
        start = target.start
        command = self.statement(at) if at < self.size and self.text[at] not in ')}' else None
        if command is None:
            self.error(start, at)
            self.at = at
            return syntax.Simple(start, at, (), ())
        inner = command.assignments if isinstance(command, (syntax.Simple, syntax.Declaration)) else ()
        if inner and not getattr(command, 'words', ()):
            name = inner[-1].name
            value = syntax.Word(at, at, (syntax.Parameter(at, at, name, index='@', quoted=True),))
            outer = self._assigned(start, target, operator, value)
            return syntax.Block(start, outer.end, (command, outer))
        return self._assigned(start, target, operator, self.value_of(syntax.Block(at, self.at, (command,))))

    def _assigned(self, start: int, target: syntax.Word, operator: str, value: syntax.Word) -> syntax.Command:
        part = target.parts[0] if target.parts else None
        while isinstance(part, objects.Operation) and part.operator == 'drop' and len(part.words) == 1:
            part = part.words[0].parts[0] if part.words[0].parts else None
        if isinstance(part, objects.List):
            return self._unpacked(start, part, operator, value)
        index = ''
        if isinstance(part, objects.Member):
            index = '.'.join(step.name for step in part.steps)
            part = part.target.parts[0] if part.target.parts else None
        if not isinstance(part, syntax.Parameter):
            name = syntax.Word(start, start, (syntax.Text(start, start, NOWHERE),))
            return syntax.Simple(start, value.end, (), (name, value))
        end = max(value.end, target.end)
        if part.name == _NATIVE_ERRORS:
            name = syntax.Word(
                start, start, (syntax.Text(start, start, '$PSNativeCommandUseErrorActionPreference'),)
            )
            return syntax.Simple(start, end, (), (name, value))
        if operator == '??':
            held = part.replace(operator=':-', argument=value, quoted=False)
            value = syntax.Word(value.start, value.end, (held,))
        made = _assignment(start, end, part.name, value, append=operator == '+', index=index)
        if variables.own(part.name):
            return syntax.Simple(start, end, (made,), ())
        return syntax.Declaration(start, end, 'export', (), (made,))

    def _unpacked(
        self, start: int, targets: objects.List, operator: str, value: syntax.Word
    ) -> syntax.Command:
        """`$a, $b = values`."""
        part = value.parts[0] if len(value.parts) == 1 else None
        values: tuple[syntax.Word, ...] = (value,)
        if isinstance(part, objects.List) and len(part.words) == len(targets.words):
            values = part.words
        commands: list[syntax.Command] = []
        for number, target in enumerate(targets.words):
            given = values[number] if number < len(values) else targets.words[0]
            commands.append(self._assigned(start, target, operator, given))
        return syntax.Block(start, value.end, tuple(commands))

    if TYPE_CHECKING:

        def statement(self, at: int) -> syntax.Command: ...


def _assignment(
    start: int, end: int, name: str, value: syntax.Word, *, append: bool, index: str
) -> syntax.Assignment:
    part = value.parts[0] if len(value.parts) == 1 else None
    if isinstance(part, objects.List) and not index:
        return syntax.Assignment(start, end, name, syntax.Array(part.start, part.end, part.words), append)
    return syntax.Assignment(start, end, name, value, append, index)


def _is_silent(part: objects.Member) -> bool:
    """Whether a member is a call of a method that is not known to give a text."""
    last = part.steps[-1]
    return last.arguments is not None and last.name != '*' and last.name.lower() not in _TEXTS


def _addition(part: objects.Member) -> syntax.Simple | None:
    """`$table.Add(key, value)` and `$list.Add(value)` change the variable."""
    target = part.target.parts[0] if len(part.target.parts) == 1 else None
    step = part.steps[-1]
    arguments = step.arguments or ()
    if not isinstance(target, syntax.Parameter) or not variables.own(target.name) or not arguments:
        return None
    method = step.name.lower()
    path = [s.name for s in part.steps[:-1]]
    if method in ('add', 'set_item', 'tryaddwithoutvalidation') and len(arguments) == 2:
        key = text_of(arguments[0]) or '*'
        made = _assignment(
            part.start, part.end, target.name, arguments[1], append=False, index='.'.join([*path, key])
        )
    elif (
        method in ('add', 'addrange', 'append', 'appendline', 'push', 'enqueue')
        and len(arguments) == 1
        and not path
    ):
        words = tuple(w for a in arguments for w in _elements(a))
        value = syntax.Array(part.start, part.end, words)
        made = syntax.Assignment(part.start, part.end, target.name, value, append=True)
    else:
        return None
    return syntax.Simple(part.start, part.end, (made,), ())


def _elements(word: syntax.Word) -> tuple[syntax.Word, ...]:
    part = word.parts[0] if len(word.parts) == 1 else None
    return part.words if isinstance(part, objects.List) else (word,)


def _chained(links: list[syntax.Command], operators: list[str]) -> syntax.Command:
    """Commands joined by `&&` and `||`, which bind alike; of a very long chain the rest follows in sequence."""
    joined = links[0]
    for operator, command in list(zip(operators, links[1:]))[:_LONGEST_CHAIN]:
        joined = syntax.AndOr(joined.start, command.end, joined, operator, command)
    rest = links[_LONGEST_CHAIN + 1 :]
    return syntax.Block(joined.start, rest[-1].end, (joined, *rest)) if rest else joined
