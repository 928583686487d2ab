"""Operands: variables, strings, numbers, parentheses, lists, tables, script blocks, and the members behind them.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_arrays, about_hash_tables,
about_script_blocks and about_member-access_enumeration there.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell import variables
from artifacts_guard.shell.powershell.scanner import MAX_DEPTH
from artifacts_guard.shell.powershell.strings import Strings
from artifacts_guard.shell.scanner import MASK

TYPE_CHECKING = False

_NUMBER = re.compile(
    r'(?:0x[0-9a-fA-F]+|\d+(?:\.\d+|\.(?![.\w]))?(?:e[+-]?\d+)?|\.\d+)(?:[ulsndy]{0,2}[kmgtp]b|[ulsndy]{1,2})?(?!\w)',
    re.IGNORECASE,
).match
_NAME = re.compile(r'\w+').match
_BARE = re.compile(rf'[^ \t\r\n;|&(){{}},<>\'"`$={MASK}\]]+').match
_BRACKETS = re.compile(r'[\[\]]|[^\[\]\n\'"]+|\n|\'[^\'\n]*\'?|"[^"\n]*"?').match
_LONGEST_TYPE = 4000
# so many brackets are looked for the end of that far, more of them not so far
_MOST_UNCLOSED = 20
_SHORT_TYPE = 40
_STEP = re.compile(r'\??\.(?!\.)|::|\??\[').match
_INDEX = re.compile(r'\[[ \t]*(?:(-?\d+)|\'([^\'\n]*)\'|"([^"$`\n]*)")[ \t]*\]').match
_MARKS = ('"', "'")


class Primaries(Strings):
    """Reads operands."""

    def too_deep(self) -> bool:
        return self.depth >= MAX_DEPTH

    def enter(self, closer: str) -> None:
        """Go into brackets of some kind."""
        self.depth += 1
        self.open[closer] += 1

    def leave(self, closer: str) -> None:
        self.depth -= 1
        self.open[closer] -= 1

    def primary(self, at: int) -> syntax.Word:
        """The operand at a place, without what follows it."""
        text = self.text
        if at >= self.size:
            self.at = at
            return syntax.Word(at, at, ())
        char = text[at]
        if char == '$':
            return self._dollar(at)
        if char in '"\'':
            return self.string(at)
        if char == '@':
            return self._at_sign(at)
        if char in '({':
            if self.too_deep():
                return self.nothing(at)
            return self.parentheses(at) if char == '(' else self.script_block(at)
        if char == MASK:
            part = self.opaque(at, True)
            return syntax.Word(at, self.at, (part,))
        if match := _NUMBER(text, at, self.size) or _BARE(text, at, self.size):
            self.at = match.end()
            return syntax.Word(at, self.at, (syntax.Text(at, self.at, match[0]),))
        return self.nothing(at)

    def _dollar(self, at: int) -> syntax.Word:
        if self.text.startswith('$(', at):
            if self.too_deep():
                return self.nothing(at)
            found = self.subexpression(at)
            return syntax.Word(at, self.at, found)
        variable = self.variable(at, '@')
        if variable is None:
            self.at = at + 1
            return syntax.Word(at, at + 1, (syntax.Text(at, at + 1, '$', True),))
        return syntax.Word(at, self.at, variable)

    def _at_sign(self, at: int) -> syntax.Word:
        following = self.text[at + 1]
        if following in _MARKS:
            return self.string(at)
        if following in '({':
            if self.too_deep():
                return self.nothing(at)
            return self._list(at) if following == '(' else self._table(at)
        if splat := variables.SPLAT(self.text, at, self.size):
            self.at = splat.end()
            scope = (splat[1] or 'local').lower()
            name = variables.named(
                f'{scope}:' if scope in ('script', 'global') else variables.LOCAL, splat[2]
            )
            return syntax.Word(at, self.at, (objects.Splat(at, self.at, name),))
        return self.nothing(at)

    def parentheses(self, at: int) -> syntax.Word:
        """`( … )`: an expression stays one, a command is replaced by its output."""
        self.enter(')')
        block = self.block(at + 1)
        self.leave(')')
        self.at = self.close(self.at, ')', at)
        word = self.value_of(block)
        return syntax.Word(at, self.at, word.parts)

    def subexpression(self, at: int) -> tuple[syntax.Part, ...]:
        """`$( … )`."""
        self.enter(')')
        block = self.block(at + 2)
        self.leave(')')
        self.at = self.close(self.at, ')', at)
        return self.value_of(block).parts

    def script_block(self, at: int) -> syntax.Word:
        """`{ … }` as a value."""
        self.enter('}')
        block = self.block(at + 1)
        self.leave('}')
        self.at = self.close(self.at, '}', at)
        return syntax.Word(at, self.at, (objects.ScriptBlock(at, self.at, block),))

    def _list(self, at: int) -> syntax.Word:
        """`@( … )`: each of its statements gives elements."""
        self.enter(')')
        block = self.block(at + 2)
        self.leave(')')
        self.at = self.close(self.at, ')', at)
        words: list[syntax.Word] = []
        for command in block.commands:
            word = self.value_of(syntax.Block(command.start, command.end, (command,)))
            part = word.parts[0] if len(word.parts) == 1 else None
            words += part.words if isinstance(part, objects.List) else (word,)
        return syntax.Word(at, self.at, (objects.List(at, self.at, tuple(words)),))

    def _table(self, at: int) -> syntax.Word:
        """`@{ key = value }`, entries separated by line ends or semicolons."""
        start, entries = at, []
        self.enter('}')
        at = self._separators(at + 2)
        while at < self.size and self.text[at] not in '})':
            key = self._key(at)
            at = self.blank(self.at)
            if at >= self.size or self.text[at] != '=':
                self.error(key.start, at)
                at = self._separators(max(at, key.end, key.start + 1))
                continue
            at = self.gap(at + 1)
            value = self.value_at(at)
            entries.append((key, value))
            at = self._separators(self.at)
        self.leave('}')
        self.at = self.close(at, '}', start)
        return syntax.Word(start, self.at, (objects.Table(start, self.at, tuple(entries)),))

    def _separators(self, at: int) -> int:
        at = self.gap(at)
        while at < self.size and self.text[at] in ';,':
            at = self.gap(at + 1)
        return at

    def _key(self, at: int) -> syntax.Word:
        if self.text[at] in '$"\'(@[':
            return self.operand(at)
        match = _BARE(self.text, at, self.size)
        if match is None:
            return self.nothing(at)
        self.at = match.end()
        return syntax.Word(at, self.at, (syntax.Text(at, self.at, match[0]),))

    def brackets(self, at: int) -> int:
        """The place after a type or attribute in brackets."""
        longest = _LONGEST_TYPE if self.unclosed < _MOST_UNCLOSED else _SHORT_TYPE
        depth, start, stop = 0, at, min(self.size, at + longest)
        while at < stop:
            match = _BRACKETS(self.text, at, stop)
            if match is None:
                break
            at = match.end()
            depth += (match[0] == '[') - (match[0] == ']')
            if not depth:
                return at
        self.unclosed += 1
        self.error(start, start + 1)
        return start + 1

    def postfix(self, word: syntax.Word, *, argument: bool = False) -> syntax.Word:
        """The operand with the members behind it; as a command's argument it has no blanks in it."""
        steps: list[objects.Step] = []
        while not (argument and self.at >= self.size) and (match := _STEP(self.text, self.at, self.size)):
            if match[0].endswith('['):
                steps.append(self._index(match.end() - 1))
                continue
            at = match.end() if argument else self.gap(match.end())
            before = self.at
            name = self.name(at)
            if not name:
                self.at = before
                break
            arguments = None
            if self.text[self.at] == '(' and not self.too_deep():
                arguments = self.arguments(self.at)
            elif self.text[self.at] == '{' and not argument and not self.too_deep():
                arguments = (self.script_block(self.at),)
            steps.append(objects.Step(name, arguments))
        if self.text.startswith(('++', '--'), self.at) and not argument:
            self.at = min(self.at + 2, self.size)
        if not steps:
            return word
        return syntax.Word(word.start, self.at, (objects.Member(word.start, self.at, word, tuple(steps)),))

    def name(self, at: int) -> str:
        """The name of a member: '' when there is none, `*` when it is made at run time."""
        match = _NAME(self.text, at, self.size)
        self.at = at
        if match:
            self.at = match.end()
            return match[0]
        if at < self.size and self.text[at] in '$"\'(' and not self.too_deep():
            word = self.primary(at)
            part = word.parts[0] if len(word.parts) == 1 else None
            return part.text if isinstance(part, syntax.Text) and part.text else '*'
        return ''

    def _index(self, at: int) -> objects.Step:
        """`[index]` from its bracket on."""
        if match := _INDEX(self.text, at, self.size):
            self.at = match.end()
            return objects.Step(next(g for g in match.groups() if g is not None))
        if self.too_deep():
            self.nothing(at)
            return objects.Step('*')
        self.enter(']')
        word = self.expression(self.gap(at + 1))
        self.leave(']')
        self.at = self.close(self.at, ']', at)
        return objects.Step('*', (word,))

    if TYPE_CHECKING:

        def block(self, at: int) -> syntax.Block: ...
        def value_at(self, at: int) -> syntax.Word: ...
        def value_of(self, block: syntax.Block) -> syntax.Word: ...
        def operand(self, at: int) -> syntax.Word: ...
        def expression(self, at: int, floor: int = 0, *, commas: bool = True) -> syntax.Word: ...
        def arguments(self, at: int) -> tuple[syntax.Word, ...]: ...
