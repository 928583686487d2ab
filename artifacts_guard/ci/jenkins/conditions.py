"""What starts a run of a Jenkinsfile, and which of it a `when` or `if` lets through.

https://www.jenkins.io/doc/book/pipeline/syntax/#triggers and #built-in-conditions.  In a run for a pull
request, `BRANCH_NAME` is `PR-7` and `CHANGE_ID` is set:
https://www.jenkins.io/doc/book/pipeline/multibranch/#supporting-pull-requests
"""

from __future__ import annotations

import re

from artifacts_guard import groovy
from artifacts_guard.ci import model
from artifacts_guard.ci.jenkins.agents import inside
from artifacts_guard.ci.model import Trigger
from artifacts_guard.groovy import Call
from artifacts_guard.groovy import Item
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

_TRIGGERS = {
    'cron': model.SCHEDULE,
    'parameterizedCron': model.SCHEDULE,
    'pollSCM': model.PUSH,
    'githubPush': model.PUSH,
    'bitbucketPush': model.PUSH,
    'gitlab': model.PUSH,
    'upstream': model.OTHER,
    'GenericTrigger': model.OTHER,
    'issueCommentTrigger': model.COMMENT,
    'githubPullRequests': model.PROPOSAL,
    'ghprbTrigger': model.PROPOSAL,
}
# Names that only mean something when such runs exist.
_EVIDENCE = {
    'changeRequest': model.PROPOSAL,
    'CHANGE_ID': model.PROPOSAL,
    'CHANGE_TARGET': model.PROPOSAL,
    'CHANGE_BRANCH': model.PROPOSAL,
    'CHANGE_URL': model.PROPOSAL,
    'buildingTag': model.TAG,
    'TAG_NAME': model.TAG,
}
_CAUSES = {
    'TimerTrigger': model.SCHEDULE,
    'TimerTriggerCause': model.SCHEDULE,
    'SCMTrigger': model.PUSH,
    'BranchEventCause': model.PUSH,
    'UserIdCause': model.MANUAL,
    'UpstreamCause': model.OTHER,
}
_HOLDERS = ('triggers', 'pipelineTriggers')
_NESTING = 10


def started(items: Sequence[Item], document: Document) -> tuple[Trigger, ...]:
    """What can start a run, as far as the file shows it; pushes when it shows nothing."""
    own: list[Trigger] = []
    more: list[Trigger] = []
    stack: list[tuple[Sequence[Item], bool]] = [(items, False)]
    while stack:
        level, held = stack.pop()
        for at, item in enumerate(level):
            before = level[at - 1].text if at and level[at - 1].kind == groovy.WORD else ''
            if item.kind == groovy.GROUP:
                stack.append((item.items, held or before in _HOLDERS))
            elif item.kind == groovy.WORD or (item.kind == groovy.STRING and item.text in _CAUSES):
                name = item.text.rpartition('.')[2]
                place = Place(document, Span(item.start, item.end))
                if held and name in _TRIGGERS:
                    own.append(Trigger(_TRIGGERS[name], name, place))
                elif name in _EVIDENCE or name in _CAUSES:
                    more.append(Trigger(_EVIDENCE.get(name) or _CAUSES[name], name, place))
    if not own:
        own = [Trigger(model.PUSH, 'push', Place(document, Span(0, 0)))]
    found: dict[str, Trigger] = {}
    for trigger in sorted([*own, *more], key=lambda one: one.place.span.start):
        found.setdefault(trigger.kind, trigger)
    return tuple(found.values())


def when(block: Item, triggers: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """The triggers under which the conditions of a `when` block can all hold."""
    conditions = inside(block)
    return tuple(t for t in triggers if _all(_holds(one, t.kind, 0) for one in conditions) is not False)


def if_(items: Sequence[Item], document: Document, triggers: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """The triggers under which the condition of an `if` can hold."""
    if not items:
        return tuple(triggers)
    code = document.text[items[0].start : items[-1].end]
    return tuple(t for t in triggers if _code(code, t.kind) is not False)


def _holds(call: Call, kind: str, depth: int) -> bool | None:
    """Whether a condition holds in runs of a kind; None when it is not known."""
    name = call.name
    inner = [one for closure in call.closures for one in inside(closure)] if depth < _NESTING else []
    if name == 'allOf':
        return _all(_holds(one, kind, depth + 1) for one in inner)
    if name == 'anyOf':
        found = [_holds(one, kind, depth + 1) for one in inner]
        return True if True in found else None if None in found else False
    if name == 'not' and inner:
        held = _holds(inner[0], kind, depth + 1)
        return None if held is None else not held
    if name == 'branch':
        return False if kind in (model.PROPOSAL, model.TAG) else None
    if name in ('changeRequest', 'buildingTag', 'tag'):
        needed = model.PROPOSAL if name == 'changeRequest' else model.TAG
        return False if kind != needed else True if not call.arguments else None
    if name == 'triggeredBy':
        cause = _CAUSES.get(call.arguments[0].items[0].text) if call.arguments else None
        return None if cause is None else kind == cause
    return None


def _all(found: Iterable[bool | None]) -> bool | None:
    held = list(found)
    return False if False in held else None if None in held else True


_CLAUSES: tuple[tuple[re.Pattern[str], str, bool], ...] = (
    # pattern of a whole clause, the kind it asks for, whether it asks for that kind or for all others
    (re.compile(r'(?:env\.)?BRANCH_NAME\s*(?:==~?|=~)\s*[^=].*'), model.PROPOSAL, False),
    (re.compile(r'(?:env\.)?CHANGE_(?:ID|TARGET|BRANCH|URL)(?:\s*!=\s*null)?'), model.PROPOSAL, True),
    (re.compile(r'!\s*(?:env\.)?CHANGE_\w+|(?:env\.)?CHANGE_\w+\s*==\s*null'), model.PROPOSAL, False),
    (re.compile(r'(?:env\.)?TAG_NAME(?:\s*!=\s*null)?|buildingTag\(\)'), model.TAG, True),
    (re.compile(r'!\s*(?:env\.)?TAG_NAME|(?:env\.)?TAG_NAME\s*==\s*null'), model.TAG, False),
)


def _code(code: str, kind: str) -> bool | None:
    """Whether clauses joined by `&&` can all hold."""
    if '||' in code or len(code) > 1000:
        return None
    for clause in code.split('&&'):
        text = clause.strip().strip('()').strip()
        for pattern, needed, asked in _CLAUSES:
            if pattern.fullmatch(text) and (kind == needed) is not asked:
                if needed == model.PROPOSAL and 'PR-' in text:
                    continue
                return False
    return None
