"""The JSON text of a thing, each key of which knows where it is written."""

from __future__ import annotations

from artifacts_guard.flow.code.things import Listing
from artifacts_guard.flow.code.things import Many
from artifacts_guard.flow.code.things import Table
from artifacts_guard.flow.code.things import Text
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.code.things import Thing


def json(thing: Thing) -> Value:
    """A thing as JSON; what it can be in several ways is not known."""
    if isinstance(thing, Text):
        if all(chunk.text is None for chunk in thing.value):
            return opaque(thing.value) or unknown()
        return (_QUOTE, *(_escaped(chunk) for chunk in thing.value), _QUOTE)
    if isinstance(thing, Listing):
        return (Chunk('['), *_separated([json(item) for item in thing.items]), Chunk(']'))
    if isinstance(thing, Table):
        entries: list[Value] = []
        for entry in thing.entries:
            values = dict.fromkeys(json(one) for one in entry.things)
            value = next(iter(values)) if len(values) == 1 else unknown()
            entries.append((Chunk(f'"{entry.name}"', entry.written), Chunk(':'), *value))
        if thing.open:
            entries.append(unknown())
        return (Chunk('{'), *_separated(entries), Chunk('}'))
    return unknown(written=thing.written if isinstance(thing, Many) else None)


_QUOTE = Chunk('"')


def _escaped(chunk: Chunk) -> Chunk:
    if chunk.text is None:
        return chunk
    return chunk.replace(text=chunk.text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n'))


def _separated(several: list[Value]) -> Value:
    return tuple(
        chunk for index, one in enumerate(several) for chunk in ((Chunk(','), *one) if index else one)
    )
