"""Stages, jobs and deployments, through the templates that they come from.

https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/pipeline
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.azure import hosts
from artifacts_guard.ci.azure import order
from artifacts_guard.ci.azure import steps
from artifacts_guard.ci.azure import templates
from artifacts_guard.ci.azure import triggers
from artifacts_guard.ci.azure.frame import Frame
from artifacts_guard.ci.azure.frame import Gathered
from artifacts_guard.ci.azure.nodes import elements
from artifacts_guard.ci.azure.nodes import entries
from artifacts_guard.ci.azure.nodes import field
from artifacts_guard.ci.azure.order import Order
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.yamltree import Node

_HOOKS = ('preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic')
_OUTCOMES = ('success', 'failure')
# how parameters end that hold what a template is to run (stageList, jobList, stepList)
_PARAMETERS = ('stages', 'jobs', 'steps')


def read(root: Node, document: Document, library: Library, started: tuple[Trigger, ...]) -> Gathered:
    """All jobs of a document, in order."""
    gathered = Gathered(library)
    frame = Frame(gathered, document, root, started, stack=(document.path,))
    frame = templates.parameters(frame, root['no such key'], None)
    _body(frame, 'pipeline')
    return gathered


def _body(frame: Frame, level: str) -> None:
    """A document's root, or the template that it extends."""
    root = frame.root
    frame = _surrounded(root, frame, level)
    extends = field(root, 'extends')
    if field(extends, 'template').kind == 'scalar':
        inner = templates.enter(extends, frame)
        if inner is not None:
            _body(inner, level)
        else:
            _handed(extends, frame)
        return
    if field(root, 'stages'):
        _stages(field(root, 'stages'), frame)
    elif field(root, 'jobs'):
        _jobs(field(root, 'jobs'), frame)
    elif field(root, 'steps'):
        _job(root, frame, frame.document.path.rpartition('/')[2] if frame.via else 'pipeline')


def _surrounded(node: Node, frame: Frame, level: str) -> Frame:
    """The frame inside a pipeline, stage or job: its pool, variables and condition."""
    pool = field(node, 'pool')
    if pool:
        frame = frame.replace(pool=pool)
    condition = field(node, 'condition')
    if condition.kind == 'scalar' and level != 'pipeline':
        both = ' && '.join(part for part in (frame.condition, condition.text.strip()) if part)
        left = triggers.left(condition.text, frame.triggers)
        frame = frame.replace(condition=both, triggers=left)
    return _variables(field(node, 'variables'), frame, level)


def _variables(node: Node, frame: Frame, level: str) -> Frame:
    """https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/variables"""
    if node.kind == 'map':
        for _, value in entries(node):
            if value.kind == 'scalar':
                frame = frame.declare(value.key, value, level)
        return frame
    for item, _ in elements(node, frame):
        name, value = field(item, 'name'), field(item, 'value')
        if name.kind == 'scalar' and value.kind == 'scalar':
            frame = frame.declare(name, value, level)
        elif field(item, 'template').kind == 'scalar':
            inner = templates.enter(item, frame)
            if inner is not None:
                filled = _variables(field(inner.root, 'variables'), inner, level)
                frame = frame.replace(env=filled.env, variables=filled.variables)
    return frame


def _stages(node: Node, frame: Frame) -> None:
    for item, own in elements(node, frame):
        own = _beside(own, frame)
        if field(item, 'template').kind == 'scalar':
            inner = templates.enter(item, own)
            if inner is not None:
                _stages(field(inner.root, 'stages'), _surrounded(inner.root, inner, 'block'))
            else:
                _handed(item, own)
        elif frame.gathered.spend():
            _jobs(field(item, 'jobs'), _surrounded(item, _staged(item, own), 'block'))


def _staged(node: Node, frame: Frame) -> Frame:
    """The frame inside a stage."""
    name = frame.static(field(node, 'stage')).lower()
    before = order.depended(node, tuple(frame.gathered.stages[-1:]))
    frame.gathered.stages.append(name)
    return frame.replace(order=Order(name, before))


def _beside(own: Frame, frame: Frame) -> Frame:
    """The frame of a parameter's content, at the place where it is put in."""
    if own is frame:
        return own
    return own.replace(
        env=frame.env,
        variables={**own.variables, **frame.variables},
        pool=frame.pool or own.pool,
        triggers=frame.triggers,
        condition=frame.condition,
        handed=frame.handed,
        order=frame.order,
    )


def _jobs(node: Node, frame: Frame) -> None:
    for item, own in elements(node, frame):
        own = _beside(own, frame)
        if field(item, 'template').kind == 'scalar':
            inner = templates.enter(item, own)
            if inner is not None:
                _jobs(field(inner.root, 'jobs'), _surrounded(inner.root, inner, 'block'))
            else:
                _handed(item, own)
        elif frame.gathered.spend():
            name = field(item, 'job') or field(item, 'deployment')
            title = own.static(name) if name.kind == 'scalar' else ''
            own = own.replace(order=frame.order.replace(jobs=order.depended(item, ())))
            _job(item, _surrounded(item, own, 'job'), title or 'job')


