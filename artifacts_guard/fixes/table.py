"""Which rules have fixes, and what makes each."""

from __future__ import annotations

from artifacts_guard.fixes import addresses
from artifacts_guard.fixes import arguments
from artifacts_guard.fixes import bindings
from artifacts_guard.fixes import calls
from artifacts_guard.fixes import dollars
from artifacts_guard.fixes import flags
from artifacts_guard.fixes import ignores
from artifacts_guard.fixes import quotes
from artifacts_guard.fixes import scopes
from artifacts_guard.fixes import spots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.findings.finding import Fix

    Maker = Callable[[Finding], Fix | None]

# Rule → makers; the first that has an answer makes the fix.
MAKERS: dict[str, tuple[Maker, ...]] = {
    'insecure-base-url': (addresses.secure,),
    'interactive-in-ci': (calls.no_input,),
    'over-broad-scope': (scopes.needed,),
    'overexposed-token': (bindings.moved,),
    'token-flag': (flags.left_out, flags.in_step, flags.in_front),
    'token-in-argv': (arguments.by_name, arguments.header),
    'token-rendered-early': (dollars.doubled, quotes.single),
    'unused-ignore': (ignores.shortened,),
    'version-flag-swallowed': (calls.version,),
}


def fix(finding: Finding) -> Fix | None:
    """The fix of a finding, not tried out yet; None when there is none, or an alias would carry it to others."""
    for maker in MAKERS.get(finding.rule, ()):
        made = maker(finding)
        if made is not None:
            users = len({getattr(fact, 'job', '') for fact in finding.facts})
            shared = any(spots.is_shared(e.place.document, e.place.span, users) for e in made.edits)
            return None if shared else made
    return None
