"""What `$`, backquotes and `<(` begin: substitutions and arithmetic; parameters with operators stand apart."""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.shell import syntax
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import MAX_DEPTH
from artifacts_guard.shell.words import Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Parts = list[syntax.Part]

_SUBSCRIPT = re.compile(rf'[^\[\]\\$`"\'\n{MASK}]+').match
_NUMBERS = re.compile(rf'[^()\[\]\\$`"{MASK}]+').match
_BACKQUOTE = re.compile(r'[`\\]').search
_PARENTHESES = re.compile(r'[()]').search

# How far a subscript, or a `${` that begins no expansion, may reach.
LIMIT = 1000
# A substitution in backquotes is read from its unescaped text; its tree is walked by recursion.
_BACKQUOTES_DEPTH = 12


def substitutions(parts: Iterable[syntax.Part]) -> tuple[syntax.Substitution, ...]:
    """The command substitutions in parts and in the arguments of their parameters."""
    found: list[syntax.Substitution] = []
    for part in parts:
        if isinstance(part, syntax.Substitution):
            found.append(part)
        elif isinstance(part, syntax.Arithmetic):
            found += part.substitutions
        elif isinstance(part, syntax.Parameter):
            for word in (part.argument, part.second):
                if word:
                    found += substitutions(word.parts)
    return tuple(found)


def _moved(value: Any, places: list[int]) -> Any:
    """A tree whose offsets, which all records begin with, are replaced by their entries in `places`."""
    if isinstance(value, Record):
        start, end, *others = [getattr(value, field) for field in type(value)._fields]
        # an end, and an empty range, stand right after the character before them
        stop = places[end - 1] + 1 if end else places[0]
        first = places[start] if start < end else stop
        return type(value)(first, stop, *[_moved(other, places) for other in others])
    if isinstance(value, tuple):
        return tuple([_moved(item, places) for item in value])
    return value


