"""The parser of cmd's batch language: the text of a script in, a syntax tree of `shell.syntax` out.

`set X=v` is an `export`, `if` an `if`, `for` a `for`; labels make sections, those that are called are functions.
Time is linear in the length of the text.
"""

from __future__ import annotations

from time import perf_counter

from artifacts_guard.shell import syntax
from artifacts_guard.shell.batch.sections import Sections
from artifacts_guard.shell.opaque import masked
from artifacts_guard.shell.opaque import merged
from artifacts_guard.shell.scanner import TimeLimitError

# Longer scripts are cut: nobody writes them.
MAX_LENGTH = 1_000_000


def parse(text: str, opaque: tuple[tuple[int, int], ...] = (), *, seconds: float = 1.0) -> syntax.Tree:
    """The syntax tree of a batch script; see `shell.powershell.parse` for `opaque`."""
    size = len(text)
    complete = size <= MAX_LENGTH
    if not complete:
        size = text.rfind('\n', 0, MAX_LENGTH) + 1 or MAX_LENGTH
    hidden, starts = masked(text[:size], opaque)
    parser = Sections(hidden, text, starts, perf_counter() + seconds)
    try:
        parser.read()
    except (TimeLimitError, RecursionError):
        complete = False
        size = parser.reached()
    errors = parser.errors if complete else [*parser.errors, (size, len(text))]
    return syntax.Tree(syntax.Block(0, len(text), parser.commands()), merged(errors), complete)
