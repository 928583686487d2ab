"""The jobs of a configuration: https://docs.gitlab.com/ci/yaml/#job-keywords

Services run in containers of their own, without the job's scripts; they are not looked at.
"""

from __future__ import annotations

from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.gitlab import hosts
from artifacts_guard.ci.gitlab import inputs
from artifacts_guard.ci.gitlab import rules
from artifacts_guard.ci.gitlab import scripts
from artifacts_guard.ci.gitlab import templates
from artifacts_guard.ci.gitlab import variables
from artifacts_guard.ci.gitlab.config import Config
from artifacts_guard.ci.gitlab.includes import Loader
from artifacts_guard.ci.gitlab.rules import Outcome
from artifacts_guard.ci.gitlab.rules import Workflow
from artifacts_guard.ci.gitlab.scripts import Commands
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.yamltree import Node

_PAGES = 'pages'
_RUNNING = ('script', 'before_script', 'after_script', 'run')


class Frame(Record):
    """What is in force for all jobs of one pipeline.

    `names` is put before their names, `outer` before those of the pipeline that started this one, `via` before
    the hops to them; `forwarded` are variables that the pipeline was started with.
    """

    config: Config
    loader: Loader
    flow: Workflow
    names: str = ''
    outer: str = ''
    via: tuple[Hop, ...] = ()
    forwarded: tuple[Binding, ...] = ()
    stack: tuple[str, ...] = ()


class Made(Record):
    """A job with its name in the configuration, the ways in which it can come to be, its merged configuration, and
    its commands by shell."""

    name: str
    job: Job
    outcomes: tuple[Outcome, ...]
    node: Node
    commands: list[Commands]


def visible(frame: Frame) -> Iterator[Made]:
    """All jobs that are not hidden."""
    for name in frame.config.names():
        if not name.startswith('.'):
            yield job(name, frame)


def hidden(frame: Frame, taken: set[tuple[str, int]]) -> Iterator[Job]:
    """Hidden jobs with commands that no other job takes over: nothing is known to run them.

    `taken` are the places of the commands that jobs run, which anchors can take from anywhere.
    """
    config = frame.config
    names = [name for name in config.names() if name.startswith('.') and name not in config.used]
    made = [(name, job(name, frame)) for name in names if any(config.job(name).has(one) for one in _RUNNING)]
    for name, one in made:
        # by now it is known what they take from one another
        if name not in config.used and not any(
            key(command) in taken for part in one.commands for command in part.nodes
        ):
            yield one.job.replace(automation=False, triggers=())


def key(command: Node) -> tuple[str, int]:
    """The place of a command, the same for all its aliases."""
    place = command.place
    return place.path, place.span.start


def job(name: str, frame: Frame) -> Made:
    config, loader = frame.config, frame.loader
    node = config.job(name)
    place = node.key.place if node.key else node.place
    guards = loader.guards.get(place.path, [])
    found = rules.outcomes(config, node, frame.flow, guards)
    env = variables.of_job(config, node, found, frame.flow.pipelines, frame.forwarded)
    known = variables.Known(env)
    runner = hosts.runner(config, node, known)
    image = hosts.image(config, node, known)
    environment = config.value(node, 'environment')
    commands = scripts.parts(config, node)
    windows = hosts.is_windows(runner, image)
    made = Job(
        frame.names + name,
        place,
        runner,
        steps=_steps(
            node, commands, scripts.shell(commands, windows=windows, traced=_traced(env)), image, frame
        ),
        env=env,
        triggers=rules.triggers(found),
        condition=' || '.join(
            config.value(one, 'if').text.strip()
            for one in config.elements(config.value(node, 'rules'))
            if one['if']
        ),
        matrix=_matrix(config, node),
        needs=tuple(frame.names + need for need in _needs(config, node)),
        automation=bool(found),
        protected=rules.is_protected(found),
        via=(*frame.via, *loader.via.get(place.path, ())),
        unresolved=_unresolved(name, frame),
        environment=(config.value(environment, 'name') or environment).text.strip(),
    )
    return Made(name, _with_foreign(made, name, frame), found, node, commands)


def _traced(env: tuple[Binding, ...]) -> bool:
    """Whether the file switches on tracing: https://docs.gitlab.com/ci/variables/#enable-debug-logging"""
    return any(
        one.name == 'CI_DEBUG_TRACE' and one.value and one.value.text.lower() in ('true', '1') for one in env
    )


def _steps(
    node: Node, commands: list[Commands], shell: Shell, image: Use | None, frame: Frame
) -> tuple[Step, ...]:
    """The scripts of a job are one step: they share all that they are given."""
    config, root = frame.config, frame.loader.root
    made = scripts.scripts(commands, shell, inputs.of_job(config, node))
    handovers = tuple(_handovers(config, node))
    steps = scripts.run_steps(config, node, image)
    if made or handovers:
        place = next((part.nodes[0].place for part in commands if part.nodes), node.place)
        steps.insert(0, Step('script', place, scripts=made, image=image, handovers=handovers))
    if not root:
        return tuple(steps)
    return tuple(one.replace(directory=said(node.place, root)) for one in steps)


def _handovers(config: Config, node: Node) -> Iterator[Handover]:
    """What a job keeps or hands on: caches, artifacts, and variables in dotenv reports."""
    artifacts = config.keyword(node, 'artifacts')
    cached = [
        path
        for cache in config.elements(config.keyword(node, 'cache'))
        for path in config.elements(config.value(cache, 'paths'))
    ]
    uploaded = [*config.elements(config.value(artifacts, 'paths'))]
    publishes = config.value(node, _PAGES)
    if publishes.kind == 'map':
        uploaded += config.elements(config.value(publishes, 'publish'))
    uploaded += config.elements(config.value(node, 'publish'))
    reported = config.elements(config.value(artifacts, 'reports', 'dotenv'))
    for kind, paths in (('cache', cached), ('upload', uploaded), ('dotenv', reported)):
        for path in paths:
            if path.kind == 'scalar':
                yield Handover(kind, templates.expanded(path), path.place)


def _matrix(config: Config, node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The variables of a matrix of which all values are known."""
    return tuple(
        (name, tuple(dict.fromkeys(value.text for value in values)))
        for name, values in variables.matrix(config, node).items()
        if values and not any('$' in value.text for value in values)
    )


def _needs(config: Config, node: Node) -> list[str]:
    """Jobs of the same pipeline whose artifacts a job gets."""
    found = []
    for one in config.elements(config.value(node, 'needs')):
        if one.kind == 'scalar':
            found.append(one.text)
        elif one['job'] and not one['project'] and not one['pipeline']:
            found.append(one['job'].text)
    return found


def _unresolved(name: str, frame: Frame) -> tuple[Unresolved, ...]:
    missing = frame.config.missing.get(name, {})
    return tuple(Unresolved('extends', parent, node.place) for parent, node in missing.items())


def _with_foreign(made: Job, name: str, frame: Frame) -> Job:
    """A job that extends something of a template from elsewhere: that code runs in its step.

    Only where there is no doubt which template it is.
    """
    if not frame.config.missing.get(name) or len(frame.loader.outside) != 1 or not made.steps:
        return made
    use = next(iter(frame.loader.outside))
    first = made.steps[0]
    return made.replace(steps=(first.replace(use=first.use or use), *made.steps[1:]))
