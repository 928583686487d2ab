"""External programs: what their command line shows, what they run, print, write and send."""

from __future__ import annotations

import re

from artifacts_guard.flow import calls
from artifacts_guard.flow import observe
from artifacts_guard.flow import redirect
from artifacts_guard.flow import service
from artifacts_guard.flow import simple
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.printing import formatted
from artifacts_guard.flow.printing import spoken
from artifacts_guard.flow.programs import Inner
from artifacts_guard.flow.programs import Program
from artifacts_guard.flow.programs import program
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.state import State
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.urls import secrets_in_urls
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import tainted
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.interpreter import Interpreter

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
        return _wrapper(run, call, row, inner, state)
    _show(run, call, range(1, len(call.fields)))
    for found in (_script, run.world.library.call):
        output = found(run, call, state)
        if output is not None:
            return output
    return external(run, call, row, state)


def base(name: str) -> str:
    """A program's name without its folder."""
    return name.replace('\\', '/').rpartition('/')[2]


def _show(run: Interpreter, call: Call, indices: Iterable[int]) -> None:
    """Words of a process's command line: everybody on the host can list them."""
    for index in indices:
        field = call.fields[index]
        if not tainted(field.chunks):
            continue
        before = call.fields[index - 1].text if index else ''
        form = before if before.startswith('-') else ''
        for source in field.sources:
            leak(run, call, observe.ARGV, field, source, form)
        for source in secrets_in_urls(field):
            leak(run, call, observe.URL, field, source, form)


def leak(run: Interpreter, call: Call, sink: str, field: Field, source: Source, form: str) -> None:
    run.world.see(
        observe.Leak(run.context, sink, field.place, source, base(call.name), form, via=call.frame.via)
    )


def _script(run: Interpreter, call: Call, state: State) -> Output | None:
    """A script of the tree, called by its path."""
    if '/' not in call.name and '\\' not in call.name:
        return None
    return calls.script(run, call, call.fields[0], call.fields[1:], state.child())


def _wrapper(run: Interpreter, call: Call, row: Program, inner: Inner, state: State) -> Output:
    """A program that runs another command: sudo, env, timeout, xargs, bash -c, ssh …"""
    stop = len(call.fields) if inner.stop < 0 else inner.stop
    runs = range(inner.start, stop) if inner.start >= 0 else range(0)
    if not row.builtin or call.name not in {'eval', 'source', '.'}:
        _show(run, call, [i for i in range(1, len(call.fields)) if i not in runs])
    child = _environment(run, call, row, inner, state)
    if inner.remote:
        return Output((Emission(unknown(), call.written, base(call.name)),))
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
    _handed_on(run, call, row, state)
    return child


def _given(run: Interpreter, call: Call, name: str, index: int, child: State) -> None:
    """`NAME=VALUE` as a word: the variable that the inner command gets."""
    field = call.fields[index]
    value = after(field.chunks, f'{name}=')
    child.assign(name, ((Field(value, field.written),),))
    child.export(name)
    service.assigned(run, name, ((Field(value, field.written),),), field.written)


def _handed_on(run: Interpreter, call: Call, row: Program, state: State) -> None:
    """Variables that a program passes on by name are read here (`docker run -e NAME`)."""
    for name in row.pass_through(call.words):
        variable = state.variables.get(name)
        if variable is not None:
            held: Value = unknown(*variable_sources(variable))
        else:
            held = unknown(Source(Origin('variable', name, run.context.scope)))
        run.world.reads(run.context, held, call.written)


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
    held = child.files.get(path.text)
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


def external(run: Interpreter, call: Call, row: Program | None, state: State) -> Output:
    """A program of which only the table of programs knows what it does."""
    if row is None:
        return Output((Emission(unknown(), call.written, base(call.name)),))
    words = call.words
    _handed_on(run, call, row, state)
    for name, index in row.assigns(words):
        field = call.fields[index]
        service.assigned(
            run, name, ((Field(after(field.chunks, f'{name}='), field.written),),), field.written
        )
    _image(run, call, row, state)
    store = row.store(words)
    if store is not None:
        service.stored(run, call, store)
    _files(run, call, row, state)
    request = row.request(words)
    if request is not None:
        return service.request(run, call, request, state)
    if row.passes_stdin and call.io.emissions and not (row.prints_files(words) or row.echoes_arguments):
        return _filtered(call, row)
    return Output((_emission(run, call, row, state),))


