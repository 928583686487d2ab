"""What `push` and `keys` have in common: how the token comes, where the service is, a client for both."""

from __future__ import annotations

import os

from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _ActionsContainer
    from collections.abc import Callable

    from artifacts_guard.cli.envelope import Notes
    from artifacts_guard.secret import Secret
    from artifacts_guard.service.address import Address
    from artifacts_guard.service.client import Client


def add_token_options(parser: ArgumentParser) -> None:
    """How the token comes.  `--token` is there to be refused: its value must not be taken for something else."""
    from argparse import SUPPRESS
    from argparse import Action

    from artifacts_guard.service.token import NO_ARGUMENT

    class Refused(Action):
        def __call__(self, *_: object) -> None:
            raise UsageError(f'--token: {NO_ARGUMENT}')

    group = parser.add_argument_group('the token', 'From AGENT_ARTIFACTS_TOKEN, or one of:')
    add_delivery(group, '--token', 'the token')
    group.add_argument('--token', nargs='?', action=Refused, help=SUPPRESS)


def add_delivery(group: _ActionsContainer, stem: str, what: str) -> None:
    """The three options by which a token can come besides the environment."""
    group.add_argument(f'{stem}-stdin', action='store_true', help=f'{what} is on standard input')
    group.add_argument(
        f'{stem}-file', default='', metavar='FILE', help=f'{what} is in a file that others cannot read'
    )
    group.add_argument(
        f'{stem}-command',
        default='',
        metavar='COMMAND',
        help=f'{what} is what a command prints (no shell is used)',
    )


def add_address_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group('the service')
    group.add_argument(
        '--base-url', default='', metavar='URL', help='default: AGENT_ARTIFACTS_BASE_URL, or the vendor'
    )
    group.add_argument(
        '--web-url', default='', metavar='URL', help='where pages are shown, if that is elsewhere'
    )


def address_of(args: Namespace) -> Address:
    """Where the service is.  Raises ServiceError for an address that may not be used."""
    from artifacts_guard.service.address import BASE_VARIABLE
    from artifacts_guard.service.address import DEFAULT
    from artifacts_guard.service.address import address

    return address(args.base_url or os.environ.get(BASE_VARIABLE) or DEFAULT)


def web_of(args: Namespace, address: Address) -> str:
    """Where pages are shown, without a slash at the end."""
    from artifacts_guard.service.address import WEB_VARIABLE

    return str(args.web_url or os.environ.get(WEB_VARIABLE) or address.origin).rstrip('/')


def token_of(args: Namespace, variable: str | None) -> Secret:
    """The token, which is nowhere to be seen.  Raises ServiceError."""
    from artifacts_guard.service.token import Delivery
    from artifacts_guard.service.token import refuse_exposed
    from artifacts_guard.service.token import token

    found = token(Delivery(args.token_stdin, args.token_file, args.token_command), variable)
    refuse_exposed(found)
    return found


def client_of(
    address: Address, token: Secret, notes: Notes, *, verbose: bool
) -> tuple[Client, Callable[[], None]]:
    """A client, and what closes it."""
    from artifacts_guard.service.client import Client
    from artifacts_guard.service.retry import Patience
    from artifacts_guard.service.transport import Transport

    transport = Transport(address)
    log = notes.say if verbose else None
    return Client(transport, token, lambda: Patience(say=notes.say), log), transport.close
