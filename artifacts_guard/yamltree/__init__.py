"""YAML documents as trees of nodes that know where they stand; the only importer of YAML libraries.

>>> from artifacts_guard.text import Document
>>> root = parse(Document('ci.yml', 'script:\\n- make\\n'))
>>> [(line.text, line.place.line) for line in root['script']]
[('make', 2)]
"""

from __future__ import annotations

from artifacts_guard.text import Document
from artifacts_guard.yamltree.compose import UNKNOWN_ESCAPE
from artifacts_guard.yamltree.compose import Composer
from artifacts_guard.yamltree.compose import YamlError
from artifacts_guard.yamltree.events import stream
from artifacts_guard.yamltree.node import EMPTY
from artifacts_guard.yamltree.node import Node

__all__ = ('EMPTY', 'Node', 'YamlError', 'parse', 'parse_all', 'partial_documents')


_MOST_ESCAPES = 200


def parse(document: Document, *, unknown_escapes: bool = False) -> Node:
    """The first YAML document of a text, EMPTY if there is none.

    YamlError if any part of the text, later documents included, is not YAML.  With `unknown_escapes`, `"\\."`
    and the like are no error, for systems whose parser takes them as they stand.
    """
    if not unknown_escapes:
        return next(iter(parse_all(document)), EMPTY)
    masked: list[int] = []
    while True:
        composer = Composer(document, masked)
        error = composer.read(stream)
        if error is None:
            return next(iter(composer.documents), EMPTY)
        backslash = document.text.rfind('\\', 0, error.offset + 1)
        if error.message != UNKNOWN_ESCAPE or backslash in masked or len(masked) == _MOST_ESCAPES:
            raise error
        masked.append(backslash)


def parse_all(document: Document) -> tuple[Node, ...]:
    """All YAML documents of a text; YamlError if any part of it is not YAML."""
    composer = Composer(document)
    error = composer.read(stream)
    if error:
        raise error
    return tuple(composer.documents)


def partial_documents(document: Document) -> tuple[Node, ...]:
    """What can be read of a text before the first error in it."""
    composer = Composer(document)
    composer.read(stream)
    return tuple(composer.documents)
