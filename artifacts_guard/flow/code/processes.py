"""Programs that a program starts: their command lines go the way of those of shell scripts."""

from __future__ import annotations

from artifacts_guard.flow import service
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.code.things import Listing
from artifacts_guard.flow.code.things import Many
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import Text
from artifacts_guard.flow.code.things import carried
from artifacts_guard.flow.code.things import combined
from artifacts_guard.flow.code.things import nothing
from artifacts_guard.flow.code.things import one_of
from artifacts_guard.flow.code.things import words
from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.output import NOTHING
from artifacts_guard.flow.output import content
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.code import model
    from artifacts_guard.flow.code.scope import Scope
    from artifacts_guard.flow.code.things import Arguments
    from artifacts_guard.flow.code.things import Thing
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.output import Io
    from artifacts_guard.flow.output import Output
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value

DIALECT = 'code'  # of command lines that no shell reads
# how the command line is given: one list, separate arguments, a program and a list, or a text for a shell
_LIST, _ARGUMENTS, _SPLIT, _TEXT, _LINE = 'list', 'arguments', 'split', 'text', 'line'
# https://docs.python.org/3/library/subprocess.html · https://nodejs.org/api/child_process.html ·
# https://github.com/sindresorhus/execa · https://google.github.io/zx/ · https://github.com/actions/toolkit
_FORMS = {
    **dict.fromkeys((f'subprocess.{name}' for name in ('run', 'call', 'check_call', 'check_output', 'Popen')), _LIST),
    **dict.fromkeys(('Bun.spawn', 'Bun.spawnSync'), _LIST),
    'asyncio.create_subprocess_exec': _ARGUMENTS,
    **dict.fromkeys(('os.system', 'os.popen', 'subprocess.getoutput', 'subprocess.getstatusoutput'), _TEXT),
    'asyncio.create_subprocess_shell': _TEXT,
    **dict.fromkeys((f'child_process.{name}' for name in ('execFile', 'execFileSync', 'spawn', 'spawnSync')), _SPLIT),
    **dict.fromkeys(('child_process.exec', 'child_process.execSync'), _TEXT),
    **dict.fromkeys(('cross-spawn', 'cross-spawn.sync', 'execa', 'execa.execa', 'execa.execaSync'), _SPLIT),
    **dict.fromkeys(('execa.execaCommand', 'execa.execaCommandSync', 'execa.command'), _TEXT),
    **dict.fromkeys(('$', 'zx.$', 'execa.$', 'Bun.$', 'bun.$', '$.sync'), _TEXT),
    **dict.fromkeys(('exec.exec', 'exec.getExecOutput'), _LINE),
    **dict.fromkeys(('@actions/exec.exec', '@actions/exec.getExecOutput'), _LINE),
}  # fmt: skip
_TEMPLATES = frozenset(('$', 'zx.$', 'execa.$', 'Bun.$', 'bun.$', '$.sync'))
# what they start writes to the output of the program, unless it is told otherwise
_SHOWING = frozenset(
    ('subprocess.run', 'subprocess.call', 'subprocess.check_call', 'subprocess.Popen', 'os.system')
)


def started(
    walk: Walk, node: model.Call, name: str, given: Arguments, scope: Scope
) -> tuple[Thing, ...] | None:
    """Run what a call starts; None when it is a call of something else."""
    form = _FORMS.get(name)
    if form is None or (name in _TEMPLATES and not node.template):
        return None
    written = scope.excerpt(node)
    first = given.at(0) or given.named.get('args', ())
    if walk.quiet or not first:
        return (nothing(written),)
    options = given.options(written, 1)
    state = environment(walk, options, written)
    io = NOTHING.replace(stdin=_input(options))
    shows = name in _SHOWING and options.get('stdout') is None and options.get('capture_output') is None
    outputs = []
    for line in _lines(_TEXT if node.template else form, first, given, written):
        if isinstance(line, Text):
            outputs.append(_shell(walk, line, site(walk, written, line.written), state, io))
        elif line.items and not isinstance(line.items[0], Many):
            outputs.append(_process(walk, line, written, state, io))
    from artifacts_guard.flow import redirect

    # which of several keys a value is can't be told
    found = sources(content(outputs[0].out)) if len(outputs) == 1 else ()
    for output in outputs if shows else ():
        redirect.to_log(walk.run, output.out + output.err, _frame(walk, written))
    return (nothing(written, *found),)


