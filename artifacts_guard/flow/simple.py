"""Simple commands and declarations: assignments, tracing, and finding out what a command is."""

from __future__ import annotations

from artifacts_guard.flow import builtins
from artifacts_guard.flow import calls
from artifacts_guard.flow import dialects
from artifacts_guard.flow import observe
from artifacts_guard.flow import redirect
from artifacts_guard.flow import service
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.call import Overlay
from artifacts_guard.flow.expand import assigned
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Io
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.state import Alternative
from artifacts_guard.flow.state import State
from artifacts_guard.flow.state import join
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import unknown
from artifacts_guard.shell import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.frame import Frame
    from artifacts_guard.flow.interpreter import Interpreter

# declare and export print what the shell holds
_SHOW = ('declare', 'typeset')
_PRINTS = {'-p', '-px', '-xp', '-xg', '-gx'}


def run(run: Interpreter, node: syntax.Simple, state: State, frame: Frame, io: Io) -> Output:
    """Run a simple command on all argument lists that its words can become."""
    targets, stdin = redirect.prepare(run, node.redirections, state, frame)
    if stdin is not None:
        io = io.replace(stdin=stdin, emissions=())
    before, run.io = run.io, io
    try:
        written = frame.excerpt(node.start, node.end)
        overlay = tuple(
            Overlay(
                a.name,
                assignment(run, a, state, frame),
                a.append,
                _written(a, frame),
                isinstance(a.value, syntax.Array),
            )
            for a in node.assignments
        )
        lines = run.expander.command_lines(node.words, state, frame)
        _observe(run, lines, overlay, written, state, frame)
        output = _lines(run, lines, overlay, written, state, frame, io)
    finally:
        run.io = before
    return redirect.apply(run, output, targets, state, frame)


def _lines(
    run: Interpreter,
    lines: list[tuple[Field, ...]],
    overlay: tuple[Overlay, ...],
    written: Excerpt,
    state: State,
    frame: Frame,
    io: Io,
) -> Output:
    outputs, ends = [], []
    for number, fields in enumerate(lines):
        here = state if len(lines) == 1 else state.copy()
        if fields:
            output = command(run, Call(fields, written, here, frame, io, overlay, len(lines) > 1))
            if len(lines) > 1:
                output = output.chosen((written.start, number))
            outputs.append(output)
        else:
            for item in overlay:
                assign(run, item, here, frame)
        ends.append(here)
    if len(lines) > 1:
        state.take(join(ends))
    return merged(outputs)


def command(run: Interpreter, call: Call) -> Output:
    """Run one argument list: an alias, a function, a builtin, or a process."""
    name = call.fields[0].text
    state = call.state
    if call.frame.dialect == 'pwsh':
        name = name.lower() if name.lower() in state.functions else name
    if name in state.aliases:
        return calls.alias(run, call, state.aliases[name])
    if name in state.functions:
        return calls.function(run, call, state.functions[name])
    builtin = builtins.builtin(call.frame.dialect, name)
    if builtin is not None:
        with_overlay = call if not call.overlay else call.replace(state=overlaid(run, call))
        return builtin(run, with_overlay)
    from artifacts_guard.flow.process import process

    return process(run, call)


def overlaid(run: Interpreter, call: Call) -> State:
    """The state with the assignments in front of a command in force, exported."""
    state = call.state.copy()
    for item in call.overlay:
        assign(run, item, state, call.frame)
        state.export(item.name)
    return state


def assign(run: Interpreter, item: Overlay, state: State, frame: Frame) -> None:
    """Give a variable its new values, and look at what the service's own variables get."""
    alternatives, array = item.alternatives, item.array
    if frame.dialect != 'sh' and ':' not in item.name:
        item = item.replace(name=dialects.held(item.name, state))
    if item.append:
        held = state.variables.get(item.name)
        earlier: tuple[Alternative, ...] = UNSET if held is None else held.alternatives
        array = array or (frame.dialect == 'pwsh' and held is not None and held.array)
        alternatives = tuple(_appended(e or (), a, array) for e in earlier for a in alternatives)
    state.assign(item.name, alternatives, array=array)
    service.assigned(run, item.name, alternatives, item.written)


def _appended(earlier: tuple[Field, ...], added: tuple[Field, ...], array: bool) -> tuple[Field, ...]:
    if array or len(earlier) != 1 or len(added) != 1:
        return earlier + added
    return (Field(earlier[0].chunks + added[0].chunks, added[0].written),)


