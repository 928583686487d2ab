"""What each module that reads a CI system's documents provides."""

from __future__ import annotations

from artifacts_guard.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.ci.recipes import RecipeBook
    from artifacts_guard.ci.recipes import Wanted
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

    class Adapter(Protocol):
        """A module of this package, with one row in the table of `artifacts_guard.ci`.

        It may also have a function `claims(document) -> bool`: whether a document that fits by its
        path is the system's by its content.  Without one, every document that fits is.

        For the page about it, docs/systems.md, it says what it UNDERSTANDS and leaves UNRESOLVED, how it
        classes HOSTS, the default SHELLS, and whether it MASKS secrets in logs.
        """

        @property
        def NAME(self) -> str: ...  # noqa: N802

        def read(self, document: Document, tree: Tree) -> Pipeline:
            """What a document means; `tree` lets it follow references inside the repository.

            Raises `yamltree.YamlError`, or `UnparsableError` for other syntaxes, for a document that can't be
            parsed, and nothing else: what has the wrong type yields nothing.
            """

    class Reader(Protocol):
        """A module of this package that reads one kind of recipe file, with one row in `recipes`."""

        @property
        def NAME(self) -> str: ...  # noqa: N802

        @property
        def FILES(self) -> tuple[str, ...]:  # noqa: N802
            """Names of its files, in the order in which a program looks for them."""

        def read(self, document: Document, tree: Tree) -> RecipeBook:
            """The recipes of a file.  Raises as `Adapter.read` does."""

        def wanted(self, words: list[str]) -> Wanted | None:
            """What a command line asks for; None when it runs no recipe."""


class UnparsableError(InputError):
    """A document that is no text of its system's language: why, and the offset where that was seen."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
