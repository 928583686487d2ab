"""The files of a commit, read from git's objects: nothing is checked out."""

from __future__ import annotations

from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.git import Objects
from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing
from artifacts_guard.inputs.source import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.inputs.git import Git
    from artifacts_guard.inputs.source import Search

_FILES = ('100644', '100755')  # https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
_SUBMODULE = '160000'
_BROKEN = 'its content is missing from the git repository, or broken'


def commit_of(git: Git, revision: str) -> str:
    """The object id of a commit.  Raises UsageError when the repository has none of that name."""
    said = git.run('rev-parse', '--verify', '--quiet', '--end-of-options', f'{revision}^{{commit}}')
    name = said.text.decode('ascii', 'replace').strip()
    if said.status or not name:
        raise UsageError(f'{revision}: the repository has no such commit')
    return name


class Revision:
    """The tree of one commit.  `below` are the files and folders asked for, none of them meaning all."""

    def __init__(self, git: Git, commit: str, below: tuple[str, ...], skipped: tuple[Skipped, ...]) -> None:
        self._git = git
        self._commit = commit
        self._below = below
        self._skipped = skipped
        self._objects = Objects(git)
        self._entries: dict[str, str] | None = None
        self._submodules: tuple[Skipped, ...] = ()

    def selected(self) -> Listing:
        everything = self._all()
        if not self._below:
            return Listing(tuple(everything), (*self._skipped, *self._submodules))
        chosen = tuple(path for path in everything if any(_is_below(path, name) for name in self._below))
        missing = [
            Skipped(name, 'is not in this commit')
            for name in self._below
            if not any(_is_below(path, name) for path in chosen)
        ]
        return Listing(chosen, (*self._skipped, *missing))

    def context(self) -> Listing:
        return Listing(tuple(self._all()))

    def read(self, path: str) -> Content:
        name = self._all().get(path)
        found = self._objects.content(name) if name else None
        return Content(None, _BROKEN) if found is None else cut(*found)

    def begin(self, literals: Sequence[bytes]) -> None:
        """Nothing: whoever looks at a commit waits for no hook."""

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        from artifacts_guard.inputs import grep

        found = grep.finish(grep.start(self._git, literals, commit=self._commit))
        # git names a file of a commit `COMMIT:path`
        return found and found.replace(hits=frozenset(hit.partition(':')[2] for hit in found.hits))

    def close(self) -> None:
        self._objects.close()

    def _all(self) -> dict[str, str]:
        """Object ids by path."""
        if self._entries is None:
            said = self._git.run('ls-tree', '-r', '-z', '--full-tree', self._commit)
            if said.status:
                raise InputError(f'git cannot list the files of {self._commit[:12]}: {said.reason()}')
            entries = [record.partition('\t')[::2] for record in said.records()]
            self._entries = {path: facts.split(' ')[2] for facts, path in entries if facts.startswith(_FILES)}
            self._submodules = tuple(
                Skipped(path, 'is a submodule, whose files are not looked at', fatal=False)
                for facts, path in entries
                if facts.startswith(_SUBMODULE)
            )
        return self._entries


def _is_below(path: str, name: str) -> bool:
    return not name or path == name or path.startswith(f'{name}/')
