"""The tables of an audit: SQLite, from which every report is made."""

from __future__ import annotations

import json
import os
import re
import sqlite3

from artifacts_guard.audit.content import accepted
from artifacts_guard.audit.fingerprints import keyed
from artifacts_guard.audit.logs import days_between
from artifacts_guard.audit.model import ANALYSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.audit.inventory import Inventory
    from artifacts_guard.audit.inventory import KnownKey
    from artifacts_guard.audit.logs import Logs

ROTATE_DAYS = 90  # where the policy names no other limit
_HERE = os.path.dirname(os.path.abspath(__file__))
# tables that take the rows of a shard as they are, and the fields in order of the columns
_ROWS = {
    'bindings': ('secret', 'path', 'line', 'job', 'system'),
    'exposures': (
        *('path', 'line', 'job', 'system', 'sink', 'program', 'form', 'origin', 'masked', 'by_default'),
        *('tenancy', 'runner'),
    ),
    'untrusted': ('path', 'line', 'job', 'system', 'secret', 'event', 'takes_proposal', 'guard'),
    'skipped': ('path', 'reason', 'fatal'),
    'exclusions': ('kind', 'what', 'reason', 'until', 'owner', 'path', 'line'),
}
_VIEW = re.compile(r'-- (?P<question>.+\?)\ncreate view (?P<name>\w+)')


def questions() -> dict[str, str]:
    """The question that each view answers, by the view's name."""
    return {hit['name']: hit['question'] for hit in _VIEW.finditer(_sql('views.sql'))}


def tables(connection: sqlite3.Connection) -> list[str]:
    """The names of all tables, in the order in which they are described."""
    return [
        row[0]
        for row in connection.execute("select name from sqlite_master where type = 'table' order by rowid")
    ]


def rows(connection: sqlite3.Connection, name: str) -> list[dict[str, Any]]:
    """The rows of a table or view, by the names of the columns."""
    cursor = connection.execute(f'select * from {name}')  # noqa: S608 - names are our own
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row)) for row in cursor]


def count(connection: sqlite3.Connection, name: str) -> int:
    """The number of rows of a table or view."""
    number: int = connection.execute(f'select count(*) from {name}').fetchone()[0]  # noqa: S608 - as above
    return number


def create(path: str = ':memory:') -> sqlite3.Connection:
    """An empty database of the right form; without a path it is kept in memory."""
    connection = sqlite3.connect(path)
    connection.executescript(_sql('tables.sql') + _sql('views.sql'))
    return connection


def _sql(name: str) -> str:
    with open(os.path.join(_HERE, name), encoding='utf-8') as file:
        return file.read()


def fill(
    connection: sqlite3.Connection,
    shards: Sequence[dict[str, Any]],
    inventory: Inventory,
    logs: Logs,
    findings: Iterable[dict[str, Any]],
    meta: Mapping[str, str],
    policy: Iterable[dict[str, Any]] = (),
    own_key: str = '',
) -> None:
    """Put everything in, in an order that depends on nothing but what is put in.

    `findings` are those about keys, and `policy` the declared keys that hold for all: they belong to no repository.
    """
    _insert(connection, 'meta', sorted(meta.items()))
    hashes = {
        fingerprint: one.key.identifier
        for one in inventory.keys
        if one.key.token_hash and (fingerprint := keyed(inventory.pepper, one.key.token_hash))
    }
    for one in inventory.keys:
        _key(connection, one, inventory, own_key)
    number = 0
    for repository, found in (('', findings), *((s['repository'], s.get('findings', ())) for s in shards)):
        for finding in found:
            number += 1
            _insert(connection, 'findings', [_finding(number, repository, finding)])
    _insert(connection, 'exclusions', [('', *row.values()) for table in policy for row in accepted(table)])
    for shard in shards:
        _repository(connection, shard, hashes)
    _insert(
        connection,
        'events',
        [(event.identifier, event.key, event.action, event.what, event.time) for event in logs.events],
    )
    _insert(
        connection,
        'log_spans',
        [(span.begin, span.end, days_between(span.begin, span.end)) for span in logs.spans],
    )
    connection.commit()


