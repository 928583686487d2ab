"""The rate limit as measured: one counter for each client and minute, that two limiters count up.

Writes to some routes pass a limiter of 60 and then, under `/api/artifacts`, one of 300; both use the same counter.
So the 31st `POST /api/artifacts` of a minute is refused, and after 61 reads so is the next write.
"""

from __future__ import annotations

import time
from collections.abc import Callable

WRITES, READS = 60, 300
WINDOW = 60


class Limits:
    """Counts requests; `now` is the clock, in seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._window = -1
        self._count = 0

    def pass_(self, limit: int) -> tuple[bool, dict[str, str]]:
        """Whether a limiter lets a request through, and the headers that it sets."""
        window = int(self._now() // WINDOW)
        if window != self._window:
            self._window, self._count = window, 0
        self._count += 1
        headers = {
            'x-ratelimit-limit': str(limit),
            'x-ratelimit-remaining': str(max(0, limit - self._count)),
            'x-ratelimit-reset': str((window + 1) * WINDOW),
        }
        return self._count <= limit, headers


def is_write(method: str, segments: list[str]) -> bool:
    """Whether the limiter of writes counts a request."""
    path = '/'.join(segments)
    if path == 'mcp' or path.startswith('api/api-keys'):
        return True
    if path.startswith('api/artifacts/'):
        return segments[-1] in ('versions', 'share-links')
    return method == 'POST' and path.startswith(('api/artifacts', 'api/projects', 'api/workspaces'))


def is_read(segments: list[str]) -> bool:
    """Whether the limiter of everything under `/api/artifacts` counts a request."""
    return segments[:2] == ['api', 'artifacts']
