"""Tokens in bytes that are no document yet: binary files, and archives with their members.

Zip, tar, gzip, bzip2 and xz are told by how they begin, not by name.  A member is known as `archive!member`.
What an archive may cost is limited: nesting, members, bytes in all and of each, and growth.  Whatever is left
out is said in `notes`.
"""

from __future__ import annotations

import io

from artifacts_guard.credentials import find
from artifacts_guard.credentials.find import Token
from artifacts_guard.credentials.gate import is_archive
from artifacts_guard.credentials.gate import may_hold_token
from artifacts_guard.record import Record
from artifacts_guard.text import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    import bz2
    import lzma
    import zlib
    from collections.abc import Callable
    from collections.abc import Iterator

    from artifacts_guard.credentials.find import Search

    Decompressor = zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor

CONTAINERS_DEEP = 2
COMPRESSED_DEEP = 4
LARGEST_MEMBER = 16 << 20
LARGEST_TOTAL = 64 << 20
LARGEST_GROWTH = 100
ALWAYS_ALLOWED = 1 << 20
MOST_MEMBERS = 10_000

# Byte order marks, longest first.
_MARKS = (
    (b'\xff\xfe\0\0', 'utf-32'),
    (b'\0\0\xfe\xff', 'utf-32'),
    (b'\xef\xbb\xbf', 'utf-8-sig'),
    (b'\xff\xfe', 'utf-16'),
    (b'\xfe\xff', 'utf-16'),
)
_LOOKED_AT = 4096

# Which bytes of each four are NUL in text without a mark, most of whose characters are ASCII.
_SHAPES = (
    ('utf-32-le', (False, True, True, True)),
    ('utf-32-be', (True, True, True, False)),
    ('utf-16-le', (False, True, False, True)),
    ('utf-16-be', (True, False, True, False)),
)
_MOST, _FEW = 0.7, 0.1


class Found(Record):
    """A document that was made of bytes, and the tokens in it.

    For a token in a member's name, or in an archive's comment, the document is that text.
    """

    document: Document
    tokens: tuple[Token, ...]


class ByteSearch(Record):
    """Where tokens were found in bytes, how many bytes came out of archives, and what was not looked at."""

    found: tuple[Found, ...]
    unpacked: int
    notes: tuple[str, ...]


def search_bytes(path: str, data: bytes, search: Callable[[Document], Search] = find.search) -> ByteSearch:
    """Tokens in the bytes of a file: as text, whatever its encoding, or in the members of an archive.

    `search` is how each text is searched.
    """
    reader = _Reader(search)
    reader.read(path, data, 0, 0)
    return ByteSearch(tuple(reader.found), reader.unpacked, tuple(reader.notes))


def decoded(data: bytes) -> tuple[str, str]:
    """Bytes as text, and the encoding: by byte order mark, else by where NULs stand, else UTF-8.

    What is wrong in that encoding becomes U+FFFD, so that lines and what is readable stay.
    """
    name = next((name for mark, name in _MARKS if data.startswith(mark)), '') or _by_nuls(data[:_LOOKED_AT])
    return data.decode(name, 'replace'), name


def _by_nuls(start: bytes) -> str:
    size = len(start) // 4 * 4
    if b'\0' in start and size >= 8:
        empty = [start[at:size:4].count(0) * 4 / size for at in range(4)]
        for name, shape in _SHAPES:
            fits = all(share >= _MOST if nul else share <= _FEW for share, nul in zip(empty, shape))
            # a binary file has other things in front
            if fits and [not byte for byte in start[:8]] == [*shape, *shape]:
                return name
    return 'utf-8'


