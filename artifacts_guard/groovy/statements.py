"""Statements of blocks, and the calls and arguments in them."""

from __future__ import annotations

from artifacts_guard.groovy.items import GROUP
from artifacts_guard.groovy.items import MARK
from artifacts_guard.groovy.items import NEWLINE
from artifacts_guard.groovy.items import NUMBER
from artifacts_guard.groovy.items import STRING
from artifacts_guard.groovy.items import WORD
from artifacts_guard.groovy.items import Argument
from artifacts_guard.groovy.items import Call
from artifacts_guard.groovy.items import Item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

# Words that begin no call of their own, and those behind which a statement begins.
_KEYWORDS = frozenset(
    (
        *(
            'def',
            'return',
            'else',
            'new',
            'throw',
            'in',
            'assert',
            'case',
            'import',
            'package',
            'static',
            'private',
        ),
        *('public', 'protected', 'final', 'do', 'try', 'void', 'instanceof', 'as'),
    )
)
_STARTERS = frozenset(('return', 'else', 'do'))
_CONDITIONS = frozenset(('if', 'for', 'while', 'switch', 'catch'))
_ENDS_OPEN = frozenset(
    (
        *('=', '==', '!=', '+', '-', '*', '/', '%', '&&', '||', '?:', '?', ':', ',', '.', '?.'),
        *('<', '>', '<=', '>=', '=~', '==~', '+='),
    )
)
_BEGINS_BOUND = frozenset(('.', '?.', '*.', '&&', '||', '?', '?:', ':', '+', '==', '!='))
_ASSIGNING = frozenset(('=', ':', '->', '?', '?:'))


def is_group(item: Item, bracket: str) -> bool:
    return item.kind == GROUP and item.text == bracket


def statements(items: Iterable[Item]) -> list[tuple[Item, ...]]:
    """The statements of a block."""
    found: list[tuple[Item, ...]] = []
    current: list[Item] = []
    broken = False
    for item in items:
        if item.kind == NEWLINE:
            broken = broken or bool(current)
            if item.text == ';' and current:
                found.append(tuple(current))
                current, broken = [], False
            continue
        if broken and not _goes_on(current, item):
            found.append(tuple(current))
            current = []
        broken = False
        current.append(item)
    return [*found, tuple(current)] if current else found


def _goes_on(current: list[Item], item: Item) -> bool:
    """Whether a line belongs to the statement before it."""
    last = current[-1]
    if last.kind == MARK and last.text in _ENDS_OPEN:
        return True
    if item.kind == MARK:
        return item.text in _BEGINS_BOUND
    return is_group(item, '{') and (last.kind == WORD or is_group(last, '('))


def calls(items: Sequence[Item]) -> list[Call]:
    """The calls of a statement that are not arguments of other calls, in order."""
    found: list[Call] = []
    at, fresh = 0, True
    while at < len(items):
        item = items[at]
        if item.kind == WORD:
            call, at, fresh = _call(items, at, fresh)
            if call is not None:
                found.append(call)
            continue
        if is_group(item, '{'):
            found.append(Call('', item.start, item.end, closures=(item,)))
        elif item.kind == GROUP:
            found += [call for argument in arguments(item.items) for call in calls(argument.items)]
        fresh = item.kind == MARK and item.text in _ASSIGNING
        at += 1
    return found


def _call(items: Sequence[Item], at: int, fresh: bool) -> tuple[Call | None, int, bool]:
    """The call that a word begins, where to go on, and whether a statement can begin there."""
    word, rest = items[at], at + 1
    name = word.text
    given: tuple[Argument, ...] = ()
    if name in _KEYWORDS:
        return None, rest, name in _STARTERS
    following = items[rest] if rest < len(items) else None
    if following is None:
        return None, rest, False
    taken = False
    if is_group(following, '('):
        given, taken = arguments(following.items), True
        rest += 1
    elif fresh and _is_argument(items, rest):
        given, taken = arguments(items[rest:]), True
        rest = len(items)
    closures = [argument.items[0] for argument in given if not argument.name and _is_closure(argument)]
    given = tuple(argument for argument in given if argument.name or not _is_closure(argument))
    if rest == len(items) and given and len(given[-1].items) > 1 and is_group(given[-1].items[-1], '{'):
        last = given[-1]
        closures.append(last.items[-1])
        given = (*given[:-1], last.replace(items=last.items[:-1]))
    while rest < len(items) and is_group(items[rest], '{'):
        closures.append(items[rest])
        taken = True
        rest += 1
    if not taken:
        return None, rest, False
    call = Call(name, word.start, items[rest - 1].end, given, tuple(closures))
    return call, rest, name in _CONDITIONS and not closures


def _is_closure(argument: Argument) -> bool:
    return len(argument.items) == 1 and is_group(argument.items[0], '{')


def _is_argument(items: Sequence[Item], at: int) -> bool:
    """Whether what follows a word is its first argument: `sh 'make'`, `agent any`, not `String x = 1`."""
    item = items[at]
    if item.kind == WORD:
        after = items[at + 1] if at + 1 < len(items) else None
        declared = after is not None and after.kind == MARK and after.text == '='
        return not declared and item.text not in ('in', 'as', 'instanceof')
    return item.kind in (STRING, NUMBER) or is_group(item, '[')


def arguments(items: Sequence[Item]) -> tuple[Argument, ...]:
    """What stands between brackets, separated by commas: `script: 'make', returnStdout: true`."""
    found = []
    current: list[Item] = []
    for item in (*items, Item(MARK, ',', 0, 0)):
        if item.kind == NEWLINE:
            continue
        if item.kind != MARK or item.text != ',':
            current.append(item)
            continue
        if current:
            named = len(current) > 1 and current[1].kind == MARK and current[1].text == ':'
            named = named and current[0].kind in (WORD, STRING)
            found.append(Argument(current[0].text if named else '', tuple(current[2 if named else 0 :])))
        current = []
    return tuple(found)
