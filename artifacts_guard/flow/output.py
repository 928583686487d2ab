"""What commands write, and where it goes: pipes, files, captures, the log."""

from __future__ import annotations

from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import sources
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Emission(Record):
    """Something a command writes.  `written` is the command; `environment`: it is the whole environment."""

    chunks: tuple[Chunk, ...]
    written: Excerpt
    program: str = ''
    form: str = ''
    environment: bool = False


class Output(Record):
    """What came out of a command on standard output and standard error."""

    out: tuple[Emission, ...] = ()
    err: tuple[Emission, ...] = ()

    def __add__(self, other: Output) -> Output:
        if not self.out and not self.err:
            return other
        if not other.out and not other.err:
            return self
        return Output(self.out + other.out, self.err + other.err)


SILENCE = Output()
_MANY = 40


def merged(outputs: Iterable[Output]) -> Output:
    """All outputs together; of many only those that carry something stay, each once."""
    out: list[Emission] = []
    err: list[Emission] = []
    for output in outputs:
        out += output.out
        err += output.err
    return Output(_fewer(out), _fewer(err))


def _fewer(emissions: list[Emission]) -> tuple[Emission, ...]:
    if len(emissions) <= _MANY:
        return tuple(emissions)
    carrying = dict.fromkeys(e for e in emissions if e.environment or sources(e.chunks))
    return tuple(carrying) or tuple(emissions[:1])


def content(emissions: Iterable[Emission]) -> Value:
    """The text that a reader of these emissions gets."""
    chunks: list[Chunk] = []
    for emission in emissions:
        chunks += emission.chunks
    return tuple(chunks)


class Io(Record):
    """How a command is run: its standard input, and what happens to its failure.

    `guarded`: a condition, or the left of `&&`/`||`; `piped`: '' , 'inner' or 'last' in a pipeline;
    `sequence`: other commands stand before or after it.  `emissions` are what a pipe feeds it.
    """

    stdin: tuple[Chunk, ...] | None = None
    guarded: bool = False
    piped: str = ''
    sequence: bool = False
    emissions: tuple[Emission, ...] = ()


NOTHING = Io()
