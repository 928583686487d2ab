"""What Drone and Woodpecker replace in a pipeline's text before anything of it runs.

`${NAME}` and its forms become values of the run; `$$` becomes `$`, which a step's shell then sees;
`$NAME` is the shell's: https://docs.drone.io/pipeline/environment/substitution,
https://woodpecker-ci.org/docs/usage/environment, and exactly in github.com/drone/envsubst, parse/.
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
    from collections.abc import Container
    from collections.abc import Iterator

    from artifacts_guard.text import Fragment

_MARK = re.compile(r'\$\$|\$\{')
_INNER = re.compile(r'\$\$|\$\{|\}')
_OPENED = re.compile(r'\$\{(?P<length>#?)(?P<name>[A-Za-z_]\w*)')
_NAMES = re.compile(r'\$\{([A-Za-z_]\w*)')
_DEFAULTS = (':-', ':=', '=', '-')
_OWN = ('DRONE_', 'CI_')  # what the system tells of the run


def template(fragment: Fragment, *, early: bool = False, matrix: Container[str] = ()) -> Template:
    """A string as it is after the replacement; `early` where a shell reads it."""
    if '$' not in fragment.text:
        return Template(fragment)
    return splice(fragment, _cuts(fragment, early, matrix))


def _cuts(fragment: Fragment, early: bool, matrix: Container[str]) -> Iterator[Cut]:
    text, at = fragment.text, 0
    while (match := _MARK.search(text, at)) is not None:
        start, at = match.span()
        if match[0] == '$$':
            yield Cut(start, at, said(fragment.place(start, at), '$'))
            continue
        opened = _OPENED.match(text, start)
        if opened is None:
            continue
        end = closing(text, opened.end(), _INNER)
        if end < 0:
            return
        operation = text[opened.end() : end - 1]
        yield Cut(start, end, choices=_choices(opened, operation, matrix), early=early)
        at = end


def _choices(opened: re.Match[str], operation: str, matrix: Container[str]) -> tuple[Reference | str, ...]:
    name = opened['name']
    if opened['length'] or re.match(r':\d', operation):
        return (Reference('unknown', name),)
    sign = next((sign for sign in _DEFAULTS if operation.startswith(sign)), '')
    default = operation[len(sign) :]
    if not sign:
        return (_reference(name, matrix),)
    if '$' not in default:
        return _reference(name, matrix), default
    inner = (_reference(other, matrix) for other in _NAMES.findall(default))
    return _reference(name, matrix), *inner


def _reference(name: str, matrix: Container[str]) -> Reference:
    if name in matrix:
        return Reference('matrix', name)
    return Reference('github' if name.startswith(_OWN) else 'env', name)
