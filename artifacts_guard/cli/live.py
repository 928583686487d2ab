"""Questions to the service, for the commands that ask it only when they are told to (`--live`)."""

from __future__ import annotations

import os

from artifacts_guard.cli.main import complain
from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from artifacts_guard.service.client import Client

    T = TypeVar('T')


def ask(question: Callable[[Client], T]) -> T:
    """The answer to a question, asked with the key of the environment.

    It is announced, because it counts as a use of the key.  Raises UsageError when there is no key, InputError when
    the service refuses it or does not answer.
    """
    from artifacts_guard.service import address
    from artifacts_guard.service import token as tokens
    from artifacts_guard.service.client import Client
    from artifacts_guard.service.failure import ServiceError
    from artifacts_guard.service.transport import Transport

    complain(f'asks the service with the key in {tokens.VARIABLE}: this counts as a use of it')
    variable = tokens.from_environment()
    if variable is None:
        raise UsageError(f'--live: {tokens.VARIABLE} is not set')
    try:
        token = tokens.token(tokens.Delivery(), variable)
        transport = Transport(address.address(os.environ.get(address.BASE_VARIABLE) or address.DEFAULT))
        try:
            return question(Client(transport, token))
        finally:
            transport.close()
    except ServiceError as error:
        raise InputError(f'--live: {error}') from None
