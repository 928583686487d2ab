"""Which files are worth parsing: those that hold a token, mention the service, or lead to one that does."""

from __future__ import annotations

from artifacts_guard import code
from artifacts_guard.ci import candidates
from artifacts_guard.ci import recipes
from artifacts_guard.credentials import gate
from artifacts_guard.text import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.credentials.archives import ByteSearch
    from artifacts_guard.credentials.find import Token
    from artifacts_guard.facts.model import Fact
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.text import Span

_YAML = ('.yml', '.yaml')
_INCLUDING = frozenset({'gitlab', 'azure'})
# how another program or a command line names a module: `from .x`, `-m x`, `a.x`, `./x`
_BEFORE_MODULES = ('import ', 'from ', '-m ', '.', '/')
_MODULES = frozenset({'__init__', '__main__', 'index'})
_IGNORES = ('artifacts-guard: ignore', 'artifacts-guard:ignore')


class Relevance:
    """Looks into the files of a tree once."""

    def __init__(self, tree: Tree) -> None:
        from artifacts_guard.inputs.prefilter import prefilter

        self.tree = tree
        self._gate: dict[str, bool] = {}
        self._searches: dict[str, ByteSearch] = {}
        tree.source.begin(gate.SIGNS)
        hits = prefilter(tree, gate.SIGNS, early=self._foresee)
        self.with_tokens: list[Document] = []
        self.with_comments: list[Document] = []
        self.notes: list[str] = []
        self._fitting: list[tuple[str, str]] | None = None
        self.other_tokens: list[tuple[Document, Token]] = []
        mentioned = [path for path in hits if self._look(path)]
        if not any(gate.speaks_of_service(tree.data(path) or b'') for path in mentioned):
            mentioned = []
        self._names()
        self.pipelines: Sequence[str] = self._closure(mentioned) if mentioned else ()

    @property
    def nothing(self) -> bool:
        return not (self.with_tokens or self.other_tokens or self.pipelines or self.with_comments)

    def _foresee(self, path: str) -> None:
        """Do what takes long for a file that will be looked at, while git looks for others."""
        data = self.tree.data(path)
        if data is not None and self.tree.is_selected(path):
            archive = gate.is_archive(data)
            if archive or (self._may_hold_token(path, data) and self.tree.document(path) is None):
                self._search(path, data)

    def _may_hold_token(self, path: str, data: bytes) -> bool:
        if path not in self._gate:
            self._gate[path] = gate.may_hold_token(data)
        return self._gate[path]

    def _search(self, path: str, data: bytes) -> ByteSearch:
        from artifacts_guard.credentials.archives import search_bytes

        if path not in self._searches:
            self._searches[path] = search_bytes(path, data)
        return self._searches[path]

    def _look(self, path: str) -> bool:
        """Take what a file holds into account; whether it mentions the service."""
        data = self.tree.data(path) or b''
        archive = gate.is_archive(data)
        document = None if archive else self.tree.document(path)
        if document is None:
            if self.tree.is_selected(path) and (archive or self._may_hold_token(path, data)):
                self._binary(path, data)
            return False
        if self.tree.is_selected(path):
            if self._may_hold_token(path, data) or _has_home(path):
                self.with_tokens.append(document)
            if any(mark in document.text for mark in _IGNORES):
                self.with_comments.append(document)
        return gate.mentions_service(data)

    def _binary(self, path: str, data: bytes) -> None:
        search = self._search(path, data)
        self.other_tokens += [(found.document, token) for found in search.found for token in found.tokens]
        self.notes += [f'{path}: {note}' for note in search.notes]

    def _names(self) -> None:
        for path in self.tree.selected:
            if 'aa_' in path:
                from artifacts_guard.credentials.find import tokens_in_name

                document = Document(path, path)
                self.other_tokens += [(document, token) for token in tokens_in_name(path)]

    def _closure(self, mentioned: list[str]) -> tuple[str, ...]:
        """The files that mention the service, and all pipelines, scripts and recipes that lead to them."""
        known = dict.fromkeys(mentioned)
        if any(path.endswith(_YAML) for path in mentioned):
            # what they include can be named by a pattern: they are read, and read their own includes
            known.update((p, None) for p, s in self._candidates() if s in _INCLUDING)
        texts = self._callers(known)
        fresh = list(mentioned)
        while fresh and texts:
            words = tuple(dict.fromkeys(w for path in fresh for w in _call_words(path)))
            fresh = [path for path, text in texts.items() if any(word in text for word in words)]
            for path in fresh:
                known[path] = None
                del texts[path]
        return tuple(sorted(known))

    def _candidates(self) -> list[tuple[str, str]]:
        """As `ci.candidates` for all files, which takes a while for many."""
        if self._fitting is None:
            self._fitting = candidates(self.tree.paths())
        return self._fitting

    def _callers(self, known: dict[str, None]) -> dict[str, str]:
        """Texts of the files that can call others, besides those known already."""
        paths = self.tree.paths()
        able = dict.fromkeys(path for path, _ in self._candidates())
        able.update((p, None) for p in paths if recipes.row_of(p) is not None)
        # programs are imported by their neighbours; to read all of a large tree would take long
        folders = {path.rpartition('/')[0] for path in known if code.language(path)}
        if folders:
            able.update((p, None) for p in paths if code.language(p) and p.rpartition('/')[0] in folders)
        found = {}
        for path in able:
            if path not in known:
                document = self.tree.document(path)
                if document is not None:
                    found[path] = document.text
        return found

    def redactions(self, facts: Iterable[Fact]) -> tuple[tuple[str, Span, str], ...]:
        """All spans that reports must not show, with what stands for them."""
        from artifacts_guard.facts.model import Credential
        from artifacts_guard.facts.model import Suspect

        secrets = (f for f in facts if isinstance(f, (Credential, Suspect)))
        found = {(f.place.path, f.place.span, f.redacted): None for f in secrets}
        return tuple(found)


def _has_home(path: str) -> bool:
    if 'credentials.json' not in path and '.env' not in path:
        return False
    from artifacts_guard.credentials.homes import home

    return bool(home(path))


def _call_words(path: str) -> tuple[str, ...]:
    """Words by which another file can call this one."""
    folder, _, name = path.rpartition('/')
    if name in {'action.yml', 'action.yaml'}:
        return (folder.rpartition('/')[2],) if folder else ('./',)
    if folder.endswith('.buildkite/hooks'):
        return ('steps',)  # run in every job of the repository's pipelines
    if code.language(path):
        module = (
            name.partition('.')[0] if name.partition('.')[0] not in _MODULES else folder.rpartition('/')[2]
        )
        return (name, *(f'{before}{module}' for before in _BEFORE_MODULES))
    row = recipes.row_of(path)
    return (name,) if row is None else (name, *row.programs)
