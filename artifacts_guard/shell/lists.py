"""Commands put together: sequences, `&&` and `||`, pipelines; and which kind of command begins at a place."""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.commands import DECLARATIONS
from artifacts_guard.shell.commands import ENDS
from artifacts_guard.shell.commands import Commands
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import MAX_DEPTH

# How many commands joined by the same operator lean to the left, a level for each; more are balanced, which
# means the same.
_LEANING = 16

_HEAD = re.compile(rf'[^ \t\n\r;&|<>()$`"\'\\#={MASK}][^ \t\n\r;&|<>()$`"\'\\={MASK}]*').match
_HEAD_ENDS = ENDS | frozenset('<>(\r')
_PREFIX = re.compile(r'(!)(?=[ \t\n\r;&|()])|time(?=[ \t\n\r;&|()])(?:[ \t]+-p(?=[ \t\n]))?(?![ \t]+-)').match
_OPERATOR = re.compile(r'&&|\|\||\|&|;;&|;;|;&|[;&|)]').match

_CLOSERS = frozenset(('then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'))
_OPENERS = {
    'if': 'conditional',
    'while': 'loop',
    'until': 'loop',
    'for': 'iteration',
    'select': 'iteration',
    'case': 'case',
    'function': 'named_function',
    '{': 'group',
    '[[': 'test',
    'coproc': 'coprocess',
}


def _joined(commands: list[syntax.Command], operator: str) -> syntax.Command:
    """Commands joined by one operator."""
    count = len(commands)
    if count > _LEANING:
        halves = commands[: count // 2], commands[count // 2 :]
        commands = [_joined(half, operator) for half in halves]
    joined = commands[0]
    for command in commands[1:]:
        joined = syntax.AndOr(joined.start, command.end, joined, operator, command)
    return joined


class Lists(Commands):
    """Reads lists of commands."""

    def block(self, at: int, wanted: tuple[str, ...]) -> syntax.Block:
        """Commands up to a closing word (then `closer`, not read yet) that this or an outer construct waits for."""
        commands: list[syntax.Command] = []
        self.wanted.append(wanted)
        self.commands(at, commands)
        self.wanted.pop()
        if not commands:
            return syntax.Block(at, at, ())
        return syntax.Block(commands[0].start, commands[-1].end, tuple(commands))

    def commands(self, at: int, commands: list[syntax.Command]) -> None:
        """Add the commands from a place on to a list."""
        text = self.text
        while True:
            at = self.gap(at)
            self.closer = ''
            if at >= self.size:
                break
            command = self.and_or(at)
            if command is None:
                if any(self.closer in closers for closers in self.wanted):
                    break
                length = len(self.closer) or 1
                self.error(at, at + length)
                at += length
                continue
            at = self.at
            char = text[at]
            if char == ';' and text[at + 1] not in ';&':
                at += 1
            elif char == '&' and text[at + 1] != '&':
                at += 1
                command = syntax.Background(command.start, at, command)
            commands.append(command)
        self.at = at

    def and_or(self, at: int) -> syntax.Command | None:
        """Pipelines joined by `&&` and `||`; None where no command begins: `closer` is what stands there."""
        text = self.text
        around, self.peak = self.peak, self.depth
        left = self.pipeline(at)
        if left is None:
            self.peak = max(around, self.peak)
            return None
        run, operator, turns = [left], '', 0
        while True:
            at = self.at
            following = text[at : at + 2]
            if following not in ('&&', '||'):
                break
            if operator not in ('', following):
                run = [_joined(run, operator)]
                turns += 1
            if self.peak - self.depth + turns > MAX_DEPTH:
                break
            operator = following
            place = self.gap(at + 2)
            right = self.pipeline(place)
            if right is None:
                self.error(at, at + 2)
                self.at = place
                break
            run.append(right)
        self.peak = max(around, self.peak + turns + min(len(run), _LEANING) - 1)
        return _joined(run, operator)

    def pipeline(self, at: int) -> syntax.Command | None:
        text = self.text
        start, negated = at, False
        while text[at] in '!t' and (prefix := _PREFIX(text, at)):
            negated ^= bool(prefix[1])
            at = self.blank(prefix.end())
        command = self.command(at)
        if command is None and at == start:
            return None
        if command is None:
            command = syntax.Simple(at, at, (), ())
            self.at = at
        at = self.at
        if not negated and (text[at] != '|' or text[at + 1] == '|'):
            return command
        commands, with_errors = [command], []
        while text[at] == '|' and text[at + 1] != '|':
            both = text[at + 1] == '&'
            place = self.gap(at + 1 + both)
            command = self.command(place)
            if command is None:
                self.error(at, at + 1)
                self.at = place
                break
            commands.append(command)
            with_errors.append(both)
            at = self.at
        return syntax.Pipe(start, commands[-1].end, tuple(commands), negated, tuple(with_errors))

    def command(self, at: int) -> syntax.Command | None:
        """One command; None where none begins: `closer` is the word or operator there."""
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()
        text = self.text
        words: list[syntax.Word] = []
        self.at, self.closer = at, ''
        if at >= self.size:
            return None
        head = _HEAD(text, at)
        if head:
            end = head.end()
            char = text[end]
            if char in _HEAD_ENDS:
                word = head[0]
                if word in _OPENERS:
                    return self._compound(at, word, _OPENERS[word])
                if word in _CLOSERS:
                    self.closer = word
                    return None
                if char in ENDS:
                    self.at = end
                    if word in DECLARATIONS:
                        return self.declaration(at, word)
                    words.append(syntax.Word(at, end, (syntax.Text(at, end, word),)))
        elif text[at] == '(':
            return self._compound(at, '(', 'parentheses')
        elif (operator := _OPERATOR(text, at)) and not text.startswith('&>', at):
            self.closer = operator[0]
            return None
        return self.simple(at, words)

    def _compound(self, at: int, opener: str, method: str) -> syntax.Command | None:
        """A compound command with its redirections; None when nested too deeply: its commands follow flat."""
        if self.depth >= MAX_DEPTH:
            self.closer = opener
            return None
        self.enter()
        command: syntax.Command = getattr(self, method)(at, opener)
        self.depth -= 1
        redirections = []
        end = self.at
        while redirection := self.redirection(self.blank(end)):
            redirections.append(redirection)
            end = self.at
        self.at = self.blank(end)
        if redirections:
            return syntax.Redirected(command.start, end, command, tuple(redirections))
        return command

    def close(self, start: int, opener: str, closer: str) -> None:
        """Go past the closing word, or note an error at the opening one where it is missing."""
        if self.closer == closer:
            self.at += len(closer)
        else:
            self.error(start, start + len(opener))
            self.closer = ''
