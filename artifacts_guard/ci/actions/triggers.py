"""What starts a run, and under which of these triggers a condition can hold.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.actions import expressions
from artifacts_guard.ci.actions import operations
from artifacts_guard.ci.actions import values
from artifacts_guard.ci.actions.operations import Prefix
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Trigger
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.actions.operations import Value
    from artifacts_guard.ci.actions.values import Known
    from artifacts_guard.yamltree import Node

_KINDS = {
    'push': model.PUSH,
    'release': model.RELEASE,
    'schedule': model.SCHEDULE,
    'workflow_dispatch': model.MANUAL,
    'pull_request': model.PROPOSAL,
    'pull_request_review': model.PROPOSAL,
    'pull_request_review_comment': model.PROPOSAL,
    'pull_request_target': model.PRIVILEGED_PROPOSAL,
    'issue_comment': model.COMMENT,
    'pull_request_comment': model.COMMENT,
    'workflow_run': model.FOLLOW_UP,
    'workflow_call': model.CALL,
}
# what `github.ref` is: https://docs.github.com/…/events-that-trigger-workflows, column GITHUB_REF
_REFS = {
    model.PUSH: 'refs/heads/',
    model.TAG: 'refs/tags/',
    model.RELEASE: 'refs/tags/',
    model.SCHEDULE: 'refs/heads/',
    model.PROPOSAL: 'refs/pull/',
    model.PRIVILEGED_PROPOSAL: 'refs/heads/',
    model.COMMENT: 'refs/heads/',
    model.FOLLOW_UP: 'refs/heads/',
}
_REF_TYPES = {'refs/heads/': 'branch', 'refs/tags/': 'tag'}
# parts of the payload that only some events have
_PAYLOADS = {
    'pull_request': ('pull_request',),
    'comment': (
        'commit_comment',
        'discussion_comment',
        'issue_comment',
        'pull_request_comment',
        'pull_request_review_comment',
    ),
    'issue': ('issue',),
    'review': ('pull_request_review',),
    'workflow_run': ('workflow_run',),
    'release': ('release',),
    'schedule': ('schedule',),
    'deployment': ('deployment',),
}
_WILD = frozenset('*?+[]!')


class Event(Record):
    """A trigger and the values that `github.ref` can have under it, () when nothing is known."""

    trigger: Trigger
    refs: tuple[Value, ...] = ()


def events(on: Node) -> tuple[Event, ...]:
    """The triggers of a workflow: `on` as a name, a list of names, or a mapping."""
    if on.kind == 'map':
        pairs = [(name, value, value.key) for name, value in on.items()]
    else:
        pairs = [(scalar.text, scalar['nothing'], scalar) for scalar in on.scalars()]
    found: list[Event] = []
    for name, node, named in pairs:
        if name == 'push':
            found += _pushes(node, named)
        else:
            kind = _KINDS.get(name, model.OTHER)
            refs: tuple[Value, ...] = (Prefix(_REFS[kind]),) if kind in _REFS else ()
            found.append(Event(Trigger(kind, name, named.place), refs))
    return tuple(found)


def _pushes(node: Node, named: Node) -> list[Event]:
    """A filter of one sort of ref excludes the other sort, if that has no filter of its own."""
    branches = node.has('branches') or node.has('branches-ignore')
    tags = node.has('tags') or node.has('tags-ignore')
    found = []
    for kind, key, wanted in (
        (model.PUSH, 'branches', branches or not tags),
        (model.TAG, 'tags', tags or not branches),
    ):
        if wanted:
            patterns = [scalar.text for scalar in node[key].scalars()]
            prefix = _REFS[kind]
            refs: tuple[Value, ...] = (Prefix(prefix),)
            if patterns and not any(_WILD & set(pattern) for pattern in patterns):
                refs = tuple(prefix + pattern for pattern in patterns)
            found.append(Event(Trigger(kind, 'push', named.place), refs))
    return found


def condition_text(node: Node) -> str:
    """An `if` without the `${{ }}` around it.

    With more than that around an expression GitHub makes a string of it, which always holds.
    """
    text = node.text.strip()
    found = expressions.find(text)
    if found == [(0, len(text))]:
        return text[3:-2].strip()
    return '' if found else text


def holding(condition: str, triggers: tuple[Event, ...], known: Known) -> tuple[Event, ...]:
    """The triggers under which a condition is not certainly false."""
    if not condition:
        return triggers
    return tuple(event for event in triggers if _holds(condition, event, known))


def _holds(condition: str, event: Event, known: Known) -> bool:
    def told(reference: Reference) -> tuple[Value, ...] | None:
        if reference.kind == 'github':
            return _told(reference.name, event)
        return known(reference)

    return any(operations.truth(value) is not False for value in values.possible(condition, told))


def _told(name: str, event: Event) -> tuple[Value, ...] | None:
    """What an event tells about a key of the `github` context."""
    happened = event.trigger.event
    if name == 'event_name':
        # a called workflow sees its caller's event, which is not in this document
        return (happened,) if event.trigger.kind != model.CALL else None
    if event.trigger.kind == model.CALL:
        return None
    if name == 'ref':
        return event.refs or None
    prefix = _REFS.get(event.trigger.kind, '')
    if name == 'ref_type':
        return (_REF_TYPES[prefix],) if prefix in _REF_TYPES else None
    if name == 'ref_name' and event.refs and all(isinstance(ref, str) for ref in event.refs):
        return tuple(ref[len(prefix) :] for ref in event.refs if isinstance(ref, str))
    if name in ('head_ref', 'base_ref'):
        return None if happened.startswith('pull_request') else ('',)
    part = name[6:].partition('.')[0] if name.startswith('event.') else ''
    if part in _PAYLOADS and not happened.startswith(_PAYLOADS[part]):
        return (None,)
    if name == 'event.pull_request' and happened in ('pull_request', 'pull_request_target'):
        return ({},)
    return None
