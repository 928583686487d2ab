"""Ranges of a script that the CI system replaces before a shell sees them, masked so that they break no syntax."""

from __future__ import annotations

from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import MASK_MORE


def masked(text: str, ranges: tuple[tuple[int, int], ...]) -> tuple[str, dict[int, int]]:
    """The text with ranges (in order, without overlap) masked, and the index of each range by its start."""
    if MASK in text or MASK_MORE in text:
        text = text.translate({ord(MASK): '\ufffd', ord(MASK_MORE): '\ufffd'})
    pieces = []
    starts = {}
    last = 0
    for index, (start, end) in enumerate(ranges):
        if last <= start < end <= len(text):
            starts[start] = index
            pieces += [text[last:start], MASK, MASK_MORE * (end - start - 1)]
            last = end
    return ''.join([*pieces, text[last:]]) if pieces else text, starts


def merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
