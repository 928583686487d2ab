"""Tokens in logs, whatever the system that wrote them puts before its lines and wherever it breaks them."""

from __future__ import annotations

import json
import time

import pytest

from artifacts_guard.credentials.logs import as_printed
from artifacts_guard.credentials.logs import search_log
from artifacts_guard.text import Document
from tests import tokens

TIME = '2026-01-02T03:04:05.123456'
CRI = '2026-01-02T03:04:05.123456789Z stdout'


def broken(first: str, second: str, end: str = '') -> str:
    """The two halves of a token with something before each."""
    return f'start\n{first}x {{0}}{end}\n{second}{{1}} x{end}\nend\n'


# row → the log, with the token's halves as {0} and {1}; line and column of the token
FOUND = {
    'GitHub': (f'{TIME}7Z ##[group]Run\n{TIME}7Z key {{0}}{{1}}\n', 2, 34),
    'GitHub, with a byte order mark': (f'\ufeff{TIME}7Z {{0}}{{1}}\n', 1, 31),
    'GitHub, as `gh run view` shows it': (f'build\tPublish\t{TIME}7Z {{0}}{{1}}\n', 1, 44),
    'a colour behind the time': (f'{TIME}7Z \x1b[36;1m{{0}}{{1}}\x1b[0m\n', 1, 37),
    'Azure': (f'{TIME}7Z ##[command]{{0}}{{1}}\n', 1, 41),
    'a line that a terminal has broken, with times before it': (broken(f'{TIME}7Z ', f'{TIME}7Z '), 2, 32),
    'Jenkins, a line that a terminal has broken': (broken(f'[{TIME}Z] ', f'[{TIME}Z] '), 2, 33),
    'GitLab, a line that goes on': (broken(f'{TIME}Z 00O ', f'{TIME}Z 00O+'), 2, 35),
    'GitLab, a section': (
        'section_start:1560896352:step\r\x1b[0K\x1b[0K{0}{1}\r\nsection_end:1560896353:step\r\x1b[0K\n',
        1,
        39,
    ),
    'a container, in two parts': (broken(f'{CRI} P ', f'{CRI} F '), 2, 43),
    "Docker's JSON, in two parts": (
        '{{"log":"x {0}","stream":"stdout"}}\n{{"log":"{1} x\\n","stream":"stdout"}}\n',
        1,
        11,
    ),
    'JSON lines': ('{{"time":"now","msg":"key={0}{1}","level":"info"}}\n', 1, 26),
    'JSON in a line with a time': (f'{TIME}Z {{{{"msg":"a\\n{{0}}{{1}}"}}}}\n', 1, 40),
    'no system at all': ('x {0}{1}\n', 1, 3),
}

KEPT_APART = {
    'GitLab, lines of their own': broken(f'{TIME}Z 00O ', f'{TIME}Z 00O word '),
    'a container, whole lines': broken(f'{CRI} F ', f'{CRI} F word '),
    "Docker's JSON, whole lines": '{{"log":"x {0}\\n","stream":"s"}}\n{{"log":"word {1}\\n","stream":"s"}}\n',
    'another key than the log': '{{"note":"x {0}","a":"b"}}\n{{"note":"{1}"}}\n',
}


@pytest.mark.parametrize('row', FOUND)
def test_found_at_its_place(row: str) -> None:
    log, line, column = FOUND[row]
    token = tokens.api_key(f'log {row}')
    document = Document('log', log.format(token[:20], token[20:]))

    (found,) = search_log(document).tokens
    position = document.position(found.span.start)
    assert found.secret.reveal() == token
    assert (position.line, position.column) == (line, column)
    assert document.text[found.span.start : found.span.end].endswith(token[20:])


@pytest.mark.parametrize('row', KEPT_APART)
def test_lines_that_were_printed_apart_stay_apart(row: str) -> None:
    token = tokens.api_key(f'apart {row}')

    assert search_log(Document('log', KEPT_APART[row].format(token[:20], token[20:]))).tokens == ()


def test_the_first_part_of_a_key_is_not_taken_for_the_whole() -> None:
    token = tokens.documented_key('parts', 60)
    document = Document('log', f'{CRI} P {token[:40]}\n{CRI} F {token[40:]}\n')

    (found,) = search_log(document).tokens
    assert found.secret.reveal() == token
    assert found.encoding == 'joined'


def test_each_occurrence_counts_once() -> None:
    token = tokens.api_key('twice')
    document = Document('log', f'{CRI} F {token} {token}\n{CRI} F again {token}\n')

    assert [document.position(t.span.start).column for t in search_log(document).tokens] == [41, 90, 47]


def test_a_log_without_anything_before_its_lines_is_searched_once() -> None:
    assert as_printed(Document('log', 'a\nb\n')) is None


def test_every_offset_of_what_was_printed_leads_back() -> None:
    document = Document('log', f'{TIME}Z 00O ab\n{TIME}Z 00O+cd\nplain\n' + json.dumps({'log': 'ef\n'}))
    printed = as_printed(document)

    assert printed is not None
    assert printed.text == 'abcd\nplain\nef\\n'
    for at, char in enumerate(printed.text):
        if char != '\n':
            span = printed.span(at, at + 1)
            assert document.text[span.start : span.end] == char


@pytest.mark.parametrize(
    'line',
    [
        pytest.param('{"' * 20_000, id='braces'),
        pytest.param('{"log":"' + '\\' * 40_000, id='backslashes'),
        pytest.param('\t' * 40_000, id='tabs'),
        pytest.param('{' + '"log":' * 8000, id='keys'),
        pytest.param('1' * 40_000, id='digits'),
    ],
)
def test_no_line_takes_long(line: str) -> None:
    document = Document('log', f'{line}\n' * 20)
    start = time.process_time()

    as_printed(document)

    assert time.process_time() - start < 0.5
