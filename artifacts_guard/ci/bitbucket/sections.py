"""Which pipelines a document has, what starts each of them, and the steps in them.

https://support.atlassian.com/bitbucket-cloud/docs/pipeline-start-conditions/
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.bitbucket import steps
from artifacts_guard.ci.bitbucket.steps import Around
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.ci.model import Job
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_SECTIONS = {
    'default': model.PUSH,
    'branches': model.PUSH,
    'bookmarks': model.PUSH,
    'tags': model.TAG,
    'pull-requests': model.PROPOSAL,
    'custom': model.MANUAL,  # by hand or by a schedule, which the settings hold
}
# https://support.atlassian.com/bitbucket-cloud/docs/pipeline-start-conditions/#Triggers
_EVENTS = {
    'repository-push': model.PUSH,
    'pullrequest-created': model.PROPOSAL,
    'pullrequest-updated': model.PROPOSAL,
    'pullrequest-push': model.PROPOSAL,
    'pullrequest-reviewer-status-updated': model.PROPOSAL,
}
_NESTING = 4
_MOST_JOBS = 500


class Gathered:
    """What belongs to the whole document: documents that were put in, and what is missing."""

    def __init__(self) -> None:
        self.called: dict[str, None] = {}
        self.unresolved: list[Unresolved] = []


class Entry(Record):
    """One pipeline of a document: its name, what stands under it, what starts it."""

    name: str
    node: Node
    triggers: tuple[Trigger, ...]
    automation: bool = True


def read(root: Node, document: Document, library: Library, gathered: Gathered) -> list[Job]:
    """All steps of all pipelines, as jobs with different names."""
    found: list[Job] = []
    names: dict[str, int] = {}
    for entry in _entries(root):
        inner_root, node = _imported(entry, root, document, library, gathered)
        around = Around(inner_root, triggers=entry.triggers, automation=entry.automation)
        for number, (step, held) in enumerate(_steps(node, around), 1):
            if len(found) == _MOST_JOBS:
                return found
            name = f'{entry.name} / {step["name"].text.strip() or f"step {number}"}'
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name = f'{name} ({names[name]})'
            found.append(steps.job(step, name, held))
    return found


def _entries(root: Node) -> Iterator[Entry]:
    started = _triggers(root['triggers'])
    for section, node in root['pipelines'].items():
        kind = _SECTIONS.get(section)
        if kind is None:
            continue
        if section == 'default':
            yield Entry(section, node, (Trigger(kind, section, node.key.place),))
            continue
        for name, inner in node.items():
            own = Trigger(kind, section, inner.key.place)
            yield Entry(
                f'{section} {name}', inner, (own, *started.get(name, ())) if section == 'custom' else (own,)
            )
    # what other repositories of the workspace import
    # https://support.atlassian.com/bitbucket-cloud/docs/share-pipelines-configurations/
    for name, node in root['definitions']['pipelines'].items():
        yield Entry(f'shared {name}', node, (), automation=False)


def _triggers(node: Node) -> dict[str, list[Trigger]]:
    """What the top-level `triggers` start, by the name of the custom pipeline."""
    found: dict[str, list[Trigger]] = {}
    for event, conditions in node.items():
        for condition in conditions:
            kind = _EVENTS.get(event, model.OTHER)
            if kind == model.PUSH and 'BITBUCKET_TAG' in condition['condition'].text:
                kind = model.TAG
            for name in condition['pipelines'].scalars():
                found.setdefault(name.text, []).append(Trigger(kind, event, conditions.key.place))
    return found


def _steps(node: Node, around: Around, depth: int = 0) -> Iterator[tuple[Node, Around]]:
    """The steps of a pipeline with those of its stages and parallel groups, in order."""
    items = node if node.kind == 'seq' else node['steps']
    for item in items:
        for kind, inner in item.items():
            if kind in ('step', 'final') and inner.kind == 'map':
                yield inner, around
            elif kind == 'variables':
                around = around.replace(variables=steps.variables(inner))
            elif kind in ('parallel', 'stage') and depth < _NESTING:
                deployment = (inner['deployment'] or inner['environment']).text or around.deployment
                yield from _steps(inner, around.replace(deployment=deployment), depth + 1)


def _imported(
    entry: Entry, root: Node, document: Document, library: Library, gathered: Gathered
) -> tuple[Node, Node]:
    """The root and the steps of a pipeline that another document holds: `import: NAME@SOURCE`."""
    reference = entry.node['import']
    if reference.kind != 'scalar':
        return root, entry.node
    name, _, source = reference.text.strip().partition('@')
    path = root['definitions']['imports'][source].text.strip()
    found = _document(path, document, library) if path else None
    if found is not None and found.path != document.path:
        other = library.parsed(found)
        if other is not None and other['definitions']['pipelines'].has(name):
            gathered.called[found.path] = None
            return other, other['definitions']['pipelines'][name]
    _miss(gathered, reference.text.strip(), reference.place)
    return root, entry.node


def _document(path: str, document: Document, library: Library) -> Document | None:
    """A document of the same repository; `slug:branch:path` is one of another."""
    if ':' in path:
        return None
    folder = document.path.rpartition('/')[0]
    joined = link.join(folder, path)
    return library.document(joined) if joined else None


def _miss(gathered: Gathered, name: str, place: Place) -> None:
    gathered.unresolved.append(Unresolved('pipeline', name, place))
