"""Woodpecker: `.woodpecker.yaml`, or one workflow in each document of the folder `.woodpecker`.

https://woodpecker-ci.org/docs/usage/workflow-syntax
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.drone import events
from artifacts_guard.ci.drone import steps
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'woodpecker'
# for docs/systems.md
UNDERSTANDS = ('matrices', '`from_secret`', 'anchors')
UNRESOLVED = ('plugins’ own code',)
HOSTS = '`backend: local` is shared; containers are unknown'
SHELLS = 'sh with `-e`'
MASKS = True

_VENDORS = (
    'woodpeckerci/',
    'codeberg.org/woodpecker-plugins/',
    'codeberg.org/woodpecker-ci/',
    'quay.io/woodpeckerci/',
)
_LOCAL = '`backend: local`: commands run on a machine that other jobs use too'
_CONTAINER = 'a container on a machine that other jobs use too'


def read(document: Document, tree: Tree) -> Pipeline:
    """A document as one job: all its steps share a workspace.  Raises YamlError."""
    root = link.library(tree).root(document)
    listed = root['steps'] or root['pipeline']  # `pipeline` until 1.0
    jobs = (_job(root, listed, document),) if len(listed) else ()
    return Pipeline(document, NAME, jobs=jobs, triggers=jobs[0].triggers if jobs else ())


def _job(root: Node, listed: Node, document: Document) -> Job:
    place = listed.key.place
    matrix = _matrix(root['matrix'])
    platform = root['platform'].text or root['labels']['platform'].text
    runner, local = _runner(root)
    style = steps.Style(
        events.WOODPECKER,
        _VENDORS,
        shell=steps.POWERSHELL if local and platform.startswith('windows') else steps.SH,
        host=local,
        matrix=frozenset(name for name, _ in matrix),
    )
    started = events.triggers(root['when'], events.WOODPECKER, place)
    return Job(
        document.path.rpartition('/')[2].removeprefix('.').rpartition('.')[0],
        place,
        runner,
        steps=(
            *steps.steps(root['clone'], style, started),
            *steps.steps(listed, style, started),
            *steps.services(root['services'], style),
        ),
        triggers=started,
        matrix=matrix,
        needs=tuple(scalar.text for scalar in root['depends_on'].scalars()),
    )


def _matrix(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Lists by name, or a list of combinations under `include`: https://woodpecker-ci.org/docs/usage/matrix-workflows"""
    found: dict[str, list[str]] = {}
    for name, values in node.items():
        if name != 'include':
            found.setdefault(name, []).extend(scalar.text for scalar in values.scalars())
    for combination in node['include']:
        for name, value in combination.items():
            if value.kind == 'scalar':
                found.setdefault(name, []).append(value.text)
    return tuple((name, tuple(dict.fromkeys(values))) for name, values in found.items() if values)


def _runner(root: Node) -> tuple[Runner, bool]:
    """The agent, by labels; whether it runs commands without a container.

    https://woodpecker-ci.org/docs/administration/configuration/backends/local
    """
    node = root['labels']
    pairs = [(name, value.text.strip()) for name, value in node.items() if value.text.strip()]
    pairs += [(name, value) for name, _, value in (one.text.partition('=') for one in node.scalars())]
    local = ('backend', 'local') in pairs
    tenancy = model.SHARED if local else model.UNKNOWN
    labels = (*(value for _, value in pairs), *(f'{name}={value}' for name, value in pairs))
    shown = ', '.join(f'{name}={value}' for name, value in pairs)
    evidence = _LOCAL if local else _CONTAINER
    place = node.entry if node.key else None
    return Runner(tenancy, shown, evidence, place, ((labels, tenancy),) if labels else ()), local
