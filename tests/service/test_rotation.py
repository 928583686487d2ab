"""`keys rotate`: one step after the other, interrupted anywhere, and the new token seen by the command alone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.fake_service import FakeService
from tests.fake_service.store import Key
from tests.fake_service.store import hash_of

MANAGER = tokens.api_key('manager')


class Rotate:
    """Runs `keys rotate` on the key `old`, which hands the new token to a file."""

    def __init__(
        self, guard: Guard, folder: Path, monkeypatch: pytest.MonkeyPatch, service: FakeService
    ) -> None:
        self._guard, self._monkeypatch, self.folder, self.service = guard, monkeypatch, folder, service
        self.old = service.store.add_key(
            tokens.api_key('old'), ('artifacts:create', 'artifacts:read'), 'report'
        )
        self.command = "sh -c 'cat > stored'"

    def __call__(self, *more: str) -> Outcome:
        self._monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', MANAGER)
        argv = ('keys', 'rotate', '--api-key-id', self.old.id, '--to-command', self.command, *more)
        self._monkeypatch.chdir(self.folder)
        outcome = self._guard(*argv)
        for token in self.tokens():
            assert token[5:13] not in outcome.stdout + outcome.stderr
            for path in self.folder.iterdir():
                assert path.name == 'stored' or token not in path.read_text()
        return outcome

    def tokens(self) -> list[str]:
        stored = self.folder / 'stored'
        return [MANAGER, *([stored.read_text()] if stored.exists() else [])]

    def live(self) -> list[Key]:
        """All keys that are alive, but the manager's."""
        return [
            key
            for key in self.service.store.keys
            if key.revoked is None and key.name not in ('manager', 'ci')
        ]

    def stored(self) -> Key:
        """The key whose token the command got."""
        token = (self.folder / 'stored').read_text()
        return next(key for key in self.service.store.keys if key.hash == hash_of(token))


@pytest.fixture
def rotate(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: FakeService) -> Rotate:
    service.store.add_key(MANAGER, ('agents:manage',), 'manager')
    return Rotate(guard, tmp_path, monkeypatch, service)


def data(outcome: Outcome) -> dict[str, Any]:
    assert outcome.status == 0, outcome.stderr
    found: dict[str, Any] = json.loads(outcome.stdout)['data']
    return found


def test_all_at_once(rotate: Rotate) -> None:
    outcome = rotate('--grace', '0')

    found = data(outcome)
    assert (found['done'], found['receipt']['proven']) == (True, True)
    assert rotate.live() == [rotate.stored()]
    assert rotate.stored().scopes == rotate.old.scopes
    assert rotate.stored().name.startswith('report.')
    assert [line.split()[1] for line in outcome.stderr.splitlines()] == ['1/5', '2/5', '3/5', '4/5', '5/5']
    assert not list(rotate.folder.glob('artifacts-guard-rotation-*'))


