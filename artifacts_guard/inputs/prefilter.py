"""Which files can matter at all: those that contain one of a few literals."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.inputs.tree import Tree

# starting git takes as long as reading this many files
_FEW = 60


def prefilter(
    tree: Tree,
    literals: Sequence[bytes],
    paths: Iterable[str] | None = None,
    early: Callable[[str], object] | None = None,
) -> tuple[str, ...]:
    """The paths, of all paths of the tree or those given, whose bytes contain a literal; sorted.

    UTF-16 and UTF-32 count as if they were not: a literal may have NULs between its characters.  It
    must not hold a line end.  What could not be looked into is said in `tree.skipped`.  `early` is called
    with some paths that are likely to be among them, while others are still looked for.
    """
    asked = sorted(tree.paths() if paths is None else paths)
    if len(asked) <= _FEW:
        return tuple(path for path in asked if _contains(_any_of(literals), tree.data(path)))
    import re

    found = tree.source.search(literals, early)
    search = re.compile(b'|'.join(re.escape(literal) for literal in literals)).search
    if found is None:
        return tuple(path for path in asked if _contains(search, tree.data(path)))
    wanted = frozenset(asked)
    tree.say(one for one in found.skipped if one.path in wanted or not one.path)
    searched = wanted if found.searched is None else found.searched
    return tuple(
        path
        for path in asked
        if (path in found.hits and _is_narrow_or_contains(search, tree.data(path)))
        or (path not in searched and _contains(search, tree.data(path)))
    )


def _any_of(literals: Sequence[bytes]) -> Callable[[bytes], object]:
    """One by one: to compile them takes as long as to look for them in a few files."""
    return lambda data: any(literal in data for literal in literals)


def _is_narrow_or_contains(search: Callable[[bytes], object], data: bytes | None) -> bool:
    """For what git has found: of files with NULs also those that hold other text in UTF-16."""
    return data is not None and (b'\0' not in data or _contains(search, data))


def _contains(search: Callable[[bytes], object], data: bytes | None) -> bool:
    if data is None:
        return False
    return bool(search(data)) or (b'\0' in data and bool(search(data.replace(b'\0', b''))))
