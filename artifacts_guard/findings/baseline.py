"""Baseline files: findings that are accepted until a day, one JSON object on each line, in order.

A line has no line number and no time, so that git merges two changed baselines by itself.  It is told from findings by
what was found, not where: see `artifacts_guard.baseline`.  A file is data: nothing in it names code or another file.
"""

from __future__ import annotations

from artifacts_guard.errors import UsageError
from artifacts_guard.findings.comments import date
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence
    from typing import Any

_CONFLICT = ('<<<<<<< ', '=======', '>>>>>>> ', '||||||| ')
_LONGEST = 1000  # characters of a field


class Entry(Record):
    """An accepted finding: what it is, where it was when it was accepted, why, by whom and until when."""

    path: str
    rule: str
    fingerprint: str
    reason: str
    owner: str
    until: str

    def is_over(self, today: str) -> bool:
        """Whether its last day has passed; both as YYYY-MM-DD."""
        return self.until < today


class Match(Record):
    """Which findings are accepted, by their number, and which entries no finding has come to."""

    accepted: dict[int, Entry]
    stale: tuple[Entry, ...]


def parsed(text: str, name: str) -> tuple[Entry, ...]:
    """The entries of a baseline file.  Raises UsageError, which names the line, for what is none."""
    import json

    entries = []
    for number, line in enumerate(text.split('\n'), 1):
        if not line.strip():
            continue
        if line.startswith(_CONFLICT):
            raise UsageError(f'{name}:{number}: a merge conflict: keep the lines of both sides')
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            raise UsageError(f'{name}:{number}: not a line of a baseline: no JSON') from None
        entries.append(_entry(value, f'{name}:{number}'))
    return tuple(entries)


def _entry(value: Any, place: str) -> Entry:
    if not isinstance(value, dict):
        raise UsageError(f'{place}: not a line of a baseline: no object')
    for field in Entry._fields:
        given = value.get(field)
        if not isinstance(given, str) or not given.strip() or len(given) > _LONGEST:
            raise UsageError(f'{place}: `{field}` must be a text')
    if unknown := sorted(value.keys() - set(Entry._fields)):
        raise UsageError(f'{place}: unknown field {unknown[0]!r}')
    if date(value['until']) is None:
        raise UsageError(f'{place}: `until` must be a date as 2027-01-31')
    return Entry(**value)


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline file: the same for the same entries in any order."""
    import json

    ordered = sorted(entries, key=lambda entry: tuple(getattr(entry, field) for field in Entry._fields))
    return ''.join(
        json.dumps({field: getattr(entry, field) for field in Entry._fields}) + '\n' for entry in ordered
    )


def matched(found: Sequence[tuple[str, str]], entries: Iterable[Entry]) -> Match:
    """Entries for findings, given as fingerprint and path.

    One entry accepts one finding.  Of several that are alike those at an entry's own path come first, the others
    in order: what was moved stays accepted, what was copied is new.
    """
    at_path: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        at_path.setdefault((entry.fingerprint, entry.path), []).append(entry)
    accepted: dict[int, Entry] = {}
    for number, (fingerprint, path) in enumerate(found):
        if at_path.get((fingerprint, path)):
            accepted[number] = at_path[fingerprint, path].pop(0)
    moved: dict[str, list[Entry]] = {}
    for (fingerprint, _), left in at_path.items():
        moved.setdefault(fingerprint, []).extend(left)
    for number, (fingerprint, _) in enumerate(found):
        if number not in accepted and moved.get(fingerprint):
            accepted[number] = moved[fingerprint].pop(0)
    return Match(accepted, tuple(entry for left in moved.values() for entry in left))
