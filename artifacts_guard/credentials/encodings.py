"""Tokens whose characters are escaped one by one, or that are broken into parts: as tables.

Each `Form` has patterns that match a whole token in that form, from its prefix to its last character.
Plain characters may stand between escaped ones.  Every repetition is bounded and every choice is told by
its first characters, so that a match takes time linear in what it matches.
"""

from __future__ import annotations

import re
from functools import cache

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

BODY_CLASS = '[A-Za-z0-9_-]'

# Codes of the characters of a body, and names of two of them.
_HEX = r'(?:2[dD]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa])'
_DECIMAL = r'(?:45|4[89]|5[0-7]|6[5-9]|[78][0-9]|90|95|9[7-9]|1[01][0-9]|12[0-2])'
_OCTAL = r'(?:055|06[0-7]|07[01]|1(?:0[1-7]|[12][0-7]|3[0-27]|4[1-7]|[56][0-7]|7[0-2]))'
_NAMES = {'lowbar': '_', 'UnderBar': '_', 'hyphen': '-', 'dash': '-'}
_NEVER = '(?!)'


class Escape(Record):
    """A way to write a character.  `@h`, `@d`, `@o`, `@n` and `@s` in `pattern` stand for its hexadecimal,
    decimal and octal code, its name in HTML, and itself when it is a separator.

    `spelled` are the ways in which `a` and the first part of an underscore are written.
    """

    encoding: str
    pattern: str
    spelled: tuple[tuple[str, str], ...]

    def beginnings(self) -> list[str]:
        """Every way in which the first three characters of a token can be written, up to the last one's code."""
        return [
            begun
            for a, underscore in self.spelled
            for begun in ([a + a + underscore, a + a + '_'] if a != 'a' else [])
        ] + ['aa' + underscore for _, underscore in self.spelled]


ESCAPES = (
    Escape('percent', r'%(?:25){0,2}@h', (('%61', '%5'), ('%2561', '%255'))),
    Escape(
        'unicode-escape',
        r'\\{1,4}(?:u00@h|u\{0{0,4}@h\}|U000000@h)',
        (
            ('\\u0061', '\\u005'),
            ('\\\\u0061', '\\\\u005'),
            ('\\\\\\\\u0061', '\\\\\\\\u005'),
            ('\\u{61}', '\\u{5'),
            ('\\U00000061', '\\U0000005'),
        ),
    ),
    Escape(
        'hex-escape',
        r'\\{1,4}x(?:@h|\{@h\})',
        (('\\x61', '\\x5'), ('\\\\x61', '\\\\x5'), ('\\\\\\\\x61', '\\\\\\\\x5')),
    ),
    Escape('octal-escape', r'\\{1,4}@o', (('\\141', '\\137'), ('\\\\141', '\\\\137'))),
    Escape(
        'html-entity',
        r'&(?:amp;){0,2}(?:\#0{0,5}@d;?|\#[xX]0{0,5}@h;?|@n;)',
        (
            ('&#97;', '&#95'),
            ('&#097;', '&#095'),
            ('&#x61;', '&#x5'),
            ('&#X61;', '&#X5'),
            ('&amp;#97;', '&amp;#95'),
            ('&amp;#x61;', '&amp;#x5'),
            ('a', '&lowbar;'),
            ('a', '&UnderBar;'),
        ),
    ),
    Escape('quoted-printable', r'=@h', (('=61', '=5'),)),
    Escape('backslash-escape', r'\\@s', (('a', '\\_'),)),
)

# What may stand between two characters of a token that was broken up.
_QUOTE = r'\\{0,3}["\'`]'
_SPACE = (
    r'[ \t\r\n]{0,80}'
    r'(?:(?:[\\`]\r?\n|\\{1,3}[nrt](?:"[ \t]{0,4},[ \t\r\n]{0,60}")?)[ \t\r\n]{0,80}){0,4}'
)
_OPERATOR = r'(?:\+\+?|\.\.?|&|\|\||~|<>)'
_OPENING = rf'[rRbBuUfF$@]{{0,2}}{_QUOTE}'
_INVISIBLE = (
    r'(?:[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u180e\u034f]'
    r'|(?:\x1b|\\{1,2}(?:e|033|x1[bB]|u001[bB]))\[[0-9;]{0,12}[mK]){1,4}'
)
_SOFT_BREAK = r'=[ \t]{0,4}\r?\n'
_ADDED = rf'{_QUOTE}{_SPACE}{_OPERATOR}{_SPACE}{_OPENING}'
_LITERAL = rf'{_QUOTE}{_SPACE}(?:{_OPERATOR}{_SPACE}|){_OPENING}'
_TOUCHING = rf'{_QUOTE}(?:[ \t]{{0,80}}\r?\n{_SPACE})?{_OPENING}'
_INDENT = r'[ \t]{0,80}'
_CONTINUED = r'(?:[\\`^]\r?\n|\\{3,7}(?:r\\{1,3})?n)'
_LINE_END = r'[ \t]{0,8}\r?\n[ \t]{0,80}(?:(?:\#|//|>|\*)[ \t]{0,8})?'

# Joins that leave no doubt, so that a key goes on behind them whatever its length; joins that could as
# well separate two words; and those that only a length of exactly 43 can prove.
_SURE = rf'{_ADDED}|{_TOUCHING}|{_CONTINUED}|{_INVISIBLE}'
_LIKELY = rf'{_LITERAL}|{_CONTINUED}{_INDENT}|{_INVISIBLE}'
_PROVEN = rf'{_LITERAL}|{_CONTINUED}{_INDENT}|{_INVISIBLE}|{_QUOTE}'

