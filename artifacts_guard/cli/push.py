"""`artifacts-guard push`: publish a file from a pipeline, without the mistakes that `check` reports."""

from __future__ import annotations

import os

from artifacts_guard.cli import envelope
from artifacts_guard.cli import service
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from argparse import Namespace
    from argparse import _SubParsersAction
    from typing import Any

    from artifacts_guard.service.address import Address
    from artifacts_guard.service.request import Publication
    from artifacts_guard.service.transport import Progress

_ROUTE, _UPDATE_ROUTE = '/api/artifacts', '/api/artifacts/{artifactId}/versions'
_EXAMPLE = 'artifacts-guard push --project-slug default --file ./report.md'
_READ = 'artifacts:read'
_LARGE = 1024 * 1024


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        'push',
        help='publish a file, safely',
        description='Publish a file from a pipeline: private unless said otherwise, checked before anything is sent, '
        'never twice.  Takes the options of `artifacts push`, and answers as it does.',
        epilog='Exit status: 0 published, 2 invalid request, 3 not found, 4 forbidden or refused before sending, '
        '5 conflict, 69 network, 1 anything else.',
    )
    _add_what(parser)
    _add_how(parser)
    service.add_token_options(parser)
    service.add_address_options(parser)
    envelope.add_options(parser.add_argument_group('what is said'))


def _add_what(parser: ArgumentParser) -> None:
    group = parser.add_argument_group('what is published')
    group.add_argument('paths', nargs='*', metavar='FILE', help='the file')
    group.add_argument('--file', default='', metavar='FILE', help='the same')
    for option, words in (
        ('--project-slug', 'the project (required)'),
        ('--owner', 'the account or team, if it is not that of the token'),
        ('--slug', 'default: from the title'),
        ('--title', 'default: the first heading, or the name of the file'),
        ('--type', 'md, html or jsx; default: by the name and the content'),
        ('--description', 'up to 1000 characters'),
        ('--changelog', 'up to 1000 characters'),
    ):
        group.add_argument(option, default='', metavar='TEXT', help=words)


def _add_how(parser: ArgumentParser) -> None:
    how = parser.add_argument_group('how')
    how.add_argument('--ensure', action='store_true', help='leave what has the slug as it is, and succeed')
    how.add_argument('--update', action='store_true', help='append a version to what has the slug')
    how.add_argument('--dry-run', '-n', action='store_true', help='show what would be sent; needs no token')
    how.add_argument(
        '--summary', action='store_true', help='tell the URL to $GITHUB_OUTPUT and the job summary'
    )
    who = parser.add_argument_group('who may see it')
    who.add_argument('--private', action='store_true', help='only those with access (the default)')
    who.add_argument('--public', action='store_true', help='everyone')
    who.add_argument(
        '--public-edit', action='store_true', help='everyone may change it; refused unless allowed'
    )
    checks = parser.add_argument_group('checks')
    checks.add_argument('--generic', action='store_true', help="also look with detect-secrets' detectors")
    for option, words in (
        ('--allow-secrets-in-payload', 'publish although credentials were found in it'),
        ('--allow-public-edit', 'let everyone change it'),
    ):
        checks.add_argument(option, default='', metavar='REASON', help=words)


def run(args: Namespace) -> int:
    """0.  Raises UsageError and ServiceError."""
    from artifacts_guard.service.failure import ServiceError
    from artifacts_guard.service.token import from_environment

    variable = from_environment()  # before anything else: no program that is started shall inherit it
    form = envelope.form(args.format)
    notes = envelope.Notes(form, quiet=args.quiet)
    try:
        data, actions = _push(args, variable, notes)
    except ServiceError as error:
        error.notes = tuple(notes.held)
        raise
    envelope.succeed(data, actions, form=form, one_line=args.ndjson)
    notes.release()
    return 0