def _handed(node: Node, frame: Frame) -> None:
    """The stages, jobs and steps that a template gets which can't be read, as if they stood in its place.

    https://learn.microsoft.com/azure/devops/pipelines/security/templates
    """
    name, parameters = field(node, 'template'), field(node, 'parameters')
    hop = Hop(f'handed to {name.text.strip()}', name.place)
    frame = frame.replace(via=(*frame.via, hop), pool=field(parameters, 'pool') or frame.pool, handed=True)
    for kind, value in _lists(parameters):
        if kind == 'stages':
            _stages(value, frame)
        elif kind == 'jobs':
            _jobs(value, frame)
        elif next(elements(value, frame), None):
            _job(value, frame, value.key.text)


def _lists(parameters: Node) -> Iterator[tuple[str, Node]]:
    """Parameters of a template that hold something to run, each with its kind."""
    for key, value in entries(parameters):
        for kind in _PARAMETERS:
            if key.lower().endswith(kind):
                yield kind, value


def _job(node: Node, frame: Frame, name: str) -> None:
    gathered = frame.gathered
    identifier = frame.order.identifier(name)
    gathered.names[name] = gathered.names.get(name, 0) + 1
    if gathered.names[name] > 1:
        name = f'{name} ({gathered.names[name]})'
    environment = field(node, 'environment')
    image = hosts.container(field(node, 'container'), frame)
    found: list[Step] = []
    for body, inner in _bodies(node, frame):
        windows = image is None and hosts.is_windows(inner.pool, inner)
        found += _steps(body, inner.replace(via=()), image, windows, 0)
    gathered.jobs.append(
        Job(
            name,
            (field(node, 'job') or field(node, 'deployment') or node).place,
            _runner(frame),
            steps=tuple(found),
            env=frame.env,
            triggers=frame.triggers,
            condition=frame.condition,
            scope=frame.scope,
            via=frame.via,
            environment=(
                field(environment, 'name') if environment.kind == 'map' else environment
            ).text.strip(),
            needs=frame.order.needs(),
            identifier=identifier,
        )
    )


def _runner(frame: Frame) -> Runner:
    """A template's own steps run wherever they are included, and a template can choose the pool of what it gets."""
    if frame.handed and not frame.pool:
        return Runner(model.UNKNOWN, '', 'the template that gets it can choose the pool')
    started = (*frame.stack, '')[0] == frame.document.path
    if started and not frame.pool and field(frame.root, 'parameters') and field(frame.root, 'steps'):
        return Runner(model.UNKNOWN, '', 'the file names no pool')
    return hosts.runner(frame.pool, frame)


def _bodies(node: Node, frame: Frame) -> Iterator[tuple[Node, Frame]]:
    """The lists of steps of a job: its own, or those of a deployment's strategy.

    https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs
    """
    if node.kind != 'map':
        yield node, frame
    if field(node, 'steps'):
        yield field(node, 'steps'), frame
    for _, strategy in entries(field(node, 'strategy')):
        hooks = [field(strategy, hook) for hook in _HOOKS]
        hooks += [field(field(strategy, 'on'), outcome) for outcome in _OUTCOMES]
        for hook in hooks:
            if field(hook, 'steps'):
                pool = field(hook, 'pool')
                yield field(hook, 'steps'), frame.replace(pool=pool) if pool else frame


def _steps(node: Node, frame: Frame, image: Use | None, windows: bool, depth: int) -> Iterator[Step]:
    for item, own in elements(node, frame):
        own = _beside(own, frame)
        if not frame.gathered.spend():
            return
        name = field(item, 'template')
        if name.kind != 'scalar':
            made = steps.step(item, own, image, windows=windows)
            if made is not None:
                yield made
            continue
        inner = templates.enter(item, own)
        if inner is not None:
            yield from _steps(field(inner.root, 'steps'), inner, image, windows, depth + 1)
            continue
        if '@' in name.text and not name.text.strip().endswith('@self'):
            yield Step(name.text.strip(), name.place, use=_foreign(name, frame), scope=own.scope)
        for kind, value in _lists(field(item, 'parameters')):
            if kind == 'steps':
                yield from _steps(value, own, image, windows, depth + 1)


def _foreign(name: Node, frame: Frame) -> Use:
    """A template of another repository: pinned when the resource names a commit."""
    alias = name.text.strip().partition('@')[2]
    found = ''
    for resource in field(field(frame.root, 'resources'), 'repositories'):
        if resource['repository'].text.strip() == alias:
            found = resource['ref'].text.strip()
    pinned = len(found) == 40 and all(letter in '0123456789abcdef' for letter in found.lower())
    return Use('template', name.text.strip(), name.place, pinned=pinned)
