"""What the sections and blocks of a Jenkinsfile do to what stands in them.

https://www.jenkins.io/doc/book/pipeline/syntax/
"""

from __future__ import annotations

from artifacts_guard.ci.jenkins import agents
from artifacts_guard.ci.jenkins import bindings
from artifacts_guard.ci.jenkins import conditions
from artifacts_guard.ci.jenkins.frame import DEPTH
from artifacts_guard.ci.jenkins.frame import Frame
from artifacts_guard.ci.jenkins.strings import template
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.groovy import Call
from artifacts_guard.groovy import Item
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from artifacts_guard.ci.jenkins.walk import Walker

    Handler: TypeAlias = 'Callable[[Walker, Call, Frame], None]'

_DECLARATIVE = frozenset(('steps', 'stages', 'parallel', 'matrix', 'agent', 'when', 'environment', 'post'))
_BODIES = ('steps', 'stages', 'parallel', 'post')


def keep(walker: Walker, call: Call, frame: Frame) -> None:
    """`archiveArtifacts`: https://www.jenkins.io/doc/pipeline/steps/core/#archiveartifacts-archive-the-artifacts"""
    for argument in call.arguments:
        if argument.name in ('', 'artifacts') and frame.builder is not None:
            place = Place(frame.document, Span(call.start, call.end))
            handovers = tuple(
                Handover('upload', value, place)
                for value in template(argument.items, frame.document, walker.constants, early=False)
            )
            frame.builder.steps.append(Step(call.name, place, handovers=handovers, triggers=frame.triggers))


def pipeline(walker: Walker, call: Call, frame: Frame) -> None:
    for closure in call.closures:
        sections = {one.name: one for one in agents.inside(closure)}
        for block in sections['parameters'].closures if 'parameters' in sections else ():
            frame = frame.replace(env=(*frame.env, *bindings.passwords(block.items, frame.document)))
        _section(walker, closure, sections, call, frame.replace(stage='pipeline'), 'pipeline')


def stage(walker: Walker, call: Call, frame: Frame) -> None:
    name = next((a.items[0].text for a in call.arguments if a.name in ('', 'name')), '')
    frame = frame.replace(stage=name or frame.stage)
    for closure in call.closures:
        sections = {one.name: one for one in agents.inside(closure)}
        if _DECLARATIVE & sections.keys() and 'node' not in sections:
            _section(walker, closure, sections, call, frame, 'block')
        else:
            walker.block(closure.items, frame)


def matrix(walker: Walker, call: Call, frame: Frame) -> None:
    for closure in call.closures:
        sections = {one.name: one for one in agents.inside(closure)}
        _section(walker, closure, sections, call, frame, 'block')


def _section(
    walker: Walker, closure: Item, sections: dict[str, Call], call: Call, frame: Frame, level: str
) -> None:
    """A pipeline, stage or matrix: agent, environment and conditions first, then what it does."""
    document, depth = frame.document, frame.depth + 1
    if depth > DEPTH:
        return
    if 'when' in sections:
        base = walker.triggers if frame.triggers is None else frame.triggers
        for block in sections['when'].closures:
            base = conditions.when(block, base)
        frame = frame.replace(triggers=base)
    if 'agent' in sections and not agents.is_none(sections['agent']):
        runner, image = agents.agent(sections['agent'], document, walker.constants)
        place = Place(document, Span(call.start, call.end))
        frame = frame.replace(builder=walker.builder(frame.stage, place, runner, frame), image=image)
    frame = frame.replace(depth=depth)
    for block in sections['environment'].closures if 'environment' in sections else ():
        env = bindings.environment(block, document, walker.constants, level)
        frame = frame.replace(env=(*frame.env, *env))
        walker.value(block.items, frame)
    for one in agents.inside(closure):
        if one.name in (*_BODIES, 'matrix'):
            walker.call(one, frame)
        elif one.name == 'libraries':
            place = Place(document, Span(one.start, one.end))
            walker.unresolved.append(Unresolved('library', 'libraries', place))


def node(walker: Walker, call: Call, frame: Frame) -> None:
    if not call.closures:
        return
    runner = agents.node(call, frame.document, walker.constants)
    place = Place(frame.document, Span(call.start, call.end))
    name = frame.stage or runner.label
    inner = frame.replace(builder=walker.builder(name, place, runner, frame), image=None)
    for closure in call.closures:
        walker.block(closure.items, inner)


def credentials(walker: Walker, call: Call, frame: Frame) -> None:
    found = bindings.credentials(call.arguments, frame.document, walker.constants)
    _within(walker, call, frame.replace(env=(*frame.env, *found)))


def variables(walker: Walker, call: Call, frame: Frame) -> None:
    found = bindings.variables(call.arguments, frame.document, walker.constants)
    _within(walker, call, frame.replace(env=(*frame.env, *found)))


def condition(walker: Walker, call: Call, frame: Frame) -> None:
    base = walker.triggers if frame.triggers is None else frame.triggers
    items = [item for argument in call.arguments for item in argument.items]
    walker.value(items, frame)
    left = conditions.if_(items, frame.document, base)
    _within(walker, call, frame.replace(triggers=left) if left != base else frame)


def directory(walker: Walker, call: Call, frame: Frame) -> None:
    found = [
        value
        for argument in call.arguments[:1]
        for value in template(argument.items, frame.document, walker.constants, early=False)
    ]
    _within(walker, call, frame.replace(directory=found[0]) if found else frame)


def container(walker: Walker, call: Call, frame: Frame) -> None:
    image = next((a for a in call.arguments if a.name == 'image'), None)
    if image is not None:
        named = call.replace(arguments=(image,))
        frame = frame.replace(image=agents.named_image(named, frame.document, walker.constants))
    _within(walker, call, frame)


def load(walker: Walker, call: Call, frame: Frame) -> None:
    walker.load(call, frame, '')


def nothing(walker: Walker, call: Call, frame: Frame) -> None:
    """Sections that are read elsewhere or run nothing."""


def _within(walker: Walker, call: Call, frame: Frame) -> None:
    for closure in call.closures:
        walker.block(closure.items, frame)


HANDLERS: dict[str, Handler] = {
    'pipeline': pipeline,
    'stage': stage,
    'matrix': matrix,
    'node': node,
    'withCredentials': credentials,
    'withEnv': variables,
    'if': condition,
    'dir': directory,
    'withDockerContainer': container,
    'archiveArtifacts': keep,
    'load': load,
    'environment': nothing,
    'triggers': nothing,
    'options': nothing,
    'parameters': nothing,
    'properties': nothing,
    'tools': nothing,
    'axes': nothing,
    'excludes': nothing,
}
