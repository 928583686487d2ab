"""The internal commands of cmd: they start no process.

https://learn.microsoft.com/windows-server/administration/windows-commands/cmd
"""

from __future__ import annotations

from artifacts_guard.flow import calls
from artifacts_guard.flow import dialects
from artifacts_guard.flow import process
from artifacts_guard.flow import redirect
from artifacts_guard.flow import rounds
from artifacts_guard.flow import simple
from artifacts_guard.flow.call import Overlay
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.printing import spoken
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.builtins import Builtin
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.value import Value

_FILES = ('.bat', '.cmd')


def builtin(name: str) -> Builtin | None:
    """The internal command of a name, or what runs a batch file; None for a program."""
    folded = name.lower()
    found = _TABLE.get(folded)
    return _batch if found is None and folded.endswith(_FILES) else found


def _nothing(run: Interpreter, call: Call) -> Output:
    return SILENCE


def _echo(run: Interpreter, call: Call) -> Output:
    """`echo text`; `echo off` and `echo on` switch the printing of commands."""
    word = call.fields[1].text.lower() if len(call.fields) == 2 else ''
    if word in ('on', 'off'):
        options = call.state.options - {'x', 'X'}
        call.state.options = options | {'x'} if word == 'on' else options
        return SILENCE
    chunks = (*spoken(call.fields[1:], end=''), *spoken(()))
    return Output((Emission(chunks, call.written, 'echo'),))


def _directory(run: Interpreter, call: Call) -> Output:
    words = [field for field in call.fields[1:] if field.text.lower() != '/d']
    where = (known(words[-1].chunks) or '').replace('\\', '/') if words else '.'
    if where == '.':
        return SILENCE
    if not where or where.startswith('/') or where[1:2] == ':':
        call.state.directory = where if where.startswith('/') else ''
    else:
        call.state.directory = f'{call.state.directory}/{where}' if call.state.directory else where
    return SILENCE


def _set(run: Interpreter, call: Call) -> Output:
    """`set` prints the environment, `set PREFIX` the variables whose names begin so."""
    if len(call.fields) == 1:
        chunks = unknown(*call.state.exported_sources())
        return Output((Emission(chunks, call.written, 'set', environment=True),))
    prefix = call.fields[1].text.strip('"').upper()
    if not prefix or '=' in prefix or prefix.startswith('/'):
        return SILENCE
    found = {
        source.origin: source
        for name, variable in call.state.variables.items()
        if name.upper().startswith(prefix) and ':' not in name
        for source in variable_sources(variable)
    }
    return Output((Emission(unknown(*found.values()), call.written, 'set', f'set {prefix}'),))


def _ask(run: Interpreter, call: Call) -> Output:
    """`set /p NAME=prompt`: a line of standard input, or what a person types."""
    name = dialects.held(call.fields[1].text, call.state)
    value: Value
    if call.io.stdin is None:
        value = unknown(Source(Origin('prompt', name, run.context.scope)), written=call.written)
    else:
        value = (
            call.io.stdin if known(call.io.stdin) else opaque(call.io.stdin) or unknown(written=call.written)
        )
    item = Overlay(name, ((Field(value, call.written),),), False, call.written)
    simple.assign(run, item, call.state, call.frame)
    call.state.export(name)
    return SILENCE


def _type(run: Interpreter, call: Call) -> Output:
    """`type FILE` prints it."""
    chunks: Value = EMPTY
    for field in call.fields[1:]:
        chunks += redirect.file_content(run, field.chunks, call.state, call.written)
    return Output((Emission(chunks, call.written, 'type'),)) if chunks else SILENCE


def _leave(run: Interpreter, call: Call) -> Output:
    """`exit /b` goes to the end of the script or called label, `exit` leaves all of them."""
    if any(field.text.lower() == '/b' for field in call.fields[1:]):
        return _jump(run, call.state, rounds.END)
    call.state.dead = True
    return SILENCE


def _goto(run: Interpreter, call: Call) -> Output:
    """`goto label`: colons in front do not count, but for that of the end."""
    label = known(call.fields[1].chunks) if len(call.fields) > 1 else None
    label = (label or '').lower()
    return _jump(run, call.state, label if label == rounds.END else label.lstrip(':'))


def _jump(run: Interpreter, state: State, label: str) -> Output:
    if run.jumps is not None:
        run.jumps.append((label, state.copy()))
    state.dead = True
    return SILENCE


def _shift(run: Interpreter, call: Call) -> Output:
    if len(call.fields) == 1:
        call.state.positional = tuple(None if a is None else a[1:] for a in call.state.positional)
    return SILENCE


def _call(run: Interpreter, call: Call) -> Output:
    """`call :label`, `call FILE`, `call COMMAND`: they come back."""
    fields = call.fields[1:]
    if not fields:
        return SILENCE
    inside = call.replace(fields=fields)
    label = fields[0].text.lower()
    if not label.startswith(':'):
        return simple.command(run, inside)
    defined = call.state.functions.get(label)
    if defined is None:
        return SILENCE
    output = calls.function(run, inside, defined)
    call.state.dead = False
    return output


def _batch(run: Interpreter, call: Call) -> Output:
    """A batch file: it runs in this process, and what it sets stays."""
    state = call.state
    found = calls.resolve(run, call.name, state, call.frame.path)
    if found is None:
        return process.process(run, call)
    positional, functions = state.positional, state.functions
    state.positional = (call.fields[1:],)
    output = calls.document(run, found, state, call, f'runs {found.path}', 'cmd')
    state.positional, state.functions, state.dead = positional, functions, False
    return output


_QUIET_NAMES = (
    'rem cls title setlocal endlocal pause ver verify vol md mkdir rd rmdir del erase copy move ren rename dir popd assoc '
    'ftype color prompt break date time path mklink'
)
_TABLE: dict[str, Builtin] = {
    **dict.fromkeys(_QUIET_NAMES.split(), _nothing),
    **dict.fromkeys(('cd', 'chdir', 'pushd'), _directory),
    'echo': _echo,
    'set': _set,
    'set /p': _ask,
    'type': _type,
    'exit': _leave,
    'goto': _goto,
    'shift': _shift,
    'call': _call,
}
