"""Strings and lists of a Python file as they are written: literals, names, f-strings, the environment.

What is anything else is not known; the variables of the environment that it is made of stay.
"""

from __future__ import annotations

import ast
import re

from artifacts_guard.ci.contract import UnparsableError
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.text import Document

_DEPTH = 12
_MOST_CHOICES = 8
_UNKNOWN = Reference('unknown', '')
_OPENING = re.compile(r'[A-Za-z]*("""|\'\'\'|"|\')')
_ENVIRONMENTS = ('environ', 'env')  # `os.environ`, `session.env`
_LOOKUPS = ('get', 'pop', 'setdefault')
# they tell something about a value, not the value
_TELLING = frozenset(('len', 'bool', 'hash', 'isinstance', 'sha1', 'sha256', 'sha512', 'md5', 'startswith'))


def parse(document: Document) -> ast.Module:
    """The syntax tree of a document; raises UnparsableError."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return ast.parse(document.text)
    except SyntaxError as error:
        line = min(max(error.lineno or 1, 1), document.line_count())
        raise UnparsableError(f'no Python: {error.msg}', document.line_span(line).start) from None
    except (ValueError, RecursionError, MemoryError):
        raise UnparsableError('no Python that can be read', 0) from None


def called(node: ast.expr) -> str:
    """The last name of what is called or named: `run` of `session.run`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ''


