"""Walks through a program: statements in order, functions where they are called, branches side by side."""

from __future__ import annotations

from artifacts_guard import code
from artifacts_guard.code import model
from artifacts_guard.flow.code import evaluate
from artifacts_guard.flow.code import modules
from artifacts_guard.flow.code import sums
from artifacts_guard.flow.code.scope import Scope
from artifacts_guard.flow.code.things import Arguments
from artifacts_guard.flow.code.things import Entry
from artifacts_guard.flow.code.things import Known
from artifacts_guard.flow.code.things import Listing
from artifacts_guard.flow.code.things import Local
from artifacts_guard.flow.code.things import Object
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import limited
from artifacts_guard.flow.code.things import nothing
from artifacts_guard.flow.code.things import one_of
from artifacts_guard.flow.observe import Limit
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.model import Hop
    from artifacts_guard.code.model import Function
    from artifacts_guard.code.model import Node
    from artifacts_guard.code.model import Statement
    from artifacts_guard.flow.code.things import Thing
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value
    from artifacts_guard.text import Place

_BUDGET = 20_000  # nodes evaluated in one run of a program
_MOST_DEPTH = 12  # of functions called in each other
_MOST_NESTED = 60  # of statements and expressions in each other
_MOST_CALLS = 60  # of one function
_CONSTRUCTORS = ('__init__', 'constructor')


