"""Standard input, checked under the name of the file it will become."""

from __future__ import annotations

from artifacts_guard.inputs.git import LIMIT
from artifacts_guard.inputs.source import Content
from artifacts_guard.inputs.source import Listing
from artifacts_guard.inputs.source import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence
    from typing import BinaryIO

    from artifacts_guard.inputs.source import Search


STDIN = 'standard-input'  # what it is called when it stands for no file


class Stdin:
    """One file, `path`, whose content is read from a stream when it is asked for."""

    def __init__(self, path: str, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._content: Content | None = None

    def selected(self) -> Listing:
        return Listing((self._path,))

    def context(self) -> Listing | None:
        """Nothing besides."""

    def read(self, path: str) -> Content:
        if self._content is None:
            data = self._stream.read(LIMIT + 1)
            self._content = Content(data)
            if len(data) > LIMIT:
                size = len(data)
                while rest := self._stream.read(1 << 20):
                    size += len(rest)
                self._content = cut(data, size)
        return self._content

    def begin(self, literals: Sequence[bytes]) -> None:
        """Nothing to begin with."""

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        """It can only be read."""

    def close(self) -> None:
        """The stream is its owner's to close."""
