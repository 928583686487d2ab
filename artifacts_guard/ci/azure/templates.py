"""Templates: what their parameters are, and where their files are.

https://learn.microsoft.com/azure/devops/pipelines/process/templates: a path is relative to the file that
includes it, or begins with `/`; `path@name` is a file of another repository.
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci.azure.frame import Frame
from artifacts_guard.ci.azure.frame import Given
from artifacts_guard.ci.azure.nodes import entries
from artifacts_guard.ci.azure.nodes import field
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.yamltree import Node


def enter(node: Node, frame: Frame) -> Frame | None:
    """The frame inside the template that a mapping includes; None when its file is not there."""
    name = frame.static(field(node, 'template'))
    found = _open(name, frame)
    if found is None:
        frame.gathered.miss('template', name, field(node, 'template').place)
        return None
    path, root = found
    frame.gathered.called[path] = None
    document = frame.gathered.library.document(path)
    if document is None:
        return None
    hop = Hop(f'included as {name}', field(node, 'template').place)
    inner = frame.replace(
        document=document, root=root, stack=(*frame.stack, path), via=(*frame.via, hop), given={}
    )
    return parameters(inner, field(node, 'parameters'), frame)


def _open(name: str, frame: Frame) -> tuple[str, Node] | None:
    path, at, repository = name.partition('@')
    if (at and repository.strip().lower() != 'self') or not path or '$' in path:
        return None
    gathered = frame.gathered
    folder = '' if path.startswith('/') else frame.document.path.rpartition('/')[0]
    joined = link.join(folder, path)
    if not joined or joined in frame.stack or len(frame.stack) > link.DEPTH or not gathered.spend():
        return None
    document = gathered.library.document(joined)
    root = gathered.library.parsed(document) if document is not None else None
    return (joined, root) if root is not None else None


def parameters(frame: Frame, given: Node, outer: Frame | None) -> Frame:
    """The frame of a document whose parameters have the given values, or their defaults."""
    values = {name.lower(): (value, outer or frame) for name, value in entries(given)}
    bindings: list[Binding] = []
    structures: dict[str, Given] = {}
    for name, default in _declared(field(frame.root, 'parameters')):
        value, source = values.pop(name, (default, frame))
        if value.kind == 'scalar':
            bindings.append(Binding(name, source.template(value), 'job', value.entry))
        elif value:
            structures[name] = Given(value, source)
    for name, (value, source) in values.items():
        if value.kind == 'scalar':
            bindings.append(Binding(name, source.template(value), 'job', value.entry))
        else:
            structures[name] = Given(value, source)
    passed = dict(structures)
    for name in {binding.name for binding in bindings} if outer is not None else ():
        handed = _handed(field(given, name), outer)
        if handed is not None:
            passed[name] = handed
    scope = Scope(tuple(bindings), parent=outer.scope if outer is not None else None)
    return frame.replace(scope=scope, given=passed)


def _handed(value: Node, outer: Frame | None) -> Given | None:
    """The list that `steps: ${{ parameters.steps }}` hands on."""
    code = value.text.strip()
    if outer is None or not (code.startswith('${{') and code.endswith('}}')):
        return None
    return outer.lookup(code[3:-2])


def _declared(node: Node) -> Iterator[tuple[str, Node]]:
    """Names and defaults: a list of `name`, `type`, `default`, or a mapping of defaults."""
    if node.kind == 'map':
        for name, default in node.items():
            yield name.lower(), default
    for item in node:
        name = item['name'].text.strip()
        if name:
            yield name.lower(), item['default']
