"""Where values meet the service: its CLI, its variables, its keys."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.flow import observe
from artifacts_guard.flow import redirect
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import tainted
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown
from artifacts_guard.flow.written import written as as_written
from artifacts_guard.scopes import cli as command_line
from artifacts_guard.scopes import needs
from artifacts_guard.secret import Secret
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.programs.secrets import Store
    from artifacts_guard.flow.state import Alternative
    from artifacts_guard.flow.state import State

TOKEN_VARIABLE = 'AGENT_ARTIFACTS_TOKEN'
URL_VARIABLES = frozenset({'AGENT_ARTIFACTS_BASE_URL', 'AGENT_ARTIFACTS_WEB_URL'})
NO_INPUT_VARIABLE = 'AGENT_ARTIFACTS_NO_INPUT'
_QUIET = frozenset({'1', 'true', 'yes'})  # exactly so: SERVICE.md section 3
_NAMES = frozenset({'artifacts', 'artifacts.exe', 'artifacts.cmd', 'artifacts.ps1'})
# words that can become any number of words: unquoted expansions, and all arguments
_LOOSE = ('$', '`', '@', '"$@', '"${@', '"${*')
# PowerShell splits nothing: only a splatted variable can be any number of words; where no shell reads, nothing is
_LOOSE_IN = {'pwsh': ('@',), 'code': ()}
_PACKAGE = '@agent-artifacts/cli'


def is_cli(call: Call) -> bool:
    """Whether a command is named like the service's CLI, or named by something unknown with its words."""
    name = call.name.replace('\\', '/').rpartition('/')[2]
    if name.lower() in _NAMES or call.name.startswith(_PACKAGE):
        return True
    return call.name == MARK and len(call.fields) > 1 and command_line.read(arguments(call)).ours


def arguments(call: Call) -> list[str | None]:
    """The words after the program, None for one that can be any number of words."""
    words: list[str | None] = []
    loosely = _LOOSE_IN.get(call.frame.dialect, _LOOSE)
    for field in call.fields[1:]:
        written = field.written.source
        loose = field.many or (all(c.text is None for c in field.chunks) and written.startswith(loosely))
        words.append(None if loose or (not field.chunks and field.text == MARK) else field.text)
    return words


def cli(run: Interpreter, call: Call, state: State) -> Output:
    """A call of the service's CLI."""
    invocation = command_line.read(arguments(call))
    written = _program(call)
    tokens, delivery = _delivered(run, call, invocation, state)
    flag = invocation.flag('--token')
    leaks = _token_flag(run, call, flag) if flag is not None else ()
    written_out = hardcoded(run, _value(call, flag), '--token') if flag is not None else None
    base = invocation.flag('--base-url')
    if base is not None and base.value_index >= 0:
        address(run, _value(call, base), base=True)
    minted = None
    if invocation.command == 'keys create' and not (invocation.dry_run or invocation.foreign):
        minted = Origin('minted', f'{written.place.path}:{written.place.span.start}')
    run.world.see(
        observe.CliCall(
            run.context, invocation, call.fields, written.place, tokens, delivery,
            _no_input(call, invocation, state), _unsafe(call), call.name.startswith(_PACKAGE), call.name != MARK,
            tuple(sorted(n for n, v in state.variables.items() if v.exported)), _json(run, call, invocation, state), minted,
            call.frame.via, call.frame.fragment.whole().span.start, leaks, written_out, run.conditions(),
        )
    )  # fmt: skip
    for source in tokens:
        run.world.reads(run.context, unknown(source), written)
    out = unknown(*minted_from(minted, written.place))
    return Output(
        (Emission(out, written, 'artifacts', 'keys create' if minted else ''),), _debug(call, invocation)
    )


def minted_from(origin: Origin | None, place: Place) -> tuple[Source, ...]:
    return () if origin is None else (Source(origin, (Hop('key made here', place),)),)


