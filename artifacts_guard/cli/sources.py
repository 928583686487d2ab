"""What `check` is about: the working tree, the index, standard input, the history or logs."""

from __future__ import annotations

import os

from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import _ArgumentGroup

    from artifacts_guard.cli.check import Options
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings


def add_arguments(what: _ArgumentGroup) -> None:
    what.add_argument(
        'paths', nargs='*', metavar='PATH', help='files and folders (default: the whole repository)'
    )
    what.add_argument(
        '--staged',
        action='store_true',
        help='what is staged, as git would commit it; of the files given, if any',
    )
    what.add_argument('--stdin-filename', default='', metavar='NAME', help='standard input, as the file NAME')
    what.add_argument(
        '--history',
        nargs='?',
        const='',
        metavar='RANGE',
        help='tokens in everything that git holds, or in what a range such as main..HEAD brought',
    )
    what.add_argument('--log', action='store_true', help='tokens in logs: the files given, or standard input')
    what.add_argument(
        '--all-files', action='store_true', help='also files that git ignores, and those of submodules'
    )


def refuse_contradictions(options: Options) -> None:
    if options.stdin_filename and (options.paths or options.staged):
        raise UsageError('--stdin-filename checks standard input alone: no PATH and no --staged beside it')
    if options.history is not None and (options.paths or options.staged or options.stdin_filename):
        raise UsageError('--history checks what git holds, not files: no PATH and no other source beside it')
    if options.log and (options.staged or options.history is not None):
        raise UsageError('--log takes files and standard input for logs: no other source beside it')
    if options.all_files and (options.staged or options.stdin_filename or options.history is not None):
        raise UsageError('--all-files is about files of the working tree: no other source beside it')


def opened(options: Options) -> Tree:
    """The tree that the options mean."""
    from artifacts_guard import inputs

    return inputs.open(
        options.paths,
        staged=options.staged,
        stdin_name=options.stdin_filename,
        history=options.history,
        log=options.log,
        all_files=options.all_files,
    )


def checked(tree: Tree, settings: Settings, options: Options) -> Result:
    from artifacts_guard import check as checking

    if options.log:
        from artifacts_guard import logs

        return logs.check(tree, settings, pedantic=options.pedantic)
    jobs = options.jobs or _processors()
    if options.history is not None:
        from artifacts_guard import history

        return history.check(
            tree, settings, pedantic=options.pedantic, no_ignores=options.no_ignores, jobs=jobs
        )
    return checking.check(tree, settings, pedantic=options.pedantic, no_ignores=options.no_ignores, jobs=jobs)


def _processors() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
