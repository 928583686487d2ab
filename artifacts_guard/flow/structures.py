"""Lists and tables as values: JSON whose brackets, commas and quotation marks are chunks of their own.

Text that stands in a table can hold any of these characters, so they are told apart by where they come from:
what a script spells out knows where it is written, these chunks do not.
"""

from __future__ import annotations

import re

from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import known
from artifacts_guard.flow.value import tainted
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value

    Entries = list[tuple[str, Value, Value]]  # the name, the value, and the name with its place

COMMA = Chunk(',')  # between words that a native command gets as one: `a,b`
_OPEN, _CLOSE = Chunk('{'), Chunk('}')
_BEGIN, _END = Chunk('['), Chunk(']')
_QUOTE, _COLON, _NEXT = Chunk('"'), Chunk(': '), Chunk(', ')
_OPENING = (_OPEN, _BEGIN)
_CLOSING = (_CLOSE, _END)
_MARKS = frozenset(('{', '}', '[', ']', '"', ': ', ', ', ','))
_MOST_DEPTH = 20
_MOST_ENTRIES = 100  # of a table that grows; of more, those that carry something stay
_BARE = re.compile(r'true|false|null|-?\d{1,15}(?:\.\d{1,6})?', re.IGNORECASE)
_ESCAPED = re.compile(r'["\\\x00-\x1f]')


def is_mark(chunk: Chunk) -> bool:
    """Whether a chunk belongs to a structure, not to what is in it."""
    return chunk.written is None and not chunk.sources and chunk.text in _MARKS


def is_structure(value: Value) -> bool:
    return bool(value) and is_mark(value[0]) and value[0] in _OPENING


def table(entries: Iterable[tuple[Value, Value]]) -> Value:
    """A table of names and values."""
    chunks = [_OPEN]
    for number, (name, value) in enumerate(entries):
        if number:
            chunks.append(_NEXT)
        chunks += [_QUOTE, *name, _QUOTE, _COLON, *_element(value)]
    return (*chunks, _CLOSE)


def sequence(values: Iterable[Value]) -> Value:
    """A list of values."""
    chunks = [_BEGIN]
    for number, value in enumerate(values):
        if number:
            chunks.append(_NEXT)
        chunks += _element(value)
    return (*chunks, _END)


def _element(value: Value) -> Value:
    if is_structure(value):
        return value
    words = known(value)
    if words is not None and _BARE.fullmatch(words):
        return tuple(c.replace(text=(c.text or '').lower()) for c in value)
    return (_QUOTE, *value, _QUOTE)


def entries(value: Value) -> Entries | None:
    """The entries of a table; None for another value."""
    if not is_structure(value) or value[0] != _OPEN:
        return None
    found: Entries = []
    for item in _items(value):
        colon = next((i for i, c in enumerate(item) if is_mark(c) and c == _COLON), -1)
        if colon > 0:
            name = _unquoted(item[:colon])
            found.append((text(name), _unquoted(item[colon + 1 :]), name))
    return found


def elements(value: Value) -> list[Value]:
    """The elements of a list; words with commas between them are some, another value is the only one."""
    if is_structure(value):
        return [_unquoted(item) for item in _items(value)] if value[0] == _BEGIN else [value]
    parts: list[list[Chunk]] = [[]]
    for chunk in value:
        if is_mark(chunk) and chunk == COMMA:
            parts.append([])
        else:
            parts[-1].append(chunk)
    return [tuple(part) for part in parts]


def _items(value: Value) -> list[Value]:
    """What stands between the outermost brackets, at the commas of that level."""
    items: list[list[Chunk]] = []
    depth = 0
    for chunk in value:
        if is_mark(chunk):
            if chunk in _OPENING:
                depth += 1
                if depth == 1:
                    items.append([])
                    continue
            elif chunk in _CLOSING:
                depth -= 1
                if depth == 0:
                    break
            elif depth == 1 and chunk == _NEXT:
                items.append([])
                continue
        if items:
            items[-1].append(chunk)
    return [tuple(item) for item in items if item]


def _unquoted(item: Value) -> Value:
    if len(item) >= 2 and item[0] == _QUOTE == item[-1] and is_mark(item[0]):
        return item[1:-1]
    return item


def updated(value: Value, path: list[str], new: Value, written: Excerpt) -> Value:
    """A table after `$table.name = new`; what was no table becomes one, and keeps what it carried."""
    held = entries(value)
    if held is None:
        if tainted(value):
            return (*value, *new)
        held = []
    name = path[0]
    if len(path) > 1 and len(path) < _MOST_DEPTH:
        inner = next((v for n, v, _ in held if n.lower() == name.lower()), EMPTY)
        new = updated(inner, path[1:], new, written)
    kept = [(key, v) for n, v, key in held if n.lower() != name.lower() or name == '*']
    if len(kept) > _MOST_ENTRIES:
        kept = [(key, v) for key, v in kept if tainted(v)][:_MOST_ENTRIES]
    return table([*kept, ((Chunk(name, written),), new)])


def options(value: Value, written: Excerpt) -> tuple[Field, ...] | None:
    """The entries of a table as `-Name value`; None for another value."""
    held = entries(value)
    if held is None:
        return None
    fields: list[Field] = []
    for name, given, key in held:
        words = known(given)
        if words == 'false':
            continue
        place = next((c.written for c in key if c.written is not None), written)
        fields.append(Field((Chunk(f'-{name}', place),), written))
        if words != 'true':
            fields.append(Field(given, written))
    return tuple(fields)


def as_json(value: Value) -> Value:
    """The value as JSON text: what would break a string is escaped."""
    if not is_structure(value):
        return value
    return tuple(c if is_mark(c) or c.text is None else c.replace(text=_escaped(c.text)) for c in value)


def _escaped(words: str) -> str:
    if not _ESCAPED.search(words):
        return words
    import json

    return json.dumps(words, ensure_ascii=False)[1:-1]


def element(value: Value, index: str, written: Excerpt) -> Value:
    """The element with an index, as far as the list is known."""
    found = elements(value)
    if len(found) > 1 and index.isdecimal():
        return found[int(index)] if int(index) < len(found) else unknown(written=written)
    return value
