"""What calls of the service send: REST requests as the catalogue knows them, and JSON bodies with their places."""

from __future__ import annotations

from artifacts_guard.facts.ours import Ours
from artifacts_guard.flow import observe
from artifacts_guard.flow import urls
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import text
from artifacts_guard.scopes import catalogue
from artifacts_guard.scopes import needs
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.value import Chunk


class Request:
    """A REST call as the catalogue knows it."""

    __slots__ = ('body', 'call', 'need', 'operation')

    def __init__(self, call: observe.RestCall) -> None:
        self.call = call
        self.operation = catalogue.route(call.method, urls.path(call.url))
        self.body = text(call.body)
        self.need = needs.of_request(call.method, urls.path(call.url), self.body)


def is_rest(call: observe.RestCall, ours: Ours) -> bool:
    """Whether a request goes to the service."""
    return ours.is_request(call)


def body_of(call: observe.CliCall) -> str | None:
    """The text of a call's JSON body; None when it has none."""
    return text(call.body) if call.body else None


def place_in(chunks: Iterable[Chunk], offset: int, length: int, fallback: Place) -> Place:
    """Where a range of a value's text is written."""
    at = 0
    for chunk in chunks:
        words = MARK if chunk.text is None else chunk.text
        if at <= offset < at + len(words) and chunk.written is not None and chunk.text:
            written = chunk.written
            start = written.fragment.text.find(words, written.start, written.end)
            if start < 0:
                return written.place
            begin = start + offset - at
            return written.fragment.place(begin, min(begin + length, start + len(words)))
        at += len(words)
    return fallback
