"""What `push` and `keys` print: the service CLI's own envelope, so that scripts which read it keep working.

Measured with CLI 0.1.1: data on standard output, failures on standard error; JSON unless standard output is a terminal.
"""

from __future__ import annotations

import os
import sys

from artifacts_guard.cli.main import complain
from artifacts_guard.cli.main import redacted
from artifacts_guard.cli.words import one_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import _ActionsContainer
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.errors import GuardError

JSON, TEXT = 'json', 'text'
FORMATS = (JSON, TEXT)
_VARIABLE = 'AGENT_ARTIFACTS_FORMAT'
_INVALID = 'invalid_request'


def add_options(group: _ActionsContainer) -> None:
    """The options of how things are said."""
    group.add_argument(
        '--format', default='', metavar='FORMAT', help='json, or text where people look (default)'
    )
    group.add_argument('--ndjson', action='store_true', help='JSON on one line')
    group.add_argument('--quiet', '-q', action='store_true', help='no progress and no notes')
    group.add_argument(
        '--verbose', '-v', '--debug', action='store_true', help='name each request and its status'
    )
    group.add_argument('--no-input', action='store_true', help='accepted, as nothing is ever asked')


def form(given: str) -> str:
    """json or text.  Raises UsageError for another word."""
    chosen = given or os.environ.get(_VARIABLE, '')
    if chosen:
        return one_of(chosen, FORMATS, 'format')
    return TEXT if sys.stdout.isatty() else JSON


def succeed(
    data: dict[str, Any], actions: Sequence[tuple[str, str]] = (), *, form: str, one_line: bool = False
) -> None:
    """Print what was done."""
    told = data if form == TEXT else {'ok': True, 'data': data, **_next(actions)}
    print(_dumped(told, one_line))


def fail(error: GuardError, argv: Sequence[str]) -> int:
    """Say what went wrong, and give the exit status that the CLI has for it."""
    from artifacts_guard.errors import UsageError
    from artifacts_guard.service.failure import INVALID
    from artifacts_guard.service.failure import ServiceError

    known = error if isinstance(error, ServiceError) else ServiceError(str(error), _INVALID, INVALID)
    try:
        chosen = form(_format_of(argv))
    except UsageError:
        chosen = JSON
    if chosen == TEXT:
        complain('\n'.join((str(known), *(f'{words}:\n  {command}' for command, words in known.actions))))
        return known.exit_status
    details = {} if known.details is None else {'details': known.details}
    told: dict[str, Any] = {'ok': False, 'error': {'kind': known.kind, 'message': str(known), **details}}
    notes = {'warnings': list(known.notes)} if known.notes else {}
    try:
        print(_dumped({**told, **_next(known.actions), **notes}), file=sys.stderr)
    except OSError:  # nobody reads it any more
        return known.exit_status
    return known.exit_status


class Notes:
    """Warnings and progress, on standard error.

    A script reads JSON there when something fails, so what nobody watches is held back: `release` prints it after a
    success, and a failure carries it along.
    """

    def __init__(self, form: str, *, quiet: bool) -> None:
        self._live = form == TEXT or sys.stderr.isatty()
        self._quiet = quiet
        self.held: list[str] = []

    def warn(self, text: str) -> None:
        """Something that people should know."""
        if self._live:
            complain(f'warning: {text}')
        else:
            self.held.append(text)

    def say(self, text: str) -> None:
        """Something that is good to know while one waits."""
        if not self._quiet and self._live:
            complain(text)
        elif not self._quiet:
            self.held.append(text)

    def release(self) -> None:
        for text in self.held:
            complain(text)
        self.held = []


def _next(actions: Sequence[tuple[str, str]]) -> dict[str, Any]:
    listed = [{'command': command, 'description': description} for command, description in actions]
    return {'next_actions': listed} if listed else {}


def _dumped(value: dict[str, Any], one_line: bool = False) -> str:
    """As JSON, with what a terminal would obey as escapes, and without tokens."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=None if one_line else 2)
    return redacted(''.join(c if c.isprintable() or c == '\n' else f'\\u{ord(c):04x}' for c in text))


def _format_of(argv: Sequence[str]) -> str:
    """The value of `--format`, when the command line could not be read or is gone."""
    chosen = ''
    for at, word in enumerate(argv):
        if word.startswith('--format='):
            chosen = word.partition('=')[2]
        elif word == '--format' and at + 1 < len(argv):
            chosen = argv[at + 1]
    return chosen
