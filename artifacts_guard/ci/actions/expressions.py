"""Syntax of `${{ … }}`.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re
from functools import lru_cache

from artifacts_guard.record import Record
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


class Literal(Record):
    """A string, number, boolean or null (None)."""

    value: str | float | bool | None


class Path(Record):
    """A context with the keys taken from it: `secrets.X`, `matrix['os']`, `github.event.*.name`."""

    names: tuple[str, ...]


class Index(Record):
    """A key taken from something else than a plain path, or a key that is computed."""

    base: Node
    key: Node


class Call(Record):
    """A function call; the name is in lower case."""

    name: str
    arguments: tuple[Node, ...]


class Binary(Record):
    """`operator` is one of `||` `&&`, with two or more operands, `==` `!=` `<` `<=` `>` `>=`, with two."""

    operator: str
    operands: tuple[Node, ...]


class Not(Record):
    operand: Node


Node: TypeAlias = 'Literal | Path | Index | Call | Binary | Not'

_DEPTH = 50  # GitHub's own limit of nesting
_LENGTH = 21_000  # and of length
_PLAIN = lazy(r'[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+')
_TOKEN = lazy(
    r"""\s*(?:
        (?P<string> '(?:[^']|'')*' )
      | (?P<number> [-+]?0x[0-9a-fA-F]+ | [-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)? )
      | (?P<name> [A-Za-z_][\w-]* )
      | (?P<mark> \|\| | && | [=!<>]= | [][().,*!<>] )
    )""",
    re.VERBOSE,
)
_WORDS: dict[str, bool | None] = {'true': True, 'false': False, 'null': None}
_BINARY = (('||',), ('&&',), ('==', '!='), ('<', '<=', '>', '>='))


def find(text: str) -> list[tuple[int, int]]:
    """Ranges of `${{ … }}` in a string, marks included.

    As the runner does, `}}` inside single quotes does not end one; an unfinished one is plain text.
    """
    found = []
    at = text.find('${{')
    while at >= 0:
        end = _end(text, at + 3)
        if end < 0:
            break
        found.append((at, end))
        at = text.find('${{', end)
    return found


def _end(text: str, at: int) -> int:
    stop = text.find('}}', at)
    while stop >= 0:
        quote = text.find("'", at, stop)
        if quote < 0:
            return stop + 2
        at = text.find("'", quote + 1) + 1
        if not at:
            return -1
        if at > stop:
            stop = text.find('}}', at)
    return -1


@lru_cache(maxsize=4096)
def parse(text: str) -> Node | None:
    """The syntax tree of an expression without its `${{ }}`; None when it is none."""
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return Path(tuple(text.split('.')))
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
    return node if parser.at == len(tokens) else None


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or not match.lastgroup:
            return []
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _SyntaxError(Exception):
    pass


class _Parser:
    """Recursive descent with a limit; each method takes the depth it is called at."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def binary(self, level: int, depth: int) -> Node:
        if depth > _DEPTH:
            raise _SyntaxError
        if level == len(_BINARY):
            return self._unary(depth)
        node = self.binary(level + 1, depth)
        while self._peek() in _BINARY[level]:
            operator = self._next()
            right = self.binary(level + 1, depth)
            if level < 2 and isinstance(node, Binary) and node.operator == operator:
                node = Binary(operator, (*node.operands, right))
            else:
                node = Binary(operator, (node, right))
                depth += level >= 2  # a chain of comparisons nests
                if depth > _DEPTH:
                    raise _SyntaxError
        return node

    def _unary(self, depth: int) -> Node:
        negations = 0
        while self._peek() == '!':
            self._next()
            negations += 1
        node = self._postfix(depth)
        if negations:
            node = Not(node)
            if negations % 2 == 0:
                node = Not(node)
        return node

    def _postfix(self, depth: int) -> Node:
        node = self._primary(depth)
        while depth <= _DEPTH:
            mark = self._peek()
            if mark == '.':
                self._next()
                node = _take(node, Literal(self._key()))
            elif mark == '[':
                self._next()
                if self._peek() == '*':
                    self._next()
                    key: Node = Literal('*')
                else:
                    key = self.binary(0, depth + 1)
                self._expect(']')
                node = _take(node, key)
            else:
                return node
            depth += isinstance(node, Index)
        raise _SyntaxError

    def _primary(self, depth: int) -> Node:
        if self.at >= len(self.tokens):
            raise _SyntaxError
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == 'string':
            return Literal(text[1:-1].replace("''", "'"))
        if kind == 'number':
            return Literal(float(int(text, 16)) if 'x' in text else float(text))
        if kind == 'name':
            if self._peek() == '(':
                self._next()
                return Call(text.lower(), self._arguments(depth))
            if text in _WORDS:
                return Literal(_WORDS[text])
            return Path((text,))
        if text == '(':
            node = self.binary(0, depth + 1)
            self._expect(')')
            return node
        raise _SyntaxError

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        arguments: list[Node] = []
        if self._peek() == ')':
            self._next()
            return ()
        while True:
            arguments.append(self.binary(0, depth + 1))
            if self._peek() == ',':
                self._next()
                continue
            self._expect(')')
            return tuple(arguments)

    def _key(self) -> str:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == 'name' or text == '*':
                self.at += 1
                return text
        raise _SyntaxError

    def _peek(self) -> str:
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == 'mark':
                return text
        return ''

    def _next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            raise _SyntaxError
        self.at += 1


def _take(base: Node, key: Node) -> Node:
    if isinstance(base, Path) and isinstance(key, Literal) and isinstance(key.value, str):
        return Path((*base.names, key.value))
    return Index(base, key)
