"""What is about to be committed: the content of git's index, whatever the working tree looks like."""

from __future__ import annotations

from artifacts_guard.errors import InputError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs import staged
from artifacts_guard.inputs.git import Objects
from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing
from artifacts_guard.inputs.source import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.inputs.git import Git
    from artifacts_guard.inputs.git import Running
    from artifacts_guard.inputs.source import Search
    from artifacts_guard.inputs.staged import Staged

_REASONS = {
    staged.SUBMODULE: Skipped('', 'is a submodule, whose files are not looked at', fatal=False),
    staged.CONFLICT: Skipped('', 'has a merge conflict that is not resolved'),
}
_BROKEN = 'its content is missing from the git repository, or broken'


class Index:
    """The index of a repository.  `chosen` are the staged files asked for, None for all of them."""

    def __init__(
        self,
        git: Git,
        changes: Staged,
        chosen: frozenset[str] | None = None,
        objects: Objects | None = None,
    ) -> None:
        self._git = git
        self._changes = changes
        self._chosen = chosen
        self._entries: dict[str, str] | None = None
        self._objects = objects or Objects(git)
        self._listing: Running | None = None
        self._searching: Running | None = None

    def selected(self) -> Listing:
        chosen, changes = self._chosen, self._changes
        paths = tuple(path for path in changes.objects if chosen is None or path in chosen)
        others = (
            _REASONS[kind].replace(path=path)
            for path, kind in changes.others
            if chosen is None or path in chosen
        )
        return Listing(paths, tuple(others))

    def context(self) -> Listing:
        return Listing(tuple(self._all()))

    def read(self, path: str) -> Content:
        name = self._changes.objects.get(path) or self._all().get(path)
        found = self._objects.content(name) if name else None
        return Content(None, _BROKEN) if found is None else cut(*found)

    def begin(self, literals: Sequence[bytes]) -> None:
        self._listing = self._listing or self._list()
        from artifacts_guard.inputs import grep

        self._searching = self._searching or grep.start(self._git, literals, '--cached')

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        from artifacts_guard.inputs import grep

        searching = self._searching or grep.start(self._git, literals, '--cached')
        self._searching = None
        return grep.finish(searching, early)

    def close(self) -> None:
        self._objects.close()
        for process in (self._listing, self._searching):
            if process is not None:
                process.end()

    def _list(self) -> Running:
        return self._git.start('ls-files', '-z', '-s')

    def _all(self) -> dict[str, str]:
        if self._entries is None:
            listing, self._listing = self._listing or self._list(), None
            said = listing.output()
            if said.status:
                raise InputError(f'git cannot list the files: {said.reason()}')
            entries = (record.partition('\t') for record in said.records())
            self._entries = {
                path: facts.split(' ')[1] for facts, _, path in entries if facts.startswith('100')
            }
        return self._entries
