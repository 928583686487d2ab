"""What the advisor says: advice per credential, with a state and witnesses for each scope."""

from __future__ import annotations

from artifacts_guard.facts.usages import Usage
from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import DANGEROUS
from artifacts_guard.scopes.catalogue import ordered
from artifacts_guard.text import Place

# States of a scope: needed on every run, under a condition, perhaps (something could not be followed), or by nothing.
REQUIRED = 'required'
CONDITIONAL = 'conditional'
POSSIBLE = 'possible'
UNNEEDED = 'unneeded'

# Verdicts on a key against what is needed.
EXACT = 'exact'
OVER = 'over'
UNDER = 'under'
OVER_AND_UNDER = 'over and under'
UNDECLARED = 'undeclared'
UNUSED = 'unused'
PERSONAL = 'personal'


class Witness(Record):
    """Why a scope has its state: a usage, and the condition under which it needs the scope ('' for none)."""

    usage: Usage
    condition: str = ''


class ScopeAdvice(Record):
    """One scope of the service for one credential."""

    scope: str
    state: str
    witnesses: tuple[Witness, ...] = ()


class JobNeed(Record):
    """What one job, or a script that no job runs, would need with a key of its own."""

    name: str
    path: str
    line: int
    system: str
    minimum: tuple[str, ...] = ()
    ceiling: tuple[str, ...] = ()


class Grant(Record):
    """Scopes that a key is known to have.

    `source` is keys create, REST, policy, key list or live.  `accepted` are scopes that the policy lets it keep.
    """

    source: str
    name: str
    scopes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    place: Place | None = None
    identifier: str = ''
    defaulted: bool = False


class Advice(Record):
    """The advice for one credential.

    `name` is that of the secret or variable, `words` what it is; `scopes` has all scopes of the service, in its order.
    `unresolved` are the usages that could not be followed.  `notes` are sentences.  `is_of_a_person`: no automation has it.
    """

    name: str
    words: str
    systems: tuple[str, ...] = ()
    scopes: tuple[ScopeAdvice, ...] = ()
    jobs: tuple[JobNeed, ...] = ()
    unresolved: tuple[Usage, ...] = ()
    grants: tuple[Grant, ...] = ()
    notes: tuple[str, ...] = ()
    is_used: bool = True
    is_keyless: bool = False
    is_of_a_person: bool = False

    def _with(self, *states: str) -> tuple[str, ...]:
        return tuple(one.scope for one in self.scopes if one.state in states)

    @property
    def minimum(self) -> tuple[str, ...]:
        """The scopes that are required, always or under a condition."""
        return self._with(REQUIRED, CONDITIONAL)

    @property
    def ceiling(self) -> tuple[str, ...]:
        """The minimum, and what the unresolved usages might need."""
        return self._with(REQUIRED, CONDITIONAL, POSSIBLE)

    @property
    def granted(self) -> tuple[str, ...] | None:
        """What the key holds, by the best source; None when nothing tells."""
        return ordered((*self.grants[0].scopes, *self.grants[0].unknown)) if self.grants else None

    @property
    def excess(self) -> tuple[str, ...]:
        """Granted, needed by nothing that could be found or supposed, and not accepted by the policy."""
        if not self.grants or not self.is_used:
            return ()
        grant = self.grants[0]
        kept = {*self.ceiling, *grant.accepted}
        return tuple(scope for scope in ordered(grant.scopes) if scope not in kept)

    @property
    def missing(self) -> tuple[str, ...]:
        """Needed and not granted: the job will be refused."""
        if not self.grants:
            return ()
        return tuple(scope for scope in self.minimum if scope not in self.grants[0].scopes)

    @property
    def dangerous(self) -> tuple[str, ...]:
        """The part of the excess that gives control away."""
        return tuple(scope for scope in self.excess if scope in DANGEROUS)

    @property
    def needs_key(self) -> bool:
        """Whether an automation needs a key of its own for it."""
        return self.is_used and not self.is_keyless and not self.is_of_a_person

    @property
    def verdict(self) -> str:
        if not self.is_used:
            return UNUSED
        if self.is_of_a_person:
            return PERSONAL
        if not self.grants:
            return UNDECLARED
        if self.excess and self.missing:
            return OVER_AND_UNDER
        return OVER if self.excess else UNDER if self.missing else EXACT

    @property
    def sharing(self) -> tuple[JobNeed, ...]:
        """The jobs that need less than the key, because others share it."""
        if len(self.jobs) < 2:
            return ()
        return tuple(job for job in self.jobs if set(job.minimum) < set(self.minimum))
