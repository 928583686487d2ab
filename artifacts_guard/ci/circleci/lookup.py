"""Names of commands, jobs and executors: of the configuration, of orbs in it, and of orbs elsewhere.

https://circleci.com/docs/orbs/use/orb-intro/
"""

from __future__ import annotations

import re

from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.circleci.frame import Frame
    from artifacts_guard.ci.model import Template
    from artifacts_guard.yamltree import Node

_VENDOR = 'circleci/'
_EXACT = re.compile(r'@\d+\.\d+\.\d+$')
_VARIABLE = re.compile(r'\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))')
_SHOUTED = re.compile(r'[A-Z_][A-Z0-9_]*')


class Found(Record):
    """A definition and the configuration or orb that it stands in, or `remote`: an orb that is elsewhere."""

    node: Node = EMPTY
    names: Node = EMPTY
    remote: Use | None = None


def find(kind: str, name: str, frame: Frame) -> Found:
    """What a name means.  `kind` is commands, jobs or executors."""
    orb, slash, rest = name.partition('/')
    if not slash:
        return Found(frame.names[kind][name], frame.names)
    declared = frame.names['orbs'][orb]
    if declared.kind == 'scalar':
        return Found(remote=use(declared, frame))
    return Found(declared[kind][rest], declared)


def use(declared: Node, frame: Frame) -> Use:
    """An orb by its declaration.  Only exact versions never change.

    https://circleci.com/docs/orbs/use/orb-concepts/#orb-versions
    """
    name = frame.text(declared)
    return Use(
        'orb',
        name,
        declared.place,
        pinned=bool(_EXACT.search(name)),
        third_party=not name.startswith(_VENDOR),
    )


def inputs(node: Node, frame: Frame, skip: tuple[str, ...] = ()) -> tuple[Binding, ...]:
    """What an orb's command or job is given, with the variables that it names: its scripts will read them."""
    return tuple(
        Binding(name, _naming(frame.template(value)), 'step', value.entry)
        for name, value in node.items()
        if value.kind == 'scalar' and name not in skip
    )


def _naming(template: Template) -> Template:
    """`$NAME`, and a name alone for parameters that ask for the name of a variable."""
    if template.expressions:
        return template
    text = template.text
    if _SHOUTED.fullmatch(text):
        return template.replace(
            expressions=(Expression(0, len(text), (text, Reference('variable', text)), False),)
        )
    return template.replace(
        expressions=tuple(
            Expression(m.start(), m.end(), (Reference('variable', m[1] or m[2]),), False)
            for m in _VARIABLE.finditer(text)
        )
    )
