"""Ignore comments: without the names that hide nothing."""

from __future__ import annotations

import re

from artifacts_guard.facts.model import IgnoreComment
from artifacts_guard.findings import comments
from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.fixes import spots
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding


def shortened(finding: Finding) -> Fix | None:
    """The comment goes when no name of it is left, with its line when it stands alone there."""
    document, span = finding.place.document, finding.place.span
    comment = next((one for one in comments.comments(document) if one.place.span == span), None)
    unused = {name for fact in finding.facts if isinstance(fact, IgnoreComment) for name in fact.rules}
    if comment is None or comment.quoted or _ends_a_string(spots.words(finding.place)):
        return None
    kept = [name for name in comment.names if name not in unused]
    if kept:
        names = re.search(r'\[([^\]]*)\]', spots.words(finding.place))
        if names is None:
            return None
        inner = Span(span.start + names.start(1), span.start + names.end(1))
        edit = Edit(Place(document, inner), ', '.join(kept))
        return Fix('take out the names that hide nothing', (edit,), safe=True)
    text = document.text
    whole = spots.lines(text, span.start, span.end)
    before = text[whole.start : span.start]
    if before.strip() or text[span.end : whole.end].strip():
        # something else stands on the line
        if not before.strip() or text[span.end : whole.end].strip():
            return None
        whole = Span(whole.start + len(before.rstrip(' \t')), span.end)
    return Fix('remove the comment', (Edit(Place(document, whole), ''),), safe=True)


def _ends_a_string(text: str) -> bool:
    """Whether the last character closes a string that the comment stands in."""
    return text[-1:] in ('"', "'") and text.count(text[-1]) % 2 == 1
