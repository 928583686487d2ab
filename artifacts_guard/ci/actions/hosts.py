"""The runner of a job, out of `runs-on`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idruns-on
"""

from __future__ import annotations

from artifacts_guard.ci import runners
from artifacts_guard.ci.actions import operations
from artifacts_guard.ci.model import UNKNOWN
from artifacts_guard.ci.model import Runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from artifacts_guard.ci.actions.frame import Frame
    from artifacts_guard.yamltree import Node

    Labels: TypeAlias = tuple[str, ...]


def runner(node: Node, frame: Frame) -> Runner:
    """A name, a list of labels, or a group with labels; expressions are resolved as far as can be."""
    group = ''
    labels = node
    if node.kind == 'map':
        group = node['group'].text.strip()
        labels = node['labels']
    options: list[tuple[Labels, str]] = []
    evidences: dict[str, str] = {}
    for option in _options(labels, frame):
        tenancy, evidence = frame.dialect.tenancy(option, group)
        if tenancy == UNKNOWN and any('${{' in label for label in option):
            evidence = f'`{_label(labels, "")}` is only known when it runs'
        options.append(((*option, *([group] if group else [])), tenancy))
        evidences.setdefault(tenancy, evidence)
    tenancy = runners.worst(tenancy for _, tenancy in options)
    place = node.place if node else None
    return Runner(tenancy, _label(labels, group), evidences.get(tenancy, ''), place, tuple(options))


def is_windows(found: Runner) -> bool:
    """Whether all hosts that it can be run Windows, as far as their labels say."""
    return bool(found.options) and all(
        any(label.lower().startswith('windows') for label in labels) for labels, _ in found.options
    )


def _options(node: Node, frame: Frame) -> list[Labels]:
    """The sets of labels that it can be; an expression that nobody can know stays one label."""
    found: list[Labels] = [()]
    for scalar in node.scalars():
        one = _one(scalar, frame)
        if len(found) * len(one) > operations.LIMIT:
            one = [(scalar.text.strip(),)]
        found = [left + right for left in found for right in one]
    return [option for option in dict.fromkeys(found) if option] or [()]


def _one(scalar: Node, frame: Frame) -> list[Labels]:
    found: list[Labels] = []
    for value in frame.values(frame.template(scalar)):
        if isinstance(value, str):
            found.append((value.strip(),) if value.strip() else ())
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            found.append(tuple(value))
        elif value is not None:
            found.append((scalar.text.strip(),))
    return found


def _label(node: Node, group: str) -> str:
    names = [scalar.text.strip() for scalar in node.scalars()]
    return ', '.join([f'group {group}', *names] if group else names)
