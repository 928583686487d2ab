"""Names of a program: what they can be at a point of it."""

from __future__ import annotations

from artifacts_guard.flow.code.things import limited
from artifacts_guard.flow.value import Excerpt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.code.model import Node
    from artifacts_guard.flow.code.things import Object
    from artifacts_guard.flow.code.things import Thing
    from artifacts_guard.text import Fragment


class Scope:
    """The names of a module or of one call of a function, and those around it.

    `returned` is what the function gives back.  `path` is the module's.
    """

    __slots__ = ('fragment', 'names', 'outer', 'path', 'returned', 'this')

    def __init__(self, fragment: Fragment, path: str, outer: Scope | None = None) -> None:
        self.fragment = fragment
        self.path = path
        self.outer = outer
        self.names: dict[str, tuple[Thing, ...]] = {}
        self.returned: tuple[Thing, ...] = ()
        self.this: Object | None = outer.this if outer is not None else None

    def inner(self) -> Scope:
        return Scope(self.fragment, self.path, self)

    def excerpt(self, node: Node) -> Excerpt:
        return Excerpt(self.fragment, node.start, node.end)

    def find(self, name: str) -> tuple[Thing, ...] | None:
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.outer
        return None

    def join(self, ends: Iterable[dict[str, tuple[Thing, ...]]]) -> None:
        """Become what holds after branches that ended so."""
        joined: dict[str, tuple[Thing, ...]] = {}
        for end in ends:
            for name, things in end.items():
                held = joined.get(name)
                joined[name] = things if held is None else limited((*held, *things))
        self.names = joined
