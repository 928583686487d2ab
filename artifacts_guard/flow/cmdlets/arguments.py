"""The arguments of cmdlets: `-Name value`, `-Name:value`, `-Switch`, and the others by position.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parameters
"""

from __future__ import annotations

from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import after
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.flow.value import Value

# https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters
_COMMON_VALUES_WORDS = (
    'erroraction warningaction informationaction progressaction errorvariable warningvariable informationvariable '
    'outvariable outbuffer pipelinevariable'
)
_COMMON_VALUES = _COMMON_VALUES_WORDS.split()
_COMMON_SWITCHES = ('verbose', 'debug', 'whatif', 'confirm')
_SHORT = {
    'ea': 'erroraction',
    'wa': 'warningaction',
    'infa': 'informationaction',
    'ov': 'outvariable',
    'vb': 'verbose',
}


class Arguments(Record):
    """`named` are the parameters given, in order and in lower case, with their values (None for switches)."""

    named: tuple[tuple[str, Field | None], ...] = ()
    operands: tuple[Field, ...] = ()

    def value(self, *names: str) -> Field | None:
        """The value of one of some parameters."""
        return next(
            (value for name, value in reversed(self.named) if name in names and value is not None), None
        )

    def has(self, name: str) -> bool:
        return any(given == name for given, _ in self.named)

    def taken(self, position: int, *names: str) -> Field | None:
        """The value of a parameter that can be given by its position, too, when no other name took that."""
        found = self.value(*names)
        if found is not None:
            return found
        return self.operands[position] if position < len(self.operands) else None


def is_parameter(field: Field) -> bool:
    """Whether a word names a parameter: in quotes it would be a value."""
    text = field.text
    if len(text) < 2 or text[0] != '-' or not (text[1].isalpha() or text[1] == '_'):
        return False
    return field.written.source[:1] in ('-', '@')


def read(fields: Sequence[Field], values: Sequence[str], switches: Sequence[str] = ()) -> Arguments:
    """Words as arguments of a cmdlet with these parameters; a parameter that it lacks is taken for a switch."""
    named: list[tuple[str, Field | None]] = []
    operands: list[Field] = []
    index = 0
    while index < len(fields):
        field = fields[index]
        index += 1
        if not is_parameter(field):
            operands.append(field)
            continue
        written, colon, _ = field.text[1:].lower().partition(':')
        name = _whole(written, (*values, *_COMMON_VALUES), (*switches, *_COMMON_SWITCHES))
        if colon:
            joined = after(field.chunks, ':')
            if joined or name in switches:
                named.append((name, Field(joined, field.written)))
                continue
        if (
            (name in values or name in _COMMON_VALUES)
            and index < len(fields)
            and not is_parameter(fields[index])
        ):
            named.append((name, fields[index]))
            index += 1
        else:
            named.append((name, None))
    return Arguments(tuple(named), tuple(operands))


def _whole(written: str, values: Sequence[str], switches: Sequence[str]) -> str:
    """The parameter that a name or the beginning of one means."""
    if written in _SHORT:
        return _SHORT[written]
    if written in values or written in switches:
        return written
    for names in (values, switches):
        found = [name for name in names if name.startswith(written)]
        if found:
            return found[0]
    return written


def joined(fields: Sequence[Field], separator: str = ' ') -> Value:
    """The values of words with a separator between them."""
    from artifacts_guard.flow.value import Chunk

    chunks: list[Chunk] = []
    for number, field in enumerate(fields):
        chunks += [Chunk(separator), *field.chunks] if number else field.chunks
    return tuple(chunks)
