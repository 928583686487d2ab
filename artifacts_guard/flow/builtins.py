"""What the shells' builtins do.  They start no process, so their arguments are in nobody's process list."""

from __future__ import annotations

from artifacts_guard.flow import calls
from artifacts_guard.flow import redirect
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.call import Overlay
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.printing import formatted
from artifacts_guard.flow.printing import spoken
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from artifacts_guard.flow.interpreter import Interpreter

    Builtin: TypeAlias = 'Callable[[Interpreter, Call], Output]'

_REMOVES = ('rm ', 'rm\t', 'shred ', 'unlink ', 'Remove-Item')


def builtin(dialect: str, name: str) -> Builtin | None:
    """The builtin of that name in a shell language, or None."""
    if dialect == 'pwsh':
        from artifacts_guard.flow import cmdlets

        return cmdlets.builtin(name)
    if dialect == 'cmd':
        from artifacts_guard.flow import cmd

        return cmd.builtin(name)
    return _SHELL.get(name)


def _nothing(run: Interpreter, call: Call) -> Output:
    return SILENCE


def _echo(run: Interpreter, call: Call) -> Output:
    return Output((Emission(spoken(call.fields[1:]), call.written, call.name),))


def _printf(run: Interpreter, call: Call) -> Output:
    from artifacts_guard.flow import simple

    fields = call.fields[1:]
    if len(fields) >= 2 and fields[0].text == '-v':
        value = formatted(fields[2:])
        item = Overlay(fields[1].text, ((Field(value, call.written),),), False, call.written)
        simple.assign(run, item, call.state, call.frame)
        return SILENCE
    if fields and fields[0].text == '--':
        fields = fields[1:]
    return Output((Emission(formatted(fields), call.written, 'printf'),))


def _cd(run: Interpreter, call: Call) -> Output:
    where = known(call.fields[-1].chunks) if len(call.fields) > 1 else None
    if where is None or where == '-':
        call.state.directory = ''
    elif where.startswith('/'):
        call.state.directory = where
    else:
        call.state.directory = f'{call.state.directory}/{where}' if call.state.directory else where
    return SILENCE


def _set(run: Interpreter, call: Call) -> Output:
    words = call.words[1:]
    if not words:
        chunks = unknown(*call.state.exported_sources())
        return Output((Emission(chunks, call.written, 'set', environment=True),))
    options = set(call.state.options)
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word in {'--', '-'} or word[:1] not in '+-' or not word:
            call.state.positional = (call.fields[1 + index if word in {'--', '-'} else index :],)
            break
        if word[1:2] and word[1:].endswith('o'):
            _switch(options, words[index] if index < len(words) else '', on=word[0] == '-')
            index += 1
            word = word[:-1]
        for letter in word[1:]:
            _switch(options, letter, on=word[0] == '-')
    call.state.options = frozenset(options)
    return SILENCE


_LONG = {'errexit': 'e', 'xtrace': 'x', 'nounset': 'u', 'verbose': 'v', 'allexport': 'a'}


def _switch(options: set[str], name: str, *, on: bool) -> None:
    name = _LONG.get(name, name)
    if on:
        options.add(name)
    else:
        options.discard(name)
        if name == 'x':
            options.discard('X')  # the system's own tracing


def _unset(run: Interpreter, call: Call) -> Output:
    functions = '-f' in call.words
    for field in call.fields[1:]:
        name = field.text
        if functions:
            call.state.functions.pop(name, None)
        elif not name.startswith('-'):
            call.state.assign(name, UNSET)
            call.state.export(name, False)
    return SILENCE


def _alias(run: Interpreter, call: Call) -> Output:
    for field in call.fields[1:]:
        name, mark, body = field.text.partition('=')
        if mark:
            call.state.aliases[name] = body
    return SILENCE


def _unalias(run: Interpreter, call: Call) -> Output:
    for name in call.words[1:]:
        call.state.aliases.pop(name, None)
    return SILENCE


def _trap(run: Interpreter, call: Call) -> Output:
    if len(call.fields) < 3 or call.fields[1].text in {'', '-'}:
        return SILENCE
    handler = call.fields[1]
    body = handler.text
    defined = call.state.functions.get(body.strip())
    if defined is not None:
        body += defined.frame.fragment.text[defined.body.start : defined.body.end]
    if any(word in body for word in _REMOVES):
        call.state.options |= {'cleanup'}
    state = call.state.copy()
    output = calls.text(
        run, handler.chunks, handler.written, state, call.frame, call.io.replace(guarded=True)
    )
    redirect.to_log(run, output.out + output.err, call.frame)
    return SILENCE


