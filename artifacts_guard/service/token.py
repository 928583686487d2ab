"""The token: from where it may come, read once, and out of the environment before anything else is done."""

from __future__ import annotations

import os
import re
import sys

from artifacts_guard.record import Record
from artifacts_guard.secret import Secret
from artifacts_guard.service.failure import FORBIDDEN
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.failure import invalid
from artifacts_guard.service.failure import refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import MutableMapping

VARIABLE = 'AGENT_ARTIFACTS_TOKEN'
_FAMILY = r'aa_(?:live|k|at|claim)_'
_LONGEST = 4096
_OTHERS_MAY_READ = 0o004
NO_ARGUMENT = (
    'the token is not taken as an argument: every user of this host could read it with `ps`, and it would be kept in '
    f'audit logs.  Put it into {VARIABLE}, or give it with --token-stdin, --token-file FILE or --token-command COMMAND'
)


class Delivery(Record):
    """How the token comes, as options say it; the environment when none is given.  `stem` begins their names."""

    stdin: bool = False
    file: str = ''
    command: str = ''
    stem: str = '--token'


def from_environment(environment: MutableMapping[str, str] | None = None) -> str | None:
    """The variable's value, which is gone from the environment afterwards; None when it is not set."""
    return (os.environ if environment is None else environment).pop(VARIABLE, None)


def token(delivery: Delivery, variable: str | None) -> Secret:
    """The token.  `variable` is what `from_environment` gave.  Raises ServiceError when there is none that can be used."""
    given = [name for name in ('stdin', 'file', 'command') if getattr(delivery, name)]
    if len(given) > 1:
        raise invalid(
            'give the token in one way: ' + ' or '.join(f'{delivery.stem}-{name}' for name in given)
        )
    if delivery.stdin:
        text, place = sys.stdin.read(_LONGEST), f'{delivery.stem}-stdin'
    elif delivery.file:
        text, place = _from_file(delivery.file), delivery.file
    elif delivery.command:
        from artifacts_guard.service.programs import printed_by

        place = f'{delivery.stem}-command'
        text = printed_by(delivery.command, place)
    elif variable is None:
        raise ServiceError(
            f'there is no token: set {VARIABLE}, or give --token-stdin, --token-file or --token-command',
            'auth',
            FORBIDDEN,
        )
    else:
        text, place = variable, VARIABLE
    return _secret(text.strip(), place)


def _secret(text: str, place: str) -> Secret:
    """A value that can be sent in a header, held so that it is not shown.  No message quotes it."""
    if not text:
        why = '; runs for forks get no secrets' if place == VARIABLE else ''
        raise ServiceError(f'{place} holds an empty token{why}', 'auth', FORBIDDEN)
    if text[0] == text[-1] and text[0] in '"\'':
        raise ServiceError(
            f'the token in {place} stands in quotation marks: they are part of it', 'auth', FORBIDDEN
        )
    if len(text) >= _LONGEST or not re.fullmatch('[!-~]+', text):
        raise ServiceError(
            f'{place} holds more than a token: a blank, another line or a character that no token has',
            'auth',
            FORBIDDEN,
        )
    prefix = re.match(_FAMILY, text)
    return Secret(text, prefix[0] if prefix else '')


def _from_file(path: str) -> str:
    import stat

    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == 'posix' and stat.S_ISREG(mode) and mode & _OTHERS_MAY_READ:
                raise refused(
                    f'every user of this host can read {path}: chmod 600 it.  If others use this host, make a new key'
                )
            return file.read(_LONGEST)
    except OSError as error:
        raise invalid(f'{path} cannot be read: {error.strerror}') from None


def refuse_exposed(secret: Secret, process: str = '/proc') -> None:
    """Refuse a token that stands in our own arguments or in those of the process that started us (Linux)."""
    value = secret.reveal().encode()
    for whose, command_line in _command_lines(process):
        if value in command_line:
            raise refused(
                f'the token stands in the arguments of {whose}, where every user of this host can read it: '
                'make a new key, and give it in another way'
            )


def _command_lines(process: str) -> Iterator[tuple[str, bytes]]:
    for whose, number in (('this process', os.getpid()), ('the process that started this one', os.getppid())):
        try:
            with open(f'{process}/{number}/cmdline', 'rb') as file:
                yield whose, file.read()
        except OSError:
            continue
