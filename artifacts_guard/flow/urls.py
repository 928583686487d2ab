"""Secrets in URLs: in the user part or the query (RFC 3986, 3.2.1 and 3.4)."""

from __future__ import annotations

import re

from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import known
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.flow.value import Value

_QUERY = lazy(r'[?&][\w.\-\[\]]+=[^&\s"\']*$')
_USER = lazy(r'[a-zA-Z][a-zA-Z0-9+.\-]*://[^/\s"\'?#@]*$')
_HOST = lazy(r'^[a-zA-Z][a-zA-Z0-9+.\-]*://(?:[^/?#\s@]*@)?(\[[^\]\s]*\]|[^/?#:\s"\']*)')


def secrets_in_urls(field: Field) -> Iterator[Source]:
    """Sources that stand in the user part or query of a URL in a word."""
    before = ''
    for index, chunk in enumerate(field.chunks):
        if chunk.sources and any(s.origin.kind != 'literal' for s in chunk.sources):
            in_query = '/' in before and _QUERY.search(before) is not None
            if in_query or (_USER.search(before) is not None and _ends_user(field.chunks[index + 1 :])):
                yield from chunk.sources
        before += '\ufffc' if chunk.text is None else chunk.text


def _ends_user(rest: Value) -> bool:
    following = ''.join('\ufffc' if c.text is None else c.text for c in rest)
    return re.match(r'[^/\s"\'?#]*@', following) is not None


def host(url: str) -> str:
    """The host of a URL, in lower case; '' when it has none or is not known."""
    match = _HOST.match(url.strip())
    name = match[1].lower() if match else ''
    return '' if '\ufffc' in name else name


def is_loopback(name: str) -> bool:
    return (
        name in {'localhost', '[::1]', '::1', '0.0.0.0'}  # noqa: S104 - a name to compare with, nothing is bound
        or name.startswith('127.')
        or name.endswith('.localhost')
    )


def path(url: str) -> str:
    """The path of a URL, without query and fragment; an unknown beginning stands for scheme and host."""
    if url.startswith('\ufffc/'):
        url = url[1:]
    rest = re.sub(r'^[a-zA-Z][a-zA-Z0-9+.\-]*://[^/?#\s]*', '', url.strip(), count=1)
    return re.split(r'[?#]', rest, maxsplit=1)[0]


def plain(value: Value) -> str | None:
    """A URL's text when its beginning is known."""
    return known(value)
