"""Path patterns of the configuration, as in a `.gitignore` file.

A pattern without `/` matches a file or folder of that name anywhere, one with `/` a path from
the root; `*` and `?` stay within a name, `**` stands for any number of folders.  What matches a
folder holds for everything below it (https://git-scm.com/docs/gitignore, "Pattern format").
"""

from __future__ import annotations

from fnmatch import fnmatchcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether any of the patterns matches the path or a folder above it."""
    names = path.split('/')
    return any(_matches(names, pattern) for pattern in patterns)


def _matches(names: list[str], pattern: str) -> bool:
    if pattern.startswith('./'):
        pattern = pattern[1:]
    folders_only = pattern.endswith('/')
    wanted = pattern.strip('/').split('/')
    if len(wanted) == 1 and not pattern.startswith('/'):
        wanted = ['**', *wanted]
    longest = len(names) - folders_only
    return _holds_for_start(names[:longest], wanted)


def _holds_for_start(names: list[str], wanted: list[str]) -> bool:
    """Whether `wanted` matches the first one or more of the names; each `**` is tried once per name."""
    reached = {0}
    for position, name in enumerate(wanted):
        if name == '**':
            last = position == len(wanted) - 1
            # `a/**` is everything below a, not a itself
            reached = set(range(min(reached, default=len(names)) + last, len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], name)}
        if not reached:
            return False
    return True
