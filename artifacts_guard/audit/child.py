"""A process of its own that analyses repositories one after the other, within limits.

What a repository can do to it (never end, eat all memory, crash the interpreter) costs one row.  Requests and shards
are lines of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from artifacts_guard.audit.model import Options
from artifacts_guard.audit.model import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def analyse(sources: Sequence[Source], options: Options) -> list[dict[str, Any]]:
    """The shards of some repositories, in their order.  Safe in any process and thread, and to be run again."""
    shards = []
    child = None
    for source in sources:
        child = child or Child(options)
        answer = child.ask(source)
        if answer is None:
            answer, child = child.end(source), None
        shards.append(answer)
    if child is not None:
        child.close()
    return shards


class Child:
    """The process.  It starts in the folder of the package, so that no repository's modules can be imported."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._late = False
        self._process = subprocess.Popen(
            [sys.executable, '-m', 'artifacts_guard.audit.child', json.dumps(options._values(options))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_PACKAGE,
        )

    def ask(self, source: Source) -> dict[str, Any] | None:
        """The shard of a repository; None when the process has ended over it."""
        import threading

        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(self._options.seconds, self._end_late) if self._options.seconds else None
        if timer is not None:
            timer.start()
        try:
            # absolute, because the process has another current folder
            self._process.stdin.write(
                json.dumps([source.name, os.path.abspath(source.path), source.revision]).encode() + b'\n'
            )
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:  # it ended before it could read
            line = b''
        finally:
            if timer is not None:
                timer.cancel()
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b'\n') else None
        return answer

    def end(self, source: Source) -> dict[str, Any]:
        """The shard that tells why the process has ended."""
        from artifacts_guard.audit.snapshot import failed

        self.close()
        status = self._process.returncode
        reason = (
            f'it took longer than {self._options.seconds} seconds'
            if self._late
            else f'the process that analysed it ended by signal {-status}'
            if status < 0
            else f'the process that analysed it ended with status {status}'
        )
        return failed(source, reason)

    def close(self) -> None:
        """Let it end, and wait for that."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what could not be sent any more
                    continue
        self._process.wait()

    def _end_late(self) -> None:
        self._late = True
        self._process.kill()


def _serve(options: Options) -> None:
    """Answer requests until there are no more."""
    from artifacts_guard.audit.snapshot import shard

    _limit(options.megabytes)
    answers = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)  # nothing else may get between the answers
    for line in sys.stdin.buffer:
        answers.write(json.dumps(shard(Source(*json.loads(line)), options)).encode() + b'\n')
        answers.flush()


def _limit(megabytes: int) -> None:
    """Bound the memory of this process, where the system can (https://docs.python.org/3/library/resource.html)."""
    if megabytes and os.name == 'posix':
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


if __name__ == '__main__':
    _serve(Options(*json.loads(sys.argv[1])))
