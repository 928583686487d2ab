"""Scopes of a key: the list without those that nothing needs."""

from __future__ import annotations

import re

from artifacts_guard.facts.model import Grant
from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding

# `--scopes a,b`, the array of a JSON body (perhaps with escaped quotes) or of the policy; the list is group 1
_FORMS = (
    re.compile(r'--scopes(?:=|(?:[ \t]|\\\r?\n)+)["\']?([\w:]+(?:,[\w:]+)*)["\']?(?![\w,:$"\'`])'),
    re.compile(r'\\?"?scopes\\?"?\s*[:=]\s*\[([^\[\]$#]*)\]'),
)
_MEMBER = re.compile(r'\\?["\']?([a-z]+(?::[a-z]+)+)\\?["\']?')


def needed(finding: Finding) -> Fix | None:
    """Safe when it is known what uses the key; nothing when a command that was not followed might need a scope."""
    facts = [fact for fact in finding.facts if isinstance(fact, Grant)]
    if not facts or any(fact.unresolved or fact.unknown or fact.excess != facts[0].excess for fact in facts):
        return None
    document = finding.place.document
    whole = _list(document.text, finding.place.span)
    if whole is None:
        return None
    listed = document.text[whole.start : whole.end]
    members = list(_MEMBER.finditer(listed))
    kept = [match for match in members if match[1] not in facts[0].excess]
    names = {match[1] for match in members}
    if not kept or names != set(facts[0].scopes) or not set(facts[0].excess) <= names:
        return None
    between = listed[members[0].end() : members[1].start()]
    text = listed[: members[0].start()] + between.join(match[0] for match in kept)
    text += listed[members[-1].end() :]
    edit = Edit(Place(document, whole), text)
    return Fix(
        f'grant only {", ".join(match[1] for match in kept)}', (edit,), safe=all(fact.tied for fact in facts)
    )


def _list(text: str, near: Span) -> Span | None:
    """The list of scopes that begins in, or right after, the place of a finding."""
    for form in _FORMS:
        match = form.search(text, near.start, min(len(text), near.end + 400))
        if match is not None and match.start() <= near.end:
            return Span(*match.span(1))
    return None
