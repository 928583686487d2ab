"""How the words of a command are written, as far as a fix has to know: what it may take out, and what can stand in front."""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.call import Call

# the one variable that a word, or the value of NAME=VALUE in it, expands
_EXPANDED = {
    'sh': r'["\']?(?:.*=)?["\']?\$(?:(\w+)|\{(\w+)\})["\']*',
    'pwsh': r'["\']?(?:.*=)?["\']?\$(?:env:(\w+)|\{env:(\w+)\})["\']*',
    'cmd': r'["\']?(?:.*=)?["\']?%(?:(\w+)|(\w+))%["\']*',
}
_SOURCES = r'(?:^|[;&|{(]|\bthen|\bdo)[ \t]*(?:source|\.)[ \t]'


class Written(Record):
    """Words of a command as they stand in its document.

    `words` is the option with its value, None when they do not stand side by side in the command.  `command` is
    the whole command, None where nothing can be put in front of it for it alone: behind a wrapper, at the end of
    a pipe, outside POSIX shells.  `held`: the program has the variable that the words expand in its
    environment, under the same name and with the same value.
    """

    words: Place | None = None
    command: Place | None = None
    held: bool = False


def written(call: Call, first: int, last: int, *, automatic: bool = False) -> Written:
    """The words `first` to `last` of a call.  `automatic`: a variable that nobody sets can only come from the system's settings."""
    start, end = call.fields[first].written, call.fields[last].written
    whole = call.written
    inside = start.fragment is end.fragment is whole.fragment
    if not inside or not whole.start <= start.start <= end.start < end.end <= whole.end:
        return Written()
    alone = call.frame.dialect == 'sh' and not call.wrapped and call.io.stdin is None
    return Written(
        start.fragment.place(start.start, end.end),
        whole.place if alone else None,
        _is_held(call, end.source, automatic),
    )


def _is_held(call: Call, source: str, automatic: bool) -> bool:
    match = re.fullmatch(_EXPANDED.get(call.frame.dialect, r'(?!)()()'), source)
    name = match and (match[1] or match[2])
    if not name or any(item.name == name for item in call.overlay):
        return False
    variable = call.state.variables.get(name)
    if variable is not None:
        return variable.exported
    # a file that is read in could set it for the shell alone
    return automatic and not call.wrapped and not re.search(_SOURCES, call.frame.fragment.text, re.MULTILINE)
