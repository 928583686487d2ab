"""Statements of JavaScript and TypeScript; types are passed over.

Not a grammar: what is no statement, value or call that matters here stays a node without a value.
https://tc39.es/ecma262/#sec-ecmascript-language-statements-and-declarations
"""

from __future__ import annotations

from artifacts_guard.code import Unreadable
from artifacts_guard.code import model
from artifacts_guard.code.expressions import Reader
from artifacts_guard.code.expressions import parameters
from artifacts_guard.code.lexer import GROUP
from artifacts_guard.code.lexer import MARK
from artifacts_guard.code.lexer import NEWLINE
from artifacts_guard.code.lexer import STRING
from artifacts_guard.code.lexer import WORD
from artifacts_guard.code.lexer import Item
from artifacts_guard.code.lexer import items
from artifacts_guard.code.model import Node
from artifacts_guard.code.model import Program
from artifacts_guard.code.names import cases
from artifacts_guard.code.names import imports
from artifacts_guard.code.names import taken_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.code.model import Statement

_DECLARING = frozenset(('const', 'let', 'var', 'using'))
_TYPES_ONLY = frozenset(('interface', 'type', 'enum', 'declare', 'namespace', 'abstract'))
_PASSED_OVER = frozenset(
    ('export', 'default', 'async', 'public', 'private', 'protected', 'readonly', 'static', 'override')
)
_LOOPS = frozenset(('for', 'while', 'with'))
_GOING_ON = frozenset(('=', '|', '&', '=>'))  # a type over several lines
_ASSIGNING = frozenset(('=', '+=', '??=', '||='))


def read(text: str) -> Program | Unreadable:
    """The program that a text is."""
    try:
        return Program(statements(items(text)))
    except RecursionError:
        return Unreadable('brackets stand too deep in each other', 0)


def statements(items: Sequence[Item]) -> tuple[Statement, ...]:
    """The statements of a block."""
    reader = _Statements(items)
    found: list[Statement] = []
    while reader.more():
        before = reader.at
        found += reader.statement()
        if reader.at == before:
            reader.at += 1  # what begins nothing
    return tuple(found)


class _Statements(Reader):
    """Reads a block; expressions are read by the class above."""

    def more(self) -> bool:
        while self.at < len(self.items) and (self.here().kind == NEWLINE or self.is_mark(';')):
            self.at += 1
        return self.at < len(self.items)

    def statement(self) -> list[Statement]:
        if not self.more():
            return []
        item = self.here()
        if item.kind == GROUP and item.text == '{':
            self.at += 1
            return list(statements(item.items))
        if item.kind == WORD and not self.is_mark('=', 1) and not self.is_mark('.', 1):
            reads = _BY_WORD.get(item.text)
            if reads is not None:
                return reads(self)
        return self._plain()

    def _plain(self) -> list[Statement]:
        target = self.expression()
        if self.at < len(self.items) and self.here().kind == MARK and self.here().text in _ASSIGNING:
            added = self.here().text == '+='
            self.at += 1
            return [model.Assign(target, self.expression(), added)]
        return [target]

    def _declared(self) -> list[Statement]:
        self.at += 1
        found: list[Statement] = []
        while self.more():
            pattern = self.here()
            self.at += 1
            self.pass_type('=')
            if not self.is_mark('='):
                break
            self.at += 1
            found += taken_apart(pattern, self.expression())
            if not self.is_mark(','):
                break
            self.at += 1
        return found

    def _function(self) -> list[Statement]:
        return [self.function()]

    def _asynchronous(self) -> list[Statement]:
        following = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        if following is not None and following.kind == WORD and following.text == 'function':
            self.at += 1
            return [self.function()]
        return self._plain()

    def _exported(self) -> list[Statement]:
        self.at += 1
        if self.more() and self.here().kind == WORD and self.here().text == 'default':
            self.at += 1
        return self.statement()

    def _class(self) -> list[Statement]:
        self.at += 1
        name = self.here().text if self.at < len(self.items) and self.here().kind == WORD else ''
        bases: list[Node] = []
        while self.at < len(self.items) and not self.is_group('{'):
            if bases == [] and self.here().text == 'extends':
                self.at += 1
                bases.append(self.expression())
            else:
                self.at += 1
        if self.at >= len(self.items):
            return []
        body = self.here()
        self.at += 1
        return [_members(name, body.items).replace(bases=tuple(bases))]

    def _conditional(self) -> list[Statement]:
        tested = self._tested()
        taken = tuple(self.statement())
        at = self.at
        if self.more() and self.here().kind == WORD and self.here().text == 'else':
            self.at += 1
            return [*tested, model.Branch((taken, tuple(self.statement())), complete=True)]
        self.at = at
        return [*tested, model.Branch((taken, ()), complete=True)]

    def _tested(self) -> list[Statement]:
        """What stands between the parentheses behind a word."""
        self.at += 1
        while self.at < len(self.items) and not self.is_group('('):
            self.at += 1
        if self.at >= len(self.items):
            return []
        group = self.here()
        self.at += 1
        return _loop(group.items) or list(statements(group.items))

    def _loop(self) -> list[Statement]:
        begun = self._tested()
        return [model.Branch(((*begun, *self.statement()),))]

    def _do(self) -> list[Statement]:
        self.at += 1
        return self.statement()

    def _try(self) -> list[Statement]:
        self.at += 1
        return [*self.statement()]

    def _caught(self) -> list[Statement]:
        self.at += 1
        if self.is_group('('):
            self.at += 1
        return [model.Branch((tuple(self.statement()),))]

    def _switch(self) -> list[Statement]:
        tested = self._tested()
        if not (self.more() and self.is_group('{')):
            return tested
        group = self.here()
        self.at += 1
        return [*tested, model.Branch(tuple(statements(case) for case in cases(group.items)))]

    def _returned(self) -> list[Statement]:
        self.at += 1
        if self.at >= len(self.items) or self.here().kind == NEWLINE:
            return []
        return [model.Return(self.expression())]

    def _thrown(self) -> list[Statement]:
        self.at += 1
        return [self.expression()]

    def _imported(self) -> list[Statement]:
        if self.is_group('(', 1):
            return self._plain()
        begun = self.at + 1
        while self.at < len(self.items) and self.here().kind != STRING:
            self.at += 1
        if self.at >= len(self.items):
            return []
        module = self.here().text
        self.at += 1
        return list(imports(module, self.items[begun : self.at - 1]))

    def _passed_over(self) -> list[Statement]:
        """A declaration of types: up to its braces, or the end of its line."""
        named = self.at + 1 < len(self.items) and self.items[self.at + 1].kind in (WORD, STRING)
        if not named:
            return self._plain()
        alias = self.here().text == 'type'
        while self.at < len(self.items) and not self.is_mark(';'):
            last = self.here()
            self.at += 1
            following = self.over_lines()
            goes_on = following is not None and following.text in _GOING_ON
            ended = self.kind() == NEWLINE and not goes_on and last.text not in _GOING_ON
            if ended if alias else last.kind == GROUP and last.text == '{':
                break
        return []


