"""The short way of a commit hook: done when nothing staged can matter, before anything else is imported.

A hook runs on every commit, and nearly always there is nothing to say.  Here only `os` and git
are used.  A staged file can matter by what it holds; a pipeline, script or recipe also by what it
calls and by who may call it.  Whatever is unusual (an option, a configuration file, a merge
conflict, a file that is not staged) is left to the command line proper.
"""

from __future__ import annotations

import os

from artifacts_guard.cli import related
from artifacts_guard.errors import InputError
from artifacts_guard.inputs.git import LIMIT
from artifacts_guard.inputs.git import Git
from artifacts_guard.inputs.git import Objects
from artifacts_guard.inputs.git import program
from artifacts_guard.inputs.staged import changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.inputs.tree import Tree

_START = ['check', '--staged']
_SIZE = 1 << 20  # bytes of a pyproject.toml that is looked into


class Look:
    """What a look at the staged files brought: the report to `said`, or the `tree` for a full check, or neither."""

    __slots__ = ('said', 'tree')

    def __init__(self, said: str = '', tree: Tree | None = None) -> None:
        self.said = said
        self.tree = tree


def look(argv: list[str]) -> Look:
    """Look at what is staged, when the command line asks for nothing else; the exit status of a report is 0."""
    given = names(argv)
    git = program()
    if given is None or not git or not os.path.lexists('.git') or _is_configured():
        return Look()
    here = Git(git, os.getcwd(), staged=True)
    objects = Objects(here)
    objects.open()  # while the changes are listed
    try:
        staged = changes(here)
    except InputError:
        return Look()
    if staged.others or not staged.objects.keys() >= set(given):
        return Look()
    paths = sorted(set(given) or staged.objects)
    if not paths:
        return Look('Nothing to check: nothing is staged.\n')
    if not _can_matter(objects, {path: staged.objects[path] for path in paths}):
        return Look(f'No findings.\nLooked at {len(paths):,} file{"" if len(paths) == 1 else "s"}.\n')

    from artifacts_guard.credentials.gate import SIGNS
    from artifacts_guard.inputs.index import Index
    from artifacts_guard.inputs.tree import Tree

    index = Index(here, staged, frozenset(paths), objects)
    index.begin(SIGNS)
    from artifacts_guard.facts import collect  # noqa: F401 - with all that a check loads, while git searches

    return Look(tree=Tree(here.folder, index))


def names(argv: list[str]) -> list[str] | None:
    """The files given to a hook; None for a command line that holds more than that."""
    if argv[:2] != _START:
        return None
    if argv[2:3] == ['--']:
        return argv[3:]
    return None if any(name.startswith('-') for name in argv[2:]) else argv[2:]


def _is_configured() -> bool:
    if os.path.lexists('artifacts-guard.toml'):
        return True
    if not os.path.lexists('pyproject.toml'):
        return False
    try:
        descriptor = os.open('pyproject.toml', os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0))
        try:
            start = os.read(descriptor, _SIZE)
        finally:
            os.close(descriptor)
    except OSError:
        return True
    return b'artifacts-guard' in start or len(start) == _SIZE


def _can_matter(objects: Objects, staged: dict[str, str]) -> bool:
    """Whether a file, given with the id of its content, can matter; yes when that can't be told."""
    from artifacts_guard.credentials.gate import is_archive
    from artifacts_guard.credentials.gate import may_matter

    if may_matter('\n'.join(staged).encode('utf-8', 'surrogateescape')):
        return True
    flowing: dict[str, bytes] = {}
    for path, name in staged.items():
        found = objects.content(name)
        if found is None or found[1] > LIMIT or is_archive(found[0]) or may_matter(found[0]):
            return True
        if related.takes_part(path):
            flowing[path] = found[0]
    return bool(flowing) and (
        related.is_called_by_ours(objects, staged) or related.calls_ours(objects, flowing, staged)
    )
