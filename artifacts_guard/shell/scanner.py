"""What all parts of the shell parser share: the text, the place in it, its errors and its limits.

The parser is one class, a chain of parts: Scanner, Words, Expansions, Parameters, Heredocs, Commands,
Lists, Compounds.  It reads in place, each method from an offset on, and never raises on any text.

Grammar: POSIX XCU chapter 2 (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html)
and the Bash manual (https://www.gnu.org/software/bash/manual/bash.html).
"""

from __future__ import annotations

import re
from time import perf_counter

from artifacts_guard.shell import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.shell.heredocs import Pending

# Opaque ranges are masked by control characters that no script holds: a first one, then others.
MASK = '\x01'
MASK_MORE = '\x02'

# Compound commands, substitutions and nested expansions, all together: at most 15 Python frames each.
MAX_DEPTH = 40

# How often a quote or an expansion that nothing closes may be taken back: each time costs a pass over the rest.
MAX_RETREATS = 20
MAX_UNCLOSED = 3

_OPAQUE = re.compile(f'{MASK}{MASK_MORE}*').match
_BLANK = re.compile(r'[ \t]*(?:(?:\\\r?\n|\r(?=\n))[ \t]*)*').match
_COMMENT = re.compile(r'#[^\n]*').match
_GAP = re.compile(r'(?:[ \t\n]+|\r(?=\n)|\\\r?\n|#[^\n]*)*').match

_CLOCK_EVERY = 1000


class TimeLimitError(Exception):
    """The time limit was reached."""


class Masked:
    """A text with opaque ranges masked and a line feed at its end, as all parsers here read it.

    `source` is the same text unmasked.  `opaques` counts opaque ranges by their starts.
    Methods of the parsers leave the place they reached in `at`.
    """

    max_retreats = MAX_RETREATS

    def __init__(self, text: str, source: str, opaques: dict[int, int], deadline: float) -> None:
        self.text = text + '\n'
        self.source = source
        self.size = len(text)
        self.opaques = opaques
        self.deadline = deadline
        self.at = 0
        self.depth = 0
        self.unclosed = 0  # what ran to the end of the text
        self.passed_over = False  # something that is nested too deeply was
        self.errors: list[tuple[int, int]] = []
        self.ticks = _CLOCK_EVERY
        self._retreats: set[int] = set()

    def tick(self) -> None:
        """Called at every word and command: looks at the clock from time to time."""
        self.ticks -= 1
        if self.ticks < 0:
            self.look_at_clock()

    def look_at_clock(self) -> None:
        """Called when `ticks`, which is counted down at every step, has run out."""
        self.ticks = _CLOCK_EVERY
        if perf_counter() > self.deadline:
            raise TimeLimitError

    def error(self, start: int, end: int) -> None:
        self.errors.append((min(start, self.size), min(end, self.size)))

    def retreat(self, at: int) -> bool:
        """Take a quote that nothing closes as an ordinary character; False when that was done too often."""
        if at in self._retreats:
            return True
        if len(self._retreats) >= self.max_retreats:
            return False
        self._retreats.add(at)
        self.error(at, self.text.find('\n', at))
        return True

    def retreated(self, at: int) -> bool:
        return at in self._retreats

    def opaque(self, at: int, quoted: bool) -> syntax.Opaque:
        """The opaque range that begins at a place."""
        match = _OPAQUE(self.text, at)
        self.at = match.end() if match else at + 1
        return syntax.Opaque(at, self.at, self.opaques[at], quoted)


class Scanner(Masked):
    """The text of a shell script.  `wanted` holds, for each open construct, the words that can close it."""

    def __init__(self, text: str, source: str, opaques: dict[int, int], deadline: float) -> None:
        super().__init__(text, source, opaques, deadline)
        self.closer = ''
        self.wanted: list[tuple[str, ...]] = []
        self.pending: list[Pending] = []
        self.peak = 0  # the greatest depth within the command being read
        self.refuted: set[int] = set()  # places of `((` and `[` that begin no arithmetic or subscript

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        self.peak = max(self.peak, self.depth)

    def gives_up(self) -> bool:
        """Whether so many expansions were not closed that nothing more is taken for one: each costs a pass."""
        return self.unclosed >= MAX_UNCLOSED

    def blank(self, at: int) -> int:
        """The place after blanks and line continuations."""
        match = _BLANK(self.text, at)
        return min(match.end(), self.size) if match else at

    def gap(self, at: int) -> int:
        """The place after blanks, comments, line ends and the here-documents that follow them."""
        while self.pending:
            at = self.blank(at)
            if comment := _COMMENT(self.text, at):
                at = comment.end()
            if at >= self.size or self.text[at] != '\n':
                return at
            at = self.bodies(at + 1)
        match = _GAP(self.text, at)
        return min(match.end(), self.size) if match else at

    def pasted(self, start: int, end: int, quoted: bool = False) -> list[syntax.Part]:
        """The opaque ranges that begin in a range."""
        found: list[syntax.Part] = []
        at = self.text.find(MASK, start, end)
        while at >= 0:
            found.append(self.opaque(at, quoted))
            at = self.text.find(MASK, self.at, end)
        return found

    if TYPE_CHECKING:

        def bodies(self, at: int) -> int: ...
