"""What the first page of an audit says: five numbers, what was looked at, and the ten worst keys with what to do."""

from __future__ import annotations

import shlex

from artifacts_guard.audit import database
from artifacts_guard.record import Record
from artifacts_guard.reports.summary import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

_WORST = 10
_LEAST = 'artifacts:read'  # a key must hold one scope, and this one does the least harm
# what is never seen, whatever is given: https://hostartifacts.dev keeps no record of it
_BLIND = (
    'Reads, refusals, share links and the making of keys leave no audit event: nobody can tell who did them.'
)


class Number(Record):
    """A figure, what it counts, and whether it should be 0."""

    value: int
    words: str
    bad: bool = False


class WorstKey(Record):
    """A key, why it is among the worst, and the commands that repair it."""

    name: str
    identifier: str
    owner: str
    reasons: tuple[str, ...]
    commands: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The commands, line by line."""
        return tuple(line for command in self.commands for line in command.split('\n'))


def numbers(connection: sqlite3.Connection) -> tuple[Number, ...]:
    """The five numbers."""

    def one(query: str) -> int:
        found: int = connection.execute(query).fetchone()[0]
        return found

    return (
        Number(database.count(connection, 'q01_live_keys'), 'live keys'),
        Number(one('select count(distinct key_id) from q06_excess_scopes'), 'keys with excess scopes', True),
        Number(database.count(connection, 'q08_committed_tokens'), 'tokens in files', True),
        Number(one("select count(*) from findings where level = 'error'"), 'errors', True),
        Number(one("select count(*) from findings where level <> 'error'"), 'warnings and notes', True),
    )


def coverage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Sentences about what was looked at, and what nobody can have seen."""
    meta = {row['name']: row['value'] for row in database.rows(connection, 'meta')}
    everything = database.count(connection, 'repositories')
    missed = database.count(connection, 'q16_not_scanned')
    unresolved = database.count(connection, 'unresolved')
    excluded = database.count(connection, 'exclusions')
    days = connection.execute('select coalesce(max(days), -1) from log_spans').fetchone()[0]
    spans = database.count(connection, 'log_spans')
    said = [
        f'{everything - missed} of {everything} repositories were analysed, as of {meta.get("as_of", "")}.',
        f'{count(unresolved, "command")} could not be followed; {count(excluded, "exclusion")} in force.',
    ]
    if meta.get('key_list') != 'yes':
        said.append('No key list was given: nothing is said of the keys that exist.')
    if days < 0:
        said.append('No audit events were given: what keys did is not known.')
    else:
        said.append(f'Audit events cover {days} days without a gap, with {max(spans - 1, 0)} gaps in all.')
    if meta.get('pepper') != 'yes':
        said.append('Fingerprints of tokens are not keyed with a secret of yours (--pepper).')
    return (*said, _BLIND)


def worst_keys(connection: sqlite3.Connection) -> tuple[WorstKey, ...]:
    """The keys to repair first: known to others, too powerful, of no use."""
    found = sorted(_rank(connection, key) for key in database.rows(connection, 'keys') if not key['revoked'])
    return tuple(_worst(connection, identifier) for rank, identifier in found[:_WORST] if rank[0] < 0)


def _rank(connection: sqlite3.Connection, key: dict[str, Any]) -> tuple[tuple[int, str, str], str]:
    """How bad a key is (the smaller the worse), and its id."""
    (leaks,) = connection.execute('select count(*) from tokens where key_id = ?', [key['key_id']]).fetchone()
    excess, minting = connection.execute(
        "select coalesce(sum(is_excess), 0), coalesce(sum(is_granted and scope = 'agents:manage'), 0) "
        'from key_scopes where key_id = ?',
        [key['key_id']],
    ).fetchone()
    idle = key['idle_days'] >= key['rotate_days']
    weight = 1000 * bool(leaks) + 100 * minting + 10 * excess + 5 * idle + (key['automations'] > 1)
    return (-weight, key['name'], key['key_id']), key['key_id']


def _worst(connection: sqlite3.Connection, identifier: str) -> WorstKey:
    cursor = connection.execute(
        'select name, owner, idle_days, rotate_days, automations from keys where key_id = ?', [identifier]
    )
    name, owner, idle, limit, automations = cursor.fetchone()
    states = connection.execute(
        'select scope, is_granted, is_excess from key_scopes where key_id = ?', [identifier]
    ).fetchall()
    excess = [scope for scope, _, is_excess in states if is_excess]
    kept = [scope for scope, is_granted, is_excess in states if is_granted and not is_excess]
    leaks = connection.execute(
        'select repository, path, line from tokens where key_id = ? order by 1, 2, 3', [identifier]
    ).fetchall()
    reasons = [f'its token stands in {repository}: {path}:{line}' for repository, path, line in leaks[:1]]
    if any(scope == 'agents:manage' and is_granted for scope, is_granted, _ in states):
        reasons.append('it can make keys with every scope')
    if excess:
        reasons.append(f'nothing needs {", ".join(excess)}')
    if idle >= limit:
        reasons.append(f'not used for {idle} days')
    if automations > 1:
        reasons.append(f'{automations} automations share it')
    stale = idle >= limit and not automations
    return WorstKey(
        name, identifier, owner, tuple(reasons), tuple(_commands(name, identifier, kept, stale, bool(leaks)))
    )


def _commands(name: str, identifier: str, scopes: list[str], stale: bool, leaked: bool) -> Iterator[str]:
    """What to run; of a key that others know, revoking comes first."""
    revoke = f'artifacts keys revoke --api-key-id {shlex.quote(identifier)} --no-input'
    create = (
        f'artifacts keys create --format json --no-input --name {shlex.quote(name.partition(".")[0])} \\\n'
        f'  --scopes {",".join(scopes) or _LEAST} | jq --raw-output .data.apiKey.token | gh secret set SECRET_NAME'
    )
    if stale:
        yield revoke
    elif leaked:
        yield from (revoke, create)
    else:
        yield from (create, revoke)
