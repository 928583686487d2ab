"""Keys that the service lists, joined to the credentials of repositories, the logs and the policy.

A scope is called unneeded only when everything that uses the key was followed to its end, or when logs could have
shown its use and do not.
"""

from __future__ import annotations

from artifacts_guard.advisor.model import CONDITIONAL
from artifacts_guard.advisor.model import POSSIBLE
from artifacts_guard.advisor.model import REQUIRED
from artifacts_guard.advisor.model import UNNEEDED
from artifacts_guard.audit.fingerprints import keyed
from artifacts_guard.audit.logs import PROVABLE
from artifacts_guard.audit.logs import Logs
from artifacts_guard.audit.logs import days_between
from artifacts_guard.audit.model import ANALYSED
from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.scopes.catalogue import USELESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.advisor.keylist import ListedKey

USED = 'used'  # the state of a scope that logs show at work, and no command in a repository explains
UNPROVABLE = 'cannot be proven'
_STRENGTH = (REQUIRED, CONDITIONAL, POSSIBLE)


class Tie(Record):
    """A key is what a secret of a repository holds.  `by` says how that is known."""

    repository: str
    secret: str
    by: str
    organisation: bool = False


class ScopeState(Record):
    """What is known of one scope of one key, and what proves it."""

    scope: str
    state: str
    granted: bool
    accepted: bool = False
    proof: str = ''

    @property
    def is_excess(self) -> bool:
        return self.granted and self.state == UNNEEDED and not self.accepted

    @property
    def is_missing(self) -> bool:
        return not self.granted and self.state in (REQUIRED, CONDITIONAL)


class KnownKey(Record):
    """A listed key with all that is known of it.  `jobs` are (repository, path, job) that use it."""

    key: ListedKey
    declared: dict[str, Any] | None
    ties: tuple[Tie, ...] = ()
    scopes: tuple[ScopeState, ...] = ()
    jobs: tuple[tuple[str, str, str], ...] = ()
    leaks: tuple[tuple[str, str, int], ...] = ()


class Inventory:
    """Joins keys with shards.  `policy` are declared keys that hold for all repositories."""

    def __init__(
        self,
        listed: Iterable[ListedKey],
        shards: Sequence[dict[str, Any]],
        policy: Sequence[dict[str, Any]] = (),
        logs: Logs | None = None,
        *,
        pepper: str = '',
        today: str = '',
    ) -> None:
        self._logs = logs or Logs()
        self.pepper = pepper
        self._today = today
        self._complete = all(shard['state'] == ANALYSED for shard in shards)
        self._credentials: dict[tuple[str, str], dict[str, Any]] = {}
        self._bound: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._secrets: dict[str, list[str]] = {}  # the repositories in which a secret is known
        self._tokens: dict[str, list[tuple[str, str, int]]] = {}
        self._named: dict[str, dict[Tie, None]] = {}
        self._declared: dict[str, dict[str, Any]] = {}
        for shard in shards:
            self._take(shard)
        for table in policy:
            self._declared[table['name']] = table
            for repository in self._secrets.get(table['secret'], ()):
                self._tie(table['name'], Tie(repository, table['secret'], 'policy', organisation=True))
        self.has_policy = bool(self._declared)
        self.keys = tuple(
            self._known(key) for key in sorted(listed, key=lambda key: (key.name, key.identifier))
        )

    def _take(self, shard: dict[str, Any]) -> None:
        repository = shard['repository']
        for one in shard.get('credentials', ()):
            self._credentials[repository, one['name']] = one
        for row in shard.get('bindings', ()):
            self._bound.setdefault((repository, row['secret']), []).append(row)
        names = {one['name'] for one in shard.get('credentials', ())}
        for name in sorted(names | {row['secret'] for row in shard.get('bindings', ())}):
            self._secrets.setdefault(name, []).append(repository)
        for token in shard.get('tokens', ()):
            if token['stored']:
                where = (repository, token['path'], token['line'])
                self._tokens.setdefault(token['stored'], []).append(where)
        for key, secret in shard.get('key_names', {}).items():
            self._tie(key, Tie(repository, secret, 'keys create'))
        for table in shard.get('declared', ()):
            self._declared.setdefault(table['name'], table)
            if table['secret']:
                self._tie(table['name'], Tie(repository, table['secret'], 'policy'))

    def _tie(self, name: str, tie: Tie) -> None:
        self._named.setdefault(name, {})[tie] = None

    def _known(self, key: ListedKey) -> KnownKey:
        # names are made with the day behind a dot, so that the new key and the old can be told apart
        names = (key.name, key.name.partition('.')[0])
        declared = next((self._declared[name] for name in names if name in self._declared), None)
        ties = {(t.repository, t.secret): t for name in reversed(names) for t in self._named.get(name, ())}
        found = tuple(ties[place] for place in sorted(ties))
        jobs = sorted({job for tie in found for job in self._jobs(tie)})
        leaks = self._tokens.get(keyed(self.pepper, key.token_hash), []) if key.token_hash else []
        return KnownKey(key, declared, found, self._scopes(key, found, declared), tuple(jobs), tuple(leaks))

    def _jobs(self, tie: Tie) -> list[tuple[str, str, str]]:
        """The jobs that use or hold a secret."""
        place = (tie.repository, tie.secret)
        used = self._credentials.get(place, {}).get('jobs', ())
        return [(tie.repository, job['path'], job['job']) for job in (*used, *self._bound.get(place, ()))]

    def _scopes(
        self, key: ListedKey, ties: tuple[Tie, ...], declared: dict[str, Any] | None
    ) -> tuple[ScopeState, ...]:
        accepted = {one['scope'] for one in (declared or {}).get('accept', ()) if one['until'] >= self._today}
        seen = self._logs.used(key.identifier)
        found = []
        for scope in SCOPES:
            state, proof = self._state(scope, key, ties, seen)
            found.append(ScopeState(scope, state, scope in key.scopes, scope in accepted, proof))
        return tuple(found)

    def _state(self, scope: str, key: ListedKey, ties: tuple[Tie, ...], seen: set[str]) -> tuple[str, str]:
        mine = [self._credentials.get((tie.repository, tie.secret)) for tie in ties]
        states = {one['state'] for c in mine if c for one in c['scopes'] if one['scope'] == scope}
        strongest = next((state for state in _STRENGTH if state in states), '')
        if strongest in (REQUIRED, CONDITIONAL):
            return strongest, 'commands'
        if scope in seen:
            return USED, 'audit events'
        if strongest:
            return strongest, 'commands that could not be followed'
        if scope in USELESS:
            return UNNEEDED, 'nothing in the service asks for it'
        exact = bool(mine) and all(c is not None and c['exact'] and c['jobs'] for c in mine)
        if exact and (self._complete or not any(tie.organisation for tie in ties)):
            return UNNEEDED, 'everything that uses the key was followed'
        if scope in PROVABLE and self._logs.can_prove(key.identifier):
            return UNNEEDED, f'{self._logs.days()} days of audit events'
        return UNPROVABLE, ''

    def age(self, key: ListedKey) -> int:
        """Days since a key was made."""
        return days_between(key.created, self._today)

    def idle(self, key: ListedKey) -> int:
        """Days since the last use; of a key that was never used, since it was made."""
        return days_between(key.last_used or key.created, self._today)

    def is_complete(self) -> bool:
        """Whether every repository could be analysed."""
        return self._complete
