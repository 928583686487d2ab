"""The service of the tests answers as the real one was measured to: every row of the matrix, the limits, the errors."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from artifacts_guard.scopes.catalogue import SCOPES
from tests import tokens
from tests.fake_service import FakeService
from tests.fake_service import routes
from tests.fake_service.access import matrix
from tests.fake_service.access import rule

ALL, NONE = tokens.api_key('all'), tokens.api_key('none')
TEAM = 'POST /api/artifacts (ownerUsername = own team slug)'
BODIES = {
    'POST /api/artifacts': {
        'projectSlug': 'default',
        'slug': 'new',
        'type': 'md',
        'title': 'New',
        'content': '# hi',
    },
    'POST /api/artifacts/:id/versions': {'content': '# v2'},
    'PATCH /api/artifacts/:id/access': {'publicView': True, 'publicEdit': False, 'viewerEmails': []},
    'POST /api/artifacts/:id/share-links': {'role': 'viewer'},
    'POST /api/api-keys': {'name': 'ci', 'scopes': ['artifacts:read']},
}
ROWS = sorted(matrix())


class Asker:
    """Sends requests with a token, or with none."""

    def __init__(self, service: FakeService) -> None:
        self.service = service
        self.client = httpx.Client(base_url=service.url, trust_env=False)

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def __call__(self, method: str, path: str, token: str = ALL, body: Any = None, **headers: str) -> Any:
        if token:
            headers['authorization'] = f'Bearer {token}'
        return self.client.request(method, path, json=body, headers=headers)


@pytest.fixture
def asker() -> Iterator[Asker]:
    with FakeService(keys={ALL: SCOPES}, teams=('acme',)) as service, Asker(service) as made:
        yield made


def status_of(asker: Asker, row: tuple[str, str], token: str) -> int:
    """Do what a row of the matrix is about, with things made for it."""
    name, variant = row
    artifact = asker.service.store.add_artifact(
        f'made-{time.monotonic_ns()}', public_view=variant == 'public'
    )
    key = asker.service.store.add_key(tokens.api_key('victim'))
    if name.startswith('MCP '):
        tool = name.removeprefix('MCP ').partition(' ')[0]
        given = {**BODIES['POST /api/artifacts'], 'slug': artifact.slug + 'x', 'role': 'viewer'}
        if variant != '-' and tool != 'create_artifact':
            given['artifactId'] = artifact.id
        call = {
            'jsonrpc': '2.0',
            'id': 1,
            'method': 'tools/call',
            'params': {'name': tool, 'arguments': given},
        }
        answer = asker('POST', '/mcp', token, call)
        assert 'isError' not in answer.text
        return answer.status_code
    method, path = name.split(' ')[:2]
    link = asker.service.store.add_artifact(f'linked-{artifact.id}', public_view=variant == 'public')
    made = asker('POST', f'/api/artifacts/{link.id}/share-links', ALL, {'role': 'viewer'}).json()
    ids = {'share-links': made['id'], 'api-keys': key.id}
    path = path.replace(':id', ids.get(path.split('/')[2], artifact.id)).replace(':n', '1')
    for parameter, value in ((':owner', 'alice'), (':project', 'default'), (':slug', artifact.slug)):
        path = path.replace(parameter, value)
    body = BODIES.get(name)
    if body and 'slug' in body:
        body = {**body, 'slug': f'{artifact.slug}-new'}
    return asker(method, path, token, body).status_code


def test_every_row_has_a_route_or_a_tool() -> None:
    known = {route.name for route in routes.ROUTES}

    assert {name.split('?')[0] for name, _ in ROWS if not name.startswith('MCP ')} == known


@pytest.mark.parametrize('row', ROWS, ids=' '.join)
def test_the_scopes_of_a_row_are_what_it_takes(asker: Asker, row: tuple[str, str]) -> None:
    found = rule(row[0].split('?')[0]) if row[0].startswith('GET /api/audit') else matrix()[row]
    exact, lacking = tokens.api_key('exact'), tokens.api_key('lacking')
    asker.service.store.add_key(exact, found.enforced or ('artifacts:access:read',))
    refused = {403, 401}

    assert (status_of(asker, row, exact) in refused) == found.human_only
    assert (status_of(asker, row, '') in refused) == (not found.anonymous)
    if found.enforced:
        for scope in found.enforced:
            asker.service.store.add_key(f'{lacking}{scope}', [s for s in SCOPES if s != scope])
            assert status_of(asker, row, f'{lacking}{scope}') in refused


def test_a_dead_key_is_nobody(asker: Asker) -> None:
    key = asker.service.store.add_key(NONE)
    assert asker('DELETE', f'/api/api-keys/{key.id}').json() == {'revoked': True}

    me, write = asker('GET', '/api/profile/me', NONE), asker('POST', '/api/artifacts', NONE, {})
    public = asker.service.store.add_artifact('open', public_view=True)

    assert (me.status_code, me.json()['message']) == (403, 'Authentication is required.')
    assert (write.status_code, write.json()['error']) == (403, 'csrf_blocked')
    assert asker('GET', f'/api/artifacts/{public.id}', NONE).status_code == 200
    assert asker('DELETE', f'/api/api-keys/{key.id}').status_code == 404


NEW = BODIES['POST /api/artifacts']


@pytest.mark.parametrize(
    ('body', 'status', 'words'),
    [
        pytest.param(NEW, 201, '"normalizedSlug": "new"', id='a new artifact'),
        pytest.param({**NEW, 'slug': 'My Odd_Slug! 1'}, 201, 'my-odd-slug-1', id='a slug that is made one'),
        pytest.param({**NEW, 'slug': 'taken'}, 409, 'Slug \\"taken\\" is not available.', id='a slug that is taken'),
        pytest.param({**NEW, 'slug': 'gone'}, 409, 'is not available', id='a slug of a deleted artifact'),
        pytest.param({**NEW, 'slug': '!!!'}, 400, 'too_small', id='a slug of nothing'),
        pytest.param({**NEW, 'slug': 'x' * 81}, 400, '<=80 characters', id='a long slug'),
        pytest.param({**NEW, 'title': 'x' * 201}, 400, '<=200 characters', id='a long title'),
        pytest.param({**NEW, 'content': ''}, 400, '>=1 characters', id='no content'),
        pytest.param({**NEW, 'type': 'pdf'}, 400, 'Invalid option', id='an unknown type'),
        pytest.param({**NEW, 'projectSlug': 'nope'}, 404, 'Artifact was not found.', id='an unknown project'),
        pytest.param({**NEW, 'ownerUsername': 'bob'}, 403, 'Requires owner role for artifact.create.', id='another owner'),
        pytest.param({**NEW, 'ownerUsername': 'acme'}, 201, '/acme/default/new', id='a team of mine'),
        pytest.param({'projectSlug': 'default'}, 400, 'received undefined', id='missing fields'),
    ],
)  # fmt: skip
def test_new_artifacts(asker: Asker, body: dict[str, Any], status: int, words: str) -> None:
    asker.service.store.add_account('bob')
    asker.service.store.add_artifact('taken')
    asker.service.store.add_artifact('gone').deleted = True

    answer = asker('POST', '/api/artifacts', ALL, body)

    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.parametrize(
    ('plan', 'size', 'status'),
    [
        pytest.param('free', 1 << 20, 201, id='1 MiB on the free plan'),
        pytest.param('free', (1 << 20) + 1, 402, id='more than 1 MiB on the free plan'),
        pytest.param('builder', (10 << 20) + 1, 402, id='more than 10 MiB on the next plan'),
        pytest.param('studio', 52_428_801, 400, id='more than 50 MiB'),
        pytest.param('studio', 52_600_000, 413, id='a body above the limit of HTTP'),
    ],
)
def test_sizes(plan: str, size: int, status: int) -> None:
    with FakeService(keys={ALL: SCOPES}, plan=plan) as service, Asker(service) as ask:
        answer = ask('POST', '/api/artifacts', ALL, {**NEW, 'content': 'x' * size})

    assert answer.status_code == status


def test_a_version_expects_the_one_before(asker: Asker) -> None:
    path = f'/api/artifacts/{asker.service.store.add_artifact("a").id}/versions'

    assert asker('POST', path, ALL, {'content': 'x', 'expectedLatestVersion': 1}).status_code == 201
    stale = asker('POST', path, ALL, {'content': 'x', 'expectedLatestVersion': 1})

    assert stale.json() == {'error': 'conflict', 'message': 'Expected latest version 1, got 2.'}


@pytest.mark.parametrize(
    ('before', 'then', 'passes'),
    [
        pytest.param([], ('POST', '/api/artifacts'), 30, id='30 new artifacts'),
        pytest.param([], ('GET', '/api/artifacts/x/versions'), 30, id='30 lists of versions'),
        pytest.param([], ('GET', '/api/api-keys'), 60, id='60 lists of keys'),
        pytest.param([], ('GET', '/api/artifacts/x'), 300, id='300 reads'),
        pytest.param([('GET', '/api/artifacts/x')] * 61, ('POST', '/api/artifacts'), 0, id='reads block writes'),
        pytest.param([], ('GET', '/api/profile/me'), 400, id='profiles without limit'),
    ],
)  # fmt: skip
def test_rate_limits(before: list[tuple[str, str]], then: tuple[str, str], passes: int) -> None:
    clock = [1_000_000.0]
    with (
        FakeService(keys={ALL: SCOPES}, rate_limited=True, now=lambda: clock[0]) as service,
        Asker(service) as ask,
    ):
        for method, path in before:
            ask(method, path)
        seen = [ask(*then).status_code for _ in range(min(passes + 1, 400))]
        last = ask(*then)
        clock[0] += 60
        later = ask(*then)

    assert [status == 429 for status in seen] == [False] * passes + [True] * (len(seen) - passes)
    assert later.status_code != 429
    if passes < 400:
        assert last.json() == {'error': 'too_many_requests', 'message': 'Rate limit exceeded.'}
        assert int(last.headers['x-ratelimit-reset']) - clock[0] <= 0
        assert 'retry-after' not in last.headers


def test_without_a_token_writes_are_counted_once() -> None:
    with FakeService(keys={ALL: SCOPES}, rate_limited=True, now=lambda: 0) as service, Asker(service) as ask:
        seen = [ask('POST', '/api/artifacts', '').status_code for _ in range(61)]

    assert seen == [403] * 60 + [429]


@pytest.mark.parametrize('kind', ['cut', 'cut-midway', 'invalid-json', 'html', 'error-502'])
@pytest.mark.parametrize('accepted', [False, True], ids=['before', 'after'])
def test_a_fault_strikes_before_or_after_the_request_is_carried_out(
    asker: Asker, kind: str, accepted: bool
) -> None:
    asker.service.fail(kind, accepted=accepted, path='/api/artifacts')

    try:
        json.loads(asker('POST', '/api/artifacts', ALL, NEW).text)
    except (httpx.TransportError, ValueError):
        lost = True
    else:
        lost = False

    assert lost
    assert len(asker.service.artifacts) == accepted
    assert asker('POST', '/api/artifacts', ALL, NEW).status_code == (409 if accepted else 201)


def test_a_person_may_do_what_no_key_may(asker: Asker) -> None:
    login = tokens.session('login')
    asker.service.add_session(login)

    assert asker('GET', '/api/audit-events', login).status_code == 200
    assert asker('POST', '/api/projects', login, {}).json()['error'] == 'csrf_blocked'
    assert asker('POST', '/api/projects', login, {}, origin=asker.service.url).status_code == 201
