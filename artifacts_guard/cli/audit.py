"""`artifacts-guard audit`: the security review of key usage, from one repository to tens of thousands."""

from __future__ import annotations

import os
from contextlib import closing

from artifacts_guard.cli import ending
from artifacts_guard.cli import output
from artifacts_guard.cli.main import complain
from artifacts_guard.cli.words import one_of
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.audit.model import Options
    from artifacts_guard.audit.model import Source
    from artifacts_guard.audit.review import Inputs

MERGE, DIFF = 'merge', 'diff'
_FOLDERS = ('csv', 'sarif', 'evidence')  # formats of several files
_DATABASE = 'sqlite'


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    from artifacts_guard.cli import auditing

    parser = subparsers.add_parser(
        'audit',
        help='review the keys and pipelines of one or many repositories',
        description='Review how keys are used: repositories as of their last commit, what the service lists, and audit '
        'events. `audit merge STORE …` makes the reports of stores that several machines have filled, '
        '`audit diff OLD NEW` compares two audits.',
        epilog='Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or configuration, 3 a repository '
        'or file could not be analysed.',
    )
    auditing.add_arguments(parser)


def run(args: Namespace) -> int:
    """The exit status.  Raises UsageError for a wrong call."""
    from artifacts_guard.cli import auditing

    if args.paths[:1] == [DIFF]:
        return _diff(args)
    fail_on = one_of(args.fail_on or 'warning', ending.FAIL_ON, 'level')
    targets = _targets(args)
    inputs = auditing.inputs(args)
    options = auditing.options(args, inputs, sarif=any(target.form == 'sarif' for target in targets))
    sources = auditing.sources(args)
    if args.paths[:1] == [MERGE]:
        shards = _merged(args.paths[1:], sources)
    else:
        shards = _analysed(args, sources, options)
        if args.shard:  # the reports are for `merge`, which sees all of them
            return _status_of_shards(shards)
    connection, shards = _reviewed(args, shards, inputs, options)
    with closing(connection):
        _report(targets, connection, shards, inputs)
        status = _status(connection, fail_on)
        _say(connection)
    return ending.CLEAN if args.exit_zero else status


def _targets(args: Namespace) -> tuple[output.Target, ...]:
    from artifacts_guard.reports.audit import FORMATS

    form = one_of(args.format, FORMATS, 'format')
    return output.targets(form, args.output, (*FORMATS, _DATABASE, *_FOLDERS))


def _analysed(args: Namespace, sources: Sequence[Source], options: Options) -> list[dict[str, Any]]:
    from artifacts_guard.audit import fleet
    from artifacts_guard.audit.shards import Store
    from artifacts_guard.audit.shards import digests
    from artifacts_guard.cli.progress import Progress

    if args.shard:
        if not args.store:
            raise UsageError('--shard needs --store, where the shards are kept for `audit merge`')
        sources = fleet.chosen(sources, *args.shard)
    store = Store(args.store, digests(options)) if args.store else None
    end = None
    if args.dask:
        executor, workers, end = fleet.dask(args.dask, (args.tls_ca, args.tls_cert, args.tls_key))
    else:
        workers = args.jobs or os.cpu_count() or 1
        executor = fleet.local(workers)
    progress = Progress()
    try:
        return list(fleet.run(sources, options, executor, workers, store, progress))
    finally:
        progress.end()
        executor.shutdown(wait=False, cancel_futures=True) if end is None else end()


def _merged(folders: Sequence[str], sources: Sequence[Source]) -> list[dict[str, Any]]:
    """What is in some stores, and a row for each repository that was named and is in none."""
    from artifacts_guard.audit.model import MISSING
    from artifacts_guard.audit.shards import read_all
    from artifacts_guard.audit.snapshot import failed

    if not folders:
        raise UsageError('audit merge: no store is given')
    shards = list(read_all(folders))
    there = {shard['repository'] for shard in shards}
    reason = 'no store has a shard of it'
    return [*shards, *(failed(s, reason, state=MISSING) for s in sources if s.name not in there)]


