"""Trees of texts with all rules applied, and their fixes."""

from __future__ import annotations

from artifacts_guard.check import analyse
from artifacts_guard.engine.examples import TODAY
from artifacts_guard.engine.load import builtin
from artifacts_guard.engine.run import findings
from artifacts_guard.facts.model import IgnoreComment
from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.suppressions import apply
from artifacts_guard.fixes.repair import Repaired
from artifacts_guard.fixes.repair import repair
from artifacts_guard.settings import Settings
from artifacts_guard.text import Document


def found(files: dict[str, str], settings: Settings | None = None) -> tuple[Finding, ...]:
    """What all rules say about a tree, those about ignore comments among them."""
    said = findings(analyse(files, settings), builtin())
    documents = {path: Document(path, text) for path, text in files.items()}
    documents.update((one.place.path, one.place.document) for one in said)
    kept, _, ineffective = apply(said, documents, TODAY)
    about = [IgnoreComment(each.place, rules=each.rules, state=each.state) for each in ineffective]
    return (*kept, *findings(about, builtin()))


def repaired(
    files: dict[str, str], *rules: str, unsafe: bool = False, settings: Settings | None = None
) -> Repaired:
    """What becomes of a tree when the findings of some rules, all without one, are fixed."""
    return repair(
        lambda texts: found({**files, **texts}, settings),
        found(files, settings),
        lambda one: not rules or one.rule in rules,
        unsafe=unsafe,
    )


def fixed(files: dict[str, str], *rules: str, unsafe: bool = False) -> dict[str, str]:
    """The whole tree after fixes."""
    return {**files, **repaired(files, *rules, unsafe=unsafe).texts}
