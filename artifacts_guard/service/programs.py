"""Programs that a token comes from or goes to.  They never see it in their arguments or their environment."""

from __future__ import annotations

import shlex

from artifacts_guard.service.failure import FORBIDDEN
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.failure import invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.secret import Secret

PATIENCE = 120  # seconds
_LONGEST = 64 * 1024


def words(command: str, option: str) -> list[str]:
    """The words of a command; no shell is involved.  Raises ServiceError for none, or an open quotation."""
    try:
        found = shlex.split(command)
    except ValueError:
        raise invalid(f'{option}: a quotation mark is not closed') from None
    if not found:
        raise invalid(f'{option}: no command is given')
    return found


def printed_by(command: str, option: str) -> str:
    """What a command prints, as text."""
    return _run(words(command, option), option, None).decode('utf-8', 'replace')


def give(secret: Secret, command: str, option: str) -> None:
    """Give a secret to a command on its standard input, without a line's end."""
    _run(words(command, option), option, secret.reveal().encode())


def _run(argv: list[str], option: str, given: bytes | None) -> bytes:
    import subprocess

    name = argv[0]
    try:
        run = subprocess.run(
            argv, input=given or b'', stdout=subprocess.PIPE, timeout=PATIENCE, check=False, close_fds=True
        )
    except OSError as error:
        raise invalid(f'{option}: {name} cannot be started: {error.strerror}') from None
    except subprocess.TimeoutExpired:
        raise ServiceError(f'{option}: {name} took longer than {PATIENCE} s', 'auth', FORBIDDEN) from None
    if run.returncode:
        raise ServiceError(f'{option}: {name} ended with status {run.returncode}', 'auth', FORBIDDEN)
    if len(run.stdout) > _LONGEST:
        raise ServiceError(f'{option}: {name} printed more than a token', 'auth', FORBIDDEN)
    return run.stdout
