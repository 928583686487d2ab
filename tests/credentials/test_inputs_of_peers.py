"""Every kind of content on which secret scanners were compared: most of them miss most of these.

One row each; a token is put into the row's text or bytes anew, and must be found on the right line and column, except
where one too many characters make it none.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from artifacts_guard.credentials.find import tokens_in_bytes
from artifacts_guard.credentials.find import tokens_in_name
from artifacts_guard.credentials.gate import is_archive
from artifacts_guard.credentials.gate import may_hold_token
from tests import tokens
from tests.credentials import written

Row = Callable[[str], bytes]


def _zip(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo('x.txt'), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _tgz(content: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode='w:gz') as archive:
        member = tarfile.TarInfo('x.zip')
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def _lines(text: str) -> bytes:
    return f'first\n  {text}\n'.encode()


def _straddling(size: int) -> Row:
    return lambda token: b'first\n  ' + b'x ' * ((size - 24) // 2) + token.encode()


# row → bytes for a token; line and column of the token, from 1
ROWS: dict[str, tuple[Row, int, int]] = {
    'plain': (_lines, 2, 3),
    'UTF-16, little end first, with a mark': (
        lambda t: b'\xff\xfe' + f'first\n  {t}\n'.encode('utf-16-le'),
        2,
        3,
    ),
    'UTF-16, big end first, with a mark': (
        lambda t: b'\xfe\xff' + f'first\n  {t}\n'.encode('utf-16-be'),
        2,
        3,
    ),
    'UTF-16, little end first': (lambda t: f'first\n  {t}\n'.encode('utf-16-le'), 2, 3),
    'UTF-16, big end first': (lambda t: f'first\n  {t}\n'.encode('utf-16-be'), 2, 3),
    'UTF-32 with a mark': (lambda t: f'first\n  {t}\n'.encode('utf-32'), 2, 3),
    'UTF-32, little end first': (lambda t: f'first\n  {t}\n'.encode('utf-32-le'), 2, 3),
    'UTF-8 with a mark': (lambda t: b'\xef\xbb\xbf' + _lines(t), 2, 3),
    'UTF-7': (lambda t: f'first\n  {t}\n'.encode('utf-7'), 2, 3),
    'a byte of Latin-1': (lambda t: b'caf\xe9\n  ' + t.encode(), 2, 3),
    'carriage returns only': (lambda t: f'first\r  {t}\r'.encode(), 1, 9),
    'CRLF': (lambda t: f'first\r\n  {t}\r\n'.encode(), 2, 3),
    'NUL bytes': (lambda t: b'a\0b\n\0\0' + t.encode() + b'\0', 2, 3),
    'a line of 10 MB': (
        lambda t: b'first\n' + b'word ' * 1_000_000 + t.encode() + b' word' * 1_000_000,
        2,
        5_000_001,
    ),
    'across 64 KB': (_straddling(65_536), 2, 65_515),
    'across 100 KB': (_straddling(100_000), 2, 99_979),
    'across 1 MB': (_straddling(1_048_576), 2, 1_048_555),
    'a notebook': (lambda t: json.dumps({'cells': [{'source': [f'k = "{t}"\n']}]}, indent=1).encode(), 5, 12),
    'user information of a URL': (lambda t: _lines(f'https://ci:{t}@x.example/y'), 2, 14),
    'base64': (lambda t: _lines(written.in_base64(t)), 2, 3),
    'base64 of user and token': (lambda t: _lines('Basic ' + written.in_base64(f'ci:{t}')), 2, 9),
    'base64 twice': (lambda t: _lines(written.twice_in_base64(t)), 2, 3),
    'binary data in YAML': (lambda t: _lines(f'k: !!binary "{written.in_base64(t)}"'), 2, 16),
    'hex': (lambda t: _lines(written.in_hex(t)), 2, 3),
    'percent': (lambda t: _lines(t.replace('_', '%5F')), 2, 3),
    'percent, all': (lambda t: _lines(written.percent(t)), 2, 3),
    '\\u escapes': (lambda t: _lines(written.unicode_escape(t)), 2, 3),
    '\\u escape of the first letter': (lambda t: _lines('\\u0061\\u0061\\u005f' + t[3:]), 2, 3),
    '\\x escapes': (lambda t: _lines(written.hex_escape(t)), 2, 3),
    'ANSI-C quotes of a shell': (lambda t: _lines("$'aa\\x5f" + t[3:] + "'"), 2, 5),
    'HTML entities': (lambda t: _lines(t.replace('_', '&#95;')), 2, 3),
    'quoted-printable': (lambda t: _lines(t[:30] + '=\n' + t[30:]), 2, 3),
    'quoted-printable, encoded': (lambda t: _lines(written.quoted_printable(t)), 2, 3),
    'gzip in base64': (lambda t: _lines(written.in_gzip_base64(t)), 2, 3),
    'gzip': (lambda t: gzip.compress(_lines(t)), 2, 3),
    'zip': (lambda t: _zip(_lines(t)), 2, 3),
    'zip in a tar with gzip': (lambda t: _tgz(_zip(_lines(t))), 2, 3),
    'behind an image': (lambda t: b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n  ' + t.encode(), 4, 3),
    'line feed of JSON before it': (lambda t: _lines(json.dumps({'log': f'one\n{t}\ntwo'})), 2, 17),
    'a colour before it': (lambda t: _lines(f'\x1b[31m{t}\x1b[0m'), 2, 8),
    'a colour before it, coded': (lambda t: _lines(f'\\u001b[31m{t}\\u001b[0m'), 2, 13),
    'a command of GitHub before it': (lambda t: _lines(f'##[command]{t}'), 2, 14),
    'percent-encoded line feed before it': (lambda t: _lines(f'x%0A{t}%0D'), 2, 7),
    'an identifier before it': (lambda t: _lines(f'TOKEN_{t}'), 2, 9),
    'a colour reset in its middle': (lambda t: _lines(f'{t[:20]}\x1b[0m{t[20:]}'), 2, 3),
    'a continued line of a shell': (lambda t: _lines(f'{t[:20]}\\\n{t[20:]}'), 2, 3),
    'adjacent quotes of a shell': (lambda t: _lines(f'"{t[:20]}""{t[20:]}"'), 2, 4),
    'a continued line of PowerShell': (lambda t: _lines(f'{t[:20]}`\n{t[20:]}'), 2, 3),
    'folded by YAML': (lambda t: f'k: >-\n  {t[:20]}\n  {t[20:]}\n'.encode(), 2, 3),
    'continued in double quotes of YAML': (lambda t: f'k: x\nl: "{t[:20]}\\\n  {t[20:]}"\n'.encode(), 2, 5),
    'added in JavaScript': (lambda t: _lines(f"k = '{t[:20]}' +\n  '{t[20:]}';"), 2, 8),
    'adjacent in Python': (lambda t: _lines(f'k = ("{t[:20]}"\n  "{t[20:]}")'), 2, 9),
    'a zero-width character inside': (lambda t: _lines(f'{t[:20]}\u200b{t[20:]}'), 2, 3),
    'a word that says it is an example': (lambda t: _lines(f'EXAMPLE: {t}'), 2, 12),
    'base64 of UTF-16, as PowerShell takes it': (
        lambda t: _lines('-EncodedCommand ' + base64.b64encode(f'x {t}'.encode('utf-16-le')).decode()),
        2,
        19,
    ),
    'percent-encoded in a URL, then in JSON': (
        lambda t: _lines('{"u":"https:\\/\\/x\\/?k=' + t.replace('_', '%5F') + '"}'),
        2,
        25,
    ),
}


@pytest.mark.parametrize('row', ROWS)
def test_found_on_the_right_line_and_column(row: str) -> None:
    write, line, column = ROWS[row]
    token = tokens.api_key(f'peers {row}')
    data = write(token)

    assert may_hold_token(data) or is_archive(data)
    assert [
        (found.secret.reveal(), *_place(document.position(found.span.start)))
        for document, found in tokens_in_bytes('x', data)
    ] == [(token, line, column)]


def _place(position: object) -> tuple[int, int]:
    return getattr(position, 'line'), getattr(position, 'column')  # noqa: B009


@pytest.mark.parametrize('row', [row for row in ROWS if row not in ('a line of 10 MB',)])
def test_one_character_too_many_is_no_token(row: str) -> None:
    token = tokens.api_key(f'peers {row}') + 'Q'

    assert tokens_in_bytes('x', ROWS[row][0](token)) == []


def test_a_token_in_a_file_name() -> None:
    token = tokens.api_key('name')

    (found,) = tokens_in_name(f'logs/run-{token}.log')
    assert (found.secret.reveal(), found.span.start) == (token, 9)


@pytest.mark.parametrize('path', ['yarn.lock', 'logo.svg', 'bundle.js.map', 'swagger/api.css', 'go.sum'])
def test_no_file_is_passed_over_by_its_name(path: str) -> None:
    assert len(tokens_in_bytes(path, _lines(tokens.api_key(path)))) == 1
