"""Strings of documents put together, replaced in part, or meant without being written.

What is made here still knows where each of its characters comes from.
"""

from __future__ import annotations

from bisect import bisect_right

from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.record import Record
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import Place
from artifacts_guard.text import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.yamltree import Node

_DEPTH = 20


class Cut(Record):
    """A range of a fragment that something else stands for.

    `template` takes the place of the text; without one the text stays and is an expression that
    can have the values `choices`.
    """

    start: int
    end: int
    template: Template | None = None
    choices: tuple[Reference | str, ...] = ()
    early: bool = True


def said(place: Place, text: str) -> Template:
    """A word that the document does not spell out, but means at a place."""
    return Template(Fragment(place.document, text, (Piece(0, place.span.start, place.span.end),)))


def splice(fragment: Fragment, cuts: Iterable[Cut]) -> Template:
    """A fragment with cuts made in it, which are in order and do not overlap."""
    made = _Made(fragment)
    expressions: list[Expression] = []
    at = 0
    for cut in cuts:
        made.keep(at, cut.start)
        start = made.length
        if cut.template is None:
            made.keep(cut.start, cut.end)
            expressions.append(Expression(start, made.length, cut.choices, cut.early))
        else:
            made.put(cut.template.text, cut.start, cut.end)
            expressions += moved(cut.template.expressions, start)
        at = cut.end
    made.keep(at, len(fragment.text))
    return Template(made.fragment(), tuple(expressions))


class _Made:
    """A new fragment in the making, out of ranges of an old one."""

    def __init__(self, old: Fragment) -> None:
        self._old = old
        self._starts = [piece.at for piece in old.pieces]
        self._texts: list[str] = []
        self._pieces: list[Piece] = []
        self.length = 0

    def keep(self, start: int, end: int) -> None:
        """Add a range of the old fragment as it is."""
        if start >= end:
            return
        shift = self.length - start
        pieces = self._old.pieces
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(pieces)):
            piece = pieces[index]
            if piece.at >= end:
                break
            stop = self._starts[index + 1] if index + 1 < len(pieces) else len(self._old.text)
            if piece.end - piece.start == stop - piece.at:
                left, right = max(start - piece.at, 0), min(end, stop) - piece.at
                self._pieces.append(Piece(piece.at + left + shift, piece.start + left, piece.start + right))
            else:
                self._pieces.append(Piece(max(piece.at, start) + shift, piece.start, piece.end))
        self._texts.append(self._old.text[start:end])
        self.length += end - start

    def put(self, text: str, start: int, end: int) -> None:
        """Add a text that stands for a range of the old fragment."""
        if text:
            span = self._old.span(start, end)
            self._pieces.append(Piece(self.length, span.start, span.end))
            self._texts.append(text)
            self.length += len(text)

    def fragment(self) -> Fragment:
        return Fragment(self._old.document, ''.join(self._texts), tuple(self._pieces))


def moved(expressions: Iterable[Expression], by: int) -> list[Expression]:
    """Expressions of a text that now begins further on."""
    return [one.replace(start=one.start + by, end=one.end + by) for one in expressions]


def tail(template: Template, start: int) -> Template:
    """A string without its beginning."""
    return between(template, start, len(template.text))


def between(template: Template, start: int, end: int) -> Template:
    """A part of a string, with the expressions that lie in it."""
    inside = [one for one in template.expressions if one.start >= start and one.end <= end]
    return Template(template.fragment.slice(start, end), tuple(moved(inside, -start)))


def joined(templates: Sequence[Template], separator: str = '\n') -> Template:
    """Strings of one document as one text, with a separator that comes from nowhere between them."""
    if len(templates) == 1:
        return templates[0]
    fragments = [template.fragment for template in templates]
    expressions: list[Expression] = []
    at = 0
    for template in templates:
        expressions += moved(template.expressions, at)
        at += len(template.text) + len(separator)
    return Template(join(fragments, separator, fragments[0].document), tuple(expressions))


def scalars(node: Node, depth: int = 0) -> list[Node]:
    """The scalars of a list and of the lists and mappings in it: what is written there, whatever its form."""
    if node.kind == 'scalar':
        return [node]
    if depth > _DEPTH:
        return []
    inner = node if node.kind == 'seq' else [value for _, value in node.items()]
    return [scalar for child in inner for scalar in scalars(child, depth + 1)]


def closing(text: str, at: int, marks: re.Pattern[str]) -> int:
    """Where the `${` that is open at an offset ends, -1 when it does not.

    `marks` finds what opens and closes, and what is escaped.
    """
    depth = 1
    while (match := marks.search(text, at)) is not None:
        at = match.end()
        if match[0] == '${':
            depth += 1
        elif match[0] == '}':
            depth -= 1
            if not depth:
                return at
    return -1