def _filtered(call: Call, row: Program) -> Output:
    """What a filter lets through still comes from the command that wrote it."""
    if not row.carries(call.words):
        return Output((Emission(unknown(), call.written, base(call.name)),))
    if row.name in _VERBATIM:
        return Output(call.io.emissions)
    return Output(
        tuple(e.replace(chunks=unknown(*sources(e.chunks), written=call.written)) for e in call.io.emissions)
    )


def _emission(run: Interpreter, call: Call, row: Program, state: State) -> Emission:
    """What a program writes to its standard output."""
    words = call.words
    name = base(call.name)
    dumped = row.dumps_environment(words)
    if dumped is not None:
        return _dump(run, call, dumped, state)
    place = row.yields_secret(words)
    if place is not None:
        return Emission(unknown(Source(Origin('command', place)), written=call.written), call.written, name)
    if row.prints_arguments:
        fields = call.fields[1:]
        return Emission(formatted(fields) if name == 'printf' else spoken(fields), call.written, name)
    chunks: Value = EMPTY
    stdin = call.io.stdin
    if stdin is not None and row.passes_stdin:
        chunks += stdin if row.carries(words) else unknown()
    for index in row.prints_files(words):
        held = redirect.file_content(run, call.fields[index].chunks, state, call.written)
        chunks += held if row.carries(words) else unknown()
    chunks += _substituted(call, row, state, chunks)
    chunks += _echoed(call, row)
    if row.passes_stdin and row.name not in _VERBATIM and tainted(chunks):
        chunks = unknown(*sources(chunks), written=call.written)
    return Emission(chunks or unknown(), call.written, name)


_VERBATIM = frozenset({'cat', 'tee', 'sort', 'head', 'tail', 'uniq'})


def _dump(run: Interpreter, call: Call, names: tuple[str, ...], state: State) -> Emission:
    name = base(call.name)
    if not names:
        held = unknown(*state.exported_sources())
        return Emission(held, call.written, name, name, environment=True)
    chunks: Value = EMPTY
    for variable in names:
        for alternative in run.look_up(variable, state, call.frame, call.written):
            chunks += tuple(c for f in alternative or () for c in f.chunks)
    run.world.reads(run.context, chunks, call.written)
    return Emission(chunks or unknown(), call.written, name, f'{name} {" ".join(names)}')


def _image(run: Interpreter, call: Call, row: Program, state: State) -> None:
    """Build arguments stay in the image's history."""
    for argument in row.build_args(call.words):
        field = call.fields[argument.index]
        if argument.given:
            found = field.sources
        else:
            variable = state.variables.get(argument.name)
            origin = Source(Origin('variable', argument.name, run.context.scope))
            found = (origin,) if variable is None else variable_sources(variable)
        for source in found:
            leak(run, call, observe.IMAGE, field, source, f'--build-arg {argument.name}')


def _files(run: Interpreter, call: Call, row: Program, state: State) -> None:
    """Files a program writes what it was given to: its input, its arguments, variables that a template names."""
    indices = row.writes(call.words)
    if not indices:
        return
    content = (
        *(call.io.stdin or EMPTY),
        *_echoed(call, row),
        *_substituted(call, row, state, call.io.stdin or EMPTY),
    )
    for index in indices:
        path = call.fields[index].chunks
        for prefix in _FILE_PREFIXES:
            path = after(path, prefix) or path
        if not content or text(path) in _DEVICES:
            continue
        target = redirect.Target('file', path, call.written)
        redirect.to_file(run, (Emission(content, call.written, base(call.name)),), target, state, call.frame)


_FILE_PREFIXES = ('of=', '--output=', '--output-document=')
_DEVICES = frozenset({'/dev/null', '/dev/stderr', '/dev/stdout', '/dev/tty', '-'})


def _echoed(call: Call, row: Program) -> Value:
    """Secrets in the arguments of a program whose output can hold them (`sed "s/X/$T/"`)."""
    if not row.echoes_arguments:
        return EMPTY
    found = sources(c for field in call.fields[1:] for c in field.chunks)
    return unknown(*found, written=call.written) if found else EMPTY


def _substituted(call: Call, row: Program, state: State, template: Value) -> Value:
    """Variables that a program puts into a template (`envsubst`): those named to it, or named in the template."""
    names = row.substitutes(call.words)
    if names is None:
        return EMPTY
    if not names:
        names = tuple(re.findall(r'\$\{?([A-Za-z_]\w*)', text(template)))
    held = [v for n in dict.fromkeys(names) if (v := state.variables.get(n)) is not None and v.exported]
    found = tuple(s for v in held for s in variable_sources(v))
    return unknown(*found, written=call.written) if found else EMPTY
