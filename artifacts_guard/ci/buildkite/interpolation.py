"""What the upload of a pipeline replaces in its strings, before any agent runs a step.

`$NAME`, `${NAME}`, `${NAME:-default}` become values of the uploading job's environment; `$$` and `\\$`
become `$`, which the step's shell then sees:
https://buildkite.com/docs/agent/cli/reference/pipeline#environment-variable-substitution, and exactly
in github.com/buildkite/interpolate, parser.go.  `{{matrix}}` is replaced when the build is made.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import closing
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Fragment
    from artifacts_guard.yamltree import Node

_NAME = r'[^\W\d_]\w*'
_MARK = re.compile(
    rf'\\\\|(?P<escape>\\\$|\$\$)|\$\(|\$(?P<name>{_NAME})|(?P<brace>\$\{{)'
    r'|\{\{\s*matrix(?:\.(?P<matrix>[\w-]+))?\s*\}\}'
)
_BRACE = re.compile(rf'\$\{{(?P<name>{_NAME})(?P<operator>\}}|:-|-|\?|:\s*-?\d+\s*(?::\s*-?\d+\s*)?\}})')
_INNER = re.compile(r'\\\\|\\\$|\$\$|\$\{|\}')
_NAMES = re.compile(rf'(?<![\\$])\$\{{?({_NAME})')
_OWN = ('BUILDKITE_', 'BUILDKITE')


def template(node: Node, *, early: bool = False) -> Template:
    """A scalar as it is after the upload; `early` where a shell reads it.

    A string that the upload would refuse is left as it is: it is uploaded with `--no-interpolation`.
    """
    fragment = node.fragment
    if '$' not in fragment.text and '{{' not in fragment.text:
        return Template(fragment)
    cuts = _cuts(fragment, early)
    return Template(fragment) if cuts is None else splice(fragment, cuts)


def variable(name: str) -> Reference:
    """What a name stands for: what Buildkite tells of the run, or a variable that anything may set."""
    return Reference('github' if name.startswith(_OWN) else 'variable', name)


def _cuts(fragment: Fragment, early: bool) -> list[Cut] | None:
    text = fragment.text
    cuts: list[Cut] = []
    dollar = said(fragment.whole(), '$')
    at = 0
    while (match := _MARK.search(text, at)) is not None:
        start, at = match.span()
        if match['escape']:
            cuts.append(Cut(start, at, dollar))
        elif match['name']:
            cuts.append(Cut(start, at, choices=(variable(match['name']),), early=early))
        elif match['brace']:
            found = _brace(text, start)
            if found is None:
                return None
            at, choices = found
            cuts.append(Cut(start, at, choices=choices, early=early))
        elif text[start] == '{':
            cuts.append(Cut(start, at, choices=(Reference('matrix', match['matrix'] or ''),), early=early))
    return cuts


def _brace(text: str, start: int) -> tuple[int, tuple[Reference | str, ...]] | None:
    """The end of `${…}` and the values that it can have; None when it is none."""
    match = _BRACE.match(text, start)
    if match is None:
        return None
    name, operator = match['name'], match['operator']
    if operator == '}':
        return match.end(), (variable(name),)
    if operator[0] == ':' and operator != ':-':
        return match.end(), (Reference('unknown', text[start : match.end()]),)
    stop = closing(text, match.end(), _INNER)
    if stop < 0:
        return None
    default = text[match.end() : stop - 1]
    if operator == '?':
        return stop, (variable(name),)
    if '$' in default or '\\' in default:
        inner = tuple(variable(other) for other in _NAMES.findall(default))
        return stop, (variable(name), *inner, Reference('unknown', default))
    return stop, (variable(name), default)
