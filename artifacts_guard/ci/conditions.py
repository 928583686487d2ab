"""Conditions that a CI system decides when a run starts, and the values that they can have.

One grammar covers Buildkite's `if` (`build.branch == "main" && !build.pull_request.draft`,
https://buildkite.com/docs/pipelines/configure/conditionals) and CircleCI's expressions
(`pipeline.git.branch == "main" and not pipeline.parameters.dry`,
https://circleci.com/docs/reference/configuration-reference/#expression-operators).
Regular expressions are never run: they match or do not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from artifacts_guard.ci.model import Reference
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from typing import TypeAlias

Value: TypeAlias = 'str | float | bool | Reference | None'
Known: TypeAlias = 'Callable[[str], tuple[Value, ...] | None]'


class Literal(Record):
    """A string, number, boolean or null (None)."""

    value: str | float | bool | None


class Name(Record):
    """A value that the system knows: `build.branch`, `pipeline.parameters.x`, `build.env("X")` as `X`."""

    text: str


class Not(Record):
    operand: Node


class Binary(Record):
    """`operator` is `and`, `or`, a comparison, or `match` for those that are not followed."""

    operator: str
    left: Node
    right: Node


Node: TypeAlias = 'Literal | Name | Not | Binary'

SOME = Reference('unknown', 'some text')  # a string that is not empty, whatever it is
BOTH = (True, False)
LIMIT = 32  # values of one expression
_DEPTH = 50
_LENGTH = 4000
_BLANK = re.compile(r'(?:\s+|//[^\n]*)*')
_TOKEN = re.compile(
    r"""(?:
        (?P<string> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' )
      | (?P<regex> /(?:[^/\\\n]|\\.)*/ )
      | (?P<number> -?\d+(?:\.\d+)? (?![\w.-]) )
      | (?P<name> [A-Za-z_][\w.-]* )
      | (?P<mark> [=!]= | [=!]~ | && | \|\| | [<>]=? | [!(),] )
    )""",
    re.VERBOSE,
)
_WORDS: dict[str, bool | None] = {'true': True, 'false': False, 'null': None}
_OPERATORS = {
    '&&': 'and',
    'and': 'and',
    '||': 'or',
    'or': 'or',
    '==': '==',
    '!=': '!=',
    'starts-with': 'starts-with',
    '=~': 'match',
    '!~': 'match',
    'matches': 'match',
    'includes': 'match',
    '<': 'match',
    '>': 'match',
    '<=': 'match',
    '>=': 'match',
}
_LEVELS = (('or',), ('and',), ('==', '!=', 'starts-with', 'match'))
_END = ('', '')


@lru_cache(maxsize=1024)
def parse(text: str) -> Node | None:
    """The syntax tree of a condition; None when it is none."""
    if len(text) > _LENGTH:
        return None
    tokens = _tokens(text)
    if not tokens:
        return None
    parser = _Parser(tokens)
    try:
        node = parser.binary(0, 0)
    except _SyntaxError:
        return None
    return node if parser.peek() == _END else None


def possible(node: Node, known: Known) -> tuple[Value, ...]:
    """All values that a condition can have; what is not known is a reference."""
    if isinstance(node, Literal):
        return (node.value,)
    if isinstance(node, Name):
        found = known(node.text)
        return found if found is not None else (Reference('unknown', node.text),)
    if isinstance(node, Not):
        truths = [is_true(value) for value in possible(node.operand, known)]
        return BOTH if None in truths else unique(not truth for truth in truths)
    left = possible(node.left, known)
    if node.operator in ('and', 'or'):
        return _logical(node, left, known)
    if node.operator == 'match':
        return BOTH
    right = possible(node.right, known)
    return unique(result for one in left for other in right for result in compare(node.operator, one, other))


def _logical(node: Binary, left: tuple[Value, ...], known: Known) -> tuple[Value, ...]:
    """The operand that decides, as both languages give it."""
    stops = node.operator == 'or'
    found: list[Value] = []
    goes_on = False
    for value in left:
        truth = is_true(value)
        if truth is None:
            goes_on = True
            found.append(value if stops else False)
        elif truth is stops:
            found.append(value)
        else:
            goes_on = True
    return unique([*found, *possible(node.right, known)]) if goes_on else unique(found)


def compare(operator: str, left: Value, right: Value) -> tuple[bool, ...]:
    """What a comparison of two values can give."""
    for one, other in ((left, right), (right, left)):
        if one == SOME and not isinstance(other, Reference) and (not isinstance(other, str) or not other):
            return (operator == '!=',)
    if isinstance(left, Reference) or isinstance(right, Reference):
        return BOTH
    if operator == 'starts-with':
        return (isinstance(left, str) and isinstance(right, str) and left.startswith(right),)
    return ((type(left) is type(right) and left == right) is (operator == '=='),)


def is_true(value: Value) -> bool | None:
    """Whether a value counts as true; None when that is not known."""
    if isinstance(value, Reference):
        return True if value == SOME else None
    return bool(value)


def may_hold(node: Node | None, known: Known) -> bool:
    """Whether a condition is not certainly false; what can't be read may hold."""
    return node is None or any(is_true(value) is not False for value in possible(node, known))


def unique(values: Iterable[Value]) -> tuple[Value, ...]:
    """Different values, `True` and 1 among them, in order, at most LIMIT."""
    found: dict[tuple[type, Value], Value] = {}
    for value in values:
        if len(found) == LIMIT:
            break
        found.setdefault((type(value), value), value)
    return tuple(found.values())


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = _begin(text, 0)
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or not match.lastgroup:
            return []
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = _begin(text, match.end())
    return tokens


def _begin(text: str, at: int) -> int:
    """Where the next token begins, behind blanks and comments."""
    match = _BLANK.match(text, at)
    return match.end() if match else at


class _SyntaxError(Exception):
    pass


class _Parser:
    """Recursive descent with a limit; each method takes the depth it is called at."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def binary(self, level: int, depth: int) -> Node:
        if depth > _DEPTH:
            raise _SyntaxError
        if level == len(_LEVELS):
            return self._unary(depth)
        node = self.binary(level + 1, depth)
        while _OPERATORS.get(self.peek()[1], '') in _LEVELS[level] and self.peek()[0] != 'string':
            operator = _OPERATORS[self._next()[1]]
            node = Binary(operator, node, self.binary(level + 1, depth))
            depth += 1
            if depth > _DEPTH:
                raise _SyntaxError
        return node

    def _unary(self, depth: int) -> Node:
        if depth > _DEPTH:
            raise _SyntaxError
        if self.peek() in (('mark', '!'), ('name', 'not')):
            self._next()
            return Not(self._unary(depth + 1))
        kind, text = self._next()
        if kind == 'string':
            return Literal(re.sub(r'\\(.)', r'\1', text[1:-1]))
        if kind == 'regex':
            return Literal(text)
        if kind == 'number':
            return Literal(float(text))
        if kind == 'name':
            return self._call(text) if self.peek() == ('mark', '(') else self._word(text)
        if text == '(':
            node = self.binary(0, depth + 1)
            self._expect(')')
            return node
        raise _SyntaxError

    def _word(self, text: str) -> Node:
        return Literal(_WORDS[text]) if text in _WORDS else Name(text)

    def _call(self, name: str) -> Node:
        """A function of one string, such as `build.env("NAME")`."""
        self._next()
        kind, text = self._next()
        if kind != 'string':
            raise _SyntaxError
        self._expect(')')
        return Name(text[1:-1] if name == 'build.env' else f'{name}({text})')

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> tuple[str, str]:
        token = self.peek()
        self._at += 1
        return token

    def _expect(self, mark: str) -> None:
        if self._next() != ('mark', mark):
            raise _SyntaxError
