"""Variables by name: the `Env:` and `Variable:` drives, `[Environment]`, Set-Variable; the shell's own settings.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_environment_provider
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from artifacts_guard.flow import dialects
from artifacts_guard.flow import simple
from artifacts_guard.flow import structures
from artifacts_guard.flow.call import Overlay
from artifacts_guard.flow.cmdlets import streams
from artifacts_guard.flow.cmdlets.arguments import Arguments
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.value import Value

_DRIVE = re.compile(
    r'(?:Microsoft\.PowerShell\.Core\\Environment::|env:)[\\/]*(.*)', re.IGNORECASE | re.DOTALL
)
_VARIABLES = re.compile(r'variable:[\\/]*(\w+)', re.IGNORECASE)


def drive_variable(path: str) -> str | None:
    """The name behind `Env:`, '' for the drive itself; None for another path."""
    match = _DRIVE.fullmatch(path.strip())
    return None if match is None else match[1]


def values_of(run: Interpreter, call: Call, name: str) -> Value:
    """All that a variable of the environment can hold."""
    chunks: Value = EMPTY
    for alternative in run.look_up(name, call.state, call.frame, call.written):
        chunks += tuple(c for f in alternative or () for c in f.chunks)
    run.world.reads(run.context, chunks, call.written)
    return chunks


def set_variable(run: Interpreter, call: Call, name: str, value: Value) -> None:
    """Set a variable; one of the environment is exported."""
    name = dialects.held(name, call.state)
    item = Overlay(name, ((Field(value, call.written),),), False, call.written)
    simple.assign(run, item, call.state, call.frame)
    if ':' not in name:
        call.state.export(name)


def items(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Get-ChildItem, Get-Item: of the `Env:` drive all variables, or those whose names fit."""
    path = arguments.taken(0, 'path', 'literalpath')
    words = path.text if path is not None else ''
    name = drive_variable(words)
    if name is None:
        match = _VARIABLES.fullmatch(words)
        chunks = values_of(run, call, f'local:{match[1].lower()}') if match else unknown()
        return Output((Emission(chunks, call.written, call.name),))
    wanted = arguments.value('name', 'include', 'filter')
    pattern = name or (wanted.text if wanted is not None else '')
    if pattern in ('', '*'):
        held = unknown(*call.state.exported_sources())
        return Output((Emission(held, call.written, call.name, f'{call.name} Env:', environment=True),))
    form = f'{call.name} Env:{pattern}'
    if not any(mark in pattern for mark in '*?['):
        return Output((Emission(values_of(run, call, pattern), call.written, call.name, form),))
    found = [
        source
        for held_name, variable in call.state.variables.items()
        if ':' not in held_name and variable.exported and fnmatchcase(held_name.upper(), pattern.upper())
        for source in variable_sources(variable)
    ]
    return Output((Emission(unknown(*dict.fromkeys(found)), call.written, call.name, form),))


def set_item(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Set-Item, New-Item: of the `Env:` drive; files they make get no secret but by `-Value`."""
    path = arguments.taken(0, 'path', 'literalpath')
    name = drive_variable(path.text) if path is not None else None
    if name == '' and (named := arguments.value('name')) is not None:
        name = named.text
    value = arguments.taken(1, 'value')
    if name:
        set_variable(run, call, name, value.chunks if value is not None else EMPTY)
    elif path is not None and arguments.value('value') is not None:
        return streams.write_file(run, call, arguments)
    return SILENCE


def remove_item(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    paths = arguments.taken(0, 'path', 'literalpath')
    for value in structures.elements(paths.chunks) if paths is not None else ():
        name = drive_variable(text(value))
        if name:
            _unset(call, name)
        else:
            call.state.files.pop(text(value), None)
    return SILENCE


def _unset(call: Call, name: str) -> None:
    held = dialects.held(name, call.state)
    call.state.assign(held, UNSET)
    call.state.export(held, False)


def set_named(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Set-Variable, New-Variable."""
    name = arguments.taken(0, 'name')
    value = arguments.taken(1, 'value')
    if name is not None:
        chunks = value.chunks if value is not None else call.io.stdin or EMPTY
        set_variable(run, call, f'local:{name.text.lower()}', chunks)
    return SILENCE


def print_named(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Get-Variable: one, or all of PowerShell's own."""
    name = arguments.taken(0, 'name')
    if name is not None and known(name.chunks) not in (None, '*'):
        chunks = values_of(run, call, f'local:{name.text.lower()}')
        return Output((Emission(chunks, call.written, call.name),))
    found = {s.origin: s for n, v in call.state.variables.items() if ':' in n for s in variable_sources(v)}
    return Output((Emission(unknown(*found.values()), call.written, call.name),))


def remove_named(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    name = arguments.taken(0, 'name')
    if name is not None:
        _unset(call, f'local:{name.text.lower()}')
    return SILENCE


def get_environment(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`[Environment]::GetEnvironmentVariable(name)`; the plural gives all."""
    if call.name.endswith('s'):
        chunks: Value = unknown(*call.state.exported_sources())
        return Output((Emission(chunks, call.written, '[Environment]', environment=True),))
    name = arguments.operands[0].text if arguments.operands else ''
    return Output((Emission(values_of(run, call, name), call.written, '[Environment]'),))


def set_environment(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`[Environment]::SetEnvironmentVariable(name, value)`."""
    if len(arguments.operands) >= 2:
        set_variable(run, call, arguments.operands[0].text, arguments.operands[1].chunks)
    return SILENCE


def location(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Set-Location, Push-Location."""
    path = arguments.taken(0, 'path', 'literalpath')
    words = known(path.chunks) if path is not None else None
    where = words.replace('\\', '/') if words else ''
    if not where or where == '-':
        call.state.directory = ''
    elif where.startswith('/') or where[1:2] == ':':
        call.state.directory = where
    else:
        call.state.directory = f'{call.state.directory}/{where}' if call.state.directory else where
    return SILENCE


def define_alias(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Set-Alias, New-Alias."""
    name, value = arguments.taken(0, 'name'), arguments.taken(1, 'value', 'definition')
    if name is not None and value is not None:
        call.state.aliases[name.text] = value.text
    return SILENCE


def trace(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`Set-PSDebug -Trace 2` prints what variables are set to; `-Trace 1` prints lines as they are written."""
    level = arguments.value('trace')
    if arguments.has('off') or level is not None:
        call.state.options = call.state.options - {'x'}
    if level is not None and level.text == '2':
        call.state.options = call.state.options | {'x'}
    return SILENCE


def native_errors(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """`$PSNativeCommandUseErrorActionPreference`: whether a native command that fails is an error."""
    on = bool(arguments.operands) and arguments.operands[0].text.lower() in ('true', '1')
    options = call.state.options - {'e'}
    call.state.options = options | {'e'} if on else options
    return SILENCE
