"""The composition for the advisor: from a tree, settings and a list of keys to advice."""

from __future__ import annotations

from artifacts_guard.advisor import advise as advising
from artifacts_guard.advisor import keylist
from artifacts_guard.advisor.keylist import ListedKey
from artifacts_guard.advisor.model import Advice
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.record import Record
from artifacts_guard.relevance import Relevance
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from artifacts_guard.advisor.model import Grant
    from artifacts_guard.facts.collect import Collected
    from artifacts_guard.facts.grants import Keys
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings


class Answer(Record):
    """The advice for all credentials of a tree, and what could not be looked at.

    `untied` are live keys of the list that belong to no secret of the tree.  `redactions` are spans that must not be
    shown, as in a result of `check`.
    """

    advices: tuple[Advice, ...] = ()
    untied: tuple[ListedKey, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    notes: tuple[str, ...] = ()
    redactions: tuple[tuple[str, Span, str], ...] = ()


def advise(
    tree: Tree,
    settings: Settings,
    listed: Iterable[ListedKey] = (),
    more: Mapping[str, tuple[Grant, ...]] | None = None,
) -> Answer:
    """The advice for a tree.

    `listed` are keys that the service knows, `more` grants that it has told about single credentials, by their names.
    """
    from artifacts_guard.check import collected_of

    tree.exclude(settings.exclude)
    relevance = Relevance(tree)
    # tokens are looked for so that none of them is shown
    collected = collected_of(tree, relevance, settings)
    return answered(tree, settings, relevance, collected, listed, more)


def answered(
    tree: Tree,
    settings: Settings,
    relevance: Relevance,
    collected: Collected,
    listed: Iterable[ListedKey] = (),
    more: Mapping[str, tuple[Grant, ...]] | None = None,
) -> Answer:
    """The advice that follows from facts that are there already."""
    keys = collected.keys
    grants, untied = keylist.grants(listed, settings.keys, names_of(keys))
    advices = advising.advise(collected.usages, collected.held, keys, _joined(more or {}, grants))
    return Answer(
        tuple(advice for advice in advices if _is_asked_for(advice, tree)),
        untied,
        tuple(tree.skipped),
        len(tree.selected),
        (*tree.notes, *relevance.notes, *collected.notes, *collected.unfollowed),
        relevance.redactions(collected.facts),
    )


def names_of(keys: Keys) -> dict[str, str]:
    """Names that the tree gives to the keys it makes, and the secret of each."""
    return {key.name: min(keys.names[key.origin]) for key in keys.keys if keys.names.get(key.origin)}


def _joined(
    first: Mapping[str, tuple[Grant, ...]], second: Mapping[str, tuple[Grant, ...]]
) -> dict[str, tuple[Grant, ...]]:
    return {name: (*first.get(name, ()), *second.get(name, ())) for name in {**first, **second}}


def _is_asked_for(advice: Advice, tree: Tree) -> bool:
    """Whether a credential has to do with the files that were asked for."""
    paths = {witness.usage.place.path for scope in advice.scopes for witness in scope.witnesses}
    paths.update(job.path for job in advice.jobs)
    return not paths or any(map(tree.is_selected, paths))
