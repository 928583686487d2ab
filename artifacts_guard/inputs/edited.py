"""Files as they would be after edits."""

from __future__ import annotations

from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.inputs.source import Search


class Edited:
    """Some files, all of them selected, whose bytes are given by path."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def selected(self) -> Listing:
        return Listing(tuple(self._files))

    def context(self) -> Listing | None:
        """Nothing besides."""

    def read(self, path: str) -> Content:
        return Content(self._files[path])

    def begin(self, literals: Sequence[bytes]) -> None:
        """Nothing to begin with."""

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        """They can only be read."""

    def close(self) -> None:
        """Nothing stays open."""
