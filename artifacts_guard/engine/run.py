"""Facts × rules → findings."""

from __future__ import annotations

from artifacts_guard.engine.condition import compiled
from artifacts_guard.engine.selection import chosen
from artifacts_guard.engine.template import rendered
from artifacts_guard.engine.template import sentence
from artifacts_guard.engine.vocabulary import UNKNOWN
from artifacts_guard.facts.model import KINDS
from artifacts_guard.facts.model import Credential
from artifacts_guard.findings.finding import CONFIDENCES
from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.finding import Related

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterable
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.engine.condition import Test
    from artifacts_guard.engine.model import Case
    from artifacts_guard.engine.model import Rule
    from artifacts_guard.facts.model import Fact

    Choice = Callable[[Fact], str]
    Key = tuple[str, str, int, int]

_KIND = {cls: kind for kind, cls in KINDS.items()}

# What a finding is about, for its fingerprint: nothing that moves with the lines around it or with
# the rest of the tree, and of a credential no more than what is shown anyway.
_IDENTITY = {
    'credential': ('family', 'redacted', 'encoding', 'input'),
    'suspect': ('kind', 'redacted'),
    'exposure': ('sink', 'program', 'form', 'origin'),
    'call': ('command',),
    'option': ('command', 'name'),
    'binding': ('level', 'name', 'secret', 'target'),
    'sharing': ('secret',),
    'untrusted-run': ('event', 'secret'),
    'companion': ('form', 'code'),
    'grant': ('source', 'name', 'secret'),
    'endpoint': ('url',),
    'unreadable': (),
    'ignore-comment': ('rules', 'until'),
    'live-key': ('identifier',),
}


def findings(
    facts: Iterable[Fact],
    rules: Sequence[Rule],
    *,
    pedantic: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> list[Finding]:
    """What the rules say about the facts, in order of path, line, column and rule.

    Facts at one place are one finding per rule, at the worst level over all jobs that run it, with
    all of them named.  The order of the facts does not matter.  Raises UsageError for unknown names.
    """
    speaking = chosen(rules, select, ignore)
    judges: dict[str, list[_Judge]] = {}
    cases: dict[Key, list[tuple[_Judge, Fact]]] = {}
    for fact in facts:
        kind = _KIND[type(fact)]
        if kind not in judges:
            judges[kind] = [_Judge(rule, pedantic) for rule in speaking if rule.fact == kind]
        for judge in judges[kind]:
            if judge.holds(fact):
                place = fact.place
                key = (judge.rule.id, place.document.path, place.span.start, place.span.end)
                cases.setdefault(key, []).append((judge, fact))
    found = [_finding(each[0][0], [fact for _, fact in each]) for each in cases.values()]
    found.sort(key=lambda one: (*one.sort_key(), one.place.span.end))
    return _told_apart(found)


class _Judge:
    """A rule with its conditions compiled."""

    __slots__ = ('confidence', 'holds', 'level', 'rule')

    def __init__(self, rule: Rule, pedantic: bool) -> None:
        self.rule = rule
        self.holds = _audible(rule, pedantic)
        self.level = _choice(rule.level)
        self.confidence = _choice(rule.confidence) if rule.confidence else None

    def sureness(self, fact: Fact) -> str:
        """The fact's confidence, or what the rule claims at most when that is less."""
        ceiling = self.confidence(fact) if self.confidence else CONFIDENCES[0]
        return max(fact.confidence, ceiling, key=CONFIDENCES.index)


def _audible(rule: Rule, pedantic: bool) -> Test:
    holds = compiled(rule.when)
    if pedantic or rule.pedantic is None:
        return holds
    fussy = compiled(rule.pedantic)
    return lambda fact: holds(fact) and not fussy(fact)


def _choice(cases: tuple[Case, ...]) -> Choice:
    """The first case that holds for a fact; the last one always does."""
    default = cases[-1].use
    if len(cases) == 1:
        return lambda _: default
    tests = [(compiled(case.when), case.use) for case in cases]

    def use(fact: Fact) -> str:
        for holds, value in tests:
            if holds(fact):
                return value
        return default

    return use


def _finding(judge: _Judge, facts: list[Fact]) -> Finding:
    """One finding for facts at the same place."""
    rule = judge.rule
    if len(facts) > 1:
        facts = sorted(facts, key=lambda each: _badness(judge, each))
    fact = facts[0]
    return Finding(
        rule=rule.id,
        level=judge.level(fact),
        confidence=judge.sureness(fact),
        message=sentence(_choice(rule.message)(fact), fact),
        place=fact.place,
        why=rendered(rule.why, fact),
        advice=rendered(_choice(rule.advice)(fact), fact),
        trail=tuple([Related(hop.role, hop.place) for hop in fact.trail]),
        job=_job(facts),
        callers=tuple(sorted({_caller(each) for each in facts if each.job})),
        identity=_identity(fact),
        note=fact.doubt,
        content=fact.fingerprint if isinstance(fact, Credential) and fact.known else '',
        facts=tuple(facts),
    )


def _badness(judge: _Judge, fact: Fact) -> tuple[Any, ...]:
    """Smallest for the fact that a finding tells about: the worst, the surest, then by name and place alone.

    An unknown host comes after the others of its level: of two callers the one that can be named is told.
    """
    return (
        LEVELS.index(judge.level(fact)),
        CONFIDENCES.index(judge.sureness(fact)),
        fact.tenancy == UNKNOWN,
        _caller(fact),
        _identity(fact),
        [(hop.role, hop.place.sort_key()) for hop in fact.trail],
    )


def _job(facts: list[Fact]) -> str:
    """The job that a finding belongs to: the only one that runs the place, when it stands in the job itself.

    A script is not part of a job: who else calls it must not change what the finding is.
    """
    jobs = {(fact.job, fact.job_place.path if fact.job_place else fact.place.path) for fact in facts}
    if len(jobs) > 1:
        return ''
    name, path = jobs.pop()
    return name if path == facts[0].place.path else ''


def _caller(fact: Fact) -> str:
    place = fact.job_place
    return f'{fact.job} ({place.path}:{place.line})' if place else fact.job


def _identity(fact: Fact) -> str:
    words = [getattr(fact, field) for field in _IDENTITY[_KIND[type(fact)]]]
    return ' '.join(','.join(word) if isinstance(word, tuple) else word for word in words if word)


def _told_apart(found: list[Finding]) -> list[Finding]:
    """The same findings, the second and further of an identity numbered, so that no two have one fingerprint."""
    seen: dict[tuple[str, str, str, str], int] = {}
    for index, one in enumerate(found):
        key = (one.rule, one.place.path, one.job, one.identity)
        seen[key] = count = seen.get(key, 0) + 1
        if count > 1:
            found[index] = one.replace(identity=f'{one.identity} #{count}')
    return found
