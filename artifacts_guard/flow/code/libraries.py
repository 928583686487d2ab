"""What functions of the languages and their libraries give back, as far as it can be a command, a URL or a header.

https://docs.python.org/3/library/ · https://nodejs.org/api/ ·
https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects
"""

from __future__ import annotations

import re

from artifacts_guard.code import model
from artifacts_guard.flow.code import evaluate
from artifacts_guard.flow.code import processes
from artifacts_guard.flow.code import requests
from artifacts_guard.flow.code import sums
from artifacts_guard.flow.code.jsontext import json
from artifacts_guard.flow.code.modules import namespace
from artifacts_guard.flow.code.things import Entry
from artifacts_guard.flow.code.things import Known
from artifacts_guard.flow.code.things import Listing
from artifacts_guard.flow.code.things import Many
from artifacts_guard.flow.code.things import Method
from artifacts_guard.flow.code.things import Object
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import Text
from artifacts_guard.flow.code.things import combined
from artifacts_guard.flow.code.things import limited
from artifacts_guard.flow.code.things import nothing
from artifacts_guard.flow.code.things import one_of
from artifacts_guard.flow.code.things import plain
from artifacts_guard.flow.code.things import words
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.flow.code.scope import Scope
    from artifacts_guard.flow.code.things import Arguments
    from artifacts_guard.flow.code.things import Thing
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value

# give back what they are given, or a form of it that matters as little
_SAME = frozenset((
    *('str', 'bytes', 'list', 'tuple', 'Path', 'pathlib.Path', 'os.fspath', 'os.path.expanduser', 'shlex.quote', 'asyncio.run'),
    *('urllib.parse.quote', 'String', 'encodeURIComponent', 'Headers', 'Array.from', 'Object.freeze', 'util.promisify', 'promisify'),
))  # fmt: skip
_SAME_METHODS = frozenset((
    *('strip', 'rstrip', 'lstrip', 'removesuffix', 'encode', 'decode', 'lower', 'upper', 'copy'),
    *('trim', 'trimEnd', 'trimStart', 'toString', 'toUpperCase', 'toLowerCase', 'filter', 'flat', 'slice'),
))  # fmt: skip
_JSON = frozenset(('json.dumps', 'JSON.stringify', 'orjson.dumps', 'ujson.dumps'))
_VARIABLES = frozenset(
    ('os.environ.get', 'os.getenv', 'os.environ.pop', 'os.environ.setdefault', 'Deno.env.get')
)
# https://github.com/actions/toolkit/tree/main/packages/core
_INPUTS = frozenset(('core.getInput', '@actions/core.getInput'))
_TABLES = frozenset(('dict', 'Object.assign'))
_MODULES = frozenset(('require', 'import', 'importlib.import_module'))
# methods that change the thing they are called on
CHANGING = frozenset(('append', 'extend', 'insert', 'push', 'unshift', 'update'))


def result(
    walk: Walk, node: model.Call, function: Thing, given: Arguments, scope: Scope
) -> tuple[Thing, ...] | None:
    """What a function of a library gives back; None when it is not known."""
    written = scope.excerpt(node)
    if isinstance(function, Known):
        for made in (processes.started, requests.sent):
            found = made(walk, node, function.name, given, scope)
            if found is not None:
                return found
        return _known(walk, function.name, given, scope, written)
    if isinstance(function, Object):
        return requests.by_client(walk, node, Method(function, ''), given, scope)
    if isinstance(function, Method):
        if isinstance(function.thing, Object):
            return requests.by_client(walk, node, function, given, scope)
        return _method(function, given, written)
    return None


def changed(walk: Walk, member: model.Member, given: Arguments, scope: Scope) -> tuple[Thing, ...]:
    """Lists and tables after a method added something to them; () for what is neither."""
    more = given.given
    found: list[Thing] = []
    for thing in evaluate.things(walk, member.value, scope):
        if isinstance(thing, Listing) and more:
            if member.name == 'extend':
                found += sums.added((thing,), more[0])
            elif member.name != 'update':
                items = more[1:] if member.name == 'insert' else more
                found += sums.added((thing,), sums.listed(items))
        elif isinstance(thing, Table) and member.name == 'update':
            found.append(_table(thing, given, scope.excerpt(member)))
    return limited(found)


def _table(table: Table, given: Arguments, written: Excerpt) -> Table:
    """`{**table, **given, name=value}`"""
    for several in given.given:
        for thing in several:
            table = table.merged(sums.entries(thing))
    for name, things in given.named.items():
        table = table.with_entry(Entry(name, written, things))
    return table.replace(open=table.open or given.open)


