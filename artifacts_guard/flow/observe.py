"""What the interpreter observes.  The facts layer decides which of it concerns the service."""

from __future__ import annotations

from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.written import Written
from artifacts_guard.record import Record
from artifacts_guard.scopes.cli import Invocation
from artifacts_guard.secret import Secret
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

# Sinks
ARGV = 'argv'
FLAG = 'flag'
LOG = 'log'
URL = 'url'
DISK = 'disk'
IMAGE = 'image'
EARLY = 'early'


class Leak(Record):
    """A source reaches a sink.  `private`: a file only this run reads; `by_default`: traced by the system itself.

    `ambient`: the whole environment is printed, so secrets that the job is known to hold leak too.
    `written`: the words of a command line that show it.
    """

    context: Context
    sink: str
    place: Place
    source: Source | None
    program: str = ''
    form: str = ''
    private: bool = False
    by_default: bool = False
    via: tuple[Hop, ...] = ()
    written: Written = Written()


class TokenUse(Record):
    """A source is used as a token of the service: `how` is variable or bearer (with the host)."""

    context: Context
    source: Source
    place: Place
    how: str
    host: str = ''


class Read(Record):
    """A step reads a source: expands it, or runs a program that takes it from the environment."""

    context: Context
    origin: Origin
    place: Place


class CliCall(Record):
    """A command whose name or words are those of the service's CLI.

    `tokens` are the sources it authenticates with; `delivery` how they arrive: flag, stdin, environment, ''.
    `no_input`: nothing can prompt.  `conditions`: of the script, under which it runs.  `unsafe` says which guard is missing: pipeline, sequence or ''.
    `evidence`: what speaks for our CLI beside the words (`for`), or against (`against`).
    """

    context: Context
    invocation: Invocation
    fields: tuple[Field, ...]
    place: Place
    tokens: tuple[Source, ...] = ()
    delivery: str = ''
    no_input: bool = False
    unsafe: str = ''
    package: bool = False
    known_program: bool = True
    environment: tuple[str, ...] = ()
    body: tuple[Chunk, ...] = ()  # the JSON it sends: from an option, a file or standard input
    minted: Origin | None = None
    via: tuple[Hop, ...] = ()
    script: int = 0  # where the script begins in its document
    leaks: tuple[Leak, ...] = ()
    hardcoded: Hardcoded | None = None
    conditions: tuple[str, ...] = ()
    programmed: bool = False  # by a program in Python or JavaScript: what it shows is not looked at

    def in_program(self, names: tuple[str, ...]) -> CliCall:
        """The call as one of a program that names these variables."""
        return self.replace(
            programmed=True, leaks=(), hardcoded=None, environment=(*self.environment, *names)
        )


class RestCall(Record):
    """A request to a URL that may be the service's."""

    context: Context
    method: str
    url: str
    place: Place
    tokens: tuple[Source, ...] = ()
    body: tuple[Chunk, ...] = ()
    minted: Origin | None = None
    via: tuple[Hop, ...] = ()
    conditions: tuple[str, ...] = ()
    programmed: bool = False


class Address(Record):
    """A URL given as the service's base URL, or requested with a bearer header (`sources`)."""

    context: Context | None
    url: str
    place: Place
    sources: tuple[Source, ...] = ()
    base: bool = False


class Hardcoded(Record):
    """A literal given to a token input; `input` names it, `host` limits it to requests to the service."""

    context: Context | None
    secret: Secret
    place: Place
    input: str
    host: str = ''


class Fetched(Record):
    """Code fetched and run (`curl … | sh`), with what the environment holds then."""

    context: Context
    code: str
    place: Place
    sources: tuple[Source, ...] = ()
    form: str = ''


class Stored(Record):
    """A source is stored as a secret of that name (`gh secret set NAME`)."""

    context: Context
    source: Source
    name: str
    place: Place


class Bound(Record):
    """A binding of a secret that a step can read."""

    context: Context
    binding: Binding
    sources: tuple[Source, ...]


class Dump(Record):
    """The whole environment is printed to the log; which secrets it holds is known at the end."""

    context: Context
    place: Place
    program: str
    sources: tuple[Source, ...]
    via: tuple[Hop, ...] = ()


class Limit(Record):
    """Something was not followed to its end: `kind` is budget, parse, depth or command."""

    kind: str
    place: Place
    words: str = ''
    context: Context | None = None


# what programs in Python and JavaScript are read for (RULES.md, Readings)
IN_PROGRAMS = (TokenUse, Read, CliCall, RestCall, Stored, Limit)

if TYPE_CHECKING:
    Observation: TypeAlias = (
        Leak
        | TokenUse
        | Read
        | CliCall
        | RestCall
        | Address
        | Hardcoded
        | Fetched
        | Bound
        | Stored
        | Dump
        | Limit
    )
