"""The jobs of a configuration: those that workflows name, with their arguments, and the others.

https://circleci.com/docs/reference/configuration-reference/#workflows
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.circleci import hosts
from artifacts_guard.ci.circleci import lookup
from artifacts_guard.ci.circleci import starts
from artifacts_guard.ci.circleci.frame import Argument
from artifacts_guard.ci.circleci.frame import Frame
from artifacts_guard.ci.circleci.steps import Expansion
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_MOST_JOBS = 500
_GROUPS = 3  # job groups in job groups
_RESERVED = frozenset((
    'name', 'requires', 'context', 'type', 'filters', 'matrix', 'pre-steps', 'post-steps', 'serial-group',
    'override-with',
))  # fmt: skip
_NO_BUILD = ('approval', 'no-op', 'release', 'lock', 'unlock')


def read(frame: Frame) -> list[Job]:
    """All jobs, with different names: first those of workflows, then those that no workflow names."""
    root = frame.config.root
    reader = _Reader(frame)
    for name, workflow in root['workflows'].items():
        if name != 'version':
            reader.entries(workflow['jobs'], workflow)
    if not root['workflows'] and root['jobs'].has('build'):
        # without workflows, the job `build` runs on each push
        place = root['jobs']['build'].key.place
        trigger = Trigger(model.PUSH, 'push', place)
        reader.add('build', 'build', EMPTY, place, (trigger,), automation=True)
    reader.others()
    return reader.found


class _Reader:
    """Collects the jobs of one document."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._names: dict[str, int] = {}
        self._called: set[str] = set()
        self.found: list[Job] = []

    def entries(self, nodes: Node, workflow: Node, depth: int = 0) -> None:
        """The jobs of a workflow or job group: names, or mappings from a name to arguments."""
        groups = self._frame.config.root['job-groups']
        for item in nodes:
            pairs = [(item.text.strip(), item, EMPTY)] if item.kind == 'scalar' else []
            pairs += [(name, value.key, value) for name, value in item.items()]
            for name, key, given in pairs:
                if given['type'].text.strip() in _NO_BUILD:
                    continue
                if groups.has(name) and depth < _GROUPS:
                    self.entries(groups[name]['jobs'], workflow, depth + 1)
                    continue
                triggers = starts.triggers(workflow, given['filters'], self._frame, key.place)
                shown = self._frame.text(given['name']) or name
                self.add(name, shown, given, key.place, triggers, automation=True)

    def others(self) -> None:
        """Jobs that no workflow names, and commands of an orb: whoever uses them runs them elsewhere."""
        root = self._frame.config.root
        for name, node in root['jobs'].items():
            if name not in self._called:
                self.add(name, name, EMPTY, node.key.place, (), automation=False)
        if not root['workflows'] and not root['jobs']:
            for name, node in root['commands'].items():
                runner = Runner(model.UNKNOWN, '', 'runs on the host of the job that calls it')
                base = Job(name, node.key.place, runner, automation=False)
                inner = self._frame.entered(node, root, {})
                self._put(_expanded(base, node, inner, EMPTY, self._frame).replace(runner=runner))

    def add(
        self,
        name: str,
        shown: str,
        given: Node,
        place: Place,
        triggers: tuple[Trigger, ...],
        *,
        automation: bool,
    ) -> None:
        """One job with the arguments that a workflow gives it."""
        if len(self.found) == _MOST_JOBS:
            return
        self._called.add(name)
        found = lookup.find('jobs', name, self._frame)
        base = Job(
            shown,
            found.node.key.place if found.node else place,
            Runner(model.UNKNOWN, '', 'runs where the orb says'),
            triggers=triggers,
            needs=tuple(one.text.strip() for one in given['requires'].scalars()),
            automation=automation,
            # variables of the same name differ from context to context
            environment=', '.join(one.text.strip() for one in given['context'].scalars()),
        )
        if found.node['type'].text.strip() in _NO_BUILD:
            return
        axes = given['matrix']['parameters']
        outer = self._frame.replace(matrix=tuple(_axes(axes, self._frame)))
        if found.remote is not None or not found.node:
            self._put(_remote(base, name, given, place, found, outer))
            return
        arguments = {**outer.given(given, found.node['parameters']), **dict(outer.matrix)}
        inner = outer.entered(found.node, found.names, arguments)
        if '/' in name:
            inner = inner.replace(via=(Hop(f'runs the job `{name}`', place),))
        matrix = tuple((axis, tuple(one.text for one in values.scalars())) for axis, values in axes.items())
        self._put(_expanded(base.replace(matrix=matrix), found.node, inner, given, outer))

    def _put(self, job: Job) -> None:
        self._names[job.name] = self._names.get(job.name, 0) + 1
        if self._names[job.name] > 1:
            job = job.replace(name=f'{job.name} ({self._names[job.name]})')
        self.found.append(job)


def _axes(matrix: Node, frame: Frame) -> Iterator[tuple[str, Argument]]:
    """The values that a matrix gives to parameters.  Which go together, and what is excluded, is not kept."""
    for axis, values in matrix.items():
        nodes = tuple(values) if values.kind == 'seq' else (values,)
        if nodes:
            yield axis, Argument(nodes, frame)


def _expanded(base: Job, node: Node, inner: Frame, given: Node, outer: Frame) -> Job:
    """A job with its host and steps; steps that the workflow adds stand outside of its parameters."""
    host = hosts.host(node, inner)
    expansion = Expansion(host, node['steps'])
    steps = (
        *expansion.steps(given['pre-steps'], outer),
        *expansion.steps(node['steps'], inner),
        *expansion.steps(given['post-steps'], outer),
    )
    override = given['override-with']
    if override:
        expansion.missing.append(Unresolved('job', override.text.strip(), override.place))
    return base.replace(runner=host.runner, steps=steps, env=host.env, unresolved=tuple(expansion.missing))


def _remote(base: Job, name: str, given: Node, place: Place, found: lookup.Found, frame: Frame) -> Job:
    """A job of an orb that is elsewhere, or one that nothing defines."""
    missing = Unresolved('orb' if found.remote else 'job', found.remote.name if found.remote else name, place)
    expansion = Expansion(hosts.Host(base.runner), EMPTY)
    use = found.remote.replace(inputs=lookup.inputs(given, frame, tuple(_RESERVED))) if found.remote else None
    step = model.Step(name, place, use=use)
    steps = [
        *expansion.steps(given['pre-steps'], frame),
        *((step,) if use else ()),
        *expansion.steps(given['post-steps'], frame),
    ]
    return base.replace(steps=tuple(steps), use=use, unresolved=(missing, *expansion.missing))
