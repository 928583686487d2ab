"""Runs a command with the recorder between it and the service."""

from __future__ import annotations

import os
import signal
import subprocess
import threading

from artifacts_guard.errors import UsageError
from artifacts_guard.recording.entry import Entry
from artifacts_guard.recording.entry import line
from artifacts_guard.recording.proxy import Recorder
from artifacts_guard.recording.proxy import Upstream
from artifacts_guard.service.address import BASE_VARIABLE
from artifacts_guard.service.address import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_PASSED_ON = (signal.SIGINT, signal.SIGTERM)
_KILLED = 128  # what shells add to the number of a signal


class Recording:
    """A run that is recorded: its entries, and the file that they are appended to ('' for none)."""

    def __init__(self, file: str = '') -> None:
        self.entries: list[Entry] = []
        self._lock = threading.Lock()
        self._descriptor = _opened(file) if file else -1

    def keep(self, entry: Entry) -> None:
        """Note a call; called by many threads."""
        with self._lock:
            self.entries.append(entry)
            if self._descriptor >= 0:
                os.write(self._descriptor, line(entry).encode())

    def run(self, command: Sequence[str]) -> int:
        """Run a command to its end and return its exit status, as a shell would.

        Raises UsageError for a base URL that is none, and for a command that cannot be started.
        """
        upstream = Upstream(os.environ.get(BASE_VARIABLE) or DEFAULT)
        with Recorder(upstream, os.urandom(6).hex(), self.keep) as recorder:
            environment = {**os.environ, BASE_VARIABLE: recorder.url}
            for name in ('NO_PROXY', 'no_proxy'):  # the way to loopback leads through no proxy
                environment[name] = ','.join(filter(None, (os.environ.get(name, ''), '127.0.0.1')))
            return _finished(command, environment)


def _opened(file: str) -> int:
    """A file that only its owner can read, for appending.  Raises UsageError."""
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise UsageError(f'{file}: {error.strerror}') from None


def _finished(command: Sequence[str], environment: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        raise UsageError(f'{command[0]}: {error.strerror}') from None

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    try:
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else _KILLED - status
