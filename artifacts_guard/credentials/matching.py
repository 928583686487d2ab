"""Tokens in one text: plain, escaped character by character, or broken into parts.

Every step is behind a fixed string, and what a text can cost is bounded: see `judging.Effort`.
"""

from __future__ import annotations

from artifacts_guard.credentials import contexts
from artifacts_guard.credentials import encodings
from artifacts_guard.credentials.broken import broken
from artifacts_guard.credentials.encodings import BODY_CLASS
from artifacts_guard.credentials.formats import DOCUMENTED_KEY
from artifacts_guard.credentials.formats import FAMILIES
from artifacts_guard.credentials.gate import LITERALS
from artifacts_guard.credentials.judging import judge
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.credentials.encodings import Escape
    from artifacts_guard.credentials.encodings import Form
    from artifacts_guard.credentials.judging import Effort
    from artifacts_guard.credentials.judging import Hit

_ISSUED = lazy(rf'aa_(?:k|at|claim)_({BODY_CLASS}{{43,45}})(?!{BODY_CLASS})')
_DOCUMENTED = lazy(rf'aa_live_({BODY_CLASS}{{16,}})')
_ISSUED_PREFIXES = [family.prefix for family in FAMILIES if family.issued]
_LONG_ENOUGH_TO_END_SO = 32

# Those of the gate's stems that a text has in which a prefix is written in an escape.
_STEMS = {
    escape.encoding: {
        stem for stem in map(bytes.decode, LITERALS) if any(stem in begun for begun in escape.beginnings())
    }
    for escape in encodings.ESCAPES
}


def hits(text: str, stems: set[str], effort: Effort) -> list[Hit]:
    """All tokens of a text that are not inside of something encoded as a whole, in order.

    `stems` are those of `gate.LITERALS` that stand in it.
    """
    found: dict[int, Hit] = {}
    if 'aa_' in stems:
        for hit in _plain(text, effort):
            found[hit.start] = hit
        for hit in broken(text, effort):
            found[hit.start] = hit
    for escape in encodings.ESCAPES:
        if stems & _STEMS[escape.encoding]:
            for hit in _escaped(escape, text, effort):
                found.setdefault(hit.start, hit)
    if '\0' in text:
        for hit in _interleaved(text, effort):
            found.setdefault(hit.start, hit)
    return [found[start] for start in sorted(found)]


def _plain(text: str, effort: Effort) -> Iterator[Hit]:
    for match in _ISSUED.finditer(text) if any(prefix in text for prefix in _ISSUED_PREFIXES) else ():
        start, at = match.start(), match.start(1)
        body = contexts.body_in(text, start, at, match.end(), 43)
        yield from judge(text, start, at + len(body), text[start:at] + body, effort)
    for match in _DOCUMENTED.finditer(text) if DOCUMENTED_KEY.prefix in text else ():
        start, at = match.start(), match.start(1)
        body = contexts.body_in(text, start, at, match.end())
        end = at + len(body)
        if len(body) >= _LONG_ENOUGH_TO_END_SO or not contexts.is_elided(text, end):
            yield from judge(text, start, end, text[start:at] + body, effort)


def _escaped(escape: Escape, text: str, effort: Effort) -> Iterator[Hit]:
    """Tokens whose prefix is written in an escape, too."""
    for begun in escape.beginnings():
        at = text.find(begun)
        while at >= 0 and effort.attempt():
            form = encodings.escaped(escape.encoding)
            match = form.pattern.match(text, at)
            after = at + 1
            if match:
                effort.spend(match.end() - at)
                escaped_letter = _ends_in_letter(form, text[max(0, at - 14) : at])
                left = contexts.WORD if escaped_letter else contexts.left_of(text, at)
                for hit in judge(text, at, match.end(), form.read(match[0]), effort, form.encoding, left):
                    after = hit.end
                    yield hit
            at = text.find(begun, after)


def _interleaved(text: str, effort: Effort) -> Iterator[Hit]:
    """Tokens in UTF-16 or UTF-32 amid something else."""
    form = encodings.joined('utf-16')
    at = text.find('a\0')
    while at >= 0 and effort.attempt():
        match = form.pattern.search(text, at)
        if match is None:
            return
        at = match.start() + 1
        if '\0' in match[0]:
            for hit in judge(text, match.start(), match.end(), form.read(match[0]), effort, form.encoding):
                at = hit.end
                yield hit


def _ends_in_letter(form: Form, before: str) -> bool:
    """Whether a text ends in an escaped letter or digit."""
    last = None
    for match in form.escape.finditer(before) if form.escape else ():
        last = match
    return last is not None and last.end() == len(before) and encodings.character(last).isalnum()
