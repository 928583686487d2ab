"""Logic statements: what `when`, `unless` and `condition` can come to.

https://circleci.com/docs/reference/configuration-reference/#logic-statements
"""

from __future__ import annotations

from artifacts_guard.ci import conditions
from artifacts_guard.ci.circleci.frame import shown
from artifacts_guard.ci.model import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.circleci.frame import Frame
    from artifacts_guard.yamltree import Node

_EITHER = frozenset((True, False))
_DEPTH = 40


def truths(node: Node, frame: Frame, *, direct: bool = False, depth: int = 0) -> frozenset[bool]:
    """Whether a statement can be true, and whether it can be false.  `direct`: expressions may stand alone."""
    if depth > _DEPTH or node.kind == 'seq':
        return _EITHER
    if node.kind == 'scalar':
        found: set[bool] = set()
        for value in frame.values(node, direct=direct):
            truth = conditions.is_true(value)
            found.update(_EITHER if truth is None else (truth,))
        return frozenset(found)
    for key, inner in node.items():
        if key in ('and', 'or'):
            parts = [truths(one, frame, direct=direct, depth=depth + 1) for one in inner]
            return _joined(parts, stops=key == 'or')
        if key == 'not':
            return frozenset(not truth for truth in truths(inner, frame, direct=direct, depth=depth + 1))
        if key == 'equal':
            return _equal(inner, frame)
    return _EITHER


def _joined(parts: list[frozenset[bool]], *, stops: bool) -> frozenset[bool]:
    """`and` and `or`: one operand of the value `stops` decides."""
    if not parts:
        return _EITHER
    other = not stops
    decided = {stops} if any(stops in part for part in parts) else set()
    return frozenset(decided | {other} if all(other in part for part in parts) else decided)


def _equal(node: Node, frame: Frame) -> frozenset[bool]:
    """Whether all values are the same; numbers and booleans are compared as they are written."""
    possible: list[set[str]] = []
    open_ = False
    for one in node:
        values = frame.values(one)
        texts = {shown(value) for value in values if not isinstance(value, Reference)}
        if len(texts) < len(values):
            open_ = True
        possible.append(texts)
    if open_ or not possible:
        return _EITHER
    common = set.intersection(*possible)
    if not common:
        return frozenset((False,))
    return frozenset((True,)) if all(len(texts) == 1 for texts in possible) else _EITHER
