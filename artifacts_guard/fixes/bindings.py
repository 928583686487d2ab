"""A secret bound for a whole workflow or job, moved to the steps that use it."""

from __future__ import annotations

from artifacts_guard.facts.model import Binding
from artifacts_guard.findings.finding import Fix
from artifacts_guard.fixes import spots
from artifacts_guard.fixes import steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Edit
    from artifacts_guard.findings.finding import Finding


def moved(finding: Finding) -> Fix | None:
    """Not when an expression reads the variable through the `env` context: it is evaluated outside the step."""
    facts = [fact for fact in finding.facts if isinstance(fact, Binding)]
    document = finding.place.document
    places = {place for fact in facts for place in fact.used_in}
    if not places or any(fact.inherited or place.path != document.path for fact in facts for place in places):
        return None
    name = facts[0].name
    if any(fact.name != name for fact in facts) or f'env.{name}' in document.text:
        return None
    edits: list[Edit | None] = [steps.removed(document, finding.place)]
    users = [steps.step_at(document, place.span.start) for place in places]
    for step in users:
        if step is None:
            return None
        if not step['env'].has(name):
            edits.append(steps.added(document, step, spots.words(finding.place)))
    kept = tuple(sorted((e for e in edits if e is not None), key=lambda e: e.place.span.start))
    if len(kept) != len(edits):
        return None
    where = 'step that uses' if len(users) == 1 else 'steps that use'
    return Fix(f'bind {name} on the {where} it', kept)
