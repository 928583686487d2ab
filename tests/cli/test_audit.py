"""`audit --live`: the list of keys comes from the service, when that is asked for and only then."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from artifacts_guard.scopes.catalogue import SCOPES
from tests import tokens
from tests.advisor.tree import workflow
from tests.fake_service import FakeService

PUSH = 'artifacts push --file out.html --project-slug reports --private --no-input'


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """The service with the key of a reviewer, which the environment holds."""
    token = tokens.api_key('reviewer')
    with FakeService(keys={token: SCOPES}) as made:
        monkeypatch.setenv('AGENT_ARTIFACTS_BASE_URL', made.url)
        monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', token)
        yield made


def test_the_service_lists_the_keys(repo, guard, service: FakeService) -> None:
    repo.commit(files={'.github/workflows/w.yml': workflow(PUSH)})

    outcome = guard('audit', '--live', '--format', 'json')

    assert outcome.status == 1, outcome.stderr
    rules = {finding['rule'] for finding in json.loads(outcome.stdout)['findings']}
    assert 'orphan-key' in rules
    assert [request.path for request in service.requests] == ['/api/api-keys']
    assert 'counts as a use' in outcome.stderr


def test_the_service_is_not_asked_otherwise(repo, guard, service: FakeService) -> None:
    repo.commit(files={'.github/workflows/w.yml': workflow(PUSH)})

    assert guard('audit').status == 0
    assert service.requests == []


def test_a_key_that_may_not_list_keys_is_told_what_it_lacks(repo, guard, service, monkeypatch) -> None:
    repo.commit(files={'.github/workflows/w.yml': workflow(PUSH)})
    token = tokens.api_key('small')
    service.store.add_key(token, ['artifacts:read'])
    monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', token)

    outcome = guard('audit', '--live')

    assert outcome.status == 3
    assert 'agents:manage' in outcome.stderr


def test_two_lists_of_keys_are_one_too_many(repo, guard, service: FakeService) -> None:
    assert guard('audit', '--live', '--keys', 'x').status == 2
    assert service.requests == []