def _known(
    walk: Walk, name: str, given: Arguments, scope: Scope, written: Excerpt
) -> tuple[Thing, ...] | None:
    first, second = given.at(0), given.at(1)
    if name in _VARIABLES and first:
        named = one_of(first)
        found = evaluate.variable(walk, named, written) if named else ()
        return limited((*found, *(second or given.named.get('default', ()))))
    if name in _INPUTS and one_of(first):
        return evaluate.variable(walk, f'INPUT_{one_of(first).replace(" ", "_").upper()}', written)
    if name in _SAME:
        return first or None
    if name in _JSON and first:
        return tuple(Text(json(thing), written) for thing in first)
    if name == 'os.environ.copy':
        return (Table(open=True, environ=True),)
    if name in _TABLES:
        return (_table(Table(), given, written),)
    if name in _MODULES:
        return _module(walk, one_of(first), scope)
    if name == 'shlex.split':
        return limited(_split(thing, None) for thing in first)
    if name == 'urllib.parse.urljoin':
        return limited(Text(_url(base, path), written) for base, path in combined((first, second)))
    if name == 'URL' and first:
        if not second:
            return first
        return limited(Text(_url(base, path), written) for path, base in combined((first, second)))
    return None


def _module(walk: Walk, name: str, scope: Scope) -> tuple[Thing, ...] | None:
    inner = walk.imported(name, scope) if name else None
    if inner is not None:
        return (namespace(inner),)
    return (Known(name.removeprefix('node:')),) if name else None


def _url(base: Thing, path: Thing) -> Value:
    """A path on a base: https://docs.python.org/3/library/urllib.parse.html#urllib.parse.urljoin"""
    text = plain(path)
    if text is not None and '://' in text:
        return words(path)
    start = plain(base)
    if start is None or not isinstance(base, Text):
        return (
            *words(base),
            *(() if text is not None and text.startswith('/') else (Chunk('/'),)),
            *words(path),
        )
    match = re.match(r'[a-z]+://[^/]*', start)
    host = match[0] if match else start
    head = host if text is not None and text.startswith('/') else host + '/' + _folder(start[len(host) :])
    return (*literal(head, base.written), *words(path))


def _folder(path: str) -> str:
    return path[1 : path.rfind('/') + 1]


def _split(thing: Thing, separator: str | None) -> Thing:
    """The words of a string."""
    if not isinstance(thing, Text):
        return thing
    items: list[Thing] = []
    for chunk in thing.value:
        if chunk.text is None:
            items.append(Many(thing.written))
        else:
            parts = [one.strip('"\'') for one in chunk.text.split(separator)]
            items += [Text(literal(one, thing.written), thing.written) for one in parts if one]
    return Listing(tuple(items))


def _method(method: Method, given: Arguments, written: Excerpt) -> tuple[Thing, ...] | None:
    """What a method of a string, list or table gives back."""
    thing, name = method.thing, method.name
    first = given.at(0)
    if name in _SAME_METHODS:
        return (thing,)
    if isinstance(thing, Table):
        return thing.get(one_of(first)) if name == 'get' and first else None
    if isinstance(thing, Listing):
        if name == 'concat':
            return sums.added((thing,), first)
        return (Text(words(thing), written),) if name == 'join' else None
    if isinstance(thing, Text) and name in _BY_NAME:
        return _BY_NAME[name](thing, given, written)
    return None


def _joined(thing: Text, given: Arguments, written: Excerpt) -> tuple[Thing, ...]:
    return limited(Text(words(one), written) for one in given.at(0))


def _divided(thing: Text, given: Arguments, written: Excerpt) -> tuple[Thing, ...]:
    separator = one_of(given.at(0))
    return (_split(thing, separator or None),)


def _formatted(thing: Text, given: Arguments, written: Excerpt) -> tuple[Thing, ...]:
    return _filled(thing, r'\{([\w.]*)[^{}]*\}', given, written)


def _percent(thing: Text, given: Arguments, written: Excerpt) -> tuple[Thing, ...]:
    return _filled(thing, r'%(?:\((\w+)\))?[sdr]', given, written)


def _filled(thing: Text, hole: str, given: Arguments, written: Excerpt) -> tuple[Thing, ...]:
    """A template with what it is given in its holes."""
    text = plain(thing)
    if text is None:
        return (nothing(written),)
    positions = iter(given.given)
    parts: list[tuple[Thing, ...]] = []
    at = 0
    for match in re.finditer(hole, text):
        parts.append((Text(literal(text[at : match.start()], thing.written), thing.written),))
        named = given.named.get(match[1] or '') or next(positions, None)
        parts.append(named or (nothing(written),))
        at = match.end()
    parts.append((Text(literal(text[at:], thing.written), thing.written),))
    return limited(
        Text(tuple(chunk for one in chosen for chunk in words(one)), thing.written)
        for chosen in combined(parts)
    )


_BY_NAME: dict[str, Callable[[Text, Arguments, Excerpt], tuple[Thing, ...]]] = {
    'join': _joined,
    'split': _divided,
    'format': _formatted,
    '%': _percent,
}
