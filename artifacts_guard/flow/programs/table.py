"""The table of programs: its rows, and the view of one command line that a row gives.

A row may have `forms`, one for each verb that matters (`secret set`, `kv put`); what a form says replaces what the
row says.  All lists of flags and names in the data are written as one string with blanks.
"""

from __future__ import annotations

import os
from functools import lru_cache

from artifacts_guard.flow.programs.options import Options
from artifacts_guard.flow.programs.options import Syntax
from artifacts_guard.flow.programs.options import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

UNKNOWN = '\ufffc'
_SUFFIXES = ('.exe', '.cmd', '.bat', '.ps1', '.com')
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=1)
def rows() -> dict[str, dict[str, Any]]:
    """Name -> row, as in `data/programs.json`; not to be changed."""
    import json

    folder = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    with open(os.path.join(folder, 'data', 'programs.json'), encoding='utf-8') as file:
        data: dict[str, dict[str, Any]] = json.load(file)['programs']
    return data


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Every name and alias of a program -> its row's name."""
    found = {name: name for name in rows()}
    for name, row in rows().items():
        for alias in row.get('aliases', '').split():
            found.setdefault(alias, name)
    return found


def find(name: str) -> str | None:
    """The row's name for a program as people write it: bare, with a folder, with a suffix, in any case on Windows."""
    base = name.replace('\\', '/').rpartition('/')[2]
    known = names()
    base = base[: base.find('@', 1)] if '@' in base[1:] else base  # `npx NAME@VERSION`
    if base in known:
        return known[base]
    lower = base.lower()
    for suffix in _SUFFIXES:
        lower = lower.removesuffix(suffix)
    row = known.get(lower)
    # case is ignored for what Windows has, and for cmdlets, which have a hyphen
    if row is not None and (lower != base.lower() or '-' in lower or rows()[row].get('cmdlet')):
        return row
    return None


@lru_cache(maxsize=2048)
def words_of(text: str) -> frozenset[str]:
    """A list in the data as a set."""
    return frozenset(text.split())


@lru_cache(maxsize=512)
def _syntax(style: str, values: str, optional: str) -> Syntax:
    return Syntax(style, words_of(values), words_of(optional))


class View:
    """A command line as its row sees it: the form that applies, its options and its operands after the verb."""

    __slots__ = ('operands', 'options', 'skip', 'spec', 'verb', 'words')

    def __init__(self, row: dict[str, Any], words: Sequence[str]) -> None:
        self.words = words
        self.spec, self.verb = _form(row, words)
        wrapper = self.spec.get('wrapper', {})
        self.skip: int = wrapper.get('skip', 0)
        if 'operand_without' in wrapper and not words_of(wrapper['operand_without']).intersection(words):
            self.skip += 1  # `runuser USER COMMAND`, but `runuser -u USER COMMAND`
        most = len(self.verb) + self.skip
        if not self.skip or wrapper.get('interspersed'):
            most += 1  # options may stand before the inner command, whose first word ends them
        if not wrapper or wrapper.get('permutes') or 'separator' in wrapper:
            most = -1
        self.options: Options = parse(
            words, syntax(self.spec), most=most, assignments=wrapper.get('assignments', False)
        )
        self.operands = self.options.operands[len(self.verb) :]

    def flags(self, key: str) -> frozenset[str]:
        """A list of flags of the spec."""
        return words_of(self.spec[key]) if key in self.spec else _NONE

    def has(self, key: str) -> bool:
        """Whether one of the flags that the spec lists under a key is given."""
        return key in self.spec and self.options.has(words_of(self.spec[key]))

    def operand(self, index: int) -> str:
        """An operand's text, '' when there is none."""
        return self.words[self.operands[index]] if -len(self.operands) <= index < len(self.operands) else ''

    def value(self, names: str) -> str:
        """The value of the last of some options, '' when not given."""
        given = self.options.last(words_of(names))
        return (given.value or '') if given else ''


def syntax(spec: dict[str, Any]) -> Syntax:
    return _syntax(spec.get('style', 'gnu'), spec.get('values', ''), spec.get('optional', ''))


def _form(row: dict[str, Any], words: Sequence[str]) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The row with what its form for these words adds, and the indices of the verb."""
    forms = row.get('forms')
    if not forms:
        return row, ()
    operands = parse(words, syntax(row), most=4).operands
    spoken = [words[index] for index in operands]
    best: dict[str, Any] | None = None
    length = 0
    for form in forms:
        for verb in form['verb'].split(','):
            wanted = verb.split()
            if len(wanted) > length and spoken[: len(wanted)] == wanted:
                best, length = form, len(wanted)
    if best is None:
        return row, ()
    spec = {**row, **best}
    for key in ('values', 'optional'):
        spec[key] = f'{row.get(key, "")} {best.get(key, "")}'
    return spec, tuple(operands[:length])
