"""Syntax of `rules:if`, and whether a condition can hold when some variables are known.

https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions; which operators bind closer and
what counts as true is in gitlab-org/gitlab, lib/gitlab/ci/pipeline/expression.
"""

from __future__ import annotations

import re
from functools import lru_cache

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias


class Name(Record):
    """A ref's name that is not known: the default branch, another one, a tag.  It is not empty.

    `not_these` are names that it surely has not.
    """

    what: str
    not_these: frozenset[str] = frozenset()


class Unknown(Record):
    """A value that nobody can know; `filled` when it is surely not empty."""

    filled: bool = False


if TYPE_CHECKING:
    Value: TypeAlias = str | Name | Unknown | None


class Literal(Record):
    value: str | None


class Pattern(Record):
    text: str
    flags: str


class Variable(Record):
    name: str


class Operation(Record):
    """`operator` is `&&`, `||`, `!` or a comparison; `!` has one operand."""

    operator: str
    operands: tuple[Node, ...]


if TYPE_CHECKING:
    Node: TypeAlias = Literal | Pattern | Variable | Operation

ANYTHING = Unknown()
FILLED = Unknown(True)

_TOKENS = 100  # GitLab takes no more
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<variable> \$\w+ | \$\[\[.*?\]\] )
      | (?P<string> "[^"]*" | '[^']*' )
      | (?P<pattern> /(?:[^/\\\n]|\\.)+/[ismU]* )
      | (?P<word> null\b | true\b | false\b )
      | (?P<mark> == | =~ | != | !~ | && | \|\| | [()!] )
    )""",
    re.VERBOSE,
)
_BINDING = {'||': 1, '&&': 2, '==': 3, '!=': 3, '=~': 3, '!~': 3}
# Patterns that match in no time, whatever they are matched with.
_SIMPLE = re.compile(r'[\w\s^$|().:/\\-]{1,300}\Z')
_COSTLY = re.compile(r'\{|\[[^]]*(?:\[|--|&&|~~|\|\|)')  # or such that Python warns of
_ALTERNATIVES = re.compile(r'\^(?:\(([\w./|-]+)\)|([\w./-]+))\$\Z')
_FLAGS = {'i': re.IGNORECASE, 's': re.DOTALL, 'm': re.MULTILINE}


def holds(text: str, variables: Mapping[str, Value]) -> bool | None:
    """Whether a condition holds; None when that depends on what is not known.

    Variables that are not among those given can be anything.
    """
    node = parse(text)
    return None if node is None else _truth(_value(node, variables))


@lru_cache(maxsize=4096)
def parse(text: str) -> Node | None:
    """The syntax tree of a condition; None when it is none."""
    tokens: list[tuple[str, str]] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None or len(tokens) == _TOKENS:
            return None
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    parser = _Parser(tokens)
    try:
        node = parser.operation(1, 0)
    except _SyntaxError:
        return None
    return node if parser.at == len(tokens) else None


class _SyntaxError(Exception):
    pass


class _Parser:
    """By precedence; each method takes the depth it is called at."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def operation(self, lowest: int, depth: int) -> Node:
        node = self._operand(depth)
        while self.at < len(self.tokens):
            operator = self.tokens[self.at][1]
            strength = _BINDING.get(operator, 0)
            if strength < lowest:
                break
            self.at += 1
            node = Operation(operator, (node, self.operation(strength + 1, depth + 1)))
            depth += 1
            if depth > _TOKENS:
                raise _SyntaxError
        return node

    def _operand(self, depth: int) -> Node:
        if self.at >= len(self.tokens) or depth > _TOKENS:
            raise _SyntaxError
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == 'variable':
            return Variable(text[1:])
        if kind == 'string':
            return Literal(text[1:-1])
        if kind == 'pattern':
            end = text.rindex('/')
            return Pattern(text[1:end], text[end + 1 :])
        if kind == 'word':
            return Literal(None if text == 'null' else text)
        if text == '!':
            return Operation('!', (self._operand(depth + 1),))
        if text != '(':
            raise _SyntaxError
        node = self.operation(1, depth + 1)
        if self.at >= len(self.tokens) or self.tokens[self.at][1] != ')':
            raise _SyntaxError
        self.at += 1
        return node


def _value(node: Node, variables: Mapping[str, Value]) -> Value | bool:
    """The value of a node; of an operation true or false, or ANYTHING."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Variable):
        return variables.get(node.name, ANYTHING)
    if isinstance(node, Pattern):
        return FILLED
    if node.operator in ('&&', '||', '!'):
        result = _logical(node.operator, [_truth(_value(one, variables)) for one in node.operands])
    else:
        left = _value(node.operands[0], variables)
        right = node.operands[1]
        if node.operator in ('==', '!='):
            result = equal(left, _value(right, variables))
        else:
            result = matches(left, right) if isinstance(right, Pattern) else None
        if result is not None and node.operator in ('!=', '!~'):
            result = not result
    return ANYTHING if result is None else result


def _logical(operator: str, truths: list[bool | None]) -> bool | None:
    if operator == '!':
        return None if truths[0] is None else not truths[0]
    decisive = operator == '||'
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _truth(value: Value | bool) -> bool | None:
    """Whether a value counts as true: an empty string does not."""
    if isinstance(value, Unknown):
        return True if value.filled else None
    if isinstance(value, (bool, Name)):
        return bool(value) if isinstance(value, bool) else True
    return bool(value and value.strip())


def equal(left: Value | bool, right: Value | bool) -> bool | None:
    """Whether two values are the same string; null is none."""
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if isinstance(left, Name) and isinstance(right, Name):
        return left.what == right.what
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (Name, Unknown)):
            if not other and not isinstance(other, (Name, Unknown)):
                surely = isinstance(one, Name) or one.filled
                return False if surely else None
            if isinstance(one, Name) and isinstance(other, str) and other in one.not_these:
                return False
            return None
    return left == right


def matches(value: Value | bool, pattern: Pattern) -> bool | None:
    """Whether a pattern is found in a value; null counts as an empty string."""
    text = pattern.text.replace('\\/', '/')
    if isinstance(value, Name):
        found = _ALTERNATIVES.match(text)
        names = (found[1] or found[2]).split('|') if found else []
        return False if names and all(name in value.not_these for name in names) else None
    if isinstance(value, (Unknown, bool)):
        return None
    # nothing can be repeated in an empty string, so almost any pattern will do
    if not _SIMPLE.match(text) and (value or len(text) > 300 or _COSTLY.search(text)):
        return None
    flags = 0
    for letter in pattern.flags:
        flags |= _FLAGS.get(letter, 0)
    try:
        return re.search(text, value or '', flags) is not None
    except (re.error, OverflowError, RecursionError):
        return None
