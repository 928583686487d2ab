from __future__ import annotations

import io

import pytest

from artifacts_guard.reports.stream import encodable
from artifacts_guard.reports.stream import stream_width
from artifacts_guard.reports.stream import use_color


class Stream(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


COLOR = [
    ('a terminal', True, {}, True),
    ('no terminal', False, {}, False),
    ('a terminal that can nothing', True, {'TERM': 'dumb'}, False),
    ('NO_COLOR', True, {'NO_COLOR': '1'}, False),
    ('NO_COLOR, whatever its value', True, {'NO_COLOR': '0'}, False),
    ('NO_COLOR, empty', True, {'NO_COLOR': ''}, True),
    ('FORCE_COLOR', False, {'FORCE_COLOR': '1'}, True),
    ('FORCE_COLOR, empty', False, {'FORCE_COLOR': ''}, False),
    ('FORCE_COLOR=0', True, {'FORCE_COLOR': '0'}, False),
    ('FORCE_COLOR on a terminal that can nothing', False, {'FORCE_COLOR': '1', 'TERM': 'dumb'}, True),
    ('both', True, {'NO_COLOR': '1', 'FORCE_COLOR': '1'}, False),
]


@pytest.mark.parametrize(
    ('terminal', 'environ', 'expected'), [c[1:] for c in COLOR], ids=[c[0] for c in COLOR]
)
def test_use_color(terminal: bool, environ: dict[str, str], expected: bool) -> None:
    assert use_color(Stream(terminal), environ) is expected


def test_a_closed_stream_has_no_colour() -> None:
    stream = io.StringIO()
    stream.close()
    assert use_color(stream, {}) is False


@pytest.mark.parametrize(
    ('columns', 'expected'),
    [
        ('120', 120),
        ('20', 40),
        ('', 80),
        ('0', 80),
        ('-5', 80),
        ('wide', 80),
        ('99999999999', 500),
        ('１２０', 80),
    ],
)
def test_columns(columns: str, expected: int) -> None:
    assert stream_width(Stream(False), {'COLUMNS': columns}) == expected


def test_a_terminal_of_unknown_width_has_80_cells() -> None:
    assert stream_width(Stream(True), {}) == 80


@pytest.mark.parametrize(
    ('encoding', 'expected'),
    [
        ('utf-8', '╭─ é → …'),
        ('latin-1', '-- é -> ...'),
        ('ascii', '-- \\xe9 -> ...'),
        (None, '-- \\xe9 -> ...'),
    ],
)
def test_encodable(encoding: str | None, expected: str) -> None:
    assert encodable('╭─ é → …', encoding) == expected


def test_what_no_encoding_has_is_escaped() -> None:
    assert encodable('a\udc80', 'utf-8') == 'a\\udc80'
