"""The command line: which command is meant, and what becomes of everything that can go wrong."""

from __future__ import annotations

import sys

from artifacts_guard import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

NAME = 'artifacts-guard'
BUG, INTERRUPTED, PIPE = 4, 130, 141
# they speak as the service's CLI does, whose 3 and 4 mean something else; its status for anything else is 1
SERVICE_COMMANDS, SERVICE_BUG = ('push', 'keys'), 1
# Objects after which Python looks for cycles, of which we make few: a hook never gets there, and
# 3,000 workflows, of which a million objects are kept, take 8 % less than with 100,000.
_GARBAGE = 500_000
COMMANDS = (
    ('check', 'lint pipelines and scripts, and find tokens'),
    ('advise', 'say which scopes each key and each job really needs, and how to get there'),
    ('audit', 'review the keys and pipelines of one or many repositories'),
    ('record', 'run a command and say which scopes it really uses'),
    ('push', 'publish a file from a pipeline, safely'),
    ('keys', 'list, check, verify, revoke and rotate keys of the service'),
    ('rules', 'list, explain and test rules'),
    ('baseline', 'accept the findings that there are, until a day'),
    ('hosts', 'list the runners that pipelines name, and how they were classed'),
    ('config', 'show the settings in force, or the JSON Schema of configuration files'),
    ('completion', 'print a script that lets a shell complete commands and options'),
)


def entry() -> None:
    """The console script: as `main`, but leaves without tidying up memory, which a hook would wait for."""
    import gc
    import os

    gc.set_threshold(_GARBAGE)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # nobody reads it any more
            continue
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; every failure ends here as a sentence on standard error."""
    from artifacts_guard.errors import GuardError

    given = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(given)
    except GuardError as error:
        if _speaks_as_service(given):
            from artifacts_guard.cli import envelope

            return envelope.fail(error, given)
        complain(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        complain('interrupted')
        return INTERRUPTED
    except SystemExit as end:  # argparse, after --help
        return end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:  # whoever read our output has seen enough
        return PIPE
    except Exception as error:
        complain(_mistake(error))
        return SERVICE_BUG if _speaks_as_service(given) else BUG


def _speaks_as_service(argv: Sequence[str]) -> bool:
    return bool(argv) and argv[0] in SERVICE_COMMANDS


def complain(text: str) -> None:
    """Say something on standard error; control characters, which may come from a file name, as escapes."""
    clean = ''.join(
        c if c.isprintable() or c == '\n' else c.encode('unicode_escape').decode('ascii')
        for c in redacted(text)
    )
    try:
        print(f'{NAME}: {clean}', file=sys.stderr)
    except OSError:  # nobody reads it any more
        return


def redacted(text: str) -> str:
    """A text that may quote an argument, a name or a setting, without the tokens in it."""
    if 'aa_' not in text:
        return text
    from artifacts_guard.reports.redaction import without_tokens

    return without_tokens(text)


def _run(argv: list[str]) -> int:
    if argv[:2] == ['check', '--staged']:
        from artifacts_guard.cli import hook

        seen = hook.look(argv)
        if seen.said:
            print(seen.said, end='')
            return 0
        names = hook.names(argv)
        if names is not None:  # nothing that argparse is needed for, which a hook would wait for
            from artifacts_guard.cli import check

            return check.check(check.Options(names, staged=True), seen.tree)
    if argv == ['--version']:
        print(f'{NAME} {__version__}')
        return 0
    from artifacts_guard.cli import parser

    command = parser.command_of(argv)
    module = parser.module_of(command)
    status: int = module.run(parser.arguments(module, command, argv[1:]))
    return status


def _mistake(error: Exception) -> str:
    """Where our mistake happened.  Not what the exception says: that may hold a part of what was read."""
    from artifacts_guard.errors import whereabouts

    document = _document_of(error.__traceback__)
    about = f' while looking at {document}' if document else ''
    return (
        f'this is a mistake of ours: {whereabouts(error)}{about}\n'
        f'Please report the line above with version {__version__}; it holds nothing of the file but its name.'
    )


def _document_of(trace: TracebackType | None) -> str:
    """The path of the document that the innermost function which had one was working on."""
    from artifacts_guard.text import Document

    found = ''
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            document = value if isinstance(value, Document) else getattr(value, 'document', None)
            if isinstance(document, Document):
                found = document.path
        trace = trace.tb_next
    return found
