"""Addresses of the service: https instead of http for its own host, which is known to answer there."""

from __future__ import annotations

import re

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding

# without a port: what listens there need not speak TLS
_OWN = re.compile(r'(http)://(?:[\w-]+\.)*hostartifacts\.dev(?![\w.:@-])', re.IGNORECASE)


def secure(finding: Finding) -> Fix | None:
    document, span = finding.place.document, finding.place.span
    match = _OWN.search(document.text, span.start, span.end)
    if match is None:
        return None
    return Fix('use https', (Edit(Place(document, Span(match.start(), match.end(1))), 'https'),), safe=True)
