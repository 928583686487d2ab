"""What runs again and again: loops, and scripts of cmd with labels.

A body runs twice whatever happens: the second time sees what the first one assigned.  It runs further while
secrets reach what they had not reached before; that ends by itself, and before that at a limit that is told.
"""

from __future__ import annotations

from artifacts_guard.flow.observe import Limit
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.state import Variable
from artifacts_guard.flow.state import join
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from typing import TypeAlias

    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.output import Io
    from artifacts_guard.flow.state import State
    from artifacts_guard.flow.value import Origin
    from artifacts_guard.flow.value import Value
    from artifacts_guard.shell import objects
    from artifacts_guard.shell import syntax

    # a state becomes what holds after one round; it gives what was put out, and the state in which the loop is left
    Round: TypeAlias = Callable[[State], tuple[Output, State]]

END = ':eof'  # the label that every script has
_ALWAYS = 2
_MOST = 12
_MOST_SECTIONS = 500  # that are run for one script, each time that they are


def rounds(
    run: Interpreter, node: syntax.While | syntax.For, once: Round, state: State, frame: Frame
) -> Output:
    """Run a loop; `state` becomes what holds after it."""
    outputs: list[Output] = []
    for number in range(_MOST):
        before = state.copy()
        done, body = once(state)
        outputs.append(done)
        state.take(join((state, body)))
        if state.equals(before):  # the next round would find what this one did
            outputs += (done,) * (_ALWAYS - number - 1)
            break
        if number + 1 >= _ALWAYS and not reaches_more(before, state):
            break
    else:
        _tell(run, node, frame, f'a loop was followed {_MOST} times')
    return merged(outputs)


def sections(run: Interpreter, node: objects.Sections, state: State, frame: Frame, io: Io) -> Output:
    """Run a script of cmd from its first section, or from that of a called label, to its end."""
    labels = {s.label: number for number, s in reversed([*enumerate(node.sections)]) if s.label}
    last = len(node.sections)
    held = {node.entry: state.copy()}
    counts: dict[int, int] = {}
    waiting = [node.entry]
    outputs: list[Output] = []
    while waiting:
        number = min(waiting)
        waiting.remove(number)
        counts[number] = counts.get(number, 0) + 1
        if counts[number] > _MOST or len(outputs) >= _MOST_SECTIONS:
            _tell(run, node.sections[number].body, frame, 'jumps were not followed further')
            continue
        here = held[number].copy()
        done, jumps = _section(run, node.sections[number].body, here, frame, io)
        outputs.append(done)
        for target, arriving in _arrivals(jumps, labels, last, number, here):
            before = held.get(target)
            held[target] = arriving if before is None else join((before, arriving))
            if (
                target < last
                and target not in waiting
                and _again(before, held[target], counts.get(target, 0))
            ):
                waiting.append(target)
    state.take(held.get(last, here))
    return merged(outputs)


def _section(
    run: Interpreter, body: syntax.Block, state: State, frame: Frame, io: Io
) -> tuple[Output, list[tuple[str, State]]]:
    """Run a section, and note where it jumps to."""
    outer, run.jumps = run.jumps, []
    try:
        return run.run(body, state, frame, io.replace(sequence=True)), run.jumps
    finally:
        run.jumps = outer


def _arrivals(
    jumps: list[tuple[str, State]], labels: dict[str, int], last: int, number: int, here: State
) -> Iterator[tuple[int, State]]:
    """The sections that come after one, with the states in which they are reached; `last` is the end."""
    for label, state in jumps:
        if label in labels:
            yield labels[label], state
        elif label == END:
            yield last, state
        elif not label:
            # computed: any of them
            for target in labels.values():
                yield target, state
    if not here.dead:
        yield number + 1, here


def _again(before: State | None, after: State, count: int) -> bool:
    """Whether a section must be run for a state, after so many runs."""
    if before is None:
        return True
    return reaches_more(before, after) or (count < _ALWAYS and not after.equals(before))


def reaches_more(before: State, after: State) -> bool:
    """Whether secrets reached variables, files or arguments that they had not reached before."""
    for name, variable in after.variables.items():
        held = before.variables.get(name)
        if variable is not held and not _origins(variable) <= (_origins(held) if held is not None else set()):
            return True
    for path, content in after.files.items():
        found = before.files.get(path, EMPTY)
        if content is not found and not _of(content) <= _of(found):
            return True
    return after.positional is not before.positional and not _given(after) <= _given(before)


def _origins(variable: Variable) -> set[Origin]:
    return {source.origin for source in variable_sources(variable)}


def _of(value: Value) -> set[Origin]:
    return {source.origin for source in sources(value)}


def _given(state: State) -> set[Origin]:
    return _origins(Variable(state.positional))


def _tell(run: Interpreter, node: syntax.Command, frame: Frame, words: str) -> None:
    run.world.limit(Limit('budget', frame.excerpt(node.start, node.end).place, words, run.context))
