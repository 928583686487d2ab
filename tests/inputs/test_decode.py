"""Bytes become text by mark, by NULs, by UTF-8; what is not text is said to be none."""

from __future__ import annotations

import codecs

import pytest

from artifacts_guard.inputs.decode import decode
from artifacts_guard.inputs.decode import shown

TEXT = 'key: värde\nrun: echo "😀"\r\n'


@pytest.mark.parametrize(
    ('mark', 'encoding'),
    [
        pytest.param(b'', 'utf-8', id='UTF-8'),
        pytest.param(codecs.BOM_UTF8, 'utf-8', id='UTF-8 with a mark'),
        pytest.param(codecs.BOM_UTF16_LE, 'utf-16-le', id='UTF-16, little end first, with a mark'),
        pytest.param(codecs.BOM_UTF16_BE, 'utf-16-be', id='UTF-16, big end first, with a mark'),
        pytest.param(codecs.BOM_UTF32_LE, 'utf-32-le', id='UTF-32, little end first, with a mark'),
        pytest.param(codecs.BOM_UTF32_BE, 'utf-32-be', id='UTF-32, big end first, with a mark'),
        pytest.param(b'', 'utf-16-le', id='UTF-16, little end first, told by its NULs'),
        pytest.param(b'', 'utf-16-be', id='UTF-16, big end first, told by its NULs'),
        pytest.param(b'', 'utf-32-le', id='UTF-32, little end first, told by its NULs'),
        pytest.param(b'', 'utf-32-be', id='UTF-32, big end first, told by its NULs'),
    ],
)
def test_text_comes_out_without_its_mark(mark: bytes, encoding: str) -> None:
    document = decode('a.yml', mark + TEXT.encode(encoding))

    assert document is not None
    assert document.text == TEXT
    assert (document.encoding, document.complete, document.note) == (encoding, True, '')


@pytest.mark.parametrize(
    ('data', 'text', 'encoding', 'complete'),
    [
        pytest.param(b'', '', 'utf-8', True, id='nothing'),
        pytest.param(b'na\xefve: x', 'naïve: x', 'latin-1', True, id='Latin-1'),
        pytest.param(
            b'\xe4b\xc3(a', 'äbÃ(a', 'latin-1', True, id='the start of a UTF-8 sequence before ASCII'
        ),
        pytest.param('é'.encode() + b' \xff=1', 'é �=1', 'utf-8', False, id='UTF-8 with a bad byte in it'),
        pytest.param(
            codecs.BOM_UTF8 + b'\xe4b', 'äb', 'latin-1', True, id='a UTF-8 mark before what is no UTF-8'
        ),
        pytest.param(
            codecs.BOM_UTF16_LE + 'ab'.encode('utf-16-le') + b'\0',
            'ab�',
            'utf-16-le',
            False,
            id='half a UTF-16 unit at the end',
        ),
    ],
)
def test_no_ascii_character_is_lost(data: bytes, text: str, encoding: str, complete: bool) -> None:
    document = decode('a', data)

    assert document is not None
    assert document.text == text
    assert (document.encoding, document.complete) == (encoding, complete)
    assert bool(document.note) == (encoding == 'latin-1' or not complete)


@pytest.mark.parametrize(
    'data',
    [
        pytest.param(b'\0', id='a single NUL'),
        pytest.param(b'run: x\0\n' + b'run: y\n' * 9, id='a NUL in a text'),
        pytest.param(b'\x7fELF\x02\x01\x01' + bytes(range(256)) * 4, id='a program'),
        pytest.param(b'\0\0\0\0' * 100, id='only NULs'),
        pytest.param(b'a\0\0b' * 100, id='NULs at either place of a pair'),
    ],
)
def test_binary_data_is_no_text(data: bytes) -> None:
    assert decode('a', data) is None


@pytest.mark.parametrize(
    ('path', 'words'),
    [
        pytest.param('ci/ä b.yml', 'ci/ä b.yml', id='as it is'),
        pytest.param('a\nb\x1b[31m', 'a\\nb\\x1b[31m', id='control characters'),
        pytest.param('a\udcffb', 'a\\xffb', id='a byte that is no UTF-8'),
        pytest.param('a\u202eb', 'a\\u202eb', id='a character that turns the direction of writing'),
    ],
)
def test_a_path_is_shown_with_escapes(path: str, words: str) -> None:
    assert shown(path) == words