def _push(
    args: Namespace, variable: str | None, notes: envelope.Notes
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    from artifacts_guard.service import preflight

    path = _file_of(args)
    address = service.address_of(args)
    publication = _publication(args, path)
    preflight.visibility(publication, args.allow_public_edit)
    found, unseen = preflight.credentials(path, publication, generic=args.generic)
    preflight.refuse_credentials(found, args.allow_secrets_in_payload)
    if found:
        notes.warn(
            f'this is published with credentials in it ({len(found)}), because {args.allow_secrets_in_payload}'
        )
    for text in (*unseen, *preflight.size_warnings(publication), *preflight.run_warnings(os.environ)):
        notes.warn(text)
    if args.dry_run:
        return _preview(args, publication), ()
    data = _publish(args, variable, address, publication, notes)
    if args.summary:
        _summarise(data, notes)
    return data, _next_actions(data)


def _file_of(args: Namespace) -> str:
    """The file, after what contradicts itself is refused."""
    if args.private and args.public:
        raise UsageError('--private and --public contradict each other')
    if args.ensure and args.update:
        raise UsageError('--ensure leaves what is there as it is, --update adds to it: give one of them')
    if not args.project_slug:
        raise UsageError("required option '--project-slug <slug>' not specified")
    files = [*args.paths, *([args.file] if args.file else [])]
    if len(files) != 1:
        raise UsageError("required option '--file <path>' not specified" if not files else 'give one file')
    if args.token_stdin and files[0] in ('/dev/stdin', '/dev/fd/0'):
        raise UsageError('standard input cannot be both the token and the file')
    return str(files[0])


def _publication(args: Namespace, path: str) -> Publication:
    from artifacts_guard.service import request
    from artifacts_guard.service.preflight import content

    if args.type and args.type not in request.TYPES:
        raise UsageError('--type must be one of md, html, or jsx.')
    text, name = content(path), os.path.basename(path)
    title = args.title or request.title_of(name, text)
    made = request.Publication(
        text,
        type=args.type or request.type_of(name, text),
        title=title,
        slug=args.slug or request.slug_of(title),
        project=args.project_slug,
        owner=args.owner,
        description=args.description,
        changelog=args.changelog,
        public=args.public,
        public_edit=args.public_edit,
    )
    request.check_lengths(made)
    return made


def _scopes(*, update: bool) -> tuple[str, ...]:
    """What a push needs, from the catalogue."""
    from artifacts_guard.scopes.catalogue import operation

    found = operation('artifact update' if update else 'push')
    assert found is not None
    return found.enforced


def _preview(args: Namespace, publication: Publication) -> dict[str, Any]:
    """What would be sent, without the content."""
    more: dict[str, Any] = {}
    if args.update:
        append = {'method': 'POST', 'path': _UPDATE_ROUTE}
        more = {
            'if_slug_exists': {'http': append, 'scopes': list(_scopes(update=True)), 'useful_scopes': [_READ]}
        }
    elif args.ensure:
        more = {'if_slug_exists': {'scopes': [*_scopes(update=False), _READ]}}
    return {
        'dry_run': True,
        'command': 'push',
        'mutates': True,
        'http': {'method': 'POST', 'path': _ROUTE},
        'body': publication.fields(),
        'bytes': len(publication.content.encode()),
        'sha256': publication.sha256,
        'scopes': list(_scopes(update=False)),
        **more,
        'example': _EXAMPLE,
    }


def _publish(
    args: Namespace, variable: str | None, address: Address, publication: Publication, notes: envelope.Notes
) -> dict[str, Any]:
    from artifacts_guard.service import preflight
    from artifacts_guard.service.artifacts import Artifacts
    from artifacts_guard.service.principal import principal
    from artifacts_guard.service.publish import Publisher

    client, close = service.client_of(address, service.token_of(args, variable), notes, verbose=args.verbose)
    try:
        who = principal(client)
        artifacts = Artifacts(client, None if who is None else _READ in who.scopes)
        existing = artifacts.find(publication, publication.slug) if args.update else None
        if existing is not None:
            preflight.existing(existing, publication)
        useful = (_READ, *_scopes(update=False), *_scopes(update=True)) if args.update else ()
        useful = (_READ,) if args.ensure else useful
        for text in preflight.scope_warnings(who, _scopes(update=existing is not None), useful):
            notes.warn(text)
        web = service.web_of(args, address)
        publisher = Publisher(client, artifacts, publication, who, web, _progress(publication, notes))
        if args.update:
            return publisher.update(existing)
        return publisher.ensure() if args.ensure else publisher.create()
    finally:
        close()


def _progress(publication: Publication, notes: envelope.Notes) -> Progress | None:
    """Says how far a large content is, at every quarter."""
    if len(publication.content) < _LARGE:
        return None

    def progress(at: int, size: int) -> None:
        quarter = size // 4
        if at == 0 or at // quarter != max(0, at - 65536) // quarter:
            notes.say(f'sending: {at / _LARGE:.1f} of {size / _LARGE:.1f} MiB')

    return progress


def _next_actions(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    number = data.get('artifactId') or data.get('id')
    return (
        (f'artifacts artifact get --artifact-id {number}', 'Fetch the metadata of the artifact'),
        (f'artifacts artifact content --artifact-id {number}', 'Read its content back'),
    )


def _summarise(data: dict[str, Any], notes: envelope.Notes) -> None:
    """Tell following steps and people where it is.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    told = {'artifact-url': data.get('url'), 'artifact-id': data.get('artifactId') or data.get('id')}
    values = {name: str(value) for name, value in told.items() if value and str(value).isprintable()}
    shown = values.get('artifact-url') or values.get('artifact-id', '')
    for variable, text in (
        ('GITHUB_OUTPUT', ''.join(f'{name}={value}\n' for name, value in values.items())),
        ('GITHUB_STEP_SUMMARY', f'Published: <{shown}>\n' if '://' in shown else f'Published: `{shown}`\n'),
    ):
        path = os.environ.get(variable, '')
        if not path:
            notes.warn(f'--summary: {variable} is not set')
            continue
        try:
            with open(path, 'a', encoding='utf-8') as file:
                file.write(text)
        except OSError as error:  # it is published: failing now would make people publish again
            notes.warn(f'--summary: {variable} cannot be written: {error.strerror}')
