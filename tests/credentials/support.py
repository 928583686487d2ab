"""What the tests of the engine ask: which tokens, as what, and where."""

from __future__ import annotations

from typing import NamedTuple

from artifacts_guard.credentials.find import Token
from artifacts_guard.credentials.find import tokens
from artifacts_guard.text import Document


class Seen(NamedTuple):
    """A token as a test compares it: its value, how it is written, and where it starts."""

    value: str
    encoding: str
    line: int
    column: int


def seen(text: str, path: str = 'notes.txt') -> list[Seen]:
    document = Document(path, text)
    return [_seen(document, token) for token in tokens(document)]


def _seen(document: Document, token: Token) -> Seen:
    position = document.position(token.span.start)
    return Seen(token.secret.reveal(), token.encoding, position.line, position.column)


def values(text: str) -> list[str]:
    return [token.value for token in seen(text)]


def only(text: str, path: str = 'notes.txt') -> Token:
    found = tokens(Document(path, text))
    assert len(found) == 1
    return found[0]
