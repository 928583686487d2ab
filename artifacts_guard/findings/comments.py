"""Ignore comments as they are written: `# artifacts-guard: ignore[rule, rule] until DATE because REASON`."""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.regex import lazy
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document

GATE = 'artifacts-guard:'

_DIRECTIVE = lazy(r'artifacts-guard:[ \t]*ignore(?![\w-])')
# what opens a comment, where a language would take it for one: not inside a word, a quote or a URL
_MARKER = lazy(
    r'(?:^|(?<=[\s;,(){}\[\]&|>@]))(?P<marker>#+|//+|/\*+|--|::|<!--|<\#|;+|\{\{-?[ \t]*/\*|rem\b)[ \t]*$',
    re.IGNORECASE,
)
_CLOSERS = (('<!--', '-->'), ('/*', '*/'), ('{{', '*/'), ('<#', '#>'))
_NAMES = lazy(r'[ \t]*\[(?P<names>[^\]\n]*)\]')
_TERMS = lazy(
    r'[ \t]*(?:until\b[ \t]*(?P<until>(?!because\b)\S*))?[ \t,;]*(?:because\b[ \t:]*(?P<reason>.*))?',
    re.DOTALL,
)
# before a comment that stands alone: nothing, make's silencers, a list's dash (its entry begins below), MDX's brace
_ALONE = frozenset(('', '@', '-', '+', '{'))
# in prose only this marker makes a comment; anything else there is text about ignoring
_PROSE = (('.md', '<!--'), ('.markdown', '<!--'), ('.mdx', '{/*'), ('.rst', ''), ('.adoc', '//'))
_LONG = 4000  # characters of a line looked at on either side


class IgnoreComment(Record):
    """One ignore comment.

    `names` are the rules it names, none when it names no rule at all.  `until` is the date as
    written.  `alone`: nothing else stands on its line, so that it is about the next one.
    `quoted`: an illustration in prose; it may hide something, and nothing is said when it doesn't.
    """

    place: Place
    names: tuple[str, ...] = ()
    until: str = ''
    reason: str = ''
    alone: bool = False
    quoted: bool = False


def comments(document: Document) -> tuple[IgnoreComment, ...]:
    """The ignore comments of a document, in order; () at the price of one search when there are none."""
    if GATE not in document.text:
        return ()
    return tuple(_read(document))


def date(text: str) -> str | None:
    """A date as YYYY-MM-DD, None when the text is none."""
    import datetime

    try:
        return text if datetime.date.fromisoformat(text).isoformat() == text else None
    except ValueError:
        return None


def _read(document: Document) -> Iterator[IgnoreComment]:
    text = document.text
    hits = []
    for hit in _DIRECTIVE.finditer(text):
        before = text[max(0, hit.start() - 24) : hit.start()]
        before = before[before.rfind('\n') + 1 :].lstrip('\ufeff')
        if opened := _MARKER.search(before):
            hits.append((hit.start() - len(before) + opened.start('marker'), hit.end(), opened['marker']))
    alone, line_end = False, -1
    for index, (start, body, marker) in enumerate(hits):
        # a second comment behind one that stands alone is about the next line too
        alone = (start < line_end and alone) or _is_first(text, start)
        line_end = text.find('\n', body, body + _LONG)
        line_end = line_end if line_end >= 0 else min(len(text), body + _LONG)
        end = max(body, min([line_end, *[at for at, _, _ in hits[index + 1 : index + 2]]]))
        comment = _comment(document, start, body, end, marker)
        alone = alone and not text[comment.place.span.end : end].strip(' \t\r}-')
        yield comment.replace(alone=alone)


def _comment(document: Document, start: int, body: int, end: int, marker: str) -> IgnoreComment:
    text = document.text
    closer = next((close for opening, close in _CLOSERS if marker.startswith(opening)), '')
    closed = text.find(closer, body, end) if closer else -1
    inner = text[body : closed if closed >= 0 else end]
    stop = closed + len(closer) if closed >= 0 else body + len(inner.rstrip())
    named = _NAMES.match(inner)
    terms = _TERMS.match(inner, named.end() if named else 0)
    until = (terms and terms['until']) or ''
    return IgnoreComment(
        Place(document, Span(start, stop)),
        names=_names(named['names']) if named else (),
        until='?' if terms and terms['until'] == '' else until.rstrip(',;'),
        reason=_reason((terms and terms['reason']) or ''),
        quoted=_is_quoted(document.path, text[max(0, start - 1) : start] + marker),
    )


def _is_first(text: str, start: int) -> bool:
    """Whether nothing stands before a comment on its line."""
    left = max(text.rfind('\n', max(0, start - _LONG), start) + 1, start - _LONG, 0)
    return text[left:start].lstrip('\ufeff').strip() in _ALONE


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(',') if (name := part.strip())))


def _reason(text: str) -> str:
    """The reason without the end of a string that the comment's line is written in."""
    reason = text.strip()
    while reason[-1:] in ('"', "'") and reason.count(reason[-1]) % 2:
        reason = reason[:-1].rstrip()
    return reason


def _is_quoted(path: str, opening: str) -> bool:
    lower = path.lower()
    for suffix, marker in _PROSE:
        if lower.endswith(suffix):
            return not marker or not opening.endswith(marker)
    return False
