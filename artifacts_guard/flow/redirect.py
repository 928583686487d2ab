"""Redirections: where a command's output goes, and what it reads."""

from __future__ import annotations

from artifacts_guard.flow import observe
from artifacts_guard.flow.handed import is_report
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import tainted
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown
from artifacts_guard.record import Record
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.state import State
    from artifacts_guard.shell import syntax

_NOWHERE = frozenset({'/dev/null', '$null', 'nul', 'NUL'})
_OUT = frozenset({'/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'})
_ERR = frozenset({'/dev/stderr', '/dev/fd/2', '/proc/self/fd/2', '/dev/tty', '/dev/console'})
_SMALL = 64_000  # characters of a file that is read as a value


class Target(Record):
    """Where a descriptor leads: `kind` is out, err, nowhere or file."""

    kind: str
    path: Value = EMPTY
    written: Excerpt | None = None


OUT = Target('out')
ERR = Target('err')


def prepare(
    run: Interpreter, redirections: tuple[syntax.Redirection, ...], state: State, frame: Frame
) -> tuple[tuple[Target, Target], Value | None]:
    """The targets of standard output and error, and the standard input (None: as before)."""
    targets = {1: OUT, 2: ERR}
    stdin: Value | None = None
    for redirection in redirections:
        operator = redirection.operator
        if operator in {'<', '<<<', '<<', '<<-', '<>'}:
            if redirection.descriptor in {None, 0}:
                stdin = _input(run, redirection, state, frame)
            elif redirection.target is not None:
                run.expander.values(redirection.target, state, frame)
        elif operator in {'>&', '<&'} and _descriptor(redirection) is not None:
            source = _descriptor(redirection) or 0
            targets[1 if redirection.descriptor is None else redirection.descriptor] = targets.get(
                source, OUT
            )
        else:
            target = _file(run, redirection, state, frame)
            if operator in {'&>', '&>>', '>&'}:
                targets[1] = targets[2] = target
            else:
                targets[1 if redirection.descriptor is None else redirection.descriptor] = target
    return (targets[1], targets[2]), stdin


def _descriptor(redirection: syntax.Redirection) -> int | None:
    parts = redirection.target.parts if redirection.target else ()
    written = getattr(parts[0], 'text', '') if len(parts) == 1 else ''
    return int(written) if written.isdecimal() else None


def _input(run: Interpreter, redirection: syntax.Redirection, state: State, frame: Frame) -> Value:
    values = run.expander.values(redirection.target, state, frame)
    value = next((v for v in values if tainted(v)), values[0])
    written = frame.excerpt(redirection.start, redirection.end)
    if redirection.operator in {'<', '<>'}:
        return file_content(run, value, state, written)
    run.world.reads(run.context, value, written)
    return value


def file_content(run: Interpreter, path: Value, state: State, written: Excerpt) -> Value:
    """What reading a file gives: what the script wrote to it, the tree's own text, or an unknown value from there."""
    name = text(path)
    held = state.file(name)
    if held is not None:
        return held
    from artifacts_guard.flow.calls import resolve

    document = resolve(run, name, state, '') if known(path) else None
    if document is not None and len(document.text) <= _SMALL:
        return literal(document.text, Excerpt(whole(document), 0, len(document.text)))
    return unknown(Source(Origin('file', name)), written=written)


def _file(run: Interpreter, redirection: syntax.Redirection, state: State, frame: Frame) -> Target:
    values = run.expander.values(redirection.target, state, frame)
    path = values[0]
    name = known(path)
    if name in _NOWHERE:
        return Target('nowhere')
    if name in _OUT:
        return OUT
    if name in _ERR:
        return ERR
    return Target('file', path, frame.excerpt(redirection.start, redirection.end))


def apply(
    run: Interpreter, output: Output, targets: tuple[Target, Target], state: State, frame: Frame
) -> Output:
    """Send output where the redirections say; what is left goes to the surrounding command."""
    if targets[0] is OUT and targets[1] is ERR:
        return output
    out: list[Emission] = []
    err: list[Emission] = []
    for emissions, target in ((output.out, targets[0]), (output.err, targets[1])):
        if target.kind == 'out':
            out += emissions
        elif target.kind == 'err':
            err += emissions
        elif target.kind == 'file':
            to_file(run, emissions, target, state, frame)
    return Output(tuple(out), tuple(err))


def to_file(
    run: Interpreter, emissions: tuple[Emission, ...], target: Target, state: State, frame: Frame
) -> None:
    """Record what is written to a file, and what later steps get through it."""
    assert target.written is not None
    written: list[Value] = []
    for emission in emissions:
        written.append(emission.chunks)
        for source in sources(emission.chunks):
            _disk(run, source, emission, target, state, frame)
    content: Value = tuple(chunk for value in written for chunk in value)
    run.world.handed(run.context).by_file(run.context, _variable(target.path), content, target.written)
    if is_report(target.path, state.directory, run.reports):
        run.world.handed(run.context).by_report(content, target.written)
    name = text(target.path)
    state.write(name, (state.file(name) or EMPTY) + content if _appends(target) else content)


def _appends(target: Target) -> bool:
    return target.written is not None and '>>' in target.written.source[:4]


def _variable(path: Value) -> str:
    """The variable that a path consists of, or ''."""
    if len(path) == 1 and path[0].text is None and len(path[0].sources) == 1:
        origin = path[0].sources[0].origin
        if origin.kind == 'variable':
            return origin.name
    return ''


def _disk(
    run: Interpreter, source: Source, emission: Emission, target: Target, state: State, frame: Frame
) -> None:
    assert target.written is not None
    run.world.see(
        observe.Leak(
            run.context,
            observe.DISK,
            target.written.place,
            source,
            emission.program,
            target.written.source.strip(),
            private=_private(target.path, state),
            via=frame.via,
        )
    )


def _private(path: Value, state: State) -> bool:
    """A path made by mktemp, in a script whose trap removes it (RULES.md, token-to-disk)."""
    made = any(s.origin.kind == 'command' and s.origin.name.split(' ')[0] == 'mktemp' for s in sources(path))
    return made and 'cleanup' in state.options


# Commands in the log by which a step has a value masked
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log
# https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands#setsecret-register-a-value-as-a-secret
_MASKING = ('::add-mask::', '##vso[task.setsecret]', 'issecret=true')


def _tells_to_mask(emission: Emission) -> bool:
    # names of properties are written as one likes: isSecret, issecret
    texts = [chunk.text.lower() for chunk in emission.chunks if chunk.text]
    return any(mark in text for text in texts for mark in _MASKING)


def to_log(run: Interpreter, emissions: tuple[Emission, ...], frame: Frame) -> None:
    """Record what reaches the job's log."""
    for emission in emissions:
        run.world.handed(run.context).by_log(run.context, emission.chunks, emission.written)
        if _tells_to_mask(emission):
            continue
        if emission.environment:
            run.world.see(
                observe.Dump(
                    run.context, emission.written.place, emission.program, sources(emission.chunks), frame.via
                )
            )
            continue
        for source in sources(emission.chunks):
            run.world.see(
                observe.Leak(
                    run.context,
                    observe.LOG,
                    emission.written.place,
                    source,
                    emission.program,
                    emission.form or emission.program,
                    via=frame.via,
                )
            )
