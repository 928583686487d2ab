"""Credential facts: tokens spelled out in documents, literals in token inputs, files that should hold none."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.facts.context import made
from artifacts_guard.facts.model import Credential
from artifacts_guard.facts.ours import Ours
from artifacts_guard.flow import observe
from artifacts_guard.text import Document
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.credentials.find import Token


def credentials(documents: Iterable[Document], notes: list[str]) -> Iterator[Credential]:
    """Tokens of the service in texts, and the files that should never hold one.

    What was not searched in every form is added to `notes`.
    """
    for document in documents:
        from artifacts_guard.credentials import allow
        from artifacts_guard.credentials import find
        from artifacts_guard.credentials import homes

        search = find.search(document)
        found = search.tokens
        notes += [f'{document.path}: {note}' for note in search.notes]
        home = homes.home(document.path)
        for token in found:
            if not allow.is_allowed(document, token.span):
                yield _credential(document, token, '')
            if home:
                yield _credential(document, token, home)
        if home == 'saved-login' and not found:
            yield from _session(document)


def spelled_out(document: Document, token: Token) -> Iterator[Credential]:
    """A token in a text that is no file of the tree, unless a comment there accepts it."""
    from artifacts_guard.credentials import allow

    if not allow.is_allowed(document, token.span):
        yield _credential(document, token, '')


def elsewhere(found: Iterable[tuple[Document, Token]]) -> Iterator[Credential]:
    """Tokens in what is no text: archives, binary files, file names."""
    for document, token in found:
        yield _credential(document, token, '')


def _credential(document: Document, token: Token, home: str) -> Credential:
    place = Place(document, token.span)
    return Credential(
        place,
        (Hop('spelled out here', place),),
        family=token.family,
        redacted=str(token.secret),
        fingerprint=token.secret.fingerprint,
        encoding=token.encoding,
        foreign=token.foreign,
        home=home,
        known=True,
        confidence=token.confidence,
        doubt=token.doubt,
    )


def _session(document: Document) -> Iterator[Credential]:
    """A person's saved login has no prefix: it is known by its file."""
    from artifacts_guard.credentials import homes

    found = homes.session(document)
    if found is None:
        return
    span, secret = found
    place = Place(document, span)
    yield Credential(
        place,
        (Hop('spelled out here', place),),
        family='session',
        redacted=str(secret),
        fingerprint=secret.fingerprint,
        home='saved-login',
        known=True,
    )


def literals(seen: Iterable[observe.Observation], ours: Ours) -> Iterator[Credential]:
    """Literals of no known family given to a token input."""
    for observation in seen:
        hardcoded: observe.Hardcoded | None = None
        if isinstance(observation, observe.Hardcoded):
            hardcoded = observation
            if hardcoded.host and not ours.is_host(hardcoded.host):
                continue
        elif isinstance(observation, observe.CliCall) and ours.is_call(observation):
            hardcoded = observation.hardcoded
        if hardcoded is None:
            continue
        from artifacts_guard.credentials import allow

        if allow.is_allowed(hardcoded.place.document, hardcoded.place.span):
            continue
        yield made(
            Credential,
            hardcoded.context,
            hardcoded.place,
            (Hop('spelled out here', hardcoded.place),),
            family='',
            redacted=str(hardcoded.secret),
            fingerprint=hardcoded.secret.fingerprint,
            known=False,
            input=hardcoded.input,
            confidence='medium',
            doubt='known by its place only: it has no prefix of the service',
        )
