"""What changed between two commits: scopes that are newly needed, and a policy that no longer fits."""

from __future__ import annotations

from artifacts_guard.advisor.model import Advice
from artifacts_guard.advisor.model import Witness
from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import ordered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.advisor.model import JobNeed
    from artifacts_guard.settings import DeclaredKey

# Kinds of differences.  The first two fail the gate, the third leaves it open, the others are told.
NEW = 'new need'
STALE = 'stale policy'
PERHAPS = 'perhaps a new need'
DECLARED = 'new need, declared'
SHRUNK = 'shrunk'
FAILING = (NEW, STALE)


class Difference(Record):
    """One difference for one credential, with the places that need what is new."""

    kind: str
    name: str
    words: str
    witnesses: tuple[Witness, ...] = ()


def differences(
    before: Iterable[Advice], now: Iterable[Advice], declared: Iterable[DeclaredKey], today: str
) -> tuple[Difference, ...]:
    """All differences, in order of the credentials.  `today` (YYYY-MM-DD) decides which exceptions have ended."""
    old = {advice.name: advice for advice in before}
    new = {advice.name: advice for advice in now}
    policy = {key.secret: key for key in declared if key.secret}
    found: list[Difference] = []
    for name in sorted({*old, *new, *policy}):
        was, is_now = old.get(name, _nothing(name)), new.get(name, _nothing(name))
        found += _needs(was, is_now, policy.get(name))
        if name in policy:
            found += _stale(policy[name], is_now, today)
    return tuple(found)


def _nothing(name: str) -> Advice:
    return Advice(name, name, is_used=False)


def _needs(was: Advice, now: Advice, declared: DeclaredKey | None) -> Iterator[Difference]:
    added = [scope for scope in now.minimum if scope not in was.minimum]
    held = declared.scopes if declared is not None else ()
    for kind, scopes in (
        (NEW, [scope for scope in added if scope not in held]),
        (DECLARED, [scope for scope in added if scope in held]),
    ):
        if scopes:
            yield Difference(kind, now.name, f'needs {", ".join(scopes)}', _witnesses(now, scopes))
    perhaps = [s for s in now.ceiling if s not in now.minimum and s not in was.ceiling]
    if perhaps:
        words = f'may need {", ".join(perhaps)}: a command could not be followed'
        yield Difference(PERHAPS, now.name, words, _witnesses(now, perhaps[:1]))
    gone = [scope for scope in was.minimum if scope not in now.ceiling]
    if gone:
        yield Difference(SHRUNK, now.name, f'no longer needs {", ".join(gone)}')


def _witnesses(advice: Advice, scopes: Iterable[str]) -> tuple[Witness, ...]:
    wanted = set(scopes)
    found = [witness for one in advice.scopes if one.scope in wanted for witness in one.witnesses]
    return tuple(dict.fromkeys(found))


def _stale(key: DeclaredKey, advice: Advice, today: str) -> Iterator[Difference]:
    """Where a `[keys.NAME]` table says something else than the tree."""
    where = f'[keys.{key.name}]'
    if not advice.is_used:
        yield Difference(STALE, advice.name, f'{where}: no command uses this secret any more')
        return
    accepted = {scope: until for scope, until, _ in key.accept}
    lacking = [s for s in advice.minimum if s not in key.scopes]
    if lacking:
        words = f'{where}: lacks {", ".join(lacking)}, which is needed'
        yield Difference(STALE, advice.name, words, _witnesses(advice, lacking))
    ended = [s for s, until in accepted.items() if until and until < today and s not in advice.ceiling]
    left = [s for s in ordered(key.scopes) if s not in advice.ceiling and s not in accepted]
    if left:
        yield Difference(STALE, advice.name, f'{where}: has {", ".join(left)}, which nothing needs')
    for scope in ended:
        yield Difference(STALE, advice.name, f'{where}: {scope} was accepted until {accepted[scope]}')
    if key.jobs:
        unknown = [job for job in advice.jobs if job.name and not any(_is(name, job) for name in key.jobs)]
        for job in unknown:
            yield Difference(STALE, advice.name, f'{where}: does not name job {job.name} ({job.path})')
        for name in key.jobs:
            if not any(_is(name, job) for job in advice.jobs):
                yield Difference(STALE, advice.name, f'{where}: names job {name}, which does not use the key')


def _is(name: str, job: JobNeed) -> bool:
    """Whether a job is meant by `job` or `file#job`."""
    file, _, inner = name.rpartition('#')
    return inner == job.name and (not file or job.path == file or job.path.endswith(f'/{file}'))
