"""What starts a build in which a step runs, by its `branches` and `if`.

https://buildkite.com/docs/pipelines/configure/conditionals.  Which events start builds at all is in
the pipeline's settings: without a condition that speaks of others, a push.
"""

from __future__ import annotations

from artifacts_guard.ci import conditions
from artifacts_guard.ci import model
from artifacts_guard.ci.model import Trigger
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.conditions import Known
    from artifacts_guard.ci.conditions import Value
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_NO_TAG: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ('build.tag', (None,)),
    ('BUILDKITE_TAG', (None, '')),
)
_NO_PROPOSAL: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ('build.pull_request', (None,)),
    ('BUILDKITE_PULL_REQUEST', ('false',)),
)


class Start(Record):
    """A way to start builds: its kind, Buildkite's word, words in a condition that speak of it, what holds then."""

    kind: str
    event: str
    words: tuple[str, ...]
    facts: tuple[tuple[str, tuple[Value, ...]], ...]


_BY_PUSH = ('webhook', 'trigger_job', 'api')
_TAG: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ('build.tag', (conditions.SOME,)),
    ('BUILDKITE_TAG', (conditions.SOME,)),
)
_PROPOSAL: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ('build.pull_request.id', (conditions.SOME,)),
    ('BUILDKITE_PULL_REQUEST', (conditions.SOME,)),
)
_STARTS = (
    Start(model.PUSH, 'push', (), (*_NO_TAG, *_NO_PROPOSAL, ('build.source', _BY_PUSH))),
    Start(
        model.TAG,
        'tag',
        ('build.tag', 'BUILDKITE_TAG'),
        (*_TAG, *_NO_PROPOSAL, ('build.source', _BY_PUSH)),
    ),
    Start(
        model.PROPOSAL,
        'pull_request',
        ('pull_request', 'BUILDKITE_PULL_REQUEST'),
        (*_NO_TAG, *_PROPOSAL, ('build.source', ('webhook',))),
    ),
    Start(
        model.SCHEDULE,
        'schedule',
        ('schedule',),
        (*_NO_TAG, *_NO_PROPOSAL, ('build.source', ('schedule',))),
    ),
    Start(model.MANUAL, 'ui', ('"ui"', "'ui'"), (*_NO_PROPOSAL, ('build.source', ('ui',)))),
)


def triggers(node: Node, outer: tuple[Node, ...], place: Place) -> tuple[Trigger, ...]:
    """The triggers under which a step can run; `outer` are the groups that it stands in."""
    held = [(one['if'], conditions.parse(one['if'].text)) for one in (*outer, node) if one['if'].text.strip()]
    text = ' '.join(condition.text for condition, _ in held)
    if held:
        place = held[-1][0].entry
    elif node['branches']:
        place = node['branches'].entry
    found = []
    for start in _STARTS:
        if start.words and not any(word in text for word in start.words):
            continue
        known = _known(dict(start.facts))
        if all(conditions.may_hold(parsed, known) for _, parsed in held):
            found.append(Trigger(start.kind, start.event, place))
    return tuple(found)


def _known(facts: dict[str, tuple[Value, ...]]) -> Known:
    """The values of names in a condition, as far as the facts tell."""

    def told(name: str) -> tuple[Value, ...] | None:
        if name not in facts and name.startswith('build.pull_request.'):
            name = 'build.pull_request'
        return facts.get(name)

    return told
