"""What the settings of agents show: a key spelled out in a header, an address without TLS, and what its tools may do."""

from __future__ import annotations

import re

from artifacts_guard.ci import agents
from artifacts_guard.ci import claims
from artifacts_guard.ci.agents.servers import Server
from artifacts_guard.ci.agents.servers import references
from artifacts_guard.ci.agents.servers import settings
from artifacts_guard.ci.model import Hop
from artifacts_guard.credentials import allow
from artifacts_guard.credentials.placeholder import is_reference_or_placeholder
from artifacts_guard.facts.model import Credential
from artifacts_guard.facts.model import Endpoint
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.usages import Usage
from artifacts_guard.flow import urls
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.scopes.catalogue import operations
from artifacts_guard.scopes.needs import of_tools
from artifacts_guard.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.ci.model import Template
    from artifacts_guard.facts.model import Fact
    from artifacts_guard.facts.ours import Ours
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree

_BEARER = re.compile(r'\s*bearer\s+', re.IGNORECASE)
_OPTION = re.compile(r'\s*authorization\s*[:=]\s*', re.IGNORECASE)
_VARIABLE = re.compile(r'\$\{(\w+)\}')


def facts(tree: Tree, paths: Iterable[str], ours: Ours) -> Iterator[Fact]:
    """Facts about the servers that clients connect to."""
    for server in _servers(tree, paths):
        yield from _facts(server, ours)


def usages(tree: Tree, paths: Iterable[str], ours: Ours) -> Iterator[Usage]:
    """What agents may ask of the service through its MCP server: any tool, unless their settings name some."""
    for server in _servers(tree, paths):
        origins = _origins(server, ours)
        if server.url is None or not (origins or ours.is_host(urls.host(server.url.text))):
            continue
        allowed = [tool for tool in server.allowed or _tools() if tool not in server.forbidden]
        named = bool(server.allowed or server.forbidden)
        yield Usage(
            server.place,
            (Hop('connected to here', server.place),),
            system=agents.NAME,
            command=f'MCP {", ".join(allowed)}'
            if server.allowed
            else 'MCP, with the tools that the agent chooses',
            need=of_tools(allowed) if named else of_tools(()),
            origins=origins,
            is_choice=True,
        )


def _tools() -> tuple[str, ...]:
    return tuple(entry.name for entry in operations('mcp'))


def _origins(server: Server, ours: Ours) -> tuple[Origin, ...]:
    """The credentials in a server's bearer header: those that are known to be the service's, or go to its host."""
    path = server.place.path
    bearers = [_bearer(value)[0] for name, value in server.headers if name.lower() == 'authorization']
    found = [Origin(r.kind, r.name, path) for bearer in bearers for r in references(bearer)]
    mine = server.url is not None and ours.is_host(urls.host(server.url.text))
    return tuple(origin for origin in found if mine or ours.is_origin(origin))


def _servers(tree: Tree, paths: Iterable[str]) -> Iterator[Server]:
    from artifacts_guard.ci import ADAPTERS
    from artifacts_guard.ci.paths import index

    systems = index(ADAPTERS).systems
    for path in paths:
        document = tree.document(path) if agents.NAME in systems(path) else None
        if document is not None and claims(agents.NAME, document):
            yield from settings(document)


def _facts(server: Server, ours: Ours) -> Iterator[Fact]:
    url = server.url
    if url is None:
        yield from _handed_on(server, ours)
        return
    bearers = [_bearer(value) for name, value in server.headers if name.lower() == 'authorization']
    mine = ours.is_host(urls.host(url.text)) or any(
        _is_ours(template, start, ours) for template, start in bearers
    )
    for template, start in bearers if mine else ():
        yield from _spelled_out(template.fragment.place(start, len(template.text)), template.text[start:])
    if (
        mine
        and bearers
        and url.text.lower().startswith('http://')
        and not urls.is_loopback(urls.host(url.text))
    ):
        place = url.place
        yield Endpoint(
            place, (Hop('address given here', place),), system=agents.NAME, url=url.text, plain=True,
        )  # fmt: skip
    yield from _in_address(url, ours, mine)


def _bearer(template: Template) -> tuple[Template, int]:
    """A header's value and where the token in it begins."""
    match = _BEARER.match(template.text)
    return template, match.end() if match else 0


def _is_ours(template: Template, start: int, ours: Ours) -> bool:
    path = template.fragment.document.path
    if any(ours.is_origin(Origin(r.kind, r.name, path)) for r in references(template)):
        return True
    return 'aa_' in template.text[start:] and _is_token(template.text[start:])


def _is_token(text: str) -> bool:
    from artifacts_guard.credentials.find import tokens
    from artifacts_guard.text import Document

    return bool(tokens(Document('', text)))


def _spelled_out(place: Place, words: str) -> Iterator[Credential]:
    """A literal that only its place tells; a token of a known form is found everywhere."""
    words = words.strip()
    if is_reference_or_placeholder(words) or ('aa_' in words and _is_token(words)):
        return
    if allow.is_allowed(place.document, place.span):
        return
    secret = Secret(words)
    yield Credential(
        place,
        (Hop('spelled out here', place),),
        system=agents.NAME,
        redacted=str(secret),
        fingerprint=secret.fingerprint,
        known=False,
        input='bearer header',
        confidence='medium',
        doubt='known by its place only: it has no prefix of the service',
    )


def _in_address(url: Template, ours: Ours, mine: bool) -> Iterator[Exposure]:
    """A reference in the query or user part of an address."""
    written = Excerpt(url.fragment, 0, len(url.text))
    chunks: list[Chunk] = []
    at = 0
    for expression in url.expressions:
        chunks.append(Chunk(url.text[at : expression.start], written))
        path = url.fragment.document.path
        found = tuple(
            Source(Origin(c.kind, c.name, path)) for c in expression.choices if not isinstance(c, str)
        )
        chunks.append(Chunk(None, written, found))
        at = expression.end
    chunks.append(Chunk(url.text[at:], written))
    for source in urls.secrets_in_urls(Field(tuple(chunks), written)):
        if mine or ours.is_source(source):
            place = url.place
            yield Exposure(
                place, (Hop('stands in a URL here', place),), system=agents.NAME,
                sink='url', form='URL', origin=source.origin.words,
            )  # fmt: skip


def _handed_on(server: Server, ours: Ours) -> Iterator[Credential]:
    """A header in an argument that names a variable of the server's own environment: the program puts it in."""
    words = [word.text for word in server.command]
    if not any(ours.is_host(urls.host(word)) for word in words):
        return
    env = {binding.name: binding.value for binding in server.env}
    for word in words:
        option = _OPTION.match(word)
        rest = _BEARER.sub('', word[option.end() :], count=1) if option else ''
        variable = _VARIABLE.fullmatch(rest.strip())
        value = env.get(variable[1]) if variable else None
        if value is not None and not value.expressions:
            _, start = _bearer(value)
            yield from _spelled_out(value.fragment.place(start, len(value.text)), value.text[start:])
