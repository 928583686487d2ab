"""What Tekton replaces in the strings of tasks and pipelines before a pod is made of them.

https://tekton.dev/docs/pipelines/variables/.  Nothing is escaped: a parameter in a script is part of its text.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.kubernetes import containers
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Fragment
    from artifacts_guard.yamltree import Node

_MARK = re.compile(
    r'\$\((?P<root>(?:inputs\.)?params|tt\.params|inputs|outputs|resources|workspaces|context|tasks|results|steps?'
    r'|finally|credentials)(?P<rest>[.\[][^()\s]*)\)'
)
_QUOTED = re.compile(r'\[([\'"])([^\'"\]]+)\1\]')


def expand(fragment: Fragment, early: bool) -> list[Expression]:
    """The expressions of a string."""
    found = []
    for match in _MARK.finditer(fragment.text):
        reference = Reference('unknown', match[0][2:-1])
        if match['root'] in ('params', 'inputs.params'):
            reference = Reference('input', _parameter(match['rest']))
        found.append(Expression(match.start(), match.end(), (reference,), early))
    return found


def _parameter(rest: str) -> str:
    """The name of a parameter in `.name`, `.name[*]`, `.object.key` or `["name"]`."""
    quoted = _QUOTED.match(rest)
    return quoted[2] if quoted else re.split(r'[.\[]', rest[1:], maxsplit=1)[0]


def scope(declared: Node, given: Node, parent: Scope | None, *, is_called: bool) -> Scope:
    """The values of declared parameters: those given, else their defaults.

    Whoever calls something that is called nowhere in the tree can give others.
    """
    inputs = {}
    for one in declared:
        name, default = one['name'].text.strip(), _value(one['default'])
        if name and default is not None:
            inputs[name] = Binding(
                name, default if is_called else _perhaps(name, default), 'job', one['name'].entry
            )
    for one in given:
        name, value = one['name'].text.strip(), _value(one['value'])
        if name and value is not None:
            inputs[name] = Binding(name, value, 'job', one['name'].entry)
    return Scope(tuple(inputs.values()), None, parent)


def _value(node: Node) -> Template | None:
    """A string, or the items of a list one after the other."""
    items = [containers.variables(scalar.fragment, expand) for scalar in node.scalars()]
    return joined(items, ' ') if items else None


def _perhaps(name: str, default: Template) -> Template:
    choices = (Reference('input', name), default.text)
    return default.replace(expressions=(Expression(0, len(default.text), choices, False),))
