"""`keys`: what is listed, checked, verified with a control, and revoked with proof."""

from __future__ import annotations

import json
import time
from datetime import datetime
from datetime import timezone
from pathlib import Path
from typing import Any

import pytest

from artifacts_guard.scopes.catalogue import SCOPES
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.fake_service import FakeService
from tests.fake_service.operations import Call
from tests.fake_service.store import Key
from tests.service.conftest import TOKEN

MANAGER, VICTIM = tokens.api_key('manager'), tokens.api_key('victim')
ALL_TOKENS = (TOKEN, MANAGER, VICTIM)


class Keys:
    """Runs `keys …` with the manager's token in the environment."""

    def __init__(self, guard: Guard, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._guard, self.folder, self._monkeypatch = guard, folder, monkeypatch
        for name, token in (('manager', MANAGER), ('victim', VICTIM)):
            path = folder / name
            path.write_text(token)
            path.chmod(0o600)

    def __call__(self, *argv: str, token: str = MANAGER, stdin: str = '') -> Outcome:
        self._monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', token)
        outcome = self._guard('keys', *argv, stdin=stdin, cwd=self.folder)
        for secret in ALL_TOKENS:
            assert secret[5:13] not in outcome.stdout + outcome.stderr
        return outcome


@pytest.fixture
def victim(service: FakeService) -> Key:
    return service.store.add_key(VICTIM, ('artifacts:create',), 'report')


@pytest.fixture
def keys(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: FakeService, victim: Key
) -> Keys:
    service.store.add_key(MANAGER, ('agents:manage',), 'manager')
    return Keys(guard, tmp_path, monkeypatch)


def data(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(outcome.stdout)['data']
    return found


def error(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(outcome.stderr)['error']
    return found


def ago(**span: float) -> str:
    return datetime.fromtimestamp(
        time.time() - span.get('days', 0) * 86400 - span.get('hours', 0) * 3600, timezone.utc
    ).isoformat()


def test_all_keys_are_listed(keys: Keys, service: FakeService) -> None:
    outcome = keys('list')

    assert (outcome.status, [key['name'] for key in data(outcome)['apiKeys']]) == (
        0,
        ['manager', 'report', 'ci'],
    )
    assert len(keys('list', '--ndjson').stdout.splitlines()) == 3


def test_listing_needs_a_scope(keys: Keys) -> None:
    outcome = keys('list', token=VICTIM)

    assert outcome.status == 4
    assert 'API key management requires agents:manage scope.' in error(outcome)['message']


@pytest.mark.parametrize(
    ('changes', 'rules'),
    [
        pytest.param({'last_used': ago(days=91)}, ['stale-key'], id='not used for long'),
        pytest.param({'created': ago(days=91)}, ['stale-key'], id='never used, and old'),
        pytest.param({'scopes': ('agents:manage',)}, ['key-minting-scope'], id='a key that makes keys'),
        pytest.param({'scopes': ('artifacts:create', 'artifacts:access:read')}, ['over-granted-key'], id='a scope that opens nothing'),
        pytest.param({'scopes': ('artifacts:create', 'artifacts:delete')}, ['over-granted-key'], id='more than declared'),
        pytest.param({'scopes': ('artifacts:read',)}, ['over-granted-key', 'missing-scope'], id='other than declared'),
        pytest.param({'name': 'another'}, ['undeclared-key'], id='not declared'),
        pytest.param({'last_used': ago(days=89)}, [], id='used lately'),
        pytest.param({'created': ago(days=89)}, [], id='never used, and new'),
        pytest.param({'last_used': ago(days=91), 'revoked': ago(days=1)}, [], id='revoked'),
        pytest.param({}, [], id='as declared'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_keys(
    keys: Keys, service: FakeService, victim: Key, changes: dict[str, Any], rules: list[str]
) -> None:
    (keys.folder / 'artifacts-guard.toml').write_text('[keys.report]\nscopes = ["artifacts:create"]\n')
    for name, value in changes.items():
        setattr(victim, name, value)

    outcome = keys('check', '--stale-days', '90')

    found = [one['rule'] for one in data(outcome)['findings'] if one['apiKeyId'] == victim.id]
    if 'agents:manage' in victim.scopes:
        found = [rule for rule in found if rule == 'key-minting-scope']
    assert (found, outcome.status) == (rules, 1)  # the manager's own key is always a finding


def test_a_list_is_checked_without_a_service(keys: Keys, service: FakeService) -> None:
    listed = keys('list').stdout
    service.requests.clear()

    outcome = keys('check', '--keys', '-', stdin=listed)

    assert (outcome.status, service.requests) == (1, [])
    assert [one['rule'] for one in data(outcome)['findings']] == ['key-minting-scope']


@pytest.mark.parametrize(
    ('content', 'words'),
    [
        pytest.param('no JSON', 'is no JSON', id='no JSON'),
        pytest.param('{"a": 1}', 'holds no key list', id='something else'),
    ],
)
def test_what_is_no_key_list(keys: Keys, content: str, words: str) -> None:
    outcome = keys('check', '--keys', '-', stdin=content)

    assert outcome.status == 2
    assert words in error(outcome)['message']


@pytest.mark.parametrize(
    ('old_used', 'new_used', 'rules'),
    [
        pytest.param(ago(hours=30), ago(hours=1), [], id='switched'),
        pytest.param(ago(hours=3), ago(hours=1), ['key-in-use'], id='the old one is in use'),
        pytest.param(ago(hours=30), None, ['unused-key'], id='the new one is not in use'),
    ],
)
def test_whether_an_old_key_may_go(
    keys: Keys, service: FakeService, victim: Key, old_used: str, new_used: str | None, rules: list[str]
) -> None:
    new = service.store.add_key(tokens.api_key('new'), ('artifacts:create',))
    victim.last_used, new.last_used = old_used, new_used

    outcome = keys('check', '--old', victim.id, '--new', new.id, '--quiet-for', '24h')

    assert [one['rule'] for one in data(outcome)['findings']] == rules
    assert outcome.status == (1 if rules else 0)


def test_a_live_token_is_verified(keys: Keys, victim: Key) -> None:
    victim.last_used = ago(days=3)

    outcome = keys('verify', '--manager-token-file', 'manager', token=VICTIM)

    found = data(outcome)
    assert (outcome.status, found['verdict'], found['control']['status']) == (0, 'active', 403)
    assert found['principal'] == {'id': victim.id, 'scopes': ['artifacts:create']}
    assert found['evidence']['lastUsedAt'] != victim.last_used, (
        'recorded before the probe, which uses the key'
    )


def test_without_a_manager_the_last_use_is_not_known(keys: Keys) -> None:
    outcome = keys('verify', token=VICTIM)

    assert (data(outcome)['verdict'], data(outcome)['evidence']) == ('active', None)
    assert 'is not recorded' in outcome.stderr


@pytest.mark.parametrize('dead', ['revoked', 'unknown'])
def test_a_dead_token(keys: Keys, victim: Key, dead: str) -> None:
    victim.revoked = 'now'

    outcome = keys('verify', token=VICTIM if dead == 'revoked' else tokens.api_key('nobody'))

    assert (outcome.status, data(outcome)['verdict']) == (4, 'inactive')


def test_where_everybody_is_welcome_nothing_is_proven(
    keys: Keys, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something between us and the service that answers everything."""
    welcome = service.principal(VICTIM)
    monkeypatch.setattr(service, 'principal', lambda _: welcome)

    outcome = keys('verify', token=VICTIM)

    assert (outcome.status, data(outcome)['verdict'], data(outcome)['probe']['status']) == (
        1,
        'indeterminate',
        None,
    )


def test_an_answer_that_is_no_profile_is_no_proof(keys: Keys, service: FakeService) -> None:
    struck = iter([None, *['html'] * 20])
    from tests.fake_service import Fault

    service.faults.choose = lambda method, path: (kind := next(struck)) and Fault(kind)

    outcome = keys('verify', token=VICTIM)

    assert (outcome.status, data(outcome)['verdict']) == (1, 'indeterminate')


def test_a_key_is_revoked_with_proof(keys: Keys, victim: Key) -> None:
    victim.last_used = ago(days=3)
    used = victim.last_used

    outcome = keys(
        'revoke', '--api-key-id', victim.id, '--old-token-file', 'victim', '--receipt', 'receipt.json'
    )

    found = data(outcome)
    assert (outcome.status, found['revoked'], found['proven']) == (0, True, True)
    assert found['proof'] == {
        'listed': True,
        'probe': {'path': '/api/profile/me', 'status': 403},
        'control': {'path': '/api/profile/me', 'status': 200},
    }
    assert (found['apiKey']['name'], found['apiKey']['revokedAt']) == ('report', victim.revoked)
    assert used
    assert json.loads((keys.folder / 'receipt.json').read_text()) == found


def test_without_its_token_the_list_is_the_proof(keys: Keys, victim: Key) -> None:
    found = data(keys('revoke', '--api-key-id', victim.id))

    assert (found['proven'], found['proof']['probe']['status']) == (True, None)
    assert found['reason'] == 'the service lists it as revoked'


def test_a_key_revokes_itself(keys: Keys, service: FakeService, victim: Key) -> None:
    victim.scopes = ('agents:manage',)

    found = data(keys('revoke', '--api-key-id', victim.id, token=VICTIM))

    assert (found['proven'], found['proof']['listed']) == (True, False)
    assert found['proof']['control'] == {'path': '/api/health', 'status': 200}


def test_the_token_of_another_key_proves_nothing_and_revokes_nothing(
    keys: Keys, victim: Key, service: FakeService
) -> None:
    other = service.store.add_key(tokens.api_key('x'), ('artifacts:read',))

    outcome = keys('revoke', '--api-key-id', other.id, '--old-token-file', 'victim')

    assert (outcome.status, other.revoked) == (4, None)
    assert f'that of another key, {victim.id}' in error(outcome)['message']


def test_a_token_that_still_works_is_no_proof(
    keys: Keys, service: FakeService, victim: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that says it revoked, and did not."""
    from tests.fake_service import routes

    def pretend(call: Call) -> tuple[int, dict[str, bool]]:
        return 200, {'revoked': True}

    monkeypatch.setattr(
        routes,
        'ROUTES',
        tuple(
            routes.Route(r.name, pretend, refusal=r.refusal)
            if r.name.startswith('DELETE /api/api-keys')
            else r
            for r in routes.ROUTES
        ),
    )

    outcome = keys('revoke', '--api-key-id', victim.id, '--old-token-file', 'victim')

    assert outcome.status == 1
    assert 'not proven: its token is still answered with 200' in error(outcome)['message']
    assert error(outcome)['details']['proven'] is False


@pytest.mark.parametrize('kind', ['cut', 'error-500', 'invalid-json', 'cut-midway'])
def test_a_lost_answer_does_not_hide_a_revocation(
    keys: Keys, service: FakeService, victim: Key, kind: str
) -> None:
    service.fail(kind, accepted=True, method='DELETE')

    outcome = keys('revoke', '--api-key-id', victim.id, '--old-token-file', 'victim')

    assert (outcome.status, data(outcome)['proven']) == (0, True)


def test_unknown_and_revoked_ids_are_not_found(keys: Keys, victim: Key) -> None:
    victim.revoked = 'before'

    for key_id in ('nope', victim.id):
        outcome = keys('revoke', '--api-key-id', key_id)
        assert (outcome.status, error(outcome)['message']) == (3, 'API key was not found.')


def test_a_dry_run_revokes_nothing(keys: Keys, service: FakeService) -> None:
    found = data(keys('revoke', '--api-key-id', 'abc', '--dry-run', token=''))

    assert found['http'] == {'method': 'DELETE', 'path': '/api/api-keys/abc'}
    assert service.requests == []


def test_every_scope_is_shown_as_it_is(keys: Keys, victim: Key) -> None:
    victim.scopes = SCOPES

    assert data(keys('list'))['apiKeys'][1]['scopes'] == list(SCOPES)
