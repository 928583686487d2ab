"""Words of cmd: quotation marks, carets, `%NAME%`, `!NAME!`, `%1`, `%%i`.

https://learn.microsoft.com/windows-server/administration/windows-commands/cmd, …/set_1 and …/call.
Words are as the program that gets them sees them: blanks separate, quotation marks keep blanks, `\\"` is one.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import Masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match

LOOP = 'local:'  # before the letter of a `for` variable: a colon tells it from the environment's names

_BLANK = re.compile(r'(?:[ \t\r,;=]+|\^\r?\n)*').match
_SPACE = re.compile(r'(?:[ \t\r]+|\^\r?\n)*').match
_BARE = re.compile(rf'[^ \t\n\r&|<>()^%!"\\={MASK}]+').match
_LISTED = re.compile(rf'[^ \t\n\r&|<>()^%!"\\=,;{MASK}]+').match
_QUOTED = re.compile(rf'[^"\n%!\\{MASK}]+').match
_LOOP = re.compile(r'%%?(?:~[a-zA-Z$:]{0,12})?([A-Za-z])').match
_LOOP_MODIFIED = re.compile(r'%%?~[fdpnxsatz]{0,9}([A-Za-z])', re.IGNORECASE).match
_ARGUMENT = re.compile(r'%(~[fdpnxsatz]{0,9})?([0-9])', re.IGNORECASE).match
_VARIABLE = re.compile(r'%([^\s%:"&|<>^=!]{1,100})(?::(~[^%\n]{0,60}|[^%\n=]{0,200}=[^%\n]{0,200}))?%').match
_DELAYED = re.compile(r'!([^\s%:"&|<>^=!]{1,100})(?::(~[^!\n]{0,60}|[^!\n=]{0,200}=[^!\n]{0,200}))?!').match
_NUMBER = re.compile(r'~(-?)(\d*)(?:,(-?)(\d+))?').fullmatch


class Words(Masked):
    """The text of a batch script, and its words."""

    def __init__(self, text: str, source: str, opaques: dict[int, int], deadline: float) -> None:
        super().__init__(text, source, opaques, deadline)
        self.brackets = 0  # parentheses that wait for being closed
        self.loops: list[str] = []
        # !NAME! is expanded only where that was asked for
        self.delayed = re.search(r'enabledelayedexpansion|/v:on', text, re.IGNORECASE) is not None

    def blank(self, at: int) -> int:
        """The place after what separates words."""
        return self._skip(_BLANK, at)

    def space(self, at: int) -> int:
        """The place after blanks."""
        return self._skip(_SPACE, at)

    def _skip(self, blanks: Callable[[str, int], Match[str] | None], at: int) -> int:
        match = blanks(self.text, at)
        return min(match.end(), self.size) if match else at

    def word(self, at: int, ends: str = '') -> syntax.Word:
        """The word that begins at a place; `ends` are characters that end it, besides blanks and operators."""
        self.tick()
        text, start = self.text, at
        parts: list[syntax.Part] = []
        quoted = False
        bare = _LISTED if ',' in ends else _BARE
        while at < self.size:
            run = (_QUOTED if quoted else bare)(text, at, self.size)
            if run:
                parts.append(syntax.Text(at, run.end(), run[0], quoted))
                at = run.end()
                continue
            char = text[at]
            if char == '"':
                if not quoted and text[at + 1] == '"':
                    parts.append(syntax.Text(at, at + 2, '', True))
                quoted = not quoted
                at += 1
            elif char == '\n' or (not quoted and (char in ' \t\r&|<>' or char in ends or self._closes(char))):
                break
            else:
                at = self._special(at, char, quoted, parts)
        self.at = at
        return syntax.Word(start, at, tuple(parts))

    def _closes(self, char: str) -> bool:
        return char == ')' and self.brackets > 0

    def _special(self, at: int, char: str, quoted: bool, parts: list[syntax.Part]) -> int:
        """A character that can be more than itself: the place after it."""
        text = self.text
        if char == MASK:
            parts.append(self.opaque(at, quoted))
            return self.at
        if char == '^' and not quoted:
            if text[at + 1] == '\n' or text.startswith('\r\n', at + 1):
                return min(text.index('\n', at) + 1, self.size)
            end = min(at + 2, self.size)
            parts.append(syntax.Text(at, end, text[at + 1 : end], True))
            return end
        if char == '\\' and text[at + 1] == '"' and at + 1 < self.size:
            parts.append(syntax.Text(at, at + 2, '"', True))
            return at + 2
        found = self.variable(at, quoted) if char in '%!' else None
        if found is not None:
            parts.append(found)
            return found.end
        end = at + 2 if text.startswith('%%', at) else at + 1
        parts.append(syntax.Text(at, end, char, True))
        return end

    def variable(self, at: int, quoted: bool) -> syntax.Part | None:
        """The variable at a percent sign or exclamation mark, None when there is none."""
        text = self.text
        if text[at] == '!':
            match = _DELAYED(text, at, self.size) if self.delayed else None
            return _expanded(match.start(), match.end(), match[1], match[2], quoted) if match else None
        loop = _LOOP_MODIFIED(text, at, self.size) or _LOOP(text, at, self.size)
        if loop and loop[1] in self.loops:
            return syntax.Parameter(at, loop.end(), LOOP + loop[1], index='', quoted=quoted)
        if text.startswith('%%', at):
            return None
        if text.startswith('%*', at):
            return syntax.Parameter(at, at + 2, '@', quoted=quoted)
        if argument := _ARGUMENT(text, at, self.size):
            if argument[2] == '0' or len(argument[1] or '') > 1:
                return syntax.Arithmetic(at, argument.end())
            return syntax.Parameter(at, argument.end(), argument[2], quoted=quoted)
        match = _VARIABLE(text, at, self.size)
        return _expanded(at, match.end(), match[1], match[2], quoted) if match else None


def _expanded(start: int, end: int, name: str, operator: str | None, quoted: bool) -> syntax.Parameter:
    """`%NAME%`, `%NAME:~offset,length%`, `%NAME:old=new%`."""
    if operator is None:
        return syntax.Parameter(start, end, name, quoted=quoted)
    if not operator.startswith('~'):
        return syntax.Parameter(start, end, name, '/', quoted=quoted)
    match = _NUMBER(operator)
    length = ''
    if match:
        # all behind an offset from the end is as long as that
        length = match[2] if match[1] and not match[4] else '' if match[3] else (match[4] or '')
    second = syntax.Word(start, start, (syntax.Text(start, start, length),)) if length else None
    return syntax.Parameter(start, end, name, ':', second=second, quoted=quoted)
