"""Trying fixes out: halves, rounds, what is refused; the bytes, the patch and the file that come of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from artifacts_guard.findings.finding import Finding
from artifacts_guard.fixes import files
from artifacts_guard.fixes import repair
from artifacts_guard.fixes.patch import patch
from artifacts_guard.inputs.decode import decode
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.fixes.support import repaired

RULE = 'insecure-base-url'


def findings(text: str, bad: str = 'http://hostartifacts.dev') -> list[Finding]:
    """A finding for each address in a text."""
    document = Document('a', text)
    places = [i for i in range(len(text)) if text.startswith(bad, i)]
    return [
        Finding(RULE, 'error', 'high', 'm', Place(document, Span(at, at + len(bad))), identity=f'{bad} #{n}')
        for n, at in enumerate(places, 2)
    ]


def test_all_fixes_of_a_round_are_tried_at_once() -> None:
    tried: list[str] = []

    def check(texts: dict[str, str]) -> Sequence[Finding]:
        tried.append(texts['a'])
        return findings(texts['a'])

    text = 'http://hostartifacts.dev ' * 5
    outcome = repair.repair(check, findings(text), lambda one: True)

    assert outcome.texts == {'a': text.replace('http:', 'https:')}
    assert len(outcome.done) == 5
    assert len(tried) == 2  # all at once, and once more for the next round


def test_a_fix_that_brings_another_finding_is_refused_and_the_others_count() -> None:
    def check(texts: dict[str, str]) -> Sequence[Finding]:
        broken = findings(texts['a'], 'https://hostartifacts.dev!')
        return [*findings(texts['a']), *(one.replace(rule='another') for one in broken)]

    text = 'http://hostartifacts.dev 1\nhttp://hostartifacts.dev!\nhttp://hostartifacts.dev 3\n'
    outcome = repair.repair(check, findings(text), lambda one: True)

    assert outcome.texts['a'].count('https:') == 2
    assert 'http://hostartifacts.dev!' in outcome.texts['a']
    assert [one.place.line for one in outcome.refused] == [2]


@pytest.mark.parametrize(
    'after',
    [
        pytest.param(lambda text: findings('http://hostartifacts.dev'), id='it only moved'),
        pytest.param(
            lambda text: [findings('http://hostartifacts.dev')[0].replace(level='note')], id='another level'
        ),
        pytest.param(
            lambda text: [findings('http://hostartifacts.dev')[0].replace(rule='x')], id='another rule'
        ),
    ],
)
def test_what_is_not_gone_was_not_fixed(after: object) -> None:
    assert callable(after)
    outcome = repair.repair(
        lambda texts: after(texts['a']), findings('http://hostartifacts.dev\n'), lambda one: True
    )

    assert (outcome.texts, len(outcome.refused)) == ({}, 1)


def test_fixes_that_touch_each_other_come_in_rounds() -> None:
    text = '#!/bin/sh\nartifacts artifact restore --version 3 --token "$AGENT_ARTIFACTS_TOKEN"\n'

    outcome = repaired({'a.sh': text}, unsafe=True)

    assert outcome.texts == {
        'a.sh': '#!/bin/sh\nAGENT_ARTIFACTS_TOKEN="$AGENT_ARTIFACTS_TOKEN" artifacts artifact restore --version=3\n'
    }


BYTES = [
    pytest.param(b'a\r\nb\r\n', id='line ends of Windows'),
    pytest.param(b'\xef\xbb\xbfa\nb\n', id='a byte order mark'),
    pytest.param('\ufeffa\nb'.encode('utf-16-le'), id='UTF-16'),
    pytest.param('a\u20ac\n\tb'.encode(), id='characters of several bytes, a tab, no last line end'),
    pytest.param(b'a \xe4\nb\n', id='Latin-1'),
]


@pytest.mark.parametrize('data', BYTES)
def test_all_other_bytes_stay(data: bytes) -> None:
    document = decode('a', data)
    assert document is not None

    assert files.rewritten(document, data, document.text) == data
    changed = files.rewritten(document, data, document.text.replace('a', 'xy'))
    assert changed is not None
    again = decode('a', changed)
    assert again is not None
    assert again.text == document.text.replace('a', 'xy')


def test_a_file_whose_bytes_are_not_exactly_its_text_is_left_alone() -> None:
    data = 'a \u20ac \u20ac'.encode() + b'\xff\n'
    document = decode('a', data)
    assert document is not None

    assert files.rewritten(document, data, 'b') is None


def test_a_file_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / 'a.sh'
    path.write_bytes(b'old')
    path.chmod(0o751)

    assert files.replaced(str(tmp_path), 'a.sh', b'old', b'new') == ''
    assert path.read_bytes() == b'new'
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert [p.name for p in tmp_path.iterdir()] == ['a.sh']


def test_a_file_that_changed_or_is_a_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / 'out').mkdir()
    root = tmp_path / 'in'
    root.mkdir()
    (tmp_path / 'out' / 'b').write_bytes(b'old')
    (root / 'a').write_bytes(b'new by somebody')
    (root / 'b').symlink_to('../out/b')
    (root / 'c').symlink_to('../out')

    assert files.replaced(str(root), 'a', b'old', b'new') == files.CHANGED
    assert files.replaced(str(root), 'b', b'old', b'new') == 'is a symbolic link, which is not read'
    assert (
        files.replaced(str(root), 'c/b', b'old', b'new')
        == 'lies behind a symbolic link, which is not followed'
    )
    assert (root / 'a').read_bytes() == b'new by somebody'
    assert (tmp_path / 'out' / 'b').read_bytes() == b'old'


def test_a_file_stays_whole_when_it_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / 'a').write_bytes(b'old')

    def fail(*_: object) -> None:
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(os, 'replace', fail)

    assert files.replaced(str(tmp_path), 'a', b'old', b'new') == 'cannot be written: No space left on device'
    assert (tmp_path / 'a').read_bytes() == b'old'
    assert [p.name for p in tmp_path.iterdir()] == ['a']


def test_a_patch_keeps_line_ends_and_says_when_the_last_is_missing() -> None:
    assert patch('d/a', 'x\r\ny\r\nz', 'x\r\nY\r\nz', ()) == (
        '--- a/d/a\n+++ b/d/a\n@@ -1,3 +1,3 @@\n x\r\n-y\r\n+Y\r\n z\n\\ No newline at end of file\n'
    )


def test_a_patch_shows_no_secret() -> None:
    old = 'secret\n1\n2\n3\n'

    near = patch('a', old, old.replace('3', 'x'), ['secret'])
    assert near is not None
    assert 'secret' not in near
    assert patch('a', old, old.replace('1', 'x'), ['secret']) is None
