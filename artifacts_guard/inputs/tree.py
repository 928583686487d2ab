"""The documents of one scan: listed and read when somebody asks, and nothing passed over in silence."""

from __future__ import annotations

from artifacts_guard.findings.finding import Skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.inputs.source import Listing
    from artifacts_guard.inputs.source import Source
    from artifacts_guard.text import Document

_KEPT = 16 << 20  # bytes of files that are remembered: most are asked for more than once


class Tree:
    """Paths are relative to `root` (absolute), with `/`; bytes of a name that are no UTF-8 are surrogates.

    `skipped` grows while files are listed and read.  `notes` say how the files were chosen.
    """

    def __init__(self, root: str, source: Source, notes: tuple[str, ...] = ()) -> None:
        self.root = root
        self.notes = notes
        self.skipped: list[Skipped] = []
        self.source = source
        self._said: set[Skipped] = set()
        self._excluded: tuple[str, ...] = ()
        self._selected: tuple[str, ...] | None = None
        self._context: tuple[str, ...] | None = None
        self._chosen: frozenset[str] | None = None
        self._known: frozenset[str] | None = None
        self._documents: dict[str, Document | None] = {}
        self._bytes: dict[str, bytes | None] = {}
        self._room = _KEPT

    def exclude(self, patterns: Iterable[str]) -> None:
        """Leave out what the configuration's `exclude` matches; to be called before anything is listed."""
        self._excluded = tuple(patterns)

    @property
    def selected(self) -> tuple[str, ...]:
        """The files whose findings are asked for, sorted."""
        if self._selected is None:
            self._selected = self._kept(self.source.selected())
        return self._selected

    def is_selected(self, path: str) -> bool:
        if self._chosen is None:
            self._chosen = frozenset(self.selected)
        return path in self._chosen

    def paths(self) -> tuple[str, ...]:
        """All files that can give context, such as a called script, sorted; the selected ones among them."""
        if self._context is None:
            selected = self.selected
            listing = self.source.context()
            self._context = selected if listing is None else self._kept(listing, selected)
        return self._context

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, at most `git.LIMIT` of them; None when it is not in the tree or can't be read."""
        if path in self._bytes:
            return self._bytes[path]
        data = self._read(path)
        size = len(data or b'')
        if size <= self._room:
            self._bytes[path] = data
            self._room -= size
        return data

    def document(self, path: str) -> Document | None:
        """The text of a file, the same object each time; None when it has no bytes or these are no text."""
        if path not in self._documents:
            data = self.data(path)
            if data is None:
                self._documents[path] = None
            else:
                from artifacts_guard.inputs.decode import decode

                self._documents[path] = decode(path, data)
        return self._documents[path]

    def say(self, skipped: Iterable[Skipped]) -> None:
        """Record what is not looked at, once."""
        fresh = [one for one in dict.fromkeys(skipped) if one not in self._said]
        self.skipped += fresh
        self._said.update(fresh)

    def close(self) -> None:
        """End what still runs."""
        self.source.close()

    def _read(self, path: str) -> bytes | None:
        if not self.is_selected(path) and not self._is_context(path):
            return None
        content = self.source.read(path)
        if content.problem:
            self.say((Skipped(path, content.problem, content.fatal),))
        return content.data

    def _is_context(self, path: str) -> bool:
        if self._known is None:
            self._known = frozenset(self.paths())
        return path in self._known

    def _kept(self, listing: Listing, more: tuple[str, ...] = ()) -> tuple[str, ...]:
        paths, skipped = listing.paths, listing.skipped
        if self._excluded:
            from artifacts_guard.inputs.globs import matches

            paths = [path for path in paths if not matches(path, self._excluded)]
            skipped = tuple(one for one in skipped if not matches(one.path, self._excluded))
        self.say(skipped)
        return tuple(sorted({*paths, *more} if more else paths))
