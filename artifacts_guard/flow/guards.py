"""The conditions under which a command runs: branches, tests before `&&`, patterns of `case`."""

from __future__ import annotations

from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.record import Record
from artifacts_guard.shell import syntax

_TESTS = ('[', 'test')
_LONGEST = 120  # characters of a condition that are kept


class Guard(Record):
    """What was written as a condition, whether it has to hold or to fail, and the pattern that it has to fit."""

    written: Excerpt
    holds: bool = True
    pattern: str = ''

    @property
    def words(self) -> str:
        """The condition as people read it."""
        text = ' '.join(self.written.source.split()).rstrip('; ')
        text = text if len(text) <= _LONGEST else f'{text[: _LONGEST - 2]} …'
        if self.pattern:
            return f'{text} is {self.pattern}'
        return text if self.holds else f'not {text}'


def of_list(node: syntax.AndOr, frame: Frame) -> list[Guard]:
    """What guards the right side of `&&` and `||`.

    Only a test before `&&` is a condition: other commands are expected to succeed (`make && artifacts push`).
    """
    if node.operator == '&&' and not _is_test(node.left, frame):
        return []
    return [Guard(frame.excerpt(node.left.start, node.left.end), node.operator == '&&')]


def of_case(node: syntax.Case, patterns: tuple[syntax.Word, ...], frame: Frame) -> list[Guard]:
    """The pattern of a branch of `case`; one that fits everything is no condition."""
    texts = [frame.fragment.text[p.start : p.end] for p in patterns]
    if texts == ['*']:
        return []
    return [Guard(frame.excerpt(node.subject.start, node.subject.end), pattern=' or '.join(texts))]


def _is_test(command: syntax.Command, frame: Frame) -> bool:
    """Whether a command is a test, or a list of tests."""
    if isinstance(command, syntax.Pipe) and len(command.commands) == 1:
        command = command.commands[0]
    if isinstance(command, syntax.AndOr):
        return _is_test(command.left, frame) and _is_test(command.right, frame)
    if isinstance(command, syntax.Simple) and command.words:
        word = command.words[0]
        return frame.fragment.text[word.start : word.end] in _TESTS
    return isinstance(command, syntax.Test)
