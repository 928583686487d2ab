"""Files that are named on the command line, and are no documents of a scan."""

from __future__ import annotations

import sys

from artifacts_guard.errors import UsageError

_STDIN = '-'


def text(path: str, most: int, what: str) -> str:
    """The text of a file, or of standard input for `-`; `most` is its size limit in bytes.

    Raises UsageError for what can't be read, and for a file that is too large to be `what`.
    """
    try:
        if path == _STDIN:
            data = sys.stdin.buffer.read(most + 1)
        else:
            with open(path, 'rb') as stream:
                data = stream.read(most + 1)
    except OSError as error:
        raise UsageError(f'{path}: {error.strerror}') from None
    if len(data) > most:
        raise UsageError(f'{path}: larger than {most >> 20} MiB: not {what}')
    return data.decode('utf-8', 'replace')
