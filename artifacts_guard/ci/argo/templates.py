"""Templates of Argo Workflows: each that runs containers is a pod of its own.

https://argo-workflows.readthedocs.io/en/latest/fields/#template
"""

from __future__ import annotations

import re

from artifacts_guard.ci import interpreters
from artifacts_guard.ci.kubernetes import containers
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.text import Fragment
    from artifacts_guard.yamltree import Node

# https://argo-workflows.readthedocs.io/en/latest/variables/; `{{=…}}` is an expression
_MARK = re.compile(r'\{\{([^{}]*)\}\}')
_PARAMETER = re.compile(r'\b(inputs|workflow)\.parameters(?:\.([\w-]+)|\[[\'"]([^\'"\]]+)[\'"]\])')
_VENDORS = ('quay.io/argoproj/', 'argoproj/')


def expand(fragment: Fragment, early: bool) -> list[Expression]:
    """The expressions of a string; parameters of the workflow are told from a template's by their prefix."""
    found = []
    for match in _MARK.finditer(fragment.text):
        named = [_input(parameter) for parameter in _PARAMETER.finditer(match[1])]
        choices = tuple(named) or (Reference('unknown', match[1].strip()),)
        found.append(Expression(match.start(), match.end(), choices, early))
    return found


def _input(match: re.Match[str]) -> Reference:
    prefix = 'workflow.' if match[1] == 'workflow' else ''
    return Reference('input', prefix + (match[2] or match[3]))


def bindings(nodes: Iterable[Node], prefix: str = '') -> Iterator[Binding]:
    """Parameters with values, in an `arguments` or `inputs` mapping."""
    for one in nodes:
        name, value = one['name'].text.strip(), one['value']
        if name and value.kind == 'scalar':
            template = Template(value.fragment, tuple(expand(value.fragment, False)))
            yield Binding(prefix + name, template, 'job', one['name'].entry)


def calls(spec: Node) -> Iterator[Node]:
    """All steps and tasks of a workflow's templates."""
    for template in spec['templates']:
        for group in template['steps']:
            yield from group if group.kind == 'seq' else (group,)
        yield from template['dag']['tasks']


def _given(spec: Node) -> dict[str, list[Binding]]:
    """What the steps and tasks of a workflow give to each of its templates, by the template's name."""
    found: dict[str, list[Binding]] = {}
    for call in calls(spec):
        held = found.setdefault(call['template'].text.strip(), [])
        held += bindings(call['arguments']['parameters'])
    return found


def jobs(spec: Node, workflow: Scope) -> Iterator[Job]:
    """The templates of a workflow that run something, as jobs; those written in place of a call among them."""
    given = _given(spec)
    for node in spec['templates']:
        yield from _job(node, node['name'], spec, given, workflow)
    for call in calls(spec):
        if call['inline']:
            yield from _job(call['inline'], call['name'], spec, given, workflow)


def _job(
    node: Node, named: Node, spec: Node, given: dict[str, list[Binding]], workflow: Scope
) -> Iterator[Job]:
    name = named.text.strip()
    steps = tuple(_steps(node, name, spec['templateDefaults']))
    if not steps:
        return
    inputs = {binding.name: binding for binding in bindings(node['inputs']['parameters'])}
    for binding in given.get(name, ()):
        held = inputs.get(binding.name)
        # of several calls, one that hands on something from elsewhere
        if held is None or held.value is None or not held.value.expressions:
            inputs[binding.name] = binding
    # a template sees the parameters of the workflow as well
    scope = Scope((*workflow.inputs, *inputs.values()), None, workflow)
    yield Job(name, (named or node).place, containers.POD, steps=steps, scope=scope)


def _steps(node: Node, name: str, defaults: Node) -> Iterator[Step]:
    for container in node['initContainers']:
        yield _container(container, 'initContainer')
    if node['script']:
        yield _script(node['script'], name)
    if node['container']:
        yield _container(node['container'], name, defaults['container'])
    for container in node['containerSet']['containers']:
        yield _container(container, 'container')
    for container in node['sidecars']:
        yield _container(container, 'sidecar').replace(image=None)


def _container(node: Node, name: str, fallback: Node | None = None) -> Step:
    command = containers.command(node, expand, fallback)
    return _step(node, name).replace(scripts=(command,) if command else ())


def _script(node: Node, name: str) -> Step:
    """A script is put into a file that the `command` is started with."""
    source = node['source']
    if source.kind != 'scalar':
        return _container(node, name)
    line = ' '.join(scalar.text for scalar in node['command'].scalars())
    shell = interpreters.shell(line) if line else Shell('sh', False, False)
    script = Script(Template(source.fragment, tuple(expand(source.fragment, True))), shell)
    return _step(node, name).replace(scripts=(script,))


def _step(node: Node, name: str) -> Step:
    return Step(
        node['name'].text.strip() or name,
        (node['name'] or node).place,
        image=containers.image(node['image'], expand, _VENDORS),
        env=containers.env(node, 'step', expand),
    )
