"""From a command line, a step's script or the tree itself to the program that runs."""

from __future__ import annotations

from artifacts_guard import code
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step
from artifacts_guard.flow import calls
from artifacts_guard.flow import embedded
from artifacts_guard.flow.code import shelf
from artifacts_guard.flow.code.scope import Scope
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.observe import Limit
from artifacts_guard.flow.programs import program as row_of
from artifacts_guard.flow.state import State
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.shell.detect import interpreter
from artifacts_guard.text import Fragment
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.code.things import Local
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.value import Value
    from artifacts_guard.flow.world import World
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

_INTERPRETERS = {
    **dict.fromkeys(('python', 'pypy', 'py'), code.PYTHON),
    **dict.fromkeys(('node', 'nodejs', 'tsx', 'ts-node', 'bun', 'deno', 'zx'), code.JAVASCRIPT),
}
_VERBS = frozenset(('run', 'watch'))  # `bun run x.ts`, `deno run x.ts`
_TEXTS = {code.PYTHON: ('-c',), code.JAVASCRIPT: ('-e', '--eval', '-p', '--print')}
_MOST_DEPTH = 12


def language(shell: str) -> str:
    """The language of what an interpreter runs; '' for shells and what is not known."""
    return _INTERPRETERS.get(shell.rstrip('0123456789.') or shell, '')


def called(run: Interpreter, call: Call, state: State) -> None:
    """Run the program of the tree, or the program text, that a command line asks for."""
    name = call.name.replace('\\', '/').rpartition('/')[2].lower().removesuffix('.exe')
    spoken = language(name)
    if not spoken:
        if '/' in call.name or code.language(call.name):
            _file(run, call, 0, '', state)
        return
    index, option = _operand(call, spoken)
    if option in _TEXTS[spoken]:
        if index < len(call.fields):
            _text(run, call, call.fields[index].chunks, spoken, state)
    elif option == '-m':
        _module(run, call, index, state)
    elif index < len(call.fields) and call.words[index] != '-':
        _file(run, call, index, spoken, state)
    elif call.io.stdin is not None:
        _text(run, call, call.io.stdin, spoken, state)


def _operand(call: Call, spoken: str) -> tuple[int, str]:
    """Which word names the program, and the option in front of it that says how."""
    row = row_of(call.name)
    values = frozenset(row.row.get('values', '').split()) if row is not None else frozenset()
    index, words = 1, call.words
    while index < len(words):
        word = words[index]
        if word in _TEXTS[spoken] or (word == '-m' and spoken == code.PYTHON):
            return index + 1, word
        if word == '-' or not (word.startswith('-') or word in _VERBS):
            break
        index += 2 if word in values else 1
    return index, ''


def _file(run: Interpreter, call: Call, index: int, spoken: str, state: State) -> None:
    document = calls.resolve(run, call.words[index], state, call.frame.path)
    if document is None:
        return
    spoken = spoken or code.language(document.path) or _by_shebang(document)
    if spoken:
        _started(run, call, document, spoken, state)


def _by_shebang(document: Document) -> str:
    return language(interpreter(document.text[:400], document.path).name)


def _module(run: Interpreter, call: Call, index: int, state: State) -> None:
    """`python -m package.module`: https://docs.python.org/3/using/cmdline.html#cmdoption-m"""
    name = call.words[index].replace('.', '/') if index < len(call.fields) else ''
    for path in (f'{name}.py', f'{name}/__main__.py', f'src/{name}.py', f'src/{name}/__main__.py'):
        document = calls.resolve(run, path, state, call.frame.path) if name and MARK not in name else None
        if document is not None:
            _started(run, call, document, code.PYTHON, state)
            return


def _started(run: Interpreter, call: Call, document: Document, spoken: str, state: State) -> None:
    if not run.world.programs.wants(document):
        return
    hop = Hop(f'runs {document.path}', call.written.place)
    walk = _walk(run, state.child(), (*call.frame.via, hop), spoken, call.written)
    if walk is not None:
        _module_of(walk, document)


