"""The options of `artifacts-guard keys`."""

from __future__ import annotations

from artifacts_guard.cli import envelope
from artifacts_guard.cli import service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import _SubParsersAction
    from collections.abc import Callable

_STALE_DAYS = 90
_EPILOG = 'Exit status: 0 done, 1 findings, no proof or anything else, 2 invalid request, 3 not found, 4 forbidden, 69 network.'


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser('keys', help='list, check, verify, revoke and rotate keys')
    actions = parser.add_subparsers(dest='action', required=True, metavar='ACTION')
    for name, words in (
        ('list', 'all keys of the account'),
        ('check', 'what is wrong with them; or, with --old and --new, whether a key may be revoked'),
        ('verify', 'whether the token is alive, with a negative control'),
        ('revoke', 'revoke a key, and prove it'),
        ('rotate', 'replace a key by a new one, step by step'),
    ):
        action = actions.add_parser(name, help=words, description=words, epilog=_EPILOG)
        _OPTIONS[name](action)
        service.add_token_options(action)
        service.add_address_options(action)
        envelope.add_options(action.add_argument_group('what is said'))


def _add_check(parser: ArgumentParser) -> None:
    parser.add_argument(
        '--keys', default='', metavar='FILE', help='a key list instead of asking; - is standard input'
    )
    parser.add_argument(
        '--stale-days', type=int, default=_STALE_DAYS, metavar='N', help='unused for so long (%(default)s)'
    )
    parser.add_argument(
        '--config', default='', metavar='FILE', help='this configuration instead of the one at the root'
    )
    parser.add_argument('--old', default='', metavar='ID', help='the key that is to be revoked')
    parser.add_argument('--new', default='', metavar='ID', help='the key that replaces it')
    parser.add_argument(
        '--quiet-for', default='24h', metavar='TIME', help='how long the old one must be unused (%(default)s)'
    )


def _add_verify(parser: ArgumentParser) -> None:
    group = parser.add_argument_group(
        'a key with agents:manage', 'To record when the key was last used, before it is asked about.'
    )
    service.add_delivery(group, '--manager-token', 'its token')


def _add_revoke(parser: ArgumentParser) -> None:
    parser.add_argument('--api-key-id', required=True, metavar='ID', help='the key')
    parser.add_argument('--dry-run', '-n', action='store_true', help='show what would be sent')
    parser.add_argument('--receipt', default='', metavar='FILE', help='write the receipt to a file too')
    group = parser.add_argument_group('the token of that key', 'To prove that it is refused afterwards.')
    service.add_delivery(group, '--old-token', 'its token')


def _add_rotate(parser: ArgumentParser) -> None:
    parser.add_argument('--api-key-id', required=True, metavar='ID', help='the key to replace')
    parser.add_argument(
        '--to-command', default='', metavar='COMMAND', help='gets the new token on its standard input'
    )
    parser.add_argument('--name', default='', metavar='NAME', help='of the new key; a date is added')
    parser.add_argument(
        '--scopes', default='', metavar='SCOPES', help='of the new key (default: those of the old one)'
    )
    parser.add_argument(
        '--grace',
        default='24h',
        metavar='TIME',
        help='how long the old key stays (%(default)s; 0 revokes it at once)',
    )
    parser.add_argument('--leaked', action='store_true', help='revoke the old key first')
    parser.add_argument(
        '--state', default='', metavar='FILE', help='where the state is kept; it holds no secret'
    )
    parser.add_argument('--dry-run', '-n', action='store_true', help='only print the plan')


_OPTIONS: dict[str, Callable[[ArgumentParser], None]] = {
    'list': lambda _: None,
    'check': _add_check,
    'verify': _add_verify,
    'revoke': _add_revoke,
    'rotate': _add_rotate,
}