def assignment(
    run: Interpreter, node: syntax.Assignment, state: State, frame: Frame
) -> tuple[tuple[Field, ...], ...]:
    """All values that the right side of an assignment can have."""
    written = frame.excerpt(node.start, node.end)
    if frame.dialect == 'pwsh':
        from artifacts_guard.flow.objects import assigned_values

        alternatives = assigned_values(run, node, state, frame)
        return assigned(node.name, alternatives, written)
    if isinstance(node.value, syntax.Array):
        alternatives = run.expander.command_lines(node.value.words, state, frame)
    else:
        alternatives = [(Field(v, written),) for v in run.expander.values(node.value, state, frame)]
    if node.index and node.index not in {'@', '*'} and not isinstance(node.value, syntax.Array):
        held = state.variables.get(node.name)
        earlier = held.alternatives if held else UNSET
        alternatives = [(e or ()) + a for e in earlier for a in alternatives][:12]
    return assigned(node.name, alternatives, written)


def _written(node: syntax.Assignment, frame: Frame) -> Excerpt:
    return frame.excerpt(node.start, node.end)


def reads(run: Interpreter, values: Iterable[Value], written: Excerpt) -> None:
    for value in values:
        run.world.reads(run.context, value, written)


def _observe(
    run: Interpreter,
    lines: list[tuple[Field, ...]],
    overlay: tuple[Overlay, ...],
    written: Excerpt,
    state: State,
    frame: Frame,
) -> None:
    """Record what a command line expands, and that tracing prints it."""
    carried = [c for line in lines for f in line for c in f.chunks if c.sources]
    carried += [c for o in overlay for a in o.alternatives for f in a for c in f.chunks if c.sources]
    if not carried:
        return
    run.world.reads(run.context, carried, written)
    traced = state.options & {'x', 'X'}
    if not traced:
        return
    form = 'set -x'
    if frame.dialect != 'sh':
        given = [c for o in overlay for a in o.alternatives for f in a for c in f.chunks]
        form, shown = dialects.traced(frame, written, carried, given)
        carried = list(shown)
    for source in sources(carried):
        run.world.see(
            observe.Leak(
                run.context, observe.LOG, written.place, source, form, form,
                by_default='x' not in traced, via=frame.via,
            )
        )  # fmt: skip


def declare(run: Interpreter, node: syntax.Declaration, state: State, frame: Frame, io: Io) -> Output:
    """`export`, `local`, `declare` and their kin."""
    targets, _stdin = redirect.prepare(run, node.redirections, state, frame)
    written = frame.excerpt(node.start, node.end)
    before, run.io = run.io, io
    try:
        overlay = tuple(
            Overlay(
                a.name, assignment(run, a, state, frame), a.append, _written(a, frame),
                isinstance(a.value, syntax.Array),
            )
            for a in node.assignments
            if a.value is not None
        )  # fmt: skip
        _observe(run, [], overlay, written, state, frame)
    finally:
        run.io = before
    options = {known(v[0]) or '' for w in node.options for v in [run.expander.values(w, state, frame)]}
    is_name = '-n' in options and node.keyword != 'export'
    for item in overlay:
        assign(run, _named(run, item, state, frame) if is_name else item, state, frame)
    exports = node.keyword == 'export' and '-n' not in options
    exports = exports or any(o.startswith('-') and 'x' in o and 'p' not in o for o in options)
    for declared in node.assignments:
        if exports:
            name = declared.name if frame.dialect == 'sh' else dialects.held(declared.name, state)
            _export(name, state, written)
        elif node.keyword == 'export':
            state.export(declared.name, False)
    output = _printed(node, options, state, written)
    return redirect.apply(run, output, targets, state, frame)


def _named(run: Interpreter, item: Overlay, state: State, frame: Frame) -> Overlay:
    """`declare -n x=NAME`: x is another name for a variable, here what that one holds."""
    name = known(item.alternatives[0][0].chunks) if item.alternatives and item.alternatives[0] else None
    if not name or not name.isidentifier():
        return item
    held = run.look_up(name, state, frame, item.written)
    return item.replace(alternatives=tuple(alternative or () for alternative in held))


def _export(name: str, state: State, written: Excerpt) -> None:
    if name not in state.variables:
        # set later, or outside: from now on the children see it
        state.assign(name, (None,))
    state.export(name)


def _printed(node: syntax.Declaration, options: set[str], state: State, written: Excerpt) -> Output:
    bare = not options and (node.keyword == 'export' or (node.keyword in _SHOW and not node.assignments))
    if not (options & _PRINTS or bare):
        return SILENCE
    if node.assignments:
        names = [a.name for a in node.assignments if a.value is None]
        held = [state.variables[n] for n in names if n in state.variables]
        chunks = tuple(c for v in held for a in v.alternatives for f in a or () for c in f.chunks)
        return Output((Emission(chunks, written, node.keyword),)) if '-p' in ''.join(options) else SILENCE
    chunks = unknown(*state.exported_sources())
    return Output((Emission(chunks, written, node.keyword, environment=True),))
