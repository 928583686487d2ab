"""Tokens in documents: the one engine that all inputs go through.

`tokens(document)` finds what RULES.md calls `committed-token`: tokens in plain form and in every encoding,
each once, pointing to where the token starts or, when it is encoded as a whole, to where the
encoded text starts.
"""

from __future__ import annotations

from artifacts_guard.credentials import vendors
from artifacts_guard.credentials.blobs import blobs
from artifacts_guard.credentials.formats import DOCUMENTED_KEY
from artifacts_guard.credentials.formats import secret
from artifacts_guard.credentials.gate import stems_in
from artifacts_guard.credentials.judging import LOOK
from artifacts_guard.credentials.judging import Effort
from artifacts_guard.credentials.matching import hits
from artifacts_guard.record import Record
from artifacts_guard.secret import Secret
from artifacts_guard.text import Document
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.credentials.judging import Hit

DEPTH = 3


class Token(Record):
    """A token in a document.

    `span` covers the token, or the encoded text that it is in.  `family` is api-key, documented-key,
    agent-token or claim-token.  `encoding` is plain, joined or the name of an encoding, the inner one of two
    first (`gzip+base64`); `parts` are the places of a broken token's parts.  `confidence` is high, medium or
    low, and `doubt` says why it is not high.  `foreign`: it stands beside the name of `vendor`, whose keys
    begin in the same way.
    """

    span: Span
    secret: Secret
    family: str
    encoding: str = 'plain'
    confidence: str = 'high'
    doubt: str = ''
    foreign: bool = False
    vendor: str = ''
    parts: tuple[Span, ...] = ()


class Search(Record):
    """What was found in a document, and in words what was not looked at."""

    tokens: tuple[Token, ...] = ()
    notes: tuple[str, ...] = ()


def tokens(document: Document) -> list[Token]:
    """All tokens of a document, by position."""
    return list(search(document).tokens)


def tokens_in_name(name: str) -> list[Token]:
    """Tokens in the name of a file, a branch or a tag; their spans are offsets in the name."""
    return tokens(Document(name, name))


def tokens_in_bytes(path: str, data: bytes) -> list[tuple[Document, Token]]:
    """Tokens in a binary file or in the members of an archive, each with the document made of what it is in.

    `archives.search_bytes` tells what was left out, too.
    """
    from artifacts_guard.credentials.archives import search_bytes

    return [(found.document, token) for found in search_bytes(path, data).found for token in found.tokens]


def search(document: Document) -> Search:
    """The tokens of a document, and what had to be left out."""
    effort = Effort(len(document.text))
    found = _tokens(document.text, effort, 0)
    wide = document.encoding[:6] if document.encoding.startswith(('utf-16', 'utf-32')) else ''
    return Search(tuple([_certain(token, wide) for token in found]), tuple(effort.notes))


def _tokens(text: str, effort: Effort, depth: int) -> list[Token]:
    stems = stems_in(text.encode('utf-8', 'replace'))
    found = [_token(text, hit) for hit in hits(text, stems, effort)]
    if depth < DEPTH:
        for blob in blobs(text, stems, effort):
            inside = _tokens(blob.text, effort, depth + 1)
            if inside:
                effort.spend(-LOOK)
            found += [_within(text, token, Span(blob.start, blob.end), blob.encoding) for token in inside]
    return _once_each(found)


def _token(text: str, hit: Hit) -> Token:
    vendor = vendors.beside(text, hit.start, hit.end) if hit.family == DOCUMENTED_KEY else ''
    return Token(
        Span(hit.start, hit.end),
        secret(hit.value),
        hit.family.name,
        hit.encoding,
        hit.confidence,
        hit.doubt,
        vendor not in ('', vendors.OURS),
        vendor,
        tuple([Span(start, end) for start, end in hit.parts]),
    )


def _within(text: str, token: Token, span: Span, encoding: str) -> Token:
    """A token of an encoded text, placed in the text that holds it."""
    vendor = token.vendor
    if token.family == DOCUMENTED_KEY.name and not vendor:
        vendor = vendors.beside(text, span.start, span.end)
    return token.replace(
        span=span,
        encoding=encoding if token.encoding == 'plain' else f'{token.encoding}+{encoding}',
        foreign=vendor not in ('', vendors.OURS),
        vendor=vendor,
        parts=(),
    )


def _once_each(found: list[Token]) -> list[Token]:
    """By position, without those that say the same of the same text again."""
    kept: list[Token] = []
    ends: dict[Secret, int] = {}
    for token in sorted(found, key=lambda token: (token.span.start, -token.span.end)):
        if ends.get(token.secret, -1) > token.span.start:
            continue
        ends[token.secret] = token.span.end
        kept.append(token)
    return kept


def _certain(token: Token, wide: str) -> Token:
    """A token with the doubts that its surroundings raise; plain ones of wide text are said to be in it."""
    if wide and token.encoding == 'plain':
        token = token.replace(encoding=wide)
    ours = token.vendor == vendors.OURS
    if token.foreign:
        token = token.replace(confidence='low', doubt=f'it stands beside the name of {token.vendor}')
    elif token.family == DOCUMENTED_KEY.name and not ours and token.confidence == 'high':
        token = token.replace(confidence='medium', doubt='other services have keys that begin with aa_live_')
    return token.replace(vendor='') if ours else token