def _insert(connection: sqlite3.Connection, table: str, values: Iterable[Sequence[Any]]) -> None:
    found = list(values)
    if found:
        marks = ', '.join('?' * len(found[0]))
        connection.executemany(f'insert into {table} values ({marks})', found)  # noqa: S608 - names are our own


def _key(connection: sqlite3.Connection, one: KnownKey, inventory: Inventory, own_key: str) -> None:
    key, declared = one.key, one.declared or {}
    row = (
        *(key.identifier, key.name, key.owner, ','.join(key.scopes), key.created, key.last_used, key.revoked),
        *(inventory.age(key), inventory.idle(key), one.declared is not None, declared.get('owner', '')),
        *(declared.get('rotate_days') or ROTATE_DAYS, len(one.jobs), len({job[0] for job in one.jobs})),
        own_key in (key.identifier, key.name) and bool(own_key),
    )
    _insert(connection, 'keys', [row])
    states = [
        (key.identifier, s.scope, s.granted, s.state, s.accepted, s.is_excess, s.is_missing, s.proof)
        for s in one.scopes
    ]
    _insert(connection, 'key_scopes', states)
    _insert(connection, 'ties', [(key.identifier, t.repository, t.secret, t.by) for t in one.ties])
    _insert(connection, 'key_jobs', [(key.identifier, *job) for job in one.jobs])


def _finding(number: int, repository: str, finding: dict[str, Any]) -> tuple[Any, ...]:
    fields = (
        'rule',
        'level',
        'confidence',
        'path',
        'line',
        'column',
        'end_line',
        'end_column',
        'message',
        'job',
    )
    told = (finding[field] for field in (*fields, 'fingerprint'))
    more = (json.dumps(finding[field], ensure_ascii=False, sort_keys=True) for field in ('trail', 'fix'))
    return (number, repository, *told, *more)


def _repository(connection: sqlite3.Connection, shard: dict[str, Any], hashes: Mapping[str, str]) -> None:
    name = shard['repository']
    looked = (shard.get('files', 0), len(shard.get('pipelines', ())))
    row = (name, shard['commit'], shard['tree'], shard['state'], shard.get('reason', ''), *looked)
    _insert(connection, 'repositories', [row])
    if shard['state'] != ANALYSED:
        return
    for one in shard['credentials']:
        _credential(connection, name, one)
    tokens = [
        (
            name,
            *(token[field] for field in ('path', 'line', 'family', 'encoding', 'fingerprint')),
            hashes.get(token['stored'], '') if token['stored'] else '',
        )
        for token in shard['tokens']
    ]
    _insert(connection, 'tokens', tokens)
    for table, fields in _ROWS.items():
        _insert(connection, table, [(name, *(row[field] for field in fields)) for row in shard[table]])
    _insert(connection, 'notes', [(name, note) for note in shard['notes']])


def _credential(connection: sqlite3.Connection, repository: str, one: dict[str, Any]) -> None:
    place = (repository, one['name'])
    least, most = ','.join(one['minimum']), ','.join(one['ceiling'])
    row = (*place, one['description'], one['verdict'], one['exact'], least, most)
    _insert(connection, 'credentials', [row])
    _insert(connection, 'credential_scopes', [(*place, s['scope'], s['state']) for s in one['scopes']])
    witnesses = [
        (
            *place,
            *(s['scope'], s['state'], w['path'], w['line'], w['job'], w['command'], w['condition']),
            ', '.join(w['requests']),
        )
        for s in one['scopes']
        for w in s['witnesses']
    ]
    _insert(connection, 'witnesses', witnesses)
    jobs = [
        (*place, job['path'], job['line'], job['job'], job['system'], ','.join(job['minimum']))
        for job in one['jobs']
    ]
    _insert(connection, 'jobs', jobs)
    unresolved = [(*place, w['path'], w['line'], w['job'], w['command']) for w in one['unresolved']]
    _insert(connection, 'unresolved', unresolved)
