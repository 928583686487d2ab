"""YAML under template expressions: `${{ if }}` and `${{ each }}` as keys, whose bodies all count.

https://learn.microsoft.com/azure/devops/pipelines/process/template-expressions
"""

from __future__ import annotations

import re

from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.azure.frame import Frame
    from artifacts_guard.yamltree import Node

_NESTING = 12
_MOST = 500  # elements of one list
_EACH = re.compile(r'\s*each\s+(\w+)\s+in\s+([^}]*)', re.IGNORECASE)


def _directive(key: str) -> str | None:
    """What stands inside `${{ … }}` when that is all of a string."""
    text = key.strip()
    return text[3:-2] if text.startswith('${{') and text.endswith('}}') and text.count('${{') == 1 else None


def entries(node: Node, depth: int = 0) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping, with those under conditions."""
    for key, value in node.items():
        if _directive(key) is None:
            yield key, value
        elif depth < _NESTING:
            yield from entries(value, depth + 1)


def field(node: Node, key: str) -> Node:
    """The value of a key, whatever its case, also under a condition; EMPTY if there is none."""
    found = node[key]
    if found or node.kind != 'map':
        return found
    lower = key.lower()
    return next((value for name, value in entries(node) if name.lower() == lower), EMPTY)


def elements(node: Node, frame: Frame, depth: int = 0) -> Iterator[tuple[Node, Frame]]:
    """The mappings of a list with the frame that each belongs to, through conditions, loops and parameters."""
    if depth > _NESTING:
        return
    if node.kind == 'scalar':
        code = _directive(node.text)
        given = frame.lookup(code) if code is not None else None
        if given is not None:
            yield from elements(given.node, given.frame, depth + 1)
        return
    if node.kind == 'map':
        yield from _mapping(node, frame, depth)
        return
    for item in node:
        if item.kind == 'seq':
            yield from elements(item, frame, depth + 1)
        elif item:
            yield from elements(item, frame, depth)


def _mapping(node: Node, frame: Frame, depth: int) -> Iterator[tuple[Node, Frame]]:
    codes = [(_directive(key), value) for key, value in node.items()]
    if not codes or any(code is None for code, _ in codes):
        yield node, frame
        return
    for code, value in codes:
        each = _EACH.fullmatch(code or '')
        given = frame.lookup(each[2]) if each else None
        if each is None or given is None:
            yield from elements(value, frame, depth + 1)
            continue
        from artifacts_guard.ci.azure.frame import Given

        for number, item in enumerate(given.node):
            if number == _MOST or not frame.gathered.spend():
                return
            inner = {**frame.given, f'${each[1].lower()}': Given(item, given.frame)}
            yield from elements(value, frame.replace(given=inner), depth + 1)
