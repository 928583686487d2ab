"""Calls that stay in the tree: aliases, functions, scripts, sourced files, `bash -c` and `eval`."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.flow import dialects
from artifacts_guard.flow import embedded
from artifacts_guard.flow import observe
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.output import NOTHING
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Io
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.state import Defined
from artifacts_guard.flow.state import State
from artifacts_guard.flow.state import Variable
from artifacts_guard.flow.state import join
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import tainted
from artifacts_guard.record import Record
from artifacts_guard.shell import syntax
from artifacts_guard.shell.detect import interpreter
from artifacts_guard.text import Document
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.interpreter import Interpreter


class Remembered(Record):
    """What a script of the tree did in a process of its own: it does the same when it finds the same."""

    call: Call
    depth: int
    variables: dict[str, Variable]
    files: dict[str, Value]
    output: Output
    files_after: dict[str, Value]

    def fits(self, call: Call, state: State) -> bool:
        return (
            self.depth == state.depth
            and self.call.written == call.written
            and self.call.frame.via == call.frame.via
            and self.call.io.stdin == call.io.stdin
            and self.variables == state.variables
            and self.files == state.files
        )


SHELLS = frozenset({'sh', 'bash', 'dash', 'ksh', 'zsh', 'ash'})
_MOST_CALLS = 12  # of functions and scripts into each other
_LANGUAGES = {'pwsh': 'pwsh', 'powershell': 'pwsh', 'cmd': 'cmd'}


def language(shell: str) -> str:
    """The dialect that reads a shell's scripts; '' for what is no shell."""
    return 'sh' if shell in SHELLS else _LANGUAGES.get(shell, '')


def alias(run: Interpreter, call: Call, body: str) -> Output:
    """Run a command whose first word is an alias."""
    from artifacts_guard.flow import simple

    words = tuple(Field(literal(w, call.written), call.fields[0].written) for w in body.split())
    state = call.state
    hidden = state.aliases.pop(call.name)
    try:
        if not words:
            return SILENCE
        return simple.command(run, call.replace(fields=words + call.fields[1:]))
    finally:
        state.aliases[call.name] = hidden


def function(run: Interpreter, call: Call, defined: Defined) -> Output:
    """Run a function, in all the ways that it may be defined."""
    if not defined.others:
        return _body(run, call, defined)
    outputs, ends = [], []
    for one in (defined, *defined.others):
        state = call.state.copy()
        outputs.append(_body(run, call.replace(state=state), one))
        ends.append(state)
    call.state.take(join(ends))
    return merged(outputs)


def _body(run: Interpreter, call: Call, defined: Defined) -> Output:
    """Run the body of a function: same variables, own positional parameters."""
    from artifacts_guard.flow import simple

    state = call.state
    if state.depth >= _MOST_CALLS:
        run.world.limit(observe.Limit('depth', call.written.place, call.name, run.context))
        return SILENCE
    if run.world.repeats(defined.body) and not any(tainted(field.chunks) for field in call.fields):
        return SILENCE
    for item in call.overlay:
        simple.assign(run, item, state, call.frame)
        state.export(item.name)
    before, directory = state.positional, state.directory
    state.positional = (call.fields[1:],)
    state.depth += 1
    held = state.variables
    if defined.frame.dialect == 'pwsh':
        state.variables = {n: v for n, v in held.items() if n != dialects.ARGUMENTS}
    output = run.run(defined.body, state, defined.frame, call.io.replace(sequence=True))
    if defined.frame.dialect == 'pwsh':
        state.variables = dialects.left(held, state.variables)
    state.depth -= 1
    state.positional = before
    state.directory = directory if state.directory == '' else state.directory
    if state.dead and _returns(defined.body):
        state.dead = False
    return output


def _returns(body: syntax.Command) -> bool:
    """Whether a function can leave by `return` rather than end the script: then its caller goes on."""
    stack: list[object] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, syntax.Simple):
            first = node.words[0].parts if node.words else ()
            if first and getattr(first[0], 'text', '') == 'return':
                return True
        elif isinstance(node, tuple):
            stack += node
        elif isinstance(node, syntax.Function):
            continue
        elif hasattr(node, '_fields'):
            stack += [getattr(node, name) for name in node._fields]
    return False