def test_the_old_key_stays_until_the_new_one_is_in_use(
    rotate: Rotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rotate('--grace', '1h')
    assert 'not yet: in 1.0 hours' in data(first)['waits']
    later = time.time() + 3700
    monkeypatch.setattr('artifacts_guard.service.rotation.time.time', lambda: later)
    second = rotate('--grace', '1h')
    assert 'no pipeline has used the new key' in data(second)['waits']
    assert len(rotate.live()) == 2
    rotate.stored().last_used = '2099-01-01T00:00:00Z'
    third = rotate('--grace', '1h')

    assert data(third)['done'] is True
    assert '(done before)' in third.stderr
    assert rotate.live() == [rotate.stored()]


def test_a_leaked_key_goes_first(rotate: Rotate) -> None:
    outcome = rotate('--leaked')

    assert data(outcome)['done'] is True
    assert '2/5 revoke the old key' in outcome.stderr
    assert rotate.live() == [rotate.stored()]


def test_a_leaked_key_cannot_replace_itself(rotate: Rotate) -> None:
    rotate.old = next(key for key in rotate.service.store.keys if key.name == 'manager')

    assert rotate('--leaked').status == 2
    assert rotate.old.revoked is None


def test_a_command_that_fails_leaves_the_old_key_alone(rotate: Rotate) -> None:
    rotate.command = "sh -c 'cat > /dev/null; exit 1'"
    assert rotate('--grace', '0').status == 4
    assert rotate.old.revoked is None
    rotate.command = "sh -c 'cat > stored'"
    assert data(rotate('--grace', '0'))['done'] is True

    assert rotate.live() == [rotate.stored()], 'also the key that nobody was given is revoked'


def test_what_a_command_repeats_is_not_shown(rotate: Rotate) -> None:
    rotate.command = "sh -c 'tee stored; cat stored >&2; head -c 200000 /dev/zero'"
    assert rotate('--grace', '0').status == 0

    rotate.old = rotate.service.store.add_key(tokens.api_key('second'), ('artifacts:create',), 'second')
    rotate.command = "sh -c 'tee stored; cat stored >&2; echo no such vault >&2; exit 3'"
    outcome = rotate('--grace', '0')

    assert outcome.status == 4
    assert 'sh ended with status 3' in outcome.stderr
    assert 'no such vault' in outcome.stderr


@pytest.mark.parametrize('kind', ['cut', 'cut-midway', 'error-500', 'invalid-json', 'html'])
@pytest.mark.parametrize('accepted', [False, True], ids=['before', 'after'])
@pytest.mark.parametrize(
    ('method', 'path'),
    [
        pytest.param('POST', '/api/api-keys', id='making'),
        pytest.param('GET', '/api/profile/me', id='proving'),
        pytest.param('GET', '/api/api-keys', id='listing'),
        pytest.param('DELETE', '/api/api-keys', id='revoking'),
    ],
)
def test_lost_answers(rotate: Rotate, kind: str, accepted: bool, method: str, path: str) -> None:
    rotate.service.fail(kind, accepted=accepted, method=method, path=path)

    assert data(rotate('--grace', '0'))['done'] is True
    assert rotate.live() == [rotate.stored()]


class Interrupted(KeyboardInterrupt):
    pass


@pytest.mark.parametrize('request_number', range(1, 12))
def test_it_goes_on_after_an_interruption_at_any_request(
    rotate: Rotate, monkeypatch: pytest.MonkeyPatch, request_number: int
) -> None:
    """The process ends after a request was carried out and before its answer is looked at."""
    from artifacts_guard.service.client import Client

    count = 0
    original = Client.once

    def once(*given: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        answer = original(*given, **named)
        if count == request_number:
            raise Interrupted
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Client, 'once', once)
        first = rotate('--grace', '0')
    second = rotate('--grace', '0') if first.status == 130 else first

    if first.status == 0:
        assert count < request_number
    assert data(second)['done'] is True
    assert rotate.live() == [rotate.stored()]


@pytest.mark.parametrize(
    ('more', 'status', 'words'),
    [
        pytest.param(['--scopes', 'artifacts:*'], 2, 'Unknown scope: artifacts:*', id='an unknown scope'),
        pytest.param(['--grace', 'soon'], 2, "'soon' is no time", id='no time'),
        pytest.param(['--grace', '5'], 2, "'5' is no time", id='a time without a unit'),
        pytest.param(['--to-command', ''], 2, '--to-command: no command is given', id='no command'),
        pytest.param(['--api-key-id', 'nope'], 3, 'API key was not found.', id='an unknown key'),
    ],
)
def test_what_is_refused(rotate: Rotate, more: list[str], status: int, words: str) -> None:
    outcome = rotate(*more)

    assert outcome.status == status
    assert (
        words
        in json.loads(outcome.stderr.partition('{')[1] + outcome.stderr.partition('{')[2])['error']['message']
    )
    assert rotate.live() == [rotate.old]


def test_the_plan_is_shown_without_a_request(rotate: Rotate) -> None:
    plan = data(rotate('--dry-run'))['plan']

    assert [step.split()[0] for step in plan] == ['record', 'make', 'prove', 'give', 'revoke']
    assert rotate.service.requests == []


def test_other_scopes_and_another_name(rotate: Rotate) -> None:
    rotate('--grace', '0', '--scopes', 'artifacts:create', '--name', 'nightly')

    assert rotate.stored().scopes == ('artifacts:create',)
    assert rotate.stored().name.startswith('nightly.')


def test_a_state_of_another_rotation_is_not_touched(rotate: Rotate) -> None:
    (rotate.folder / 'state').write_text('{"old": "another"}')

    outcome = rotate('--state', 'state')

    assert outcome.status == 2
    assert 'belongs to another rotation' in outcome.stderr
    assert rotate.live() == [rotate.old]
