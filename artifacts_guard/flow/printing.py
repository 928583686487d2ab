"""What `echo` and `printf` write, chunk by chunk."""

from __future__ import annotations

import re

from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import known
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CONVERSION = lazy(r'%(?:%|[-+ #0]*[\d*]*(?:\.[\d*]+)?(?:\([^)]*\))?[a-zA-Z])')
_ESCAPES = {'\\n': '\n', '\\t': '\t', '\\r': '\r', '\\\\': '\\', '\\"': '"', '\\0': '\0'}
_ESCAPE = lazy(r'\\[ntr\\"0]')


def spoken(fields: tuple[Field, ...], *, end: str = '\n') -> Value:
    """The words with blanks between them, as `echo` writes them; its own options are left out."""
    chunks: list[Chunk] = []
    for index, field in enumerate(_without_options(fields) if end else fields):
        if index:
            chunks.append(Chunk(' '))
        chunks += field.chunks
    if end:
        chunks.append(Chunk(end))
    return tuple(chunks)


def _without_options(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    index = 0
    while index < len(fields) and re.fullmatch(r'-[neE]+', fields[index].text):
        index += 1
    return fields[index:]


def formatted(fields: tuple[Field, ...]) -> Value:
    """A `printf` format with its arguments put in; reused while arguments are left, as POSIX says."""
    if not fields:
        return EMPTY
    pattern = known(fields[0].chunks)
    arguments = list(fields[1:])
    if pattern is None:
        return tuple(c for f in fields for c in f.chunks)
    written = fields[0].chunks[0].written if fields[0].chunks else None
    chunks: list[Chunk] = []
    rounds = 0
    while True:
        taken = len(arguments)
        for piece in _filled(pattern, arguments):
            chunks += [Chunk(piece, written)] if isinstance(piece, str) else piece
        rounds += 1
        if not arguments or taken == len(arguments) or rounds > 50:
            break
    if fields[0].chunks and any(c.sources for c in fields[0].chunks):
        chunks += [c for c in fields[0].chunks if c.sources]
    return tuple(chunks)


def _filled(pattern: str, arguments: list[Field]) -> Iterator[str | Value]:
    last = 0
    for match in _CONVERSION.finditer(pattern):
        yield _unescaped(pattern[last : match.start()])
        last = match.end()
        kind = match[0][-1]
        if kind == '%':
            yield '%'
        elif arguments:
            field = arguments.pop(0)
            yield field.chunks if kind in 'sbq' else EMPTY
    yield _unescaped(pattern[last:])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: _ESCAPES[m[0]], text) if '\\' in text else text