def text(
    run: Interpreter,
    chunks: tuple[Chunk, ...],
    written: Excerpt,
    state: State,
    frame: Frame,
    io: Io,
    dialect: str = 'sh',
) -> Output:
    """Run a script that a value spells out, in the given state."""
    found = embedded.script(chunks, written)
    tree = run.world.parse(dialect, found.fragment.text, found.opaque)
    inner = Frame(found.fragment, found.values, dialect, frame.via, frame.name, frame.by_default)
    return run.script(tree.body, state, inner, io.replace(sequence=False))


def source(run: Interpreter, call: Call, path: Field, arguments: tuple[Field, ...]) -> Output:
    """`source FILE`: run it in this shell."""
    found = resolve(run, path.text, call.state, call.frame.path)
    if found is None:
        return SILENCE
    before = call.state.positional
    if arguments:
        call.state.positional = (arguments,)
    output = document(run, found, call.state, call, 'sourced here', 'sh')
    call.state.positional = before
    if call.state.dead and _returns(run.world.parse('sh', found.text, ()).body):
        call.state.dead = False
    return output


def script(
    run: Interpreter, call: Call, path: Field, arguments: tuple[Field, ...], state: State, shell: str = ''
) -> Output | None:
    """Run a script of the tree in a process of its own; None when the path names none."""
    found = resolve(run, path.text, state, call.frame.path)
    if found is None:
        return None
    head = interpreter(found.text[:400], found.path)
    dialect = language(shell or head.name)
    run.world.reached.add((found.path, ''))
    if not dialect:
        return None
    if not shell:
        # cmd prints the commands of a batch file until it is told `echo off`
        flags = {'e': head.errexit, 'x': head.xtrace or dialect == 'cmd', 'pipefail': head.pipefail}
        state.options = frozenset(name for name, on in flags.items() if on)
    state.positional = (arguments,)
    held = run.remembered.setdefault(
        (found.path, dialect, state.options, state.positional, state.directory, run.conditions()), []
    )
    for one in held:
        if one.fits(call, state):
            state.files = dict(one.files_after)
            return one.output
    variables, files = dict(state.variables), dict(state.files)
    output = document(run, found, state, call, f'runs {found.path}', dialect)
    held.append(Remembered(call, state.depth, variables, files, output, state.files))
    return output


def document(run: Interpreter, found: Document, state: State, call: Call, role: str, dialect: str) -> Output:
    """Run a document of the tree as a script."""
    place = call.written.place
    if state.depth >= _MOST_CALLS or len(call.frame.via) >= _MOST_CALLS:
        run.world.limit(observe.Limit('depth', place, found.path, run.context))
        return SILENCE
    if any(hop.place.document is found for hop in call.frame.via) and found is call.frame.fragment.document:
        return SILENCE
    run.world.reached.add((found.path, ''))
    tree = run.world.parse(dialect, found.text, ())
    via = (*call.frame.via, Hop(role, place))
    frame = Frame(whole(found), (), dialect, via, found.path, call.frame.by_default)
    state.depth += 1
    state.functions = dict(state.functions) if role == 'sourced here' else {}
    output = run.script(tree.body, state, frame, NOTHING.replace(stdin=call.io.stdin))
    state.depth -= 1
    return output


def resolve(run: Interpreter, path: str, state: State, script: str) -> Document | None:
    """The document of the tree that a path names at run time, or None.

    Absolute paths are tried below the root of the tree (a tree of a host's files); a path that begins with
    something unknown (`$GITHUB_WORKSPACE/x`, `"$(dirname "$0")"/x`) is tried from the root and from the folder of
    `script`, the path of the script that asks.
    """
    path = path.replace('\\', '/')
    folder, root = script.rpartition('/')[0], run.context.root
    head, mark, tail = path.rpartition('\ufffc')
    if mark:
        if not tail.startswith('/'):
            return None
        guesses = [f'{root}/{tail[1:]}', tail[1:], f'{folder}/{tail[1:]}'] if not head else []
    elif path.startswith('/'):
        guesses = [path]
    else:
        path = path.removeprefix('~/')
        guesses = [f'{state.directory}/{path}', f'{root}/{state.directory}/{path}', f'{root}/{path}', path]
    for guess in guesses:
        normal = _normal(guess)
        found = run.world.tree.document(normal) if normal else None
        if found is not None:
            return found
    return None


def _normal(path: str) -> str:
    parts: list[str] = []
    for part in path.split('/'):
        if part == '..':
            if not parts:
                return ''
            parts.pop()
        elif part not in {'', '.'}:
            parts.append(part)
    return '/'.join(parts)
