"""Everything that a git repository holds: each object once, the names of refs, and where an object comes from.

All objects are read, not only those that a branch or tag reaches: what was amended, dropped from the stash or never
committed stays in a clone for weeks and on a server for longer (https://git-scm.com/docs/git-gc).
"""

from __future__ import annotations

from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.objects import objects
from artifacts_guard.inputs.origins import CHANGES
from artifacts_guard.inputs.origins import REACHED
from artifacts_guard.inputs.origins import UNREACHED
from artifacts_guard.inputs.origins import Origins
from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Collection
    from collections.abc import Iterator
    from collections.abc import Sequence

    from artifacts_guard.inputs.git import Git
    from artifacts_guard.inputs.objects import Object
    from artifacts_guard.inputs.source import Search

_LIST = ('--no-replace-objects', 'cat-file', '--batch-all-objects', '--unordered')
_REACHED = ('--all', '--reflog')
_SHALLOW = 'is a shallow clone: older commits are not here (git fetch --unshallow gets them)'
_PARTIAL = 'is a partial clone: {} objects are not here (git fetch --refetch --no-filter gets them)'


class History:
    """The objects of a repository, or those that a range of commits brought; a source without files.

    `revisions` as `git rev-list` takes them (`main..HEAD`), '' for everything.
    """

    def __init__(self, git: Git, revisions: str = '') -> None:
        self._git = git
        self.revisions = revisions
        self.skipped: list[Skipped] = []
        self.names = self._range(revisions.split()) if revisions else self._everything()
        self._say_what_is_not_here()

    @property
    def count(self) -> int:
        """How many objects there are."""
        return self.names.count(b'\n')

    def share(self, number: int, shares: int) -> Iterator[Object]:
        """One of several parts of the objects, each in the order of git's packs, which is the quickest."""
        width = self.names.find(b'\n') + 1
        count = len(self.names) // width if width else 0
        first, last = count * number // shares * width, count * (number + 1) // shares * width
        return objects(self._git, self.names[first:last])

    def objects(self, names: Collection[str]) -> Iterator[Object]:
        """Some objects by their ids."""
        return objects(self._git, ''.join(f'{name}\n' for name in names).encode())

    def refs(self) -> tuple[tuple[str, str], ...]:
        """The full names of branches, tags and other refs, each with the id of what it names; none of a range."""
        if self.revisions:
            return ()
        said = self._git.run('for-each-ref', '--format=%(objectname) %(refname)')
        if said.status:
            raise InputError(f'git cannot list the refs: {said.reason()}')
        lines = said.text.decode('utf-8', 'surrogateescape').splitlines()
        return tuple((name, oid) for oid, _, name in (line.partition(' ') for line in lines))

    def origins(
        self, wanted: Collection[str], named: Collection[str], counts: Callable[[str], bool]
    ) -> Origins:
        """Where objects come from, and the paths that hold one of some names; of those that count."""
        found = Origins(wanted, named, counts)
        everything = not self.revisions
        reached = self._commits(*(_REACHED if everything else (*self.revisions.split(), '--')))
        found.walk(reached, self._changes(reached), REACHED)
        if everything and found.missing:
            known = frozenset(reached.split())
            left = [name for name in self._names_of_commits() if name not in known]
            if left:
                unreached = self._commits('--stdin', '--not', *_REACHED, given=b'\n'.join([*left, b'']))
                found.walk(unreached, self._changes(unreached), UNREACHED)
            found.index(self._git.run('ls-files', '-z', '-s').records())
        return found

    def selected(self) -> Listing:
        """No file: there is nothing here that could be a pipeline."""
        return Listing(())

    def context(self) -> Listing | None:
        """Nothing besides."""

    def read(self, path: str) -> Content:
        return Content(None, 'is no file of the working tree')

    def begin(self, literals: Sequence[bytes]) -> None:
        """Nothing: objects are read when they are asked for."""

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        """There is nothing to search."""

    def close(self) -> None:
        """Nothing stays open."""

    def _everything(self) -> bytes:
        said = self._git.run(*_LIST, '--batch-check=%(objectname)')
        if said.status:
            raise InputError(f'git cannot list the objects: {said.reason()}')
        return said.text

    def _range(self, words: Sequence[str]) -> bytes:
        if any(word.startswith('-') for word in words):
            raise UsageError(f'--history {" ".join(words)}: not a range of commits such as main..HEAD')
        said = self._git.run(
            *('--no-replace-objects', 'rev-list', '--objects', '--no-object-names', '--missing=print'),
            *(*words, '--'),
        )
        if said.status:
            raise UsageError(f'--history {" ".join(words)}: git knows no such commits ({said.reason()})')
        lines = said.text.split(b'\n')[:-1]
        here = [line for line in lines if not line.startswith(b'?')]
        if len(here) < len(lines):
            self.skipped.append(Skipped('.', _PARTIAL.format(f'{len(lines) - len(here):,}')))
        return b''.join([line + b'\n' for line in here])

    def _say_what_is_not_here(self) -> None:
        if self.revisions:
            return
        if self._git.run('rev-parse', '--is-shallow-repository').text == b'true\n':
            self.skipped.append(Skipped('.', _SHALLOW))
        if self._git.run('config', '--get-regexp', r'^remote\..*\.promisor$').text:
            said = self._git.run('rev-list', '--objects', '--no-object-names', '--missing=print', '--all')
            missing = said.text.count(b'\n?') + said.text.startswith(b'?')
            if missing or said.status:
                self.skipped.append(Skipped('.', _PARTIAL.format(f'{missing:,}' if missing else 'some')))

    def _commits(self, *words: str, given: bytes = b'') -> bytes:
        """The ids of commits, one a line, no parent before its children."""
        return self._said('--no-replace-objects', 'rev-list', '--date-order', *words, given=given)

    def _changes(self, commits: bytes) -> bytes:
        return self._said(*CHANGES, given=commits)

    def _said(self, *words: str, given: bytes = b'') -> bytes:
        said = self._git.run(*words, given=given)
        if said.status:
            self.skipped.append(Skipped('.', f'not all commits could be followed: {said.reason()}'))
        return said.text

    def _names_of_commits(self) -> list[bytes]:
        said = self._git.run(*_LIST, '--batch-check=%(objectname) %(objecttype)')
        return [line[:-7] for line in said.text.splitlines() if line.endswith(b' commit')]
