"""Values: what a variable or a word can be, and which secrets it carries.

A value is a tuple of chunks.  A chunk is literal text, or text that is not known (None); either
can carry sources: an origin (which secret) and the trail by which it got here.
"""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.record import Record
from artifacts_guard.text import Fragment
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Stands for a part that is not known, where a value is shown as a string.
MARK = '\ufffc'
_MOST_HOPS = 12


class Origin(Record):
    """Where a value comes from, and its identity.

    Kinds: `secret` (of the CI system), `secrets` (all of them, or one that is not known), `variable` (set by nobody in the tree), `input` (parameter of an
    action or template that no call fills), `file`, `command` (its output), `literal` (spelled out; the name
    is its redacted form), `minted` (a key made by a command), `prompt` (typed by a person).
    `scope` limits the identity to a document or system; '' is the whole tree.
    """

    kind: str
    name: str
    scope: str = ''

    @property
    def words(self) -> str:
        """The origin as people read it."""
        return {
            'secret': f'the secret {self.name}',
            'secrets': 'all secrets' if self.name == '*' else f'a secret ({self.name})',
            'variable': f'${self.name}',
            'input': f'the input {self.name}',
            'file': f'the file {self.name}',
            'command': f'the output of `{self.name}`',
            'literal': f'the token {self.name}',
            'minted': 'a key made here',
            'prompt': 'a value typed in',
        }[self.kind]


class Source(Record):
    """An origin and the hops from there to the chunk that carries it."""

    origin: Origin
    trail: tuple[Hop, ...] = ()

    def __hash__(self) -> int:
        return hash(self.origin)  # values are put into sets by the thousand, and trails are long

    def through(self, role: str, place: Place) -> Source:
        """The source after one more hop."""
        if len(self.trail) >= _MOST_HOPS or (self.trail and self.trail[-1].place == place):
            return self
        return Source(self.origin, (*self.trail, Hop(role, place)))


class Excerpt(Record):
    """Part of a script: a place whose line and column are worked out only when asked for."""

    fragment: Fragment
    start: int
    end: int

    def __hash__(self) -> int:
        return hash((self.start, self.end))  # equal ones mostly are of one fragment

    @property
    def place(self) -> Place:
        return self.fragment.place(self.start, self.end)

    @property
    def source(self) -> str:
        return self.fragment.text[self.start : self.end]


class Chunk(Record):
    """A run of a value.  `written` is where its text stands, or the reference it replaces."""

    text: str | None
    written: Excerpt | None = None
    sources: tuple[Source, ...] = ()

    def __hash__(self) -> int:
        return hash((self.text, self.written))  # what is written in the same place mostly carries the same


Value = tuple[Chunk, ...]

EMPTY: Value = ()


class Field(Record):
    """One word after expansion, and the word it was written as."""

    chunks: tuple[Chunk, ...]
    written: Excerpt
    many: bool = False  # any number of words: part of a list that is not known

    @property
    def place(self) -> Place:
        return self.written.place

    @property
    def text(self) -> str:
        return text(self.chunks)

    @property
    def sources(self) -> tuple[Source, ...]:
        return sources(self.chunks)


def literal(words: str, written: Excerpt | None = None) -> Value:
    """A value of known text; a token of the service spelled out in it is its source."""
    if 'aa_' in words:
        return _with_tokens(words, written)
    return (Chunk(words, written),)


def _with_tokens(words: str, written: Excerpt | None) -> Value:
    from artifacts_guard.credentials.find import tokens
    from artifacts_guard.text import Document

    trail = () if written is None else (Hop('spelled out here', written.place),)
    found = tuple(
        Source(Origin('literal', str(token.secret)), trail) for token in tokens(Document('', words))
    )
    return (Chunk(words, written, found),)


def unknown(*found: Source, written: Excerpt | None = None) -> Value:
    return (Chunk(None, written, found),)


def spelled(value: Value) -> Value:
    """The value, with a token as its source that only its parts together spell out."""
    if len(value) < 2 or any(c.sources for c in value) or not any('aa_' in (c.text or '') for c in value):
        return value
    words = known(value)
    found = sources(_with_tokens(words, value[0].written)) if words else ()
    return (value[0].replace(sources=found), *value[1:]) if found else value


def text(value: Iterable[Chunk]) -> str:
    """The value as a string, with MARK for each part that is not known."""
    return ''.join([MARK if c.text is None else c.text for c in value])


def known(value: Iterable[Chunk]) -> str | None:
    """The value as a string when all of it is known, else None."""
    parts = []
    for chunk in value:
        if chunk.text is None:
            return None
        parts.append(chunk.text)
    return ''.join(parts)


def sources(value: Iterable[Chunk]) -> tuple[Source, ...]:
    """The sources a value carries, one per origin."""
    found: dict[Origin, Source] = {}
    for chunk in value:
        for source in chunk.sources:
            found.setdefault(source.origin, source)
    return tuple(found.values())


def tainted(value: Iterable[Chunk]) -> bool:
    return any(chunk.sources for chunk in value)


def through(value: Value, role: str, written: Excerpt | None) -> Value:
    """The value after one more hop of all its sources."""
    if written is None or not tainted(value):
        return value
    place = written.place
    return tuple(
        Chunk(c.text, c.written, tuple(s.through(role, place) for s in c.sources)) if c.sources else c
        for c in value
    )


def without_sources(value: Value) -> Value:
    return tuple(Chunk(None, c.written) if c.sources else c for c in value)


def opaque(value: Value) -> Value:
    """One unknown chunk that carries all the sources of a value."""
    return unknown(*sources(value)) if value else EMPTY


def after(chunks: Value, mark: str) -> Value:
    """The part of a value after the first occurrence of a mark in its known text."""
    for index, chunk in enumerate(chunks):
        _head, found, rest = (chunk.text or '').partition(mark)
        if found:
            first = (Chunk(rest, chunk.written, chunk.sources),) if rest else EMPTY
            return (*first, *chunks[index + 1 :])
    return EMPTY


def trimmed(value: Value) -> Value:
    """A value without the line ends at its end."""
    if value and value[-1].text is not None and value[-1].text.endswith('\n'):
        last = value[-1]
        return (*value[:-1], last.replace(text=(last.text or '').rstrip('\n')))
    return value
