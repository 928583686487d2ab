"""The one place where secrets are taken out of what is shown.

Three nets, each enough by itself for what it knows: the ranges that the scan reported, the values
found in those ranges wherever else they appear, and the form of the service's own tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from artifacts_guard.regex import lazy
from artifacts_guard.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from artifacts_guard.text import Document
    from artifacts_guard.text import Span

_SHORTEST = 8  # a shorter value is part of ordinary words; its ranges are still redacted
_MARGIN = 4096  # how far outside a window a secret that reaches into it may begin
_TOKEN = lazy(
    r'(?<![A-Za-z0-9])(aa_(?:live|k|at|claim)_)[A-Za-z0-9_-]{16,}|(aa_(?:k|at|claim)_)[A-Za-z0-9_-]{43}'
)


def without_tokens(text: str) -> str:
    """A text without the service's own tokens, for what is said outside of reports."""
    return _TOKEN.sub(lambda hit: str(Secret(hit[0], hit[1] or hit[2] or '')), text)


class Mask(tuple[int, int, str]):
    """Start, end and what to show instead."""

    __slots__ = ()


class Redactor:
    """Knows the secrets of one result.

    `redactions` are (path, span, replacement); `documents` those in which their values can be read.
    """

    def __init__(
        self, redactions: Iterable[tuple[str, Span, str]], documents: Mapping[str, Document]
    ) -> None:
        self._ranges: dict[str, list[Mask]] = {}
        self._values: dict[str, str] = {}
        for path, span, replacement in redactions:
            self._ranges.setdefault(path, []).append(Mask((span.start, span.end, replacement)))
            if path in documents:
                value = documents[path].text[span.start : span.end]
                if len(value) >= _SHORTEST:
                    self._values.setdefault(value, replacement)
        for path, masks in self._ranges.items():
            self._ranges[path] = _merged(masks)
        # longest first: a value may be the beginning of another
        literals = sorted(self._values, key=lambda value: (-len(value), value))
        self._literals = [value for value in literals if not _TOKEN.fullmatch(value)]

    def text(self, text: str) -> str:
        """A text without the secrets.

        What overlaps goes together: to replace one after the other would leave the rest of the second.
        """
        masks = [Mask((hit.start(), hit.end(), self._shown(hit))) for hit in _TOKEN.finditer(text)]
        masks += self._of_values(text, 0, len(text))
        shown, at = '', 0
        for start, end, replacement in _merged(masks):
            shown += text[at:start] + replacement
            at = end
        return shown + text[at:]

    def _of_values(self, text: str, start: int, end: int) -> list[Mask]:
        """Where known values stand in a range of a text, or reach into it."""
        found = []
        for value in self._literals:
            at = text.find(value, max(0, start - len(value)), end + len(value))
            while at >= 0:
                found.append(Mask((at, at + len(value), self._values[value])))
                at = text.find(value, at + len(value), end + len(value))
        return found

    def masks(self, document: Document, start: int, end: int) -> list[Mask]:
        """What to replace in a range of a document, in order and without overlap."""
        ranges = self._ranges.get(document.path, [])
        first = bisect_right(ranges, (start,))
        found = [m for m in ranges[max(0, first - 1) : first] if m[1] > start]
        while first < len(ranges) and ranges[first][0] < end:
            found.append(ranges[first])
            first += 1
        text = document.text
        found += self._of_values(text, start, end)
        left = max(0, start - _MARGIN)
        found += [
            Mask((hit.start() + left, hit.end() + left, self._shown(hit)))
            for hit in _TOKEN.finditer(text[left : end + _MARGIN])
        ]
        return _merged([mask for mask in found if mask[1] > start and mask[0] < end])

    def _shown(self, hit: re.Match[str]) -> str:
        value = hit[0]
        return self._values.get(value) or str(Secret(value, hit[1] or hit[2] or ''))


def _merged(masks: list[Mask]) -> list[Mask]:
    """Masks in order; what overlaps becomes one, with the replacement of the widest."""
    merged: list[Mask] = []
    for mask in sorted(masks):
        if merged and mask[0] < merged[-1][1]:
            last = merged[-1]
            wider = mask if mask[1] - mask[0] > last[1] - last[0] else last
            merged[-1] = Mask((last[0], max(last[1], mask[1]), wider[2]))
        else:
            merged.append(mask)
    return merged
