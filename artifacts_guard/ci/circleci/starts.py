"""What starts a job: pushes, unless filters, conditions and schedules say otherwise.

https://circleci.com/docs/reference/configuration-reference/#workflows.  Schedules, pull-request events
and calls of the API are in a project's settings: they count where a condition speaks of them.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import conditions
from artifacts_guard.ci import model
from artifacts_guard.ci.circleci import logic
from artifacts_guard.ci.model import Trigger
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.circleci.frame import Frame
    from artifacts_guard.ci.conditions import Value
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_EVERYTHING = re.compile(r'/\^?\.[*+]\$?/')
_PULL = re.compile(r'/?\^?pull\b')  # the branch of a fork's pull request is called pull/NUMBER
_HOSTS = (
    'github_app',
    'github_server',
    'github_oauth',
    'bitbucket_cloud',
    'bitbucket_dc',
    'webhook',
    'gitlab',
)
_BRANCH: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ('pipeline.git.branch', (conditions.SOME,)),
    ('pipeline.git.tag', ('',)),
)
_TAGGED: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ('pipeline.git.branch', ('',)),
    ('pipeline.git.tag', (conditions.SOME,)),
)


class Start(Record):
    """A way to start pipelines: its kind, CircleCI's word, words in a condition that speak of it, what holds then.

    https://circleci.com/docs/guides/orchestrate/pipeline-variables/#pipeline-values
    """

    kind: str
    event: str
    words: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Value, ...]], ...]


def _facts(event: str, source: str, types: tuple[str, ...]) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    return (
        ('pipeline.event.name', (event,)),
        ('pipeline.trigger_source', (source,)),
        ('pipeline.trigger.type', types),
        ('pipeline.schedule.name', (conditions.SOME,) if event == 'schedule' else ('',)),
        ('pipeline.schedule.id', (conditions.SOME,) if event == 'schedule' else ('',)),
    )


_PUSH = Start(model.PUSH, 'push', (), (*_facts('push', 'webhook', _HOSTS), *_BRANCH))
_TAG = Start(model.TAG, 'tag', ('pipeline.git.tag',), (*_facts('push', 'webhook', _HOSTS), *_TAGGED))
_PROPOSAL = Start(
    model.PROPOSAL,
    'pull_request',
    ('pull_request', 'pull/', 'pull\\/'),
    (*_facts('pull_request', 'webhook', _HOSTS), *_BRANCH),
)
_SCHEDULE = Start(
    model.SCHEDULE,
    'schedule',
    ('schedule',),
    (*_facts('schedule', 'scheduled_pipeline', ('schedule',)), *_BRANCH),
)
_API = Start(
    model.MANUAL, 'api', ('pipeline.parameters.', '"api', "'api", ' api'), _facts('api', 'api', ('api',))
)
_STARTS = (_PUSH, _TAG, _PROPOSAL, _SCHEDULE, _API)


def triggers(workflow: Node, filters: Node, frame: Frame, place: Place) -> tuple[Trigger, ...]:
    """The triggers under which a job of a workflow can run."""
    schedule = workflow['triggers']
    if schedule:
        return (Trigger(model.SCHEDULE, 'schedule', schedule.entry),)
    held = [(workflow['when'], True), (workflow['unless'], False)]
    if filters.kind == 'scalar':
        held.append((filters, True))
    held = [one for one in held if one[0]]
    text = ' '.join(_words(node) for node, _ in held)
    started = [one for one in _STARTS if not one.words or any(word in text for word in one.words)]
    if filters.kind == 'map':
        started = _filtered(filters, started)
    if held or filters:
        place = (filters or held[0][0]).entry
    return tuple(
        Trigger(one.kind, one.event, place)
        for one in started
        if all(wanted in logic.truths(node, _told(frame, one), direct=True) for node, wanted in held)
    )


def _told(frame: Frame, start: Start) -> Frame:
    """The frame when a pipeline was started so: without the API, parameters have their defaults."""
    facts = list(start.facts)
    if start is not _API:
        for name, declared in frame.config.parameters.items():
            facts.append((f'pipeline.parameters.{name}', frame.values(declared['default'])))
    return frame.replace(facts=tuple(facts))


def _words(node: Node, depth: int = 0) -> str:
    if node.kind == 'scalar':
        return node.text
    if depth > 20:
        return ''
    inner = node if node.kind == 'seq' else [value for _, value in node.items()]
    return ' '.join(_words(one, depth + 1) for one in inner)


def _filtered(filters: Node, started: list[Start]) -> list[Start]:
    """Filters of branches and tags: without one for tags, a job does not run for tags."""
    branches, tags = filters['branches'], filters['tags']
    only = [one.text.strip() for one in branches['only'].scalars()]
    ignored = [one.text.strip() for one in branches['ignore'].scalars()]
    found = [one for one in started if one is not _TAG]
    if tags and (tags.kind == 'scalar' or tags['only'] or tags['ignore']):
        found.append(_TAG)
    if only and all(map(_PULL.match, only)):
        found = [one for one in found if one is not _PUSH]
    if any(map(_PULL.match, only)):
        found.append(_PROPOSAL)
    if not only and any(map(_EVERYTHING.fullmatch, ignored)):
        found = [one for one in found if one not in (_PUSH, _PROPOSAL)]
    return found
