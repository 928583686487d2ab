"""Variables that a CI system pastes into a command, left to the shell by a second dollar."""

from __future__ import annotations

import re

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding

# What each system pastes and would leave alone with `$$`:
# https://buildkite.com/docs/agent/cli/reference/pipeline#environment-variable-substitution,
# https://docs.drone.io/pipeline/environment/substitution/,
# https://woodpecker-ci.org/docs/usage/environment#string-substitution
_PASTED = {
    'buildkite': re.compile(r'\$(?:\w+|\{\w+\})'),
    'drone': re.compile(r'\$\{\w+\}'),
    'woodpecker': re.compile(r'\$\{\w+\}'),
}


def doubled(finding: Finding) -> Fix | None:
    document, start = finding.place.document, finding.place.span.start
    systems = {getattr(fact, 'system', '') for fact in finding.facts}
    form = _PASTED.get(systems.pop()) if len(systems) == 1 else None
    if (
        form is None
        or not form.match(document.text, start)
        or document.text[start - 1 : start] in ('$', '\\')
    ):
        return None
    edit = Edit(Place(document, Span(start, start)), '$')
    return Fix('leave the variable to the shell, with two dollars', (edit,))
