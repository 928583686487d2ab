"""The state of a shell: variables with all the values they can have, functions, options, directory."""

from __future__ import annotations

from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import through
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.shell.syntax import Command

# One thing a variable can be: set by nobody here (None), or its elements: one for a plain
# variable, none when it is unset or an empty array.
Alternative = tuple[Field, ...] | None

MOST_ALTERNATIVES = 12
FREE: tuple[Alternative, ...] = (None,)
UNSET: tuple[Alternative, ...] = ((),)


class Variable(Record):
    """`alternatives` are the values it can have; `attributes`: exported, array."""

    alternatives: tuple[Alternative, ...]
    exported: bool = False
    array: bool = False

    def through(self, role: str, written: Excerpt) -> Variable:
        """The variable after one more hop of all that it carries."""
        moved = [
            alternative and tuple(Field(through(f.chunks, role, written), f.written) for f in alternative)
            for alternative in self.alternatives
        ]
        return self.replace(alternatives=tuple(moved))


class Defined(Record):
    """A function: its body and the frame it was written in; `others` are what branches define it as besides."""

    body: Command
    frame: Frame
    others: tuple[Defined, ...] = ()


class State:
    """What a command finds.  Copied for branches, subshells and children, joined after branches.

    `options` are those certainly or possibly in force: `e`, `u`, `x`, `pipefail`, `expand_aliases`.
    `dead`: the script has left (exit, return, exec).  `positional` are the argument lists it can have,
    None for one that is not known.
    """

    __slots__ = (
        'aliases',
        'dead',
        'depth',
        'directory',
        'files',
        'functions',
        'options',
        'positional',
        'variables',
    )

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.functions: dict[str, Defined] = {}
        self.aliases: dict[str, str] = {}
        self.options: frozenset[str] = frozenset()
        self.positional: tuple[Alternative, ...] = UNSET
        self.directory: str = ''
        self.files: dict[str, Value] = {}
        self.dead = False
        self.depth = 0

    def copy(self) -> State:
        other = State.__new__(State)
        other.variables = dict(self.variables)
        other.functions = dict(self.functions)
        other.aliases = dict(self.aliases)
        other.options = self.options
        other.positional = self.positional
        other.directory = self.directory
        other.files = dict(self.files)
        other.dead = self.dead
        other.depth = self.depth
        return other

    def equals(self, other: State) -> bool:
        """Whether a command finds the same in both."""
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def take(self, other: State) -> None:
        """Become another state."""
        for name in self.__slots__:
            setattr(self, name, getattr(other, name))

    def child(self) -> State:
        """The state a new process starts with: exported variables, nothing else."""
        other = State()
        other.variables = {n: v for n, v in self.variables.items() if v.exported}
        other.directory = self.directory
        other.files = dict(self.files)
        other.depth = self.depth
        return other

    def file(self, path: str) -> Value | None:
        """What the script wrote to a file; None for one that it did not write."""
        return self.files.get(path.removeprefix('./'))

    def write(self, path: str, content: Value) -> None:
        self.files[path.removeprefix('./')] = content

    def assign(self, name: str, alternatives: tuple[Alternative, ...], *, array: bool = False) -> None:
        before = self.variables.get(name)
        exported = (before is not None and before.exported) or 'a' in self.options
        self.variables[name] = Variable(limited(alternatives), exported, array)

    def export(self, name: str, exported: bool = True) -> None:
        before = self.variables.get(name)
        if before is not None:
            self.variables[name] = Variable(before.alternatives, exported, before.array)

    def exported_sources(self) -> tuple[Source, ...]:
        """Sources that the environment of a new process carries."""
        found: dict[Origin, Source] = {}
        for variable in self.variables.values():
            if variable.exported:
                for source in variable_sources(variable):
                    found.setdefault(source.origin, source)
        return tuple(found.values())


def variable_sources(variable: Variable) -> tuple[Source, ...]:
    return sources(
        chunk
        for alternative in variable.alternatives
        if alternative is not None
        for field in alternative
        for chunk in field.chunks
    )


def limited(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Distinct alternatives, at most MOST_ALTERNATIVES; those that carry most sources stay."""
    distinct = tuple(alternatives)
    if len(distinct) > 1:
        distinct = tuple(dict.fromkeys(distinct))
    if len(distinct) <= MOST_ALTERNATIVES:
        return distinct
    ranked = sorted(range(len(distinct)), key=lambda i: (_weight(distinct[i]), -i), reverse=True)
    return tuple(distinct[i] for i in sorted(ranked[:MOST_ALTERNATIVES]))


def _weight(alternative: Alternative) -> tuple[int, int]:
    if alternative is None:
        return 0, 0
    carried = sum(bool(chunk.sources) for field in alternative for chunk in field.chunks)
    return carried, len(alternative)


def join(states: Iterable[State]) -> State:
    """What holds after a branch: all values of all live states."""
    living = [s for s in states if not s.dead]
    if not living:
        states = list(states)
        return states[0]
    first = living[0]
    if len(living) == 1:
        return first
    joined = first.copy()
    names = dict.fromkeys(name for s in living for name in s.variables)
    for name in names:
        held = [s.variables.get(name) for s in living]
        if all(v is held[0] for v in held):
            continue
        alternatives: list[Alternative] = []
        for variable in held:
            alternatives += FREE if variable is None else variable.alternatives
        variable = Variable(
            limited(alternatives),
            any(v is not None and v.exported for v in held),
            any(v is not None and v.array for v in held),
        )
        if variable != held[0]:  # the same object tells later that nothing has changed
            joined.variables[name] = variable
    joined.positional = limited(a for s in living for a in s.positional)
    for state in living[1:]:
        for name, defined in state.functions.items():
            known = joined.functions.get(name)
            if known is None:
                joined.functions[name] = defined
            elif known is not defined:
                joined.functions[name] = _either(known, defined)
        joined.aliases.update(state.aliases)
        joined.files.update(state.files)
        joined.options = _options(joined.options, state.options)
        if state.directory != joined.directory:
            joined.directory = first.directory
    return joined


def _either(one: Defined, other: Defined) -> Defined:
    """A function that is one or the other."""
    bodies = {id(d.body): d for d in (one, *one.others, other, *other.others)}
    first, *others = bodies.values()
    return Defined(first.body, first.frame, tuple(d.replace(others=()) for d in others[:MOST_ALTERNATIVES]))


def _options(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    # tracing counts when it may be on, guards only when they surely are
    return (one & other) | (frozenset('x') & (one | other))
