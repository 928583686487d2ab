"""Documents of Kubernetes resources: several in a file, in lists, and found by kind and name in a whole tree.

They are known by their content, and many are templates of other tools (Helm): what can't be parsed
is read as far as it goes, and is no error.
"""

from __future__ import annotations

from functools import lru_cache

from artifacts_guard import yamltree
from artifacts_guard.ci.link import Library
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.ci.model import Job
    from artifacts_guard.text import Document
    from artifacts_guard.yamltree import Node

_LISTS = 3  # lists in lists that are followed
_WAYS = ('argoWorkflow', 'k8s')  # of a sensor to make a resource


class Resource(Record):
    """One resource: where it stands, its kind and name, and all of it."""

    document: Document
    kind: str
    name: str
    node: Node

    @property
    def spec(self) -> Node:
        return self.node['spec']


class Catalogue:
    """The resources of one API group (`tekton.dev/`) in a tree."""

    def __init__(self, library: Library, group: str) -> None:
        self._library = library
        self._group = group
        self._read: dict[str, tuple[Resource, ...]] = {}
        self._named: dict[tuple[str, str], list[Resource]] | None = None

    def resources(self, document: Document) -> tuple[Resource, ...]:
        """The group's resources in a document, in order."""
        path = document.path
        if path not in self._read:
            found = (one for root in yamltree.partial_documents(document) for one in _listed(root))
            self._read[path] = tuple(
                Resource(document, node['kind'].text, name(node), node)
                for node in found
                if node['apiVersion'].text.startswith(self._group)
            )
        return self._read[path]

    def all(self) -> Iterator[Resource]:
        """All resources of the tree, in the order of their paths."""
        for path in self._library.paths():
            if path.endswith(('.yaml', '.yml')):
                document = self._library.document(path)
                if document is not None and self._group in document.text:
                    yield from self.resources(document)

    def find(self, kind: str, named: str, near: str) -> Resource | None:
        """A resource by its kind and name: of several, the one whose path shares most with `near`."""
        if self._named is None:
            self._named = {}
            for resource in self.all():
                self._named.setdefault((resource.kind, resource.name), []).append(resource)
        found = self._named.get((kind, named), ())
        return max(found, key=lambda one: _shared(one.document.path, near), default=None)


@lru_cache(maxsize=4)
def catalogue(library: Library, group: str) -> Catalogue:
    """The catalogue of a tree, made once for all documents that are read together."""
    return Catalogue(library, group)


def name(node: Node) -> str:
    """What a resource is called; a run's name may be generated from a prefix."""
    metadata = node['metadata']
    return (metadata['name'] or metadata['generateName']).text.strip().rstrip('-')


def distinct(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Jobs with different names: resources of one document can have the same."""
    counts: dict[str, int] = {}
    found = []
    for job in jobs:
        counts[job.name] = count = counts.get(job.name, 0) + 1
        found.append(job if count == 1 else job.replace(name=f'{job.name} ({count})'))
    return tuple(found)


def _listed(root: Node) -> Iterator[Node]:
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        inner = list(_inner(node))
        if inner and depth < _LISTS:
            waiting += [(item, depth + 1) for item in reversed(inner)]
        elif node.kind == 'map':
            yield node


def _inner(node: Node) -> Iterable[Node]:
    """The resources in a resource: those of a list, or those that a trigger makes."""
    kind = node['kind'].text
    if kind == 'TriggerTemplate':
        # https://tekton.dev/docs/triggers/triggertemplates/
        return node['spec']['resourcetemplates']
    if kind == 'Sensor':
        # https://argoproj.github.io/argo-events/sensors/triggers/argo-workflow
        return [
            trigger['template'][way]['source']['resource']
            for trigger in node['spec']['triggers']
            for way in _WAYS
        ]
    return node['items'] if kind.endswith('List') else ()


def _shared(path: str, other: str) -> tuple[int, bool]:
    """How many folders two paths have in common, and whether they are the same."""
    count = 0
    for one, two in zip(path.split('/')[:-1], other.split('/')[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count, path == other
