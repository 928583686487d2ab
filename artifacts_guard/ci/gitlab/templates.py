"""Strings with what GitLab replaces in them, as templates.

`$VAR` in a script is the shell's; in `variables:` and a few other keywords it is GitLab's or the
runner's: https://docs.gitlab.com/ci/variables/where_variables_can_be_used/
"""

from __future__ import annotations

import re

from artifacts_guard.ci.gitlab.nodes import Text
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.text import Fragment
    from artifacts_guard.yamltree import Node

# `$$` stands for a dollar: https://docs.gitlab.com/ci/variables/#prevent-cicd-variable-expansion
_VARIABLE = re.compile(r'\$\$|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}')
# What the system tells about the run.  A few of its variables are credentials, and people name
# their own ones in the same way: https://docs.gitlab.com/ci/variables/predefined_variables/
_PREDEFINED = re.compile(r'(?:CI|GITLAB_(?:CI|FEATURES|USER_\w+)|CI_\w+|CHAT_(?:CHANNEL|INPUT))\Z')
_CREDENTIAL = re.compile(r'(?:TOKEN|PASSWORD|PASS|SECRET|KEY|JWT\w*|CREDENTIALS?|REPOSITORY_URL)\Z')


def reference(name: str) -> Reference:
    """What a variable's name stands for when nothing in the file binds it."""
    if _PREDEFINED.match(name) and not _CREDENTIAL.search(name):
        return Reference('vars', name)
    return Reference('variable', name)


def plain(node: Node) -> Template:
    """A string in which GitLab replaces nothing but `$[[ … ]]`."""
    return Template(node.fragment, node.expressions if isinstance(node, Text) else ())


def expanded(node: Node) -> Template:
    """A string in which GitLab replaces variables."""
    template = plain(node)
    if '$' not in template.text:
        return template
    found = list(template.expressions)
    taken = [(one.start, one.end) for one in found]
    for start, end, name in variables(template.text):
        if not any(start < stop and end > begin for begin, stop in taken):
            found.append(Expression(start, end, (reference(name),), early=False))
    return Template(template.fragment, tuple(sorted(found, key=lambda one: one.start)))


def variables(text: str) -> list[tuple[int, int, str]]:
    """Where variables stand in a string, and their names."""
    return [
        (match.start(), match.end(), match[1] or match[2])
        for match in _VARIABLE.finditer(text)
        if match[1] or match[2]
    ]


def choices(template: Template) -> tuple[Reference | str, ...]:
    """What a string can be, as choices of one expression.

    Of a string that is put together of several parts: the references in it.
    """
    if not template.expressions:
        return (template.text,)
    first = template.expressions[0]
    if len(template.expressions) == 1 and template.text == template.text[first.start : first.end]:
        return first.choices
    found = [
        c
        for one in template.expressions
        for c in one.choices
        if isinstance(c, Reference) and c.kind != 'vars'
    ]
    return tuple(dict.fromkeys(found)) or (Reference('unknown', template.text),)


def chosen(fragment: Fragment, found: Iterable[Reference | str]) -> Template:
    """A string that is one of several."""
    some = tuple(dict.fromkeys(found))
    return Template(fragment, (Expression(0, len(fragment.text), some, early=False),))
