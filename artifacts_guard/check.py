"""The composition: from a tree and settings to a result.

tree → documents → pipelines → facts → findings → suppressions → result
"""

from __future__ import annotations

from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Taken
from artifacts_guard.text import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.engine.model import Rule
    from artifacts_guard.facts.collect import Collected
    from artifacts_guard.facts.model import Fact
    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.relevance import Relevance
    from artifacts_guard.settings import Settings


_MARK = 'artifacts-guard'  # in every ignore comment


class Memory:
    """A tree of texts in memory: what rule examples and editors hand in."""

    def __init__(self, files: dict[str, str]) -> None:
        self._documents = {path: Document(path, text) for path, text in sorted(files.items())}

    def document(self, path: str) -> Document | None:
        return self._documents.get(path)

    def paths(self) -> Iterable[str]:
        return self._documents


def analyse(files: dict[str, str], settings: Settings | None = None) -> list[Fact]:
    """All facts about a tree given as path → text; a key list among the files is taken for the service's."""
    from artifacts_guard.facts.collect import collect
    from artifacts_guard.settings import Settings

    tree = Memory(files)
    documents = [d for path in tree.paths() if (d := tree.document(path)) is not None]
    asked = settings or Settings()
    collected = collect(tree, tuple(tree.paths()), documents, asked)
    from artifacts_guard.engine.samples import KEY_LIST

    if KEY_LIST not in files:
        return list(collected.facts)
    from artifacts_guard.audit.livekeys import of_example

    return [*collected.facts, *of_example(files, collected, asked)]


def check(
    tree: Tree,
    settings: Settings,
    *,
    pedantic: bool = False,
    no_ignores: bool = False,
    jobs: int = 1,
    today: str = '',
) -> Result:
    """Check a tree.  `today` (YYYY-MM-DD) decides which ignore comments have expired; '' is the clock's date.

    Raises UsageError for rules or settings that are wrong; what is wrong with a file is in the result.
    """
    from artifacts_guard.relevance import Relevance

    tree.exclude(settings.exclude)
    relevance = Relevance(tree)
    if relevance.nothing and not settings.generic:
        files = len(tree.selected)
        return Result((), skipped=tuple(tree.skipped), files=files, notes=tree.notes)
    collected = collected_of(tree, relevance, settings)
    return judged(tree, settings, relevance, collected, pedantic=pedantic, no_ignores=no_ignores, today=today)


def judged(
    tree: Tree,
    settings: Settings,
    relevance: Relevance,
    collected: Collected,
    *,
    pedantic: bool = False,
    no_ignores: bool = False,
    today: str = '',
    rules_root: str = '',
) -> Result:
    """What the rules say of facts that are there already; the user's own rules are read below `rules_root`."""
    from artifacts_guard.engine.load import rules as load
    from artifacts_guard.engine.selection import unheard

    rules = load(settings.rules, rules_root or tree.root)
    asked = pedantic or settings.pedantic
    judged = _Judged(tree, rules, settings, asked)
    found = judged.findings(collected.facts)
    suppressed: tuple[Finding, ...] = ()
    if not no_ignores:
        found, suppressed = judged.suppressed(found, relevance.with_comments, today or date_of_today())
    return Result(
        tuple(found),
        suppressed,
        _taken(collected, tree),
        tuple(tree.skipped),
        len(tree.selected),
        0,
        (
            *tree.notes,
            *unheard(rules, settings.select, pedantic=asked),
            *relevance.notes,
            *collected.notes,
            *collected.unfollowed,
        ),
        relevance.redactions(collected.facts),
    )


def collected_of(tree: Tree, relevance: Relevance, settings: Settings) -> Collected:
    """The facts of a tree."""
    from artifacts_guard.facts.collect import collect

    return collect(tree, relevance.pipelines, relevance.with_tokens, settings, relevance.other_tokens)


def _is_selected(tree: Tree, path: str) -> bool:
    """Whether a file is asked for, or the archive that it is a member of (`archive!member`)."""
    if tree.is_selected(path):
        return True
    at = path.find('!')
    while at >= 0 and not tree.is_selected(path[:at]):
        at = path.find('!', at + 1)
    return at >= 0


def ignored(path: str, rule: str, settings: Settings, known: Sequence[Rule]) -> bool:
    """Whether the settings say that a rule is not for a path."""
    if not settings.per_path_ignores:
        return False
    from artifacts_guard.engine.selection import named
    from artifacts_guard.inputs.globs import matches

    return any(
        matches(path, (pattern,)) and rule in named(names, known)
        for pattern, names in settings.per_path_ignores
    )


def date_of_today() -> str:
    """The clock's date as YYYY-MM-DD."""
    import time

    return time.strftime('%Y-%m-%d')


class _Judged:
    """Rules applied to facts, limited to the files that were asked for."""

    def __init__(self, tree: Tree, rules: tuple[Rule, ...], settings: Settings, pedantic: bool) -> None:
        self.tree = tree
        self.rules = rules
        self.settings = settings
        self.pedantic = pedantic

    def findings(self, facts: Iterable[Fact]) -> tuple[Finding, ...]:
        from artifacts_guard.engine.run import findings

        found = findings(
            facts,
            self.rules,
            pedantic=self.pedantic,
            select=self.settings.select,
            ignore=self.settings.ignore,
        )
        return tuple(
            f
            for f in found
            if _is_selected(self.tree, f.place.path)
            and not ignored(f.place.path, f.rule, self.settings, self.rules)
        )

    def suppressed(
        self, found: tuple[Finding, ...], documents: Sequence[Document], today: str
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Findings that stay, those about the comments themselves among them, and those that are hidden."""
        if not any(_MARK in document.text for document in (*documents, *(f.place.document for f in found))):
            return tuple(sorted(found, key=lambda f: f.sort_key())), ()
        from artifacts_guard.ci.model import Hop
        from artifacts_guard.engine.selection import chosen
        from artifacts_guard.facts.model import IgnoreComment
        from artifacts_guard.findings.suppressions import apply

        held = {d.path: d for d in documents if self.tree.is_selected(d.path)}
        spoken = {rule.id for rule in chosen(self.rules, self.settings.select, self.settings.ignore)}
        silent = {
            r.id for r in self.rules if r.id not in spoken or (r.pedantic is not None and not self.pedantic)
        }
        kept, hidden, ineffective = apply(found, held, today, inactive=silent)
        facts = [
            IgnoreComment(
                i.place, (Hop('ignored here', i.place),), rules=i.rules, state=i.state, until=i.until
            )
            for i in ineffective
        ]
        about = self.findings(facts)
        return tuple(sorted((*kept, *about), key=lambda f: f.sort_key())), hidden


def _taken(collected: Collected, tree: Tree) -> tuple[Taken, ...]:
    """What the files that were asked for were taken for; others were read for what calls them."""
    taken = (t for t in collected.taken if tree.is_selected(t.path))
    return tuple(Taken(t.path, t.system, t.kind, t.jobs, t.note) for t in taken)