def _program(call: Call) -> Excerpt:
    """The place of a CLI call: its program's word, where that is written in the command."""
    word = call.fields[0].written
    inside = word.fragment is call.written.fragment and call.written.start <= word.start <= call.written.end
    return word if inside else call.written


def _debug(call: Call, invocation: command_line.Invocation) -> tuple[Emission, ...]:
    """`--debug` prints the command line, and with it the token that stands on it."""
    flag = invocation.flag('--token')
    if flag is None or not invocation.has('--debug'):
        return ()
    return (Emission(_value(call, flag), _program(call), 'artifacts', '--debug'),)


def _value(call: Call, flag: command_line.Flag) -> Value:
    """The value of an option; indices of an invocation count the words after the program."""
    if flag.value_index < 0 or flag.value_index + 1 >= len(call.fields):
        return EMPTY
    chunks = call.fields[flag.value_index + 1].chunks
    if not flag.joined:
        return chunks
    return after(chunks, '=')


def _json(run: Interpreter, call: Call, invocation: command_line.Invocation, state: State) -> Value:
    """The JSON body of a call: an option's value, a file's content, or standard input."""
    flag = invocation.flag('--json')
    if flag is not None and flag.value != '' and flag.value_index >= 0:
        return _value(call, flag)
    flag = invocation.flag('--json-file')
    if flag is None:
        return EMPTY
    if flag.value in {'-', '/dev/stdin'}:
        return call.io.stdin or EMPTY
    return redirect.file_content(run, _value(call, flag), state, call.written)


def _delivered(
    run: Interpreter, call: Call, invocation: command_line.Invocation, state: State
) -> tuple[tuple[Source, ...], str]:
    """With which token a call authenticates: `--token-stdin` before `--token` before the environment."""
    flag = invocation.flag('--token')
    if invocation.has('--token-stdin'):
        return sources(call.io.stdin or EMPTY), 'stdin'
    if flag is not None:
        return sources(_value(call, flag)), 'flag'
    variable = state.variables.get(TOKEN_VARIABLE)
    if variable is not None:
        from artifacts_guard.flow.state import variable_sources

        found = variable_sources(variable) if variable.exported else ()
        if any(a is None for a in variable.alternatives):
            found = (*found, Source(Origin('variable', TOKEN_VARIABLE, run.context.scope)))
        return found, 'environment' if found else ''
    need = needs.of_invocation(invocation)
    if need.keyless or need.anonymous_ok:
        return (), ''
    if run.context.pipeline.settings_variables or not run.context.automation:
        # nothing says where the token comes from: from the system's settings, or from whoever calls the script
        return (Source(Origin('variable', TOKEN_VARIABLE, run.context.scope)),), 'environment'
    return (), ''


def _token_flag(run: Interpreter, call: Call, flag: command_line.Flag) -> tuple[observe.Leak, ...]:
    """What `--token VALUE` shows; judged only when the program turns out to be the service's CLI."""
    value = _value(call, flag)
    if value and known(value) == '':
        return ()
    place = option_place(call.fields[flag.index + 1], '--token')
    automatic = run.context.automation and run.context.pipeline.settings_variables
    words = as_written(call, flag.index + 1, flag.value_index + 1, automatic=automatic)
    return tuple(
        observe.Leak(
            run.context,
            observe.FLAG,
            place,
            source,
            'artifacts',
            '--token',
            via=call.frame.via,
            written=words,
        )
        for source in sources(value) or (None,)
    )


def option_place(field: Field, name: str) -> Place:
    """Where an option's own text stands."""
    for chunk in field.chunks:
        if chunk.text and name in chunk.text and chunk.written is not None:
            written = chunk.written
            at = written.fragment.text.find(name, written.start, written.end)
            if at >= 0:
                end = written.end if len(field.chunks) == 1 else at + len(name)
                return written.fragment.place(at, max(end, at + len(name)))
            return written.place
    return field.place


