from __future__ import annotations

import pytest

from artifacts_guard.reports.visible import text_width
from artifacts_guard.reports.visible import visible

SHOWN = {
    'plain text': ('abc', 'abc'),
    'accents': ('é', 'é'),
    'a combining accent on its letter': ('e\u0301', 'e\u0301'),
    'Chinese': ('日本', '日本'),
    'an emoji': ('🙂', '🙂'),
    'a newline': ('a\nb', r'a\nb'),
    'a tabulator and a carriage return': ('a\t\r', r'a\t\r'),
    'an escape sequence': ('\x1b[2J', r'\x1b[2J'),
    'a C1 control': ('\x9b2J', r'\x9b2J'),
    'delete': ('\x7f', r'\x7f'),
    'bidi controls': ('a\u202eb\u2066', r'a\u202eb\u2066'),
    'zero widths': ('a\u200bb\u200d\ufeff', r'a\u200bb\u200d\ufeff'),
    'line and paragraph separators': ('\u2028\u2029', r'\u2028\u2029'),
    'a tag character': ('\U000e0041', r'\U000e0041'),
    'private use': ('\ue0b0', r'\ue0b0'),
    'a byte that is no UTF-8': ('\udcff', r'\xff'),
    'a lone surrogate': ('\ud800', r'\ud800'),
    'a combining mark on nothing': ('\u0301a', r'\u0301a'),
    'a heap of combining marks': ('a' + '\u0301' * 5, 'a' + '\u0301' * 3 + r'\u0301\u0301'),
    'an Azure command': ('##vso[task.x]', r'\x23#vso[task.x]'),
    'a GitHub log command': ('x ##[error]', r'x \x23#[error]'),
    'a TeamCity message': ('##teamcity[x]', r'\x23#teamcity[x]'),
    'a GitHub workflow command': ('::error::x', r'\x3a:error::x'),
    'a GitHub workflow command with properties': (' ::set-output name=x::y', r' \x3a:set-output name=x::y'),
    'a heading': ('## [x]', '## [x]'),
    'a C++ name': ('std::string::size', 'std::string::size'),
    'an address': ('::1', '::1'),
    'a comment of cmd': (':: text', ':: text'),
}


@pytest.mark.parametrize(('text', 'expected'), SHOWN.values(), ids=SHOWN.keys())
def test_visible(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize(
    ('text', 'width'), [('', 0), ('abc', 3), ('日本', 4), ('e\u0301', 1), ('é…', 2), ('ﾊ', 1)]
)
def test_text_width(text: str, width: int) -> None:
    assert text_width(text) == width
