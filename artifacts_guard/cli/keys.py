"""`artifacts-guard keys`: hygiene of the service's keys.  No secret is ever printed."""

from __future__ import annotations

from artifacts_guard.cli import envelope
from artifacts_guard.cli import service
from artifacts_guard.cli.keyoptions import add_parser
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from typing import Any

    from artifacts_guard.service.client import Client
    from artifacts_guard.service.keys import Key

    Ran = tuple[dict[str, Any], int]

__all__ = ('add_parser', 'run')

_DONE, _FOUND, _DEAD = 0, 1, 4


def run(args: Namespace) -> int:
    """The exit status.  Raises UsageError and ServiceError."""
    from artifacts_guard.service.failure import ServiceError
    from artifacts_guard.service.token import from_environment

    variable = from_environment()
    form = envelope.form(args.format)
    notes = envelope.Notes(form, quiet=args.quiet)
    try:
        data, status = _RUN[args.action](args, variable, notes)
    except ServiceError as error:
        error.notes = tuple(notes.held)
        raise
    if args.action == 'list' and args.ndjson:
        for one in data['apiKeys']:
            envelope.succeed(one, form=envelope.JSON, one_line=True)
    else:
        envelope.succeed(data, form=form, one_line=args.ndjson)
    notes.release()
    return status


def _client(
    args: Namespace, variable: str | None, notes: envelope.Notes
) -> tuple[Client, Callable[[], None]]:
    address = service.address_of(args)
    return service.client_of(address, service.token_of(args, variable), notes, verbose=args.verbose)


def _list(args: Namespace, variable: str | None, notes: envelope.Notes) -> Ran:
    from artifacts_guard.service.keys import listed

    client, close = _client(args, variable, notes)
    try:
        return {'apiKeys': [key.shown() for key in listed(client)]}, _DONE
    finally:
        close()


def _check(args: Namespace, variable: str | None, notes: envelope.Notes) -> Ran:
    import time

    from artifacts_guard import config
    from artifacts_guard import inputs
    from artifacts_guard.service import hygiene
    from artifacts_guard.service.keys import named

    if bool(args.old) != bool(args.new):
        raise UsageError('--old and --new belong together')
    quiet = _duration(args.quiet_for, '--quiet-for')
    keys = _given(args.keys) if args.keys else _asked(args, variable, notes)
    if args.old:
        found = list(hygiene.switched(named(keys, args.old), named(keys, args.new), time.time(), quiet))
    else:
        declared = config.load(inputs.open().root, args.config).keys
        found = list(hygiene.findings(keys, declared, time.time(), args.stale_days))
    live = sum(not key.revoked for key in keys)
    return {
        'keys': len(keys),
        'live': live,
        'findings': [one.shown() for one in found],
    }, _FOUND if found else _DONE


def _asked(args: Namespace, variable: str | None, notes: envelope.Notes) -> tuple[Key, ...]:
    from artifacts_guard.service.keys import listed

    client, close = _client(args, variable, notes)
    try:
        return listed(client)
    finally:
        close()


def _given(path: str) -> tuple[Key, ...]:
    """The keys in a file, or on standard input."""
    import json
    import sys

    from artifacts_guard.service.keys import read

    try:
        if path == '-':
            found = json.load(sys.stdin)
        else:
            with open(path, encoding='utf-8') as file:
                found = json.load(file)
    except OSError as error:
        raise UsageError(f'--keys {path} cannot be read: {error.strerror}') from None
    except ValueError:
        raise UsageError(f'--keys {path} is no JSON') from None
    keys = read(found)
    if not keys and found not in ([], {'apiKeys': []}):
        raise UsageError(f'--keys {path} holds no key list: give it what `keys list --format json` prints')
    return keys


