"""Expressions of JavaScript and TypeScript.  https://tc39.es/ecma262/#sec-ecmascript-language-expressions"""

from __future__ import annotations

from artifacts_guard.code import model
from artifacts_guard.code.cursor import IN_TYPES
from artifacts_guard.code.cursor import Cursor
from artifacts_guard.code.cursor import renamed
from artifacts_guard.code.cursor import split
from artifacts_guard.code.lexer import GROUP
from artifacts_guard.code.lexer import MARK
from artifacts_guard.code.lexer import NEWLINE
from artifacts_guard.code.lexer import OTHER
from artifacts_guard.code.lexer import STRING
from artifacts_guard.code.lexer import TEMPLATE
from artifacts_guard.code.lexer import WORD
from artifacts_guard.code.lexer import Item
from artifacts_guard.code.model import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.code.model import Statement

# how strongly operators bind; those that are not here end an expression
_BINDING = {
    **dict.fromkeys(('??', '||'), 1),
    '&&': 2,
    **dict.fromkeys(('|', '&', '^'), 3),
    **dict.fromkeys(('==', '!=', '===', '!=='), 4),
    **dict.fromkeys(('<', '>', '<=', '>=', 'in', 'instanceof'), 5),
    **dict.fromkeys(('+', '-'), 6),
    **dict.fromkeys(('*', '/', '%', '**'), 7),
}
_TYPED = frozenset(('as', 'satisfies'))
_BEFORE = frozenset(('!', '-', '+', '~', '++', '--'))
_WORDS_BEFORE = frozenset(('typeof', 'void', 'delete'))
_TRANSPARENT = frozenset(('await', 'yield', 'new'))
_MODIFIERS = frozenset(('public', 'private', 'protected', 'readonly'))


class Reader(Cursor):
    """Reads expressions from items, from `at` on."""

    def block(self, items: Sequence[Item]) -> tuple[Statement, ...]:
        """The statements of a function's body."""
        from artifacts_guard.code.javascript import statements

        return statements(items)

    def expression(self) -> Node:
        """One expression, without commas."""
        self.pass_lines()
        start = self.here().start if self.kind() else self.end()
        value = self._binary(1)
        following = self.over_lines()
        if following is not None and following.kind == MARK and following.text == '?':
            self.pass_lines()
            self.at += 1
            left = self.expression()
            self.pass_lines()
            if self.is_mark(':'):
                self.at += 1
                right = self.expression()
                return model.Choice(start, right.end, (left, right), tests=(value,))
            return model.Choice(start, left.end, (left,), tests=(value,))
        return value

    def _binary(self, least: int) -> Node:
        left = self._unary()
        while True:
            operator = self.over_lines()
            if operator is None:
                return left
            if operator.kind == WORD and operator.text in _TYPED and self.kind() == WORD:
                self.at += 1
                self.pass_cast()
                continue
            binding = _BINDING.get(operator.text, 0) if operator.kind in (MARK, WORD) else 0
            if binding < least:
                return left
            self.pass_lines()
            self.at += 1
            left = _operated(operator.text, left, self._binary(binding + 1))

    def _unary(self) -> Node:
        self.pass_lines()
        if self.at >= len(self.items):
            return Node(self.end(), self.end())
        item = self.here()
        if item.kind == MARK and item.text == '...':
            self.at += 1
            value = self.expression()
            return model.Spread(item.start, value.end, value=value)
        if (item.kind == MARK and item.text in _BEFORE) or (item.kind == WORD and item.text in _WORDS_BEFORE):
            self.at += 1
            value = self._unary()
            return Node(item.start, value.end, (value,))
        if item.kind == WORD and item.text in _TRANSPARENT and not self.is_mark('=>', 1):
            self.at += 1
            return self._unary()
        return self._postfix(self._primary())

    def _postfix(self, value: Node) -> Node:
        while True:
            following = self.over_lines()
            if following is not None and following.kind == MARK and following.text in ('.', '?.'):
                self.pass_lines()
                self.at += 1
                if self.kind() == WORD:
                    value = model.Member(value.start, self.here().end, value=value, name=self.here().text)
                    self.at += 1
                continue
            if self.kind() == MARK and self.here().text == '<' and self.passes_generics():
                continue
            if self.is_mark('!') and not self.is_mark('=', 1):
                self.at += 1
                continue
            if self.is_mark('++') or self.is_mark('--'):
                self.at += 1
                continue
            if self.kind() not in (GROUP, TEMPLATE) or self.is_group('{'):
                return value
            item = self.here()
            self.at += 1
            value = _applied(value, item, self)

    def _primary(self) -> Node:
        item = self.here()
        if item.kind == WORD:
            return self._word(item)
        if item.kind == GROUP and item.text == '(' and self._is_arrow():
            return self._arrow(item.start, parameters(item.items))
        if item.kind in (MARK, NEWLINE):
            return Node(item.start, item.start)
        self.at += 1
        if item.kind == STRING:
            return model.Text(item.start, item.end, parts=(item.text,))
        if item.kind == TEMPLATE:
            return _template(item)
        if item.kind == OTHER:
            return Node(item.start, item.end)
        if item.text == '(':
            several = tuple(Reader(part).expression() for part in split(item.items))
            return several[0] if len(several) == 1 else Node(item.start, item.end, several)
        if item.text == '[':
            several = tuple(Reader(part).expression() for part in split(item.items))
            return model.Sequence(item.start, item.end, items=several)
        return table(item)

    def _word(self, item: Item) -> Node:
        if self.is_mark('=>', 1):
            self.at += 1
            return self._arrow(item.start, (model.Parameter(item.text),))
        if item.text == 'function':
            return self.function()
        if item.text == 'async' and (self.is_item(WORD, 'function', 1) or self.is_group('(', 1)):
            self.at += 1
            if self.is_item(WORD, 'function'):
                return self.function()
            if self._is_arrow():
                return self._arrow(item.start, parameters(self.here().items))
            self.at -= 1
        if item.text == 'async' and self.at + 1 < len(self.items) and self.items[self.at + 1].kind == WORD:
            self.at += 1
            return self._word(self.here())
        self.at += 1
        return model.Name(item.start, item.end, name=item.text)

    def _is_arrow(self) -> bool:
        """Whether `=>` follows the parentheses, perhaps behind a type."""
        at = self.at + 1
        if at < len(self.items) and self.items[at].kind == MARK and self.items[at].text == ':':
            at += 1
            while at < len(self.items) and (
                self.items[at].kind in (WORD, GROUP)
                or (self.items[at].kind == MARK and self.items[at].text in IN_TYPES)
            ):
                at += 1
        return at < len(self.items) and self.items[at].kind == MARK and self.items[at].text == '=>'

    def _arrow(self, start: int, given: tuple[model.Parameter, ...]) -> Node:
        while not self.is_mark('=>'):
            self.at += 1
        self.at += 1
        self.pass_lines()
        if self.is_group('{'):
            block = self.here()
            self.at += 1
            return model.Function(start, block.end, parameters=given, body=self.block(block.items))
        value = self.expression()
        return model.Function(start, value.end, parameters=given, body=(model.Return(value),))

    def function(self) -> model.Function:
        """`function name(parameters) { … }`, at the word `function`."""
        start, name = self.here().start, ''
        self.at += 1
        given: tuple[model.Parameter, ...] = ()
        while self.at < len(self.items) and not self.is_group('('):
            name = self.here().text if self.kind() == WORD and not name else name
            self.at += 1
        if self.at < len(self.items):
            given = parameters(self.here().items)
            self.at += 1
        self.pass_type('{')
        if not self.is_group('{'):
            return model.Function(start, start, name=name, parameters=given)
        block = self.here()
        self.at += 1
        return model.Function(start, block.end, name=name, parameters=given, body=self.block(block.items))


