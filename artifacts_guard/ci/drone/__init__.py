"""Drone: `.drone.yml`, one pipeline in each of its YAML documents.

https://docs.drone.io/yaml/, https://docs.drone.io/pipeline/overview/
"""

from __future__ import annotations

from artifacts_guard import yamltree
from artifacts_guard.ci import model
from artifacts_guard.ci.drone import events
from artifacts_guard.ci.drone import steps
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Unresolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'drone'
# for docs/systems.md
UNDERSTANDS = ('all pipelines of a document', '`from_secret`')
UNRESOLVED = ('templates, Starlark and Jsonnet',)
HOSTS = '`exec` and `ssh` run on the host and are shared; containers and pods are unknown; virtual machines made for one run are thrown away'
SHELLS = 'sh with `-e`'
MASKS = True  # https://github.com/drone/runner-go, pipeline/runtime/replacer.go

_CONTAINER = 'a container on a machine that other jobs use too'
_HOST = 'commands run on a machine that other jobs use too'
_VM = 'a virtual machine that is made for one run and then destroyed'
# https://docs.drone.io/runner/overview/: exec and ssh run commands on the machine itself.  The others' machines
# are terminated after the run: …/runner/digitalocean/overview, …/runner/macstadium/overview,
# https://docs.drone.io/pipeline/aws/overview (`type: vm`, before that `type: aws`)
_TYPES = {
    'docker': (model.UNKNOWN, _CONTAINER),
    'kubernetes': (model.UNKNOWN, 'a pod on a node that others use too'),
    'exec': (model.SHARED, _HOST),
    'ssh': (model.SHARED, _HOST),
    'digitalocean': (model.EPHEMERAL, _VM),
    'macstadium': (model.EPHEMERAL, _VM),
    'aws': (model.EPHEMERAL, _VM),
    'vm': (model.EPHEMERAL, _VM),
}
_ON_HOST = ('exec', 'ssh', 'digitalocean', 'macstadium')
_VENDORS = ('plugins/', 'drone/')


def read(document: Document, tree: Tree) -> Pipeline:
    """All pipelines of a document.  Raises YamlError."""
    jobs: list[Job] = []
    missing: list[Unresolved] = []
    names: dict[str, int] = {}
    for root in yamltree.parse_all(document):
        if root['kind'].text == 'template':
            missing.append(Unresolved('template', root['load'].text.strip(), root['load'].place))
        elif root['kind'].text == 'pipeline' or (not root.has('kind') and root.has('pipeline')):
            name = root['name'].text.strip() or 'default'
            names[name] = names.get(name, 0) + 1
            jobs.append(_job(root, name if names[name] == 1 else f'{name} ({names[name]})'))
    return Pipeline(
        document,
        NAME,
        jobs=tuple(jobs),
        triggers=tuple(dict.fromkeys(trigger for job in jobs for trigger in job.triggers)),
        unresolved=tuple(missing),
    )


def _job(root: Node, name: str) -> Job:
    """A pipeline; one without a kind is of the time before Drone 1.0, with steps under `pipeline`."""
    place = (root['name'] or root['kind']).place if root.has('kind') else root['pipeline'].key.place
    kind = root['type'].text.strip() or 'docker'
    style = steps.Style(
        events.DRONE,
        _VENDORS,
        shell=steps.POWERSHELL if root['platform']['os'].text == 'windows' else steps.SH,
        host=kind in _ON_HOST,
    )
    started = events.triggers(root['trigger'], events.DRONE, place)
    listed = root['steps'] if root.has('kind') else root['pipeline']
    return Job(
        name,
        place,
        _runner(root, kind),
        steps=(*steps.steps(listed, style, started), *steps.services(root['services'], style)),
        env=tuple(steps.bindings(root['environment'], 'pipeline', style, narrowable=True)),
        triggers=started,
        needs=tuple(scalar.text for scalar in root['depends_on'].scalars()),
    )


def _runner(root: Node, kind: str) -> Runner:
    """By the type of the pipeline; `node` chooses among runners by their labels."""
    tenancy, evidence = _TYPES.get(kind, (model.UNKNOWN, f'nobody explained the type `{kind}`'))
    pairs = [(name, value.text.strip()) for name, value in root['node'].items() if value.text.strip()]
    labels = (kind, *(value for _, value in pairs), *(f'{name}={value}' for name, value in pairs))
    place = root['node'].entry if pairs else root['type'].entry if root['type'].key else None
    shown = ', '.join((kind, *(f'{name}={value}' for name, value in pairs)))
    return Runner(tenancy, shown, f'`{kind}`: {evidence}', place, ((labels, tenancy),))
