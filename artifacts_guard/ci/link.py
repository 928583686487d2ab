"""Following references inside the scanned tree, and reading all pipelines of a tree together.

Nothing outside the tree is opened: a path that leaves it is no path.
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.contract import UnparsableError
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.record import Record
from artifacts_guard.text import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

DEPTH = 8  # calls inside calls that are followed
_MOST_ROOTS = 100  # parsed documents that are remembered: those that many others call

# Kinds of documents that run only when another one calls them.
CALLED_KINDS = frozenset(('action', 'workflow', 'template'))
_UNCALLED = 'nothing in the tree is known to call it'


class Unreadable(Record):
    """A document that is a pipeline by its name and can't be parsed, with the offset where that was seen."""

    document: Document
    message: str
    offset: int


class Taken(Record):
    """What a document was taken for, and how many jobs were found in it; `note` says what is odd."""

    path: str
    system: str
    kind: str
    jobs: int
    note: str = ''


class ReadResult(Record):
    """All pipelines of a tree, in the order of their paths."""

    pipelines: tuple[Pipeline, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    taken: tuple[Taken, ...] = ()


class Library:
    """A tree that remembers the latest of its YAML documents that were parsed."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._roots: dict[str, Node | None] = {}

    def document(self, path: str) -> Document | None:
        return self._tree.document(path) if path else None

    def paths(self) -> Iterable[str]:
        return self._tree.paths()

    def parsed(self, document: Document) -> Node | None:
        """The root of a document; None when it can't be parsed."""
        from artifacts_guard import yamltree

        if document.path not in self._roots:
            try:
                self._remember(document, yamltree.parse(document))
            except yamltree.YamlError:
                self._remember(document, None)
        return self._roots[document.path]

    def root(self, document: Document) -> Node:
        """As `parsed`, but raises YamlError."""
        from artifacts_guard import yamltree

        root = self._roots.get(document.path)
        if root is None:
            root = yamltree.parse(document)
            self._remember(document, root)
        return root

    def _remember(self, document: Document, root: Node | None) -> None:
        if len(self._roots) == _MOST_ROOTS:
            del self._roots[next(iter(self._roots))]
        self._roots[document.path] = root


def library(tree: Tree) -> Library:
    """The tree itself when it is a library already."""
    return tree if isinstance(tree, Library) else Library(tree)


def join(folder: str, reference: str) -> str | None:
    """The path that a relative reference means in a folder ('' is the root); None when it leaves the tree."""
    parts = [part for part in folder.split('/') if part]
    for part in reference.replace('\\', '/').split('/'):
        if part == '..':
            if not parts:
                return None
            parts.pop()
        elif part not in ('', '.'):
            parts.append(part)
    return '/'.join(parts)


def read_all(paths: Iterable[str], tree: Tree) -> ReadResult:
    """Reads each document that is recognised among `paths`.

    Documents whose content was put into the pipeline that calls them are dropped; those that
    nothing calls stay, with jobs that are no automation, on the host that they name themselves or
    an unknown one.
    """
    from artifacts_guard import ci

    shelf = library(tree)
    pipelines: list[Pipeline] = []
    unreadable: list[Unreadable] = []
    taken: list[Taken] = []
    done = set()
    for path, system in ci.candidates(sorted(paths)):
        document = shelf.document(path) if path not in done else None
        if document is None or not ci.claims(system, document):
            continue
        done.add(path)
        outcome = _read(system, document, shelf)
        if isinstance(outcome, Unreadable):
            unreadable.append(outcome)
            taken.append(Taken(path, system, 'unreadable', 0, outcome.message))
        else:
            pipelines.append(outcome)
            note = '' if outcome.jobs else 'no job was recognised in it'
            taken.append(Taken(path, system, outcome.kind, len(outcome.jobs), note))
    return _settled(pipelines, tuple(unreadable), taken)


def _read(system: str, document: Document, shelf: Library) -> Pipeline | Unreadable:
    from artifacts_guard import ci
    from artifacts_guard import yamltree

    try:
        return ci.adapter(system).read(document, shelf)
    except (yamltree.YamlError, UnparsableError) as error:
        return Unreadable(document, error.message, error.offset)


def _settled(pipelines: list[Pipeline], unreadable: tuple[Unreadable, ...], taken: list[Taken]) -> ReadResult:
    called = {path for pipeline in pipelines for path in pipeline.called}
    kept = []
    notes = {}
    for pipeline in pipelines:
        if pipeline.kind in CALLED_KINDS:
            if pipeline.document.path in called:
                notes[pipeline.document.path] = 'read where it is called'
                continue
            notes[pipeline.document.path] = _UNCALLED
            pipeline = pipeline.replace(jobs=tuple(_uncalled(job) for job in pipeline.jobs))
        kept.append(pipeline)
    noted = [one if one.note else one.replace(note=notes.get(one.path, '')) for one in taken]
    return ReadResult(tuple(kept), unreadable, tuple(noted))


def _uncalled(job: Job) -> Job:
    runner = job.runner
    if runner.tenancy == model.UNKNOWN and not runner.label:
        runner = runner.replace(evidence=_UNCALLED)
    return job.replace(automation=False, runner=runner)
