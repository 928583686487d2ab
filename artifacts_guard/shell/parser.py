"""The shell parser: the text of a script in, its syntax tree out.

It reads what bash reads, POSIX sh being a part of that, and goes on after what it cannot read.
A time limit, and caps on depth and on what is taken back, keep any text from taking long.
"""

from __future__ import annotations

from time import perf_counter

from artifacts_guard.shell import syntax
from artifacts_guard.shell.compounds import Compounds
from artifacts_guard.shell.opaque import masked
from artifacts_guard.shell.opaque import merged
from artifacts_guard.shell.scanner import TimeLimitError

# Longer scripts are cut: nobody writes them.
MAX_LENGTH = 1_000_000


def parse(text: str, opaque: tuple[tuple[int, int], ...] = (), *, seconds: float = 1.0) -> syntax.Tree:
    """The syntax tree of a script.

    `opaque` are ranges, in order and without overlap, that the CI system replaces before the
    shell sees them: they cannot break the syntax, and come back as `Opaque` parts of words.
    All offsets count code points of `text`.
    """
    deadline = perf_counter() + seconds
    size = len(text)
    complete = size <= MAX_LENGTH
    if not complete:
        size = text.rfind('\n', 0, MAX_LENGTH) + 1 or MAX_LENGTH
    plain, opaques = masked(text[:size], opaque)
    parser = Compounds(plain, text, opaques, deadline)
    commands: list[syntax.Command] = []
    try:
        parser.commands(0, commands)
        parser.bodies(size)
    except (TimeLimitError, RecursionError):
        complete = False
        size = commands[-1].end if commands else 0
    errors = parser.errors if complete else [*parser.errors, (size, len(text))]
    body = syntax.Block(0, len(text), tuple(commands))
    return syntax.Tree(body, merged(errors), complete and not parser.passed_over)
