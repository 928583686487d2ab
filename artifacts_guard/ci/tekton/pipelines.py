"""Runs and pipelines: which tasks they call, with what parameters, and what starts them.

https://tekton.dev/docs/pipelines/pipelines/, https://tekton.dev/docs/pipelines/pipelineruns/
"""

from __future__ import annotations

import re
from functools import lru_cache

from artifacts_guard.ci import images
from artifacts_guard.ci import model
from artifacts_guard.ci.kubernetes import containers
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.model import Use
from artifacts_guard.ci.tekton import tasks
from artifacts_guard.ci.tekton import variables
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.kubernetes.library import Catalogue
    from artifacts_guard.ci.kubernetes.library import Resource
    from artifacts_guard.ci.model import Scope
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_DEPTH = 8
_MOST_JOBS = 500
_COMMIT = re.compile(r'[0-9a-fA-F]{40}')
# https://pipelinesascode.com/docs/guide/matchingevents/.  Proposals of outsiders wait for an `/ok-to-test` of
# somebody who may push: https://www.mintlify.com/openshift-pipelines/pipelines-as-code/guides/running-pipelines.
_ANNOTATION = 'pipelinesascode.tekton.dev/'
_EVENTS = {
    'push': model.PUSH,
    'pull_request': model.PROPOSAL,
    'incoming': model.OTHER,
}


class Reader:
    """Follows references out of one document."""

    def __init__(self, catalogue: Catalogue, path: str) -> None:
        self._catalogue = catalogue
        self._path = path
        self.called: dict[str, None] = {}
        self.unresolved: list[Unresolved] = []
        self._count = 0

    def find(self, kind: str, reference: Node) -> Resource | None:
        """What a reference by name means in this tree."""
        found = resolve(self._catalogue, kind, reference, self._path)
        if found is not None and found.document.path != self._path:
            self.called[found.document.path] = None
        return found

    def jobs(self, resource: Resource) -> list[Job]:
        """The jobs that a run or a pipeline starts."""
        place = (resource.node['metadata']['name'] or resource.node['kind']).place
        nothing = EMPTY
        if resource.kind == 'Pipeline':
            scope = variables.scope(resource.spec['params'], nothing, None, is_called=False)
            return list(self._tasks(resource.spec, resource.name, scope, 0))
        started = starts(resource.node, place)
        kind = resource.kind.removesuffix('Run')
        made = self._called(resource.spec, kind, resource.name, place, None, 0)
        return [job.replace(triggers=started) for job in made]

    def _tasks(self, spec: Node, name: str, scope: Scope, depth: int) -> Iterator[Job]:
        """The tasks of a pipeline, those that run at its end included."""
        for key in ('tasks', 'finally'):
            for node in spec[key]:
                kind = 'Pipeline' if node['pipelineRef'] or node['pipelineSpec'] else 'Task'
                inner = f'{name} / {node["name"].text.strip()}'
                place = (node['name'] or node).place
                needs = tuple(scalar.text for scalar in node['runAfter'].scalars())
                for job in self._called(node, kind, inner, place, scope, depth):
                    yield job.replace(needs=needs)

    def _called(
        self, node: Node, kind: str, name: str, place: Place, scope: Scope | None, depth: int
    ) -> Iterator[Job]:
        """The jobs of a task or pipeline that is written in place or referred to."""
        self._count += 1
        if depth > _DEPTH or self._count > _MOST_JOBS:
            return
        spec = node[f'{kind.lower()}Spec']
        reference = node[f'{kind.lower()}Ref']
        via: tuple[Hop, ...] = ()
        if not spec:
            found = self.find(reference['kind'].text.strip() or kind, reference)
            if found is None:
                yield from self._foreign(node, reference, kind, name, place, scope)
                return
            spec = found.spec
            via = (Hop(f'called by `{name}`', place),)
        declared = tasks.parameters(spec)
        inner = variables.scope(declared, node['params'], scope, is_called=True)
        if kind == 'Pipeline':
            made = self._tasks(spec, name, inner, depth + 1)
        else:
            made = iter((tasks.job(spec, name, place, inner, self.find),))
        for job in made:
            yield job.replace(via=(*via, *job.via))

    def _foreign(
        self, node: Node, reference: Node, kind: str, name: str, place: Place, scope: Scope | None
    ) -> Iterator[Job]:
        """Something outside the tree, as a step that is given the parameters."""
        use = _use(reference, node['params'])
        if use is None:
            return
        self.unresolved.append(Unresolved(kind.lower(), use.name, use.place))
        yield Job(
            name, place, containers.POD, steps=(Step(name.rpartition(' / ')[2], place, use=use),), scope=scope
        )


