"""What starts a run, and which of it a condition lets through.

https://learn.microsoft.com/azure/devops/pipelines/build/triggers: without `trigger`, each push does.
Pull requests of GitHub repositories start runs without `pr` as well, of Azure Repos never; the file
does not tell which it is, so only a `pr` that is written counts.  Builds of forks get no secrets unless the
settings say so: https://learn.microsoft.com/azure/devops/pipelines/security/repos.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import model
from artifacts_guard.ci.model import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.yamltree import Node

_REASON = re.compile(
    r"(eq|ne)\(\s*(?:variables\[\s*'Build\.Reason'\s*\]|variables\.Build\.Reason|'\$\(Build\.Reason\)')\s*,\s*'(\w+)'",
    re.IGNORECASE,
)
_BRANCH = re.compile(
    r"(?:eq|startsWith|in)\(\s*variables(?:\[\s*'Build\.SourceBranch(?:Name)?'\s*\]|\.Build\.SourceBranch(?:Name)?)"
    r"\s*,\s*'(?!refs/(?:pull|tags))",
    re.IGNORECASE,
)
_REASONS = {
    'pullrequest': model.PROPOSAL,
    'schedule': model.SCHEDULE,
    'manual': model.MANUAL,
    'individualci': model.PUSH,
    'batchedci': model.PUSH,
}


def started(root: Node) -> tuple[Trigger, ...]:
    """The triggers of a pipeline."""
    found = []
    trigger, pr, schedules = root['trigger'], root['pr'], root['schedules']
    if not _off(trigger):
        place = (trigger.key or trigger or root).place
        found.append(Trigger(model.PUSH, 'push', place))
        if trigger['tags']:
            found.append(Trigger(model.TAG, 'tag', trigger['tags'].key.place))
    if pr and not _off(pr):
        found.append(Trigger(model.PROPOSAL, 'pull request', pr.key.place))
    if schedules.kind == 'seq':
        found.append(Trigger(model.SCHEDULE, 'schedule', schedules.key.place))
    resources = root['resources']
    for kind in ('pipelines', 'repositories', 'containers'):
        found += [
            Trigger(model.OTHER, f'resource {kind}', one['trigger'].key.place)
            for one in resources[kind]
            if one['trigger'] and not _off(one['trigger'])
        ]
    return tuple(found) or (Trigger(model.MANUAL, 'manual', (trigger.key or root).place),)


def _off(node: Node) -> bool:
    return node.kind == 'scalar' and node.text.strip().lower() == 'none'


def left(condition: str, triggers: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
    """The triggers under which a condition can hold."""
    if not condition or len(condition) > 2000 or 'or(' in condition.lower() or 'not(' in condition.lower():
        return triggers
    for operator, reason in _REASON.findall(condition):
        kind = _REASONS.get(reason.lower())
        if kind is not None:
            triggers = tuple(t for t in triggers if (t.kind == kind) is (operator.lower() == 'eq'))
    if _BRANCH.search(condition):
        triggers = tuple(t for t in triggers if t.kind not in (model.PROPOSAL, model.TAG))
    return triggers
