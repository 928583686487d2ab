"""What the command line of `audit` says: its options, the files that it names, and writing of what is no single text."""

from __future__ import annotations

import os

from artifacts_guard.cli import files
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from argparse import ArgumentParser
    from argparse import Namespace
    from collections.abc import Iterable
    from collections.abc import Mapping

    from artifacts_guard.audit.compare import Change
    from artifacts_guard.audit.model import Options
    from artifacts_guard.audit.model import Source
    from artifacts_guard.audit.review import Inputs

_STDIN = '-'
_MOST = 64 << 20  # bytes of a list or export
_TEXTS = (
    (
        '--repos',
        'FILE',
        'one repository a line, relative to the file, a commit behind a tabulator; - is standard input',
    ),
    ('--rev', 'REV', 'this commit of every repository (default: HEAD)'),
    ('--keys', 'FILE', 'what `artifacts keys list --format json` printed; - is standard input'),
    ('--as-of', 'DATE', 'the day that ages are counted to (default: today)'),
    ('--own-key', 'KEY', 'name or id of the key that the lists were fetched with'),
    ('--pepper', 'FILE', 'a secret of yours that keys the fingerprints of tokens'),
    ('--config', 'FILE', "this configuration instead of each repository's own"),
    ('--since', 'AUDIT', 'an earlier audit (its database or JSON), to tell what has changed'),
    ('--store', 'DIR', 'keep what was found of each repository here, and use what is there'),
    ('--dask', 'ADDRESS', 'use the workers of a Dask cluster: tls://HOST:PORT, or tcp:// on loopback'),
    ('--tls-ca', 'FILE', 'certificate of the authority, for --dask'),
    ('--tls-cert', 'FILE', 'own certificate, for --dask'),
    ('--tls-key', 'FILE', "the certificate's key, for --dask"),
    ('--fail-on', 'LEVEL', 'error, warning (default), note or never'),
)
_LISTS = (
    ('--events', 'FILE', 'audit events as JSON; repeatable, as the service shows 100 at most'),
    ('--artifacts', 'FILE', 'what `artifacts artifact list --all --format json` printed; repeatable'),
    (
        '--policy',
        'FILE',
        'a configuration file whose [keys.NAME] tables hold for all repositories; repeatable',
    ),
)
_NUMBERS = (
    ('--stale-days', 90, 'days without use after which a key is stale'),
    ('--jobs', 0, 'processes to use at most'),
    ('--timeout', 300, 'seconds that one repository may take, 0 for no limit'),
    ('--memory', 0, 'megabytes that one repository may take, 0 for no limit'),
)


def add_arguments(parser: ArgumentParser) -> None:
    """All that can be said."""
    parser.add_argument(
        'paths', nargs='*', metavar='PATH', help='repositories, bare ones too (default: this one)'
    )
    for option, value, words in _TEXTS:
        parser.add_argument(option, default='', metavar=value, help=words)
    for option, value, words in _LISTS:
        parser.add_argument(option, action='append', default=[], metavar=value, help=words)
    for option, usual, words in _NUMBERS:
        parser.add_argument(option, type=_number, default=usual, metavar='N', help=words)
    parser.add_argument(
        '--live',
        action='store_true',
        help='ask the service for the list of keys, with the key in AGENT_ARTIFACTS_TOKEN, which this is a use of',
    )
    parser.add_argument('--worktree', action='store_true', help='the files as they stand instead of a commit')
    parser.add_argument(
        '--shard',
        type=_part,
        default=None,
        metavar='I/N',
        help='only the I-th of N parts, into --store, for `merge`',
    )
    parser.add_argument(
        '--format', default='text', metavar='FORMAT', help='text (default), json, markdown or html'
    )
    parser.add_argument(
        '--output',
        '-o',
        action='append',
        default=[],
        metavar='[FORMAT=]FILE',
        help='write the report to FILE; as sqlite=FILE, csv=DIR, sarif=DIR and evidence=DIR, too',
    )
    parser.add_argument('--exit-zero', action='store_true', help='exit with 0 whatever was found')


def _number(word: str) -> int:
    if word.isascii() and word.isdigit():
        return int(word)
    from argparse import ArgumentTypeError

    raise ArgumentTypeError('must be a number')


def _part(word: str) -> tuple[int, int]:
    part, _, parts = word.partition('/')
    if all(one.isascii() and one.isdigit() for one in (part, parts)) and 1 <= int(part) <= int(parts):
        return int(part), int(parts)
    from argparse import ArgumentTypeError

    raise ArgumentTypeError('must be a part of a number of parts, such as 2/8')


