"""Tokens in logs: files or standard input, in which nothing else is looked for.

A comment in a log is a quotation: it accepts no token.
"""

from __future__ import annotations

from artifacts_guard.findings.finding import Result
from artifacts_guard.searching import judged
from artifacts_guard.searching import redactions
from artifacts_guard.searching import searched

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.facts.model import Credential
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings


def check(tree: Tree, settings: Settings, *, pedantic: bool = False) -> Result:
    """Look for tokens in the files of a tree, which are logs."""
    from artifacts_guard.credentials.gate import is_archive
    from artifacts_guard.credentials.gate import may_hold_token
    from artifacts_guard.credentials.logs import search_log
    from artifacts_guard.engine.load import rules
    from artifacts_guard.facts.credentials import elsewhere

    tree.exclude(settings.exclude)
    size = 0
    notes: list[str] = []
    facts: list[Credential] = []
    for path in tree.selected:
        data = tree.data(path) or b''
        size += len(data)
        if may_hold_token(data) or is_archive(data):
            for document, tokens in searched(path, data, notes, search_log):
                facts += elsewhere((document, token) for token in tokens)
    paths = {fact.place.path: fact.place.path for fact in facts}
    return Result(
        judged(facts, settings, rules(settings.rules, tree.root), pedantic=pedantic, paths=paths),
        skipped=tuple(tree.skipped),
        files=len(tree.selected),
        size=size,
        notes=(*tree.notes, *notes),
        redactions=redactions(facts),
    )
