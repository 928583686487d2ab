"""The working tree: what git tracks and what it would, or every file where there is no git."""

from __future__ import annotations

from artifacts_guard.errors import InputError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.files import VANISHED
from artifacts_guard.inputs.files import Folder
from artifacts_guard.inputs.files import kind
from artifacts_guard.inputs.git import PATIENCE
from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.inputs.git import Git
    from artifacts_guard.inputs.git import Running
    from artifacts_guard.inputs.source import Search

NOTHING = 'holds no file to check'
NONE_SUCH = 'no such file or folder'
_SUBMODULE = 'is a submodule, whose files are not looked at'
_REPOSITORY = 'is a repository of its own, whose files are not looked at'
_MOST_NAMES = 100  # on one command line


class Worktree:
    """Files below `root`: of a repository, or of folders that are walked (`git` None: there is no git at all).

    `wanted` are the files and folders asked for, () for everything.  What is named counts, even
    when git ignores it.  `skipped` is what choosing them brought up.
    """

    def __init__(
        self,
        root: str,
        git: Git | None,
        wanted: tuple[str, ...] = (),
        *,
        walked: bool = False,
        skipped: tuple[Skipped, ...] = (),
    ) -> None:
        self._folder = Folder(root)
        self._git = git
        self._walked = walked or git is None
        self._wanted = frozenset(wanted) - {''} if '' not in wanted else frozenset()
        self._skipped = skipped
        self._all: Listing | None = None
        self._tracked: frozenset[str] = frozenset()
        self._searching: Running | None = None

    def selected(self) -> Listing:
        everything = self._list()
        if not self._wanted:
            empty = () if everything.paths else (Skipped('.', NOTHING),)
            return Listing(everything.paths, (*self._skipped, *everything.skipped, *empty))
        reached: set[str] = set()
        paths = {path for path in everything.paths if self._is_wanted(path, reached)}
        skipped = [
            one
            for one in everything.skipped
            if one.path not in self._wanted and self._is_wanted(one.path, set())
        ]
        for path in self._wanted - reached:
            more = self._named(path)
            paths.update(more.paths)
            skipped += more.skipped
        return Listing(paths, (*self._skipped, *skipped))

    def context(self) -> Listing | None:
        return Listing(self._list().paths) if self._wanted and not self._walked else None

    def read(self, path: str) -> Content:
        content = self._folder.read(path)
        if content.problem == VANISHED and path in self._tracked:
            return Content(None, 'is in the index but not in the working tree', fatal=False)
        return content

    def begin(self, literals: Sequence[bytes]) -> None:
        from artifacts_guard.inputs import grep

        if self._git is not None and not self._walked:
            self._searching = grep.start(self._git, literals)

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        from artifacts_guard.inputs import grep

        if self._git is None or (self._walked and len(self._wanted) > _MOST_NAMES):
            return None
        if self._walked:
            below = sorted(self._wanted) or ('.',)
            return grep.finish(grep.start(self._git, literals, '--no-index', below=below))
        searching = self._searching or grep.start(self._git, literals)
        self._searching = None
        self._list()  # while git searches what it tracks
        found = grep.finish(searching, early)
        return found and found.replace(searched=self._tracked)

    def close(self) -> None:
        if self._searching is not None:
            self._searching.end()

    def _is_wanted(self, path: str, reached: set[str]) -> bool:
        """Whether a path or a folder above it was asked for; that one joins `reached`."""
        at = len(path)
        while at > 0:
            if path[:at] in self._wanted:
                reached.add(path[:at])
                return True
            at = path.rfind('/', 0, at)
        return False

    def _named(self, path: str) -> Listing:
        """What was asked for by name and is not among the listed files."""
        mode = self._folder.mode(path)
        words = kind(mode) if mode else NONE_SUCH
        if not words:
            return Listing((path,))
        if words == 'a folder':
            below = self._folder.walk(path)
            return below if below.paths or below.skipped else Listing((), (Skipped(path, NOTHING),))
        return Listing((), (Skipped(path, f'is {words}, which is not read' if mode else words),))

    def _list(self) -> Listing:
        if self._all is None:
            if self._walked or self._git is None:
                self._all = Listing(()) if self._wanted else self._folder.walk('')
            else:
                self._all = self._ask(self._git)
        return self._all

    def _ask(self, git: Git) -> Listing:
        """The files that git tracks or would, and submodules and the like, which it treats as one thing."""
        tracking = git.start('ls-files', '-z', '-s')
        others = git.start('ls-files', '-z', '-o', '--exclude-standard').output(PATIENCE)
        tracked = tracking.output(PATIENCE)
        for said in (tracked, others):
            if said.status:
                raise InputError(f'git cannot list the files: {said.reason()}')
        paths: list[str] = []
        skipped: list[Skipped] = []
        for record in tracked.records():
            facts, _, path = record.partition('\t')
            if facts.startswith('100'):
                paths.append(path)
            elif facts.startswith('160'):
                skipped.append(Skipped(path, _SUBMODULE, fatal=False))
        self._tracked = frozenset(paths)
        untracked = set()
        for path in others.records():
            if path.endswith('/'):
                skipped.append(Skipped(path[:-1], _REPOSITORY, fatal=False))
            elif not kind(self._folder.mode(path)):
                untracked.add(path)
        if others.error:
            from artifacts_guard.inputs import grep

            skipped += grep.complaints(others.error)
        return Listing(self._tracked | untracked, tuple(skipped))
