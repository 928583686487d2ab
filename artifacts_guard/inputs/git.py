"""The one place that runs git.

Every call is shielded from the repository it looks at: options on the command line override
whatever its configuration says (an external diff, a file system monitor, hooks, colours), no
helper program, filter or text conversion is run, no object is fetched, and variables such as
GIT_DIR count only when a commit is under way (`git help git`, "Environment Variables").
"""

from __future__ import annotations

import os

from artifacts_guard.errors import InputError
from artifacts_guard.inputs.process import Process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from artifacts_guard.inputs.process import Output

    Running: TypeAlias = Process  # for those who hold one and let this module and `grep` deal with it

# contents are read up to here; whoever reads more says so
LIMIT = 64 * 1024 * 1024
PATIENCE = 120.0  # seconds without a sign of life: a named pipe called .gitignore stops git for ever

_OPTIONS = (
    '--no-pager',
    *('-c', 'core.quotepath=off'),
    *('-c', 'color.ui=never'),
    *('-c', 'diff.external='),
    *('-c', 'diff.relative=false'),
    *('-c', 'core.fsmonitor=false'),
    *('-c', f'core.hooksPath={os.devnull}'),
    *('-c', 'submodule.recurse=false'),
    *('-c', 'grep.fallbackToNoIndex=false'),
)
_FIXED = {
    'LC_ALL': 'C',  # messages that can be recognised; `git grep` compares bytes
    'GIT_ALLOW_PROTOCOL': 'none',  # a partial clone must not fetch what it lacks
    'GIT_NO_LAZY_FETCH': '1',
    'GIT_OPTIONAL_LOCKS': '0',
    'GIT_TERMINAL_PROMPT': '0',
}
# the person's own settings, not the repository's
_KEPT = (
    'GIT_CEILING_DIRECTORIES',
    'GIT_CONFIG_',
    'GIT_DISCOVERY_ACROSS_FILESYSTEM',
    'GIT_EXEC_PATH',
    'GIT_TEST_ASSUME_DIFFERENT_OWNER',
)
# what git tells a hook: the repository and the index that the commit is made from
_PATHS_OF_A_COMMIT = ('GIT_COMMON_DIR', 'GIT_DIR', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_WORK_TREE')
_OF_A_COMMIT = (*_PATHS_OF_A_COMMIT, 'GIT_ALTERNATE_OBJECT_DIRECTORIES')


def program() -> str:
    """The path of git, '' for none.  Relative entries of PATH could be the repository's own: they don't count."""
    for folder in os.environ.get('PATH', os.defpath).split(os.pathsep):
        path = os.path.join(folder, 'git.exe' if os.name == 'nt' else 'git')
        if os.path.isabs(folder) and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return ''


class Git:
    """Git in one folder.  `staged`: the commit under way decides which repository and index are meant."""

    __slots__ = ('_command', '_environment', 'folder')

    def __init__(self, path: str, folder: str, *, staged: bool = False) -> None:
        kept = _KEPT + (_OF_A_COMMIT if staged else ())
        passed = {k: v for k, v in os.environ.items() if not k.startswith('GIT_') or k.startswith(kept)}
        for name in _PATHS_OF_A_COMMIT:
            if name in passed:  # relative to the folder the hook was started in, not to `folder`
                passed[name] = os.path.abspath(passed[name])
        self._environment = {**passed, **_FIXED}
        self._command = (path, '-C', folder, *_OPTIONS)
        self.folder = folder

    def start(self, *args: str | bytes, talk: bool = False, given: bytes = b'') -> Process:
        return Process((*self._command, *args), self._environment, talk=talk, given=given)

    def run(self, *args: str | bytes, given: bytes = b'') -> Output:
        return self.start(*args, given=given).output()


class Objects:
    """Contents by object id, from one `git cat-file --batch` that starts with the first question."""

    __slots__ = ('_buffer', '_git', '_process')

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Process | None = None
        self._buffer = b''

    def open(self) -> None:
        """Start git without waiting for it."""
        if self._process is None:
            self._process = self._git.start('cat-file', '--batch', talk=True)

    def content(self, name: str) -> tuple[bytes, int] | None:
        """The first `LIMIT` bytes of a blob and its size; None when the object is missing or broken."""
        self.open()
        assert self._process is not None
        try:
            self._process.send(name.encode() + b'\n')
            header = self._line().split(b' ')
            if header[-1] == b'missing':
                return None
            size = int(header[2])
            data = self._take(min(size, LIMIT))
            left = size + 1 - len(data)  # the line end after the content
            while left:
                left -= len(self._take(min(left, 1 << 20)))
        except (OSError, EOFError, IndexError, ValueError):  # git gives up on a corrupt object
            self.close()
            return None
        return data, size

    def _line(self) -> bytes:
        while b'\n' not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(b'\n')
        return line

    def _take(self, size: int) -> bytes:
        if size <= len(self._buffer):
            data, self._buffer = self._buffer[:size], self._buffer[size:]
            return data
        parts, have = [self._buffer], len(self._buffer)
        self._buffer = b''
        while have < size:
            self._more(min(size - have, 1 << 20))
            parts.append(self._buffer)
            have += len(self._buffer)
            self._buffer = b''
        return b''.join(parts)

    def _more(self, size: int = 1 << 16) -> None:
        assert self._process is not None
        part = self._process.read(size)
        if not part:
            raise EOFError
        self._buffer += part

    def close(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            self._buffer = b''
            process.end()

    def __del__(self) -> None:
        self.close()


class Repository:
    """A repository's git and the top folder of its working tree, '' for a bare one."""

    __slots__ = ('git', 'root')

    def __init__(self, git: Git, root: str) -> None:
        self.git = git
        self.root = root


def discover(folder: str, *, staged: bool = False) -> Repository | None:
    """The repository that a folder belongs to; None when there is none, or no git.

    Raises InputError when there is one that git refuses or cannot read.
    """
    path = program()
    if not path:
        return None
    git = Git(path, folder, staged=staged)
    said = git.run('rev-parse', '--is-bare-repository', '--is-inside-work-tree', '--show-toplevel')
    lines = said.text.decode('utf-8', 'surrogateescape').split('\n')
    if said.status == 0:
        root = os.path.abspath('\n'.join(lines[2:-1]))
        if not is_within(os.path.realpath(folder), os.path.realpath(root)):
            raise InputError(
                f'the git configuration of {folder} puts its working tree elsewhere (core.worktree)'
            )
        return Repository(Git(path, root, staged=staged), root)
    if lines[0] == 'true':
        return Repository(git, '')
    reason = said.reason()
    if 'dubious ownership' in reason or 'unsafe repository' in reason:
        raise InputError(
            f'git refuses to read {folder} because it belongs to another user; if you trust it, run: '
            f'git config --global --add safe.directory {os.path.realpath(folder)}'
        )
    if lines[0] == 'false' or 'not a git repository' in reason:
        return None
    raise InputError(f'git cannot read the repository of {folder}: {reason}')


def commit(folder: str) -> str:
    """The name of the commit that is checked out in a folder, '' where there is none."""
    path = program()
    if not path:
        return ''
    said = Git(path, folder).run('rev-parse', '--verify', '--quiet', 'HEAD')
    return '' if said.status else said.text.decode('ascii', 'replace').strip()


def is_within(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it; both absolute and normalised."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
