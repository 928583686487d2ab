"""The PowerShell parser: the text of a script in, a syntax tree of `shell.syntax` out.

The language is translated into the shell's: `$env:X = v` is an `export`, an expression that stands alone is a
`Write-Output`, `@push` is all elements of an array, `if` is `if`.  What shells do not have stands in
`shell.objects`.  The parser goes on after what it cannot read; its time is linear in the length of the text.
"""

from __future__ import annotations

from time import perf_counter

from artifacts_guard.shell import syntax
from artifacts_guard.shell.opaque import masked
from artifacts_guard.shell.opaque import merged
from artifacts_guard.shell.powershell.statements import Statements
from artifacts_guard.shell.powershell.statements import checked
from artifacts_guard.shell.scanner import TimeLimitError

# Longer scripts are cut: nobody writes them.
MAX_LENGTH = 1_000_000


def parse(text: str, opaque: tuple[tuple[int, int], ...] = (), *, seconds: float = 1.0) -> syntax.Tree:
    """The syntax tree of a PowerShell script.

    `opaque` are ranges, in order and without overlap, that the CI system replaces before
    PowerShell sees them.  All offsets count code points of `text`.
    """
    size = len(text)
    complete = size <= MAX_LENGTH
    if not complete:
        size = text.rfind('\n', 0, MAX_LENGTH) + 1 or MAX_LENGTH
    hidden, starts = masked(text[:size], opaque)
    parser = Statements(hidden, text, starts, perf_counter() + seconds)
    commands: list[syntax.Command] = []
    try:
        parser.statements(0, commands)
    except (TimeLimitError, RecursionError):
        complete = False
        size = commands[-1].end if commands else 0
    errors = parser.errors if complete else [*parser.errors, (size, len(text))]
    body = syntax.Block(0, len(text), tuple(checked(commands, hidden)))
    return syntax.Tree(body, merged(errors), complete)
