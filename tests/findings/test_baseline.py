"""The file format of baselines: text in, entries out, and what is refused."""

from __future__ import annotations

import json
import time

import pytest

from artifacts_guard.errors import UsageError
from artifacts_guard.findings.baseline import Entry
from artifacts_guard.findings.baseline import matched
from artifacts_guard.findings.baseline import parsed
from artifacts_guard.findings.baseline import written

ONE = Entry('a.sh', 'token-flag', 'f1', 'old', 'web', '2027-01-31')


def line(**changed: object) -> str:
    fields = {field: getattr(ONE, field) for field in Entry._fields}
    return json.dumps({**fields, **changed})


def test_what_is_written_is_read_again_and_in_one_order() -> None:
    entries = [ONE.replace(path=path, fingerprint=key) for path in ('b', 'a\n', '\udcff') for key in '21']

    text = written(entries)

    assert text == written(reversed(entries))
    assert written(parsed(text, 'x')) == text
    assert set(parsed(text, 'x')) == set(entries)
    assert text.count('\n') == len(entries)


def test_empty_lines_count_for_nothing() -> None:
    assert parsed(f'\n{line()}\n\n', 'x') == (ONE,)


@pytest.mark.parametrize(
    ('text', 'words'),
    [
        pytest.param('<<<<<<< HEAD\n', 'x:1: a merge conflict', id='a merge conflict'),
        pytest.param(line() + '\n=======\n', 'x:2: a merge conflict', id='the middle of one'),
        pytest.param('not JSON', 'x:1: not a line of a baseline: no JSON', id='no JSON'),
        pytest.param('[' * 100_000, 'no JSON', id='deep nesting'),
        pytest.param('[]', 'no object', id='another value'),
        pytest.param(line(reason=''), '`reason` must be a text', id='no reason'),
        pytest.param(line(owner=' '), '`owner` must be a text', id='no owner'),
        pytest.param(line(until=None), '`until` must be a text', id='no end'),
        pytest.param(line(until='tomorrow'), '`until` must be a date', id='an end that is no date'),
        pytest.param(line(reason='x' * 2000), '`reason` must be a text', id='a novel'),
        pytest.param(line(plugin='file://x.py'), "unknown field 'plugin'", id='a field of something else'),
    ],
)
def test_what_is_no_entry_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        parsed(text, 'x')

    assert words in str(error.value)


def test_one_entry_accepts_one_finding_and_its_own_path_comes_first() -> None:
    match = matched([('f1', 'b.sh'), ('f1', 'a.sh'), ('f2', 'a.sh')], [ONE])

    assert match.accepted == {1: ONE}
    assert match.stale == ()


def test_what_was_renamed_stays_accepted() -> None:
    assert matched([('f1', 'new/name.sh')], [ONE]).accepted == {0: ONE}


def test_an_entry_without_a_finding_is_stale() -> None:
    assert matched([('f2', 'a.sh')], [ONE]).stale == (ONE,)


def test_many_entries_take_no_time_to_speak_of() -> None:
    entries = [ONE.replace(fingerprint=str(number % 5)) for number in range(20_000)]
    start = time.process_time()

    match = matched([(str(number % 5), 'b.sh') for number in range(20_000)], parsed(written(entries), 'x'))

    assert len(match.accepted) == 20_000
    assert time.process_time() - start < 5
