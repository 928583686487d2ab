"""Binary files and archives: members at any depth within the limits, and what is said when there is more."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from artifacts_guard.credentials import archives
from artifacts_guard.credentials.archives import search_bytes
from artifacts_guard.credentials.find import tokens_in_bytes
from tests import tokens
from tests.credentials.written import in_base64

KEY = tokens.api_key('archives')
LINE = f'one\nTOKEN={KEY}\n'.encode()


def zipped(members: dict[str, bytes], comment: bytes = b'', method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, 'w', method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
        archive.comment = comment
    return written.getvalue()


def tarred(members: dict[str, bytes], mode: str = 'w:') -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def found(path: str, data: bytes) -> list[tuple[str, str, int]]:
    """Path, token and line of everything that is found."""
    return [
        (document.path, token.secret.reveal(), document.position(token.span.start).line)
        for document, token in tokens_in_bytes(path, data)
    ]


MEMBERS = {'docs/readme.txt': b'nothing', 'conf/.env': LINE}
ARCHIVES = {
    'zip': ('a.zip', zipped(MEMBERS), 'a.zip!conf/.env'),
    'zip without compression': ('a.zip', zipped(MEMBERS, method=zipfile.ZIP_STORED), 'a.zip!conf/.env'),
    'zip with another name': ('logo.png', zipped(MEMBERS), 'logo.png!conf/.env'),
    'zip with bzip2 inside': ('a.zip', zipped(MEMBERS, method=zipfile.ZIP_BZIP2), 'a.zip!conf/.env'),
    'tar': ('a.tar', tarred(MEMBERS), 'a.tar!conf/.env'),
    'gzip': ('log.txt.gz', gzip.compress(LINE), 'log.txt.gz!log.txt'),
    'gzip of two streams': ('log.gz', gzip.compress(b'first\n') + gzip.compress(LINE[4:]), 'log.gz!log'),
    'bzip2': ('x/log.bz2', bz2.compress(LINE), 'x/log.bz2!log'),
    'xz': ('log.xz', lzma.compress(LINE), 'log.xz!log'),
    'tar with gzip': ('a.tgz', tarred(MEMBERS, 'w:gz'), 'a.tgz!a!conf/.env'),
    'tar with xz': ('a.tar.xz', tarred(MEMBERS, 'w:xz'), 'a.tar.xz!a.tar!conf/.env'),
    'zip in tar with gzip': (
        'a.tgz',
        tarred({'in.zip': zipped(MEMBERS)}, 'w:gz'),
        'a.tgz!a!in.zip!conf/.env',
    ),
    'gzip in zip': ('a.jar', zipped({'x.gz': gzip.compress(LINE)}), 'a.jar!x.gz!x'),
    'UTF-16 in zip': ('a.zip', zipped({'x.reg': LINE.decode().encode('utf-16')}), 'a.zip!x.reg'),
}


@pytest.mark.parametrize('name', ARCHIVES)
def test_found_in_a_member(name: str) -> None:
    path, data, inside = ARCHIVES[name]

    assert found(path, data) == [(inside, KEY, 2)]
    assert search_bytes(path, data).notes == ()


BINARIES = {
    'behind an image': b'\x89PNG\0\0\0\rIHDR\xff\xfe\x00' + b'\n' + KEY.encode(),
    'between NULs': b'\0\x01\0\n' + KEY.encode() + b'\0\0',
    'a byte that is no UTF-8': b'caf\xe9\n' + KEY.encode(),
    'UTF-16 in a binary file': b'\x7fELF\0\1\2\xff\n' + KEY.encode('utf-16-le') + b'\0\0\xff\xfe',
    'UTF-16, big end first, in a binary file': b'\x7fELF\1\2\xff\n'
    + b'\0'
    + KEY.encode('utf-16-be')[1:]
    + b'\xff',
    'UTF-32 in a binary file': b'\x7fELF\0\1\2\xff\n' + KEY.encode('utf-32-le') + b'\xff',
    'behind what looks like a mark of UTF-16': b'\xff\xfe\xfd\n' + KEY.encode() + b'\0',
    'base64 in a binary file': b'\xfa\xfb\xfd\n' + in_base64(KEY).encode() + b'\0',
}


@pytest.mark.parametrize('name', BINARIES)
def test_found_in_a_binary_file(name: str) -> None:
    assert [(token, line) for _, token, line in found('x.bin', BINARIES[name])] == [(KEY, 2)]


@pytest.mark.parametrize('mark', [True, False], ids=['with a mark', 'without a mark'])
@pytest.mark.parametrize('encoding', ['utf-16-le', 'utf-16-be', 'utf-32-le', 'utf-32-be'])
def test_found_in_wide_text(encoding: str, mark: bool) -> None:
    text = ('\ufeff' if mark else '') + f'é\r\n"TOKEN"="{KEY}"\r\n'

    assert found('x.reg', text.encode(encoding)) == [('x.reg', KEY, 2)]


@pytest.mark.parametrize(
    ('data', 'expected'),
    [
        (b'plain', ('plain', 'utf-8')),
        (b'\xef\xbb\xbfmark', ('mark', 'utf-8-sig')),
        ('wide'.encode('utf-16'), ('wide', 'utf-16')),
        ('wide enough'.encode('utf-16-be'), ('wide enough', 'utf-16-be')),
        ('wide enough'.encode('utf-32-le'), ('wide enough', 'utf-32-le')),
        (b'a\0b\0c', ('a\0b\0c', 'utf-8')),
        (b'caf\xe9', ('caf\ufffd', 'utf-8')),
        (b'', ('', 'utf-8')),
    ],
)
def test_decoded(data: bytes, expected: tuple[str, str]) -> None:
    assert archives.decoded(data) == expected


def test_a_token_in_a_member_name_and_in_a_comment() -> None:
    assert found('a.zip', zipped({f'{KEY}.txt': b'x'})) == [('a.zip', KEY, 1)]
    assert found('a.tar', tarred({f'{KEY}.txt': b'x'})) == [('a.tar', KEY, 1)]
    assert found('a.zip', zipped({'x': b''}, comment=LINE)) == [('a.zip', KEY, 2)]


def test_where_a_link_points_to() -> None:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode='w:') as archive:
        link = tarfile.TarInfo('link')
        link.type, link.linkname = tarfile.SYMTYPE, f'/run/{KEY}'
        archive.addfile(link)

    assert found('a.tar', written.getvalue()) == [('a.tar!link', KEY, 1)]


def test_trailing_bytes_behind_a_stream() -> None:
    assert found('a.gz', gzip.compress(b'x') + b'\n' + KEY.encode()) == [('a.gz', KEY, 2)]


def note_of(data: bytes, path: str = 'a.zip') -> str:
    (note,) = search_bytes(path, data).notes
    return note


def test_what_is_nested_too_deep_is_said() -> None:
    data = LINE
    for _ in range(4):
        data = zipped({'x.zip': data})

    assert note_of(data) == 'a.zip!x.zip!x.zip: an archive below 2 others was not opened'


def test_what_is_compressed_too_often_is_said() -> None:
    data = LINE
    for _ in range(6):
        data = gzip.compress(data)

    assert 'compressed more than 4 times' in note_of(data, 'a.gz')


def test_an_encrypted_member_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped({'x': b'content' * 9}))
    for at in (6, data.index(b'PK\x01\x02') + 8):
        data[at] |= 1

    assert note_of(bytes(data)) == 'a.zip!x: encrypted, damaged or packed in an unknown way'


def test_a_damaged_archive_is_read_as_it_is() -> None:
    data = zipped(MEMBERS)[:30] + b'\n' + KEY.encode()

    assert found('a.zip', data) == [('a.zip', KEY, 2)]
    assert 'damaged' in note_of(data)


def test_what_a_damaged_stream_still_holds_is_no_error() -> None:
    assert 'damaged' in note_of(b'\x1f\x8b\x08' + b'\xff' * 40, 'a.gz')
    assert 'damaged' in note_of(tarred(MEMBERS)[:1024] + b'\xff' * 900, 'a.tar')


def test_a_bomb_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, 'ALWAYS_ALLOWED', 1000)
    data = zipped({'bomb': b'\n' * 5_000_000, 'after': LINE})
    result = search_bytes('a.zip', data)

    assert [found.document.path for found in result.found] == ['a.zip!after']
    assert result.unpacked < 1_000_000
    assert any('only the first' in note for note in result.notes)


def test_too_many_members_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, 'MOST_MEMBERS', 3)

    assert note_of(zipped({str(number): b'x' for number in range(9)})) == (
        'a.zip: too many members or too large, the rest was not looked at'
    )


def test_too_much_in_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, 'LARGEST_TOTAL', 100)

    assert 'too large' in search_bytes('a.zip', zipped({str(n): b'x' * 80 for n in range(9)})).notes[-1]
