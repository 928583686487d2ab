"""The contents of many git objects, in the order asked for, from as few runs of `git cat-file` as possible."""

from __future__ import annotations

from artifacts_guard.inputs.git import LIMIT
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.inputs.git import Git
    from artifacts_guard.inputs.process import Process

# replacements (`git help replace`) would hide what they replace
COMMAND = ('--no-replace-objects', 'cat-file', '--batch', '--buffer')
_PART = 1 << 20
_AHEAD = 4 << 20  # bytes that are read before they are taken apart
_RESTARTS = 200

MISSING = 'is missing from the repository'
BROKEN = 'is broken: git cannot read it'


class Object(Record):
    """An object by its id.  `kind` is blob, tree, commit or tag, '' when there is only a `problem`."""

    name: str
    kind: str
    data: bytes
    problem: str = ''


def objects(git: Git, names: bytes) -> Iterator[Object]:
    """The objects whose ids stand on the lines of `names`; of each at most the first `LIMIT` bytes.

    git gives up on a broken object: it is started again behind it, up to a point.
    """
    width = names.find(b'\n') + 1
    at = 0
    for _ in range(_RESTARTS):
        if at >= len(names):
            return
        process = git.start(*COMMAND, given=names[at:] if at else names)
        try:
            for one in _Reader(process):
                at += width
                yield one
        finally:
            process.end()
        if at < len(names):
            yield Object(names[at : at + width - 1].decode(), '', b'', BROKEN)
            at += width
    left = len(names[at:]) // width if width else 0
    if left:
        yield Object(
            names[at : at + width - 1].decode(), '', b'', f'{BROKEN}, and so may be {left - 1:,} more'
        )


class _Reader:
    """Takes the output of `git cat-file --batch` apart; ends early where that does."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._buffer = b''
        self._at = 0

    def __iter__(self) -> Iterator[Object]:
        while header := self._line():
            words = header.split(b' ')
            if len(words) != 3:
                yield Object(words[0].decode(), '', b'', MISSING)
                continue
            size = int(words[2])
            data = self._take(min(size, LIMIT))
            if not self._skip(size + 1 - len(data)):
                return
            problem = '' if size <= LIMIT else f'only the first {LIMIT >> 20} MiB were read'
            yield Object(words[0].decode(), words[1].decode(), data, problem)

    def _line(self) -> bytes:
        end = self._buffer.find(b'\n', self._at)
        while end < 0:
            if not self._more(_AHEAD):
                return b''
            end = self._buffer.find(b'\n', self._at)
        line = self._buffer[self._at : end]
        self._at = end + 1
        return line

    def _take(self, size: int) -> bytes:
        have = len(self._buffer) - self._at
        if have < size:
            self._more(size - have)
        data = self._buffer[self._at : self._at + size]
        self._at += len(data)
        return data

    def _skip(self, size: int) -> bool:
        """Pass over some bytes; False when there are fewer."""
        while size > len(self._buffer) - self._at:
            size -= len(self._buffer) - self._at
            self._at = len(self._buffer)
            if not self._more(min(size, _AHEAD)):
                return False
        self._at += size
        return True

    def _more(self, size: int) -> int:
        """Read at least so many bytes unless the output ends before; how many there were."""
        parts, have = [self._buffer[self._at :]], 0
        while have < size and (part := self._process.read(_PART)):
            parts.append(part)
            have += len(part)
        self._buffer, self._at = b''.join(parts), 0
        return have
