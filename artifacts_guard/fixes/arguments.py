"""Tokens on command lines of other programs: a header on standard input, a variable passed by its name."""

from __future__ import annotations

import re

from artifacts_guard.facts.model import Exposure
from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.fixes import spots
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding

_CONTAINERS = frozenset({'docker', 'podman', 'nerdctl'})
_PASSED = re.compile(r'((?:--env=|-e)?)["\']?(\w+)=(["\']?)\$(?:\2|\{\2\})\3["\']?')
_HEADER = re.compile(r'"Authorization: ?(Bearer|bearer) (\$(?:\w+|\{\w+\}))"')
# curl reads its standard input for something else already, or gets another: https://curl.se/docs/manpage.html#-H
_TAKEN = re.compile(r'@-|<|(?<![\w-])-(?=\s|$)')


def by_name(finding: Finding) -> Fix | None:
    """`docker run -e A=$A` as `-e A`, where the shell exports A: https://docs.docker.com/reference/cli/docker/container/run/#env"""
    facts = [fact for fact in finding.facts if isinstance(fact, Exposure)]
    place = facts[0].words if facts else None
    match = _PASSED.fullmatch(spots.words(place)) if place else None
    if place is None or match is None:
        return None
    given = match[1] or (facts[0].form if facts[0].form in ('-e', '--env') else '')
    if not given or any(f.words != place or not f.held or f.program not in _CONTAINERS for f in facts):
        return None
    return Fix(f'pass {match[2]} by its name', (Edit(place, match[1] + match[2]),))


def header(finding: Finding) -> Fix | None:
    """`curl -H "Authorization: Bearer $T"` with the header on standard input: https://curl.se/docs/manpage.html#-H"""
    facts = [fact for fact in finding.facts if isinstance(fact, Exposure)]
    place, command = (facts[0].words, facts[0].whole_command) if facts else (None, None)
    match = _HEADER.fullmatch(spots.words(place)) if place else None
    if place is None or command is None or match is None:
        return None
    if any(
        f.words != place
        or f.whole_command != command
        or f.program != 'curl'
        or f.form not in ('-H', '--header')
        for f in facts
    ):
        return None
    if _TAKEN.search(spots.words(command)):
        return None
    document, start = command.document, command.span.start
    piped = spots.inserted(document, start, f'printf \'Authorization: {match[1]} %s\' "{match[2]}" | ')
    if piped is None:
        return None
    return Fix(
        'give curl the header on standard input',
        (Edit(Place(document, Span(start, start)), piped), Edit(place, '@-')),
    )
