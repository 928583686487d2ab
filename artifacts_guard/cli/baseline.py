"""`artifacts-guard baseline`: accept the findings that there are, with a reason, an owner and an end."""

from __future__ import annotations

import os

from artifacts_guard.baseline import FILE
from artifacts_guard.cli.main import complain
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction
    from collections.abc import Sequence

    from artifacts_guard.findings.baseline import Entry
    from artifacts_guard.findings.finding import Result

_ACTIONS = (
    ('create', 'accept all findings in a new file'),
    ('update', 'also accept the findings that are new; what is accepted stays as it is'),
    ('prune', 'take out what is not found any more'),
)
_WHY = (('reason', 'TEXT', 'why they are accepted'), ('owner', 'NAME', 'who sees to them'))


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser('baseline', help='accept the findings that there are, until a day')
    actions = parser.add_subparsers(dest='action', required=True, metavar='ACTION')
    for name, words in _ACTIONS:
        action = actions.add_parser(name, help=words)
        action.add_argument(
            '--file', default='', metavar='FILE', help=f'the baseline (default: {FILE} at the root)'
        )
        action.add_argument(
            '--history', nargs='?', const='', metavar='RANGE', help='the findings of `check --history`'
        )
        action.add_argument('--all-files', action='store_true', help='those of `check --all-files`')
        action.add_argument('--pedantic', action='store_true', help='also those of `check --pedantic`')
        action.add_argument(
            '--config', default='', metavar='FILE', help='this configuration instead of the one at the root'
        )
        if name == 'prune':
            continue
        for option, shown, why in _WHY:
            action.add_argument(f'--{option}', default='', metavar=shown, help=why)
        action.add_argument('--until', default='', metavar='DATE', help='their last day, as 2027-01-31')
        action.add_argument(
            '--from-detect-secrets',
            default='',
            metavar='FILE',
            help='only what this baseline of detect-secrets has',
        )


def run(args: Namespace) -> int:
    """0; 3 when something could not be checked.  Raises UsageError when the file is there or not there as it should be."""
    from artifacts_guard import baseline
    from artifacts_guard import config
    from artifacts_guard.cli import sources
    from artifacts_guard.cli.check import Options

    options = Options(history=args.history, all_files=args.all_files, pedantic=args.pedantic)
    sources.refuse_contradictions(options)
    if args.action != 'prune':
        _refuse_without_words(args)
    tree = sources.opened(options)
    try:
        path = args.file or os.path.join(tree.root, FILE)
        old = _old(args.action, path)
        result = sources.checked(tree, config.load(tree.root, args.config), options)
    finally:
        tree.close()
    if args.action == 'prune':
        _write(path, baseline.pruned(result, old), old, result)
    else:
        if args.from_detect_secrets:
            result = baseline.in_detect_secrets(result, args.from_detect_secrets)
        new = baseline.accepted(result, old, reason=args.reason, owner=args.owner, until=args.until)
        _write(path, new, old, result)
    return 3 if any(one.fatal for one in result.skipped) else 0


def _refuse_without_words(args: Namespace) -> None:
    from artifacts_guard.findings.comments import date

    for option, _, why in _WHY:
        if not getattr(args, option).strip():
            raise UsageError(f'--{option} is needed: {why}')
    if date(args.until) is None:
        raise UsageError('--until is needed: the last day on which they are accepted, as 2027-01-31')


def _old(action: str, path: str) -> tuple[Entry, ...]:
    from artifacts_guard import baseline

    there = os.path.lexists(path)
    if action == 'create':
        if there:
            raise UsageError(f'{path} is there already: `baseline update` adds to it')
        return ()
    if not there:
        raise UsageError(f'{path} is not there: `baseline create` makes it')
    return baseline.read(path)


def _write(path: str, new: Sequence[Entry], old: Sequence[Entry], result: Result) -> None:
    from artifacts_guard.cli.output import Target
    from artifacts_guard.findings.baseline import written

    for one in result.skipped:
        if one.fatal:
            complain(f'{one.path}: {one.reason}')
    text = written(new)
    if text != written(old) or not os.path.lexists(path):
        Target('text', path).write(text)
    added, gone = max(len(new) - len(old), 0), max(len(old) - len(new), 0)
    words = f'{gone:,} taken out' if gone else f'{added:,} added'
    Target('text').write(f'{os.path.basename(path)}: {len(new):,} accepted, {words}.\n')