def _use(reference: Node, given: Node) -> Use | None:
    """A task from elsewhere: out of a bundle, a repository or a hub, else installed in the cluster.

    https://tekton.dev/docs/pipelines/resolution-getting-started/
    """
    options = {one['name'].text.strip(): one['value'].text.strip() for one in reference['params']}
    bundle = reference['bundle'].text.strip() or options.get('bundle', '')
    named = reference['name'].text.strip() or options.get('name', '') or options.get('pathInRepo', '')
    name = bundle or (f'{options["url"]}//{named}' if options.get('url') else named)
    if not name:
        return None
    pinned = images.is_pinned(bundle) or bool(_COMMIT.fullmatch(options.get('revision', '')))
    foreign = bool(bundle) or reference['resolver'].text.strip() not in ('', 'cluster')
    inputs = variables.scope(EMPTY, given, None, is_called=True).inputs
    return Use('template', name, reference.place, pinned=pinned, third_party=foreign, inputs=inputs)


def resolve(catalogue: Catalogue, kind: str, reference: Node, near: str) -> Resource | None:
    """The resource of a tree that a reference names, unless it says that it comes from elsewhere."""
    name = reference['name'].text.strip()
    if not name or reference['bundle'] or reference['resolver']:
        return None
    return catalogue.find(kind, name, near)


@lru_cache(maxsize=2)
def called(catalogue: Catalogue) -> frozenset[tuple[str, str, str]]:
    """Path, kind and name of all tasks, pipelines and step actions that something in the tree calls."""
    found = set()
    for resource in catalogue.all():
        for kind, reference in _references(resource.node):
            target = resolve(catalogue, kind, reference, resource.document.path)
            if target is not None:
                found.add((target.document.path, target.kind, target.name))
    return frozenset(found)


_REFERENCES = {'taskRef': 'Task', 'pipelineRef': 'Pipeline', 'ref': 'StepAction'}
_SPECS = ('spec', 'pipelineSpec', 'taskSpec')


def _references(node: Node) -> Iterator[tuple[str, Node]]:
    waiting = [(node, 0)]
    while waiting:
        inner, depth = waiting.pop()
        for key, kind in _REFERENCES.items():
            if inner[key].kind == 'map':
                yield inner[key]['kind'].text.strip() or kind, inner[key]
        if depth < 4 * _DEPTH:
            children = [inner[key] for key in _SPECS if inner[key].kind == 'map']
            children += [item for key in ('tasks', 'finally', 'steps') for item in inner[key]]
            waiting += [(child, depth + 1) for child in children]


def starts(node: Node, place: Place) -> tuple[Trigger, ...]:
    """What starts a run: the events of Pipelines as Code, else whoever creates it."""
    annotations = node['metadata']['annotations']
    events = annotations[f'{_ANNOTATION}on-event']
    expression = annotations[f'{_ANNOTATION}on-cel-expression']
    comment = annotations[f'{_ANNOTATION}on-comment']
    found = []
    for event, kind in _EVENTS.items():
        if re.search(rf'\b{event}\b', events.text):
            found.append(Trigger(kind, event, events.entry))
        elif re.search(rf'[\'"]{event}[\'"]', expression.text):
            found.append(Trigger(kind, event, expression.entry))
    if comment:
        found.append(Trigger(model.OTHER, 'comment', comment.entry))
    branches = annotations[f'{_ANNOTATION}on-target-branch'].text.strip('[] ')
    if branches and all(one.strip().startswith('refs/tags/') for one in branches.split(',')):
        found = [one.replace(kind=model.TAG) if one.kind == model.PUSH else one for one in found]
    return tuple(found) or (Trigger(model.MANUAL, 'created', place),)
