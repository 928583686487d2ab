"""HTTP requests that a program sends, by the libraries that people use for it."""

from __future__ import annotations

from artifacts_guard.flow import http
from artifacts_guard.flow import observe
from artifacts_guard.flow import service
from artifacts_guard.flow import urls
from artifacts_guard.flow.code.jsontext import json
from artifacts_guard.flow.code.processes import site
from artifacts_guard.flow.code.things import Method
from artifacts_guard.flow.code.things import Object
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import Text
from artifacts_guard.flow.code.things import nothing
from artifacts_guard.flow.code.things import plain
from artifacts_guard.flow.code.things import words
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import text
from artifacts_guard.record import Record
from artifacts_guard.scopes.products import SERVICE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.code import model
    from artifacts_guard.flow.code.scope import Scope
    from artifacts_guard.flow.code.things import Arguments
    from artifacts_guard.flow.code.things import Thing
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value

# https://requests.readthedocs.io/en/latest/api/ · https://www.python-httpx.org/api/ ·
# https://docs.aiohttp.org/en/stable/client_reference.html · https://axios-http.com/docs/req_config ·
# https://github.com/sindresorhus/got · https://github.com/sindresorhus/ky
_VERBS = {
    **{name: name.upper() for name in ('get', 'post', 'put', 'patch', 'delete', 'head', 'options')},
    'del': 'DELETE',
}
_LIBRARIES = frozenset(('requests', 'httpx', 'axios', 'got', 'ky', 'superagent'))
# called with the method and the URL
_NAMING_METHOD = frozenset(('requests.request', 'httpx.request', 'httpx.stream'))
# called with the URL and options, or with options that hold the URL
_WITH_OPTIONS = frozenset((
    *('fetch', 'globalThis.fetch', 'node-fetch', 'undici.fetch', 'undici.request', 'Request', 'axios', 'axios.request', 'got', 'ky'),
    *('urllib.request.Request', 'urllib.request.urlopen'),
))  # fmt: skip
_CLIENTS = frozenset((
    *('requests.Session', 'requests.session', 'httpx.Client', 'httpx.AsyncClient', 'aiohttp.ClientSession'),
    *('axios.create', 'got.extend', 'ky.create', 'ky.extend'),
))  # fmt: skip
_BASES = ('base_url', 'baseURL', 'prefixUrl', 'baseUrl')
_BODIES = ('json', 'data', 'body', 'content')
# axios gives these the body as an argument of its own
_WITH_DATA = frozenset(('POST', 'PUT', 'PATCH'))
_NONE: tuple[Thing, ...] = ()


class _Asked(Record):
    """A request in the making: methods and URLs that it can have, and its options."""

    methods: tuple[Thing | str, ...]
    urls: tuple[Thing, ...]
    options: Table
    body: tuple[Thing, ...] = ()


def sent(walk: Walk, node: model.Call, name: str, given: Arguments, scope: Scope) -> tuple[Thing, ...] | None:
    """Record the request that a call of a library sends, or the client that it makes; None for other calls."""
    written = scope.excerpt(node)
    if name in _CLIENTS:
        return (_client(name, given, written),)
    library, _, verb = name.rpartition('.')
    asked = None
    if name in _NAMING_METHOD:
        asked = _naming_method(given, written)
    elif name in _WITH_OPTIONS:
        asked = _with_options(given, written)
    elif library in _LIBRARIES and verb in _VERBS:
        asked = _by_verb(_VERBS[verb], given, written, axios=library == 'axios')
    return None if asked is None else _observed(walk, asked, written, None)


def _client(name: str, given: Arguments, written: Excerpt) -> Object:
    made = Object(name)
    options = given.options(written, 0)
    made.add('headers', options.get('headers') or (Table(open=True),))
    for base in _BASES:
        made.add('base', options.get(base) or ())
    if name == 'aiohttp.ClientSession' and given.given:
        made.add('base', given.given[0])
    return made


def by_client(
    walk: Walk, node: model.Call, method: Method, given: Arguments, scope: Scope
) -> tuple[Thing, ...] | None:
    """As `sent`, for a method of a client; `''` calls the client itself."""
    client = method.thing
    if not isinstance(client, Object) or client.kind not in _CLIENTS:
        return None
    written = scope.excerpt(node)
    is_axios = client.kind.startswith('axios.')
    if method.name in _VERBS:
        asked = _by_verb(_VERBS[method.name], given, written, axios=is_axios)
    elif method.name in ('request', 'stream') and not is_axios:
        asked = _naming_method(given, written)
    elif method.name in ('', 'request'):
        asked = _with_options(given, written)
    elif method.name == 'update':
        return None
    else:
        return (client,) if method.name in ('__enter__', 'mount') else None
    return _observed(walk, asked, written, client)


