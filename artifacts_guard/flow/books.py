"""Recipe files (Makefile, package.json, justfile …): from `make publish` to the scripts behind it."""

from __future__ import annotations

from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.ci.recipes import read
from artifacts_guard.flow import external
from artifacts_guard.flow import observe
from artifacts_guard.flow.bind import Surroundings
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.calls import language
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.output import NOTHING
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.state import State
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import tainted
from artifacts_guard.record import Record
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.ci.contract import Reader
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.world import World
    from artifacts_guard.text import Tree


_MOST_DEPTH = 12
_LEVELS = 4


class Library:
    """The recipe files of a tree, read when a command asks for one."""

    def __init__(self, tree: Tree, reader_of: Callable[[str], Reader | None]) -> None:
        self._tree = tree
        self._reader_of = reader_of
        self._books: dict[tuple[str, str], RecipeBook | None] = {}

    def book(self, path: str, reader: Reader) -> RecipeBook | None:
        """The recipe file at a path; None when there is none or it can't be read."""
        key = (path, reader.NAME)
        if key not in self._books:
            document = self._tree.document(path)
            self._books[key] = None if document is None else read(reader, document, self._tree)
        return self._books[key]

    def call(self, run: Interpreter, call: Call, state: State) -> Output | None:
        """Run what a recipe runner is asked for; None when the command is none or its file is not here."""
        call = _of_module(call)
        reader = self._reader_of(call.name.rpartition('/')[2])
        if reader is None:
            return None
        wanted = reader.wanted(call.words)
        if wanted is None:
            return None
        book = self._find(reader, wanted, state, run.context.root)
        if book is None:
            return None
        targets = wanted.targets or (book.default,)
        known = {recipe.name for recipe in book.recipes}
        if known.isdisjoint(targets):
            return None
        return merged([_Running(run, call, book, wanted, state).recipe(target, 0) for target in targets])

    def _find(self, reader: Reader, wanted: Wanted, state: State, root: str) -> RecipeBook | None:
        names = (wanted.file,) if wanted.file else reader.FILES
        folders = []
        for start in (root, ''):
            where = _normal(f'{start}/{state.directory}/{wanted.directory}')
            folders.append(where)
            # runners look in the folders above, too
            while where and not wanted.file and not wanted.directory:
                where = where.rpartition('/')[0]
                folders.append(where)
        for where in dict.fromkeys(folders):
            for name in names:
                book = self.book(_normal(f'{where}/{name}'), reader)
                if book is not None:
                    return book
        return None


def _of_module(call: Call) -> Call:
    """`python3 -m nox …` as `nox …`; other calls as they are."""
    if external.base(call.name).startswith('python'):
        words = call.words
        at = next(
            (at for at, word in enumerate(words) if (at and word[:1] != '-') or word == '-m'), len(words)
        )
        if words[at : at + 1] == ['-m'] and at + 1 < len(words):
            return call.replace(fields=call.fields[at + 1 :])
    return call


def _normal(path: str) -> str:
    parts: list[str] = []
    for name in path.split('/'):
        if name == '..':
            del parts[-1:]
        elif name not in {'', '.'}:
            parts.append(name)
    return '/'.join(parts)


class _Running:
    """One run of a recipe runner."""

    def __init__(self, run: Interpreter, call: Call, book: RecipeBook, wanted: Wanted, state: State) -> None:
        self.run = run
        self.call = call
        self.book = book
        self.wanted = wanted
        self.state = state
        self.recipes = {recipe.name: recipe for recipe in book.recipes}
        self.done: set[str] = set()

    def recipe(self, name: str, depth: int) -> Output:
        recipe = self.recipes.get(name)
        if recipe is None or name in self.done or depth > _MOST_DEPTH or self.state.depth > _MOST_DEPTH:
            return SILENCE
        self.done.add(name)
        outputs = [self.recipe(need, depth + 1) for need in recipe.needs]
        outputs.append(self._scripts(recipe, self.wanted.arguments if depth == 0 else ()))
        outputs += [self.recipe(follower, depth + 1) for follower in recipe.follows]
        return merged(outputs)

    def _scripts(self, recipe: Recipe, arguments: tuple[int, ...]) -> Output:
        world, place = self.run.world, self.call.written.place
        if world.repeats_recipe(recipe) and not any(tainted(field.chunks) for field in self.call.fields):
            return SILENCE
        if not world.spend_recipe(recipe):
            world.limit(observe.Limit('budget', place, 'analysis budget', self.run.context))
            return SILENCE
        world.reached.add((recipe.place.path, recipe.name))
        given: dict[str, tuple[Value, ...]] = {}
        for name, index in self.wanted.assignments:
            given[name] = (after(self.call.fields[index].chunks, '='),)
        for parameter, index in zip(recipe.parameters, arguments):
            given[parameter.name] = (self.call.fields[index].chunks,)
        rest = () if recipe.parameters else tuple(self.call.fields[i] for i in arguments)
        via = (*self.call.frame.via, Hop(f'runs {self.book.system} {recipe.name}', place))
        # a file in another folder, named with -f, runs where the program was started
        folder = _normal(f'{self.state.directory}/{self.wanted.directory}') if self.wanted.file else None
        self.state.depth += 1
        output = run_recipe(self.run, self.book, recipe, self.state, Asked(given, rest, via, folder))
        self.state.depth -= 1
        return output


