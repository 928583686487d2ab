"""What Groovy text is read into."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.text import Piece

WORD = 'word'
NUMBER = 'number'
STRING = 'string'
MARK = 'mark'
NEWLINE = 'newline'
GROUP = 'group'


class Hole(Record):
    """An expression that Groovy puts into a string: its range in the string's text, and its code."""

    start: int
    end: int
    code: str


class Item(Record):
    """A token, or a pair of brackets with what is in them.

    `text` is a word (`env.X` is one), a mark, a string's value or the opening bracket.  A string's
    `pieces` lead from its value to the document.
    """

    kind: str
    text: str
    start: int
    end: int
    items: tuple[Item, ...] = ()
    pieces: tuple[Piece, ...] = ()
    holes: tuple[Hole, ...] = ()


class Problem(Record):
    """Why and where a text is no Groovy."""

    message: str
    offset: int


class Argument(Record):
    name: str
    items: tuple[Item, ...]


class Call(Record):
    """`name(arguments) { closures }`, or without parentheses; a block on its own has no name."""

    name: str
    start: int
    end: int
    arguments: tuple[Argument, ...] = ()
    closures: tuple[Item, ...] = ()
