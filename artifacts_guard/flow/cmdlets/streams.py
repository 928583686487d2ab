"""Cmdlets that write to the output, to people, to files; and those that read, filter and convert.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_output_streams and the cmdlets'
pages in https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/ and ….management/
"""

from __future__ import annotations

from artifacts_guard.flow import members
from artifacts_guard.flow import redirect
from artifacts_guard.flow import structures
from artifacts_guard.flow.cmdlets.arguments import Arguments
from artifacts_guard.flow.cmdlets.arguments import joined
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.value import Value

_LINE_END = Chunk('\n')
_SHOWN = frozenset(('continue', 'inquire', 'stop'))


def given(call: Call, arguments: Arguments, *names: str, first: int = 0) -> Value:
    """What a cmdlet works on: a parameter's value, words by position, or what the pipe feeds it."""
    named = arguments.value(*names)
    if named is not None:
        return named.chunks
    if len(arguments.operands) > first:
        return joined(arguments.operands[first:], '\n')
    return call.io.stdin or EMPTY


def write_output(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    chunks = given(call, arguments, 'inputobject')
    if not arguments.operands and call.io.emissions and arguments.value('inputobject') is None:
        return Output(call.io.emissions)
    return Output((Emission((*chunks, _LINE_END), call.written, call.name),)) if chunks else SILENCE


def write_host(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """To people, not to the pipe."""
    chunks = joined(arguments.operands) if arguments.operands else given(call, arguments, 'object', 'message')
    if not chunks and call.io.emissions:
        return Output((), call.io.emissions)
    return Output((), (Emission(chunks, call.written, call.name),)) if chunks else SILENCE


def write_quietly(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Write-Verbose, Write-Debug, Write-Information: shown when asked for."""
    kind = call.name.lower().removeprefix('write-')
    action = arguments.value('informationaction') if kind == 'information' else None
    shown = arguments.has(kind) or (action is not None and action.text.lower() in _SHOWN)
    for alternative in run.look_up(f'local:{kind}preference', call.state, call.frame, call.written):
        shown = shown or (bool(alternative) and (alternative or ())[0].text.lower() in _SHOWN)
    return write_host(run, call, arguments) if shown else SILENCE


def nothing(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    return SILENCE


def out_host(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    return Output((), call.io.emissions or _one(call, given(call, arguments, 'inputobject')))


def _one(call: Call, chunks: Value) -> tuple[Emission, ...]:
    return (Emission(chunks, call.written, call.name),) if chunks else ()


def passed(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Cmdlets that pass on what they get, in another form."""
    if call.io.emissions and arguments.value('inputobject') is None:
        return Output(call.io.emissions)
    return Output(_one(call, given(call, arguments, 'inputobject', 'string', 'securestring')))


def to_json(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    chunks = given(call, arguments, 'inputobject')
    return Output(_one(call, structures.as_json(chunks) or unknown()))


def select(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Select-Object: members by name; without names all of it."""
    names = arguments.taken(0, 'expandproperty', 'property')
    if names is None or call.io.stdin is None:
        return passed(run, call, arguments)
    words = [known(element) or '*' for element in structures.elements(names.chunks)]
    if arguments.value('expandproperty') is not None and len(words) == 1:
        return Output(_one(call, members.member(item(call), words[0], None, call.written)))
    if any(word == '*' or members.holds(word) for word in words):
        return passed(run, call, arguments)
    return Output(_one(call, unknown()))


def item(call: Call) -> Value:
    """What comes down the pipe, without the line end behind it."""
    value = call.io.stdin or EMPTY
    while value and value[-1].written is None and value[-1].text == '\n':
        value = value[:-1]
    return value


def counted(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Cmdlets that tell something about what they get, not what it is."""
    return Output(_one(call, unknown()))


def tee(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    path = arguments.taken(0, 'filepath', 'literalpath')
    variable = arguments.value('variable')
    content = _one(call, given(call, arguments, 'inputobject', first=1))
    if variable is not None:
        value = tuple(c for e in content for c in e.chunks)
        call.state.assign(f'local:{variable.text.lower()}', ((Field(value, call.written),),))
    elif path is not None:
        _to_file(run, call, arguments, path, content)
    return passed(run, call, arguments.replace(operands=()))


def write_file(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Out-File, Set-Content, Add-Content and their like."""
    path = arguments.taken(0, 'filepath', 'path', 'literalpath')
    position = 1 if path is not None and path in arguments.operands else 0
    content = given(call, arguments, 'value', 'inputobject', first=position)
    if path is not None:
        from artifacts_guard.flow.cmdlets.environment import drive_variable
        from artifacts_guard.flow.cmdlets.environment import set_variable

        name = drive_variable(path.text)
        if name is not None:
            set_variable(run, call, name, content)
        else:
            _to_file(run, call, arguments, path, _one(call, content))
    return SILENCE


def _to_file(
    run: Interpreter, call: Call, arguments: Arguments, path: Field, content: tuple[Emission, ...]
) -> None:
    appends = call.name.lower() in ('add-content', 'ac') or arguments.has('append')
    before = (call.state.file(path.text) or EMPTY) if appends else EMPTY
    target = redirect.Target('file', path.chunks, call.written)
    redirect.to_file(run, content, target, call.state, call.frame)
    call.state.write(path.text, before + (call.state.file(path.text) or EMPTY))


def read_file(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    path = arguments.taken(0, 'path', 'literalpath')
    if path is None:
        return Output(_one(call, unknown()))
    from artifacts_guard.flow.cmdlets.environment import drive_variable
    from artifacts_guard.flow.cmdlets.environment import values_of

    name = drive_variable(path.text)
    if name:
        return Output(_one(call, values_of(run, call, name)))
    return Output(_one(call, redirect.file_content(run, path.chunks, call.state, call.written)))


def read_host(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    prompt = given(call, arguments, 'prompt')
    source = Source(Origin('prompt', text(prompt)[:80], run.context.scope))
    return Output(_one(call, unknown(source, written=call.written)))


def carried(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Something made of all that is given: what is in it can be got out again."""
    words = [*arguments.operands, *(value for _, value in arguments.named if value is not None)]
    chunks = (*joined(words), *(call.io.stdin or EMPTY))
    return Output(_one(call, opaque(chunks) if any(c.sources for c in chunks) else unknown()))


def join_path(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    fields = [f for f in (arguments.value('path'), arguments.value('childpath')) if f is not None]
    return Output(_one(call, joined([*fields, *arguments.operands], '/')))


def leave(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    call.state.dead = True
    return SILENCE


def throw(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """The message of an error that nothing catches is printed."""
    call.state.dead = True
    return Output((), _one(call, joined(arguments.operands)))
