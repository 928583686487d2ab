"""What all parts of the PowerShell parser share: the text, the place in it, blanks, comments, errors and limits.

The parser is our own and not tree-sitter-powershell, because that grammar reports an error in 23 of 135
scripts that PowerShell runs, and is quadratic in unclosed braces.

Language: https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-02 and the `about_*` pages named below.
"""

from __future__ import annotations

import re
from time import perf_counter

from artifacts_guard.shell import syntax
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import MASK_MORE
from artifacts_guard.shell.scanner import TimeLimitError

# Parentheses, braces and subexpressions inside each other: at most 15 Python frames each.
MAX_DEPTH = 32
# How often a quotation mark that nothing closes may be taken for an ordinary character.
MAX_RETREATS = 5

_CLOCK_EVERY = 1000
_OPAQUE = re.compile(f'{MASK}{MASK_MORE}*').match
_BLANKS = frozenset(' \t\r\f\v\x85\xa0\ufeff`<')
_GAPS = _BLANKS | frozenset('\n#')
# a backtick before the line end continues the line
_BLANK = re.compile('(?:[ \t\r\f\v\x85\xa0\ufeff]+|`\r?\n)*').match
_GAP = re.compile('(?:[ \t\r\n\f\v\x85\xa0\ufeff]+|`\r?\n|#[^\n]*)*').match


class Scanner:
    """The text with opaque ranges masked and a line end behind it; methods leave the place they reached in `at`.

    `source` is the same text unmasked.  `open` counts what waits for a closing parenthesis, bracket or brace.
    """

    def __init__(self, text: str, source: str, opaques: dict[int, int], deadline: float) -> None:
        self.text = text + '\n'
        self.source = source
        self.size = len(text)
        self.opaques = opaques
        self.deadline = deadline
        self.at = 0
        self.depth = 0
        self.open = {')': 0, ']': 0, '}': 0}
        self.errors: list[tuple[int, int]] = []
        self._ticks = _CLOCK_EVERY
        self.unclosed = 0  # brackets that nothing closes
        self._retreats: set[int] = set()

    def tick(self) -> None:
        """Called at every word and statement: looks at the clock from time to time."""
        self._ticks -= 1
        if self._ticks < 0:
            self._ticks = _CLOCK_EVERY
            if perf_counter() > self.deadline:
                raise TimeLimitError

    def error(self, start: int, end: int) -> None:
        self.errors.append((min(start, self.size), min(end, self.size)))

    def retreats(self, at: int) -> bool:
        """Whether an opening character that nothing closes is to be taken as an ordinary one."""
        if at in self._retreats:
            return True
        if len(self._retreats) >= MAX_RETREATS:
            return False
        self._retreats.add(at)
        self.error(at, self.text.find('\n', at))
        return True

    def retreated(self, at: int) -> bool:
        return at in self._retreats

    def blank(self, at: int) -> int:
        """The place after blanks, continued lines and `<# … #>` within a line."""
        return self._skip(at, _BLANK) if self.text[at] in _BLANKS else at

    def gap(self, at: int) -> int:
        """The place after blanks, comments and line ends."""
        return self._skip(at, _GAP) if self.text[at] in _GAPS else at

    def _skip(self, at: int, blanks: re._Matcher) -> int:  # type: ignore[name-defined]
        text = self.text
        while True:
            match = blanks(text, at)
            at = match.end() if match else at
            if not text.startswith('<#', at) or at >= self.size:
                return min(at, self.size)
            end = text.find('#>', at + 2)
            if end < 0:
                self.error(at, self.size)
                return self.size
            at = end + 2

    def opaque(self, at: int, quoted: bool = True) -> syntax.Opaque:
        match = _OPAQUE(self.text, at)
        self.at = match.end() if match else at + 1
        return syntax.Opaque(at, self.at, self.opaques[at], quoted)

    def nothing(self, at: int) -> syntax.Word:
        """An opening character too deep to be followed, or no operand: passed over."""
        self.error(at, at + 1)
        self.at = min(at + 1, self.size)
        return syntax.Word(at, self.at, ())

    def close(self, at: int, closer: str, start: int) -> int:
        """The place after a closing character; when it is not there, what was begun at `start` is an error."""
        at = self.gap(at)
        if at < self.size and self.text[at] == closer:
            return at + 1
        self.error(start, start + 1)
        return at
