"""What starts a run of a pipeline, and under which of that a step runs.

https://docs.drone.io/pipeline/triggers, https://woodpecker-ci.org/docs/usage/workflow-syntax#event
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from artifacts_guard.ci import model
from artifacts_guard.ci.model import Trigger
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node


class Event(Record):
    """A system's word for what starts runs, its kind, and how the refs of such runs begin."""

    name: str
    kind: str
    ref: str = ''


_HEADS = 'refs/heads/'
_TAGS = 'refs/tags/'
DRONE = (
    Event('push', model.PUSH, _HEADS),
    Event('pull_request', model.PROPOSAL, 'refs/pull/'),
    Event('tag', model.TAG, _TAGS),
    Event('promote', model.MANUAL),
    Event('rollback', model.MANUAL),
    Event('cron', model.SCHEDULE, _HEADS),
    Event('custom', model.MANUAL, _HEADS),
)
WOODPECKER = (
    Event('push', model.PUSH, _HEADS),
    Event('pull_request', model.PROPOSAL, 'refs/pull/'),
    Event('pull_request_closed', model.PROPOSAL, 'refs/pull/'),
    Event('pull_request_metadata', model.PROPOSAL, 'refs/pull/'),
    Event('tag', model.TAG, _TAGS),
    Event('release', model.RELEASE, _TAGS),
    Event('deployment', model.OTHER),
    Event('cron', model.SCHEDULE, _HEADS),
    Event('manual', model.MANUAL, _HEADS),
)
# Conditions that hold in runs of some events only: https://docs.drone.io/pipeline/triggers
_ONLY = {'cron': ('cron',), 'target': ('promote', 'rollback')}


def triggers(conditions: Node, table: tuple[Event, ...], place: Place) -> tuple[Trigger, ...]:
    """The events under which a mapping of conditions, or any of a list of them, can hold."""
    choices = [one for one in conditions if one.kind == 'map'] if conditions.kind == 'seq' else [conditions]
    found = []
    for event in table:
        held = next((one for one in choices if _may_hold(one, event, table)), None)
        if held is not None:
            at = held['event'].entry if held['event'].key else place
            found.append(Trigger(event.kind, event.name, at))
    return tuple(found)


def among(
    conditions: Node, table: tuple[Event, ...], started: tuple[Trigger, ...]
) -> tuple[Trigger, ...] | None:
    """Those of a job's triggers under which a step with conditions runs; None without conditions."""
    if not conditions or not started:
        return None
    names = {trigger.event for trigger in triggers(conditions, table, started[0].place)}
    return tuple(trigger for trigger in started if trigger.event in names)


def _may_hold(conditions: Node, event: Event, table: tuple[Event, ...]) -> bool:
    if not _accepts(conditions['event'], event.name):
        return False
    if table is DRONE and any(conditions.has(k) and event.name not in only for k, only in _ONLY.items()):
        return False
    refs = _listed(conditions['ref'])
    return not refs or not event.ref or any(_overlap(glob, event.ref) for glob in refs)


def _accepts(node: Node, value: str) -> bool:
    """A name, a list of globs, or globs to `include` and `exclude`."""
    wanted = _listed(node)
    if wanted and not any(fnmatchcase(value, glob) for glob in wanted):
        return False
    return not any(fnmatchcase(value, scalar.text) for scalar in node['exclude'].scalars())


def _listed(node: Node) -> list[str]:
    inner = node['include'] if node.kind == 'map' else node
    return [scalar.text.strip() for scalar in inner.scalars() if not scalar.is_null]


def _overlap(glob: str, start: str) -> bool:
    fixed = glob.partition('*')[0]
    return fixed.startswith(start) or start.startswith(fixed)
