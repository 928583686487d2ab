"""Fixes tried out: they count when what they fix is gone and nothing new came."""

from __future__ import annotations

from artifacts_guard.fixes.table import fix
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.findings.finding import Edit
    from artifacts_guard.findings.finding import Finding

    # from the changed texts by path to all findings of the tree as it would be
    Check = Callable[[dict[str, str]], Sequence[Finding]]
    Key = tuple[str, ...]

_MOST_ROUNDS = 10
_MOST_TRIALS = 64  # checks of one round; what is left then is refused
_MOST_FOR_REPORTS = 16  # nobody waits for a report as for an edit


class Repaired(Record):
    """The texts that changed, by path; the findings that fixes were made for: those that counted, and the others."""

    texts: dict[str, str]
    done: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


def repair(
    check: Check, before: Sequence[Finding], wanted: Callable[[Finding], bool], *, unsafe: bool = False
) -> Repaired:
    """Apply fixes in rounds until none is left: of those that overlap the first counts, the others come in the next.

    `before` are all findings of the tree as it is, `wanted` tells which of them are to be fixed.
    """
    texts: dict[str, str] = {}
    done: list[Finding] = []
    refused: dict[Key, Finding] = {}
    found = before
    for _ in range(_MOST_ROUNDS):
        offers = [
            one
            for one in _with_fixes(filter(wanted, found))
            if one.fix and (unsafe or one.fix.safe) and _key(one) not in refused
        ]
        accepted, rejected = _tried(check, found, _apart(offers), texts)
        refused.update((_key(one), one) for one in rejected)
        if not accepted:
            break
        done += accepted
        texts = {**texts, **applied(accepted)}
        found = check(texts)
    return Repaired(texts, tuple(done), tuple(refused.values()))


def offered(check: Check, before: Sequence[Finding], shown: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings to show, with the fixes that count."""
    shown = tuple(shown)
    accepted, _ = _tried(check, before, _apart(_with_fixes(shown)), {}, _MOST_FOR_REPORTS)
    fixes = {(one.fingerprint, one.place): one.fix for one in accepted}
    return tuple(one.replace(fix=fixes.get((one.fingerprint, one.place))) for one in shown)


def applied(fixed: Iterable[Finding]) -> dict[str, str]:
    """The texts of the documents that fixes change, by path, after all of them."""
    edits: dict[str, dict[Edit, None]] = {}
    for one in fixed:
        for edit in one.fix.edits if one.fix else ():
            edits.setdefault(edit.place.path, {})[edit] = None
    return {path: _edited(list(each)) for path, each in edits.items()}


def _edited(edits: list[Edit]) -> str:
    text = edits[0].place.document.text
    for edit in sorted(edits, key=lambda one: one.place.span.start, reverse=True):
        text = text[: edit.place.span.start] + edit.text + text[edit.place.span.end :]
    return text


def _with_fixes(found: Iterable[Finding]) -> list[Finding]:
    return [one.replace(fix=made) for one in found if (made := fix(one)) is not None]


def _apart(offers: Iterable[Finding]) -> list[Finding]:
    """Those whose edits touch none of an earlier one."""
    kept: list[Finding] = []
    taken: list[Edit] = []
    for one in offers:
        edits = one.fix.edits if one.fix else ()
        if not any(_touch(edit, other) for edit in edits for other in taken):
            kept.append(one)
            taken += edits
    return kept


def _touch(one: Edit, other: Edit) -> bool:
    if one.place.path != other.place.path:
        return False
    return one.place.span.start <= other.place.span.end and other.place.span.start <= one.place.span.end


def _tried(
    check: Check,
    before: Sequence[Finding],
    offers: list[Finding],
    texts: dict[str, str],
    most: int = _MOST_TRIALS,
) -> tuple[list[Finding], list[Finding]]:
    """The fixes that count together, and those that do not.  All are tried at once, and in halves where that fails."""
    accepted: list[Finding] = []
    rejected: list[Finding] = []
    waiting = [offers] if offers else []
    trials = 0
    while waiting:
        group = waiting.pop()
        trials += 1
        candidates = accepted + group
        if trials > most:
            rejected += group
        elif _counts(before, check({**texts, **applied(candidates)}), candidates):
            accepted = candidates
        elif len(group) > 1:
            half = len(group) // 2
            waiting += [group[half:], group[:half]]
        else:
            rejected += group
    return accepted, rejected


def _counts(before: Sequence[Finding], after: Sequence[Finding], fixed: Sequence[Finding]) -> bool:
    """Whether what was fixed is gone, not only moved, and nothing came that was not there before."""
    allowed = _numbers(before)
    allowed.subtract(_numbers(fixed))
    return all(number <= allowed[key] for key, number in _numbers(after).items())


def _numbers(found: Iterable[Finding]) -> Counter[Key]:
    from collections import Counter

    return Counter(map(_key, found))


def _key(one: Finding) -> Key:
    """What a finding is, wherever it stands: equal ones are not told apart by their number."""
    return one.rule, one.level, one.place.path, one.job, one.identity.partition(' #')[0]
