"""The advised minimum is the least: for every command, with keys of all 255 sets of scopes, against the service of the tests."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

import pytest

from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.scopes.cli import commands
from tests import tokens
from tests.advisor.tree import TOKEN
from tests.advisor.tree import advices
from tests.advisor.tree import workflow
from tests.fake_service import FakeService
from tests.fake_service.store import Artifact
from tests.fake_service.store import Key

SUBSETS = [
    frozenset(chosen) for size in range(1, len(SCOPES) + 1) for chosen in itertools.combinations(SCOPES, size)
]
REFUSED = (401, 403)
NEW = {'projectSlug': 'default', 'type': 'md', 'title': 'New', 'content': '# hi'}


class Made(NamedTuple):
    """What a command works on, made anew for each call of one that changes it."""

    artifact: Artifact
    key: Key
    link: str


class Command(NamedTuple):
    """A command line, and the request that the CLI makes for it (docs of the service, measured)."""

    line: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    taken: bool = False  # the slug is taken: with --ensure the CLI then reads what is there
    holds: str = ''  # what a complete answer has: one with an empty list is no success


COMMANDS = (
    Command('push --file a.md --project-slug default', 'POST', '/api/artifacts', NEW),
    Command('push --file a.md --project-slug default --ensure', 'POST', '/api/artifacts', NEW, taken=True),
    Command('whoami', 'GET', '/api/profile/me'),
    Command('doctor', 'GET', '/api/health'),
    Command('health', 'GET', '/api/health'),
    Command('keys list', 'GET', '/api/api-keys'),
    Command('keys create --name ci --scopes artifacts:read', 'POST', '/api/api-keys', {'name': 'ci', 'scopes': ['artifacts:read']}),
    Command('keys revoke --api-key-id k1', 'DELETE', '/api/api-keys/:key'),
    Command('profile get', 'GET', '/api/profile/me'),
    Command('profile set-username --json "$BODY"', 'POST', '/api/profile/username', {'username': 'bob'}),
    Command('project list', 'GET', '/api/profile/projects'),
    Command('project create --json "$BODY"', 'POST', '/api/projects', {'slug': 'new', 'title': 'New'}),
    Command('project slug-availability --owner alice --slug x', 'GET', '/api/projects/slug-availability/alice/x'),
    Command('workspace list', 'GET', '/api/workspaces'),
    Command('workspace members --workspace-id w1', 'GET', '/api/workspaces/w1/members'),
    Command('workspace invite --workspace-id w1 --json "$BODY"', 'POST', '/api/workspaces/w1/invitations', {'email': 'bob@example.org', 'role': 'member'}),
    Command('workspace revoke-invite --invitation-id i1', 'POST', '/api/workspace-invitations/i1/revoke', {}),
    Command('workspace audit --workspace-id w1', 'GET', '/api/workspaces/w1/audit-events'),
    Command('artifact list', 'GET', '/api/profile/artifacts'),
    Command('artifact get --artifact-id a1', 'GET', '/api/artifacts/:artifact'),
    Command('artifact create --json "$BODY"', 'POST', '/api/artifacts', NEW),
    Command('artifact create --json "$BODY" --ensure', 'POST', '/api/artifacts', NEW, taken=True),
    Command('artifact update --artifact-id a1 --json "$BODY"', 'POST', '/api/artifacts/:artifact/versions', {'content': '# v2'}),
    Command('artifact restore --artifact-id a1 --version=1', 'POST', '/api/artifacts/:artifact/versions/1/restore', {}),
    Command('artifact delete --artifact-id a1', 'DELETE', '/api/artifacts/:artifact'),
    Command('artifact content --artifact-id a1', 'GET', '/api/artifacts/:artifact/content'),
    Command('artifact versions --artifact-id a1', 'GET', '/api/artifacts/:artifact/versions'),
    Command('artifact diff --artifact-id a1 --from 1 --to 1', 'GET', '/api/artifacts/:artifact/diff?from=1&to=1'),
    Command('artifact slug-availability --owner alice --project-slug default --slug x', 'GET', '/api/artifacts/slug-availability/alice/default/x'),
    Command('artifact url-preview --owner alice --project-slug default --slug x', 'GET', '/api/slug-preview/alice/default/x'),
    Command('artifact access get --artifact-id a1', 'GET', '/api/artifacts/:artifact/access'),
    Command('artifact access set --artifact-id a1 --json "$BODY"', 'PATCH', '/api/artifacts/:artifact/access', {'publicView': False, 'publicEdit': False}),
    Command('path project --owner alice --project-slug default', 'GET', '/api/by-path/alice/default', holds=':slug'),
    Command('path artifact --owner alice --project-slug default --slug x', 'GET', '/api/by-path/alice/default/:slug'),
    Command('share create --artifact-id a1', 'POST', '/api/artifacts/:artifact/share-links', {'role': 'viewer'}),
    Command('share list --artifact-id a1', 'GET', '/api/artifacts/:artifact/share-links'),
    Command('share revoke --share-link-id s1', 'POST', '/api/share-links/:link/revoke', {}),
    Command('audit list', 'GET', '/api/audit-events'),
)  # fmt: skip
# they keep to this machine, or are about a login and not about a key
ELSEWHERE = {'status', 'setup', 'schema', 'login', 'logout'}
OWNER = tokens.api_key('owner')


class Cli:
    """The service's CLI as far as this goes: it makes the request of a command and tells whether that was a success."""

    def __init__(self, service: FakeService) -> None:
        self.service = service
        self.connection = http.client.HTTPConnection('127.0.0.1', int(service.url.rpartition(':')[2]))
        self.number = 0

    def made(self) -> Made:
        self.number += 1
        artifact = self.service.store.add_artifact(f'made-{self.number}', public_view=False)
        key = self.service.store.add_key(tokens.api_key(f'victim {self.number}'))
        status, text = self.ask(
            'POST', f'/api/artifacts/{artifact.id}/share-links', OWNER, {'role': 'viewer'}
        )
        assert status == 201
        return Made(artifact, key, json.loads(text)['id'])

    def run(self, command: Command, token: str, made: Made) -> bool:
        """Whether a command succeeds: exit status 0 and a complete answer."""
        body = command.body
        if command.path == '/api/artifacts':
            self.number += 1
            body = {**NEW, 'slug': made.artifact.slug if command.taken else f'new-{self.number}'}
        status, text = self.ask(command.method, _filled(command.path, made), token, body)
        if status == 409 and command.taken:
            status, text = self.ask('GET', f'/api/by-path/alice/default/{made.artifact.slug}', token)
        return status < 400 and _filled(command.holds, made) in text

    def ask(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, str]:
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {'Authorization': f'Bearer {token}'})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def _filled(text: str, made: Made) -> str:
    values = {'artifact': made.artifact.id, 'slug': made.artifact.slug, 'key': made.key.id, 'link': made.link}
    for name, value in values.items():
        text = text.replace(f':{name}', value)
    return text


