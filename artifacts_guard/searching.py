"""Tokens in bytes that no pipeline is read from, and what the rules say about them: for the history and for logs."""

from __future__ import annotations

from artifacts_guard.credentials import find
from artifacts_guard.credentials.gate import is_archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from artifacts_guard.credentials.find import Search
    from artifacts_guard.credentials.find import Token
    from artifacts_guard.engine.model import Rule
    from artifacts_guard.facts.model import Credential
    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.settings import Settings
    from artifacts_guard.text import Document
    from artifacts_guard.text import Span


def searched(
    path: str, data: bytes, notes: list[str], search: Callable[[Document], Search] = find.search
) -> Iterator[tuple[Document, tuple[Token, ...]]]:
    """The documents in some bytes, read as a file of the working tree would be, and the tokens in each.

    What was left out is added to `notes`.
    """
    from artifacts_guard.credentials.archives import search_bytes
    from artifacts_guard.inputs.decode import decode

    document = None if is_archive(data) else decode(path, data)
    if document is None:
        result = search_bytes(path, data, search)
        notes += [f'{path}: {note}' for note in result.notes]
        yield from ((found.document, found.tokens) for found in result.found)
        return
    text = search(document)
    notes += [f'{path}: {note}' for note in text.notes]
    yield document, text.tokens


def judged(
    facts: Iterable[Credential],
    settings: Settings,
    known: tuple[Rule, ...],
    *,
    pedantic: bool,
    paths: Mapping[str, str],
) -> tuple[Finding, ...]:
    """What the rules say about tokens.  `paths` are those that settings speak of, by the paths of the documents."""
    from artifacts_guard.check import ignored
    from artifacts_guard.engine.run import findings

    found = findings(facts, known, pedantic=pedantic, select=settings.select, ignore=settings.ignore)
    return tuple(one for one in found if not ignored(paths[one.place.path], one.rule, settings, known))


def redactions(facts: Iterable[Credential]) -> tuple[tuple[str, Span, str], ...]:
    """All spans that reports must not show, with what stands for them."""
    return tuple({(fact.place.path, fact.place.span, fact.redacted): None for fact in facts})
