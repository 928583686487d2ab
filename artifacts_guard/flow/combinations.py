"""How values of several parts are put together."""

from __future__ import annotations

from itertools import product
from math import prod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence
    from typing import TypeVar

    _T = TypeVar('_T')

MOST = 24  # alternatives of one word or one command line


def combined(choices: Sequence[Sequence[_T]]) -> Iterable[tuple[_T, ...]]:
    """All ways to take one of each; where those are too many, so few that each choice is in one of them.

    Values that come from one place, as the turns of a loop do, then stay together.
    """
    if prod(map(len, choices)) <= MOST:
        return product(*choices)
    turns = min(max(map(len, choices)), MOST)
    return [tuple([some[turn % len(some)] for some in choices]) for turn in range(turns)]
