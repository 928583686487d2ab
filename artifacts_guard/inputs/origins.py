"""Where objects of a repository come from: the first commit that has them, and the path they have there."""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Collection
    from collections.abc import Iterable
    from collections.abc import Iterator

# arguments of git that list what each commit changed, and of a merge what no parent has
CHANGES = (
    *('--no-replace-objects', 'diff-tree', '--stdin', '-z', '--raw', '-r', '-c', '--root'),
    *('--no-abbrev', '--no-renames', '--no-ext-diff'),
)

REACHED = 'reached'
UNREACHED = 'unreached'
STAGED = 'staged'


class Origin(Record):
    """A commit and a path in it; '' for what has none.

    `state`: a branch, tag, stash or reflog leads to the commit (REACHED), nothing does (UNREACHED), or the object is
    only in the index (STAGED).  `order` is smaller for what came earlier.
    """

    commit: str
    path: str
    state: str
    order: int


class Origins:
    """Looks for objects by id and for parts of paths; paths for which `counts` says no are passed over.

    What was found is in `objects`, by id, and in `paths`; what has only such paths is in `passed_over`.
    """

    def __init__(
        self, wanted: Collection[str], named: Collection[str], counts: Callable[[str], bool]
    ) -> None:
        self._wanted = frozenset(wanted)
        self._named = tuple(named)
        self._counts = counts
        self.objects: dict[str, Origin] = {}
        self.paths: dict[str, Origin] = {}
        self.passed_over: set[str] = set()

    @property
    def missing(self) -> bool:
        """Whether something is still looked for; of a name there may always be one more path."""
        return bool(self._named or self._wanted - self.objects.keys())

    def walk(self, commits: bytes, changes: bytes, state: str) -> None:
        """Take in a list of commits, from new to old, and what git says that they changed."""
        before = self.objects.keys() | self.paths.keys()
        for order, commit in enumerate(commits.decode().split()):
            if commit in self._wanted and commit not in before:
                self.objects[commit] = Origin(commit, '', state, -order)
        for order, (commit, name, path) in enumerate(_changes(changes)):
            if name in self._wanted and name not in before and self._is_counted(name, path):
                self.objects[name] = Origin(commit, path, state, -order)
            for part in self._named:
                whole = _through(path, part)
                if whole and whole not in before and self._is_counted(part, path):
                    self.paths[whole] = Origin(commit, whole, state, -order)

    def index(self, records: Iterable[str]) -> None:
        """Take in what `git ls-files -z -s` says about git's index."""
        for record in records:
            facts, _, path = record.partition('\t')
            name = facts.split(' ')[1]
            if name in self._wanted and name not in self.objects and self._is_counted(name, path):
                self.objects[name] = Origin('', path, STAGED, 1)

    def _is_counted(self, name: str, path: str) -> bool:
        counts = self._counts(path)
        if not counts:
            self.passed_over.add(name)
        return counts


def _changes(text: bytes) -> Iterator[tuple[str, str, str]]:
    """Commit, id of the new content, and path."""
    commit = name = ''
    for record in text.decode('utf-8', 'surrogateescape').split('\0'):
        if name:
            yield commit, name, record
            name = ''
        elif record.startswith(':'):
            name = record.split(' ')[-2]  # behind the modes and ids of all parents, before a letter
        else:
            commit = record


def _through(path: str, part: str) -> str:
    """A path up to the name that a part of it belongs to; '' when it is not in there."""
    at = path.find(part)
    return '' if at < 0 else path[: path.find('/', at) % (len(path) + 1)]
