"""How functions and scripts of PowerShell get their parameters.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_functions_advanced_parameters
"""

from __future__ import annotations

from artifacts_guard.flow import dialects
from artifacts_guard.flow import structures
from artifacts_guard.flow.cmdlets.arguments import Arguments
from artifacts_guard.flow.cmdlets.arguments import is_parameter
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.state import FREE
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.state import Alternative
    from artifacts_guard.flow.value import Value


def bind(run: Interpreter, call: Call, arguments: Arguments) -> Output:
    """Bind the words a function or script was called with to its parameters.

    The words of this command are the names, with `?` behind those of switches and `=` behind those with a default.
    """
    state = call.state
    names = [field.text for field in call.fields[1:] if field.text.startswith('local:')]
    marks = {name.rstrip('?='): name[-1] for name in names}
    values: dict[str, list[Alternative]] = {name: [] for name in marks}
    rests: list[Alternative] = []
    for given in state.positional:
        # a person can give what no caller in the tree does
        outside = FREE if given is None else UNSET
        bound, rest = _bound(call, given or (), marks)
        rests.append(None if given is None else rest)
        for name, mark in marks.items():
            values[name] += (bound[name],) if name in bound else UNSET if mark in '?=' else outside
    for name, alternatives in values.items():
        state.assign(name, tuple(alternatives))
    state.positional = tuple(dict.fromkeys(rests))
    return SILENCE


def _bound(
    call: Call, given: tuple[Field, ...], marks: dict[str, str]
) -> tuple[dict[str, tuple[Field, ...]], tuple[Field, ...]]:
    """The values of the parameters, and the words that are none of theirs."""
    bound: dict[str, tuple[Field, ...]] = {}
    rest: list[Field] = []
    fields = list(given)
    while fields:
        field = fields.pop(0)
        if not is_parameter(field):
            rest.append(field)
            continue
        written, colon, _ = field.text[1:].partition(':')
        name = _parameter(written.lower(), list(marks))
        if name is None:
            _common(call, written.lower())
        elif colon and (joined := after(field.chunks, ':')):
            bound[name] = (Field(joined, field.written),)
        elif marks[name] == '?' or not fields or is_parameter(fields[0]):
            bound[name] = (Field(literal('True', field.written), field.written),)
        else:
            bound[name] = _elements(fields.pop(0))
    free = [name for name, mark in marks.items() if name not in bound and mark != '?']
    for name, field in zip(free, rest):
        bound[name] = _elements(field)
    _remember(call, bound)
    return bound, tuple(rest[len(free) :])


def _parameter(written: str, names: list[str]) -> str | None:
    """The parameter that a name, or the beginning of one, means."""
    if f'local:{written}' in names:
        return f'local:{written}'
    return next((name for name in names if name.startswith(f'local:{written}')), None)


def _common(call: Call, name: str) -> None:
    if name in ('verbose', 'debug'):
        field = Field(literal('Continue', call.written), call.written)
        call.state.assign(f'local:{name}preference', ((field,),))


def _elements(field: Field) -> tuple[Field, ...]:
    return tuple(Field(value, field.written) for value in structures.elements(field.chunks))


def _remember(call: Call, bound: dict[str, tuple[Field, ...]]) -> None:
    """`$PSBoundParameters`."""
    entries = [
        (
            (Chunk(dialects.shown(name), call.written),),
            fields[0].chunks if len(fields) == 1 else opaque(_all(fields)),
        )
        for name, fields in bound.items()
    ]
    table = structures.table(entries)
    call.state.assign('local:psboundparameters', ((Field(table, call.written),),))


def _all(fields: tuple[Field, ...]) -> Value:
    return tuple(chunk for field in fields for chunk in field.chunks)
