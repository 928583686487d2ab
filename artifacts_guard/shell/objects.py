"""What PowerShell and cmd have and POSIX shells do not: values that are objects, not texts; `try`; labels.

These stand in the tree of `syntax` beside its own parts and commands.  No part here is ever split into fields.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from artifacts_guard.shell.syntax import Block
    from artifacts_guard.shell.syntax import Word


class List(Record):
    """`@( … )`, or elements with commas (`commas`): these a native command gets as one word, `a,b`."""

    start: int
    end: int
    words: tuple[Word, ...]
    commas: bool = False


class Table(Record):
    """`@{ key = value; … }`."""

    start: int
    end: int
    entries: tuple[tuple[Word, Word], ...]


class Step(Record):
    """`.name`, `[index]` or `.name(arguments)`; the name is `*` where it is not known."""

    name: str
    arguments: tuple[Word, ...] | None = None


class Member(Record):
    """Members of an object: `$answer.data.id`, `$table['key']`, `$text.Trim()`."""

    start: int
    end: int
    target: Word
    steps: tuple[Step, ...]


class Operation(Record):
    """Operators and what they make of their words.

    `+` joins texts or lists; `-f` puts the others into the first; `-join` joins a list; `carry`: something that
    carries all of them; `drop`: a number or truth value; `choice`: any of the words after the first, which is a condition.
    """

    start: int
    end: int
    operator: str
    words: tuple[Word, ...]


class ScriptBlock(Record):
    """`{ … }` as a value."""

    start: int
    end: int
    body: Block


class Splat(Record):
    """`@name`: the elements of a list, or the entries of a table as options."""

    start: int
    end: int
    name: str


Part: TypeAlias = 'List | Table | Member | Operation | ScriptBlock | Splat'


class Try(Record):
    """`try { body } catch { handler } finally { last }`."""

    start: int
    end: int
    body: Block
    handlers: tuple[Block, ...]
    last: Block | None = None


class Section(Record):
    """What stands behind a label of cmd, up to the next one; the label is in lower case, '' at the beginning."""

    label: str
    body: Block


class Sections(Record):
    """A script of cmd with labels, run from one of its sections on; `goto` goes on at another."""

    start: int
    end: int
    sections: tuple[Section, ...]
    entry: int = 0