def _applied(value: Node, item: Item, reader: Reader) -> Node:
    """A call, a subscript, or a tagged template."""
    if item.kind == TEMPLATE:
        return model.Call(value.start, item.end, function=value, arguments=(_template(item),), template=True)
    several = tuple(Reader(part).expression() for part in split(item.items))
    if item.text == '(':
        return model.Call(value.start, item.end, function=value, arguments=several)
    return model.Item(value.start, item.end, value=value, key=several[0] if several else None)


def _operated(operator: str, left: Node, right: Node) -> Node:
    if operator == '+':
        return model.added(left, right)
    if operator in ('??', '||'):
        return model.Choice(left.start, right.end, (left, right))
    if operator == '&&':
        return model.Choice(left.start, right.end, (right,), tests=(left,))
    return Node(left.start, right.end, (left, right))


def _template(item: Item) -> model.Text:
    parts = tuple(part if isinstance(part, str) else Reader(part).expression() for part in item.parts)
    return model.Text(item.start, item.end, parts=parts)


def table(group: Item) -> model.Table:
    """The entries of an object."""
    entries: list[tuple[Node | None, Node]] = []
    for part in split(group.items):
        first = part[0]
        reader = Reader(part)
        if first.kind == MARK and first.text == '...':
            reader.at = 1
            entries.append((None, reader.expression()))
            continue
        while reader.at + 1 < len(part) and first.kind == WORD and part[reader.at + 1].kind == WORD:
            reader.at += 1  # `async name()`, `get name()`
        entries.append(_entry(reader))
    return model.Table(group.start, group.end, entries=tuple(entries))


def _entry(reader: Reader) -> tuple[Node | None, Node]:
    item = reader.here()
    key: Node = model.Text(item.start, item.end, parts=(item.text,))
    if item.kind == GROUP:
        key = Reader(item.items).expression()
    if reader.is_mark(':', 1):
        reader.at += 2
        return key, reader.expression()
    if reader.is_group('(', 1):
        given = reader.items[reader.at + 1]
        block = reader.items[-1]
        body = reader.block(block.items) if block.kind == GROUP and block.text == '{' else ()
        return key, model.Function(item.start, block.end, parameters=parameters(given.items), body=body)
    return key, model.Name(item.start, item.end, name=item.text)


def parameters(items: Sequence[Item]) -> tuple[model.Parameter, ...]:
    """The parameters of a function."""
    return tuple(_parameter(part) for part in split(items))


def _parameter(part: list[Item]) -> model.Parameter:
    while len(part) > 1 and part[0].kind == WORD and part[0].text in _MODIFIERS:
        part = part[1:]
    rest = part[0].kind == MARK and part[0].text == '...'
    named = part[1] if rest and len(part) > 1 else part[0]
    at = next((i for i, item in enumerate(part) if item.kind == MARK and item.text == '='), -1)
    default = Reader(part[at + 1 :]).expression() if at >= 0 else None
    if named.kind == GROUP:
        pairs = (renamed(inner) for inner in split(named.items))
        keys = tuple((key, name.text) for key, name in pairs if name is not None)
        return model.Parameter('', default, keys=keys)
    return model.Parameter(named.text, default, 'rest' if rest else '')
