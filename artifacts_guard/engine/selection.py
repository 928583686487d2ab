"""Which rules speak: the decision about `--select`, `--ignore` and names in ignore comments.

A name is a rule's id or one of its aliases, a group, a pattern with `*`, or `all`.  When a rule is
both selected and ignored, the more exact name decides (id before pattern before group before `all`),
and between equals the ignore.  Without a selection every stable rule speaks; preview rules have to
be selected, deprecated ones by their own name.
"""

from __future__ import annotations

from artifacts_guard.engine.model import DEPRECATED
from artifacts_guard.engine.model import PREVIEW
from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.engine.model import Rule

ALL = 'all'

_ALL, _GROUP, _PATTERN, _EXACT = 1, 2, 3, 4


def chosen(rules: Sequence[Rule], select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules that speak, in their given order.  Raises UsageError for a name that no rule has."""
    _refuse_unknown((*select, *ignore), rules)
    return tuple(rule for rule in rules if _speaks(rule, select, ignore))


def named(names: Iterable[str], rules: Sequence[Rule]) -> frozenset[str]:
    """The ids of all rules that some names mean; names that no rule has mean nothing."""
    wanted = tuple(names)
    return frozenset(rule.id for rule in rules if _rank(rule, wanted))


def unknown(names: Iterable[str], rules: Sequence[Rule]) -> tuple[str, ...]:
    """Those of some names that mean no rule, in order."""
    return tuple(name for name in names if not any(_rank(rule, (name,)) for rule in rules))


def unheard(rules: Sequence[Rule], select: Sequence[str], *, pedantic: bool) -> tuple[str, ...]:
    """Sentences about rules that were selected by their own name and yet cannot speak."""
    if pedantic:
        return ()
    return tuple(
        f'{rule.id} is pedantic: it speaks only with --pedantic'
        for rule in rules
        if rule.pedantic == {} and _rank(rule, select) == _EXACT
    )


def _speaks(rule: Rule, select: Sequence[str], ignore: Sequence[str]) -> bool:
    wanted = _rank(rule, select) if select else _ALL
    if rule.status == DEPRECATED and wanted < _EXACT:
        return False
    if rule.status == PREVIEW and not select:
        return False
    return wanted > _rank(rule, ignore)


def _rank(rule: Rule, names: Sequence[str]) -> int:
    """How exactly the best of some names means a rule; 0 for not at all."""
    return max([_rank_of_one(rule, name) for name in names], default=0)


def _rank_of_one(rule: Rule, name: str) -> int:
    if name == rule.id or name in rule.aliases:
        return _EXACT
    if '*' in name and _like(rule.id, name):
        return _PATTERN
    if name == rule.group:
        return _GROUP
    return _ALL if name == ALL else 0


def _like(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern in which `*` stands for anything; linear in both."""
    first, *middle, last = pattern.split('*')
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _refuse_unknown(names: Sequence[str], rules: Sequence[Rule]) -> None:
    strange = unknown(names, rules)
    if not strange:
        return
    from artifacts_guard.engine.vocabulary import suggestion

    known = {ALL, *(rule.id for rule in rules), *(rule.group for rule in rules)}
    known |= {alias for rule in rules for alias in rule.aliases}
    raise UsageError(f'no rule or group is called {strange[0]!r}{suggestion(strange[0], sorted(known))}')
