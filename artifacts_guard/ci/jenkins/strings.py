"""Values in Groovy as templates: strings with what Groovy puts into them, and their concatenation.

https://groovy-lang.org/syntax.html#_string_interpolation,
https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#interpolation-of-sensitive-environment-variables
"""

from __future__ import annotations

import re

from artifacts_guard import groovy
from artifacts_guard.ci.fragments import moved
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.groovy import Item
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import join
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Constants: TypeAlias = dict[str, tuple[Template, ...]]

_MOST = 16
_NESTING = 8
# strings, `env.X`, and names that are no call and no part of a longer name
_NAMED = re.compile(
    r"""'(?P<single>[^'\\]*)' | "(?P<double>[^"\\$]*)"
      | (?<![\w.])(?:env|params)(?:\.(?P<member>\w+)|\[['"](?P<key>\w+)['"]\])(?!\s*\()
      | (?<![\w.])(?P<bare>[A-Za-z_]\w*)(?![\w(\[]) """,
    re.VERBOSE,
)
_NO_VALUES = frozenset(('true', 'false', 'null', 'env', 'params', 'this', 'new', 'in', 'as', 'it'))


def choices(code: str, constants: Constants) -> tuple[Reference | str, ...]:
    """What a Groovy expression can give: names of the environment, constants, and strings in it."""
    found: dict[Reference | str, None] = {}
    for match in _NAMED.finditer(code[:2000]):
        for group in ('single', 'double'):
            if match[group] is not None:
                found[match[group]] = None
        name = match['member'] or match['key'] or match['bare']
        if not name or name in _NO_VALUES:
            continue
        if match['bare'] and name in constants:
            for template in constants[name]:
                for choice in _values(template):
                    found[choice] = None
        else:
            found[Reference('env', name)] = None
        if len(found) >= _MOST:
            break
    return tuple(found) or (Reference('unknown', code[:60]),)


def _values(template: Template) -> tuple[Reference | str, ...]:
    if not template.expressions:
        return (template.text,)
    return tuple(choice for one in template.expressions for choice in one.choices)


def string(item: Item, document: Document, constants: Constants, *, early: bool) -> Template:
    """A string of a document."""
    pieces = item.pieces or (Piece(0, item.start, item.start),)
    holes = (Expression(h.start, h.end, choices(h.code, constants), early) for h in item.holes)
    return Template(Fragment(document, item.text, pieces), tuple(holes))


def template(
    items: Sequence[Item], document: Document, constants: Constants, *, early: bool, depth: int = 0
) -> tuple[Template, ...]:
    """The values of an expression: a string, a constant, or parts put together by `+`; () for what is none."""
    if len(items) == 1 and items[0].kind == groovy.WORD and items[0].text in constants:
        return tuple(_timed(one, early) for one in constants[items[0].text])
    parts: list[Template] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if item.kind == groovy.STRING:
            parts.append(string(item, document, constants, early=early))
        elif item.kind == groovy.WORD:
            end = item.end
            if at < len(items) and groovy.is_group(items[at], '('):
                end = items[at].end
                at += 1
            parts.append(_expression(item, end, document, constants, early))
        elif item.kind == groovy.NUMBER:
            parts.append(Template(part(document, item.start, item.end)))
        elif groovy.is_group(item, '(') and depth < _NESTING:
            parts += template(item.items, document, constants, early=early, depth=depth + 1)[:1]
        elif item.kind == groovy.MARK and item.text in ('.', '?.'):
            at += 2 if at + 1 < len(items) and groovy.is_group(items[at + 1], '(') else 1
    return (_joined(parts, document),) if parts else ()


def _expression(item: Item, end: int, document: Document, constants: Constants, early: bool) -> Template:
    """A name or a call as a part of a string."""
    fragment = part(document, item.start, end)
    if end != item.end:
        found: tuple[Reference | str, ...] = (Reference('unknown', item.text),)
    else:
        found = choices(item.text, constants)
    return Template(fragment, (Expression(0, len(fragment.text), found, early),))


def _timed(one: Template, early: bool) -> Template:
    return one.replace(expressions=tuple(e.replace(early=early) for e in one.expressions))


def _joined(parts: list[Template], document: Document) -> Template:
    if len(parts) == 1:
        return parts[0]
    expressions: list[Expression] = []
    at = 0
    for one in parts:
        expressions += moved(one.expressions, at)
        at += len(one.text)
    return Template(join([one.fragment for one in parts], '', document), tuple(expressions))
