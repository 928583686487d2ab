"""The values that a matrix gives to its variables.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
Only the values of each variable are kept, not which go together; `exclude` takes away those that
are left in no combination.  Values that are maps give a variable for each of their keys.
"""

from __future__ import annotations

from itertools import product

from artifacts_guard.ci.actions import operations
from artifacts_guard.ci.model import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.ci.actions.frame import Frame
    from artifacts_guard.ci.actions.operations import Value
    from artifacts_guard.yamltree import Node

_COMBINATIONS = 256  # GitHub's own limit
_DEPTH = 6
_TYPED: dict[str, bool | None] = {'true': True, 'false': False}


def variables(node: Node, frame: Frame) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """Names with the values that they can have; what is not known stands there as a reference."""
    matrix = _plain(node, frame, 0)
    if not isinstance(matrix, dict):
        return ()
    axes = {name: axis for name, axis in matrix.items() if name not in ('include', 'exclude')}
    lists = {name: axis if isinstance(axis, list) else [axis] for name, axis in axes.items()}
    combinations = _combinations(lists, _maps(matrix.get('exclude')))
    found: dict[str, list[Value]] = {}
    for name, axis in lists.items():
        for value in axis:
            if combinations is None or any(_equal(one[name], value) for one in combinations):
                _add(found, name, value)
    added = _maps(matrix.get('include'))
    for entry in added:
        for name, value in entry.items():
            _add(found, name, value)
            if name not in lists and (lists or any(name not in other for other in added)):
                _put(found, name, None)  # other combinations do not have it
    return tuple((name, tuple(some[: operations.LIMIT])) for name, some in found.items())


def shown(found: tuple[tuple[str, tuple[Value, ...]], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The variables of which all values are known, as strings."""
    made = []
    for name, some in found:
        texts = [operations.string(value) for value in some if value is not None]
        if texts and None not in texts:
            made.append((name, tuple(dict.fromkeys(text for text in texts if text is not None))))
    return tuple(made)


def _combinations(lists: dict[str, list[Any]], excluded: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The combinations that are left; None when none is taken away."""
    size = 1
    for axis in lists.values():
        size *= len(axis)
    if not excluded or size > _COMBINATIONS:
        return None
    combinations = [dict(zip(lists, chosen)) for chosen in product(*lists.values())]
    return [one for one in combinations if not any(_fits(one, rule) for rule in excluded)]


def _fits(combination: dict[str, Any], rule: dict[str, Any]) -> bool:
    return bool(rule) and all(name in combination and _equal(combination[name], rule[name]) for name in rule)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return all(name in left and _equal(left[name], right[name]) for name in right)
    return type(left) is type(right) and bool(left == right)


def _maps(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _add(found: dict[str, list[Value]], name: str, value: Any, depth: int = 0) -> None:
    if isinstance(value, dict) and depth < _DEPTH:
        for key, item in value.items():
            _add(found, f'{name}.{key}', item, depth + 1)
    _put(found, name, value)


def _put(found: dict[str, list[Value]], name: str, value: Value) -> None:
    some = found.setdefault(name, [])
    if len(some) < operations.LIMIT and not any(type(value) is type(one) and value == one for one in some):
        some.append(value)


def _plain(node: Node, frame: Frame, depth: int) -> Any:
    """A node as a value; expressions with one value are that value, others a reference."""
    if depth > _DEPTH:
        return Reference('unknown', 'matrix')
    if node.kind == 'map':
        return {name: _plain(value, frame, depth + 1) for name, value in node.items()}
    if node.kind == 'seq':
        return [_plain(value, frame, depth + 1) for value in node]
    if node.is_null:
        return None
    if '${{' in node.text:
        found = frame.values(frame.template(node))
        return found[0] if len(found) == 1 else Reference('unknown', node.text)
    return _TYPED.get(node.text, node.text) if node.style == 'plain' else node.text
