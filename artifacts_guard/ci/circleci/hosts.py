"""Executors: the host of a job, its image, shell, environment and folder.

https://circleci.com/docs/reference/configuration-reference/#executor-job
"""

from __future__ import annotations

from artifacts_guard.ci import images
from artifacts_guard.ci import interpreters
from artifacts_guard.ci import model
from artifacts_guard.ci import runners
from artifacts_guard.ci.circleci import lookup
from artifacts_guard.ci.fragments import tail
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Shell
from artifacts_guard.record import Record
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.circleci.frame import Frame
    from artifacts_guard.ci.model import Use
    from artifacts_guard.yamltree import Node

_BASH = Shell('bash', True, True)  # …/configuration-reference/#default-shell-options
_POWERSHELL = Shell('powershell', False, False)  # …/execution-managed/using-windows/
_OWN_IMAGES = ('cimg', 'circleci')
_VENDOR = 'circleci/'
_KEYS = ('docker', 'machine', 'macos')
_EVIDENCE = {
    'docker': 'a container on CircleCI, thrown away after the job',
    'machine': 'a virtual machine of CircleCI, thrown away after the job',
    'macos': 'a virtual machine of CircleCI, thrown away after the job',
}


class Host(Record):
    """`directory` is the job's folder as written; `shell` that of steps which name none."""

    runner: Runner
    image: Use | None = None
    shell: Shell = _BASH
    env: tuple[Binding, ...] = ()
    directory: str = ''


class _Part(Record):
    """A job or executor and the frame that its values are read in; `remote` is an orb's executor."""

    node: Node
    frame: Frame
    remote: Use | None = None
    place: Node = EMPTY


def host(job: Node, frame: Frame) -> Host:
    """The host of a job; of several executors that a matrix chooses from, the worst."""
    own = _Part(job, frame)
    made = [_host(own, executor) for executor in _executors(job['executor'], frame)]
    first = made[0]
    worst = runners.worst(one.runner.tenancy for one in made)
    runner = next(one.runner for one in made if one.runner.tenancy == worst)
    options = tuple(option for one in made for option in one.runner.options)
    image = next((one.image for one in made if one.image and not one.image.pinned), first.image)
    return first.replace(runner=runner.replace(options=options), image=image)


def _executors(node: Node, frame: Frame, depth: int = 0) -> Iterator[_Part]:
    """What `executor:` names: `NAME`, a mapping with `name` and arguments, or a parameter that holds either."""
    named = node['name'] if node.kind == 'map' else node
    text = named.text.strip()
    kind, _, name = text.strip('<> ').partition('.')
    argument = frame.argument(name) if text.startswith('<<') and kind == 'parameters' else None
    if argument is not None and depth < 8:
        for inner in argument.nodes:
            yield from _executors(inner, argument.frame, depth + 1)
        return
    text = frame.text(named)
    found = lookup.find('executors', text, frame) if text else lookup.Found()
    if found.remote is not None:
        yield _Part(EMPTY, frame, found.remote.replace(name=f'{found.remote.name}: {text}'), named)
    else:
        given = frame.given(node, found.node['parameters'])
        yield _Part(found.node, frame.entered(found.node, found.names, given), place=named)


def _host(own: _Part, executor: _Part) -> Host:
    parts = (own, executor)  # keys of the job hide those of the executor
    kind, node, frame = next(
        ((key, part.node[key], part.frame) for part in parts for key in _KEYS if part.node.has(key)),
        ('', EMPTY, own.frame),
    )
    container = next(iter(node), EMPTY) if kind == 'docker' else EMPTY
    windows = executor.remote is not None and executor.remote.name.startswith(f'{_VENDOR}windows')
    windows = windows or (kind == 'machine' and frame.text(node['image']).startswith('windows'))
    named = next((shell(part.node, part.frame) for part in parts if part.node['shell']), None)
    if named is None and kind == 'machine' and node['shell']:
        named = shell(node, frame)
    return Host(
        _runner(kind, node, own, executor),
        _image(container['image'], frame),
        named or (_POWERSHELL if windows else _BASH),
        (
            *bindings(container['environment'], frame, 'job'),
            *bindings(executor.node['environment'], executor.frame, 'job'),
            *bindings(own.node['environment'], own.frame, 'job'),
        ),
        next((p.frame.text(p.node['working_directory']) for p in parts if p.node['working_directory']), ''),
    )


