"""How a token is written in each form: text in, the same text encoded.  The inverse of what is tested."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable

Writer = Callable[[str], str]


def percent(text: str) -> str:
    return ''.join(f'%{ord(char):02X}' for char in text)


def percent_separators(text: str) -> str:
    return text.replace('_', '%5F').replace('-', '%2D')


def percent_twice(text: str) -> str:
    return text.replace('_', '%255f').replace('-', '%252d')


def unicode_escape(text: str) -> str:
    return ''.join(f'\\u{ord(char):04x}' for char in text)


def unicode_escape_in_json(text: str) -> str:
    return ''.join(f'\\\\u{ord(char):04X}' for char in text)


def unicode_braces(text: str) -> str:
    return ''.join(f'\\u{{{ord(char):x}}}' for char in text)


def unicode_separators(text: str) -> str:
    return text.replace('_', '\\u005f').replace('-', '\\u002d')


def hex_escape(text: str) -> str:
    return ''.join(f'\\x{ord(char):02x}' for char in text)


def octal_escape(text: str) -> str:
    return ''.join(f'\\{ord(char):03o}' for char in text)


def entities(text: str) -> str:
    return ''.join(f'&#{ord(char)};' for char in text)


def hex_entities(text: str) -> str:
    return ''.join(f'&#x{ord(char):X};' for char in text)


def named_entities(text: str) -> str:
    return text.replace('_', '&lowbar;').replace('-', '&hyphen;')


def quoted_printable(text: str) -> str:
    return ''.join(f'={ord(char):02X}' for char in text)


def quoted_printable_break(text: str) -> str:
    middle = len(text) // 2
    return f'{text[:middle]}=\n{text[middle:]}'


def backslash_separators(text: str) -> str:
    return text.replace('_', '\\_').replace('-', '\\-')


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def in_base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')


def in_base64_utf16(text: str) -> str:
    return base64.b64encode(text.encode('utf-16-le')).decode()


def twice_in_base64(text: str) -> str:
    return in_base64(in_base64(text))


def in_gzip_base64(text: str) -> str:
    return base64.b64encode(gzip.compress(f'export TOKEN={text}\n'.encode(), mtime=0)).decode()


def in_gzip_base64_twice(text: str) -> str:
    return in_base64(in_gzip_base64(text))


def in_hex(text: str) -> str:
    return text.encode().hex()


def in_upper_hex(text: str) -> str:
    return text.encode().hex().upper()


# form → how the engine names it, and how to write it
BY_CHARACTER: dict[str, tuple[str, Writer]] = {
    'percent': ('percent', percent),
    'percent, separators only': ('percent', percent_separators),
    'percent, twice': ('percent', percent_twice),
    '\\u escapes': ('unicode-escape', unicode_escape),
    '\\u escapes in a JSON string': ('unicode-escape', unicode_escape_in_json),
    '\\u{} escapes': ('unicode-escape', unicode_braces),
    '\\u escapes, separators only': ('unicode-escape', unicode_separators),
    '\\x escapes': ('hex-escape', hex_escape),
    'octal escapes': ('octal-escape', octal_escape),
    'decimal HTML entities': ('html-entity', entities),
    'hexadecimal HTML entities': ('html-entity', hex_entities),
    'named HTML entities': ('html-entity', named_entities),
    'quoted-printable': ('quoted-printable', quoted_printable),
    'quoted-printable, soft break': ('quoted-printable', quoted_printable_break),
    'Markdown with escaped underscores': ('backslash-escape', backslash_separators),
}
AS_A_WHOLE: dict[str, tuple[str, Writer]] = {
    'base64': ('base64', in_base64),
    'base64url without padding': ('base64', in_base64url),
    'base64 of UTF-16': ('utf-16+base64', in_base64_utf16),
    'base64 twice': ('base64+base64', twice_in_base64),
    'gzip in base64': ('gzip+base64', in_gzip_base64),
    'gzip in base64, twice': ('gzip+base64+base64', in_gzip_base64_twice),
    'hex': ('hex', in_hex),
    'hex in capitals': ('hex', in_upper_hex),
}
ENCODINGS = {**BY_CHARACTER, **AS_A_WHOLE}

# how two parts of a token are joined; none inside its first three characters
JOINS: dict[str, str] = {
    'shell, continued line': '\\\n',
    'shell, continued line, CRLF': '\\\r\n',
    'shell in YAML, continued and indented': '\\\n          ',
    'PowerShell, continued line': '`\n',
    'cmd, continued line': '^\r\n',
    'JSON string with a continued line': '\\\\\\n',
    'JavaScript, added': "' + '",
    'JavaScript, added over lines': "' +\n  '",
    'JavaScript, added over lines, operator first': "'\n      + '",
    'PHP, added': "' . '",
    'Lua, added': '" .. "',
    'SQL, added': "' || '",
    'Visual Basic, added': '" & "',
    'Python, adjacent over lines': '"\n    "',
    'Python, adjacent with a prefix': '"\n    f"',
    'C, adjacent': '"\r\n\t"',
    'shell, touching quotes': '""',
    'source in a JSON string, added': '\\" +\\n\\"',
    'zero-width space': '\u200b',
    'soft hyphen': '\u00ad',
    'word joiner and zero-width no-break space': '\u2060\ufeff',
    'a colour reset': '\x1b[0m\x1b[32m',
}
