"""What stands to the left of a token, and what may follow it.

A word boundary of a regular expression would miss a token after `\\n` in JSON, after a colour code
in a log and after `%0A` in a URL: there a letter or digit stands right before it.
"""

from __future__ import annotations

from artifacts_guard.regex import lazy

BOUNDARY = 'boundary'  # the start of the text, a space, a quote, punctuation
ESCAPE = 'escape'  # an escaped character: `\n`, `\u000a`, `%0A`, `ESC[31m`
NAME = 'name'  # a shouted identifier: `TOKEN_`
PART = 'part'  # an identifier in other letters: `my_`, `data-`
WORD = 'word'  # a letter or digit

_REACH = 40
_ESCAPED = lazy(
    r'(?:\\{1,8}[abefnrtv0]'
    r'|\\{1,8}x[0-9A-Fa-f]{2}|\\{1,8}u[0-9A-Fa-f]{4}|\\{1,8}[0-7]{2,3}'
    r'|%(?:25){0,2}[0-9A-Fa-f]{2}'
    r'|=(?:3[A-F]|0[AD]|2[A-F]|5[BD]|7[BD])'
    r'|(?:\x1b|\\{1,8}e|\\{1,8}0?33|\\{1,8}x1[bB]|\\{1,8}u001[bB]|\^\[)\[[0-9;?]{0,12}[A-Za-z]'
    r'|\[[0-9;]{1,12}[mK])\Z'
)
_ESCAPERS = '\\%=['
_WORD_END = lazy(r'[A-Za-z0-9_-]{1,40}\Z')

# Letters from here on are of scripts that put no space between words.
_UNSPACED = '\u2e80'


def left_of(text: str, at: int) -> str:
    """The class of what stands right before an offset."""
    char = text[at - 1 : at]
    for _ in range(3):
        if char != '\0':
            break
        at -= 1
        char = text[at - 1 : at] if at else ''
    if not char or (char not in '_-' and not (char.isalnum() and char < _UNSPACED)):
        return BOUNDARY
    before = text[max(0, at - _REACH) : at]
    if char not in '_-':
        return ESCAPE if any(mark in before for mark in _ESCAPERS) and _ESCAPED.search(before) else WORD
    match = _WORD_END.search(before)
    name = match[0] if match else ''
    if not name.strip('_-'):
        return BOUNDARY
    return NAME if name.isupper() else PART


def body_in(text: str, start: int, at: int, end: int, length: int = 0) -> str:
    """The body in a run of body characters at `at` to `end`, when the token's prefix starts at `start`.

    Emphasis around a token (`_aa_…_`) and the end of a comment (`-->`) are no part of it.  With a
    `length`, only what brings the run to that length is taken off.
    """
    run = text[at:end]
    for tail in ('__', '_', '--'):
        if not run.endswith(tail) or (length and len(run) - len(tail) != length):
            continue
        closes = (
            text.startswith('>', end) if tail == '--' else text[max(0, start - len(tail)) : start] == tail
        )
        if closes:
            return run[: -len(tail)]
    return run


def is_elided(text: str, end: int) -> bool:
    """Whether what follows an offset says that the rest was left out."""
    return text.startswith(('...', '…', '***', '•', '[...', '(...', '\\u2026', '&hellip;'), end)
