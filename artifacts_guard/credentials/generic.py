"""detect-secrets' generic detectors, called directly: high entropy in base64 and hex, and telling names.

Its engine, its filters and its verification are not used: the filters drop whole lines that hold tokens, one of
them takes time cubic in the length of a line, and a baseline can name code to run.  A detector is asked
only about lines that could concern it, and the package is imported only when there is one.
"""

from __future__ import annotations

import re
from functools import cache

from artifacts_guard.credentials.placeholder import is_reference_or_placeholder
from artifacts_guard.record import Record
from artifacts_guard.secret import Secret
from artifacts_guard.text import Document
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from detect_secrets.plugins.base import BasePlugin

LONGEST_LINE = 4096  # longer ones are data; the search for tokens looks at all of them
BASE64_LIMIT = 4.5
HEX_LIMIT = 3.0

# An entropy above 4.5 takes more than 22 different characters, one above 3 more than 8.
_QUOTED_BASE64 = re.compile(r"""['"][A-Za-z0-9+/\\=_-]{23,}['"]""")
_QUOTED_HEX = re.compile(r"""['"][0-9A-Fa-f]{9,}['"]""")
_NAMED = re.compile('key|pass|pwd|secret|contrase', re.IGNORECASE)

_KINDS = {
    'Base64 High Entropy String': 'high-entropy base64',
    'Hex High Entropy String': 'high-entropy hex',
    'Secret Keyword': 'value of a telling name',
}


class Suspect(Record):
    """A string that could be a secret of any kind.  `made_up`: it is a reference or a placeholder by our own test."""

    span: Span
    secret: Secret
    kind: str
    made_up: bool


def suspects(document: Document) -> list[Suspect]:
    """What the detectors report on a document's lines, by position; each value once per line and kind."""
    found: list[Suspect] = []
    for number, gates in sorted(_candidates(document).items()):
        span = document.line_span(number)
        line = document.text[span.start : span.end]
        if len(line) <= LONGEST_LINE:
            for gate in gates:
                found += _reported(_detectors()[gate], document.path, line, number, span.start)
    return sorted(found, key=lambda suspect: (suspect.span.start, suspect.span.end, suspect.kind))


def _candidates(document: Document) -> dict[int, list[int]]:
    """By line the detectors, as numbers, that it could concern."""
    lines: dict[int, list[int]] = {}
    for number, gate in enumerate((_QUOTED_BASE64, _QUOTED_HEX, _NAMED)):
        for match in gate.finditer(document.text):
            gates = lines.setdefault(document.position(match.start()).line, [])
            if number not in gates:
                gates.append(number)
    return lines


@cache
def _detectors() -> tuple[BasePlugin, ...]:
    from detect_secrets.plugins.high_entropy_strings import Base64HighEntropyString
    from detect_secrets.plugins.high_entropy_strings import HexHighEntropyString
    from detect_secrets.plugins.keyword import KeywordDetector

    return (
        Base64HighEntropyString(limit=BASE64_LIMIT),
        HexHighEntropyString(limit=HEX_LIMIT),
        KeywordDetector(),
    )


def _reported(detector: BasePlugin, path: str, line: str, number: int, start: int) -> Iterator[Suspect]:
    for potential in detector.analyze_line(filename=path, line=line, line_number=number):
        value = potential.secret_value or ''
        at = line.find(value)
        if value and at >= 0:
            yield Suspect(
                Span(start + at, start + at + len(value)),
                Secret(value),
                _KINDS.get(potential.type, potential.type),
                is_reference_or_placeholder(value),
            )