def _no_input(call: Call, invocation: command_line.Invocation, state: State) -> bool:
    if invocation.has('--no-input'):
        return True
    variable = state.variables.get(NO_INPUT_VARIABLE)
    if variable is None or not variable.exported:
        return False
    return all(a is not None and _is_quiet(a) for a in variable.alternatives)


def _is_quiet(alternative: tuple[Field, ...]) -> bool:
    value = known(alternative[0].chunks) if alternative else ''
    return value is None or value in _QUIET


def _unsafe(call: Call) -> str:
    """Which guard is missing so that a failure here would not stop the script."""
    options = call.state.options
    if call.io.guarded:
        return ''
    if call.frame.dialect != 'sh':
        return 'sequence' if call.io.sequence and 'e' not in options else ''
    only_printed = {e.program for e in call.io.emissions} <= {'echo', 'printf'}
    if call.io.piped and 'pipefail' not in options and not (call.io.piped == 'last' and only_printed):
        return 'pipeline'
    if call.io.sequence and 'e' not in options:
        return 'sequence'
    return ''


# values that reach the service's inputs


def assigned(run: Interpreter, name: str, alternatives: tuple[Alternative, ...], written: Excerpt) -> None:
    """Look at what a variable of the service gets."""
    if name != TOKEN_VARIABLE and name not in URL_VARIABLES:
        return
    for alternative in alternatives:
        value = alternative[0].chunks if alternative else EMPTY
        if name == TOKEN_VARIABLE:
            _used(run, value, written.place, 'variable')
            found = hardcoded(run, value, TOKEN_VARIABLE)
            if found is not None:
                run.world.see(found)
        else:
            address(run, value, base=True)


def _used(run: Interpreter, value: Value, place: Place, how: str, host: str = '') -> None:
    for source in sources(value):
        run.world.see(observe.TokenUse(run.context, source, place, how, host))


def hardcoded(run: Interpreter, value: Value, name: str, host: str = '') -> observe.Hardcoded | None:
    """A literal in a token input that is neither reference nor placeholder nor a known token."""
    words = known(value)
    if not words or tainted(value):
        return None
    from artifacts_guard.credentials.placeholder import is_reference_or_placeholder

    if is_reference_or_placeholder(words):
        return None
    chunk = next(c for c in value if c.text)
    if chunk.written is None:
        return None
    at = chunk.written.fragment.text.find(words, chunk.written.start, chunk.written.end)
    place = chunk.written.place if at < 0 else chunk.written.fragment.place(at, at + len(words))
    return observe.Hardcoded(run.context, Secret(words), place, name, host)


def address(run: Interpreter, value: Value, *, base: bool, bearer: tuple[Source, ...] = ()) -> None:
    """A URL that a token goes to: its text and where it is written."""
    first = next((c for c in value if c.text), None)
    if first is None or first.written is None or first.text is None:
        return
    url = text(value)
    if '://' not in first.text:
        run.world.see(observe.Address(run.context, url, first.written.place, bearer, base))
        return
    at = first.written.fragment.text.find(first.text, first.written.start, first.written.end)
    place = first.written.place
    if at >= 0:
        place = first.written.fragment.place(at, at + len(first.text))
    run.world.see(observe.Address(run.context, url, place, bearer, base))


# secret stores


def stored(run: Interpreter, call: Call, store: Store) -> None:
    """A value goes into a secret store: a new key gets the name by which jobs know it."""
    value: Value = EMPTY
    if store.arrives == 'stdin':
        value = call.io.stdin or EMPTY
    elif store.index >= 0:
        value = call.fields[store.index].chunks
    if store.arrives == 'file':
        value = redirect.file_content(run, value, call.state, call.written)
    for source in sources(value):
        run.world.see(observe.Stored(run.context, source, store.name, call.written.place))
        if store.source:
            run.world.see(observe.Stored(run.context, source, store.source, call.written.place))
