"""What is said of a scope of a key, and what must be known for that; and what ties a key to a secret."""

from __future__ import annotations

from typing import Any

import pytest

from artifacts_guard.advisor.keylist import ListedKey
from artifacts_guard.audit import logs
from artifacts_guard.audit.inventory import Inventory
from artifacts_guard.audit.inventory import KnownKey
from artifacts_guard.audit.logs import Event
from artifacts_guard.audit.logs import Logs
from artifacts_guard.audit.logs import Span
from artifacts_guard.errors import UsageError
from artifacts_guard.scopes.catalogue import SCOPES

TODAY = '2026-11-24'
LONG, SHORT = (
    Span('2026-08-01T00:00:00Z', '2026-11-20T00:00:00Z'),
    Span('2026-10-01T00:00:00Z', '2026-11-20T00:00:00Z'),
)


def shard(
    states: dict[str, str], *, exact: bool = True, state: str = 'analysed', policy: bool = True
) -> dict[str, Any]:
    """A repository in which one job uses the secret KEY."""
    return {
        'repository': 'web',
        'state': state,
        'credentials': [
            {
                'name': 'KEY',
                'exact': exact,
                'scopes': [{'scope': scope, 'state': states.get(scope, 'unneeded')} for scope in SCOPES],
                'jobs': [{'path': 'ci.yml', 'job': 'publish'}],
            }
        ],
        'declared': [declared()] if policy else [],
    }


def declared(**more: Any) -> dict[str, Any]:
    return {
        'name': 'report',
        'secret': 'KEY',
        'scopes': [],
        'owner': '',
        'rotate_days': 0,
        'accept': [],
        **more,
    }


def acts(*days: str, action: str = 'artifact.created') -> tuple[Event, ...]:
    return tuple(Event(day, 'k1', action, 'a', f'{day}T08:00:00Z') for day in days)


def known(shards: list[dict[str, Any]], scopes: tuple[str, ...] = SCOPES, **more: Any) -> KnownKey:
    key = ListedKey('k1', 'report', scopes, '2026-01-10T08:00:00Z', '2026-11-20T08:00:00Z')
    (found,) = Inventory([key], shards, today=TODAY, **more).keys
    return found


DAYS = ('2026-08-05', '2026-09-05', '2026-10-05')
BUSY = Logs(acts(*DAYS), (LONG,))
CREATING = {'artifacts:create': 'required'}
# what is known: the scope that is asked about, and its state and whether it is excess
STATES: dict[str, tuple[str, list[dict[str, Any]], dict[str, Any], str, bool]] = {
    'a command needs it': ('artifacts:create', [shard(CREATING)], {}, 'required', False),
    'everything was followed and nothing needs it': ('artifacts:update', [shard(CREATING)], {}, 'unneeded', True),
    'something could not be followed': (
        'artifacts:update', [shard(CREATING, exact=False)], {}, 'cannot be proven', False,
    ),
    'something that could not be followed may need it': (
        'artifacts:update', [shard({'artifacts:update': 'possible'}, exact=False)], {}, 'possible', False,
    ),
    'the key is tied to nothing': ('artifacts:update', [shard(CREATING, policy=False)], {}, 'cannot be proven', False),
    'the key is tied to nothing, but logs could have shown it': (
        'artifacts:update', [], {'logs': BUSY}, 'unneeded', True,
    ),
    'logs are too short': (
        'artifacts:update', [], {'logs': Logs(acts(*DAYS), (SHORT,))}, 'cannot be proven', False,
    ),
    'logs have a gap in the middle': (
        'artifacts:update', [], {'logs': Logs(acts(*DAYS), (SHORT, Span('2026-07-01T00:00:00Z', '2026-09-15T00:00:00Z')))}, 'cannot be proven', False,
    ),
    'the key was at work on two days only': (
        'artifacts:update', [], {'logs': Logs(acts(*DAYS[:2]), (LONG,))}, 'cannot be proven', False,
    ),
    'logs never show a use of it': ('artifacts:share', [], {'logs': BUSY}, 'cannot be proven', False),
    'logs never show that keys are made': ('agents:manage', [], {'logs': BUSY}, 'cannot be proven', False),
    'logs show it at work, and no command': (
        'artifacts:delete', [shard(CREATING)], {'logs': Logs(acts('2026-11-01', action='artifact.deleted'))}, 'used', False,
    ),
    'nothing in the service asks for it': ('artifacts:access:read', [], {}, 'unneeded', True),
    'the policy lets the key keep it': (
        'artifacts:share',
        [{**shard(CREATING), 'declared': [declared(accept=[{'scope': 'artifacts:share', 'until': '2027-01-31', 'why': ''}])]}],
        {}, 'unneeded', False,
    ),
    'the policy let the key keep it until yesterday': (
        'artifacts:share',
        [{**shard(CREATING), 'declared': [declared(accept=[{'scope': 'artifacts:share', 'until': '2026-11-23', 'why': ''}])]}],
        {}, 'unneeded', True,
    ),
    'an organisation secret, and a repository that could not be looked at': (
        'artifacts:update',
        [shard(CREATING, policy=False), {'repository': 'x', 'state': 'failed'}],
        {'policy': [declared()]}, 'cannot be proven', False,
    ),
    'a secret of one repository, and another that could not be looked at': (
        'artifacts:update', [shard(CREATING), {'repository': 'x', 'state': 'failed'}], {}, 'unneeded', True,
    ),
}  # fmt: skip