def _eval(run: Interpreter, call: Call) -> Output:
    chunks = spoken(call.fields[1:], end='')
    return calls.text(run, chunks, call.written, call.state, call.frame, call.io)


def _source(run: Interpreter, call: Call) -> Output:
    if len(call.fields) < 2:
        return SILENCE
    held = call.state.file(call.fields[1].text)
    if held is None:
        return calls.source(run, call, call.fields[1], call.fields[2:])
    from artifacts_guard.flow.process import fetched

    fetched(run, call, held, call.state)
    # a script that the script itself wrote
    return calls.text(run, held, call.written, call.state, call.frame, call.io)


def _read(run: Interpreter, call: Call) -> Output:
    """Variables get what comes from standard input; from a person, a value typed in."""
    return _given(run, call, _read_names(call.words, _READ_VALUES) or ['REPLY'])


def _given(run: Interpreter, call: Call, names: list[str]) -> Output:
    for name in names:
        if call.io.stdin is None:
            value = unknown(Source(Origin('prompt', name, run.context.scope)), written=call.written)
        else:
            value = opaque(call.io.stdin) or unknown(written=call.written)
            if len(names) == 1 and known(call.io.stdin) is not None:
                value = call.io.stdin
        item = Overlay(name, ((Field(value, call.written),),), False, call.written)
        from artifacts_guard.flow import simple

        simple.assign(run, item, call.state, call.frame)
    return SILENCE


_READ_VALUES = 'dinNptu'  # options that take a value
_MAPFILE_VALUES = 'cCdnOsu'


def _read_names(words: list[str], valued: str) -> list[str]:
    names: list[str] = []
    index = 1
    while index < len(words):
        word = words[index]
        index += 1
        if word.startswith('-') and len(word) > 1:
            index += word[-1] in valued
        elif word.isidentifier():
            names.append(word)
    return names


def _mapfile(run: Interpreter, call: Call) -> Output:
    return _given(run, call, _read_names(call.words, _MAPFILE_VALUES) or ['MAPFILE'])


def _shift(run: Interpreter, call: Call) -> Output:
    by = known(call.fields[1].chunks) if len(call.fields) > 1 else '1'
    if by is not None and by.isdecimal():
        call.state.positional = tuple(None if a is None else a[int(by) :] for a in call.state.positional)
    return SILENCE


def _leave(run: Interpreter, call: Call) -> Output:
    call.state.dead = True
    return SILENCE


def _exec(run: Interpreter, call: Call) -> Output:
    from artifacts_guard.flow.process import process

    fields = call.fields[1:]
    while fields and fields[0].text.startswith('-'):
        fields = fields[2:] if fields[0].text == '-a' else fields[1:]
    if not fields:
        return SILENCE
    output = process(run, call.replace(fields=fields))
    if not call.several and not call.io.guarded and not call.io.piped:
        call.state.dead = True
    return output


def _command(run: Interpreter, call: Call) -> Output:
    """`command CMD` and `builtin CMD`: CMD without functions and aliases."""
    from artifacts_guard.flow.process import process

    fields = call.fields[1:]
    if fields and fields[0].text in {'-v', '-V'}:
        return SILENCE
    while fields and fields[0].text in {'-p', '--'}:
        fields = fields[1:]
    if not fields:
        return SILENCE
    inner = builtin(call.frame.dialect, fields[0].text)
    plain = call.replace(fields=fields)
    return inner(run, plain) if inner is not None else process(run, plain)


def _pass(run: Interpreter, call: Call) -> Output:
    """Builtins that print what they are told of themselves only."""
    return Output((Emission(unknown(*sources(())), call.written, call.name),))


_SHELL: dict[str, Builtin] = {
    **dict.fromkeys(
        (
            ':', 'true', 'false', '[', 'test', 'shopt', 'umask', 'wait', 'hash', 'getopts', 'let', 'jobs', 'fg',
            'bg', 'disown', 'ulimit', 'times', 'enable', 'bind', 'complete', 'compgen', 'history', 'kill',
            'break', 'continue', 'popd', 'dirs', 'suspend', 'logout', 'fc',
        ),
        _nothing,
    ),
    **dict.fromkeys(('type', 'pwd', 'caller', 'help'), _pass),
    'echo': _echo, 'printf': _printf, 'cd': _cd, 'pushd': _cd, 'set': _set, 'unset': _unset,
    'alias': _alias, 'unalias': _unalias, 'trap': _trap, 'eval': _eval, 'source': _source, '.': _source,
    'read': _read, 'mapfile': _mapfile, 'readarray': _mapfile, 'shift': _shift, 'exit': _leave,
    'return': _leave, 'exec': _exec, 'command': _command, 'builtin': _command,
}  # fmt: skip