class Asked(Record):
    """What the command line gives to a recipe: values of variables and parameters, further words, the calls that
    led here, and the folder it runs in (None: the one of its file)."""

    given: dict[str, tuple[Value, ...]] = {}  # noqa: RUF012 - records are frozen
    arguments: tuple[Field, ...] = ()
    via: tuple[Hop, ...] = ()
    folder: str | None = None


def run_recipe(run: Interpreter, book: RecipeBook, recipe: Recipe, outer: State, asked: Asked) -> Output:
    """Run the scripts of one recipe with what the command line gave it."""
    from artifacts_guard.flow import jobs

    if recipe.runner is not None:
        run = _elsewhere(run, recipe.runner)
    base, around = _base(run, book, recipe, outer, asked)
    outputs: list[Output] = []
    state = base.copy()
    for number, script in enumerate(recipe.scripts):
        if isinstance(script, Argv):
            words = asked.arguments
            outputs.append(jobs.run_argv(run, script, base.copy(), around, asked.via, words, book.system))
            continue
        if not script.continues:
            state = base.copy()
            jobs.start_shell(state, script)
            state.depth = outer.depth
        # what is expanded for another machine is expanded before it gets there
        inside = around if recipe.runner else around.replace(environment=state.variables)
        values, opaque = jobs.expressions(run, script, inside, book.system)
        fragment = script.template.fragment
        if recipe.extendable and number == len(recipe.scripts) - 1 and asked.arguments:
            fragment, values, opaque = _extended(fragment, values, opaque, asked.arguments)
        dialect = language(script.shell.name)
        if dialect:
            tree = run.world.parse(dialect, fragment.text, opaque)
            frame = Frame(fragment, values, dialect, asked.via, recipe.name, script.traced)
            output = run.run(tree.body, state, frame, NOTHING)
            outputs.append(SILENCE if script.silent else output)
    return merged(outputs)


def _elsewhere(run: Interpreter, runner: Runner) -> Interpreter:
    """The same job, on another machine."""
    from artifacts_guard.flow.interpreter import Interpreter

    job = run.context.job.replace(runner=runner)
    return Interpreter(run.world, run.context.replace(job=job))


def _base(
    run: Interpreter, book: RecipeBook, recipe: Recipe, outer: State, asked: Asked
) -> tuple[State, Surroundings]:
    """What each script of a recipe starts with: the environment, and the values of variables."""
    from artifacts_guard.flow import jobs

    base = outer.child()
    held = base.variables
    if recipe.runner is not None:
        base.variables = {}
    folder = book.document.path.rpartition('/')[0] if asked.folder is None else asked.folder
    base.directory = f'{folder}/{recipe.directory}'.strip('/') if recipe.directory else folder
    inputs = (*book.variables, *recipe.parameters)
    # variables are made of each other: a few levels of that are followed
    scope = Scope(inputs)
    for _ in range(_LEVELS):
        scope = Scope(inputs, None, scope)
    around = Surroundings(held, {}, {}, scope, book.document.path, run.context.scope, asked.given)
    for binding in (*book.env, *recipe.env):
        inside = around.replace(environment={**held, **base.variables})
        jobs.given(run, binding, base.variables, inside)
    for name, values in asked.given.items() if recipe.runner is None else ():
        written = next((c.written for v in values[:1] for c in v if c.written is not None), None)
        if written is not None:
            base.assign(name, tuple((Field(v, written),) for v in values))
            base.export(name)
    return base, around


def _extended(
    fragment: Fragment,
    values: tuple[tuple[Value, ...], ...],
    opaque: tuple[tuple[int, int], ...],
    arguments: tuple[Field, ...],
) -> tuple[Fragment, tuple[tuple[Value, ...], ...], tuple[tuple[int, int], ...]]:
    """A script with words of the command line added to its end, as npm does."""
    text, pieces = fragment.text, list(fragment.pieces)
    end = fragment.pieces[-1].end if fragment.pieces else 0
    added_values, added = list(values), list(opaque)
    for field in arguments:
        at = len(text) + 1
        pieces.append(Piece(len(text), end, end))
        text += ' ____'
        added.append((at, at + 4))
        added_values.append((field.chunks,))
    return Fragment(fragment.document, text, tuple(pieces)), tuple(added_values), tuple(added)


def run_orphans(world: World, book: RecipeBook) -> None:
    """Run the recipes that nothing in the tree asks for: their host is unknown."""
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.redirect import to_log

    for recipe in book.recipes:
        if (recipe.place.path, recipe.name) in world.reached:
            continue
        runner = Runner(UNKNOWN, '', 'no pipeline in the tree calls it')
        step = Step(recipe.name, recipe.place)
        job = Job(recipe.name, recipe.place, runner, (step,), automation=False)
        pipeline = Pipeline(book.document, book.system, 'recipes', (job,), masks=False)
        world.refill()
        context = Context(pipeline, job, step, 0, book.document.path)
        run = Interpreter(world, context)
        output = run_recipe(run, book, recipe, State(), Asked())
        to_log(run, output.out + output.err, _frame(recipe))


def _frame(recipe: Recipe) -> Frame:
    span = recipe.place.span
    return Frame(part(recipe.place.document, span.start, span.end))
