"""What the client relies on, asked of the service on loopback, and of a real one when the environment names it.

    ARTIFACTS_TEST_BASE_URL     where it is
    ARTIFACTS_TEST_FULL_KEY     a key with all eight scopes, of an account with a username and a paid plan
    ARTIFACTS_TEST_CREATE_KEY   a key of the same account with artifacts:create alone
    ARTIFACTS_TEST_PROJECT      a project of the account (default)

Artifacts and keys that are made are deleted and revoked again; a run takes about 15 of the 30 writes of a minute.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

import pytest

from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.secret import Secret
from artifacts_guard.service.address import address
from artifacts_guard.service.artifacts import Artifacts
from artifacts_guard.service.client import Client
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.principal import principal
from artifacts_guard.service.publish import Publisher
from artifacts_guard.service.request import Publication
from artifacts_guard.service.request import encoded
from artifacts_guard.service.transport import Answer
from artifacts_guard.service.transport import Transport
from tests import tokens
from tests.fake_service import FakeService

REAL = os.environ.get('ARTIFACTS_TEST_BASE_URL', '')
PUBLISHED = {
    'artifactId', 'versionId', 'versionNumber', 'ownerUsername', 'projectSlug', 'normalizedSlug', 'type', 'title', 'url',
    'contentSha256', 'contentBytes', 'publicView', 'publicEdit',
}  # fmt: skip
RECORD = {
    'id', 'ownerUsername', 'projectSlug', 'slug', 'title', 'description', 'type', 'latestVersionId', 'publicView',
    'publicEdit', 'createdByPrincipalId', 'createdAt',
}  # fmt: skip


class Service(NamedTuple):
    """A service with its two keys."""

    full: Client
    create: Client
    nobody: Client
    project: str

    def publication(self, **changes: Any) -> Publication:
        slug = f'contract-{uuid.uuid4().hex[:12]}'
        return Publication('# hi\n', 'md', 'Contract', slug, self.project).replace(**changes)

    def publish(self, client: Client, publication: Publication) -> dict[str, Any]:
        who = principal(client)
        assert who is not None
        artifacts = Artifacts(client, 'artifacts:read' in who.scopes)
        return Publisher(client, artifacts, publication, who, client.origin).create()

    def delete(self, made: dict[str, Any]) -> None:
        assert self.full.once('DELETE', f'/api/artifacts/{made["artifactId"]}').status == 200


@pytest.fixture(params=['loopback', 'real'])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    full, create = tokens.api_key('full'), tokens.api_key('create')
    if request.param == 'real':
        if not REAL:
            pytest.skip('ARTIFACTS_TEST_BASE_URL names no service')
        full, create = os.environ['ARTIFACTS_TEST_FULL_KEY'], os.environ['ARTIFACTS_TEST_CREATE_KEY']
        yield from connected(REAL, full, create, os.environ.get('ARTIFACTS_TEST_PROJECT', 'default'))
        return
    with FakeService(keys={full: SCOPES, create: ('artifacts:create',)}) as fake:
        yield from connected(fake.url, full, create, 'default')


def connected(url: str, full: str, create: str, project: str) -> Iterator[Service]:
    transport = Transport(address(url))
    clients = [Client(transport, Secret(token)) for token in (full, create, tokens.api_key('nobody'))]
    yield Service(*clients, project)
    transport.close()


def told(answer: Answer) -> tuple[int, str, str]:
    body = answer.json() or {}
    return answer.status, body.get('error', ''), body.get('message', '')


def test_a_new_artifact_and_its_record(service: Service) -> None:
    publication = service.publication(description='d')

    made = service.publish(service.create, publication)
    record = Artifacts(service.full, True).by_path(publication)

    assert made.keys() >= PUBLISHED
    assert (made['versionNumber'], made['normalizedSlug'], made['publicView']) == (1, publication.slug, False)
    assert (made['contentSha256'], made['contentBytes']) == (publication.sha256, 5)
    assert record.keys() >= RECORD
    assert (record['id'], record['latestVersionId']) == (made['artifactId'], made['versionId'])
    service.delete(made)


def test_the_list_shows_it_without_a_scope(service: Service) -> None:
    publication = service.publication()
    made = service.publish(service.create, publication)

    found = Artifacts(service.create, False).find(publication, publication.slug)

    assert found is not None
    assert (found['id'], found['createdByPrincipalId']) == (made['artifactId'], principal(service.create).id)  # type: ignore[union-attr]
    service.delete(made)


def test_a_slug_is_taken_for_ever(service: Service) -> None:
    publication = service.publication()
    service.delete(service.publish(service.create, publication))

    answer = service.create.once('POST', '/api/artifacts', publication.body())

    assert told(answer) == (409, 'conflict', f'Slug "{publication.slug}" is not available.')


def test_versions_follow_each_other(service: Service) -> None:
    publication = service.publication()
    made = service.publish(service.full, publication)
    path = f'/api/artifacts/{made["artifactId"]}/versions'

    appended = service.full.once('POST', path, publication.version(1))
    stale = service.full.once('POST', path, publication.version(1))
    versions = Artifacts(service.full, True).versions(made['artifactId'])

    assert (appended.status, (appended.json() or {})['versionNumber']) == (201, 2)
    assert told(stale) == (409, 'conflict', 'Expected latest version 1, got 2.')
    assert [version['versionNumber'] for version in versions] == [1, 2]
    assert versions[1]['contentSha256'] == publication.sha256
    service.delete(made)


def test_a_scope_that_lacks_is_named(service: Service) -> None:
    publication = service.publication()
    made = service.publish(service.create, publication)

    answer = service.create.once(
        'POST', f'/api/artifacts/{made["artifactId"]}/versions', publication.version(1)
    )

    assert told(answer) == (403, 'forbidden', 'Requires artifacts:update scope for artifact.update.')
    with pytest.raises(ServiceError, match='API key management requires agents:manage scope') as caught:
        service.create.read('/api/api-keys')
    assert 'agents:manage' in caught.value.actions[0][0]
    service.delete(made)


def test_a_token_that_is_nobodys(service: Service) -> None:
    assert told(service.nobody.once('GET', '/api/profile/me'))[:2] == (403, 'forbidden')
    assert told(service.nobody.once('POST', '/api/artifacts', b'{}'))[:2] == (403, 'csrf_blocked')
    with pytest.raises(ServiceError, match='missing, wrong or revoked'):
        principal(service.nobody)


def test_wrong_bodies(service: Service) -> None:
    path = '/api/artifacts'

    assert service.create.once('POST', path, encoded({'projectSlug': service.project})).status == 400
    assert (
        service.create.once('POST', path, service.publication(project='no-such-project').body()).status == 404
    )
    assert service.create.once('POST', path, service.publication(slug='!!!').body()).status == 400


def test_keys_are_listed_made_and_revoked(service: Service) -> None:
    name = f'contract-{uuid.uuid4().hex[:12]}'
    body = encoded({'name': name, 'scopes': ['artifacts:read']})

    made = service.full.ask('POST', '/api/api-keys', body, good=(201,))['apiKey']
    listed = [key for key in service.full.read('/api/api-keys')['apiKeys'] if key['name'] == name]
    new = service.full.with_token(Secret(made['token']))
    who = principal(new)
    revoked = service.full.once('DELETE', f'/api/api-keys/{made["id"]}')
    again = service.full.once('DELETE', f'/api/api-keys/{made["id"]}')

    assert [(key['id'], key['scopes'], key['lastUsedAt']) for key in listed] == [
        (made['id'], ['artifacts:read'], None)
    ]
    assert 'token' not in listed[0]
    assert who is not None
    assert (who.id, who.scopes) == (made['id'], ('artifacts:read',))
    assert revoked.json() == {'revoked': True}
    assert told(again) == (404, 'not_found', 'API key was not found.')
    assert told(new.once('GET', '/api/profile/me'))[0] == 403