def inputs(args: Namespace) -> Inputs:
    """The files that were given, without tokens.  Raises UsageError for one that can't be read or is something else."""
    from artifacts_guard.audit.content import declared
    from artifacts_guard.audit.review import Inputs
    from artifacts_guard.config import read
    from artifacts_guard.findings.comments import date

    if args.as_of and date(args.as_of) is None:
        raise UsageError(f'--as-of {args.as_of}: not a date such as 2026-11-30')
    policies = [read(os.path.dirname(os.path.abspath(name)), name).settings.keys for name in args.policy]
    given = Inputs(
        _keys(args),
        tuple((name, _text(name, '--events')) for name in args.events),
        tuple((name, _text(name, '--artifacts')) for name in args.artifacts),
        tuple((name, _text(name, '--policy')) for name in args.policy),
        tuple(declared(key) for keys in policies for key in keys),
        args.own_key,
        _text(args.pepper, '--pepper').strip() if args.pepper else '',
        args.as_of or _today(),
        args.stale_days,
    )
    given.listed()
    given.logs()
    return given


def _keys(args: Namespace) -> tuple[str, str]:
    """The key list and where it is from.  Of the service it is asked before anything else: each use moves a last use."""
    if args.keys and args.live:
        raise UsageError('--keys and --live both tell the keys: give one of them')
    if args.live:
        import json

        from artifacts_guard.cli import live
        from artifacts_guard.service.keys import listed

        rows = [key.shown() for key in live.ask(listed)]
        return '--live', json.dumps({'apiKeys': rows}, indent=1)
    if not args.keys:
        return '', ''
    return '--keys' if args.keys == _STDIN else args.keys, _text(args.keys, '--keys')


def options(args: Namespace, given: Inputs, *, sarif: bool) -> Options:
    """How repositories are looked at."""
    from artifacts_guard.audit.model import Options

    config = os.path.abspath(args.config) if args.config else ''
    limits = (args.timeout, args.memory)
    return Options(args.worktree, config, given.pepper, given.today, sarif, *limits)


def sources(args: Namespace) -> list[Source]:
    """The repositories, each once.  Raises UsageError when two that differ have one name."""
    from artifacts_guard.audit.model import Source

    found: dict[str, Source] = {}
    words = args.paths if args.paths[:1] != ['merge'] else []
    rows = [(word, word, args.rev) for word in words]
    if args.repos:
        folder = '' if args.repos == _STDIN else os.path.dirname(args.repos)
        for line in _text(args.repos, '--repos').splitlines():
            name, _, revision = line.partition('\t')
            if name.strip() and not name.startswith('#'):
                rows.append((name.strip(), os.path.join(folder, name.strip()), revision.strip() or args.rev))
    if not rows and args.paths[:1] != ['merge']:
        rows = [(os.path.basename(os.getcwd()), '.', args.rev)]
    for name, path, revision in rows:
        source = Source(_name(name), path, revision)
        if found.setdefault(source.name, source) != source:
            raise UsageError(f'{source.name} is named twice, with different commits or places')
    return list(found.values())


def _name(word: str) -> str:
    """A repository's name in reports: as it was given, with `/`."""
    if os.path.normpath(word) == '.':
        return os.path.basename(os.getcwd())
    return os.path.normpath(word).replace(os.sep, '/')


def _text(path: str, option: str) -> str:
    from artifacts_guard.reports.redaction import without_tokens

    text = files.text(path, _MOST, f'what {option} takes')
    return text if option == '--pepper' else without_tokens(text)


def _today() -> str:
    import time

    return time.strftime('%Y-%m-%d', time.gmtime())


def write_folder(folder: str, files: Mapping[str, str]) -> None:
    """Write files, by their names, below a folder.  Raises UsageError."""
    for name, text in files.items():
        path = os.path.join(folder, *name.split('/'))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'wb') as file:
                file.write(text.encode('utf-8', 'backslashreplace'))
        except OSError as error:
            raise UsageError(f'--output {path}: {error.strerror}') from None


def write_database(path: str, connection: sqlite3.Connection) -> None:
    """Write the tables to a file, which appears whole or not at all.  Raises UsageError."""
    import sqlite3
    from contextlib import closing

    temporary = f'{path}.{os.getpid()}'
    try:
        with closing(sqlite3.connect(temporary)) as file:
            connection.backup(file)
        os.replace(temporary, path)
    except (OSError, sqlite3.Error):
        raise UsageError(f'--output {path}: cannot be written') from None


def changes_as(form: str, changes: Iterable[Change]) -> str:
    """The differences of two audits as text or JSON."""
    from artifacts_guard.reports.jsontext import dump
    from artifacts_guard.reports.visible import visible

    if form == 'json':
        rows = [{'kind': one.kind, 'what': one.what, 'detail': one.detail} for one in changes]
        return dump({'version': 1, 'changes': rows})
    lines = [visible(f'{one.kind}: {one.what}: {one.detail}'.removesuffix(': ')) for one in changes]
    return '\n'.join(lines or ['Nothing has changed.']) + '\n'
