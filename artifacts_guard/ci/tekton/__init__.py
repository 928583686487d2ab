"""Tekton: tasks, pipelines and their runs, in any document that holds such resources.

https://tekton.dev/docs/pipelines/.  A task or pipeline that another document calls is read there, with what it
is given.  Tekton hides no secrets in logs.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.kubernetes.library import catalogue
from artifacts_guard.ci.kubernetes.library import distinct
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.tekton import pipelines
from artifacts_guard.ci.tekton import tasks
from artifacts_guard.ci.tekton import variables
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.kubernetes.library import Resource
    from artifacts_guard.ci.model import Job
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'tekton'
# for docs/systems.md
UNDERSTANDS = (
    'tasks, pipelines and step actions of the tree, with parameters',
    '`stepTemplate`',
    'events of Pipelines as Code',
)
UNRESOLVED = ('tasks of bundles, hubs, other repositories and the cluster',)
HOSTS = 'unknown: a pod on a node that others use'
SHELLS = 'sh with `-e`, or what the first line says'
MASKS = False

_GROUP = 'tekton.dev/'
_TASKS = ('Task', 'ClusterTask')
_RUNNING = ('Pipeline', 'PipelineRun', 'TaskRun')
_DEFINED = (*_TASKS, 'StepAction', 'Pipeline')
_VERSION = re.compile(r'^[ \t-]*[\'"]?apiVersion[\'"]?[ \t]*:[ \t]*[\'"]?tekton\.dev/', re.MULTILINE)
_KIND = re.compile(
    r'^[ \t-]*[\'"]?kind[\'"]?[ \t]*:[ \t]*[\'"]?(?:Task|ClusterTask|TaskRun|Pipeline|PipelineRun|StepAction)\b',
    re.MULTILINE,
)


def claims(document: Document) -> bool:
    """Tekton's by the API version and the kind of a resource in it."""
    return bool(_VERSION.search(document.text)) and bool(_KIND.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """All that a document runs, with what it calls.  Raises nothing: no name says that a file is Tekton's."""
    shelf = catalogue(link.library(tree), _GROUP)
    found = [one for one in shelf.resources(document) if one.kind in (*_DEFINED, *_RUNNING)]
    elsewhere = pipelines.called(shelf)
    left = [one for one in found if (document.path, one.kind, one.name) not in elsewhere]
    # what is called is read there; a document with nothing else in it is given up as a whole
    is_template = len(left) in (0, len(found)) and not any(one.kind in _RUNNING for one in left)
    reader = pipelines.Reader(shelf, document.path)
    jobs: list[Job] = []
    for resource in left or found:
        jobs += reader.jobs(resource) if resource.kind in _RUNNING else [_uncalled(resource, reader)]
    return Pipeline(
        document,
        NAME,
        kind='template' if is_template else 'pipeline',
        jobs=distinct(jobs),
        triggers=tuple(dict.fromkeys(trigger for job in jobs for trigger in job.triggers)),
        unresolved=tuple(reader.unresolved),
        masks=False,
        called=tuple(reader.called),
    )


def _uncalled(resource: Resource, reader: pipelines.Reader) -> Job:
    """A task or step action by itself: whoever calls it gives its parameters."""
    place = (resource.node['metadata']['name'] or resource.node['kind']).place
    declared = tasks.parameters(resource.spec)
    scope = variables.scope(declared, EMPTY, None, is_called=False)
    if resource.kind in _TASKS:
        job = tasks.job(resource.spec, resource.name, place, scope, reader.find)
    else:
        job = tasks.action(resource, scope, place)
    return job.replace(automation=False)
