"""`push` against the service: what is sent, what comes out, and what is refused before anything is sent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from artifacts_guard.scopes.catalogue import SCOPES
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.fake_service import FakeService
from tests.service.conftest import TOKEN

TEXT = '# Nightly report\n\nall well\n'


class Push:
    """Runs `push report.md --project-slug default` with more options, with the token in the environment."""

    def __init__(self, guard: Guard, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._guard, self.folder, self._monkeypatch = guard, folder, monkeypatch
        self.write(TEXT)

    def write(self, content: str | bytes, name: str = 'report.md') -> None:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def __call__(self, *more: str, token: str | None = TOKEN, stdin: str = '') -> Outcome:
        if token is not None:
            self._monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', token)
        else:
            self._monkeypatch.delenv('AGENT_ARTIFACTS_TOKEN', raising=False)
        argv = ('push', 'report.md', '--project-slug', 'default', *more)
        outcome = self._guard(*argv, stdin=stdin, cwd=self.folder)
        assert TOKEN[5:13] not in outcome.stdout + outcome.stderr
        return outcome


@pytest.fixture
def push(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: FakeService) -> Push:
    return Push(guard, tmp_path, monkeypatch)


def grant(service: FakeService, *scopes: str) -> None:
    service.store.keys[0].scopes = scopes


def posts(service: FakeService) -> list[tuple[str, int]]:
    return [(r.path, r.status) for r in service.requests if r.method == 'POST' and r.path != '/mcp']


def failure(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(outcome.stderr)
    assert (found['ok'], outcome.stdout) == (False, '')
    return found['error'] | {'next_actions': found.get('next_actions', [])}


def test_a_file_is_published_privately(push: Push, service: FakeService) -> None:
    outcome = push()

    (made,) = service.artifacts
    assert (made.slug, made.title, made.type) == ('nightly-report', 'Nightly report', 'md')
    assert (made.public_view, made.public_edit, made.versions[0].content) == (False, False, TEXT)
    answer = json.loads(outcome.stdout)
    assert (outcome.status, outcome.stderr, answer['ok']) == (0, '', True)
    assert answer['data'] == {**made.published(service.url), 'created': True}
    assert made.id in answer['next_actions'][0]['command']
    assert 'AGENT_ARTIFACTS_TOKEN' not in os.environ


def test_every_option_reaches_the_service(push: Push, service: FakeService) -> None:
    service.account.teams = ('acme',)
    service.account.projects.add(('acme', 'default'))

    outcome = push(
        '--owner', 'acme', '--slug', 'the-slug', '--title', 'The title', '--type', 'html', '--description', 'd',
        '--changelog', 'c', '--public', '--public-edit', '--allow-public-edit', 'a wiki', '--no-input', '-q',
    )  # fmt: skip

    (made,) = service.artifacts
    assert outcome.status == 0
    assert (made.owner, made.slug, made.title, made.type) == ('acme', 'the-slug', 'The title', 'html')
    assert (made.description, made.versions[0].changelog) == ('d', 'c')
    assert (made.public_view, made.public_edit) == (True, True)


def test_a_taken_slug_gets_a_number(push: Push, service: FakeService) -> None:
    for slug in ('nightly-report', 'nightly-report-1'):
        service.store.add_artifact(slug)

    assert json.loads(push().stdout)['data']['normalizedSlug'] == 'nightly-report-2'
    assert [status for _, status in posts(service)] == [409, 409, 201]


def test_when_all_numbers_are_taken(push: Push, service: FakeService) -> None:
    for number in range(101):
        service.store.add_artifact(f'nightly-report-{number}' if number else 'nightly-report')

    outcome = push()

    assert outcome.status == 5
    assert failure(outcome)['message'] == (
        'Could not find an available slug after 101 attempts starting with "nightly-report".'
    )


def test_ensure_leaves_what_is_there_as_it_is(push: Push, service: FakeService) -> None:
    grant(service, 'artifacts:create', 'artifacts:read')
    there = service.store.add_artifact('nightly-report', 'old')

    outcome = push('--ensure')

    data = json.loads(outcome.stdout)['data']
    assert (outcome.status, data['id'], data['created']) == (0, there.id, False)
    assert [version.content for version in there.versions] == ['old']


@pytest.mark.parametrize(
    ('option', 'status', 'kind'),
    [
        pytest.param('--ensure', 3, 'not_found', id='ensure'),
        pytest.param('--update', 5, 'conflict', id='update'),
    ],
)
def test_the_slug_of_a_deleted_artifact(
    push: Push, service: FakeService, option: str, status: int, kind: str
) -> None:
    grant(service, 'artifacts:create', 'artifacts:read', 'artifacts:update')
    service.store.add_artifact('nightly-report').deleted = True

    outcome = push(option)

    assert (outcome.status, failure(outcome)['kind']) == (status, kind)


@pytest.mark.parametrize(
    'scopes',
    [
        pytest.param(('artifacts:update', 'artifacts:read'), id='with artifacts:read'),
        pytest.param(('artifacts:update',), id='without artifacts:read'),
    ],
)
@pytest.mark.parametrize('versions', [1, 3])
def test_update_appends_a_version(
    push: Push, service: FakeService, scopes: tuple[str, ...], versions: int
) -> None:
    grant(service, *scopes)
    there = service.store.add_artifact('nightly-report', 'old')
    there.versions += [there.versions[0]] * (versions - 1)
    for number, version in enumerate(there.versions[1:], 2):
        there.versions[number - 1] = type(version)(f'v{number}', number, 'old', None, 'x', version.created)

    outcome = push('--update')

    data = json.loads(outcome.stdout)['data']
    assert (outcome.status, data['versionNumber'], data['created']) == (0, versions + 1, False)
    assert there.versions[-1].content == TEXT
    assert len(service.artifacts) == 1


def test_update_makes_an_artifact_when_there_is_none(push: Push, service: FakeService) -> None:
    grant(service, 'artifacts:create')

    assert json.loads(push('--update').stdout)['data']['created'] is True


def test_a_dry_run_sends_nothing_and_needs_no_token(push: Push, service: FakeService) -> None:
    outcome = push('--dry-run', '--changelog', 'c', token=None)

    data = json.loads(outcome.stdout)['data']
    assert (outcome.status, service.requests) == (0, [])
    assert data['http'] == {'method': 'POST', 'path': '/api/artifacts'}
    assert data['body'] == {
        'projectSlug': 'default', 'slug': 'nightly-report', 'type': 'md', 'title': 'Nightly report', 'changelog': 'c',
        'access': {'publicView': False, 'publicEdit': False},
    }  # fmt: skip
    assert (data['bytes'], data['scopes']) == (len(TEXT), ['artifacts:create'])


@pytest.mark.parametrize(
    ('option', 'told'),
    [
        pytest.param(
            '--update',
            {
                'http': {'method': 'POST', 'path': '/api/artifacts/{artifactId}/versions'},
                'scopes': ['artifacts:update'],
                'useful_scopes': ['artifacts:read'],
            },
            id='update',
        ),
        pytest.param('--ensure', {'scopes': ['artifacts:create', 'artifacts:read']}, id='ensure'),
    ],
)
def test_a_dry_run_tells_what_happens_when_the_slug_is_taken(
    push: Push, option: str, told: dict[str, Any]
) -> None:
    assert json.loads(push('-n', option, token=None).stdout)['data']['if_slug_exists'] == told


@pytest.mark.parametrize(
    ('more', 'status', 'words'),
    [
        pytest.param(['--token', TOKEN], 2, '--token: the token is not taken as an argument', id='the token as an argument'),
        pytest.param([f'--token={TOKEN}'], 2, '--token: the token is not taken as an argument', id='the same, joined'),
        pytest.param(['--tokn', TOKEN], 2, 'unknown option --tokn', id='a misspelt option'),
        pytest.param(['--private', '--public'], 2, 'contradict each other', id='private and public'),
        pytest.param(['--ensure', '--update'], 2, 'give one of them', id='ensure and update'),
        pytest.param(['--type', 'pdf'], 2, '--type must be one of md, html, or jsx.', id='an unknown type'),
        pytest.param(['--file', 'other.md'], 2, 'give one file', id='two files'),
        pytest.param(['--slug', 'x' * 81], 2, 'give --slug', id='a long slug'),
        pytest.param(['--public-edit'], 4, '--allow-public-edit REASON', id='editing for everyone'),
        pytest.param(['--public-edit', '--allow-public-edit', 'wiki'], 4, 'To send it all the same: --public', id='editing for everyone, but private'),
        pytest.param(['--base-url', 'http://service.example'], 4, 'unencrypted', id='http'),
        pytest.param(['--base-url', 'http://127.service.example'], 4, 'unencrypted', id='http to a name like loopback'),
        pytest.param(['--base-url', f'https://x:{TOKEN}@service.example'], 2, 'a user name or a password', id='a password in the address'),
        pytest.param(['--base-url', 'service.example'], 2, 'must begin with https://', id='no URL'),
        pytest.param(['--base-url', 'https://[x'], 2, 'is no URL', id='a broken URL'),
        pytest.param(['--base-url', 'https://x:y'], 2, 'is no URL', id='a broken port'),
        pytest.param(['--title', TOKEN], 4, 'the title:1:1: api-key', id='a token in the title'),
        pytest.param(['--format', 'yaml'], 2, "unknown format 'yaml'", id='an unknown format'),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_is_sent(
    push: Push, service: FakeService, more: list[str], status: int, words: str
) -> None:
    outcome = push(*more)

    assert (outcome.status, service.requests) == (status, [])
    assert words in failure(outcome)['message']


@pytest.mark.parametrize(
    ('content', 'status', 'words'),
    [
        pytest.param(b'', 2, 'report.md is empty', id='nothing'),
        pytest.param(bytes(range(256)), 2, 'no UTF-8 text (byte 128)', id='binary'),
        pytest.param(b'x' * (50 * 1024 * 1024 + 1), 2, '52428800 at most', id='more than 50 MiB'),
        pytest.param(b'\n' * 27_000_000, 2, 'as JSON this is longer', id='50 MiB as JSON'),
        pytest.param(f'key: {TOKEN}\n'.encode(), 4, 'report.md:1:6: api-key aa_k_…#', id='a token'),
        pytest.param(f'<p title="&#97;{TOKEN[1:]}">'.encode(), 4, 'api-key', id='a token in HTML, with an entity'),
        pytest.param(f"const a = '{TOKEN[:20]}' + '{TOKEN[20:]}'".encode(), 4, 'api-key', id='a token in two strings of JSX'),
    ],
)  # fmt: skip
def test_contents_that_are_refused(
    push: Push, service: FakeService, content: bytes, status: int, words: str
) -> None:
    push.write(content)

    outcome = push()

    assert (outcome.status, service.requests) == (status, [])
    assert words in failure(outcome)['message']


def test_a_dry_run_refuses_credentials_too(push: Push) -> None:
    push.write(f'key: {TOKEN}\n')

    assert push('--dry-run', token=None).status == 4


@pytest.mark.parametrize(
    'content',
    [
        pytest.param('aa_live_YOUR_KEY_HERE', id='a placeholder'),
        pytest.param('`AGENT_ARTIFACTS_TOKEN=$KEY artifacts push`', id='a reference'),
        pytest.param('ncaa_live_log Msaa_k__BackingField', id='names that only look alike'),
    ],
)
def test_contents_that_look_alike_are_published(push: Push, content: str) -> None:
    push.write(content)

    assert push('--generic').status == 0


def test_credentials_are_published_for_a_reason(push: Push, service: FakeService) -> None:
    push.write(f'revoked: {TOKEN}\n')

    outcome = push('--allow-secrets-in-payload', 'the key is revoked')

    assert outcome.status == 0
    assert 'published with credentials in it (1), because the key is revoked' in outcome.stderr


def test_other_secrets_are_looked_for_on_demand(push: Push) -> None:
    push.write('password: "Tr0ub4dor&3xyzzy"\n')

    assert push().status == 0
    assert 'telling name' in failure(push('--generic'))['message']


def test_a_missing_file(guard: Guard, service: FakeService, tmp_path: Path) -> None:
    outcome = guard('push', '--file', 'nope.md', '--project-slug', 'x', cwd=tmp_path)

    assert (outcome.status, failure(outcome)['kind']) == (2, 'invalid_request')


@pytest.mark.parametrize(
    ('argv', 'words'),
    [
        pytest.param(['push', '--project-slug', 'x'], "'--file <path>' not specified", id='no file'),
        pytest.param(['push', '--file', 'a'], "'--project-slug <slug>' not specified", id='no project'),
        pytest.param(['push', '/dev/stdin', '--token-stdin', '--project-slug', 'x'], 'both the token and the file', id='standard input twice'),
    ],
)  # fmt: skip
def test_what_must_be_given(guard: Guard, argv: list[str], words: str) -> None:
    outcome = guard(*argv)

    assert outcome.status == 2
    assert words in failure(outcome)['message']


def test_no_token_is_told_as_the_cli_does(push: Push, service: FakeService) -> None:
    for token in (None, ''):
        outcome = push(token=token)
        assert (outcome.status, failure(outcome)['kind'], service.requests) == (4, 'auth', [])


@pytest.mark.parametrize('way', ['stdin', 'file', 'command'])
def test_the_token_may_come_in_other_ways(push: Push, service: FakeService, tmp_path: Path, way: str) -> None:
    (tmp_path / 'token').write_text(TOKEN)
    (tmp_path / 'token').chmod(0o600)
    given = {
        'stdin': ['--token-stdin'],
        'file': ['--token-file', 'token'],
        'command': ['--token-command', 'cat token'],
    }

    outcome = push(*given[way], token=tokens.api_key('not used'), stdin=f'{TOKEN}\n')

    assert (outcome.status, len(service.artifacts)) == (0, 1)


@pytest.mark.parametrize(
    ('more', 'setting', 'status', 'kind', 'words'),
    [
        pytest.param([], {'scopes': ('artifacts:read',)}, 4, 'forbidden', 'lacks artifacts:create', id='a scope that lacks'),
        pytest.param(['--project-slug', 'nope'], {}, 3, 'not_found', 'Artifact was not found.', id='an unknown project'),
        pytest.param(['--owner', 'bob'], {}, 4, 'forbidden', 'Requires owner role for artifact.create.', id='another owner'),
        pytest.param([], {'plan': 'free'}, 1, 'unknown', 'Private artifacts require Pro.', id='a plan without private'),
        pytest.param([], {'revoked': True}, 4, 'auth', 'missing, wrong or revoked', id='a dead key'),
        pytest.param(['--slug', '!!!'], {}, 2, 'invalid_request', 'Too small', id='a slug of nothing'),
    ],
)  # fmt: skip
def test_what_the_service_refuses(
    push: Push,
    service: FakeService,
    more: list[str],
    setting: dict[str, Any],
    status: int,
    kind: str,
    words: str,
) -> None:
    from tests.fake_service.store import PLANS

    service.store.add_account('bob')
    service.account.plan = PLANS[setting.get('plan', 'studio')]
    grant(service, *setting.get('scopes', ('artifacts:create',)))
    service.store.keys[0].revoked = 'now' if setting.get('revoked') else None

    outcome = push(*more)

    told = failure(outcome)
    assert (outcome.status, told['kind']) == (status, kind)
    assert words in told['message']


def test_a_lacking_scope_names_the_key_to_make(push: Push, service: FakeService) -> None:
    """When the service does not tell what a key holds, its refusal does."""
    grant(service, 'artifacts:read')
    service.fail('error-500', path='/mcp')

    told = failure(push())

    assert 'The key lacks artifacts:create' in told['message']
    assert told['next_actions'][0]['command'] == 'artifacts keys create --name NAME --scopes artifacts:create'
    assert told['details']['error'] == 'forbidden'


def test_a_plan_without_private_artifacts_names_the_way_out(push: Push, service: FakeService) -> None:
    from tests.fake_service.store import PLANS

    service.account.plan = PLANS['free']

    assert '--public' in failure(push())['next_actions'][0]['command']
    assert push('--public').status == 0


def test_csrf_blocked_is_told_as_a_dead_token(push: Push, service: FakeService) -> None:
    service.store.keys[0].revoked = 'now'
    service.fail('cut', path='/mcp')

    told = failure(push())

    assert (told['kind'], told['details']['error']) == ('auth', 'csrf_blocked')
    assert 'missing, wrong or revoked' in told['message']


def test_more_scopes_than_needed_are_warned_about(push: Push, service: FakeService) -> None:
    grant(service, *SCOPES)

    outcome = push()

    assert outcome.status == 0
    assert 'agents:manage' in outcome.stderr
    assert 'artifacts keys create --name NAME --scopes artifacts:create' in outcome.stderr


def test_scopes_that_fit_are_not_warned_about(push: Push, service: FakeService) -> None:
    grant(service, 'artifacts:create', 'artifacts:read', 'artifacts:update')

    assert push('--update').stderr == ''


@pytest.mark.parametrize(
    ('variables', 'system'),
    [
        pytest.param({'GITHUB_EVENT_NAME': 'pull_request'}, 'GitHub Actions', id='GitHub'),
        pytest.param({'CI_PIPELINE_SOURCE': 'merge_request_event'}, 'GitLab CI', id='GitLab'),
        pytest.param({'BUILDKITE_PULL_REQUEST': '17'}, 'Buildkite', id='Buildkite'),
        pytest.param({'CHANGE_ID': '4'}, 'Jenkins', id='Jenkins'),
        pytest.param({'GITHUB_EVENT_NAME': 'push'}, '', id='a push'),
        pytest.param({'BUILDKITE_PULL_REQUEST': 'false'}, '', id='Buildkite without a proposal'),
        pytest.param({'TRAVIS_PULL_REQUEST': 'false'}, '', id='Travis without a proposal'),
    ],
)
def test_runs_for_proposals_are_warned_about(
    push: Push, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], system: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    outcome = push()

    assert outcome.status == 0
    assert (f'this run of {system} belongs to a proposal' in outcome.stderr) == bool(system)
    assert ('--dry-run' in outcome.stderr) == bool(system)


@pytest.mark.parametrize(
    ('mebibytes', 'words'),
    [
        pytest.param(0.9, '', id='little'),
        pytest.param(1.1, 'the free plan refuses more than 1 MiB', id='more than 1 MiB'),
        pytest.param(10.1, 'every plan but Studio refuses more than 10 MiB', id='more than 10 MiB'),
    ],
)
def test_sizes_that_smaller_plans_refuse(push: Push, mebibytes: float, words: str) -> None:
    push.write('lorem ipsum ' * int(mebibytes * 1024 * 1024 / 12))

    outcome = push('-q')

    assert outcome.status == 0
    assert words in outcome.stderr
    assert bool(words) == bool(outcome.stderr)


def test_adding_to_a_public_artifact_must_be_said(push: Push, service: FakeService) -> None:
    grant(service, 'artifacts:update')
    service.store.add_artifact('nightly-report', public_view=True)

    assert failure(push('--update'))['message'].endswith('To send it all the same: --public')
    assert push('--update', '--public').status == 0


def test_the_summary_tells_following_steps(
    push: Push, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: FakeService
) -> None:
    for name in ('GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'):
        monkeypatch.setenv(name, str(tmp_path / name))

    assert push('--summary').status == 0

    url = f'{service.url}/alice/default/nightly-report'
    assert f'artifact-url={url}\n' in (tmp_path / 'GITHUB_OUTPUT').read_text()
    assert (tmp_path / 'GITHUB_STEP_SUMMARY').read_text() == f'Published: <{url}>\n'


def test_a_summary_that_cannot_be_written_does_not_undo_the_push(
    push: Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('GITHUB_OUTPUT', '/no/such/folder/file')

    outcome = push('--summary')

    assert outcome.status == 0
    assert 'GITHUB_OUTPUT cannot be written' in outcome.stderr
    assert 'GITHUB_STEP_SUMMARY is not set' in outcome.stderr


def test_the_formats(push: Push) -> None:
    assert 'ok' not in json.loads(push('--format', 'text').stdout)
    assert len(push('--ndjson').stdout.splitlines()) == 1
    refused = push('--format', 'text', '--public-edit')
    assert refused.stderr.startswith('artifacts-guard: refused before anything was sent')


def test_verbose_names_requests_and_no_token(push: Push) -> None:
    assert 'POST /api/artifacts: 201' in push('--verbose', '--format', 'text').stderr
