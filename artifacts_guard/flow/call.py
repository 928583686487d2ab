"""One command about to run: its words, and everything around it."""

from __future__ import annotations

from artifacts_guard.flow.frame import Frame
from artifacts_guard.flow.output import Io
from artifacts_guard.flow.state import State
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.record import Record


class Overlay(Record):
    """An assignment: alone, in front of a command, or in a declaration."""

    name: str
    alternatives: tuple[tuple[Field, ...], ...]
    append: bool
    written: Excerpt
    array: bool = False


class Call(Record):
    """`fields` are the words after expansion, the program first; `written` is the whole command.

    `overlay` are the assignments in front.  `several`: the words can become other lists, too.
    `wrapped`: started by another program, so that shell functions and builtins do not apply.
    """

    fields: tuple[Field, ...]
    written: Excerpt
    state: State
    frame: Frame
    io: Io
    overlay: tuple[Overlay, ...] = ()
    several: bool = False
    wrapped: bool = False

    @property
    def words(self) -> list[str]:
        return [field.text for field in self.fields]

    @property
    def name(self) -> str:
        return self.fields[0].text
