"""Starting a program and reading what it prints.

With `posix_spawn` where there is one: importing `subprocess` alone takes as long as the whole
check of a few staged files.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping
    from subprocess import Popen


class Output:
    """What a program printed that has ended; `status` is negative when a signal ended it."""

    __slots__ = ('error', 'status', 'text')

    def __init__(self, status: int, text: bytes, error: str) -> None:
        self.status = status
        self.text = text
        self.error = error

    def records(self) -> list[str]:
        """The NUL-terminated records of a `-z` format; bytes that are no UTF-8 become surrogates."""
        return self.text.decode('utf-8', 'surrogateescape').split('\0')[:-1]

    def reason(self) -> str:
        """The first line of what it said went wrong."""
        said = self.error.strip().split('\n')[0].strip()
        return said.removeprefix('fatal: ').removeprefix('error: ') or f'it ended with status {self.status}'


class Process:
    """A running program: ask for its whole `output`, or `send` to it and `read` what comes back, then `end` it.

    `given` is what it reads on standard input; with `talk`, that is `send` to it later.
    """

    __slots__ = ('_child', '_error', '_input', '_output', '_pid')

    def __init__(
        self, command: tuple[str | bytes, ...], env: Mapping[str, str], *, talk: bool, given: bytes = b''
    ) -> None:
        self._input = -1
        self._error = _nameless_file()
        self._child: Popen[bytes] | None = None
        if not hasattr(os, 'posix_spawn'):
            self._start_elsewhere(command, env, talk, given)
            return
        self._output, write = os.pipe()
        read, self._input = os.pipe() if talk else (_holding(given), -1)
        actions = [
            (os.POSIX_SPAWN_DUP2, mine, theirs) for mine, theirs in ((read, 0), (write, 1), (self._error, 2))
        ]
        try:
            self._pid = os.posix_spawn(os.fsdecode(command[0]), command, env, file_actions=actions)
        finally:
            os.close(read)
            os.close(write)

    def _start_elsewhere(
        self, command: tuple[str | bytes, ...], env: Mapping[str, str], talk: bool, given: bytes
    ) -> None:
        import subprocess

        texts = [os.fsdecode(word) for word in command]
        source = subprocess.PIPE if talk else _holding(given)
        child = subprocess.Popen(texts, env=env, stdin=source, stdout=subprocess.PIPE, stderr=self._error)
        if not talk:
            os.close(source)
        assert child.stdout is not None
        self._child = child
        self._output = os.dup(child.stdout.fileno())
        child.stdout.close()
        if child.stdin is not None:
            self._input = os.dup(child.stdin.fileno())
            child.stdin.close()

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._input, data) :]

    def read(self, size: int) -> bytes:
        """Some bytes, at most `size`; b'' at the end."""
        return os.read(self._output, size)

    def end(self) -> tuple[int, str]:
        """Close the pipes and wait: the exit status, and what was said on standard error."""
        for descriptor in (self._input, self._output):
            if descriptor >= 0:
                os.close(descriptor)
        self._input = self._output = -1
        if self._child is not None:
            status = self._child.wait()
        else:
            status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        os.lseek(self._error, 0, os.SEEK_SET)
        said = os.read(self._error, 1 << 20)
        os.close(self._error)
        return status, said.decode('utf-8', 'surrogateescape')

    def output(self, patience: float = 0, early: Callable[[bytes], object] | None = None) -> Output:
        """All that it prints, which `early` gets in parts while the program goes on.

        A program that is silent for `patience` seconds is ended; 0 waits for ever.
        """
        parts = []
        silent = False
        while not (silent := patience > 0 and not self._has_more(patience)):
            part = os.read(self._output, 1 << 20)
            if not part:
                break
            parts.append(part)
            if early is not None:
                early(part)
        if silent:
            self._kill()
        status, error = self.end()
        return Output(
            status, b''.join(parts), f'it did nothing for {patience:g} seconds' if silent else error
        )

    def _has_more(self, patience: float) -> bool:
        """Whether there is something to read, an end too, before that many seconds have passed."""
        import select

        if not hasattr(select, 'poll'):
            return True
        waiting = select.poll()
        waiting.register(self._output, select.POLLIN)
        return bool(waiting.poll(patience * 1000))

    def _kill(self) -> None:
        import signal

        if self._child is None:
            os.kill(self._pid, signal.SIGTERM)
        else:
            self._child.terminate()


def _holding(data: bytes) -> int:
    """A descriptor from which some bytes can be read: a pipe would block whoever writes more than it holds."""
    if not data:
        return os.open(os.devnull, os.O_RDONLY)
    descriptor = _nameless_file()
    while data:
        data = data[os.write(descriptor, data) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _nameless_file() -> int:
    """For standard error: a pipe that nobody empties would block the program."""
    if hasattr(os, 'memfd_create'):
        return os.memfd_create('artifacts-guard')
    import tempfile

    descriptor, path = tempfile.mkstemp()
    if os.name != 'nt':
        os.unlink(path)
    return descriptor
