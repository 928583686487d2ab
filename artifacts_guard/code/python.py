"""Python programs, read by the standard library's own parser.  https://docs.python.org/3/library/ast.html"""

from __future__ import annotations

import ast

from artifacts_guard.code import Unreadable
from artifacts_guard.code import model
from artifacts_guard.code.model import Node
from artifacts_guard.code.model import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.code.model import Statement


def read(text: str) -> Program | Unreadable:
    """The program, or why Python itself would refuse it."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # about the program's own escapes
            tree = ast.parse(text.removeprefix('\ufeff'))
        return Program(_Reader(text).statements(tree.body))
    except SyntaxError as error:
        return Unreadable(f'no Python: {error.msg}', _offset_of_line(text, error.lineno or 1))
    except (ValueError, RecursionError, MemoryError):
        return Unreadable('no Python that can be read', 0)


def _offset_of_line(text: str, line: int) -> int:
    return sum(len(one) for one in text.splitlines(keepends=True)[: line - 1])


class _Reader:
    """Turns syntax trees into nodes with offsets."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        lines = text.split('\n')
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        # columns count bytes: only lines with other characters need to be looked at again
        self._wide = {number: line.encode() for number, line in enumerate(lines) if not line.isascii()}
        self._length = len(text)

    def _at(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return self._length
        wide = self._wide.get(line - 1)
        if wide is not None:
            column = len(wide[:column].decode(errors='replace'))
        return min(self._starts[line - 1] + column, self._length)

    def _range(self, node: ast.expr | ast.arg | ast.stmt) -> tuple[int, int]:
        end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._at(node.lineno, node.col_offset), self._at(*end)

    # statements

    def statements(self, body: Iterable[ast.stmt]) -> tuple[Statement, ...]:
        return tuple(found for statement in body for found in self._statement(statement))

    def _statement(self, node: ast.stmt) -> list[Statement]:
        if isinstance(node, ast.Expr):
            return [self.node(node.value)]
        if isinstance(node, ast.Assign):
            return [model.Assign(self.node(target), self.node(node.value)) for target in node.targets]
        if isinstance(node, ast.AnnAssign):
            return [model.Assign(self.node(node.target), self.node(node.value))] if node.value else []
        if isinstance(node, ast.AugAssign):
            return [model.Assign(self.node(node.target), self.node(node.value), isinstance(node.op, ast.Add))]
        if isinstance(node, ast.Return):
            return [model.Return(self.node(node.value))] if node.value else []
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return list(_imports(node))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return [self._function(node)]
        if isinstance(node, ast.ClassDef):
            return [self._class(node)]
        return self._compound(node)

    def _compound(self, node: ast.stmt) -> list[Statement]:
        if isinstance(node, ast.If) and _asks_for_main(node.test):
            return [model.Main(self.statements(node.body))]
        if isinstance(node, ast.If):
            bodies = (self.statements(node.body), self.statements(node.orelse))
            return [self.node(node.test), model.Branch(bodies, complete=True)]
        if isinstance(node, (ast.For, ast.AsyncFor)):
            start, end = self._range(node.iter)
            item = model.Item(start, end, value=self.node(node.iter))
            body = (model.Assign(self.node(node.target), item), *self.statements(node.body))
            return [model.Branch((body,)), *self.statements(node.orelse)]
        if isinstance(node, ast.While):
            return [self.node(node.test), model.Branch((self.statements(node.body),))]
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return [*(self._entered(item) for item in node.items), *self.statements(node.body)]
        if isinstance(node, ast.Try) or type(node).__name__ == 'TryStar':
            handlers = tuple(self.statements(handler.body) for handler in node.handlers)  # type: ignore[attr-defined]
            last = self.statements(node.finalbody)  # type: ignore[attr-defined]
            tried = self.statements((*node.body, *node.orelse))  # type: ignore[attr-defined]
            return [*tried, model.Branch(handlers), *last]
        if isinstance(node, ast.Match):
            cases = tuple(self.statements(case.body) for case in node.cases)
            return [self.node(node.subject), model.Branch(cases)]
        return [self.node(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]

    def _entered(self, item: ast.withitem) -> Statement:
        value = self.node(item.context_expr)
        return model.Assign(self.node(item.optional_vars), value) if item.optional_vars else value

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> model.Function:
        return model.Function(
            *self._range(node),
            self.nodes(node.decorator_list),
            name=node.name,
            parameters=self._parameters(node.args),
            body=self.statements(node.body),
        )

    def _class(self, node: ast.ClassDef) -> model.Class:
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        methods = tuple(self._function(one) for one in node.body if isinstance(one, functions))
        rest = [one for one in node.body if not isinstance(one, functions)]
        return model.Class(node.name, methods, self.statements(rest), self.nodes(node.bases))

    def _parameters(self, given: ast.arguments) -> tuple[model.Parameter, ...]:
        plain = (*given.posonlyargs, *given.args)
        defaults = (*[None] * (len(plain) - len(given.defaults)), *given.defaults)
        pairs = [*zip(plain, defaults), *zip(given.kwonlyargs, given.kw_defaults)]
        named = [model.Parameter(one.arg, self.node(value) if value else None) for one, value in pairs]
        if given.vararg:
            named.insert(len(plain), model.Parameter(given.vararg.arg, kind='rest'))
        if given.kwarg:
            named.append(model.Parameter(given.kwarg.arg, kind='named'))
        return tuple(named)

    # expressions

    def nodes(self, several: Iterable[ast.expr]) -> tuple[Node, ...]:
        return tuple(self.node(one) for one in several)

    def node(self, node: ast.expr) -> Node:
        start, end = self._range(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            words = node.value if isinstance(node.value, str) else node.value.decode(errors='replace')
            return model.Text(start, end, parts=(words,))
        if isinstance(node, ast.JoinedStr):
            return model.Text(start, end, parts=tuple(self._part(one) for one in node.values))
        if isinstance(node, ast.Name):
            return model.Name(start, end, name=node.id)
        if isinstance(node, ast.Attribute):
            return model.Member(start, end, value=self.node(node.value), name=node.attr)
        if isinstance(node, ast.Subscript):
            return model.Item(start, end, value=self.node(node.value), key=self.node(node.slice))
        if isinstance(node, ast.Call):
            named = tuple((one.arg or '', self.node(one.value)) for one in node.keywords)
            return model.Call(
                start, end, function=self.node(node.func), arguments=self.nodes(node.args), named=named
            )
        return self._composed(node, start, end)

    def _part(self, node: ast.expr) -> str | Node:
        if isinstance(node, ast.Constant):
            return str(node.value)
        return self.node(node.value) if isinstance(node, ast.FormattedValue) else self.node(node)

    def _composed(self, node: ast.expr, start: int, end: int) -> Node:
        if isinstance(node, (ast.List, ast.Tuple)):
            return model.Sequence(start, end, items=self.nodes(node.elts))
        if isinstance(node, ast.Starred):
            return model.Spread(start, end, value=self.node(node.value))
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values)
            entries = tuple((self.node(key) if key else None, self.node(value)) for key, value in pairs)
            return model.Table(start, end, entries=entries)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return model.Sum(start, end, self.nodes(_summands(node)))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            both = tuple((None, self.node(one)) for one in (node.left, node.right))
            return model.Table(start, end, entries=both)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return model.Call(
                start,
                end,
                function=model.Member(start, end, value=self.node(node.left), name='%'),
                arguments=self.nodes(node.right.elts)
                if isinstance(node.right, ast.Tuple)
                else (self.node(node.right),),
            )
        if isinstance(node, ast.BoolOp):
            return model.Choice(start, end, self.nodes(node.values))
        if isinstance(node, ast.IfExp):
            chosen = self.nodes((node.body, node.orelse))
            return model.Choice(start, end, chosen, tests=(self.node(node.test),))
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.node(node.value)
        if isinstance(node, ast.Lambda):
            body = (model.Return(self.node(node.body)),)
            return model.Function(start, end, parameters=self._parameters(node.args), body=body)
        return Node(start, end, self.nodes(_expressions(node)))


def _summands(node: ast.expr) -> list[ast.expr]:
    """The parts of a sum, however many."""
    parts = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _asks_for_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and any(
        isinstance(one, ast.Name) and one.id == '__name__' for one in (test.left, *test.comparators)
    )


def _expressions(node: ast.AST) -> Iterable[ast.expr]:
    """The expressions directly in a node, those of comprehensions too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.comprehension):
            yield from _expressions(child)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterable[model.Import]:
    for one in node.names:
        if isinstance(node, ast.ImportFrom):
            module = '.' * node.level + (node.module or '')
            yield model.Import(module, one.name, one.asname or one.name)
        elif one.asname:
            yield model.Import(one.name, '', one.asname)
        else:
            top = one.name.partition('.')[0]
            yield model.Import(top, '', top)