def _naming_method(given: Arguments, written: Excerpt) -> _Asked:
    options = given.options(written, 2)
    methods = given.at(0) or options.get('method') or (nothing(written),)
    asked = given.at(1) or options.get('url') or _NONE
    return _Asked(methods, asked, options)


def _by_verb(verb: str, given: Arguments, written: Excerpt, *, axios: bool) -> _Asked:
    with_data = axios and verb in _WITH_DATA
    options = given.options(written, 2 if with_data else 1)
    asked = given.at(0) or options.get('url') or _NONE
    body = given.at(1) if with_data else _NONE
    return _Asked((verb,), asked, options, body)


def _with_options(given: Arguments, written: Excerpt) -> _Asked:
    options = given.options(written, 0)
    first = given.at(0)
    if any(not isinstance(one, Table) for several in given.given[1:] for one in several) and not given.named:
        options = options.replace(open=True)
    asked = (
        tuple(one for one in first if isinstance(one, Text))
        or options.get('url')
        or options.get('full_url')
        or _NONE
    )
    body = tuple(one for one in (given.at(1)) if isinstance(one, Text))
    sends = body or options.get('data') is not None
    # urllib sends a POST when there is a body and no method
    methods = options.get('method') or (
        (nothing(written),)
        if options.open
        else ('POST',)
        if sends and options.get('url') is None
        else ('GET',)
    )
    return _Asked(methods, asked, options, body)


def _observed(walk: Walk, asked: _Asked, written: Excerpt, client: Object | None) -> tuple[Thing, ...]:
    """Record a request in all the ways that it can be."""
    bases = client.attributes.get('base', _NONE) if client is not None else _NONE
    headers = (
        *(asked.options.get('headers') or ()),
        *(client.attributes['headers'] if client is not None else ()),
    )
    bearer = tuple(chunk for table in headers if isinstance(table, Table) for chunk in _bearer(table))
    minted: tuple[Thing, ...] = ()
    addresses = [_address(base, url) for base in bases or (None,) for url in asked.urls]
    if walk.quiet:
        return (nothing(written),)
    for url in addresses:
        for method in asked.methods:
            name = method if isinstance(method, str) else (plain(method) or MARK)
            minted += _see(walk, name.upper(), url, bearer, _body(asked), written)
    # which of several keys a value is can't be told
    return minted if len(minted) == 1 else (nothing(written),)


def _see(
    walk: Walk, method: str, url: Value, bearer: Value, body: Value, written: Excerpt
) -> tuple[Thing, ...]:
    run, address = walk.run, _resolved(url)
    carried = sources(bearer)
    word = next((c.written for c in reversed(url) if c.written is not None and c.text), written)
    place = site(walk, written, word).place
    for source in carried:
        run.world.see(observe.TokenUse(run.context, source, place, 'bearer', urls.host(address)))
    origin = http.minted(method, address, place)
    run.world.see(observe.RestCall(run.context, method, address, place, carried, body, origin, walk.via))
    return (nothing(written, *service.minted_from(origin, place)),) if origin is not None else ()


def _resolved(url: Value) -> str:
    """A URL as text; what the service's own variable holds is a host of the service."""
    first = url[0] if url else Chunk('')
    if first.text is None and any(s.origin.name in service.URL_VARIABLES for s in first.sources):
        return f'https://{SERVICE.hosts[0]}{text(url[1:])}'
    return text(url)


def _address(base: Thing | None, url: Thing) -> Value:
    """A client's base and the path of a request."""
    value = words(url)
    if base is None or '://' in (value[0].text or '' if value else ''):
        return value
    start = words(base)
    last = start[-1].text if start else None
    slash = (Chunk('/'),) if not (last or '').endswith('/') and not text(value).startswith('/') else EMPTY
    if last is not None and last.endswith('/') and text(value).startswith('/'):
        start = (*start[:-1], start[-1].replace(text=last[:-1]))
    return (*start, *slash, *value)


def _bearer(headers: Table) -> Value:
    found = headers.lowered().get('authorization') or ()
    return tuple(chunk for thing in found for chunk in http.after_bearer(words(thing)))


def _body(asked: _Asked) -> Value:
    things = asked.body or next((found for name in _BODIES if (found := asked.options.get(name))), ())
    named_json = not asked.body and asked.options.get('json') is not None
    if len(things) != 1:
        return EMPTY
    thing = things[0]
    return words(thing) if isinstance(thing, Text) and not named_json else json(thing)
