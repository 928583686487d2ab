"""Reading files of the working tree: regular ones only, never through a symbolic link, never waiting."""

from __future__ import annotations

import os
import stat

from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.git import LIMIT
from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing
from artifacts_guard.inputs.source import cut

# names of these flags are missing on Windows, where opening never waits
_FLAGS = (
    os.O_RDONLY
    | getattr(os, 'O_NOFOLLOW', 0)
    | getattr(os, 'O_NONBLOCK', 0)
    | getattr(os, 'O_NOCTTY', 0)
    | getattr(os, 'O_CLOEXEC', 0)
    | getattr(os, 'O_BINARY', 0)
)
_KINDS = (
    (stat.S_ISDIR, 'a folder'),
    (stat.S_ISLNK, 'a symbolic link'),
    (stat.S_ISFIFO, 'a named pipe'),
    (stat.S_ISSOCK, 'a socket'),
    (stat.S_ISCHR, 'a device'),
    (stat.S_ISBLK, 'a device'),
)
VANISHED = 'vanished before it was read'


def encoded(path: str) -> bytes:
    return path.encode('utf-8', 'surrogateescape')


def kind(mode: int) -> str:
    """What an entry of a folder is, in words; '' for a regular file."""
    return next((words for holds, words in _KINDS if holds(mode)), '')


class Folder:
    """A folder of the file system; paths are relative to it, with `/`."""

    def __init__(self, root: str) -> None:
        self._root = encoded(root).rstrip(b'/') + b'/'
        self._plain: dict[bytes, bool] = {b'': True}

    def mode(self, path: str) -> int:
        """The mode of what stands at a path, of a link itself; 0 for nothing that can be seen."""
        try:
            return os.lstat(self._root + encoded(path)).st_mode
        except (OSError, ValueError):
            return 0

    def read(self, path: str) -> Content:
        """A regular file's content, at most `LIMIT` bytes, or why there is none."""
        name = encoded(path)
        if not self._is_plain(name.rpartition(b'/')[0]):
            return Content(None, 'lies behind a symbolic link, which is not followed')
        try:
            descriptor = os.open(self._root + name, _FLAGS)
        except OSError as error:
            words = kind(self.mode(path))
            if words:
                return Content(None, f'is {words}, which is not read')
            missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
            return Content(None, VANISHED if missing else f'cannot be read: {error.strerror}')
        try:
            return _content(descriptor)
        except OSError as error:
            return Content(None, f'cannot be read: {error.strerror}')
        finally:
            os.close(descriptor)

    def walk(self, path: str) -> Listing:
        """All regular files below a folder ('' for all), dot-folders too but not `.git`; links are not followed."""
        found: list[str] = []
        skipped: list[Skipped] = []
        stack = [encoded(path) + b'/' if path else b'']
        while stack:
            folder = stack.pop()
            try:
                entries = list(os.scandir(self._root + folder))
            except OSError as error:
                shown = folder.decode('utf-8', 'surrogateescape')
                skipped.append(Skipped(shown, f'cannot be listed: {error.strerror}'))
                continue
            for entry in entries:
                name = folder + entry.name
                if entry.name == b'.git' or entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    stack.append(name + b'/')
                    continue
                text = name.decode('utf-8', 'surrogateescape')
                if entry.is_file(follow_symlinks=False):
                    found.append(text)
                else:
                    skipped.append(
                        Skipped(text, f'is {kind(self.mode(text)) or "no file"}, which is not read', False)
                    )
        return Listing(found, tuple(skipped))

    def _is_plain(self, folder: bytes) -> bool:
        """Whether no folder on the way is a symbolic link."""
        if folder not in self._plain:
            plain, above = True, b''
            for name in folder.split(b'/'):
                above = above + b'/' + name if above else name
                if plain and above not in self._plain:
                    self._plain[above] = not self._is_link(above)
                plain = plain and self._plain[above]
            self._plain[folder] = plain
        return self._plain[folder]

    def _is_link(self, name: bytes) -> bool:
        try:
            return stat.S_ISLNK(os.lstat(self._root + name).st_mode)
        except OSError:
            return False


def _content(descriptor: int) -> Content:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return Content(None, f'is {kind(status.st_mode)}, which is not read')
    data = os.read(descriptor, min(status.st_size, LIMIT) + 1)
    if len(data) == status.st_size:
        return cut(data, len(data))
    parts = [data]
    have = len(data)
    while have <= LIMIT and (part := os.read(descriptor, 1 << 20)):
        parts.append(part)
        have += len(part)
    return cut(b''.join(parts), max(have, status.st_size))