class _Reader:
    """Reads bytes, archives in them and so on, and keeps count."""

    def __init__(self, search: Callable[[Document], Search]) -> None:
        self.search = search
        self.found: list[Found] = []
        self.notes: list[str] = []
        self.unpacked = 0
        self.members = 0

    def read(self, path: str, data: bytes, containers: int, layers: int) -> None:
        """Bytes below so many archives and compressions."""
        if not is_archive(data):
            self.text(path, data)
        elif not data.startswith(b'PK') and data[257:262] != b'ustar':
            self.compressed(path, data, containers, layers)
        elif containers >= CONTAINERS_DEEP:
            self.notes.append(f'{path}: an archive below {CONTAINERS_DEEP} others was not opened')
        else:
            for member, content in self.zip(path, data) if data.startswith(b'PK') else self.tar(path, data):
                self.unpacked += len(content)
                self.text(path, member.encode('utf-8', 'replace'))
                self.read(f'{path}!{member}', content, containers + 1, layers)

    def text(self, path: str, data: bytes) -> None:
        """Bytes that are no archive, or no longer."""
        if not may_hold_token(data):
            return
        text, encoding = decoded(data)
        document = Document(path, text, encoding=encoding)
        result = self.search(document)
        if not result.tokens and encoding not in ('utf-8', 'utf-8-sig'):
            # a binary file can begin as wide text does
            document = Document(path, data.decode('utf-8', 'replace'))
            result = self.search(document)
        self.notes += [f'{path}: {note}' for note in result.notes]
        if result.tokens:
            self.found.append(Found(document, result.tokens))

    def room(self, path: str, packed: int) -> int:
        """How many bytes a member of a packed size may grow to; 0 when there is no room left."""
        self.members += 1
        if self.members > MOST_MEMBERS or self.unpacked >= LARGEST_TOTAL:
            self.notes.append(f'{path}: too many members or too large, the rest was not looked at')
            return 0
        return min(
            LARGEST_MEMBER, LARGEST_TOTAL - self.unpacked, max(ALWAYS_ALLOWED, packed * LARGEST_GROWTH)
        )

    def cut(self, path: str, content: bytes, room: int) -> bytes:
        """What was read of a member, without what has no room."""
        if len(content) > room:
            self.notes.append(f'{path}: only the first {room} bytes were looked at')
        return content[:room]

    def compressed(self, path: str, data: bytes, containers: int, layers: int) -> None:
        """The streams of a compressed file, one behind the other, and what stands behind them."""
        if layers >= COMPRESSED_DEEP:
            self.notes.append(f'{path}: compressed more than {COMPRESSED_DEEP} times, not opened further')
            return
        room = self.room(path, len(data))
        content, rest = b'', data
        while room and rest[:2] == data[:2] and len(content) <= room:
            machine, errors = _decompressor(data)
            try:
                content += machine.decompress(rest, room + 1 - len(content))
            except errors:
                self.notes.append(f'{path}: damaged, read up to there')
                break
            rest = machine.unused_data
        self.unpacked += len(content)
        name = path.rpartition('!')[2].rpartition('/')[2]
        self.read(
            f'{path}!{name.rpartition(".")[0] or name}', self.cut(path, content, room), containers, layers + 1
        )
        self.text(path, rest)

    def zip(self, path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Names and contents of the members; each is read when it is asked for."""
        import zipfile
        import zlib

        problems = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError)
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except problems:
            self.notes.append(f'{path}: damaged, read as it is')
            self.text(path, data)
            return
        self.text(path, archive.comment)
        for member in archive.infolist():
            room = self.room(path, member.compress_size)
            if not room:
                return
            name = _printable(member.filename)
            try:
                with archive.open(member) as stream:
                    content = stream.read(room + 1)
            except problems:
                self.notes.append(f'{path}!{name}: encrypted, damaged or packed in an unknown way')
                content = b''
            yield name, self.cut(f'{path}!{name}', content, room)

    def tar(self, path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
        """As `zip`; for a link the place it points to."""
        import tarfile

        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode='r:') as archive:
                for member in archive:
                    room = self.room(path, member.size)
                    if not room:
                        return
                    name = _printable(member.name)
                    stream = archive.extractfile(member) if member.isfile() else None
                    content = stream.read(room + 1) if stream else member.linkname.encode('utf-8', 'replace')
                    yield name, self.cut(f'{path}!{name}', content, room)
                rest = data[archive.offset :]
        except (tarfile.TarError, ValueError, OSError, EOFError, RecursionError):
            rest = data
        if rest.strip(b'\0'):
            self.notes.append(f'{path}: damaged, read as it is from there on')
            self.text(path, rest)


def _printable(name: str) -> str:
    """A name without what cannot be written in UTF-8."""
    return name.encode('utf-8', 'replace').decode('utf-8')


def _decompressor(data: bytes) -> tuple[Decompressor, tuple[type[Exception], ...]]:
    """What unpacks bytes that begin so, and how it fails."""
    if data.startswith(b'\x1f\x8b'):
        import zlib

        return zlib.decompressobj(31), (zlib.error,)
    if data.startswith(b'BZh'):
        import bz2

        return bz2.BZ2Decompressor(), (OSError, ValueError, EOFError)
    import lzma

    return lzma.LZMADecompressor(memlimit=256 << 20), (lzma.LZMAError, EOFError)
