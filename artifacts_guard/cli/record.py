"""`artifacts-guard record -- CMD`: which scopes a run really uses."""

from __future__ import annotations

import sys

from artifacts_guard.cli import files
from artifacts_guard.cli.main import complain
from artifacts_guard.cli.words import one_of
from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction

    from artifacts_guard.recording.compare import Compared
    from artifacts_guard.recording.entry import Entry
    from artifacts_guard.recording.entry import Seen

FORMATS = ('text', 'json')
_MOST = 64 << 20  # bytes of a record


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        'record',
        help='run a command and say which scopes it really uses',
        description='Run a command with a recorder on loopback between it and the service, and say which scopes it used. The '
        'recorder passes everything on and keeps the names of operations, nothing else.',
        epilog='The exit status is that of the command; 2 when it could not be started.',
        usage='artifacts-guard record [--output FILE] [--format FORMAT] -- COMMAND …\n'
        '       artifacts-guard record --merge FILE …',
    )
    parser.add_argument('paths', nargs='*', metavar='COMMAND', help='the command and its arguments, after --')
    parser.add_argument(
        '--output', '-o', default='', metavar='FILE', help='append the record to FILE, readable by you alone'
    )
    parser.add_argument(
        '--merge',
        action='append',
        default=[],
        metavar='FILE',
        help='run nothing: put these records together; repeatable',
    )
    parser.add_argument('--format', default='text', metavar='FORMAT', help=' or '.join(FORMATS))
    parser.add_argument(
        '--config', default='', metavar='FILE', help='this file instead of the one at the root'
    )


def run(args: Namespace) -> int:
    """The exit status of the command.  Raises UsageError for a wrong call and for a command that cannot be started."""
    from artifacts_guard.recording.entry import merged

    form = one_of(args.format, FORMATS, 'format')
    if args.merge:
        if args.paths:
            raise UsageError('--merge runs nothing: no command beside it')
        entries = [entry for file in args.merge for entry in _entries(file)]
        sys.stdout.write(_told(form, merged(entries), _compared(merged(entries), args.config)))
        return 0
    if not args.paths:
        raise UsageError('no command is given (see artifacts-guard record --help)')
    from artifacts_guard.recording.run import Recording

    recording = Recording(args.output)
    status = recording.run(args.paths)
    # the command has standard output to itself
    sys.stderr.write(
        _told(form, merged(recording.entries), _compared(merged(recording.entries), args.config))
    )
    return status


def _entries(file: str) -> list[Entry]:
    """The entries of a record.  Raises UsageError for a file that is none."""
    from artifacts_guard.recording.entry import read

    return read(files.text(file, _MOST, 'a record'), file)


def _compared(seen: Seen, config_file: str) -> Compared | None:
    """The comparison with the repository of the current folder; None when it cannot be read."""
    from artifacts_guard import config
    from artifacts_guard import inputs
    from artifacts_guard.advise import advise
    from artifacts_guard.recording.compare import compare

    try:
        tree = inputs.open()
        try:
            return compare(seen, advise(tree, config.load(tree.root, config_file)).advices)
        finally:
            tree.close()
    except (UsageError, InputError) as error:
        complain(f'not compared with the repository: {error}')
        return None


def _told(form: str, seen: Seen, compared: Compared | None) -> str:
    from artifacts_guard.cli.main import redacted
    from artifacts_guard.reports import recording

    return redacted(
        recording.as_json(seen, compared) if form == 'json' else recording.as_text(seen, compared)
    )
