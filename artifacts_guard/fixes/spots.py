"""Places in documents that makers of fixes look at: lines, words of commands, scalars of YAML and JSON."""

from __future__ import annotations

import re

from artifacts_guard import yamltree
from artifacts_guard.text import Span
from artifacts_guard.yamltree.node import DOUBLE
from artifacts_guard.yamltree.node import PLAIN
from artifacts_guard.yamltree.node import SINGLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_YAML = ('.yml', '.yaml')
_SHELL = ('.sh', '.bash')
_SHEBANG = re.compile(r'#![^\n]*\b(?:sh|bash|dash|ksh|zsh)\b')
# strings of Groovy write the backslash twice
_CONTINUED = re.compile(r'[ \t]*\\{1,2}\r?\n[ \t]*')
_CONTINUES = re.compile(r'[ \t]*\\{1,2}\r?\n\Z')
_BLANK = re.compile(r'[ \t]*')


def words(place: Place) -> str:
    """The text of a place as it is written."""
    return place.document.text[place.span.start : place.span.end]


def lines(text: str, start: int, end: int) -> Span:
    """The whole lines that a range touches, with their line ends."""
    stop = text.find('\n', max(start, end - 1))
    return Span(text.rfind('\n', 0, start) + 1, len(text) if stop < 0 else stop + 1)


def column(text: str, at: int) -> int:
    """How many characters stand before an offset on its line."""
    return at - text.rfind('\n', 0, at) - 1


def line_end(text: str) -> str:
    """The line end that a text uses."""
    return '\r\n' if '\r\n' in text else '\n'


def left_out(text: str, span: Span) -> Span:
    """What goes with words of a command that are taken out: blanks, a line continued for them alone."""
    start, end = span.start, span.end
    line = text.rfind('\n', 0, start) + 1
    first = not text[line:start].strip()
    behind = _BLANK.match(text, end)
    stop = behind.end() if behind else end
    continued = _CONTINUED.match(text, end)
    if continued and first:
        return Span(start, continued.end())
    if stop > end and text[stop : stop + 1] not in ('', '\n', '\r', '\\'):
        return Span(start, stop)
    if not first:
        return Span(start - (len(text[line:start]) - len(text[line:start].rstrip(' \t'))), end)
    continues = _CONTINUES.search(text, max(0, text.rfind('\n', 0, max(0, line - 1))), line)
    if continues:
        return Span(continues.start(), end)
    return lines(text, start, end)


def nodes(document: Document) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """All nodes of a YAML or JSON document, each once, with the nodes around it from the outermost."""
    if not document.path.endswith((*_YAML, '.json')):
        return
    waiting: list[tuple[Node, tuple[Node, ...]]] = [
        (root, ()) for root in yamltree.partial_documents(document)
    ]
    while waiting:
        node, around = waiting.pop()
        yield node, around
        inner = [child for pair in node.entries() for child in pair]
        if node.kind == 'seq':
            inner = list(node)
        waiting += [(child, (*around, node)) for child in inner if child and child.alias is None]


def _holds(node: Node, at: int) -> bool:
    return node.place.span.start <= at <= node.place.span.end


def around(document: Document, at: int) -> tuple[Node, ...]:
    """The collections around an offset of a YAML document, from the outermost, and the scalar there; () if there is none."""
    found: tuple[Node, ...] = ()
    for node, outer in nodes(document):
        if node.kind == 'scalar' and _holds(node, at) and len(outer) >= len(found):
            found = (*outer, node)
    return found


def inserted(document: Document, at: int, text: str) -> str | None:
    """Text of a shell script as it has to be written at an offset; None where that cannot be told."""
    if document.path.endswith(_SHELL) or _SHEBANG.match(document.text):
        return text
    found = around(document, at)
    if not found:
        return None
    scalar = found[-1]
    if scalar.style == PLAIN:
        return None if ': ' in text or ' #' in text else text
    if scalar.style == SINGLE:
        return text.replace("'", "''")
    if scalar.style == DOUBLE:
        return text.replace('\\', '\\\\').replace('"', '\\"')
    return text


def is_shared(document: Document, span: Span, users: int) -> bool:
    """Whether a span lies in what an alias repeats elsewhere, for more than the `users` that a fix speaks for."""
    text = document.text
    if not document.path.endswith(_YAML) or '&' not in text or '*' not in text:
        return False
    for node, _ in nodes(document):
        if node.anchor and node.place.span.start <= span.start and span.end <= node.place.span.end:
            aliases = len(re.findall(rf'\*{re.escape(node.anchor)}(?![\w-])', text))
            if aliases and users <= aliases:
                return True
    return False
