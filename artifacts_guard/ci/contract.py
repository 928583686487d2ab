"""What each module that reads a CI system's documents provides."""

from __future__ import annotations

from artifacts_guard.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

    class Adapter(Protocol):
        """A module of this package, with one row in the table of `artifacts_guard.ci`.

        It may also have a function `claims(document) -> bool`: whether a document that fits by its
        path is the system's by its content.  Without one, every document that fits is.
        """

        @property
        def NAME(self) -> str: ...  # noqa: N802

        @property
        def PATHS(self) -> tuple[str, ...]:  # noqa: N802
            """Globs of paths from the root: `*` within a name, `**/` for any folders, also none."""

        def read(self, document: Document, tree: Tree) -> Pipeline:
            """What a document means; `tree` lets it follow references inside the repository.

            Raises `yamltree.YamlError`, or `UnparsableError` for other syntaxes, for a document that can't be
            parsed, and nothing else: what has the wrong type yields nothing.
            """


class UnparsableError(InputError):
    """A document that is no text of its system's language: why, and the offset where that was seen."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
