"""`artifacts-guard advise`: the least scopes of each credential, with proof, and the commands that lead there."""

from __future__ import annotations

from artifacts_guard.cli import ending
from artifacts_guard.cli import files
from artifacts_guard.cli import output
from artifacts_guard.cli.main import complain
from artifacts_guard.cli.words import one_of
from artifacts_guard.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction

    from artifacts_guard.advise import Answer
    from artifacts_guard.advisor.gate import Difference
    from artifacts_guard.advisor.keylist import ListedKey
    from artifacts_guard.advisor.model import Advice
    from artifacts_guard.advisor.model import Grant
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings

_VARIABLE = 'AGENT_ARTIFACTS_TOKEN'
_MOST = 16 << 20  # bytes of a key list


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        'advise',
        help='the scopes that each key needs, and why',
        description='Say for each credential which scopes its jobs need, with the command that needs each, what its key '
        'has too much or lacks, and the commands that lead to the least key.',
        epilog='Exit status: 0 no key has too much or lacks something, 1 one does (or --gate found a new need), 2 wrong '
        'usage or configuration, 3 a command could not be followed or a file not be read.',
    )
    parser.add_argument(
        'paths', nargs='*', metavar='PATH', help='files and folders (default: the repository)'
    )
    parser.add_argument(
        '--keys',
        default='',
        metavar='FILE',
        help='what `artifacts keys list --format json` printed; - is standard input',
    )
    parser.add_argument(
        '--live',
        action='store_true',
        help='ask the service which scopes the key in AGENT_ARTIFACTS_TOKEN holds; this counts as a use of the key',
    )
    parser.add_argument(
        '--credential',
        default=_VARIABLE,
        metavar='NAME',
        help=f'the secret that holds the key of --live (default: {_VARIABLE})',
    )
    parser.add_argument(
        '--explain', default='', metavar='SCOPE', help='only this scope, with every command that needs it'
    )
    parser.add_argument(
        '--gate',
        default='',
        metavar='REV',
        help='compare with a commit: fail when a scope is newly needed or the policy stale',
    )
    parser.add_argument(
        '--write-policy', action='store_true', help='draft [keys.NAME] tables for keys that have none'
    )
    parser.add_argument(
        '--store', default='', metavar='STORE', help='the secret store that the commands are for'
    )
    parser.add_argument('--format', default='text', metavar='FORMAT', help='text (default), json or markdown')
    parser.add_argument(
        '--output',
        '-o',
        action='append',
        default=[],
        metavar='[FORMAT=]FILE',
        help='write the report to FILE',
    )
    parser.add_argument(
        '--config', default='', metavar='FILE', help='this file instead of the one at the root'
    )
    parser.add_argument(
        '--fail-on', default='', metavar='LEVEL', help='error, warning (default), note or never'
    )
    parser.add_argument('--exit-zero', action='store_true', help='exit with 0 whatever was found')


def run(args: Namespace) -> int:
    """The exit status.  Raises UsageError for a wrong call and InputError when there is nothing to look at."""
    from artifacts_guard import config
    from artifacts_guard import inputs
    from artifacts_guard.advise import advise
    from artifacts_guard.advisor import gate
    from artifacts_guard.check import date_of_today
    from artifacts_guard.reports import advice as reports
    from artifacts_guard.scopes.catalogue import SCOPES

    if args.explain:
        one_of(args.explain, SCOPES, 'scope')
    _store(args.store)
    targets = output.targets(one_of(args.format, reports.FORMATS, 'format'), args.output, reports.FORMATS)
    fail_on = one_of(args.fail_on or 'warning', ending.FAIL_ON, 'level')
    listed = _listed(args.keys)
    live = {args.credential: _live()} if args.live else {}
    tree = inputs.open(args.paths)
    try:
        settings = config.load(tree.root, args.config)
        answer = advise(tree, settings, listed, live)
        changes = None
        if args.gate:
            before = advise(inputs.open(args.paths, revision=args.gate), settings)
            changes = gate.differences(before.advices, answer.advices, settings.keys, date_of_today())
        _report(args, targets, answer, changes, settings)
    finally:
        tree.close()
    _say(tree)
    if args.exit_zero or args.write_policy:
        return ending.CLEAN
    return status(answer, changes, fail_on)


def status(answer: Answer, changes: tuple[Difference, ...] | None, fail_on: str) -> int:
    """The exit status of an answer, or of a comparison."""
    from artifacts_guard.advisor import gate

    if changes is not None:
        found = fail_on != ending.NEVER and any(change.kind in gate.FAILING for change in changes)
        unclear = any(change.kind == gate.PERHAPS for change in changes)
    else:
        failing = ending.failing(fail_on)
        found = any(_level(advice) in failing for advice in answer.advices)
        unclear = any(advice.unresolved for advice in answer.advices)
    if found:
        return ending.FOUND
    return ending.INCOMPLETE if unclear or any(one.fatal for one in answer.skipped) else ending.CLEAN


def _level(advice: Advice) -> str:
    """How bad a key is, as the rules `missing-scope` and `over-broad-scope` have it; '' when it fits."""
    if advice.missing or advice.dangerous:
        return 'error'
    return 'warning' if advice.excess else ''


def _store(name: str) -> None:
    if name:
        from artifacts_guard.advisor.plan import stores

        one_of(name, [store.store for store in stores()], 'store')


def _listed(path: str) -> tuple[ListedKey, ...]:
    """The keys of a list.  Raises UsageError for a file that is none."""
    if not path:
        return ()
    from artifacts_guard.advisor import keylist

    return keylist.read(files.text(path, _MOST, 'a list of keys'), path)


def _live() -> tuple[Grant, ...]:
    """What the service says of the key in the environment.  Raises UsageError without a key, InputError without an answer."""
    from artifacts_guard.advisor.model import Grant
    from artifacts_guard.cli import live
    from artifacts_guard.scopes import needs
    from artifacts_guard.service.principal import principal

    found = live.ask(principal)
    if found is None:
        raise InputError('--live: the service does not tell what the key holds')
    held = needs.granted(found.scopes)
    return (Grant('live', 'the key in use', held.known, held.unknown, identifier=found.id),)


def _report(
    args: Namespace,
    targets: tuple[output.Target, ...],
    answer: Answer,
    changes: tuple[Difference, ...] | None,
    settings: Settings,
) -> None:
    from artifacts_guard.cli.main import redacted
    from artifacts_guard.reports import advice as reports
    from artifacts_guard.reports.advice.model import told
    from artifacts_guard.reports.options import Options

    if args.write_policy:
        from artifacts_guard.advisor.policy import draft

        for target in targets:
            target.write(redacted(draft(answer.advices, settings.keys)))
        return
    shown = told(answer, store=args.store, explained=args.explain, changes=changes)
    for target in targets:
        target.write(reports.render(target.form, shown, Options(target.is_coloured(), target.width())))


def _say(tree: Tree) -> None:
    from artifacts_guard.inputs.decode import shown

    for one in sorted(tree.skipped, key=lambda one: (one.path, one.reason)):
        if one.fatal:
            complain(f'{shown(one.path)}: {one.reason}')
