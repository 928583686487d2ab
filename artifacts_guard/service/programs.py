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
_SHOWN = 500  # characters of what a command that failed said


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
    printed = _run(words(command, option), option, b'')
    if len(printed) > _LONGEST:
        raise ServiceError(f'{option}: the command printed more than a token', 'auth', FORBIDDEN)
    return printed.decode('utf-8', 'replace')


def give(secret: Secret, command: str, option: str) -> None:
    """Give a secret to a command on its standard input, without a line's end.

    What the command says is shown only when it fails, and without the secret: it may repeat its input.
    """
    _run(words(command, option), option, secret.reveal().encode(), secret)


def _run(argv: list[str], option: str, given: bytes, secret: Secret | None = None) -> bytes:
    """What it printed.  What it says on standard error is passed through, unless it knows a secret."""
    import subprocess

    name = argv[0]
    said = subprocess.PIPE if secret is not None else None
    try:
        run = subprocess.run(
            argv, input=given, stdout=subprocess.PIPE, stderr=said, timeout=PATIENCE, check=False
        )
    except OSError as error:
        raise invalid(f'{option}: {name} cannot be started: {error.strerror}') from None
    except subprocess.TimeoutExpired:
        raise ServiceError(f'{option}: {name} took longer than {PATIENCE} s', 'auth', FORBIDDEN) from None
    if run.returncode:
        told = _without(run.stderr, secret) if secret is not None else ''
        raise ServiceError(f'{option}: {name} ended with status {run.returncode}{told}', 'auth', FORBIDDEN)
    return run.stdout


def _without(said: bytes, secret: Secret) -> str:
    """The end of what a command said, with the secret replaced."""
    text = said.decode('utf-8', 'replace').replace(secret.reveal(), str(secret)).strip()
    return f': {text[-_SHOWN:]}' if text else ''
