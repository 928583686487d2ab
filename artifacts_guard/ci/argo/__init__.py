"""Argo Workflows: workflows, their schedules and templates, in any document that holds such resources.

https://argo-workflows.readthedocs.io/en/latest/fields/.  A workflow template that a workflow of the tree refers to
is read there.  Argo hides no secrets in logs.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.argo import templates
from artifacts_guard.ci.kubernetes.library import catalogue
from artifacts_guard.ci.kubernetes.library import distinct
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Unresolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.kubernetes.library import Catalogue
    from artifacts_guard.ci.kubernetes.library import Resource
    from artifacts_guard.ci.model import Job
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'argo'
# for docs/systems.md
UNDERSTANDS = (
    'workflow templates of the tree, with parameters',
    'steps and graphs',
    'workflows that a sensor of Argo Events starts',
)
UNRESOLVED = ('templates of the cluster', 'manifests of `resource` templates')
HOSTS = 'unknown: a pod on a node that others use'
SHELLS = 'what `command` says, without flags'
MASKS = False

_GROUP = 'argoproj.io/'
_RUNNING = ('Workflow', 'CronWorkflow')
_TEMPLATES = ('WorkflowTemplate', 'ClusterWorkflowTemplate')
_VERSION = re.compile(r'^[ \t-]*[\'"]?apiVersion[\'"]?[ \t]*:[ \t]*[\'"]?argoproj\.io/', re.MULTILINE)
_KIND = re.compile(
    r'^[ \t-]*[\'"]?kind[\'"]?[ \t]*:[ \t]*[\'"]?(?:(?:Cron)?Workflow|(?:Cluster)?WorkflowTemplate)\b',
    re.MULTILINE,
)


def claims(document: Document) -> bool:
    """Argo's by the API version and the kind of a resource in it."""
    return bool(_VERSION.search(document.text)) and bool(_KIND.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """All templates of a document as jobs.  Raises nothing: no name says that a file is Argo's."""
    shelf = catalogue(link.library(tree), _GROUP)
    reader = _Reader(shelf, document.path)
    jobs: list[Job] = []
    running = False
    for resource in shelf.resources(document):
        if resource.kind in _RUNNING:
            running = True
            jobs += reader.workflow(resource)
        elif resource.kind in _TEMPLATES:
            made = _named(templates.jobs(resource.spec, _scope(resource.spec)), resource)
            jobs += (job.replace(automation=False) for job in made)
    return Pipeline(
        document,
        NAME,
        kind='pipeline' if running else 'template',
        jobs=distinct(jobs),
        triggers=tuple(dict.fromkeys(trigger for job in jobs for trigger in job.triggers)),
        unresolved=tuple(reader.unresolved),
        masks=False,
        called=tuple(reader.called),
    )


class _Reader:
    """Follows references of workflows to workflow templates."""

    def __init__(self, shelf: Catalogue, path: str) -> None:
        self._shelf = shelf
        self._path = path
        self.called: dict[str, None] = {}
        self.unresolved: list[Unresolved] = []

    def workflow(self, resource: Resource) -> list[Job]:
        """The jobs of a workflow, and of the templates that it refers to."""
        place = (resource.node['metadata']['name'] or resource.node['kind']).place
        spec = resource.spec
        trigger = Trigger(model.MANUAL, 'submitted', place)
        if resource.kind == 'CronWorkflow':
            schedule = spec['schedule'] or spec['schedules']
            trigger = Trigger(model.SCHEDULE, 'schedule', schedule.entry if schedule else place)
            spec = spec['workflowSpec']
        scope = _scope(spec)
        made = list(_named(templates.jobs(spec, scope), resource))
        seen = set()
        waiting = list(_references(spec))
        while waiting:
            reference = waiting.pop(0)
            found = self._find(reference)
            if found is None or (found.document.path, found.name) in seen:
                continue
            seen.add((found.document.path, found.name))
            via = (Hop(f'called by `{resource.name}`', reference.place),)
            inner = Scope((*_scope(found.spec).inputs, *scope.inputs), None, scope)
            made += (job.replace(via=via) for job in _named(templates.jobs(found.spec, inner), resource))
            waiting += _references(found.spec)
        return [job.replace(triggers=(trigger,)) for job in made]

    def _find(self, reference: Node) -> Resource | None:
        name = reference['name'].text.strip()
        kind = _TEMPLATES[reference['clusterScope'].text == 'true']
        found = self._shelf.find(kind, name, self._path) if name else None
        if found is None and name:
            self.unresolved.append(Unresolved('template', name, reference.place))
        elif found is not None and found.document.path != self._path:
            self.called[found.document.path] = None
        return found


def _scope(spec: Node) -> Scope:
    """The parameters of a workflow; whoever submits it can give others."""
    return Scope(tuple(templates.bindings(spec['arguments']['parameters'], 'workflow.')))


def _references(spec: Node) -> Iterator[Node]:
    """References to workflow templates: by the whole workflow, by its steps and its tasks."""
    if spec['workflowTemplateRef']:
        yield spec['workflowTemplateRef']
    for call in templates.calls(spec):
        if call['templateRef']:
            yield call['templateRef']


def _named(jobs: Iterator[Job], resource: Resource) -> Iterator[Job]:
    for job in jobs:
        yield job.replace(name=f'{resource.name} / {job.name}')