def shell(node: Node, frame: Frame) -> Shell:
    """What a `shell:` key says."""
    return interpreters.shell(frame.text(node['shell']))


def _runner(kind: str, node: Node, own: _Part, executor: _Part) -> Runner:
    for part in (own, executor):
        resource = part.node['resource_class']
        if resource:
            return _classed(kind, resource, part.frame, executor.remote)
    place = node.entry if node else executor.place.place if executor.place else None
    if kind:
        return Runner(model.EPHEMERAL, kind, _EVIDENCE[kind], place, (((kind,), model.EPHEMERAL),))
    name = executor.place.text.strip()
    if executor.remote is not None and executor.remote.name.startswith(_VENDOR):
        return Runner(
            model.EPHEMERAL, name, "an executor of CircleCI's own orb", place, (((name,), model.EPHEMERAL),)
        )
    evidence = f'nothing in the tree defines the executor `{name}`' if name else 'the file names no executor'
    return Runner(model.UNKNOWN, name, evidence, place, (((name,), model.UNKNOWN),) if name else ())


def _classed(kind: str, node: Node, frame: Frame, remote: Use | None) -> Runner:
    """By `resource_class`: `namespace/name` is a self-hosted runner, all else a size of CircleCI's machines.

    https://circleci.com/docs/guides/execution-managed/resource-class-overview/
    """
    options = []
    for value in frame.values(node):
        if isinstance(value, Reference):
            options.append(((frame.text(node),), model.UNKNOWN))
        else:
            text = str(value).strip()
            options.append(((text,), model.SHARED if '/' in text else model.EPHEMERAL))
    tenancy = runners.worst(one for _, one in options)
    label = next(labels[0] for labels, one in options if one == tenancy)
    evidence = {
        model.SHARED: f'`{label}`: a self-hosted runner of the namespace `{label.partition("/")[0]}`',
        model.EPHEMERAL: _EVIDENCE.get(kind, f'`{label}` is a size of machines of CircleCI'),
        model.UNKNOWN: f'nobody knows what `{label}` will be',
    }[tenancy]
    return Runner(tenancy, label, evidence, node.entry, tuple(options))


def _image(node: Node, frame: Frame) -> Use | None:
    """The first container of a job is where its steps run; the others are services."""
    if node.kind != 'scalar':
        return None
    template = frame.template(node)
    name, at = '', 0
    for expression in template.expressions:
        first = expression.choices[0]
        if isinstance(first, Reference):
            return images.image(template.text, node.place, _OWN_IMAGES, known=False)
        name += template.text[at : expression.start] + first
        at = expression.end
    return images.image(name + template.text[at:], node.place, _OWN_IMAGES)


def bindings(node: Node, frame: Frame, level: str) -> tuple[Binding, ...]:
    """An `environment:`: a mapping, or a list of mappings and of `NAME=value`."""
    narrowable = level != 'step'
    found: list[Binding] = []
    for item in node if node.kind == 'seq' else (node,):
        if item.kind == 'scalar':
            template = frame.template(item)
            name, equals, _ = template.text.partition('=')
            if name.strip() and equals:
                value = tail(template, len(name) + 1)
                found.append(Binding(name.strip(), value, level, item.place, narrowable))
        for name, one in item.items():
            if one.kind == 'scalar':
                found.append(Binding(name, frame.template(one), level, one.entry, narrowable))
    return tuple(found)
