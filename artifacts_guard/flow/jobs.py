"""Runs the jobs of pipelines: environments level by level, steps in order, scripts in their shells."""

from __future__ import annotations

from collections import ChainMap

from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.flow import bind
from artifacts_guard.flow import calls
from artifacts_guard.flow import observe
from artifacts_guard.flow import redirect
from artifacts_guard.flow import service
from artifacts_guard.flow.bind import Surroundings
from artifacts_guard.flow.call import Call
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.handed import Handed
from artifacts_guard.flow.interpreter import Interpreter
from artifacts_guard.flow.order import ordered
from artifacts_guard.flow.output import NOTHING
from artifacts_guard.flow.output import SILENCE
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.output import merged
from artifacts_guard.flow.state import FREE
from artifacts_guard.flow.state import UNSET
from artifacts_guard.flow.state import State
from artifacts_guard.flow.state import Variable
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import text
from artifacts_guard.flow.world import World
from artifacts_guard.text import part

_NEEDS = 'needs'
_ECHO = 'commands are printed'


def run_pipeline(world: World, pipeline: Pipeline) -> None:
    """Run all jobs of a pipeline."""
    outputs: dict[str, Value] = {}
    withheld: set[str] = set()
    reported: dict[str, dict[str, Variable]] = {}
    for job in ordered(pipeline.jobs):
        name = job.identifier or job.name
        received = {n: v for giver in job.receives for n, v in reported.get(giver, {}).items()}
        around = Surroundings(
            {},
            dict(job.matrix),
            ChainMap(world.handed_by(pipeline, job).outputs, outputs),
            job.scope,
            pipeline.document.path,
            pipeline.system,
            withheld=withheld,
        )
        handed = _run_job(world, pipeline, job, around, _arrived(received, job))
        reported[name] = handed.reported
        outputs.update({f'{_NEEDS}.{name}.{output}': value for output, value in handed.outputs.items()})
        withheld.update(f'{_NEEDS}.{name}.{output}' for output in handed.withheld)


def _arrived(received: dict[str, Variable], job: Job) -> dict[str, Variable]:
    """Variables of other jobs as a job finds them."""
    entry = bind.entry(job.place)
    return {name: variable.through(f'arrives in {job.name}', entry) for name, variable in received.items()}


def _run_job(
    world: World, pipeline: Pipeline, job: Job, around: Surroundings, received: dict[str, Variable]
) -> Handed:
    """Run the steps of a job; what it hands on has the outputs of the job itself in it."""
    handed = world.handed_by(pipeline, job)
    for index, step in enumerate(job.steps):
        world.refill()
        context = Context(pipeline, job, step, index, _scope(pipeline))
        run = Interpreter(world, context, _reports(step, around))
        environment = _environment(run, job, step, around, received)
        inside = around.replace(environment=environment, scope=step.scope or job.scope)
        _run_step(run, step, inside)
        for binding in step.outputs:
            if binding.value is not None:
                handed.outputs[f'{step.identifier}.{binding.name}'] = bind.evaluate(binding.value, inside)[0]
    for binding in job.outputs:
        if binding.value is not None:
            handed.outputs[binding.name] = bind.evaluate(binding.value, around)[0]
    return handed


def _reports(step: Step, around: Surroundings) -> tuple[str, ...]:
    """The paths of files whose variables a step hands on to later jobs."""
    paths = [one.path for one in step.handovers if one.kind == 'dotenv']
    return tuple(text(value) for path in paths for value in bind.evaluate(path, around))


def _scope(pipeline: Pipeline) -> str:
    # a name in the system's settings means the same in all its pipelines
    return pipeline.system if pipeline.settings_variables else pipeline.document.path


def _environment(
    run: Interpreter, job: Job, step: Step, around: Surroundings, received: dict[str, Variable]
) -> dict[str, Variable]:
    """The environment of a step: outer levels, what other jobs and earlier steps handed on, its own."""
    environment: dict[str, Variable] = {}
    inner = around.replace(environment=environment)
    for binding in job.env:
        if not bind.is_withheld(binding, around):
            _bind(run, binding, environment, inner)
    for name, variable in {**received, **run.world.handed(run.context).variables}.items():
        environment[name] = variable
        _look_at(run, name, variable)
    own = inner.replace(scope=step.scope or job.scope)
    for binding in step.env:
        _bind(run, binding, environment, own)
    return environment