@pytest.fixture
def cli() -> Iterator[Cli]:
    with FakeService(keys={OWNER: SCOPES}) as service:
        made = Cli(service)
        for number, subset in enumerate(SUBSETS):
            service.store.add_key(tokens.api_key(f'subset {number}'), [s for s in SCOPES if s in subset])
        yield made
        made.connection.close()


def test_every_command_is_tried() -> None:
    tried = {
        command for command in commands() for one in COMMANDS if f'{one.line} '.startswith(f'{command} ')
    }

    assert tried == set(commands()) - ELSEWHERE


@pytest.mark.parametrize('command', COMMANDS, ids=[command.line for command in COMMANDS])
def test_the_minimum_works_and_nothing_smaller_does(cli: Cli, command: Command) -> None:
    tree = {'.github/workflows/w.yml': workflow(f'artifacts {command.line} --no-input')}
    advice = advices(tree)[TOKEN]
    impossible = any('can be run with no key' in note for note in advice.notes)
    made = cli.made()
    for number, subset in enumerate(SUBSETS):
        if command.method != 'GET':
            made = cli.made()
        works = cli.run(command, tokens.api_key(f'subset {number}'), made)
        assert works == (not impossible and subset >= set(advice.minimum)), sorted(subset)
    assert advice.minimum == advice.ceiling
    assert not (impossible and advice.minimum)