@pytest.mark.parametrize(('scope', 'shards', 'more', 'state', 'excess'), STATES.values(), ids=STATES)
def test_the_state_of_a_scope(
    scope: str, shards: list[dict[str, Any]], more: dict[str, Any], state: str, excess: bool
) -> None:
    (found,) = [one for one in known(shards, **more).scopes if one.scope == scope]

    assert (found.state, found.is_excess) == (state, excess)


def test_a_scope_that_is_needed_and_not_held_is_missing() -> None:
    found = known([shard(CREATING)], ('artifacts:read',))

    assert [one.scope for one in found.scopes if one.is_missing] == ['artifacts:create']


@pytest.mark.parametrize(
    ('name', 'tied'),
    [('report', True), ('report.20261101', True), ('reports', False), ('report-old', False), ('KEY', False)],
    ids=['its name', 'with the day it was made', 'another word', 'a longer name', 'the name of the secret'],
)
def test_what_ties_a_key_to_a_secret(name: str, tied: bool) -> None:
    (found,) = Inventory([ListedKey('k1', name, ())], [shard(CREATING)], today=TODAY).keys

    assert bool(found.ties) == tied


def test_events_of_several_exports_count_once_and_gaps_are_told() -> None:
    def export(*times: str) -> tuple[str, str]:
        rows = ', '.join(
            f'{{"id": "{t}", "actorPrincipalType": "api_key", "actorPrincipalId": "k1", "action": "artifact.created", "createdAt": "{t}"}}'
            for t in times
        )
        return 'events.json', f'{{"data": {{"auditEvents": [{rows}]}}}}'

    read = logs.read(
        [
            export('2026-10-01', '2026-10-05'),
            export('2026-10-05', '2026-10-09'),
            export('2026-11-01', '2026-11-02'),
        ]
    )

    assert [event.time for event in read.events] == [
        '2026-10-01',
        '2026-10-05',
        '2026-10-09',
        '2026-11-01',
        '2026-11-02',
    ]
    assert read.spans == (Span('2026-10-01', '2026-10-09'), Span('2026-11-01', '2026-11-02'))
    assert read.days() == 8


@pytest.mark.parametrize(
    'text', ['', 'no JSON', '{"a": 1}', '[1]'], ids=['nothing', 'words', 'no list', 'no objects']
)
def test_what_is_no_export_is_refused_without_being_quoted(text: str) -> None:
    if not text:
        assert logs.rows_of('[]', 'e.json') == []
        return
    with pytest.raises(UsageError, match=r'^e\.json: '):
        logs.rows_of(text, 'e.json')
