"""What can go wrong on the way: each fault is a small thing that happens instead of, or after, an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# of those, the ones that can strike after the request was accepted, so that only the answer is lost
AFTER_ACCEPTING = ('cut', 'cut-midway', 'error-500', 'error-502', 'html', 'invalid-json', 'slow', 'huge')
KINDS = (*AFTER_ACCEPTING, 'limited', 'limited-reset', 'redirect')
ELSEWHERE = 'http://elsewhere.invalid/api/artifacts'
HUGE = 1_000_000_000


@dataclass(frozen=True)
class Fault:
    """One of KINDS; `accepted`: the request is carried out first.  `seconds` is how slow, or when to come again."""

    kind: str
    accepted: bool = False
    seconds: float = 0
    method: str = ''
    path: str = ''
    times: int = 1

    def concerns(self, method: str, path: str) -> bool:
        return self.method in ('', method) and path.startswith(self.path)


Chooser = Callable[[str, str], Fault | None]


class Faults:
    """The faults that wait for a request: a list, or a function that is asked each time."""

    def __init__(self) -> None:
        self._waiting: list[list[object]] = []
        self.choose: Chooser | None = None
        self.struck: list[tuple[str, str, Fault]] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append([fault, fault.times])

    def next(self, method: str, path: str) -> Fault | None:
        found = self.choose(method, path) if self.choose else None
        for entry in self._waiting:
            fault, left = entry
            assert isinstance(fault, Fault)
            assert isinstance(left, int)
            if found is None and left and fault.concerns(method, path):
                entry[1] = left - 1
                found = fault
        if found is not None:
            self.struck.append((method, path, found))
        return found