def _reviewed(
    args: Namespace, shards: list[dict[str, Any]], inputs: Inputs, options: Options
) -> tuple[sqlite3.Connection, list[dict[str, Any]]]:
    from artifacts_guard import audit
    from artifacts_guard.audit import compare
    from artifacts_guard.audit import evidence
    from artifacts_guard.audit.review import add_changes
    from artifacts_guard.audit.review import review
    from artifacts_guard.audit.shards import digests
    from artifacts_guard.audit.shards import merged

    whole = merged(shards)
    meta = {
        **digests(options),
        'as_of': inputs.today,
        'inputs': evidence.digest_of(inputs, whole),
        'key_list': 'yes' if inputs.keys[0] else 'no',
        'pepper': 'yes' if inputs.pepper else 'no',
        'format': str(audit.VERSION),
    }
    before = compare.read(args.since) if args.since else None
    connection = review(whole, inputs, meta)
    if before is not None:
        add_changes(connection, compare.differences(before, compare.of(connection)))
    return connection, whole


def _report(
    targets: Sequence[output.Target],
    connection: sqlite3.Connection,
    shards: Sequence[dict[str, Any]],
    inputs: Inputs,
) -> None:
    from artifacts_guard.audit import evidence
    from artifacts_guard.cli import auditing
    from artifacts_guard.reports import audit as reports
    from artifacts_guard.reports.audit import folders

    for target in targets:
        if target.form == _DATABASE:
            auditing.write_database(target.path, connection)
        elif target.form == 'csv':
            auditing.write_folder(target.path, folders.csv(connection))
        elif target.form == 'sarif':
            auditing.write_folder(target.path, folders.sarif(shards))
        elif target.form == 'evidence':
            told = {
                f'report.{ending}': reports.render(form, connection)
                for form, ending in (('json', 'json'), ('html', 'html'), ('markdown', 'md'))
            }
            meta = dict(connection.execute('select name, value from meta'))
            auditing.write_folder(target.path, evidence.bundle(inputs, shards, told, meta))
        else:
            target.write(reports.render(target.form, connection))


def _status(connection: sqlite3.Connection, fail_on: str) -> int:
    failing = ending.failing(fail_on)
    if any(level in failing for (level,) in connection.execute('select distinct level from findings')):
        return ending.FOUND
    (missed,) = connection.execute(
        "select (select count(*) from repositories where state <> 'analysed') + (select count(*) from skipped where fatal)"
    ).fetchone()
    return ending.INCOMPLETE if missed else ending.CLEAN


def _status_of_shards(shards: Sequence[dict[str, Any]]) -> int:
    from artifacts_guard.audit.model import ANALYSED

    failed = [shard for shard in shards if shard['state'] != ANALYSED]
    for shard in failed:
        complain(f'{shard["repository"]}: {shard["reason"]}')
    return ending.INCOMPLETE if failed else ending.CLEAN


def _say(connection: sqlite3.Connection) -> None:
    """Name what could not be analysed."""
    for repository, _, reason in connection.execute('select * from q16_not_scanned'):
        complain(f'{repository}: {reason}')
    for repository, path, reason in connection.execute(
        'select repository, path, reason from skipped where fatal order by 1, 2, 3'
    ):
        complain(f'{repository}: {path}: {reason}')


def _diff(args: Namespace) -> int:
    """Print what is different; 1 when something is."""
    from artifacts_guard.audit import compare
    from artifacts_guard.cli.auditing import changes_as

    if len(args.paths) != 3:
        raise UsageError('audit diff takes two audits: OLD and NEW, each its database or its JSON')
    old, new = map(compare.read, args.paths[1:])
    changes = compare.differences(old, new)
    form = one_of(args.format, ('text', 'json'), 'format')
    output.Target(form).write(changes_as(form, changes))
    return ending.FOUND if changes and not args.exit_zero else ending.CLEAN
