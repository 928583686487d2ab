"""Scripts that are the value of a word: `bash -c '…'`, `eval "…"`, traps, here-documents fed to a shell."""

from __future__ import annotations

from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Value
from artifacts_guard.record import Record
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece

_BLANK = '____'


class Embedded(Record):
    """A script's text with the ranges whose value is not known as text, and those values."""

    fragment: Fragment
    opaque: tuple[tuple[int, int], ...]
    values: tuple[tuple[Value, ...], ...]


def script(chunks: tuple[Chunk, ...], fallback: Excerpt) -> Embedded:
    """The script that a value spells out; every character knows where it is written as far as possible."""
    text = ''
    pieces: list[Piece] = []
    opaque: list[tuple[int, int]] = []
    values: list[tuple[Value, ...]] = []
    document = fallback.fragment.document
    for chunk in chunks:
        written = chunk.written or fallback
        if chunk.text is None or chunk.sources:
            words = _BLANK
            opaque.append((len(text), len(text) + len(words)))
            values.append(((chunk,),))
        else:
            words = chunk.text
        if written.fragment.document is not document:
            written = fallback
        pieces += _pieces(len(text), words, written)
        text += words
    return Embedded(Fragment(document, text, tuple(pieces)), tuple(opaque), tuple(values))


def _pieces(at: int, words: str, written: Excerpt) -> list[Piece]:
    """Pieces for some text: character by character where it stands verbatim, else as one."""
    found = written.fragment.text.find(words, written.start, written.end) if words else -1
    if found >= 0:
        part = written.fragment.slice(found, found + len(words))
        return [Piece(at + p.at, p.start, p.end) for p in part.pieces]
    span = written.fragment.span(written.start, written.end)
    return [Piece(at, span.start, span.end)] if words else []