_BY_WORD = {
    **dict.fromkeys(_DECLARING, _Statements._declared),
    **dict.fromkeys(_TYPES_ONLY, _Statements._passed_over),
    **dict.fromkeys(_LOOPS, _Statements._loop),
    'function': _Statements._function,
    'async': _Statements._asynchronous,
    'export': _Statements._exported,
    'class': _Statements._class,
    'if': _Statements._conditional,
    'do': _Statements._do,
    'try': _Statements._try,
    'finally': _Statements._try,
    'catch': _Statements._caught,
    'switch': _Statements._switch,
    'return': _Statements._returned,
    'throw': _Statements._thrown,
    'import': _Statements._imported,
}


def _loop(items: Sequence[Item]) -> list[Statement]:
    """`const x of list`, `const x in table`; [] for other loops."""
    plain = [item for item in items if item.kind != NEWLINE]
    if plain and plain[0].kind == WORD and plain[0].text in _DECLARING:
        plain = plain[1:]
    if len(plain) < 3 or plain[1].kind != WORD or plain[1].text not in ('of', 'in'):
        return []
    several = Reader(plain[2:]).expression()
    return taken_apart(plain[0], model.Item(several.start, several.end, value=several))


def _members(name: str, items: Sequence[Item]) -> model.Class:
    """The methods and properties of a class."""
    methods: list[model.Function] = []
    body: list[Statement] = []
    reader = _Statements(items)
    while reader.more():
        item = reader.here()
        reader.at += 1
        if item.kind != WORD or (item.text in _PASSED_OVER and not reader.is_group('(')):
            continue
        if reader.is_group('('):
            given = reader.here()
            reader.at += 1
            reader.pass_type('{')
            if reader.is_group('{'):
                block = reader.here()
                reader.at += 1
                methods.append(
                    model.Function(
                        item.start,
                        block.end,
                        name=item.text,
                        parameters=parameters(given.items),
                        body=statements(block.items),
                    )
                )
            continue
        reader.pass_type('=')
        if reader.is_mark('='):
            reader.at += 1
            this = model.Name(item.start, item.end, name='this')
            target = model.Member(item.start, item.end, value=this, name=item.text)
            body.append(model.Assign(target, reader.expression()))
    return model.Class(name, tuple(methods), tuple(body))
