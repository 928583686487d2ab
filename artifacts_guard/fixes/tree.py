"""Fixing a tree: which fixes count in it, what its files become, and writing them."""

from __future__ import annotations

from artifacts_guard.findings.finding import Skipped
from artifacts_guard.fixes import files
from artifacts_guard.fixes import patch
from artifacts_guard.fixes import repair
from artifacts_guard.inputs.edited import Edited
from artifacts_guard.inputs.layered import Layered
from artifacts_guard.inputs.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable

    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.fixes.repair import Repaired
    from artifacts_guard.text import Document
    from artifacts_guard.text import Span

_STRANGE = 'its encoding is not one that can be written back byte for byte'
_SECRET = 'the patch would show a token'


class Fixer:
    """Fixes in a tree.  `check` checks it as edited texts make it, with all rules; `before` is what it says of it now."""

    def __init__(self, tree: Tree, before: Result, check: Callable[[Tree, dict[str, str]], Result]) -> None:
        self.tree = tree
        self.before = before
        self._check = check

    def offered(self, shown: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with the fixes that they have here."""
        return repair.offered(self._found, self.before.findings, shown)

    def repaired(self, wanted: Callable[[Finding], bool], *, unsafe: bool) -> Repaired:
        return repair.repair(self._found, self.before.findings, wanted, unsafe=unsafe)

    def after(self, texts: dict[str, str]) -> Tree:
        """The tree with other texts; files that could not be written back keep theirs."""
        edited = {path: data for path, text in texts.items() if (data := self._bytes(path, text)) is not None}
        return Tree(self.tree.root, Layered(Edited(edited), self.tree.source, both=True))

    def write(self, texts: dict[str, str]) -> tuple[tuple[str, ...], tuple[Skipped, ...]]:
        """Write the files; the paths of those written, and why others were not."""
        written: list[str] = []
        skipped: list[Skipped] = []
        for path, text in sorted(texts.items()):
            old, new = self.tree.data(path), self._bytes(path, text)
            problem = _STRANGE
            if old is not None and new is not None:
                problem = files.replaced(self.tree.root, path, old, new)
            if problem:
                skipped.append(Skipped(path, f'not fixed: {problem}'))
            else:
                written.append(path)
        return tuple(written), tuple(skipped)

    def patches(self, texts: dict[str, str]) -> tuple[str, tuple[Skipped, ...]]:
        """One patch of all files, and why some are not in it."""
        made: list[str] = []
        skipped: list[Skipped] = []
        for path, text in sorted(texts.items()):
            document = self._document(path)
            secrets = (_words(document, span) for held, span, _ in self.before.redactions if held == path)
            one = patch.patch(path, document.text, text, secrets)
            if one is None:
                skipped.append(Skipped(path, f'not fixed: {_SECRET}'))
            else:
                made.append(one)
        return ''.join(made), tuple(skipped)

    def _found(self, texts: dict[str, str]) -> tuple[Finding, ...]:
        return self._check(self.after(texts), texts).findings

    def _document(self, path: str) -> Document:
        document = self.tree.document(path)
        assert document is not None, path  # an edit is made of it
        return document

    def _bytes(self, path: str, text: str) -> bytes | None:
        return files.rewritten(self._document(path), self.tree.data(path) or b'', text)


def _words(document: Document, span: Span) -> str:
    return document.text[span.start : span.end]
