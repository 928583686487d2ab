"""External programs: what their command line shows, what they run, print, write and send."""

from __future__ import annotations

from artifacts_guard.flow import calls
from artifacts_guard.flow import external
from artifacts_guard.flow import observe
from artifacts_guard.flow import service
from artifacts_guard.flow import simple
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.code import launch
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.printing import spoken
from artifacts_guard.flow.programs import program
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.state import State
from artifacts_guard.flow.urls import secrets_in_urls
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import tainted
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.programs import Program
    from artifacts_guard.flow.programs.wrappers import Inner

_FETCHERS = ('curl', 'wget', 'aria2c', 'fetch', 'iwr', 'irm', 'invoke-webrequest', 'invoke-restmethod')


def process(run: Interpreter, call: Call) -> Output:
    """Run a command that is neither function nor builtin of the shell."""
    if run.world.command_lines is not None:
        run.world.command_lines.append(tuple(call.words))
    state = simple.overlaid(run, call) if call.overlay else call.state
    if service.is_cli(call):
        return service.cli(run, call, state)
    row = program(call.name)
    inner = row.inner(call.words) if row is not None else None
    if row is not None and inner is not None:
        # `pdm run publish`: a script of the project comes before a program of that name
        output = run.world.library.call(run, call, state)
        if output is None:
            return _wrapper(run, call, row, inner, state)
        _show(run, call, range(1, len(call.fields)))
        return output
    _show(run, call, range(1, len(call.fields)))
    for found in (_script, run.world.library.call):
        output = found(run, call, state)
        if output is not None:
            return output
    launch.called(run, call, state)
    return external.external(run, call, row, state)


def internal(run: Interpreter, call: Call) -> Output:
    """A request that another program makes itself: nobody sees a command line of it."""
    for field in call.fields[1:]:
        for source in secrets_in_urls(field):
            external.leak(run, call, observe.URL, field, source, '')
    return external.external(run, call, program(call.name), call.state)


def _show(run: Interpreter, call: Call, indices: Iterable[int]) -> None:
    """Words of a process's command line: everybody on the host can list them."""
    for index in indices:
        field = call.fields[index]
        if not tainted(field.chunks):
            continue
        before = call.fields[index - 1].text if index else ''
        form = before if before.startswith('-') else ''
        for source in field.sources:
            external.leak(run, call, observe.ARGV, field, source, form)
        for source in secrets_in_urls(field):
            external.leak(run, call, observe.URL, field, source, form)


def _script(run: Interpreter, call: Call, state: State) -> Output | None:
    """A script of the tree, called by its path."""
    if '/' not in call.name and '\\' not in call.name:
        return None
    child = state.child()
    output = calls.script(run, call, call.fields[0], call.fields[1:], child)
    state.files = child.files
    return output


def _wrapper(run: Interpreter, call: Call, row: Program, inner: Inner, state: State) -> Output:
    """A program that runs another command: sudo, env, timeout, xargs, bash -c, ssh …"""
    stop = len(call.fields) if inner.stop < 0 else inner.stop
    # what another machine runs stands in this command line only
    runs = range(inner.start, stop) if inner.start >= 0 and not inner.remote else range(0)
    if not row.builtin or call.name not in {'eval', 'source', '.'}:
        _show(run, call, [i for i in range(1, len(call.fields)) if i not in runs])
    child = _environment(run, call, row, inner, state)
    if inner.remote:
        return Output((Emission(unknown(), call.written, external.base(call.name)),))
    if inner.text:
        return _shell_text(run, call, inner, child)
    if inner.script >= 0:
        return _shell_script(run, call, inner, child)
    if inner.stdin:
        return _shell_stdin(run, call, inner, child)
    if inner.start < 0:
        return SILENCE
    fields = call.fields[inner.start : stop]
    io = call.io
    if inner.appended:
        added = io.stdin or unknown(written=call.written)
        fields = (*fields, Field(added, call.written))
    if inner.appended or not inner.keeps_stdin:
        io = io.replace(stdin=None, emissions=())
    inside = call.replace(fields=fields, state=child, overlay=(), io=io, wrapped=True)
    return process(run, inside) if inside.fields else SILENCE


def _environment(run: Interpreter, call: Call, row: Program, inner: Inner, state: State) -> State:
    """What the inner command finds in its environment."""
    child = state.copy()
    if inner.environment != 'kept':
        kept = set(inner.kept) | set(row.pass_through(call.words))
        child.variables = {n: v for n, v in state.variables.items() if n in kept}
    for name in inner.removed:
        child.variables.pop(name, None)
    for name, index in inner.assignments:
        _given(run, call, name, index, child)
    for name, index in row.assigns(call.words):
        _given(run, call, name, index, child)
    external.handed_on(run, call, row.pass_through(call.words), state)
    return child


def _given(run: Interpreter, call: Call, name: str, index: int, child: State) -> None:
    """`NAME=VALUE` as a word: the variable that the inner command gets."""
    field = call.fields[index]
    value = after(field.chunks, f'{name}=')
    child.assign(name, ((Field(value, field.written),),))
    child.export(name)
    service.assigned(run, name, ((Field(value, field.written),),), field.written)


def _shell_text(run: Interpreter, call: Call, inner: Inner, child: State) -> Output:
    fields = tuple(call.fields[i] for i in inner.text)
    chunks = spoken(fields, end='')
    fetched(run, call, chunks, child)
    dialect = 'sh' if inner.shell == 'current' else calls.language(inner.shell)
    if not dialect:
        return SILENCE
    state = child if inner.shell == 'current' else _shell(child, inner)
    if inner.arguments >= 0:
        state.positional = (call.fields[inner.arguments + 1 :],)
    return calls.text(run, chunks, fields[0].written, state, call.frame, call.io, dialect)


def _shell(child: State, inner: Inner) -> State:
    state = child.child()
    state.options = frozenset({'expand': 'expand_aliases'}.get(o, o) for o in inner.options)
    state.positional = UNSET
    return state


def _shell_script(run: Interpreter, call: Call, inner: Inner, child: State) -> Output:
    path = call.fields[inner.script]
    held = child.file(path.text)
    if held is not None:
        fetched(run, call, held, child)
    arguments = call.fields[inner.arguments :] if inner.arguments >= 0 else ()
    if inner.shell == 'current':
        return calls.source(run, call, path, arguments)
    state = _shell(child, inner)
    output = calls.script(run, call, path, arguments, state, inner.shell)
    return SILENCE if output is None else output


def _shell_stdin(run: Interpreter, call: Call, inner: Inner, child: State) -> Output:
    stdin = call.io.stdin
    if stdin is None:
        return SILENCE
    fetched(run, call, stdin, child)
    dialect = calls.language(inner.shell)
    if not dialect or all(chunk.text is None for chunk in stdin):
        return SILENCE
    state = _shell(child, inner)
    return calls.text(run, stdin, call.written, state, call.frame, call.io.replace(stdin=None), dialect)


def fetched(run: Interpreter, call: Call, code: Value, state: State) -> None:
    """Code from the network is run with what the environment holds (RULES.md, token-beside-unpinned-code)."""
    for source in sources(code):
        if source.origin.kind == 'command' and source.origin.name.split(' ')[0].lower() in _FETCHERS:
            held = state.exported_sources()
            run.world.see(
                observe.Fetched(run.context, source.origin.name, call.written.place, held, 'fetched and run')
            )
