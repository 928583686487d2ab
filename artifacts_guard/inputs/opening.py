"""From what was asked for on the command line to a tree: where its root is, and which source it is read from."""

from __future__ import annotations

import os
import sys

from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.git import Git
from artifacts_guard.inputs.git import discover
from artifacts_guard.inputs.git import is_within
from artifacts_guard.inputs.git import program
from artifacts_guard.inputs.stdin import STDIN
from artifacts_guard.inputs.stdin import Stdin
from artifacts_guard.inputs.tree import Tree
from artifacts_guard.inputs.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.inputs.git import Repository
    from artifacts_guard.inputs.staged import Staged

_BARE = 'is a bare repository: it has no working tree, and its commits were not looked at'
_OUTSIDE = 'lies outside the repository'
_LINKED = 'is a symbolic link that leads out of {}, and not followed'
_NO_GIT = 'git was not found: files that it would ignore are checked too'
_UNSTAGED = 'none of the given files is staged: they are checked as they are in the working tree'


def open_worktree(paths: Sequence[str], *, all_files: bool = False) -> Tree:
    """The whole repository, or the given files and folders of it; without a repository these are walked.

    `all_files`: files that git ignores, and those of submodules, count too.
    """
    here = _here()
    places = _resolved(paths, here)
    repository = _repository_of(here, places)
    if repository is None or not repository.root:
        return _open_folder(here, places, repository)
    inside, outside = _inside(places, repository.root)
    source = Worktree(
        repository.root, repository.git, _names(inside, repository.root), walked=all_files, skipped=outside
    )
    return Tree(repository.root, source)


def open_logs(paths: Sequence[str], stdin_name: str = '') -> Tree:
    """Files and folders wherever they lie, or standard input when none is given."""
    here = _here()
    if not paths:
        return Tree(here, Stdin(stdin_name or STDIN, sys.stdin.buffer))
    return _open_folder(here, _resolved(paths, here), None)


def open_staged(paths: Sequence[str]) -> Tree:
    """The staged files, of those given if any are; the given files from the working tree if none of them is staged."""
    from artifacts_guard.inputs.index import Index
    from artifacts_guard.inputs.layered import Layered
    from artifacts_guard.inputs.staged import changes as staged_changes

    here = _here()
    repository = discover(here, staged=True)
    if repository is None:
        if not program():
            raise InputError('git was not found, and --staged needs it')
        raise UsageError(f'--staged: {here} is not in a git repository')
    root, git = repository.root, repository.git
    if not root:
        raise UsageError(f'--staged: {here} is a bare repository, where nothing is staged')
    changes = staged_changes(git)
    if not paths:
        return Tree(root, Index(git, changes))
    inside, outside = _inside(_resolved(paths, here), root)
    chosen, others = _staged_of(_names(inside, root), changes, root)
    if not others and not outside:
        return Tree(root, Index(git, changes, chosen))
    unstaged = Worktree(root, git, others, skipped=outside)
    if not chosen:
        return Tree(root, unstaged, (_UNSTAGED,))
    return Tree(root, Layered(unstaged, Index(git, changes, chosen), both=True))


def open_revision(paths: Sequence[str], revision: str) -> Tree:
    """The files of a commit, or of it the given files and folders; nothing is checked out."""
    from artifacts_guard.inputs.revision import Revision
    from artifacts_guard.inputs.revision import commit_of

    here = _here()
    places = _resolved(paths, here)
    repository = _repository_of(here, places)
    if repository is None:
        raise UsageError(f'{revision}: {here} is not in a git repository')
    root = repository.root or here
    inside, outside = _inside(places, root)
    source = Revision(repository.git, commit_of(repository.git, revision), _names(inside, root), outside)
    return Tree(root, source)


def open_history(revisions: str) -> Tree:
    """The history of the repository of the current folder, or the part of it that `revisions` name."""
    from artifacts_guard.inputs.history import History

    here = _here()
    repository = discover(here)
    if repository is None:
        if not program():
            raise InputError('git was not found, and --history needs it')
        raise UsageError(f'--history: {here} is not in a git repository')
    return Tree(repository.root or here, History(repository.git, revisions))


