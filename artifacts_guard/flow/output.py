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
    """Something a command writes.  `written` is the command; `environment`: it is the whole environment.

    `choice`: of a command whose words can become several lists, where it stands and which of them this is.
    """

    chunks: tuple[Chunk, ...]
    written: Excerpt
    program: str = ''
    form: str = ''
    environment: bool = False
    choice: tuple[int, int] | None = None


class Output(Record):
    """What came out of a command on standard output and standard error."""

    out: tuple[Emission, ...] = ()
    err: tuple[Emission, ...] = ()

    def chosen(self, choice: tuple[int, int]) -> Output:
        """The same output, as that of one of several ways; what says so already keeps its own."""
        return Output(
            tuple(e if e.choice is not None else e.replace(choice=choice) for e in self.out), self.err
        )

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


def contents(emissions: Iterable[Emission]) -> tuple[Value, ...]:
    """All texts that a reader can get: one for each way that a command's words can turn out."""
    written = tuple(emissions)
    choices = dict.fromkeys(e.choice for e in written if e.choice is not None)
    if len({place for place, _ in choices}) != 1:
        return (content(written),)
    return tuple(dict.fromkeys(content(e for e in written if e.choice in {None, c}) for c in choices))


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
