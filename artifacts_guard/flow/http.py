"""HTTP requests: who they go to, with which token, and what they show."""

from __future__ import annotations

import re

from artifacts_guard.flow import observe
from artifacts_guard.flow import service
from artifacts_guard.flow import urls
from artifacts_guard.flow.output import Emission
from artifacts_guard.flow.output import Output
from artifacts_guard.flow.programs import program
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import MARK
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import after
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import sources
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.call import Call
    from artifacts_guard.flow.interpreter import Interpreter
    from artifacts_guard.flow.programs.web import Request
    from artifacts_guard.flow.state import State
    from artifacts_guard.text import Place

_BEARER = lazy(r'bearer\s+', re.IGNORECASE)
_HEADER = lazy(r'authorization["\']?\s*[:=]\s*["\']?bearer\s+', re.IGNORECASE)


def request(run: Interpreter, call: Call, found: Request, state: State) -> Output:
    """An HTTP request: who it goes to, with which token, and what it shows."""
    config = _config(call, found, state)
    bearer = _bearer(call, found, config)
    url = call.fields[found.urls[0]].chunks if found.urls else EMPTY
    host = urls.host(text(url))
    carried = sources(bearer)
    written = call.written
    for source in carried:
        run.world.see(observe.TokenUse(run.context, source, written.place, 'bearer', host))
    if known(bearer) is not None:
        literal = service.hardcoded(run, bearer, 'bearer header', host or MARK)
        if literal is not None:
            run.world.see(literal)
    if carried or known(bearer):
        service.address(run, url, base=False, bearer=carried)
    origin = minted(found.method, text(url), written.place)
    run.world.see(
        observe.RestCall(
            run.context, found.method, text(url), written.place, carried, _body(call, found, state), origin,
            call.frame.via, run.conditions(),
        )
    )  # fmt: skip
    name = call.name.replace('\\', '/').rpartition('/')[2]
    words = f'{name} {text(url)}'.strip()
    came = service.minted_from(origin, written.place) or (Source(Origin('command', words)),)
    out = () if found.output >= 0 else (Emission(unknown(*came, written=written), written, name),)
    return Output(out, _verbose(call, found, config, name))


def minted(method: str, url: str, place: Place) -> Origin | None:
    """The key that a request makes, if it makes one."""
    mints = method == 'POST' and re.search(r'/api/api-keys/?(?:[?#].*)?$', url) is not None
    return Origin('minted', f'{place.path}:{place.span.start}') if mints else None


def _config(call: Call, found: Request, state: State) -> Value:
    """Options and headers that the program reads from standard input or files."""
    chunks: Value = EMPTY
    if found.config_stdin and call.io.stdin:
        chunks += call.io.stdin
    for index in found.config_files:
        name = call.fields[index].text
        for prefix in ('-K', '--config=', '@', '-H@'):
            name = name.removeprefix(prefix)
        chunks += state.file(name) or EMPTY
    return chunks


def _bearer(call: Call, found: Request, config: Value) -> Value:
    """The value of the bearer token of a request, from a word or from what it reads."""
    if found.bearer >= 0:
        chunks = call.fields[found.bearer].chunks
        if any(_BEARER.search(c.text or '') for c in chunks):
            return after_bearer(chunks)
        return chunks if not text(chunks).startswith('-') else _rest(chunks)
    if _HEADER.search(text(config)):
        return after_bearer(config)
    return EMPTY


def _rest(chunks: Value) -> Value:
    return after(chunks, '=')


def after_bearer(chunks: Value) -> Value:
    """What follows `Bearer ` up to the end of that header."""
    value: list[Chunk] = []
    inside = False
    for chunk in chunks:
        words = chunk.text
        if words is None:
            if inside:
                value.append(chunk)
            continue
        if not inside:
            match = _BEARER.search(words)
            if match is None:
                continue
            inside = True
            words = words[match.end() :]
        head = re.split(r'[\s"\'\\]', words, maxsplit=1)
        if head[0]:
            value.append(chunk.replace(text=head[0]))
        if len(head) > 1:
            break
    return tuple(value)


def _body(call: Call, found: Request, state: State) -> Value:
    chunks: Value = EMPTY
    for index in found.data:
        chunks += call.fields[index].chunks
    if found.data_stdin and call.io.stdin:
        chunks += call.io.stdin
    for index in found.data_files:
        chunks += state.file(call.fields[index].text.lstrip('@')) or EMPTY
    return chunks


def _verbose(call: Call, found: Request, config: Value, name: str) -> tuple[Emission, ...]:
    """Clients that print the headers they send."""

    row = program(call.name)
    if row is None or not row.verbose(call.words):
        return ()
    shown = tuple(c for i in found.headers for c in call.fields[i].chunks if c.sources)
    if found.bearer >= 0 and found.bearer not in found.headers:
        shown += tuple(c for c in call.fields[found.bearer].chunks if c.sources)
    shown += tuple(c for c in config if c.sources)
    return (Emission(shown, call.written, name, 'verbose'),) if shown else ()
