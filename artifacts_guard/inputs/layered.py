"""Two places that documents come from as one: some files as given, their surroundings from elsewhere."""

from __future__ import annotations

from artifacts_guard.inputs.source import Listing
from artifacts_guard.inputs.source import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence

    from artifacts_guard.inputs.source import Content
    from artifacts_guard.inputs.source import Source


class Layered:
    """What `top` selects is read from there, everything else from `base`; `both`: what `base` selects is selected too."""

    def __init__(self, top: Source, base: Source, *, both: bool) -> None:
        self._top = top
        self._base = base
        self._both = both
        self._above: Listing | None = None

    def selected(self) -> Listing:
        above = self._top_listing()
        if not self._both:
            return above
        below = self._base.selected()
        return Listing({*below.paths, *above.paths}, (*below.skipped, *above.skipped))

    def context(self) -> Listing:
        listing = self._base.context() or self._base.selected()
        return Listing({*listing.paths, *self._top_listing().paths})

    def read(self, path: str) -> Content:
        return (self._top if path in self._top_paths() else self._base).read(path)

    def begin(self, literals: Sequence[bytes]) -> None:
        self._base.begin(literals)

    def search(
        self, literals: Sequence[bytes], early: Callable[[str], object] | None = None
    ) -> Search | None:
        found = self._base.search(literals)  # `early` would be told of files that `top` has
        if found is None:
            return None
        above = self._top_paths()
        searched = frozenset(self.context().paths) if found.searched is None else found.searched
        return Search(found.hits - above, searched - above, found.skipped)

    def close(self) -> None:
        self._top.close()
        self._base.close()

    def _top_listing(self) -> Listing:
        if self._above is None:
            listing = self._top.selected()
            self._above = Listing(frozenset(listing.paths), listing.skipped)
        return self._above

    def _top_paths(self) -> frozenset[str]:
        return frozenset(self._top_listing().paths)
