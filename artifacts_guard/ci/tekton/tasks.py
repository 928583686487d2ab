"""Tasks: pods whose containers run one after the other.

https://tekton.dev/docs/pipelines/tasks/
"""

from __future__ import annotations

from artifacts_guard.ci import interpreters
from artifacts_guard.ci.kubernetes import containers
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.tekton import variables
from artifacts_guard.ci.tekton.variables import expand
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from typing import TypeAlias

    from artifacts_guard.ci.kubernetes.library import Resource
    from artifacts_guard.ci.model import Argv
    from artifacts_guard.ci.model import Scope
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

    Find: TypeAlias = Callable[[str, Node], Resource | None]

_VENDORS = ('gcr.io/tekton-releases/', 'ghcr.io/tektoncd/')
# What a script without a first line of its own begins with:
# https://tekton.dev/docs/pipelines/tasks/#running-scripts-within-steps
_PREAMBLE = Shell('sh', True, False)


def parameters(spec: Node) -> Node:
    """The declared parameters; until v1beta1 they stood under `inputs`."""
    return spec['params'] or spec['inputs']['params']


def job(spec: Node, name: str, place: Place, scope: Scope, find: Find) -> Job:
    """A task as a job, on a pod of its own; `find` gives a step action by its reference."""
    template = spec['stepTemplate']
    return Job(
        name,
        place,
        containers.POD,
        steps=(*_steps(spec, scope, find), *_sidecars(spec)),
        env=containers.env(template, 'job', expand, narrowable=True),
        scope=scope,
    )


def _steps(spec: Node, scope: Scope, find: Find) -> Iterator[Step]:
    for number, node in enumerate(spec['steps'], 1):
        action = find('StepAction', node['ref']) if node['ref'] else None
        step = _container(node, spec['stepTemplate'], f'step {number}')
        if action is not None:
            inner = _container(action.spec, spec['stepTemplate'], step.name, in_action=True)
            step = inner.replace(
                place=step.place,
                env=(*inner.env, *step.env),
                scope=variables.scope(action.spec['params'], node['params'], scope, is_called=True),
                via=(Hop(f'called by the step `{step.name}`', step.place),),
            )
        yield step.replace(may_fail=node['onError'].text.strip() == 'continue')


def action(resource: Resource, scope: Scope, place: Place) -> Job:
    """A step action that nothing calls, as a job."""
    step = _container(resource.spec, resource.spec['stepTemplate'], resource.name, in_action=True)
    return Job(resource.name, place, containers.POD, steps=(step,), scope=scope)


def _container(node: Node, template: Node, name: str, *, in_action: bool = False) -> Step:
    """A container; in the script of a step action no parameters are replaced.

    https://tekton.dev/docs/pipelines/stepactions/#passing-params-to-stepaction
    """
    image = node['image'] or template['image']
    directory = node['workingDir'] or template['workingDir']
    name = node['name'].text.strip() or name
    script: Script | Argv | None
    if node['script'].kind == 'scalar' and node['script'].text.strip():
        script = _script(node['script'], in_action=in_action)
    else:
        script = containers.command(node, expand, template)
    return Step(
        name,
        (node['name'] or node).place,
        scripts=(script,) if script else (),
        image=containers.image(image, expand, _VENDORS),
        env=containers.env(node, 'step', expand),
        directory=containers.variables(directory.fragment, expand) if directory.kind == 'scalar' else None,
    )


def _script(node: Node, *, in_action: bool) -> Script:
    fragment = node.fragment
    shell = _PREAMBLE
    if fragment.text.startswith('#!'):
        shell = interpreters.shell(fragment.text[2:].partition('\n')[0])
    return Script(Template(fragment, () if in_action else tuple(expand(fragment, True))), shell)


def _sidecars(spec: Node) -> Iterator[Step]:
    """https://tekton.dev/docs/pipelines/tasks/#specifying-sidecars: their images are not judged."""
    for number, node in enumerate(spec['sidecars'], 1):
        step = _container(node, EMPTY, f'sidecar {number}')
        if step.scripts or step.env:
            yield step.replace(image=None)
