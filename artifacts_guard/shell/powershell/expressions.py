"""Expressions: operators, casts, members, lists, tables.

Their values matter only as far as a secret is carried by them, so operators are put together by what they carry.
https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_operators and
about_operator_precedence there.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell.primaries import Primaries

COMMA = 7
# operators with words, and how tightly they bind
_LEVELS = {
    1: 'and or xor band bor bxor',
    2: 'eq ne gt ge lt le like notlike match notmatch contains notcontains in notin is isnot shl shr '
    'as join replace split',
    5: 'f',
}
_LEVEL = {name: level for level, names in _LEVELS.items() for name in names.split()}
_SIGNS = {'??': 0, '?': 0, ':': 0, '+': 3, '-': 3, '*': 4, '/': 4, '%': 4, '..': 6, ',': COMMA}
_CARRYING = frozenset(('as', 'join', 'replace', 'split'))
_NAMES = '|'.join(sorted(_LEVEL, key=len, reverse=True))
_OPERATOR = re.compile(
    rf'-[ci]?({_NAMES})(?![\w-])|(\?\?(?!=)|\.\.|\?(?![?=])|[:*/%,+-](?![=>]))', re.IGNORECASE
).match
_PREFIX = re.compile(
    r'-(not|bnot|join|[ci]?split)(?![\w-])|(!|\+\+|--|,|[+-](?=[\s\d.$(\[@-]))', re.IGNORECASE
).match
# types whose values carry no secret
_NUMBERS_WORDS = (
    'int int32 int64 long uint32 uint64 byte short double float decimal single bool boolean datetime timespan version '
    'switch guid char void'
)
_NUMBERS = frozenset(_NUMBERS_WORDS.split())


class Expressions(Primaries):
    """Reads expressions."""

    def expression(self, at: int, floor: int = 0, *, commas: bool = True) -> syntax.Word:
        """The expression at a place, with operators that bind at least as tightly as `floor`; `commas` are operators, too."""
        word = self.operand(at)
        while True:
            at = self.blank(self.at)
            found = self._operator(at, commas)
            if found is None or found[1] < floor or found[0] == ':':
                break
            level = found[1]
            words, names = [word], []
            while found is not None and found[1] == level and (found[0] != ':' or '?' in names):
                names.append(found[0])
                at = self.gap(found[2])
                if self._ends(at):
                    self.at = at
                    break
                words.append(self.expression(at, level + 1, commas=commas))
                at = self.blank(self.at)
                found = self._operator(at, commas)
            word = _combined(level, names, words)
        return word

    def _operator(self, at: int, commas: bool) -> tuple[str, int, int] | None:
        """Name, level and end of the operator at a place."""
        match = _OPERATOR(self.text, at, self.size)
        if match is None or (match[2] == ',' and not commas):
            return None
        if match[2]:
            return match[2], _SIGNS[match[2]], match.end()
        name = match[1].lower()
        return name, _LEVEL[name], match.end()

    def _ends(self, at: int) -> bool:
        return at >= self.size or self.text[at] in ')]};|&'

    def operand(self, at: int) -> syntax.Word:
        """An operand with the signs and casts before it and the members behind it."""
        self.tick()
        start, drops = at, False
        while True:
            at = self.blank(at)
            if prefix := _PREFIX(self.text, at, self.size):
                name = (prefix[1] or prefix[2]).lower()
                drops = drops or name in ('not', '!', 'bnot', '+', '-')
                at = self.gap(prefix.end())
                continue
            if self.text[at] != '[':
                break
            end = self.brackets(at)
            name = self.text[at + 1 : end - 1].strip().lower().removeprefix('system.')
            if self.text.startswith('::', end):
                word = self.postfix(self._static(at, end, name))
                return _dropped(start, word) if drops else word
            after = self.blank(end)
            if self._ends(after) or self.text[after] in '\n,=.':
                self.at = end
                word = syntax.Word(at, end, (syntax.Text(at, end, self.source[at:end], True),))
                return self.postfix(word)
            drops = drops or name in _NUMBERS
            at = self.gap(end)
        word = self.postfix(self.primary(at))
        return _dropped(start, word) if drops else word

    def _static(self, at: int, end: int, name: str) -> syntax.Word:
        """`[Type]::Method( … )` is a command of that name; other static members carry nothing."""
        member = self.name(end + 2)
        if name == 'console' and self.text[self.at] == '.' and member.lower() in ('out', 'error'):
            member = self.name(self.at + 1)
        stop = self.at
        if self.text[stop] == '(' and not self.too_deep():
            arguments = self.arguments(stop)
            program = syntax.Word(at, stop, (syntax.Text(at, stop, f'[{name}]::{member.lower()}', True),))
            command = syntax.Simple(at, self.at, (), (program, *arguments))
            body = syntax.Block(at, self.at, (command,))
            return syntax.Word(at, self.at, (syntax.Substitution(at, self.at, body, True),))
        return syntax.Word(at, stop, (syntax.Arithmetic(at, stop),))

    def arguments(self, at: int) -> tuple[syntax.Word, ...]:
        """`( a, b )` behind a method's name."""
        start, words = at, []
        self.enter(')')
        at = self.gap(at + 1)
        while at < self.size and self.text[at] not in ')}];':
            words.append(self.expression(at, commas=False))
            at = self.gap(max(self.at, at + 1) if self.at == at else self.at)
            if at < self.size and self.text[at] == ',':
                at = self.gap(at + 1)
            elif at < self.size and self.text[at] not in ')}];':
                self.error(at, at + 1)
                at = self.gap(at + 1)
        self.leave(')')
        self.at = self.close(at, ')', start)
        return tuple(words)


def _dropped(start: int, word: syntax.Word) -> syntax.Word:
    operation = objects.Operation(start, word.end, 'drop', (word,))
    return syntax.Word(start, word.end, (operation,))


def _combined(level: int, names: list[str], words: list[syntax.Word]) -> syntax.Word:
    """What operators of one level make of their operands."""
    start, end = words[0].start, words[-1].end
    if len(words) == 1:
        return words[0]
    part: syntax.Part
    if level == COMMA:
        part = objects.List(start, end, tuple(words), commas=True)
    else:
        part = objects.Operation(start, end, _effect(level, names), tuple(words))
        if part.operator == 'choice' and '?' not in names:
            condition = syntax.Word(start, start, ())
            part = part.replace(words=(condition, *words))
    return syntax.Word(start, end, (part,))


def _effect(level: int, names: list[str]) -> str:
    """The operator of an `Operation`."""
    if level == 0:
        return 'choice'
    if level == 3 and '-' not in names:
        return '+'
    if level == 5:
        return '-f'
    if names == ['join']:
        return '-join'
    return 'carry' if level == 2 and _CARRYING.issuperset(names) else 'drop'
