"""Scripts of Jenkinsfiles in single quotes, so that the shell expands what Groovy would paste.

https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#interpolation-of-sensitive-environment-variables
"""

from __future__ import annotations

import re

from artifacts_guard import groovy
from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.groovy import Item

_ENVIRONMENT = re.compile(r'(?:env\.)?([A-Z_][A-Z0-9_]*)')
_HOLE = re.compile(r'(?<!\\)\$(?:\{\s*(?:env\.)?(\w+)\s*\}|(?:env\.)?(\w+))')
_GIVEN_TO_SH = re.compile(r'\bsh\b[^\n"\']*\Z')


def single(finding: Finding) -> Fix | None:
    """Not when a part is no environment variable, nor when the shell would see it in single quotes of its own."""
    document, at = finding.place.document, finding.place.span.start
    if any(getattr(fact, 'system', '') != 'jenkins' for fact in finding.facts):
        return None
    items, problem = groovy.parse(document.text)
    string = next((item for item in _strings(items) if item.start <= at < item.end), None)
    if string is None or problem is not None:
        return None
    text = document.text
    quote = '"""' if text.startswith('"""', string.start) else '"'
    inner = text[string.start + len(quote) : string.end - len(quote)]
    if (
        text[string.start] != '"'
        or "'" in inner
        or not _GIVEN_TO_SH.search(text[max(0, string.start - 200) : string.start])
    ):
        return None
    names = [_ENVIRONMENT.fullmatch(hole.code) for hole in string.holes]
    if any(name is None or re.search(rf'\b(?:def|String)\s+{name[1]}\b', text) for name in names):
        return None
    made = _HOLE.sub(lambda match: f'${{{match[1] or match[2]}}}', inner)
    made = made.replace('\\$', '$').replace('\\"', '"')
    mark = quote.replace('"', "'")
    edit = Edit(Place(document, Span(string.start, string.end)), f'{mark}{made}{mark}')
    return Fix('put the script into single quotes', (edit,))


def _strings(items: Iterable[Item]) -> Iterable[Item]:
    waiting = list(items)
    while waiting:
        item = waiting.pop()
        if item.kind == groovy.STRING:
            yield item
        waiting += item.items
