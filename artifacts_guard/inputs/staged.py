"""Which files are staged: what differs between git's index and the last commit."""

from __future__ import annotations

from artifacts_guard.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.inputs.git import Git

SUBMODULE = 'submodule'
CONFLICT = 'conflict'
_CHANGES = (
    *('diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--no-ext-diff'),
    *('--ita-invisible-in-index', '--diff-filter=ACMRTU'),  # `git add --intent-to-add` adds no content
)
# what every repository knows as "nothing", by the length of its object ids
_EMPTY_TREES = (
    '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
    '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
)


class Staged:
    """Object ids of the staged regular files by path; `others` are paths that are none, with what they are."""

    __slots__ = ('objects', 'others')

    def __init__(self, records: Sequence[str]) -> None:
        """From the records of `_CHANGES`: facts and path by turns."""
        self.objects: dict[str, str] = {}
        self.others: list[tuple[str, str]] = []
        for facts, path in zip(records[::2], records[1::2]):
            _, mode, _, name, status = facts.split(' ')
            if status == 'U':
                self.others.append((path, CONFLICT))
            elif mode.startswith('160'):
                self.others.append((path, SUBMODULE))
            elif mode.startswith('100'):  # a symbolic link has no content of its own
                self.objects[path] = name


def changes(git: Git) -> Staged:
    """What is staged; everything in the index before the first commit.  Raises InputError."""
    said = git.run(*_CHANGES, 'HEAD', '--')
    if said.status and git.run('rev-parse', '--verify', '--quiet', 'HEAD').status:
        for name in _EMPTY_TREES:
            said = git.run(*_CHANGES, name, '--')
            if not said.status:
                break
    if said.status:
        raise InputError(f'git cannot list what is staged: {said.reason()}')
    return Staged(said.records())
