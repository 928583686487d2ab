"""The programs of a scan: which are worth reading, which were, and which of their functions were entered."""

from __future__ import annotations

import re

from artifacts_guard import code
from artifacts_guard.credentials import gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.code.model import Program
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place
    from artifacts_guard.text import Span
    from artifacts_guard.text import Tree

_TOTAL = 200_000  # nodes evaluated in all runs of a scan
_VARIABLE = r'\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b'
# what calls of the CLI and of its interface look like in a program
_CALLS = ('/api/', '/mcp', '"artifacts"', "'artifacts'", 'artifacts ', '@agent-artifacts/cli')
# folders and names of what is no program of the project, or is never run for it
_ASIDE = frozenset((
    *('test', 'tests', '__tests__', 'testing', 'spec', 'specs', 'testdata', 'fixtures', '__fixtures__', '__mocks__', 'e2e'),
    *('node_modules', 'vendor', 'vendored', 'third_party', 'site-packages', '.venv', 'venv', 'dist', 'build', '.yarn'),
))  # fmt: skip
_ASIDE_NAMES = ('.test.', '.spec.', '.min.', '_test.', '.bundle.')


def is_aside(path: str) -> bool:
    """Whether a file is a test, or someone else's or generated code: it counts only when a job runs it."""
    *folders, name = path.lower().split('/')
    if not _ASIDE.isdisjoint(folders) or any(part in name for part in _ASIDE_NAMES):
        return True
    return name.startswith('test_') or name == 'conftest.py'


def may_call(text: str) -> bool:
    """Whether something in a text looks like a call of the service."""
    return any(words in text for words in _CALLS)


def speaks(document: Document) -> bool:
    """Whether a program may call the service, and surely speaks of it."""
    return may_call(document.text) and gate.speaks_of_service(document.text.encode('utf-8', 'replace'))


def module_name(path: str) -> str:
    """The name by which other programs import a file."""
    folder, _, name = path.rpartition('/')
    stem = name.partition('.')[0]
    return folder.rpartition('/')[2] if stem in ('__init__', 'index') else stem


class Shelf:
    """Mutable only in what it notes; `paths` are the files of the tree that matter.

    `entered` are functions that some run entered; `reached` the programs that something runs or imports; `taken` says
    of each program that was read in which language, and why not further.  `started` are the commands that the programs
    running now were started by, None for one that nothing is known to start.
    """

    def __init__(self, tree: Tree, paths: Iterable[str] = ()) -> None:
        self._tree = tree
        self._paths = tuple(path for path in paths if code.language(path))
        self._modules: frozenset[str] | None = None
        self.entered: set[Place] = set()
        self.reached: set[str] = set()
        self.taken: dict[str, tuple[str, str]] = {}
        self.left = _TOTAL
        self.nested = 0  # statements and expressions in each other, of all programs that run now
        self.started: list[Excerpt | None] = []
        self._names: dict[str, tuple[str, ...]] = {}
        self._spans: dict[str, set[Span]] = {}
        self._programs: dict[str, Program | code.Unreadable] = {}

    def wants(self, document: Document) -> bool:
        """Whether a program that something runs is worth reading: it may call the service, or a module that may."""
        return may_call(document.text) or any(name in document.text for name in self._speaking() if name)

    def _speaking(self) -> frozenset[str]:
        if self._modules is None:
            held = [(path, self._tree.document(path)) for path in self._paths]
            self._modules = frozenset(module_name(p) for p, d in held if d is not None and speaks(d))
        return self._modules

    def program(self, document: Document, language: str) -> Program | code.Unreadable:
        """A program of the tree, read once."""
        if document.path not in self._programs:
            found = code.read(document.text, language)
            note = found.message if isinstance(found, code.Unreadable) else ''
            self._programs[document.path] = found
            self.taken[document.path] = (language, note)
        return self._programs[document.path]

    def enter(self, fragment: Fragment, *, quiet: bool = False) -> None:
        """Note that a text is a program's, and that something runs it unless `quiet`."""
        document = fragment.document
        self._spans.setdefault(document.path, set()).add(fragment.whole().span)
        if not quiet:
            self.reached.add(document.path)

    def note(self, path: str, words: str) -> None:
        """Say something about a program that was read wholly."""
        language, note = self.taken[path]
        self.taken[path] = (language, note or words)

    def runs(self, place: Place) -> bool:
        """Whether a program runs, and a place stands in one."""
        return bool(self.started) and self.holds(place)

    def holds(self, place: Place) -> bool:
        """Whether a place stands in a program."""
        spans = self._spans.get(place.path, ())
        return any(one.start <= place.span.start and place.span.end <= one.end for one in spans)

    def names(self, document: Document) -> tuple[str, ...]:
        """Words of a program that look like variables of the environment."""
        if document.path not in self._names:
            self._names[document.path] = tuple(sorted(set(re.findall(_VARIABLE, document.text))))
        return self._names[document.path]