class Expansions(Words):
    """Reads expansions."""

    def expansion(self, at: int, quoted: bool, parts: Parts) -> int:
        """What a `$` begins, other than a plain parameter: the place after it, or -1 when nothing."""
        following = self.text[at + 1]
        if following not in '({[':
            return -1
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()
        if self.depth >= MAX_DEPTH:
            return self._too_deep(at, following)
        self.enter()
        if following == '{':
            end = self.braces(at, quoted, parts)
        elif following == '[':
            end = self._arithmetic(at, 2, '[]', quoted, parts)
        else:
            end = self._arithmetic(at, 3, '())', quoted, parts) if self.text[at + 2] == '(' else -1
            if end < 0:
                body, end = self._commands(at)
                parts.append(syntax.Substitution(at, end, body, quoted))
        self.depth -= 1
        return end

    def _too_deep(self, at: int, opener: str) -> int:
        """Pass over a substitution that is nested too deeply, by counting parentheses."""
        self.passed_over = True
        if opener != '(':
            self.error(at, at + 2)
            return at + 2
        depth, end = 0, at
        while match := _PARENTHESES(self.text, end, self.size):
            end = match.end()
            depth += 1 if match[0] == '(' else -1
            if not depth:
                break
        else:
            end = self.size
        self.error(at, end)
        return end

    def _commands(self, at: int) -> tuple[syntax.Block, int]:
        """The commands between the parentheses of `$(`, `<(` or `>(` at a place, and the place after them."""
        wanted, pending = self.wanted, self.pending
        self.wanted, self.pending = [], []
        body = self.block(at + 2, (')',))
        end = self.at
        if self.closer == ')':
            end += 1
        else:
            self.error(at, at + 2)
        self.wanted, self.pending = wanted, pending + self.pending
        return body, end

    def process_substitution(self, at: int) -> syntax.ProcessSubstitution:
        direction = self.text[at]
        if self.depth >= MAX_DEPTH:
            end = self._too_deep(at, '(')
            body = syntax.Block(end, end, ())
        else:
            self.enter()
            body, end = self._commands(at)
            self.depth -= 1
        self.at = end
        return syntax.ProcessSubstitution(at, end, body, direction)

    def backquotes(self, at: int, quoted: bool, parts: Parts) -> int:
        """A substitution in backquotes: the place after it, or -1 where nothing closes it."""
        text = self.text
        # Inside, a backslash quotes `$`, a backquote and itself; in double quotes also `"`.
        escaped = '$`\\"' if quoted else '$`\\'
        start = place = at + 1
        content = ''
        places: list[int] = []
        while True:
            match = _BACKQUOTE(text, place, self.size)
            stop = match.start() if match else self.size
            content += text[start:stop]
            places += range(start, stop)
            if match is None and self.retreat(at):
                return -1
            if match is None or match[0] == '`':
                break
            start = stop + 1 if text[stop + 1] in escaped else stop
            place = stop + 2
        places.append(stop)
        if self.depth >= MAX_DEPTH:
            self.error(at, stop + 1)
        else:
            body = self._unescaped(content, places)
            parts.append(syntax.Substitution(at, min(stop + 1, self.size), body, quoted))
        return min(stop + 1, self.size)

    def _unescaped(self, content: str, places: list[int]) -> syntax.Block:
        """The commands in text whose characters come from `places` of this one."""
        source = ''.join([self.source[place] for place in places[:-1]]) if MASK in content else content
        opaques = {
            at: self.opaques[place] for at, place in enumerate(places[:-1]) if self.text[place] == MASK
        }
        inner = type(self)(content, source, opaques, self.deadline)
        inner.depth = max(self.depth + 1, MAX_DEPTH - _BACKQUOTES_DEPTH)
        block = inner.block(0, ())
        inner.bodies(inner.size)
        body: syntax.Block = _moved(block, places)
        for start, end in inner.errors:
            self.error(places[start], places[end])
        return body

    def subscript(self, start: int) -> tuple[int, Parts]:
        """The place after the bracket that closes the one at a place (-1: none), and what carries commands inside."""
        text = self.text
        at, depth = start + 1, 1
        limit = text.find('\n', start, start + LIMIT)
        if limit < 0:
            limit = start + LIMIT
        parts: Parts = []
        if start in self.refuted or text.find(']', start, limit) < 0:
            return -1, []
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()
        while depth and at < limit:
            char = text[at]
            if run := _SUBSCRIPT(text, at):
                at = run.end()
            elif char in '[]':
                depth += 1 if char == '[' else -1
                at += 1
            else:
                at = self.special(at, char, parts)
        if depth or at > limit:
            self.refuted.add(start)
            return -1, []
        return at, self.numbers(start, at, parts)

    # Arithmetic

    def numbers(self, start: int, end: int, parts: Parts) -> Parts:
        """What an arithmetic expression contributes to a word besides its number: commands and opaque ranges."""
        commands = substitutions(parts)
        opaques = [part for part in parts if isinstance(part, syntax.Opaque)]
        return [*([syntax.Arithmetic(start, end, commands)] if commands else []), *opaques]

    def _arithmetic(self, at: int, skip: int, brackets: str, quoted: bool, parts: Parts) -> int:
        inside: Parts = []
        end = self.arithmetic(at + skip, brackets[0], brackets[1:], inside)
        if end < 0:
            return -1
        parts.append(syntax.Arithmetic(at, end, substitutions(inside)))
        parts += [part.replace(quoted=quoted) for part in inside if isinstance(part, syntax.Opaque)]
        return end

    def arithmetic(self, start: int, opener: str, closer: str, parts: Parts) -> int:
        """The expansions of an arithmetic expression: the place after its `closer`, or -1 when it is none.

        `$((a); b)` begins like one and is a substitution with a subshell.
        """
        if start in self.refuted or self.gives_up():
            return -1
        text, errors, pending, unclosed = self.text, len(self.errors), self.pending.copy(), self.unclosed
        at, depth = start, 0
        while at < self.size and self.unclosed == unclosed:
            char = text[at]
            if run := _NUMBERS(text, at, self.size):
                at = run.end()
            elif char == opener:
                depth += 1
                at += 1
            elif char == closer[0]:
                if not depth and text.startswith(closer, at):
                    return at + len(closer)
                if not depth:
                    break
                depth -= 1
                at += 1
            elif char in '()[]':
                at += 1
            else:
                at = self.special(at, char, parts)
        else:
            self.unclosed += self.unclosed == unclosed
        del self.errors[errors:]
        self.pending = pending
        self.refuted.add(start)
        return -1

    if TYPE_CHECKING:

        def braces(self, at: int, quoted: bool, parts: Parts) -> int: ...
        def block(self, at: int, wanted: tuple[str, ...]) -> syntax.Block: ...
