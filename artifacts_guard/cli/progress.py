"""A bar on standard error for work that takes long, where a person looks at it."""

from __future__ import annotations

import sys

_WIDTH = 30


class Progress:
    """Shows how much is done, and how long the rest will take if it goes on like that."""

    def __init__(self) -> None:
        import time

        self._shown = sys.stderr.isatty()
        self._clock = time.monotonic
        self._begin = self._clock()
        self._first = -1  # done before this run, in no time

    def __call__(self, done: int, of: int) -> None:
        if not self._shown or not of:
            return
        if self._first < 0:
            self._first = done
        print(
            f'\r{line(done, of, self._first, self._clock() - self._begin)}',
            end='',
            file=sys.stderr,
            flush=True,
        )

    def end(self) -> None:
        """Take the bar away."""
        if self._shown and self._first >= 0:
            print('\r\x1b[K', end='', file=sys.stderr, flush=True)


def line(done: int, of: int, before: int, seconds: float) -> str:
    """The bar after some seconds in which all but `before` were done."""
    full = _WIDTH * done // of
    left = ''
    if done > before:
        rest = round(seconds * (of - done) / (done - before))
        left = f', {rest // 60} min {rest % 60} s left' if rest >= 60 else f', {rest} s left'
    return f'[{"#" * full}{"." * (_WIDTH - full)}] {done} of {of} repositories{left}'
