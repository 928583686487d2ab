"""Where documents come from: the working tree, git's index, a commit, standard input."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts_guard.inputs.tree import Tree


def open(
    paths: Sequence[str] = (),
    *,
    staged: bool = False,
    stdin_name: str = '',
    revision: str = '',
    history: str | None = None,
    log: bool = False,
    all_files: bool = False,
) -> Tree:
    """The tree to check: the repository of the current folder, or the given files and folders of one.

    `staged` takes the index instead of the working tree, `revision` a commit; `stdin_name` is the file that
    standard input stands for; `history` a range of commits, '' for all, which gives no files but `Tree.source` with all
    their objects; `log` takes files and standard input for logs; `all_files` counts what git ignores.
    Raises UsageError and InputError for what can't be a tree at all; what is
    wrong with single files is said in `Tree.skipped`.
    """
    from artifacts_guard.inputs import opening

    if log:
        return opening.open_logs(paths, stdin_name)
    if stdin_name:
        return opening.open_stdin(stdin_name)
    if revision:
        return opening.open_revision(paths, revision)
    if history is not None:
        return opening.open_history(history)
    return opening.open_staged(paths) if staged else opening.open_worktree(paths, all_files=all_files)
