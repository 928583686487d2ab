"""An answer as renderers see it: plain words and numbers, in order, and without secrets."""

from __future__ import annotations

from artifacts_guard.advisor import plan
from artifacts_guard.record import Record
from artifacts_guard.reports.redaction import Redactor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.advise import Answer
    from artifacts_guard.advisor.gate import Difference
    from artifacts_guard.advisor.model import Advice
    from artifacts_guard.advisor.model import Grant
    from artifacts_guard.advisor.model import ScopeAdvice
    from artifacts_guard.advisor.model import Witness
    from artifacts_guard.ci.model import Hop
    from artifacts_guard.facts.usages import Usage
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place

_MOST_HOPS = 8  # of a witness


class Step(Record):
    """A place on the way to a command, and its role in words."""

    role: str
    path: str
    line: int
    column: int


class Proof(Record):
    """A command that needs a scope, where it stands, and how it is reached."""

    command: str
    condition: str
    path: str
    line: int
    column: int
    job: str
    step: str
    system: str
    hops: tuple[Step, ...]
    requests: tuple[str, ...]


class Scope(Record):
    scope: str
    state: str
    proofs: tuple[Proof, ...]


class Job(Record):
    name: str
    path: str
    line: int
    system: str
    minimum: tuple[str, ...]
    ceiling: tuple[str, ...]


class Given(Record):
    """A grant: what tells it, and where."""

    source: str
    name: str
    scopes: tuple[str, ...]
    path: str
    line: int


class Action(Record):
    """A step of the plan."""

    title: str
    words: str
    command: str


class Credential(Record):
    """The advice for one credential."""

    name: str
    words: str
    systems: tuple[str, ...]
    verdict: str
    minimum: tuple[str, ...]
    ceiling: tuple[str, ...]
    scopes: tuple[Scope, ...]
    granted: tuple[str, ...] | None
    excess: tuple[str, ...]
    missing: tuple[str, ...]
    grants: tuple[Given, ...]
    jobs: tuple[Job, ...]
    unresolved: tuple[Proof, ...]
    notes: tuple[str, ...]
    actions: tuple[Action, ...]
    urgent: tuple[Action, ...]

    @property
    def is_exact(self) -> bool:
        """Nothing was met that could not be followed."""
        return self.minimum == self.ceiling and not self.unresolved


class Change(Record):
    """A difference between two commits."""

    kind: str
    name: str
    words: str
    proofs: tuple[Proof, ...]


class Told(Record):
    """Everything that a report of the advisor shows.

    `explained` is the one scope that was asked about; `changes` is None except for a comparison, which shows nothing else.
    """

    credentials: tuple[Credential, ...]
    untied: tuple[Given, ...]
    skipped: tuple[tuple[str, str, bool], ...]
    notes: tuple[str, ...]
    files: int
    explained: str = ''
    changes: tuple[Change, ...] | None = None


def told(
    answer: Answer, *, store: str = '', explained: str = '', changes: tuple[Difference, ...] | None = None
) -> Told:
    """An answer without secrets.  `store` is the secret store that commands are for, '' for that of the CI system."""
    telling = _Telling(Redactor(answer.redactions, _documents(answer)).text, store)
    return Told(
        tuple(map(telling.credential, answer.advices)),
        tuple(
            Given('key list', telling.say(k.name), tuple(map(telling.say, k.scopes)), '', 0)
            for k in answer.untied
        ),
        tuple((s.path, telling.say(s.reason), s.fatal) for s in answer.skipped),
        tuple(map(telling.say, answer.notes)),
        answer.files,
        explained,
        None if changes is None else tuple(map(telling.change, changes)),
    )


def _documents(answer: Answer) -> dict[str, Document]:
    """Where the values of secrets can be read."""
    usages = [w.usage for a in answer.advices for s in a.scopes for w in s.witnesses]
    return {usage.place.path: usage.place.document for usage in usages}


class _Telling:
    """Turns advice into words; `say` takes secrets out of a text."""

    def __init__(self, say: Callable[[str], str], store: str) -> None:
        self.say = say
        self.store = store

    def credential(self, advice: Advice) -> Credential:
        return Credential(
            self.say(advice.name),
            self.say(advice.words),
            advice.systems,
            advice.verdict,
            advice.minimum,
            advice.ceiling,
            tuple(map(self._scope, advice.scopes)),
            None if advice.granted is None else tuple(map(self.say, advice.granted)),
            advice.excess,
            advice.missing,
            tuple(map(self._given, advice.grants)),
            tuple(Job(self.say(j.name), j.path, j.line, j.system, j.minimum, j.ceiling) for j in advice.jobs),
            tuple(self._proof(usage, '') for usage in advice.unresolved),
            tuple(map(self.say, advice.notes)),
            self._actions(advice, leaked=False),
            self._actions(advice, leaked=True),
        )

    def change(self, difference: Difference) -> Change:
        return Change(
            difference.kind,
            self.say(difference.name),
            self.say(difference.words),
            tuple(self._witness(witness) for witness in difference.witnesses),
        )

    def _actions(self, advice: Advice, *, leaked: bool) -> tuple[Action, ...]:
        steps = plan.plan(advice, self.store, leaked=leaked)
        return tuple(Action(step.title, step.words, self.say(step.command)) for step in steps)

    def _scope(self, one: ScopeAdvice) -> Scope:
        return Scope(one.scope, one.state, tuple(map(self._witness, one.witnesses)))

    def _given(self, grant: Grant) -> Given:
        path, line = (grant.place.path, grant.place.line) if grant.place is not None else ('', 0)
        return Given(
            grant.source,
            self.say(grant.name),
            tuple(map(self.say, (*grant.scopes, *grant.unknown))),
            path,
            line,
        )

    def _witness(self, witness: Witness) -> Proof:
        return self._proof(witness.usage, witness.condition)

    def _proof(self, usage: Usage, condition: str) -> Proof:
        position = usage.place.start
        operations = usage.need.operations if len(usage.need.operations) == 1 else ()
        return Proof(
            self.say(usage.command),
            self.say(condition),
            usage.place.path,
            position.line,
            position.column,
            self.say(usage.job),
            self.say(usage.step),
            usage.system,
            self._hops(usage),
            tuple(f'{method} {path}' for entry in operations for method, path in entry.http),
        )

    def _hops(self, usage: Usage) -> tuple[Step, ...]:
        """From the job to the command."""
        start = [_step('job', usage.entry)] if usage.entry is not None else []
        steps = [*start, *(self._hop(hop) for hop in usage.trail)]
        return tuple(dict.fromkeys(steps))[:_MOST_HOPS]

    def _hop(self, hop: Hop) -> Step:
        return _step(self.say(hop.role), hop.place)


def _step(role: str, place: Place) -> Step:
    position = place.start
    return Step(role, place.path, position.line, position.column)