def _bind(run: Interpreter, binding: Binding, environment: dict[str, Variable], around: Surroundings) -> None:
    given(run, binding, environment, around)
    found = variable_sources(environment[binding.name])
    if found:
        run.world.see(observe.Bound(run.context, binding, found))


def given(run: Interpreter, binding: Binding, environment: dict[str, Variable], around: Surroundings) -> None:
    """Add a variable to an environment."""
    variable = bind.bound(binding, around)
    environment[binding.name] = variable
    _look_at(run, binding.name, variable)


def _look_at(run: Interpreter, name: str, variable: Variable) -> None:
    for alternative in variable.alternatives:
        if alternative:
            service.assigned(run, name, (alternative,), alternative[0].written)


def _run_step(run: Interpreter, step: Step, around: Surroundings) -> None:
    state = State()
    state.variables = dict(around.environment)
    directory = bind.evaluate(step.directory, around) if step.directory is not None else ()
    state.directory = _directory(directory[0]) if directory else ''
    base = state.copy()
    if step.use is not None:
        for binding in step.use.inputs:
            if binding.value is not None:
                for value in bind.evaluate(binding.value, around):
                    run.world.reads(run.context, value, bind.bound_entry(binding))
                if binding.name in _BUILD_ARGUMENTS:
                    _baked(run, binding.value, around)
    for script in step.scripts:
        if isinstance(script, Argv):
            output = run_argv(run, script, base.copy(), around, step.via)
            redirect.to_log(run, output.out + output.err, _frame(script, step))
            continue
        if not script.continues:
            state = base.copy()
            start_shell(state, script)
            if run.context.pipeline.kind == 'script':
                state.positional = FREE  # whoever calls it gives it arguments
            _source(run, script, state)
        run_script(run, script, state, around, step)


# inputs of actions and tasks that build images: their lines are build arguments
# https://github.com/docker/build-push-action#inputs
_BUILD_ARGUMENTS = frozenset({'build-args', 'build_args'})


def _baked(run: Interpreter, template: Template, around: Surroundings) -> None:
    """Build arguments given to an action stay in the image's history."""
    for expression in template.expressions:
        written = Excerpt(template.fragment, expression.start, expression.end)
        for value in bind.value_of(expression, template, around):
            for source in sources(value):
                leak = observe.Leak(
                    run.context, observe.IMAGE, written.place, source, 'docker build', 'build-args'
                )
                run.world.see(leak)


def _directory(value: Value) -> str:
    words = known(value)
    if words is None:
        return ''
    return words.removeprefix('./').strip('/')


def start_shell(state: State, script: Script) -> None:
    """Options that the system starts a script's shell with."""
    shell = script.shell
    flags = {'e': shell.errexit, 'pipefail': shell.pipefail, 'x': shell.xtrace and not script.traced}
    flags['X'] = shell.xtrace and script.traced
    state.options = frozenset(name for name, on in flags.items() if on)
    state.dead = False
    state.positional = UNSET


def _source(run: Interpreter, script: Script, state: State) -> None:
    """Run what earlier steps wrote into the file that bash reads first."""
    commands = run.world.handed(run.context).sourced
    written = next((c.written for c in commands if c.written is not None), None)
    if script.shell.name == 'bash' and written is not None:
        frame = Frame(written.fragment)
        output = calls.text(run, commands, written, state, frame, NOTHING)
        redirect.to_log(run, output.out + output.err, frame)


def run_script(run: Interpreter, script: Script, state: State, around: Surroundings, step: Step) -> None:
    """Run one script of a step in the given shell state; its output goes to the log."""
    values, opaque = expressions(run, script, around)
    dialect = calls.language(script.shell.name)
    fragment = script.template.fragment
    if not dialect:
        _run_program(run, script, state, [(*span, value[0]) for span, value in zip(opaque, values)], step)
        return
    tree = run.world.parse(dialect, fragment.text, opaque)
    if not tree.complete:
        words = 'the script is too large, or nested too deeply'
        run.world.limit(observe.Limit('parse', fragment.whole(), words, run.context))
    frame = Frame(fragment, values, dialect, step.via, '', script.traced)
    output = run.run(tree.body, state, frame, NOTHING)
    if not script.silent:
        redirect.to_log(run, output.out + output.err, frame)