class Names:
    """What a file and one of its functions assign to names, and what is added to their lists."""

    def __init__(self, outer: Names | None = None) -> None:
        self._outer = outer
        self._values: dict[str, list[ast.expr]] = {}
        self._added: dict[str, list[ast.expr]] = {}

    def take(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assign(target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._assign(node.target, node.value)
            elif isinstance(node, ast.AugAssign):
                self._added.setdefault(called(node.target), []).append(node.value)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                listed = {'append': ast.List(node.args), 'extend': node.args[0] if node.args else None}
                one = listed.get(node.func.attr)
                if one is not None:
                    self._added.setdefault(called(node.func.value), []).append(one)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._values.setdefault(target.id, []).append(value)

    def values(self, name: str) -> list[ast.expr]:
        found = self._values.get(name)
        if found is None:
            return self._outer.values(name) if self._outer else []
        return found[:_MOST_CHOICES]

    def added(self, name: str) -> list[ast.expr]:
        return self._added.get(name, [])


class Values:
    """Reads expressions of a document in the light of its names."""

    def __init__(self, document: Document, names: Names) -> None:
        self._document = document
        self._names = names

    def place(self, node: ast.expr) -> Place:
        start = self._offset(node.lineno, node.col_offset)
        return Place(self._document, Span(start, self._offset(node.end_lineno, node.end_col_offset)))

    def _offset(self, line: int | None, column: int | None) -> int:
        """From what Python counts, lines and bytes of UTF-8."""
        span = self._document.line_span(min(line or 1, self._document.line_count()))
        before = self._document.text[span.start : span.end].encode('utf-8', 'surrogatepass')[: column or 0]
        return span.start + len(before.decode('utf-8', 'ignore'))

    def words(self, nodes: Iterable[ast.expr], depth: int = 0) -> Iterator[Template]:
        """Elements of a list; `*x` gives those of `x`, or one that is not known."""
        for node in nodes:
            if not isinstance(node, ast.Starred):
                yield self.template(node)
                continue
            elements = self._elements(node.value, depth)
            if elements is None:
                yield self._expression(node.value, (_UNKNOWN,))
            else:
                yield from elements

    def _elements(self, node: ast.expr, depth: int) -> list[Template] | None:
        if depth > _DEPTH:
            return None
        if isinstance(node, (ast.List, ast.Tuple)):
            return list(self.words(node.elts, depth + 1))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            both = [self._elements(side, depth + 1) for side in (node.left, node.right)]
            return None if None in both else [word for side in both for word in side or ()]
        if isinstance(node, ast.Name) and len(values := self._names.values(node.id)) == 1:
            lists = [self._elements(one, depth + 1) for one in (*values, *self._names.added(node.id))]
            return None if lists[0] is None else [word for one in lists for word in one or ()]
        return None

    def template(self, node: ast.expr, depth: int = 0) -> Template:
        """A string with the environment's variables as expressions."""
        if isinstance(node, ast.Constant):
            return self._literal(node)
        if isinstance(node, ast.JoinedStr):
            return self._formatted(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < _DEPTH:
            sides = [self.template(node.left, depth + 1), self.template(node.right, depth + 1)]
            return joined(sides, '')
        return self._expression(node, self.choices(node))

    def _literal(self, node: ast.Constant) -> Template:
        place, text = self.place(node), str(node.value)
        opening = _OPENING.match(place.text)
        start, end = place.span.start, place.span.end
        if opening and place.text[opening.end() : -len(opening[1])] == text:
            return Template(part(self._document, start + opening.end(), end - len(opening[1])))
        return said(place, text)

    def _formatted(self, node: ast.JoinedStr) -> Template:
        """Places are looked for in the text: before Python 3.12, those of the parts are those of the whole."""
        whole = self.place(node)
        text, at = whole.text, 0
        parts = [said(Place(self._document, Span(whole.span.start, whole.span.start)), '')]
        for one in node.values:
            written = str(one.value) if isinstance(one, ast.Constant) else ''
            start = text.find(written or '{', at)
            end = start + len(written) if written else text.find('}', start) + 1
            found = 0 <= start < end
            span = Span(whole.span.start + start, whole.span.start + end) if found else whole.span
            at = end if found else at
            here = said(Place(self._document, span), written or '{…}')
            choices = self.choices(one.value) if isinstance(one, ast.FormattedValue) else ()
            parts.append(_replaced(here, choices) if choices else here)
        return joined(parts, '')

    def _expression(self, node: ast.expr, choices: tuple[Reference | str, ...]) -> Template:
        place = self.place(node)
        return _replaced(said(place, place.text or '…'), choices)

    def choices(self, node: ast.expr, depth: int = 0) -> tuple[Reference | str, ...]:
        """What an expression can be: strings, and variables of the environment."""
        if depth > _DEPTH:
            return (_UNKNOWN,)
        if isinstance(node, ast.Constant):
            return (str(node.value),)
        inner: list[ast.expr] = []
        name = self._variable(node)
        found: list[Reference | str] = []
        if name:
            found.append(Reference('variable', name))
            inner = node.args[1:] if isinstance(node, ast.Call) else []
        elif isinstance(node, ast.Name):
            inner = self._names.values(node.id)
        elif isinstance(node, ast.IfExp):
            inner = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            inner = node.values
        elif not isinstance(node, ast.Compare) and not (
            isinstance(node, ast.Call) and called(node.func) in _TELLING
        ):
            children = [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
            all_found = [choice for one in children for choice in self.choices(one, depth + 1)]
            found += [one for one in all_found if isinstance(one, Reference) and one.kind == 'variable']
        for one in inner:
            found += self.choices(one, depth + 1)
        return tuple(dict.fromkeys(found))[:_MOST_CHOICES] or (_UNKNOWN,)

    def _variable(self, node: ast.expr) -> str:
        """The name in `os.environ["X"]`, `os.environ.get("X")` or `os.getenv("X")`, else ''."""
        key: ast.expr | None = None
        if isinstance(node, ast.Subscript) and called(node.value) in _ENVIRONMENTS:
            key = node.slice
        elif isinstance(node, ast.Call) and node.args:
            function = node.func
            held = called(function.value) if isinstance(function, ast.Attribute) else ''
            if called(function) == 'getenv' or (called(function) in _LOOKUPS and held in _ENVIRONMENTS):
                key = node.args[0]
        known = self.choices(key, _DEPTH - 1) if key is not None else ()
        return known[0] if len(known) == 1 and isinstance(known[0], str) else ''

    def bindings(self, node: ast.expr | None, level: str, depth: int = 0) -> Iterator[Binding]:
        """Entries of a dictionary as variables."""
        if isinstance(node, ast.Name) and depth < _DEPTH:
            for value in self._names.values(node.id):
                yield from self.bindings(value, level, depth + 1)
        for key, value in zip(node.keys, node.values) if isinstance(node, ast.Dict) else ():
            known = self.choices(key) if key is not None else ()
            if len(known) == 1 and isinstance(known[0], str) and key is not None:
                yield self.binding(known[0], key, value, level)
            elif key is None and depth < _DEPTH:
                yield from self.bindings(value, level, depth + 1)

    def binding(self, name: str, key: ast.expr, value: ast.expr, level: str) -> Binding:
        return Binding(name, self.template(value), level, self.place(key))


def _replaced(template: Template, choices: tuple[Reference | str, ...]) -> Template:
    return template.replace(expressions=(Expression(0, len(template.text), choices, False),))