class Walk:
    """One run of a program.

    `state` holds its environment; `started` is the command that runs it, None when nothing is known to.
    `quiet`: what it does was seen before, and only what names stand for is of interest.
    """

    def __init__(
        self, run: Interpreter, state: State, via: tuple[Hop, ...], language: str, started: Excerpt | None
    ) -> None:
        self.run = run
        self.programs = run.world.programs
        self.state = state
        self.via = via
        self.language = language
        self.started = started
        self.quiet = False
        self.opaque: tuple[tuple[int, int, Value], ...] = ()
        self.stack: list[Excerpt] = []  # the calls that led here, outermost first
        self.handed: list[Local] = []  # functions that are given away: whoever gets them calls them
        self._left = _BUDGET
        self._modules: dict[str, Scope] = {}
        self.defined: list[Local] = []
        self._entered: dict[Place, int] = {}
        self._main = ''
        self._limited = False

    def spend(self, node: Node, scope: Scope) -> bool:
        """Take a node from the budget; False when that is used up, which is said once, or it stands too deep."""
        self._left -= 1
        self.programs.left -= 1
        if min(self._left, self.programs.left) > 0 and self.programs.nested < _MOST_NESTED:
            return True
        if not self._limited:
            self._limited = True
            place = scope.excerpt(node).place
            self.run.world.limit(Limit('budget', place, 'analysis budget', self.run.context))
        return False

    # modules

    def module(self, program: model.Program, scope: Scope) -> Scope:
        """Run a module's statements."""
        self._modules[scope.path] = scope
        self._main = scope.path
        self.programs.started.append(self.started)
        self.statements(program.body, scope)
        self._call_handed()
        self.programs.started.pop()
        return scope

    def imported(self, name: str, scope: Scope) -> Scope | None:
        """The module of the tree that an import names, run once."""
        document = modules.resolved(name, scope.path, self.language, self.run.world.tree)
        if document is None:
            return None
        if document.path not in self._modules:
            program = self.programs.program(document, self.language)
            inner = Scope(whole(document), document.path)
            self._modules[document.path] = inner
            if isinstance(program, code.Unreadable):
                return inner
            self.programs.enter(inner.fragment, quiet=self.quiet)
            self.statements(program.body, inner)
        return self._modules[document.path]

    # statements

    def statements(self, body: Iterable[Statement], scope: Scope) -> None:
        body = tuple(body)
        for statement in body:  # functions are known before the line that defines them
            if isinstance(statement, model.Function) and statement.name:
                self._define(statement, scope)
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, statement: Statement, scope: Scope) -> None:
        self.programs.nested += 1
        if self.programs.nested < 2 * _MOST_NESTED:  # its expressions say that it was too deep
            self._run(statement, scope)
        self.programs.nested -= 1

    def _run(self, statement: Statement, scope: Scope) -> None:
        if isinstance(statement, model.Assign):
            value = statement.value
            if isinstance(value, model.Function) and isinstance(statement.target, model.Name):
                value = value.replace(name=statement.target.name)
            things = evaluate.things(self, value, scope)
            if statement.added:
                things = sums.added(evaluate.things(self, statement.target, scope), things)
            self.store(statement.target, things, scope)
        elif isinstance(statement, model.Branch):
            self._branch(statement, scope)
        elif isinstance(statement, model.Return):
            scope.returned = limited((*scope.returned, *evaluate.things(self, statement.value, scope)))
        elif isinstance(statement, model.Class):
            self._class(statement, scope)
        elif isinstance(statement, model.Main):
            if scope.path == self._main:
                self.statements(statement.body, scope)
        elif isinstance(statement, model.Import):
            modules.bring_in(self, statement, scope)
        elif not (isinstance(statement, model.Function) and statement.name):
            evaluate.things(self, statement, scope)

    def _branch(self, branch: model.Branch, scope: Scope) -> None:
        before = scope.names
        ends = [] if branch.complete else [before]
        for body in branch.bodies:
            scope.names = dict(before)
            self.statements(body, scope)
            ends.append(scope.names)
        scope.join(ends)

    def _define(self, function: Function, scope: Scope) -> None:
        local = self.function(function, scope)
        scope.names[function.name] = (local,)
        if function.nodes:
            for decorator in function.nodes:
                evaluate.things(self, decorator, scope)
            self.handed.append(local)

    def function(self, function: Function, scope: Scope) -> Local:
        local = Local(function, scope, scope.this)
        self.defined.append(local)
        return local

    def _class(self, statement: model.Class, scope: Scope) -> None:
        made = Object(statement.name)
        inner = scope.inner()
        inner.this = made
        for base in (thing for node in statement.bases for thing in evaluate.things(self, node, scope)):
            if isinstance(base, Object):
                made.methods.update({name: one.replace(this=made) for name, one in base.methods.items()})
                made.attributes.update(base.attributes)
        for method in statement.methods:
            local = Local(method, inner, made)
            made.methods[method.name] = local
            self.defined.append(local)
        self.statements(statement.body, inner)
        for name, things in inner.names.items():
            made.add(name, things)
        scope.names[statement.name] = (made,)

    def store(self, target: Node, things: tuple[Thing, ...], scope: Scope) -> None:
        """Assign to a name, an attribute or an entry."""
        if isinstance(target, model.Name):
            scope.names[target.name] = things
        elif isinstance(target, model.Sequence):
            for item in target.items:
                self.store(item, things if len(target.items) == 1 else _items(things, item, scope), scope)
        elif isinstance(target, model.Member):
            for held in evaluate.things(self, target.value, scope):
                if isinstance(held, Object):
                    held.add(target.name, things)
                elif isinstance(held, Known):
                    self._set(f'{held.name}.{target.name}', things, scope.excerpt(target))
                elif isinstance(held, Table):
                    entry = Entry(target.name, scope.excerpt(target), things)
                    self.store(target.value, (held.with_entry(entry),), scope)
        elif isinstance(target, model.Item) and target.key is not None:
            name = one_of(evaluate.things(self, target.key, scope))
            for held in evaluate.things(self, target.value, scope):
                if isinstance(held, Known):
                    self._set(f'{held.name}.{name}', things, scope.excerpt(target))
                elif isinstance(held, Table):
                    entry = Entry(name, scope.excerpt(target.key), things)
                    self.store(target.value, (held.with_entry(entry),), scope)

    def _set(self, path: str, things: tuple[Thing, ...], written: Excerpt) -> None:
        """`os.environ[NAME] = value`, `process.env.NAME = value`"""
        from artifacts_guard.flow.code import processes

        head, _, name = path.rpartition('.')
        if head in sums.ENVIRONMENTS and name:
            processes.exported(self.run, self.state, name, things, written)

    # functions

    def enter(self, local: Local, given: Arguments, written: Excerpt) -> tuple[Thing, ...]:
        """Run a function of the program; what it gives back."""
        function = local.function
        place = self.place(local)
        times = self._entered[place] = self._entered.get(place, 0) + 1
        if len(self.stack) >= _MOST_DEPTH or times > _MOST_CALLS or min(self._left, self.programs.left) <= 0:
            return (nothing(written),)
        if not self.quiet:
            self.programs.entered.add(place)
        scope = local.scope.inner()
        scope.this = local.this
        self._bind(local, given, scope, written)
        self.stack.append(written)
        self.statements(function.body, scope)
        self.stack.pop()
        return scope.returned or (nothing(written),)

    def _bind(self, local: Local, given: Arguments, scope: Scope, written: Excerpt) -> None:
        parameters = local.function.parameters
        if local.this is not None and self.language == code.PYTHON and parameters[:1]:
            scope.names[parameters[0].name] = (local.this,)
            parameters = parameters[1:]
        positional = list(given.given)
        named = dict(given.named)
        for parameter in parameters:
            if parameter.kind == 'rest':
                scope.names[parameter.name] = sums.listed(positional)
                positional = []
            elif parameter.kind == 'named':
                entries = tuple(Entry(name, written, things) for name, things in named.items())
                scope.names[parameter.name] = (Table(entries, open=given.open),)
            else:
                things = named.pop(parameter.name, None) or (positional.pop(0) if positional else None)
                self._fill(parameter, things, given, scope, written)

    def _fill(
        self,
        parameter: model.Parameter,
        things: tuple[Thing, ...] | None,
        given: Arguments,
        scope: Scope,
        written: Excerpt,
    ) -> None:
        if things is None:
            default = evaluate.things(self, parameter.default, scope) if parameter.default else ()
            things = (*default, nothing(written)) if given.open or not default else default
        if parameter.name:
            scope.names[parameter.name] = things
        for key, name in parameter.keys:
            scope.names[name] = evaluate.members(self, things, key, written)

    def instance(self, made: Object, given: Arguments, written: Excerpt) -> Object:
        """An object of a class of the program: one stands for all."""
        for name in _CONSTRUCTORS:
            constructor = made.methods.get(name)
            if constructor is not None:
                self.enter(constructor, given, written)
        return made

    def _call_handed(self) -> None:
        while self.handed:
            self.call_unknown(self.handed.pop())

    def call_unknown(self, local: Local) -> None:
        """Run a function that nothing was seen to call, whatever it may be given."""
        if self.place(local) not in self._entered:
            self.programs.started.append(self.started)
            self.enter(local, Arguments((), {}, open=True), local.scope.excerpt(local.function))
            self._call_handed()
            self.programs.started.pop()

    def place(self, local: Local) -> Place:
        return local.scope.excerpt(local.function).place


def _items(things: tuple[Thing, ...], item: Node, scope: Scope) -> tuple[Thing, ...]:
    """What one of several targets of an assignment can get."""
    found = [one for thing in things if isinstance(thing, Listing) for one in thing.items]
    return limited(found) or (nothing(scope.excerpt(item)),)
