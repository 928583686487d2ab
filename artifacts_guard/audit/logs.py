"""What the service's own records tell of a key: audit events and the list of artifacts.

The events show only some scopes at work (create, update, delete), at most the newest 100 of a view, and nobody's
reads: what they do not show is no proof unless they could have shown it.
"""

from __future__ import annotations

import json

from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

KEY = 'api_key'  # the actor's type, as the service writes it
# actions that a key leaves behind, and the scope that each proves
PROVES = {
    'artifact.created': 'artifacts:create',
    'artifact.updated': 'artifacts:update',
    'artifact.version_restored': 'artifacts:update',
    'artifact.deleted': 'artifacts:delete',
    'artifact.access_updated': 'artifacts:access:write',
}
# scopes whose every use leaves an event: only of these does silence prove something
PROVABLE = ('artifacts:create', 'artifacts:update', 'artifacts:delete')
ENOUGH_DAYS = 90
ENOUGH_ACTIVE_DAYS = 3  # days on which the key did something: a stand-in for cycles of its schedule
_ENVELOPES = ('data', 'auditEvents', 'events', 'artifacts')


class Event(Record):
    """Something that a key did.  `what` is the id of the artifact."""

    identifier: str
    key: str
    action: str
    what: str
    time: str


class Span(Record):
    """An unbroken stretch of time that the given exports cover."""

    begin: str
    end: str


class Logs(Record):
    """All events of all exports, each once, and the stretches that they cover."""

    events: tuple[Event, ...] = ()
    spans: tuple[Span, ...] = ()

    def days(self) -> int:
        """The length of the longest stretch: a gap could hide anything."""
        return max((days_between(span.begin, span.end) for span in self.spans), default=0)

    def used(self, key: str) -> set[str]:
        """The scopes that a key is seen to use."""
        return {PROVES[event.action] for event in self.events if event.key == key and event.action in PROVES}

    def can_prove(self, key: str) -> bool:
        """Whether silence about a key says something: long enough, without a gap, of a key that is at work."""
        active = {event.time[:10] for event in self.events if event.key == key}
        return self.days() >= ENOUGH_DAYS and len(active) >= ENOUGH_ACTIVE_DAYS


def read(texts: Iterable[tuple[str, str]]) -> Logs:
    """The events of exports, given as (name, text).  Raises UsageError for a text that is none."""
    events: dict[str, Event] = {}
    spans = []
    for where, text in texts:
        rows = rows_of(text, where)
        times = sorted(str(row.get('createdAt') or '') for row in rows)
        if times:
            spans.append(Span(times[0], times[-1]))
        for row in rows:
            if row.get('actorPrincipalType') == KEY:
                event = _event(row)
                events.setdefault(event.identifier, event)
    return Logs(tuple(sorted(events.values(), key=lambda e: (e.time, e.identifier))), _joined(spans))


def created(text: str, where: str) -> tuple[Event, ...]:
    """The artifacts of a list, as events of the keys that made them.  Raises UsageError for a text that is none."""
    return tuple(
        Event(
            f'artifact {row.get("id", "")}',
            str(row.get('createdByPrincipalId') or ''),
            'artifact.created',
            str(row.get('id') or ''),
            str(row.get('createdAt') or ''),
        )
        for row in rows_of(text, where)
        if row.get('createdByPrincipalType') == KEY
    )


def rows_of(text: str, where: str) -> list[dict[str, Any]]:
    """The objects of a list in JSON, bare, in an envelope, or one a line.  Raises UsageError."""
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise UsageError(f'{where}: neither JSON nor a JSON object on each line') from None
    for name in _ENVELOPES:
        if isinstance(found, dict) and name in found:
            found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise UsageError(f'{where}: not a list of objects')
    return found


def _event(row: dict[str, Any]) -> Event:
    fields = ('id', 'actorPrincipalId', 'action', 'artifactId', 'createdAt')
    return Event(*(str(row.get(field) or '') for field in fields))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Stretches that overlap become one; what lies between the others is a gap."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.begin, one.end)):
        if joined and span.begin <= joined[-1].end:
            joined[-1] = Span(joined[-1].begin, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def days_between(begin: str, end: str) -> int:
    """Whole days between two times in ISO form, of which the dates count; 0 for what is no time."""
    import datetime

    try:
        return (datetime.date.fromisoformat(end[:10]) - datetime.date.fromisoformat(begin[:10])).days
    except ValueError:
        return 0
