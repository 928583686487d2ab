"""Cmdlets and operators that run something: script blocks, scripts, text, processes."""

from __future__ import annotations

from artifacts_guard.flow import calls
from artifacts_guard.flow import external
from artifacts_guard.flow import process
from artifacts_guard.flow import structures
from artifacts_guard.flow.cmdlets import streams
from artifacts_guard.flow.cmdlets.arguments import Arguments
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.value import Value

_ITEM = 'local:_'


def is_block(call: Call, field: Field) -> bool:
    """Whether a word is a script block."""
    return field.text.startswith('{') and field.text in call.state.functions


def blocks(
    run: Interpreter, call: Call, fields: Iterable[Field], arguments: tuple[Field, ...] = ()
) -> Output:
    """Run the script blocks among some words, one after the other."""
    outputs = []
    for field in fields:
        if is_block(call, field):
            inside = call.replace(fields=(field, *arguments), overlay=())
            outputs.append(calls.function(run, inside, call.state.functions[field.text]))
            call.state.dead = False
    return merged(outputs)


def _words(arguments: Arguments) -> list[Field]:
    return [*arguments.operands, *(value for _, value in arguments.named if value is not None)]


def invoke(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Invoke-Command, Start-Job and their like: the block gets what is in `-ArgumentList`."""
    given = arguments.value('argumentlist')
    words = () if given is None else tuple(Field(v, given.written) for v in structures.elements(given.chunks))
    return blocks(run, call, _words(arguments), words)


def measure(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Measure-Command: what the block writes is lost."""
    output = blocks(run, call, _words(arguments))
    return Output((), output.err)


def for_each(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """ForEach-Object: a block for each item, or a member of each."""
    item = streams.item(call)
    words = _words(arguments)
    if not any(is_block(call, word) for word in words):
        from artifacts_guard.flow import members

        name = arguments.taken(0, 'membername')
        found = members.member(item, name.text, None, call.written) if name is not None else item
        return Output((Emission(found, call.written, call.name),))
    _with_item(call, item)
    environment = any(e.environment for e in call.io.emissions)
    output = blocks(run, call.replace(io=call.io.replace(piped='inner')), words)
    if environment:
        return Output(tuple(e.replace(environment=bool(e.chunks)) for e in output.out), output.err)
    return output


def where(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Where-Object: the items for which a block is true."""
    _with_item(call, streams.item(call))
    blocks(run, call, _words(arguments))
    return Output(call.io.emissions)


def _with_item(call: Call, item: Value) -> None:
    call.state.assign(_ITEM, ((Field(item or unknown(written=call.written), call.written),),))


def expression(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Invoke-Expression: text is run here."""
    given = arguments.taken(0, 'command')
    chunks = given.chunks if given is not None else call.io.stdin or EMPTY
    process.fetched(run, call, chunks, call.state)
    if all(chunk.text is None for chunk in chunks):
        return SILENCE
    io = call.io.replace(stdin=None, emissions=())
    return calls.text(run, chunks, call.written, call.state, call.frame, io, 'pwsh')


def create_block(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`[scriptblock]::Create(text)`: made to be run."""
    chunks = arguments.operands[0].chunks if arguments.operands else EMPTY
    process.fetched(run, call, chunks, call.state)
    return Output((Emission(chunks, call.written, call.name),))


def source(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`. FILE` and Import-Module: run in this scope."""
    fields = call.fields[1:] if call.name == '.' else arguments.operands[:1]
    path = fields[0] if fields else arguments.value('name')
    if path is None:
        return SILENCE
    if path.text.lower() in call.state.functions or is_block(call, path):
        inside = call.replace(fields=(path, *call.fields[2:]))
        return calls.function(run, inside, call.state.functions[path.text.lower()])
    found = calls.resolve(run, path.text, call.state, call.frame.path)
    if found is None:
        return SILENCE
    before = call.state.positional
    call.state.positional = (call.fields[2:] if call.name == '.' else (),)
    output = calls.document(run, found, call.state, call, 'sourced here', 'pwsh')
    call.state.positional, call.state.dead = before, False
    return output


def script(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """A script by its path: it runs in this process, with variables of its own."""
    found = calls.resolve(run, call.name, call.state, call.frame.path)
    if found is None:
        return Output((Emission(unknown(), call.written, external.base(call.name)),))
    state = call.state
    positional, functions, held, directory = (
        state.positional,
        state.functions,
        state.variables,
        state.directory,
    )
    state.positional = (call.fields[1:],)
    state.variables = {n: v for n, v in held.items() if ':' not in n}
    output = calls.document(run, found, state, call, f'runs {found.path}', 'pwsh')
    state.variables = {
        **{n: v for n, v in held.items() if ':' in n},
        **{n: v for n, v in state.variables.items() if ':' not in n},
    }
    state.positional, state.functions, state.directory, state.dead = positional, functions, directory, False
    return output


def shell(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`pwsh -Command { … }` runs the block in a process of its own; other forms are a process like any other."""
    if any(is_block(call, field) for field in call.fields):
        state = call.state.child()
        state.functions = dict(call.state.functions)
        return blocks(run, call.replace(state=state), call.fields[1:])
    return process.process(run, call)


def start_process(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Start-Process: the elements of `-ArgumentList`, joined by blanks, are the command line."""
    path = arguments.taken(0, 'filepath')
    if path is None:
        return SILENCE
    operands = [f for f in arguments.operands if f is not path]
    given = arguments.value('argumentlist', 'args') or (operands[0] if operands else None)
    words: list[Field] = []
    if given is not None:
        for value in structures.elements(given.chunks):
            words += _split(Field(value, given.written))
    inside = call.replace(fields=(path, *words), io=call.io.replace(stdin=None, emissions=()))
    output = process.process(run, inside)
    for name in ('redirectstandardoutput', 'redirectstandarderror'):
        target = arguments.value(name)
        if target is not None:
            from artifacts_guard.flow import redirect

            place = redirect.Target('file', target.chunks, call.written)
            redirect.to_file(run, output.out, place, call.state, call.frame)
            output = Output((), output.err)
    return output


def _split(field: Field) -> list[Field]:
    """The words of a command line that stands in one text; quotation marks keep blanks."""
    words: list[list[Chunk]] = [[]]
    quoted = False
    for chunk in field.chunks:
        if chunk.text is None:
            words[-1].append(chunk)
            continue
        for number, piece in enumerate(chunk.text.split('"')):
            if number:
                quoted = not quoted
            if quoted:
                words[-1].append(chunk.replace(text=piece))
                continue
            for index, word in enumerate(piece.split(' ')):
                if index:
                    words.append([])
                if word:
                    words[-1].append(chunk.replace(text=word))
    return [Field(tuple(word), field.written) for word in words if word]
