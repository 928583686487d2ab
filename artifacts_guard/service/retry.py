"""How often and when to ask again: as the service says, else with growing, random pauses."""

from __future__ import annotations

import random
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping

ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LONGEST_WISH = 180.0  # the service's window is a minute; who wants more wants the job to fail


class Patience:
    """Pauses between the attempts of one operation.  `wait` answers False when there is no point in going on."""

    def __init__(
        self,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self._left = attempts - 1
        self._pause = FIRST_PAUSE
        self._sleep = sleep or time.sleep
        self._say = say

    def wait(self, why: str, wish: float | None = None) -> bool:
        """Wait as long as the service wishes, or some time of our own choice."""
        if self._left <= 0 or (wish is not None and wish > LONGEST_WISH):
            return False
        self._left -= 1
        # full jitter, so that jobs that failed together do not come back together:
        # https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        seconds = random.uniform(0, self._pause) if wish is None else wish + random.uniform(0, 1)  # noqa: S311
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if self._say is not None:
            self._say(f'{why}; trying again in {seconds:.1f} s')
        self._sleep(seconds)
        return True


def wish(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that an answer asks to wait: Retry-After (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after),
    else `x-ratelimit-reset`, seconds since the epoch by the service's clock; None when it asks nothing."""
    theirs = date(headers.get('date', ''))
    now = now if theirs is None else theirs
    after = headers.get('retry-after', '').strip()
    if after.isascii() and after.isdigit():
        return float(after)
    until = date(after)
    if until is None:
        reset = headers.get('x-ratelimit-reset', '').strip()
        until = float(reset) if reset.isascii() and reset.isdigit() else None
    return None if until is None else max(0.0, until - now)


def date(text: str) -> float | None:
    """A date of HTTP as seconds since the epoch; None for what is none."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError):
        return None