def _lines(form: str, first: tuple[Thing, ...], given: Arguments, written: Excerpt) -> list[Text | Listing]:
    """The command lines that a call can start: lists of words, or texts for a shell."""
    rest = given.at(1)
    if form == _ARGUMENTS:
        return [Listing(chosen) for chosen in combined(given.given)]
    if form in (_SPLIT, _LINE) and any(isinstance(one, (Listing, Text)) for one in rest):
        found: list[Text | Listing] = []
        for program, more in combined((first, rest)):
            words_of = more.items if isinstance(more, Listing) else (Many(written),)
            found.append(Listing((*_program(program, form, written), *words_of)))
        return found
    return [one for one in first if isinstance(one, (Text, Listing))]


def _program(program: Thing, form: str, written: Excerpt) -> tuple[Thing, ...]:
    """The words before a list: of a line they can be several (`exec('artifacts push', ['--file', f])`)."""
    if form == _LINE and isinstance(program, Text) and len(program.value) == 1:
        from artifacts_guard.flow.value import literal

        names = (program.value[0].text or '').split()
        return tuple(Text(literal(name, program.written), program.written) for name in names) or (program,)
    return (program,)


def _input(options: Table) -> Value | None:
    found = options.get('input')
    return words(found[0]) if found else None


def environment(walk: Walk, options: Table, written: Excerpt) -> State:
    """What a new process finds: the program's own environment, or the one that it is given."""
    state = walk.state.child()
    tables = [one for one in options.get('env') or () if isinstance(one, Table)]
    if tables and not any(table.open for table in tables):
        state.variables = {}
    for table in tables:
        for entry in table.entries:
            exported(walk.run, state, entry.name, entry.things, entry.written)
    folder = one_of(options.get('cwd'))
    state.directory = folder or state.directory
    return state


def exported(run: Interpreter, state: State, name: str, things: tuple[Thing, ...], written: Excerpt) -> None:
    """Give a variable of the environment what a program puts into it."""
    alternatives = tuple((Field(words(thing), written),) for thing in things)
    state.assign(name, alternatives)
    state.export(name)
    service.assigned(run, name, alternatives, written)


def site(walk: Walk, written: Excerpt, *words: Excerpt) -> Excerpt:
    """The call to report for words of a command: the innermost one that the words stand in, or in calls from it.

    A function that starts the CLI with what it is given is not what asks for a command: its caller is.
    """
    calls = (written, *reversed(walk.stack))
    return calls[max(_innermost(calls, word) for word in words)]


def _innermost(calls: tuple[Excerpt, ...], word: Excerpt) -> int:
    """Which call a word stands in, the innermost being the first; that one, too, when it stands in none."""
    for index, call in enumerate(calls):
        if call.fragment is word.fragment and call.start <= word.start and word.end <= call.end:
            return index
    return 0


def _telling(fields: tuple[Field, ...]) -> list[Excerpt]:
    """The words that say what a command is for: its verb, and the scopes of a key that it makes."""
    indices = [min(1, len(fields) - 1)]
    indices += [i + 1 for i, field in enumerate(fields[:-1]) if field.text == '--scopes']
    return [fields[index].written for index in indices]


def _frame(walk: Walk, written: Excerpt, dialect: str = DIALECT) -> Frame:
    return Frame(written.fragment, (), dialect, walk.via, written.fragment.document.path)


def _process(walk: Walk, line: Listing, written: Excerpt, state: State, io: Io) -> Output:
    from artifacts_guard.flow.process import process

    fields = tuple(_field(item, written) for item in line.items)
    place = site(walk, written, *_telling(fields))
    state = state.copy()
    state.depth += 1
    return process(walk.run, Call(fields, place, state, _frame(walk, place), io))


def _field(item: Thing, written: Excerpt) -> Field:
    if isinstance(item, Text):
        return Field(item.value, item.written)
    many = isinstance(item, Many)
    return Field(unknown(*carried(item), written=written), written, many)


def _shell(walk: Walk, line: Text, written: Excerpt, state: State, io: Io) -> Output:
    from artifacts_guard.flow import calls

    state = state.copy()
    state.depth += 1
    return calls.text(walk.run, line.value, written, state, _frame(walk, written, 'sh'), io)
