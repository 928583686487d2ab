"""Pools and containers: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/pool.

Microsoft-hosted agents are thrown away after one job; a pool that has a name of its own is a set of
machines that other pipelines use too.
"""

from __future__ import annotations

from artifacts_guard.ci import images
from artifacts_guard.ci import model
from artifacts_guard.ci.azure.frame import Frame
from artifacts_guard.ci.azure.nodes import field
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.yamltree import Node

_HOSTED = frozenset(
    (
        'azure pipelines',
        'default hosted',
        'hosted',
        'server',
        'hosted ubuntu 1604',
        'hosted vs2017',
        'hosted macos',
    )
)
_VENDORS = ('mcr.microsoft.com',)


def runner(pool: Node, frame: Frame) -> Runner:
    """The host of a job, by the nearest `pool`."""
    if not pool or pool.is_null:
        evidence = 'no `pool`: a Microsoft-hosted agent, thrown away after one job'
        return Runner(model.EPHEMERAL, 'Azure Pipelines', evidence)
    image, name = (field(pool, 'vmImage'), field(pool, 'name')) if pool.kind == 'map' else (pool[''], pool)
    label = frame.static(name) if name.kind == 'scalar' else ''
    if image.kind == 'scalar' and (not label or label.lower() in _HOSTED):
        shown = frame.static(image)
        evidence = f'`vmImage: {shown}`: a Microsoft-hosted agent, thrown away after one job'
        return Runner(model.EPHEMERAL, shown, evidence, image.entry, (((shown,), model.EPHEMERAL),))
    if not label or label.lower() in _HOSTED:
        return Runner(model.EPHEMERAL, label or 'Azure Pipelines', 'a Microsoft-hosted agent', pool.entry)
    options = (((label,), model.UNKNOWN if '$' in label else model.SHARED),)
    if '$' in label:
        return Runner(model.UNKNOWN, label, f'nobody explained the pool `{label}`', name.entry, options)
    evidence = f'the pool `{label}`: machines that other pipelines use too'
    return Runner(model.SHARED, label, evidence, name.entry, options)


def is_windows(pool: Node, frame: Frame) -> bool:
    """Whether `script` is read by cmd.exe."""
    image = field(pool, 'vmImage')
    words = f'{frame.static(image)} {frame.static(field(pool, "name")) if pool.kind == "map" else frame.static(pool)}'
    lower = words.lower()
    demands = ' '.join(scalar.text.lower() for scalar in field(pool, 'demands').scalars())
    if '$(' in words and 'matrix' in lower:
        return False
    return 'windows' in lower or 'win-' in lower or '-win' in lower or 'vs20' in lower or 'windows' in demands


def container(node: Node, frame: Frame) -> Use | None:
    """The image that a job's steps run in: a name, a mapping, or the alias of a resource."""
    name = field(node, 'image') if node.kind == 'map' else node
    if name.kind != 'scalar':
        return None
    text = frame.static(name)
    place = name.place
    for resource in field(field(frame.root, 'resources'), 'containers'):
        if resource['container'].text.strip() == text and resource['image'].kind == 'scalar':
            text, place = frame.static(resource['image']), resource['image'].place
    return images.image(text, place, _VENDORS, known='$' not in text)
