from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifacts_guard.reports.prose import prose
from artifacts_guard.reports.prose import wrap
from artifacts_guard.reports.visible import text_width

TEXT = """\
A paragraph of two
lines with `code in
it` here.

- an item that is long enough to be wrapped
- another

    code:
      stays as it is
"""


def test_paragraphs_lists_and_code() -> None:
    assert [''.join(text for text, _ in line) for line in prose(TEXT, 24)] == [
        'A paragraph of two lines',
        'with `code in it` here.',
        '- an item that is long',
        '  enough to be wrapped',
        '- another',
        '    code:',
        '      stays as it is',
    ]


def test_long_code_is_broken_at_blanks_and_carried_over_deeper() -> None:
    code = '    artifacts push --file report.html --project-slug reports'
    assert [''.join(text for text, _ in line) for line in prose(code, 38)] == [
        '    artifacts push --file report.html',
        '      --project-slug reports',
    ]
    assert [''.join(text for text, _ in line) for line in prose('  ' + 'x' * 20, 12)] == [
        '  xxxxxxxxxx',
        '    xxxxxxxx',
        '    xx',
    ]


def test_code_is_styled_over_line_ends() -> None:
    lines = prose('some `code that is` long', 13)
    assert lines == [(('some ', ''), ('`code', 'code')), (('that is`', 'code'), (' long', ''))]


@pytest.mark.parametrize(
    ('text', 'width', 'first', 'expected'),
    [
        ('', 10, 0, ['']),
        ('a b c', 3, 0, ['a b', 'c']),
        ('a b c', 3, 2, ['a', 'b c']),
        ('abcdefgh', 3, 0, ['abc', 'def', 'gh']),
        ('日本語', 4, 0, ['日本', '語']),
        ('abcdef', 10, 8, ['', 'abcdef']),
    ],
)
def test_wrap(text: str, width: int, first: int, expected: list[str]) -> None:
    assert wrap(text, width, first) == expected


@given(st.text(st.sampled_from('ab 日'), max_size=80), st.integers(2, 20))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert ''.join(lines).replace(' ', '') == text.replace(' ', '')
    assert all(text_width(line) <= width for line in lines)
