"""Calls of the CLI: `--no-input`, and `--version` with its value in one word."""

from __future__ import annotations

import re

from artifacts_guard.facts.model import Call
from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.fixes import spots
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding

_BETWEEN = r'[ \t]+(?:\\{1,2}\r?\n[ \t]*)?'
_VERSION = re.compile(r'--version((?:[ \t]|\\\r?\n)+)(?=[^\s\-])')


def no_input(finding: Finding) -> Fix | None:
    """The flag behind the name of the program; the place of the finding is that name."""
    document, span = finding.place.document, finding.place.span
    name = spots.words(finding.place)
    if not name or re.search(r'\s', name) or not all(_is_followed(fact, span.end) for fact in finding.facts):
        return None
    edit = Edit(Place(document, Span(span.end, span.end)), ' --no-input')
    return Fix('add --no-input', (edit,), safe=True)


def _is_followed(fact: object, at: int) -> bool:
    """Whether words of the CLI stand right behind its name, as on a command line: not an element of a list, nor a wrapper's option."""
    if not isinstance(fact, Call):
        return False
    verb = re.escape(fact.command.partition(' ')[0])
    return bool(re.compile(rf'{_BETWEEN}(?:--\w|{verb}(?![\w-]))').match(fact.place.document.text, at))


def version(finding: Finding) -> Fix | None:
    """`--version N` as `--version=N`."""
    document = finding.place.document
    match = _VERSION.match(document.text, finding.place.span.start)
    if match is None:
        return None
    edit = Edit(Place(document, Span(match.start(1), match.end(1))), '=')
    return Fix('write --version and its value as one word', (edit,), safe=True)