ISSUED = ('k', 'at', 'claim')
DOCUMENTED = ('live',)


class Form(Record):
    """How to find tokens in one form and how to read them.

    `pattern` matches from the prefix on: for families of exact length one character more when there is one.
    `further` matches what a plain run can go on with, `strip` what stands between characters, `escape` an
    escaped one.
    """

    encoding: str
    pattern: re.Pattern[str]
    further: re.Pattern[str]
    strip: re.Pattern[str] | None = None
    escape: re.Pattern[str] | None = None

    def read(self, text: str) -> str:
        """The plain token in a matched text."""
        if self.strip:
            text = self.strip.sub('', text)
        return self.escape.sub(character, text) if self.escape else text


def character(match: re.Match[str]) -> str:
    """The character that a match of a form's `escape` stands for."""
    kind = (match.lastgroup or 's')[0]
    code = match[match.lastgroup or 0]
    if kind == 's':
        return code
    return _NAMES[code] if kind == 'n' else chr(int(code, {'h': 16, 'd': 10, 'o': 8}[kind]))


def _spelled(pattern: str, char: str) -> str:
    """An escape's pattern for one character."""
    names = '|'.join([name for name, named in _NAMES.items() if named == char])
    hexadecimal = ''.join(
        [f'[{digit}{digit.upper()}]' if digit.isalpha() else digit for digit in f'{ord(char):x}']
    )
    return (
        pattern.replace('@h', hexadecimal)
        .replace('@d', str(ord(char)))
        .replace('@o', f'{ord(char):03o}')
        .replace('@n', f'(?:{names})' if names else _NEVER)
        .replace('@s', char if char in '_-' else _NEVER)
    )


def _any_spelled(pattern: str) -> str:
    """An escape's pattern for any character of a body."""
    names = '|'.join(_NAMES)
    return (
        pattern.replace('@h', _HEX)
        .replace('@d', _DECIMAL)
        .replace('@o', _OCTAL)
        .replace('@n', f'(?:{names})')
        .replace('@s', '[_-]')
    )


def _reading(pattern: str) -> str:
    """An escape's pattern with its code as a group."""
    for mark, group in (
        ('@h', '[0-9A-Fa-f]{2}'),
        ('@d', '[0-9]{2,3}'),
        ('@o', '[0-7]{3}'),
        ('@n', '[A-Za-z]+'),
        ('@s', '[_-]'),
    ):
        for count in range(pattern.count(mark)):
            pattern = pattern.replace(mark, f'(?P<{mark[1]}{count}>{group})', 1)
    return pattern


@cache
def escaped(encoding: str) -> Form:
    """The form in which characters are escaped in one of `ESCAPES`."""
    escape = next(escape for escape in ESCAPES if escape.encoding == encoding)
    broken = rf'(?:{_SOFT_BREAK})?' if encoding == 'quoted-printable' else ''
    unit = f'{broken}(?:{BODY_CLASS}|{_any_spelled(escape.pattern)})'

    def letters(text: str) -> str:
        return ''.join([f'{broken}(?:{char}|{_spelled(escape.pattern, char)})' for char in text])

    issued = f'(?:{"|".join([letters(f"{name}_") for name in ISSUED])})(?:{unit}){{43,44}}'
    documented = f'(?:{"|".join([letters(f"{name}_") for name in DOCUMENTED])})(?:{unit}){{16,512}}'
    return Form(
        encoding,
        re.compile(f'{letters("aa_")}(?:{issued}|{documented})'),
        re.compile(
            f'{_SOFT_BREAK}|{_any_spelled(escape.pattern)}' if broken else _any_spelled(escape.pattern)
        ),
        re.compile(_SOFT_BREAK) if broken else None,
        re.compile(_reading(escape.pattern)),
    )


@cache
def joined(kind: str) -> Form:
    """The form of a token in parts: `sure` and `likely` for documented keys, `proven` and `wrapped` for issued
    tokens, and `utf-16` with NULs between for all.
    """
    encoding, join, issued, documented = {
        'sure': ('joined', _SURE, False, True),
        'likely': ('joined', _LIKELY, False, True),
        'proven': ('joined', _PROVEN, True, False),
        'wrapped': ('joined', _LINE_END, True, False),
        'folded': ('joined', _LINE_END, False, True),
        'utf-16': ('utf-16', r'\0{1,3}', True, True),
    }[kind]

    if kind != 'utf-16':
        join = f'(?=(?P<join>{join}))(?P=join)'  # once matched, not tried otherwise
    unit = f'(?:{BODY_CLASS}|{join}{BODY_CLASS})'
    count = [0]

    def once(pattern: str) -> str:
        count[0] += 1
        return pattern.replace('join>', f'join{count[0]}>').replace('=join)', f'=join{count[0]})')

    begun = f'{join.join("aa_")}(?:{join}|)' if kind == 'utf-16' else once(f'aa_(?:{join}|)')
    choices = []
    for name in ISSUED if issued else ():
        exact = len(name) + 1 + 43
        end = f'(?:{once(unit)}|)' if kind == 'utf-16' else f'(?!{BODY_CLASS})'
        choices.append(f'(?={name[0]})(?:{once(unit)}){{{exact}}}{end}')
    if documented:
        choices += [f'(?={name[0]})(?:{once(unit)}){{{len(name) + 17},133}}' for name in DOCUMENTED]
    pattern = re.compile(f'{begun}(?:{"|".join(choices)})')
    return Form(
        encoding,
        pattern,
        re.compile(once(f'{join}{BODY_CLASS}')),
        re.compile(once(f'{join}(?={BODY_CLASS})')),
    )
