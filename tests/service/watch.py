"""A process that watches the command lines of all others for a token: `python watch.py < token`, ended by `SIGTERM`.

Prints `watching` when it has begun, and every command line in which the token stands.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    token = sys.stdin.buffer.readline().strip()
    print('watching', flush=True)
    seen: set[bytes] = set()
    while True:
        for name in os.listdir('/proc'):
            if not name.isdigit():
                continue
            try:
                with open(f'/proc/{name}/cmdline', 'rb') as file:
                    line = file.read()
            except OSError:
                continue
            if token in line and line not in seen:
                seen.add(line)
                print(line.replace(token, b'TOKEN').replace(b'\0', b' ').decode(errors='replace'), flush=True)
        time.sleep(0.005)


class Watcher:
    """Watches from its start until `stop`, which gives what it saw."""

    def __init__(self, token: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._process.stdin as stdin:
            stdin.write(f'{token}\n')
        assert self._process.stdout.readline() == 'watching\n'

    def stop(self) -> list[str]:
        assert self._process.stdout is not None
        self._process.terminate()
        with self._process.stdout as stdout:
            seen = stdout.read().splitlines()
        self._process.wait()
        return seen


if __name__ == '__main__':
    main()
