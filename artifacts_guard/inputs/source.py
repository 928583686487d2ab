"""What a place that documents come from (working tree, index, standard input) answers."""

from __future__ import annotations

from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.git import LIMIT
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Sequence
    from typing import Protocol

    class Source(Protocol):
        """One module of this package provides each kind.  Paths are relative to the root, with `/`."""

        def selected(self) -> Listing:
            """The files whose findings are asked for, and what was asked for and is no file."""

        def context(self) -> Listing | None:
            """All files that may have to be looked into; None when they are the selected ones."""

        def read(self, path: str) -> Content:
            """The content of a listed file, or why there is none."""

        def begin(self, literals: Sequence[bytes]) -> None:
            """Have git list the files and search for what `search` will be asked for, while the program goes on."""

        def search(
            self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
        ) -> Search | None:
            """The files of `context` that contain a literal, when there is a way to tell without reading them.

            `early` may be given paths of files that probably do, while the search goes on.
            """

        def close(self) -> None:
            """End what still runs."""


class Content(Record):
    """Bytes of a file, at most `LIMIT`; None when there are none.  `problem` says what is wrong or missing."""

    data: bytes | None
    problem: str = ''
    fatal: bool = True


class Listing(Record):
    """Files in any order, and what is not looked at."""

    paths: Iterable[str]
    skipped: tuple[Skipped, ...] = ()


class Search(Record):
    """The files that contain a literal, those that were searched (None: all), and those that could not be."""

    hits: frozenset[str]
    searched: frozenset[str] | None = None
    skipped: tuple[Skipped, ...] = ()


def cut(data: bytes, size: int) -> Content:
    """The content of a file of `size` bytes, of which not more than the first `LIMIT` were read."""
    if size <= LIMIT:
        return Content(data)
    megabytes = -(-size // (1 << 20))
    return Content(data[:LIMIT], f'only the first {LIMIT >> 20} MiB of {megabytes} MiB were read')
