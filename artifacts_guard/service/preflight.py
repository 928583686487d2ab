"""What is checked before a byte is sent.  Refusals are raised, with the place and, where sane, the override."""

from __future__ import annotations

import os

from artifacts_guard.scopes.needs import compare
from artifacts_guard.service.failure import FORBIDDEN
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.failure import invalid
from artifacts_guard.service.failure import making
from artifacts_guard.service.failure import refused
from artifacts_guard.service.proposals import proposal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping

    from artifacts_guard.service.artifacts import Artifact
    from artifacts_guard.service.principal import Principal
    from artifacts_guard.service.request import Publication
    from artifacts_guard.text import Document

MIB = 1024 * 1024
LARGEST_CONTENT = 50 * MIB
LARGEST_BODY = 52_494_336  # of a request, measured: what the content becomes in JSON counts
# plans by what they take; the names are those of the service's refusals
_SMALLER = ((10 * MIB, 'every plan but Studio refuses'), (MIB, 'the free plan refuses'))
SECRETS_OPTION, EDIT_OPTION = '--allow-secrets-in-payload', '--allow-public-edit'
_SHOWN = 5


def content(path: str) -> str:
    """The text of the file to publish.  Refused: nothing, too much, no text."""
    try:
        with open(path, 'rb') as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(LARGEST_CONTENT + 1) if size <= LARGEST_CONTENT else b''
    except OSError as error:
        raise invalid(f'Failed to read --file {path}: {error.strerror}') from None
    if max(size, len(data)) > LARGEST_CONTENT:
        raise invalid(
            f'{path} has {max(size, len(data))} bytes or more: the service takes {LARGEST_CONTENT} at most'
        )
    if not data:
        raise invalid(f'{path} is empty')
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise invalid(
            f'{path} is no UTF-8 text (byte {error.start}): the service would keep a damaged copy without a word'
        ) from None


def size_warnings(publication: Publication) -> Iterator[str]:
    """Which plans refuse a content of this size.  Raises ServiceError when all do."""
    if len(publication.body()) > LARGEST_BODY:
        raise invalid(
            f'as JSON this is longer than the {LARGEST_BODY} bytes that the service takes in one request'
        )
    size = len(publication.content.encode())
    for limit, words in _SMALLER:
        if size > limit:
            yield f'the content has {size / MIB:.1f} MiB: {words} more than {limit // MIB} MiB'
            return


def visibility(publication: Publication, allowed_edit: str) -> None:
    """Refuse what opens an artifact further than was said."""
    if publication.public_edit and not allowed_edit:
        raise refused(
            '--public-edit lets everyone read the artifact, also with --private, and every account write to it',
            f'{EDIT_OPTION} REASON',
        )
    if publication.public_edit and not publication.public:
        raise refused('--public-edit makes the artifact readable by everyone', '--public')


def existing(artifact: Artifact, publication: Publication) -> None:
    """Refuse to add to an artifact that everyone can read, unless that was said."""
    if (artifact.get('publicView') or artifact.get('publicEdit')) and not publication.public:
        raise refused(f'everyone can read the artifact {publication.slug!r} that is there', '--public')


def credentials(path: str, publication: Publication, *, generic: bool) -> tuple[list[str], list[str]]:
    """Secrets in what would be sent, each as `place: what`, and notes on what was not looked at."""
    from artifacts_guard.credentials import find

    found: dict[str, str] = {}
    notes: list[str] = []
    for document in _documents(path, publication):
        search = find.search(document)
        notes += [f'{document.path}: {note}' for note in search.notes]
        for token in search.tokens:
            form = '' if token.encoding == 'plain' else f', written in {token.encoding}'
            place = _place(document, token.span.start)
            known = place if document.path == path else token.secret.fingerprint
            found.setdefault(known, f'{place}: {token.family} {token.secret}{form}')
            found.setdefault(token.secret.fingerprint, '')
        if generic:
            found.update({text: text for text in _suspects(document)})
    return [text for text in found.values() if text], notes


def _suspects(document: Document) -> list[str]:
    from artifacts_guard.credentials.generic import suspects

    return [
        f'{_place(document, suspect.span.start)}: {suspect.kind}'
        for suspect in suspects(document)
        if not suspect.made_up
    ]


def _documents(path: str, publication: Publication) -> Iterator[Document]:
    """The content, and every other text that is sent."""
    from artifacts_guard.text import Document

    yield Document(path, publication.content)
    for name in ('title', 'description', 'changelog', 'slug', 'project', 'owner'):
        text = getattr(publication, name)
        if text:
            yield Document(f'the {name}', text)
    # a page shows what its entities stand for, also when only one letter of a token is written so
    if '&' in publication.content:
        from html import unescape

        yield Document(f'{path} with entities decoded', unescape(publication.content))


def _place(document: Document, offset: int) -> str:
    position = document.position(offset)
    return f'{document.path}:{position.line}:{position.column}'


def refuse_credentials(found: list[str], allowed: str) -> None:
    if not found or allowed:
        return
    shown = '\n  '.join(found[:_SHOWN])
    more = f'\n  and {len(found) - _SHOWN} more' if len(found) > _SHOWN else ''
    raise refused(
        f'there are credentials in what would be published\n  {shown}{more}\n', f'{SECRETS_OPTION} REASON'
    )


def run_warnings(environment: Mapping[str, str]) -> Iterator[str]:
    """What is doubtful about the run that this is."""
    system = proposal(environment)
    if system:
        yield (
            f'this run of {system} belongs to a proposal, whose author may control what is published: '
            'preview with --dry-run, which needs no token, and publish after the merge'
        )


def scope_warnings(
    principal: Principal | None, needed: tuple[str, ...], useful: tuple[str, ...]
) -> Iterator[str]:
    """What the key holds beyond the need.  `useful` is not needed, but used when it is there.

    Raises ServiceError for a scope that it lacks.
    """
    if principal is None:
        yield 'the service does not tell what the key may do, so it was not compared with what this needs'
        return
    found = compare(principal.scopes, (*needed, *useful))
    lacking = tuple(scope for scope in found.missing if scope in needed)
    if lacking:
        raise ServiceError(
            f'refused before anything was sent: the key lacks {", ".join(lacking)}, '
            'and the scopes of a key cannot be changed',
            'forbidden',
            FORBIDDEN,
            actions=(making(needed),),
        )
    if found.excess:
        command, _ = making(needed)
        yield f'the key may do more than this needs ({", ".join(found.excess)}); enough is: {command}'