def _run_program(
    run: Interpreter, script: Script, state: State, opaque: list[tuple[int, int, Value]], step: Step
) -> None:
    """Run a script in Python or JavaScript."""
    from artifacts_guard.flow.code import launch

    language = launch.language(script.shell.name)
    if language:
        fragment = script.template.fragment
        written = Excerpt(fragment, 0, len(fragment.text))
        launch.inline(run, fragment, opaque, language, state.child(), step.via, written)


def expressions(
    run: Interpreter, script: Script, around: Surroundings, runner: str = ''
) -> tuple[tuple[tuple[Value, ...], ...], tuple[tuple[int, int], ...]]:
    """Values and ranges of a script's expressions; what the system pastes into it is seen here.

    `runner` is the program that prints the lines it runs.
    """
    template = script.template
    values, opaque = [], []
    for expression in template.expressions:
        found = bind.value_of(expression, template, around)
        values.append(found)
        opaque.append((expression.start, expression.end))
        written = Excerpt(template.fragment, expression.start, expression.end)
        carried = tuple({s.origin: s for v in found for s in sources(v)}.values())
        via = run.context.step.via if run.context.step else ()
        if expression.early:
            _leaks(run, observe.EARLY, written, carried, '', written.source, via)
        if script.echoed:
            _leaks(run, observe.LOG, written, carried, runner, _ECHO, via)
        if carried:
            run.world.reads(run.context, [c for v in found for c in v], written)
    return tuple(values), tuple(opaque)


def run_argv(
    run: Interpreter,
    argv: Argv,
    state: State,
    around: Surroundings,
    via: tuple[Hop, ...],
    added: tuple[Field, ...] = (),
    runner: str = '',
) -> Output:
    """Run a command given as a list of words, and those `added` to it; what it prints.

    `runner` is the program that prints the commands it runs.
    """
    for binding in argv.env:
        given(run, binding, state.variables, around)
    lines: list[tuple[Field, ...]] = [()]
    for template in argv.words:
        written = Excerpt(template.fragment, 0, len(template.fragment.text))
        choices = bind.evaluate(template, around)[:4]
        lines = [(*line, Field(v, written)) for line in lines for v in choices][:16]
        for expression in template.expressions:
            _pasted(run, expression, template, around, argv, via, runner)
    outputs = []
    for fields in [(*line, *(added if argv.extendable else ())) for line in lines]:
        if fields and fields[0].chunks:
            frame = Frame(fields[0].written.fragment, via=via)
            call = Call(fields, fields[0].written, state.copy(), frame, NOTHING)
            run.world.reads(run.context, [c for f in fields for c in f.chunks], fields[0].written)
            from artifacts_guard.flow import process

            outputs.append((process.internal if argv.internal else process.process)(run, call))
    for field in added if argv.extendable and argv.echoed else ():
        _leaks(run, observe.LOG, field.written, field.sources, runner, _ECHO, via)
    return SILENCE if argv.silent else merged(outputs)


def _frame(argv: Argv, step: Step) -> Frame:
    span = argv.place.span
    return Frame(part(argv.place.document, span.start, span.end), via=step.via)


def _pasted(
    run: Interpreter,
    expression: Expression,
    template: Template,
    around: Surroundings,
    argv: Argv,
    via: tuple[Hop, ...],
    runner: str,
) -> None:
    """What the system itself expands in a word, and shows."""
    if not (expression.early or argv.echoed):
        return
    written = Excerpt(template.fragment, expression.start, expression.end)
    found = bind.value_of(expression, template, around)
    carried = tuple({s.origin: s for v in found for s in sources(v)}.values())
    if expression.early:
        _leaks(run, observe.EARLY, written, carried, '', written.source, via)
    if argv.echoed:
        _leaks(run, observe.LOG, written, carried, runner, _ECHO, via)


def _leaks(
    run: Interpreter,
    sink: str,
    written: Excerpt,
    found: tuple[Source, ...],
    program: str,
    form: str,
    via: tuple[Hop, ...],
) -> None:
    for source in found:
        run.world.see(observe.Leak(run.context, sink, written.place, source, program, form, via=via))
