"""Programs that only the table of programs knows: what they print, write, send and hand on."""

from __future__ import annotations

import re

from artifacts_guard.flow import observe
from artifacts_guard.flow import redirect
from artifacts_guard.flow import service
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.printing import formatted
from artifacts_guard.flow.printing import spoken
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown
from artifacts_guard.flow.written import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.programs import Program
    from artifacts_guard.flow.programs.environment import BuildArgument
    from artifacts_guard.flow.state import State

_VERBATIM = frozenset({'cat', 'tee', 'sort', 'head', 'tail', 'uniq'})
_FILE_PREFIXES = ('of=', '--output=', '--output-document=')
_DEVICES = frozenset({'/dev/null', '/dev/stderr', '/dev/stdout', '/dev/tty', '-'})


def external(run: Interpreter, call: Call, row: Program | None, state: State) -> Output:
    """A program of which only the table of programs knows what it does."""
    if row is None:
        return Output((Emission(unknown(), call.written, base(call.name)),))
    words = call.words
    handed_on(run, call, row.pass_through(words), state)
    for name, index in row.assigns(words):
        field = call.fields[index]
        service.assigned(
            run, name, ((Field(after(field.chunks, f'{name}='), field.written),),), field.written
        )
    _image(run, call, row.build_args(words), state)
    store = row.store(words)
    if store is not None:
        service.stored(run, call, store)
    _files(run, call, row, words, state)
    request = row.request(words)
    if request is not None:
        from artifacts_guard.flow import http

        return http.request(run, call, request, state)
    if row.passes_stdin and call.io.emissions and not (row.prints_files(words) or row.echoes_arguments):
        return _filtered(call, row)
    return Output((_emission(run, call, row, words, state),))


def _filtered(call: Call, row: Program) -> Output:
    """What a filter lets through still comes from the command that wrote it."""
    if not row.carries(call.words):
        return Output((Emission(unknown(), call.written, base(call.name)),))
    if row.name in _VERBATIM:
        return Output(call.io.emissions)
    return Output(
        tuple(e.replace(chunks=unknown(*sources(e.chunks), written=call.written)) for e in call.io.emissions)
    )


def _emission(run: Interpreter, call: Call, row: Program, words: list[str], state: State) -> Emission:
    """What a program writes to its standard output."""
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
    chunks += _substituted(call, row.substitutes(words), state, chunks)
    chunks += _echoed(call, row)
    if row.passes_stdin and row.name not in _VERBATIM:  # a part of the text, or another one
        chunks = unknown(*sources(chunks), written=call.written)
    return Emission(chunks or unknown(), call.written, name)


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


def _image(run: Interpreter, call: Call, arguments: tuple[BuildArgument, ...], state: State) -> None:
    """Build arguments stay in the image's history."""
    for argument in arguments:
        field = call.fields[argument.index]
        if argument.given:
            found = field.sources
        else:
            variable = state.variables.get(argument.name)
            origin = Source(Origin('variable', argument.name, run.context.scope))
            found = (origin,) if variable is None else variable_sources(variable)
        for source in found:
            leak(run, call, observe.IMAGE, field, source, f'--build-arg {argument.name}')


def _files(run: Interpreter, call: Call, row: Program, words: list[str], state: State) -> None:
    """Files a program writes what it was given to: its input, its arguments, variables that a template names."""
    indices = row.writes(words)
    if not indices:
        return
    content = (
        *(call.io.stdin or EMPTY),
        *_echoed(call, row),
        *_substituted(call, row.substitutes(words), state, call.io.stdin or EMPTY),
    )
    for index in indices:
        path = call.fields[index].chunks
        for prefix in _FILE_PREFIXES:
            path = after(path, prefix) or path
        if not content or text(path) in _DEVICES:
            continue
        target = redirect.Target('file', path, call.written)
        redirect.to_file(run, (Emission(content, call.written, base(call.name)),), target, state, call.frame)


def _echoed(call: Call, row: Program) -> Value:
    """Secrets in the arguments of a program whose output can hold them (`sed "s/X/$T/"`)."""
    if not row.echoes_arguments:
        return EMPTY
    found = sources(c for field in call.fields[1:] for c in field.chunks)
    return unknown(*found, written=call.written) if found else EMPTY


def _substituted(call: Call, names: tuple[str, ...] | None, state: State, template: Value) -> Value:
    """Variables that a program puts into a template (`envsubst`): those named to it, or named in the template."""
    if names is None:
        return EMPTY
    if not names:
        names = tuple(re.findall(r'\$\{?([A-Za-z_]\w*)', text(template)))
    held = [v for n in dict.fromkeys(names) if (v := state.variables.get(n)) is not None and v.exported]
    found = tuple(s for v in held for s in variable_sources(v))
    return unknown(*found, written=call.written) if found else EMPTY


def handed_on(run: Interpreter, call: Call, names: Iterable[str], state: State) -> None:
    """Variables that a program passes on by name are read here (`docker run -e NAME`)."""
    for name in names:
        variable = state.variables.get(name)
        if variable is not None:
            held: Value = unknown(*variable_sources(variable))
        else:
            held = unknown(Source(Origin('variable', name, run.context.scope)))
        run.world.reads(run.context, held, call.written)


def leak(run: Interpreter, call: Call, sink: str, field: Field, source: Source, form: str) -> None:
    index = call.fields.index(field)
    run.world.see(
        observe.Leak(
            run.context, sink, field.place, source, base(call.name), form,
            via=call.frame.via, written=written(call, index, index),
        )
    )  # fmt: skip


def base(name: str) -> str:
    """A program's name without its folder."""
    return name.replace('\\', '/').rpartition('/')[2]
