"""Command lines taken apart: options, their values, and the other words (operands).

One parser serves all programs; what it must know of a program are the flags that take a value.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = '\ufffc'
_MOST_LETTERS = 16  # of short options in one word


class Given(Record):
    """An option as given: `index` of its word, `value_index` of the word that holds the value (or -1).

    `joined`: the value stands in the option's own word (`--x=v`, `-xv`).
    """

    name: str
    value: str | None
    index: int
    value_index: int
    joined: bool


class Syntax(Record):
    """How a program reads its options.

    `style`: `gnu` (`-abc`, `--long[=v]`), `long` (also with one dash: `-field=v`, as Go's and Java's do), `powershell`
    (`-Name v`, any case), `slash` (cmd: `/x`), `none`.  `values` take a value, `optional` only a joined one.
    """

    style: str = 'gnu'
    values: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


class Options(Record):
    """`given` in order, `operands` as word indices, `end` the index behind `--` (or -1), `stop` the first unread one."""

    given: tuple[Given, ...] = ()
    operands: tuple[int, ...] = ()
    end: int = -1
    stop: int = -1

    def all(self, names: frozenset[str]) -> tuple[Given, ...]:
        return tuple(given for given in self.given if given.name in names)

    def has(self, names: frozenset[str]) -> bool:
        return any(given.name in names for given in self.given)

    def last(self, names: frozenset[str]) -> Given | None:
        return next((given for given in reversed(self.given) if given.name in names), None)


def parse(
    words: Sequence[str], syntax: Syntax, start: int = 1, most: int = -1, *, assignments: bool = False
) -> Options:
    """Read `words[start:]`.

    With `most` ≥ 0, reading stops behind that many operands: what follows belongs to another command.  With
    `assignments`, NAME=VALUE words and `-` do not count.
    """
    given: list[Given] = []
    operands: list[int] = []
    index, end, counted = start, -1, 0
    while index < len(words) and counted != most:
        word = words[index]
        if end < 0 and word == '--' and syntax.style in ('gnu', 'long'):
            end = index + 1
        elif end < 0 and _is_option(word, syntax):
            index = _option(words, index, syntax, given)
        else:
            operands.append(index)
            counted += not (assignments and (word == '-' or assigned_name(word)))
        index += 1
    return Options(tuple(given), tuple(operands), end, index)


def assigned_name(word: str) -> str:
    """The NAME of a NAME=VALUE word, or ''."""
    name, mark, _ = word.partition('=')
    return name if mark and name.isascii() and name.isidentifier() else ''


def _is_option(word: str, syntax: Syntax) -> bool:
    if syntax.style == 'none':
        return False
    if syntax.style == 'slash':
        return len(word) == 2 and word[0] == '/'
    return len(word) > 1 and word[0] in '-+' and (word[0] == '-' or word in syntax.values)


def _option(words: Sequence[str], index: int, syntax: Syntax, given: list[Given]) -> int:
    """Read the option at `index`; the index of the last word it takes."""
    word = words[index]
    if syntax.style == 'powershell':
        return _named(words, index, word.lower(), ':', syntax, given)
    if (
        word.startswith('--')
        or syntax.style in ('long', 'slash')
        or word in syntax.values
        or word in syntax.optional
    ):
        name = word if syntax.style == 'gnu' else _one_dash(word)
        return _named(words, index, name, '=', syntax, given)
    return _cluster(words, index, syntax, given)


def _one_dash(word: str) -> str:
    return word[1:] if word.startswith('--') else word


def _named(words: Sequence[str], index: int, word: str, mark: str, syntax: Syntax, given: list[Given]) -> int:
    name, joined, _ = word.partition(mark)
    if joined:
        given.append(Given(name, words[index].partition(mark)[2], index, index, True))
    elif name in syntax.values and index + 1 < len(words):
        given.append(Given(name, words[index + 1], index, index + 1, False))
        return index + 1
    else:
        given.append(Given(name, None, index, -1, False))
    return index


def _cluster(words: Sequence[str], index: int, syntax: Syntax, given: list[Given]) -> int:
    """`-abc`, `-ovalue`, `-ab value`."""
    word = words[index]
    for at in range(1, min(len(word), _MOST_LETTERS)):
        name = word[0] + word[at]
        rest = word[at + 1 :]
        if name in syntax.optional or (name in syntax.values and rest):
            given.append(Given(name, rest or None, index, index if rest else -1, bool(rest)))
            break
        if name in syntax.values and index + 1 < len(words):
            given.append(Given(name, words[index + 1], index, index + 1, False))
            return index + 1
        if word[at] != UNKNOWN:
            given.append(Given(name, None, index, -1, False))
    return index
