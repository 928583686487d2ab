"""A small abstract interpreter of shell scripts.

It follows control flow with sets of values, joins after branches, repeats loops, enters
functions, subshells, substitutions and the tree's own scripts, and reports what it sees to a sink.
It executes nothing.
"""

from __future__ import annotations

from artifacts_guard.flow import dialects
from artifacts_guard.flow import guards
from artifacts_guard.flow import redirect
from artifacts_guard.flow import rounds
from artifacts_guard.flow import simple
from artifacts_guard.flow.expand import Expander
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.guards import Guard
from artifacts_guard.flow.observe import Limit
from artifacts_guard.flow.output import NOTHING
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Io
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import content
from artifacts_guard.flow.output import contents
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.state import Alternative
from artifacts_guard.flow.state import Defined
from artifacts_guard.flow.state import State
from artifacts_guard.flow.state import join
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import trimmed
from artifacts_guard.flow.value import unknown
from artifacts_guard.flow.world import World
from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.flow.calls import Remembered
    from artifacts_guard.flow.expand import Piece

MOST_DEPTH = 120  # of calls, substitutions and nested blocks together


class Interpreter:
    """Runs scripts for one step of one job.  `reports` are the paths of files whose variables it hands on."""

    def __init__(self, world: World, context: Context, reports: tuple[str, ...] = ()) -> None:
        self.world = world
        self.context = context
        self.expander = Expander(self)
        self.reports = reports
        # where the section of a cmd script that is being run jumps to, and with what; None outside of one
        self.jumps: list[tuple[str, State]] | None = None
        self.remembered: dict[tuple[object, ...], list[Remembered]] = {}
        self.depth = 0
        self.io = NOTHING  # of the command whose words are being expanded
        self.guards: list[Guard] = []  # the conditions under which the command at hand runs, outermost first

    # what expansion asks

    def look_up(self, name: str, state: State, frame: Frame, place: Excerpt) -> tuple[Alternative, ...]:
        """All values of a variable; what nobody sets is a value from outside with its own name."""
        if frame.dialect != 'sh':
            name = dialects.held(name, state)
        if name in {'@', '*'}:
            # an argument list that is not known stands for any words
            return tuple(
                (Field(unknown(written=place), place),) if a is None else a for a in state.positional
            )
        if name.isdecimal():
            return self._positional(int(name), state, frame, place)
        variable = state.variables.get(name)
        if variable is None:
            return (self._outside(name, place),)
        return tuple(
            self._outside(name, place) if alternative is None else alternative
            for alternative in variable.alternatives
        )

    def _outside(self, name: str, place: Excerpt) -> tuple[Field, ...]:
        origin = Origin('variable', dialects.shown(name), self.context.scope)
        return (Field(unknown(Source(origin), written=place), place),)

    def _positional(self, number: int, state: State, frame: Frame, place: Excerpt) -> tuple[Alternative, ...]:
        if number == 0:
            return ((Field(literal(frame.name, place) if frame.name else unknown(written=place), place),),)
        return tuple(
            (Field(unknown(written=place), place),) if a is None else a[number - 1 : number]
            for a in state.positional
        )

    def capture(self, body: syntax.Block, state: State, frame: Frame) -> tuple[Value, ...]:
        """What `$( … )` gives: trailing line ends are cut; an unknown result names its command."""
        return tuple(dict.fromkeys(trimmed(value) for value in self._captured(body, state, frame)))

    def _captured(self, body: syntax.Block, state: State, frame: Frame) -> tuple[Value, ...]:
        # its failure counts like that of the command around it
        io = Io(guarded=self.io.guarded, sequence=self.io.sequence)
        output = self.run(body, state if frame.dialect == 'pwsh' else state.copy(), frame, io)
        redirect.to_log(self, output.err, frame)
        values = contents(output.out)
        if any(chunk.text is not None or chunk.sources for value in values for chunk in value):
            return values
        words = ' '.join(frame.fragment.text[body.start : body.end].split())[:120]
        written = frame.excerpt(body.start, body.end)
        return (unknown(Source(Origin('command', words)), written=written),)

    def process(self, part: syntax.ProcessSubstitution, state: State, frame: Frame) -> Value:
        """The name that `<( … )` gives; what its commands write can be read through it."""
        name = f'/dev/fd/{part.start}'
        if part.direction == '<':
            state.files[name] = self._captured(part.body, state, frame)[0]
        else:
            output = self.run(part.body, state.copy(), frame, NOTHING)
            redirect.to_log(self, output.out + output.err, frame)
        return literal(name, frame.excerpt(part.start, part.end))

    def pieces(self, part: objects.Part, state: State, frame: Frame, split: bool) -> list[Piece]:
        """What a part that only PowerShell has contributes to a word."""
        from artifacts_guard.flow.objects import pieces

        return pieces(self, part, state, frame, split)

    def conditions(self) -> tuple[str, ...]:
        """The conditions under which the command at hand runs, in words."""
        return tuple(dict.fromkeys(guard.words for guard in self.guards))

    # commands

    def run(self, command: syntax.Command, state: State, frame: Frame, io: Io) -> Output:
        """Run one command; `state` becomes what holds after it."""
        if state.dead:
            return SILENCE
        if self.depth >= MOST_DEPTH or not self.world.spend(command):
            written = frame.excerpt(command.start, command.end)
            self.world.limit(Limit('budget', written.place, 'analysis budget', self.context))
            return SILENCE
        self.depth += 1
        try:
            return _RUNNERS[type(command)](self, command, state, frame, io)
        finally:
            self.depth -= 1

    def _under(
        self, guards: list[Guard], command: syntax.Command, state: State, frame: Frame, io: Io
    ) -> Output:
        """Run a command that runs under conditions only."""
        held = len(self.guards)
        self.guards += guards
        try:
            return self.run(command, state, frame, io)
        finally:
            del self.guards[held:]

    def script(self, body: syntax.Command, state: State, frame: Frame, io: Io) -> Output:
        """Run a whole script: it jumps to no label outside of it."""
        outer, self.jumps = self.jumps, None
        try:
            return self.run(body, state, frame, io)
        finally:
            self.jumps = outer

    def _block(self, block: syntax.Block, state: State, frame: Frame, io: Io) -> Output:
        inner = io.replace(sequence=True) if len(block.commands) > 1 and not io.sequence else io
        return merged([self.run(command, state, frame, inner) for command in block.commands])

    def _and_or(self, node: syntax.AndOr, state: State, frame: Frame, io: Io) -> Output:
        left = self.run(node.left, state, frame, io.replace(guarded=True))
        after = state.copy()
        right = self._under(guards.of_list(node, frame), node.right, after, frame, io)
        state.take(join((after, state)) if not state.dead else state)
        return left + right

    def _pipe(self, node: syntax.Pipe, state: State, frame: Frame, io: Io) -> Output:
        if len(node.commands) == 1:
            return self.run(node.commands[0], state, frame, io.replace(guarded=io.guarded or node.negated))
        stdin = io.stdin
        errors: list[Output] = []
        output = SILENCE
        fed = io.emissions
        for index, command in enumerate(node.commands):
            last = index == len(node.commands) - 1
            here = Io(stdin, io.guarded or node.negated, 'last' if last else 'inner', io.sequence, fed)
            inner = state if frame.dialect == 'pwsh' else state.copy()
            output = self.run(command, inner, frame, here)
            state.files = inner.files
            if not last:
                joined = output.out
                if index < len(node.with_errors) and node.with_errors[index]:
                    joined += output.err
                else:
                    errors.append(Output((), output.err))
                stdin = content(joined)
                fed = joined
        return merged([*errors, output])

    def _background(self, node: syntax.Background, state: State, frame: Frame, io: Io) -> Output:
        return self.run(node.command, state.copy(), frame, io.replace(guarded=True))

    def _subshell(self, node: syntax.Subshell, state: State, frame: Frame, io: Io) -> Output:
        inner = state.copy()
        output = self.run(node.body, inner, frame, io)
        state.files = inner.files  # those that it wrote stay
        return output

    def _group(self, node: syntax.Group, state: State, frame: Frame, io: Io) -> Output:
        return self.run(node.body, state, frame, io)

    def _if(self, node: syntax.If, state: State, frame: Frame, io: Io) -> Output:
        outputs, ends = [], []
        failed: list[Guard] = []
        for condition, body in node.branches:
            outputs.append(self.run(condition, state, frame, io.replace(guarded=True)))
            taken = state.copy()
            written = frame.excerpt(condition.start, condition.end)
            outputs.append(self._under([*failed, Guard(written)], body, taken, frame, io))
            ends.append(taken)
            failed.append(Guard(written, False))
        if node.otherwise is not None:
            outputs.append(self._under(failed, node.otherwise, state, frame, io))
        state.take(join([*ends, state]))
        return merged(outputs)

    def _while(self, node: syntax.While, state: State, frame: Frame, io: Io) -> Output:
        def once(state: State) -> tuple[Output, State]:
            tested = self.run(node.condition, state, frame, io.replace(guarded=True))
            body = state.copy()
            return tested + self.run(node.body, body, frame, io.replace(sequence=True)), body

        return rounds.rounds(self, node, once, state, frame)

    def _for(self, node: syntax.For, state: State, frame: Frame, io: Io) -> Output:
        if node.name and node.words is None:
            elements = list(dict.fromkeys(f for a in state.positional for f in a or ()))
        else:
            lines = self.expander.command_lines(node.words or (), state, frame)
            elements = list(dict.fromkeys(field for line in lines for field in line))
        if node.name:
            state.assign(node.name, tuple((e,) for e in elements) or ((),))

        def once(state: State) -> tuple[Output, State]:
            body = state.copy()
            return self.run(node.body, body, frame, io.replace(sequence=True)), body

        return rounds.rounds(self, node, once, state, frame)

    def _sections(self, node: objects.Sections, state: State, frame: Frame, io: Io) -> Output:
        return rounds.sections(self, node, state, frame, io)

    def _try(self, node: objects.Try, state: State, frame: Frame, io: Io) -> Output:
        # a handler can find what held before the body, or after any part of it
        before = state.copy()
        outputs, ends = [self.run(node.body, state, frame, io)], [state.copy()]
        for handler in node.handlers:
            caught = before.copy() if state.dead else join((before, state)).copy()
            outputs.append(self.run(handler, caught, frame, io))
            ends.append(caught)
        state.take(join(ends))
        if node.last is not None:
            dead, state.dead = state.dead, False
            outputs.append(self.run(node.last, state, frame, io))
            state.dead = state.dead or dead
        return merged(outputs)

    def _case(self, node: syntax.Case, state: State, frame: Frame, io: Io) -> Output:
        self.expander.values(node.subject, state, frame)
        outputs, ends = [], []
        for patterns, body in node.items:
            branch = state.copy()
            outputs.append(self._under(guards.of_case(node, patterns, frame), body, branch, frame, io))
            ends.append(branch)
        state.take(join([*ends, state]))
        return merged(outputs)

    def _function(self, node: syntax.Function, state: State, frame: Frame, io: Io) -> Output:
        state.functions[node.name] = Defined(node.body, frame)
        return SILENCE

    def _test(self, node: syntax.Test, state: State, frame: Frame, io: Io) -> Output:
        for word in node.words:
            simple.reads(self, self.expander.values(word, state, frame), frame.excerpt(word.start, word.end))
        return SILENCE

    def _redirected(self, node: syntax.Redirected, state: State, frame: Frame, io: Io) -> Output:
        targets, stdin = redirect.prepare(self, node.redirections, state, frame)
        inner = io if stdin is None else io.replace(stdin=stdin, emissions=())
        return redirect.apply(self, self.run(node.command, state, frame, inner), targets, state, frame)

    def _simple(self, node: syntax.Simple, state: State, frame: Frame, io: Io) -> Output:
        return simple.run(self, node, state, frame, io)

    def _declaration(self, node: syntax.Declaration, state: State, frame: Frame, io: Io) -> Output:
        return simple.declare(self, node, state, frame, io)


_RUNNERS: dict[type, Callable[..., Output]] = {
    syntax.Block: Interpreter._block,
    syntax.AndOr: Interpreter._and_or,
    syntax.Pipe: Interpreter._pipe,
    syntax.Background: Interpreter._background,
    syntax.Subshell: Interpreter._subshell,
    syntax.Group: Interpreter._group,
    syntax.If: Interpreter._if,
    syntax.While: Interpreter._while,
    syntax.For: Interpreter._for,
    syntax.Case: Interpreter._case,
    syntax.Function: Interpreter._function,
    syntax.Test: Interpreter._test,
    syntax.Redirected: Interpreter._redirected,
    syntax.Simple: Interpreter._simple,
    syntax.Declaration: Interpreter._declaration,
    objects.Try: Interpreter._try,
    objects.Sections: Interpreter._sections,
}