def _text(run: Interpreter, call: Call, chunks: Value, spoken: str, state: State) -> None:
    """`python -c TEXT`, `node -e TEXT`, a here-document."""
    found = embedded.script(chunks, call.written)
    opaque = [(*span, value) for span, values in zip(found.opaque, found.values) for value in values[:1]]
    inline(run, found.fragment, opaque, spoken, state.child(), call.frame.via, call.written)


def inline(
    run: Interpreter,
    fragment: Fragment,
    opaque: Iterable[tuple[int, int, Value]],
    spoken: str,
    state: State,
    via: tuple[Hop, ...],
    written: Excerpt,
) -> None:
    """Run a text as a program; `opaque` are its ranges that are not known, with their values."""
    opaque = tuple(opaque)
    text = fragment.text
    for start, end, _ in opaque:
        text = text[:start] + MARK * (end - start) + text[end:]
    walk = _walk(run, state, via, spoken, written)
    if walk is None or not shelf.may_call(text):
        return
    found = code.read(text, spoken)
    if isinstance(found, code.Unreadable):
        return
    fragment = Fragment(fragment.document, text, fragment.pieces)
    run.world.programs.enter(fragment)
    walk.opaque = opaque
    walk.module(found, Scope(fragment, fragment.document.path))


def _walk(
    run: Interpreter, state: State, via: tuple[Hop, ...], spoken: str, written: Excerpt | None
) -> Walk | None:
    from artifacts_guard.flow.code.walk import Walk

    if state.depth >= _MOST_DEPTH or len(via) >= _MOST_DEPTH:
        return None
    state.depth += 1
    return Walk(run, state, via, spoken, written)


def _module_of(walk: Walk, document: Document) -> None:
    """Run a program of the tree from its beginning."""
    world = walk.run.world
    found = world.programs.program(document, walk.language)
    text = whole(document)
    if isinstance(found, code.Unreadable):
        world.limit(Limit('parse', text.place(found.offset, found.offset), found.message, walk.run.context))
        return
    world.programs.enter(text, quiet=walk.quiet)
    walk.module(found, Scope(text, document.path))


def run_orphans(world: World, tree: Tree, paths: Iterable[str]) -> None:
    """Run programs that nothing in the tree is known to run, then the functions that no run entered."""
    walks = []
    for path in paths:
        spoken = code.language(path)
        document = tree.document(path) if spoken and not shelf.is_aside(path) else None
        if document is not None and shelf.speaks(document):
            walk = _orphan(world, document, spoken)
            _module_of(walk, document)
            walks.append(walk)
            if not walk.quiet:
                world.programs.note(path, 'nothing in the tree is known to run it')
    rest = [(walk, local) for walk in walks for local in walk.defined]
    for walk, local in sorted(rest, key=lambda pair: _is_called(pair[1])):
        if walk.place(local) not in world.programs.entered and world.programs.holds(walk.place(local)):
            walk.quiet = False
            walk.call_unknown(local)


def _orphan(world: World, document: Document, spoken: str) -> Walk:
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.flow.interpreter import Interpreter

    place = whole(document).whole()
    runner = Runner(UNKNOWN, '', 'a program that no pipeline is known to run')
    step = Step(document.path, place)
    job = Job(document.path, place, runner, (step,), automation=False)
    pipeline = Pipeline(document, spoken, 'program', (job,), masks=False)
    world.refill()
    run = Interpreter(world, Context(pipeline, job, step, 0, document.path))
    walk = Walk(run, State(), (), spoken, None)
    walk.quiet = document.path in world.programs.reached
    return walk


def _is_called(local: Local) -> bool:
    """Whether some text of the module calls a function by its name: then its callers are run first."""
    function, text = local.function, local.scope.fragment.text
    if not function.name:
        return False
    mention = f'{function.name}('
    return text.count(mention) > text.count(mention, function.start, function.start + len(mention) + 60)
