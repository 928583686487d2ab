"""Where a pipeline, stage or `node` block runs.

https://www.jenkins.io/doc/book/pipeline/syntax/#agent: a node with a label is a machine that all jobs
of the controller use; containers on it, and pods whose template the file does not tell, are unknown.
"""

from __future__ import annotations

from artifacts_guard import groovy
from artifacts_guard.ci import images
from artifacts_guard.ci import model
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Use
from artifacts_guard.groovy import Call
from artifacts_guard.groovy import Item
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.ci.jenkins.strings import Constants

_CONTAINERS = {
    'docker': 'a container on a node that others use too',
    'dockerfile': 'a container on a node that others use too',
    'kubernetes': 'a pod of a cluster; the file does not tell whether others use it',
}
_PODS = ('POD_LABEL', 'podLabel')


def is_none(call: Call) -> bool:
    """`agent none`: each stage names its own."""
    return not call.closures and bool(call.arguments) and call.arguments[0].items[0].text == 'none'


def agent(call: Call, document: Document, constants: Constants) -> tuple[Runner, Use | None]:
    """The host of an `agent` section, and the image that its steps run in."""
    place = Place(document, Span(call.start, call.end))
    if not call.closures:
        label = call.arguments[0].items[0].text if call.arguments else 'any'
        return _shared(label, place), None
    inner = inside(call.closures[0])
    for one in inner:
        if one.name == 'label':
            return _shared(_word(one, constants), place), None
        if one.name == 'node':
            own = next((i for c in one.closures for i in inside(c) if i.name == 'label'), None)
            return _shared(_word(own, constants) if own else 'any', place), None
        options = {option.name: option for closure in one.closures for option in inside(closure)}
        label = _word(options['label'], constants) if 'label' in options else ''
        evidence = _CONTAINERS.get(one.name, f'nobody explained the agent `{one.name}`')
        image = None
        if one.name == 'docker':
            image = named_image(options.get('image', one), document, constants)
        return Runner(
            model.UNKNOWN, label or one.name, evidence, place, _options(label or one.name, model.UNKNOWN)
        ), image
    return _shared('any', place), None


def node(call: Call, document: Document, constants: Constants) -> Runner:
    """The host of a `node` block: https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/#node-allocate-node"""
    place = Place(document, Span(call.start, call.start + len(call.name)))
    label = _word(call, constants)
    if label in _PODS:
        return Runner(model.UNKNOWN, label, _CONTAINERS['kubernetes'], place)
    return _shared(label or 'any', place)


def _shared(label: str, place: Place) -> Runner:
    if label == 'any':
        evidence = 'any node of the controller: a machine that other jobs use too'
    else:
        evidence = f'a node with the label `{label}`: a machine that other jobs use too'
    return Runner(model.SHARED, label, evidence, place, _options(label, model.SHARED))


def _options(label: str, tenancy: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The label as written and, for `linux && docker`, each of its parts."""
    parts = [part.strip(' ()') for part in label.replace('||', '&&').split('&&')]
    return ((tuple(dict.fromkeys((label, *parts))), tenancy),)


def named_image(call: Call, document: Document, constants: Constants) -> Use | None:
    """The image that the first argument of a call names."""
    item = _item(call)
    if item is None or item.kind == groovy.GROUP:
        return None
    found = constants.get(item.text, ()) if item.kind == groovy.WORD else ()
    name = found[0].text if found else item.text
    known = (item.kind == groovy.STRING and not item.holes) or bool(found and not found[0].expressions)
    return images.image(name, Place(document, Span(item.start, item.end)), known=known)


def inside(closure: Item) -> list[Call]:
    """The calls that are statements of a block."""
    return [call for statement in groovy.statements(closure.items) for call in groovy.calls(statement)]


def _item(call: Call) -> Item | None:
    wanted: Sequence[str] = ('', 'label', 'image')
    return next((a.items[0] for a in call.arguments if a.name in wanted and a.items), None)


def _word(call: Call, constants: Constants) -> str:
    item = _item(call)
    if item is None:
        return ''
    found = constants.get(item.text, ()) if item.kind == groovy.WORD else ()
    return (found[0].text if found else item.text).strip()
