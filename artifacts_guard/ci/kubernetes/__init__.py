"""Kubernetes manifests: the containers of pods, and of what makes pods.

https://kubernetes.io/docs/concepts/workloads/.  A CronJob is started by its schedule; whatever else runs
pods is started by hand or by other tools.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.kubernetes import containers
from artifacts_guard.ci.kubernetes.library import Catalogue
from artifacts_guard.ci.kubernetes.library import distinct
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.kubernetes.library import Resource
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'kubernetes'
# for docs/systems.md
UNDERSTANDS = ('pods and all that makes pods', 'lists of resources, several documents in a file')
UNRESOLVED = (
    'templates of other tools (Helm) are read as far as they are YAML',
    'values of secrets and config maps of the cluster',
)
HOSTS = 'unknown: a pod on a node that others use'
SHELLS = 'none: the command is started as it is'
MASKS = False

_CRON = 'CronJob'
# Where the pod's spec stands in a resource's.
_PODS: dict[str, tuple[str, ...]] = {
    'Pod': (),
    'Deployment': ('template', 'spec'),
    'StatefulSet': ('template', 'spec'),
    'DaemonSet': ('template', 'spec'),
    'ReplicaSet': ('template', 'spec'),
    'ReplicationController': ('template', 'spec'),
    'Rollout': ('template', 'spec'),
    'Job': ('template', 'spec'),
    _CRON: ('jobTemplate', 'spec', 'template', 'spec'),
}
_KIND = re.compile(rf'^[ \t-]*[\'"]?kind[\'"]?[ \t]*:[ \t]*[\'"]?(?:{"|".join(_PODS)})\b', re.MULTILINE)


def claims(document: Document) -> bool:
    """A manifest by the kind and the API version of what it describes."""
    return bool(_KIND.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """Each resource with pods as a job.  Raises nothing: no name says that a file is a manifest."""
    found = Catalogue(link.library(tree), '').resources(document)
    jobs = distinct(_job(one) for one in found if one.kind in _PODS)
    triggers = tuple(trigger for job in jobs for trigger in job.triggers)
    return Pipeline(document, NAME, kind='manifest', jobs=jobs, triggers=triggers, masks=False)


def _job(resource: Resource) -> Job:
    pod = resource.spec
    for key in _PODS[resource.kind]:
        pod = pod[key]
    place = (resource.node['metadata']['name'] or resource.node['kind']).place
    schedule = resource.spec['schedule']
    is_cron = resource.kind == _CRON
    started = (Trigger(model.SCHEDULE, 'schedule', schedule.entry if schedule else place),) if is_cron else ()
    return Job(
        f'{resource.kind} {resource.name}',
        place,
        containers.POD,
        steps=tuple(_steps(pod, is_automation=is_cron)),
        triggers=started,
        automation=is_cron,
    )


def _steps(pod: Node, *, is_automation: bool) -> Iterator[Step]:
    for key in ('initContainers', 'containers'):
        for container in pod[key]:
            command = containers.command(container)
            yield Step(
                container['name'].text.strip() or key,
                (container['name'] or container).place,
                scripts=((command,) if command else ()) + tuple(containers.hooks(container)),
                image=containers.image(container['image'], containers.nothing) if is_automation else None,
                env=containers.env(container, 'step'),
            )
