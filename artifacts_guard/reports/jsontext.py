"""JSON as the reports write it: UTF-8, stable, and nothing in it that a terminal or a CI log would act on."""

from __future__ import annotations

import re

from artifacts_guard.reports.visible import commands
from artifacts_guard.reports.visible import is_escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SUSPICIOUS = re.compile(r'[^\x20-\x7e\n]')


def dump(value: Any) -> str:
    """A value as indented JSON, ending in a newline; characters that can't be shown are escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = _SUSPICIOUS.sub(_escaped, text)
    if hits := commands(text):
        parts, last = [], 0
        for at in hits:  # `#` and `:` of a CI system's command; such a `:` stands inside a string
            parts += [text[last:at], _unicode(text[at])]
            last = at + 1
        text = ''.join([*parts, text[last:]])
    return text + '\n'


def _escaped(hit: re.Match[str]) -> str:
    return _unicode(hit[0]) if is_escaped(hit[0]) else hit[0]


def _unicode(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f'\\u{code:04x}'
    code -= 0x10000
    return f'\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}'
