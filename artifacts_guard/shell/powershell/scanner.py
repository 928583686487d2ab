"""What all parts of the PowerShell parser share: the text, the place in it, blanks, comments, errors and limits.

The parser is our own and not tree-sitter-powershell, because that grammar reports an error in 23 of 135
scripts that PowerShell runs, and is quadratic in unclosed braces.

Language: https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-02 and the `about_*` pages named below.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.scanner import Masked

# Parentheses, braces and subexpressions inside each other: at most 15 Python frames each.
MAX_DEPTH = 32

_BLANKS = frozenset(' \t\r\f\v\x85\xa0\ufeff`<')
_GAPS = _BLANKS | frozenset('\n#')
# a backtick before the line end continues the line
_BLANK = re.compile('(?:[ \t\r\f\v\x85\xa0\ufeff]+|`\r?\n)*').match
_GAP = re.compile('(?:[ \t\r\n\f\v\x85\xa0\ufeff]+|`\r?\n|#[^\n]*)*').match


class Scanner(Masked):
    """The text of a PowerShell script.  `open` counts what waits for a closing parenthesis, bracket or brace."""

    max_retreats = 5  # an open quotation mark spans lines here: each costs a pass over the rest

    def __init__(self, text: str, source: str, opaques: dict[int, int], deadline: float) -> None:
        super().__init__(text, source, opaques, deadline)
        self.open = {')': 0, ']': 0, '}': 0}

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
