"""Regular expressions that users may write in a rule: only such as are quick on any value.

Python's `re` backtracks, so what a pattern could cost is bounded before it is used: no repeated
group holds a choice or another repeat, nothing looks around or back, values are short, and the ways
to match one are at most 2 to the power of BUDGET.  A match is of the whole value.
"""

from __future__ import annotations

LIMIT = 256  # characters of a value; longer ones never match
_LENGTH = 200  # characters of a pattern
_COUNT = 200  # largest fixed count, as in `{43}`
_BUDGET = 24
_UNBOUNDED = 8  # `*`, `+`, `{2,}`, `{0,9}`: at most 2**8 lengths in a value of LIMIT characters
_CHOICE = 1  # `?`, or a `|` inside a group


def objection(pattern: str) -> str:
    """Why a pattern is refused, as the end of a sentence; '' when it is fine."""
    import re

    if len(pattern) > _LENGTH:
        return f'is longer than {_LENGTH} characters'
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return f'is no regular expression: {error}'
    return _Scan(pattern).objection()


class _Scan:
    """One pass over a pattern that compiles."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern.removeprefix('(?i)')
        self._varies = [False]  # per open group: whether there is a choice or a repeat in it
        self._spent = 0

    def objection(self) -> str:
        text, at, varying_group = self._text, 0, False
        while at < len(text):
            char = text[at]
            if char in '*+?{' and (length := _repeat(text, at)):
                if problem := self._repeated(text[at : at + length], varying_group):
                    return problem
                at += length
                varying_group = False
                continue
            varying_group = False
            if char == '\\':
                if text[at + 1] in '123456789':
                    return 'refers back to a group'
                at += 1
            elif char == '[':
                at = _class_end(text, at)
            elif char == '(':
                if text.startswith('(?', at) and not text.startswith('(?:', at):
                    return 'uses a group other than (…), (?:…) and a leading (?i)'
                at += 2 if text.startswith('(?:', at) else 0
                self._varies.append(False)
            elif char == ')':
                varying_group = self._varies.pop()
                self._varies[-1] |= varying_group
            elif char == '|' and len(self._varies) > 1:
                self._varies[-1] = True
                self._spent += _CHOICE
            at += 1
        return 'has too many repeats and choices' if self._spent > _BUDGET else ''

    def _repeated(self, repeat: str, varying_group: bool) -> str:
        if varying_group:
            return 'repeats a group that holds a choice or another repeat'
        if repeat[0] == '{' and ',' not in repeat:
            return '' if int(repeat[1:-1]) <= _COUNT else f'repeats more than {_COUNT} times'
        self._varies[-1] = True
        self._spent += _CHOICE if repeat == '?' else _UNBOUNDED
        return ''


def _repeat(text: str, at: int) -> int:
    """Length of the repeat that begins at an offset; 0 for a brace that stands for itself."""
    if text[at] != '{':
        return 1
    end = text.find('}', at)
    low, comma, high = text[at + 1 : end].partition(',') if end > 0 else ('', '', '')
    return end + 1 - at if (low + high).isdigit() and (low or comma) else 0


def _class_end(text: str, at: int) -> int:
    """Offset of the `]` that ends the character class beginning at an offset."""
    at += 2 if text.startswith('[^', at) else 1
    if text[at] == ']':
        at += 1
    while text[at] != ']':
        at += 2 if text[at] == '\\' else 1
    return at