def _verify(args: Namespace, variable: str | None, notes: envelope.Notes) -> Ran:
    from artifacts_guard.service import keys
    from artifacts_guard.service.token import token

    delivery = _delivery(args, 'manager_token')
    client, close = _client(args, variable, notes)
    try:
        before = keys.listed(client.with_token(token(delivery, None))) if delivery is not None else ()
        found = keys.verify(client, before)
    finally:
        close()
    if delivery is None:
        notes.say(
            'when the key was last used is not recorded: --manager-token-file names a key that can list keys'
        )
    return found.shown(), {keys.ACTIVE: _DONE, keys.INACTIVE: _DEAD}.get(found.verdict, _FOUND)


def _delivery(args: Namespace, name: str) -> Any:
    """How a second token comes; None when it does not."""
    from artifacts_guard.service.token import Delivery

    ways = {way: getattr(args, f'{name}_{way}') for way in ('stdin', 'file', 'command')}
    if not any(ways.values()):
        return None
    if ways['stdin'] and args.token_stdin:
        raise UsageError('standard input cannot be both tokens')
    return Delivery(**ways, stem=f'--{name.replace("_", "-")}')


def _revoke(args: Namespace, variable: str | None, notes: envelope.Notes) -> Ran:
    from artifacts_guard.service import keys
    from artifacts_guard.service.token import token

    delivery = _delivery(args, 'old_token')
    if args.dry_run:
        path = f'{keys.ROUTE}/{args.api_key_id}'
        return {
            'dry_run': True,
            'command': 'keys revoke',
            'mutates': True,
            'http': {'method': 'DELETE', 'path': path},
        }, 0
    client, close = _client(args, variable, notes)
    try:
        found = keys.revoke(client, args.api_key_id, token(delivery, None) if delivery is not None else None)
    finally:
        close()
    if args.receipt:
        _write(args.receipt, found.shown(), notes)
    if not found.proven:
        raise keys.unproven(found)
    return found.shown(), _DONE


def _write(path: str, receipt: dict[str, Any], notes: envelope.Notes) -> None:
    import json

    try:
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(receipt, file, indent=2)
    except OSError as error:  # it is revoked all the same, and the receipt is printed too
        notes.warn(f'--receipt {path} cannot be written: {error.strerror}')


def _rotate(args: Namespace, variable: str | None, notes: envelope.Notes) -> Ran:
    from urllib.parse import quote

    from artifacts_guard.cli.main import complain
    from artifacts_guard.scopes.needs import granted
    from artifacts_guard.service import rotation
    from artifacts_guard.service.programs import words

    scopes = granted(args.scopes) if args.scopes else None
    if scopes is not None and scopes.unknown:
        raise UsageError(f'Unknown scope: {scopes.unknown[0]}')
    grace = _duration(args.grace, '--grace')
    plan = rotation.Plan(
        args.api_key_id, args.to_command, args.name, scopes.known if scopes else (), grace, leaked=args.leaked
    )
    words(
        args.to_command, rotation.TO_COMMAND
    )  # a command that cannot be run is found out before anything is done
    if args.dry_run:
        return {
            'dry_run': True,
            'command': 'keys rotate',
            'mutates': True,
            'plan': [text for _, text in plan.steps()],
        }, 0
    client, close = _client(args, variable, notes)
    kept = f'artifacts-guard-rotation-{quote(args.api_key_id, safe="")}.json'
    state = rotation.State(args.state or kept, args.api_key_id)
    try:
        return rotation.Rotation(client, plan, state, complain).run(), _DONE
    finally:
        close()


def _duration(text: str, option: str) -> float:
    """Seconds of `90m`, `24h` or `3d`; `0` is no time at all."""
    units = {'m': 60, 'h': 3600, 'd': 86400}
    number, unit = (text[:-1], text[-1:]) if text[-1:] in units else (text, '')
    if not (number.isascii() and number.isdigit()) or (not unit and int(number)):
        raise UsageError(f'{option}: {text!r} is no time; write 90m, 24h or 3d')
    return float(int(number) * units.get(unit, 0))


_RUN: dict[str, Callable[[Namespace, str | None, envelope.Notes], Ran]] = {
    'list': _list,
    'check': _check,
    'verify': _verify,
    'revoke': _revoke,
    'rotate': _rotate,
}
