"""What a statement gives when it is used as a value: on the right of an assignment, in parentheses, in a table."""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell.commands import WRITE
from artifacts_guard.shell.powershell.commands import Commands

TYPE_CHECKING = False

NOWHERE = 'Out-Null'
_COMPARES = re.compile(
    r'-[ci]?(?:eq|ne|gt|ge|lt|le|(?:not)?(?:like|match|contains|in)|and|or|is)', re.IGNORECASE
).fullmatch


class Values(Commands):
    """Reads statements as values."""

    def value_at(self, at: int) -> syntax.Word:
        """The statement at a place, as a value."""
        if at >= self.size or self.text[at] in ')};':
            self.at = at
            return syntax.Word(at, at, ())
        start = at
        command = self.statement(at)
        return self.value_of(syntax.Block(start, self.at, (command,)))

    def value_of(self, block: syntax.Block) -> syntax.Word:
        """What statements give: of an expression its value, else what they write."""
        start, end = block.start, block.end
        if not block.commands:
            return syntax.Word(start, end, ())
        if len(block.commands) == 1:
            command = block.commands[0]
            if isinstance(command, syntax.Simple) and is_spoken(command):
                words = command.words[1:]
                if len(words) == 1:
                    return words[0]
                part = objects.List(command.start, command.end, words, commas=True)
                return syntax.Word(command.start, command.end, (part,))
            if isinstance(command, syntax.If) and (choice := _choice(command)):
                return choice
            if isinstance(command, syntax.Simple) and (pasted := _pasted(command)):
                return pasted
        return syntax.Word(start, end, (syntax.Substitution(start, end, block, True),))

    if TYPE_CHECKING:

        def statement(self, at: int) -> syntax.Command: ...


def is_spoken(command: syntax.Simple) -> bool:
    """Whether a command is an expression that stands alone."""
    first = command.words[0] if command.words else None
    if first is None or first.start < first.end or command.redirections:
        return False
    return text_of(first) in (WRITE, NOWHERE)


def text_of(word: syntax.Word) -> str:
    """The text of a word that is plain, else ''."""
    part = word.parts[0] if word.parts else None
    return part.text if isinstance(part, syntax.Text) else ''


def _pasted(command: syntax.Simple) -> syntax.Word | None:
    """What the CI system pastes in front of nothing or of an operator is a value, not a command's name."""
    first = command.words[0] if command.words and not command.redirections else None
    if first is None or not first.parts or not isinstance(first.parts[0], syntax.Opaque):
        return None
    if len(command.words) == 1:
        return first
    if not _COMPARES(text_of(command.words[1])):
        return None
    part = objects.Operation(command.start, command.end, 'drop', (first, *command.words[2:]))
    return syntax.Word(command.start, command.end, (part,))


def _choice(command: syntax.If) -> syntax.Word | None:
    """`if (…) { a } else { b }` as a value, when each branch is an expression."""
    bodies = [body for _, body in command.branches]
    bodies += [command.otherwise] if command.otherwise is not None else []
    words: list[syntax.Word] = []
    for body in bodies:
        only = body.commands[0] if len(body.commands) == 1 else None
        if not isinstance(only, syntax.Simple) or not is_spoken(only) or len(only.words) != 2:
            return None
        words.append(only.words[1])
    tests = tuple(w for condition, _ in command.branches for c in condition.commands for w in _tested(c))
    condition = syntax.Word(
        command.start, command.start, (objects.Operation(command.start, command.start, 'drop', tests),)
    )
    part = objects.Operation(command.start, command.end, 'choice', (condition, *words))
    return syntax.Word(command.start, command.end, (part,))


def _tested(command: syntax.Command) -> tuple[syntax.Word, ...]:
    return command.words if isinstance(command, syntax.Test) else ()
