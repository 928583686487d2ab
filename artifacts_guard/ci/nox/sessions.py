"""The functions of a noxfile that are sessions, and the commands in them."""

from __future__ import annotations

import ast

from artifacts_guard.ci import pythonvalues
from artifacts_guard.ci.contract import UnparsableError
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.nox import plain
from artifacts_guard.ci.pythonvalues import Names
from artifacts_guard.ci.pythonvalues import Values
from artifacts_guard.ci.pythonvalues import called
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document

_RUN = frozenset(('run', 'run_always', 'run_install'))
_POSARGS = 'posargs'
_MOST_CALLS = 200  # of functions that get the session from each other


def book(document: Document, system: str) -> RecipeBook:
    """Each session as a recipe, and one without a name that needs those which run by default.

    https://nox.thea.codes/en/stable/config.html#nox.options.sessions
    """
    try:
        file = _File(document, pythonvalues.parse(document))
        recipes = [file.recipe(name, function) for name, function in file.sessions.items()]
    except RecursionError:
        raise UnparsableError('nested too deep', 0) from None
    everything = Recipe('', part(document, 0, 0).whole(), needs=file.defaults())
    return RecipeBook(document, system, (*recipes, everything))


class _File:
    def __init__(self, document: Document, module: ast.Module) -> None:
        self._document = document
        self._module = module
        self._names = Names()
        self._names.take(module.body)
        self._functions = {one.name: one for one in module.body if isinstance(one, ast.FunctionDef)}
        self._not_default: set[str] = set()
        self.sessions = dict(self._sessions())

    def _sessions(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        for function in self._functions.values():
            for decorator in function.decorator_list:
                options = decorator.keywords if isinstance(decorator, ast.Call) else []
                known = decorator.func if isinstance(decorator, ast.Call) else decorator
                if called(known) != 'session':
                    continue
                given = {one.arg: one.value for one in options}
                name = _text(given.get('name')) or function.name
                if _is(given.get('default'), False):
                    self._not_default.add(name)
                yield name, function

    def defaults(self) -> tuple[str, ...]:
        values = Values(self._document, self._names)
        for node in self._module.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith('options.sessions'):
                starred = ast.Starred(node.value)
                return tuple(plain(word.text) for word in values.words([starred]))
        return tuple(name for name in self.sessions if name not in self._not_default)

    def recipe(self, name: str, function: ast.FunctionDef) -> Recipe:
        found = _Commands(self._document, self._functions)
        found.take(function, _parameter(function, 0), self._names)
        line = self._document.line_span(function.lineno)
        return Recipe(
            name,
            part(self._document, line.start, line.end).whole(),
            tuple(found.commands),
            follows=tuple(found.follows),
            env=tuple(found.env),
        )


class _Commands:
    """What a function does with the session that it gets, and the functions that it hands it to."""

    def __init__(self, document: Document, functions: dict[str, ast.FunctionDef]) -> None:
        self._document = document
        self._functions = functions
        self._left = _MOST_CALLS
        self._running: list[str] = []
        self.commands: list[Argv] = []
        self.follows: list[str] = []
        self.env: list[Binding] = []

    def take(self, function: ast.FunctionDef, session: str, outer: Names) -> None:
        if function.name in self._running or not self._left:
            return
        self._left -= 1
        self._running.append(function.name)
        names = Names(outer)
        nodes = [node for node in ast.walk(function) if isinstance(node, (ast.stmt, ast.Call))]
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        names.take(nodes)
        values = Values(self._document, names)
        for node in nodes:
            if isinstance(node, ast.Call):
                self._call(node, session, names, outer)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                self._assigned(node.targets[0], node.value, session, values)
        self._running.pop()

    def _call(self, node: ast.Call, session: str, names: Names, outer: Names) -> None:
        function = node.func
        values = Values(self._document, names)
        if isinstance(function, ast.Attribute) and called(function.value) == session:
            if function.attr in _RUN:
                self._run(node, values, names)
            elif function.attr == 'notify' and node.args and _text(node.args[0]):
                self.follows.append(plain(_text(node.args[0])))
        elif isinstance(function, ast.Attribute) and ast.unparse(function) == f'{session}.env.update':
            for one in node.args:
                self.env += values.bindings(one, 'step')
        elif isinstance(function, ast.Name) and function.id in self._functions:
            called_one = self._functions[function.id]
            given = [(_parameter(called_one, number), one) for number, one in enumerate(node.args)]
            given += [(one.arg or '', one.value) for one in node.keywords]
            for name, value in given:
                if isinstance(value, ast.Name) and value.id == session:
                    self.take(called_one, name, outer)

    def _assigned(self, target: ast.Subscript, value: ast.expr, session: str, values: Values) -> None:
        """`session.env["X"] = …` holds for the commands of the session."""
        if ast.unparse(target.value) == f'{session}.env' and _text(target.slice):
            self.env.append(values.binding(_text(target.slice), target.slice, value, 'step'))

    def _run(self, node: ast.Call, values: Values, names: Names) -> None:
        given = {one.arg: one.value for one in node.keywords}
        program = node.args[0] if node.args else None
        # a function of Python can be run, too
        if program is None or isinstance(program, (ast.Lambda, ast.Attribute)):
            return
        if isinstance(program, ast.Name) and program.id in self._functions:
            return
        posargs = [
            one for one in node.args if isinstance(one, ast.Starred) and _has_posargs(one.value, names)
        ]
        words = tuple(values.words(one for one in node.args if one not in posargs))
        if words:
            self.commands.append(
                Argv(
                    words,
                    values.place(node),
                    echoed=not _is(given.get('log'), False),
                    env=tuple(values.bindings(given.get('env'), 'step')),
                    silent=_is(given.get('silent'), True),
                    extendable=bool(posargs),
                )
            )


def _has_posargs(node: ast.expr, names: Names) -> bool:
    """Whether words of the command line are put here: `*session.posargs`, `*(session.posargs or ["x"])`."""
    if isinstance(node, ast.Name):
        return any(_has_posargs(one, Names()) for one in names.values(node.id))
    return any(called(one) == _POSARGS for one in ast.walk(node) if isinstance(one, ast.expr))


def _parameter(function: ast.FunctionDef, index: int) -> str:
    names = [*function.args.posonlyargs, *function.args.args]
    return names[index].arg if index < len(names) else ''


def _text(node: ast.expr | None) -> str:
    """A string that is spelled out, else ''."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ''


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