def open_stdin(name: str) -> Tree:
    """Standard input as the file `name`, with the repository that it belongs to around it."""
    from artifacts_guard.inputs.layered import Layered

    here = _here()
    (place,) = _resolved((name,), here)
    repository = _repository_of(here, [place])
    root = repository.root if repository and repository.root else here
    if not is_within(place, root):
        raise UsageError(f'--stdin-filename {name}: not below {root}')
    top = Stdin(_name(place, root), sys.stdin.buffer)
    if repository is None or not repository.root:
        return Tree(root, top)
    return Tree(root, Layered(top, Worktree(root, repository.git), both=False))


def _open_folder(here: str, places: list[str], repository: Repository | None) -> Tree:
    """Without a repository (or in a bare one): a single folder stands for it, else what contains all."""
    if len(places) == 1 and os.path.isdir(places[0]):
        root = places[0]
    elif all(is_within(place, here) for place in places):
        root = here
    else:
        try:
            root = os.path.commonpath([os.path.dirname(place) for place in places])
        except ValueError:
            raise UsageError('the given paths have no folder in common') from None
    inside, skipped = _inside(places, root)
    if repository is not None and root in (here, *inside) and is_within(root, here):
        skipped = (*skipped, Skipped('.', _BARE))
    path = program()
    git = Git(path, root) if path else None
    source = Worktree(root, git, _names(inside, root), walked=True, skipped=skipped)
    return Tree(root, source, () if git else (_NO_GIT,))


def _here() -> str:
    try:
        return os.getcwd()
    except OSError as error:
        raise InputError(f'the current folder cannot be read: {error.strerror}') from None


def _resolved(paths: Sequence[str], here: str) -> list[str]:
    """Absolute paths without links in their folders; a link at the end stays."""
    places: list[str] = []
    real: dict[str, str] = {}
    for path in paths:
        if '\0' in path:
            raise UsageError('a path holds a NUL character')
        whole = os.path.abspath(os.path.join(here, path))
        folder, name = os.path.split(whole)
        if folder not in real:
            real[folder] = os.path.realpath(folder)
        places.append(os.path.join(real[folder], name) if name else whole)
    return places


def _repository_of(here: str, places: list[str]) -> Repository | None:
    """The repository of the current folder, or if no place is in it that of the first place."""
    found = discover(here)
    if not places or (found and found.root and any(is_within(place, found.root) for place in places)):
        return found
    first = places[0] if os.path.isdir(places[0]) else os.path.dirname(places[0])
    other = discover(first) if os.path.isdir(first) else None
    return other if other and other.root else None


def _inside(places: list[str], root: str) -> tuple[list[str], tuple[Skipped, ...]]:
    """Places below the root, where a link's own target stands for it; and those that are not."""
    inside: list[str] = []
    outside: list[Skipped] = []
    for place in places:
        real = os.path.realpath(place) if os.path.islink(place) else place
        if is_within(real, root):
            inside.append(real)
        elif real == place:
            outside.append(Skipped(place, _OUTSIDE))
        else:
            outside.append(Skipped(place, _LINKED.format(root)))
    return inside, tuple(outside)


def _names(places: list[str], root: str) -> tuple[str, ...]:
    return tuple(_name(place, root) for place in places)


def _name(place: str, root: str) -> str:
    return place[len(root.rstrip(os.sep)) + 1 :].replace(os.sep, '/')


def _staged_of(names: tuple[str, ...], changes: Staged, root: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The staged files among some files and folders, and the files that are not staged."""
    staged = {*changes.objects, *(path for path, _ in changes.others)}
    chosen: set[str] = set()
    others: list[str] = []
    for name in names:
        if name in staged:
            chosen.add(name)
        elif os.path.isdir(os.path.join(root, name)):
            chosen.update(path for path in staged if not name or path.startswith(name + '/'))
        else:
            others.append(name)
    return frozenset(chosen), tuple(others)
