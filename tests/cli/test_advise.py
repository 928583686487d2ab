"""`advise`: the reports, the exit status, the comparison of commits, and what goes wrong."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest

from tests import tokens
from tests.advisor.tree import TOKEN
from tests.advisor.tree import workflow
from tests.fake_service import FakeService

WORKFLOW = '.github/workflows/ci.yml'
PUSH = 'artifacts push --file out.html --project-slug reports --private --no-input'
DELETE = 'artifacts artifact delete --artifact-id "$ID" --no-input'
SCHEMA = json.loads(resources.files('artifacts_guard').joinpath('data/advice.schema.json').read_text('utf-8'))
KEYS = [{'id': 'k1', 'name': 'ci', 'scopes': ['artifacts:create', 'artifacts:delete'], 'createdAt': 'x', 'lastUsedAt': None, 'revokedAt': None}]  # fmt: skip
POLICY = f'[keys.ci]\nsecret = "{TOKEN}"\n'


def answer(guard, *options: str, status: int = 0):
    outcome = guard('advise', '--format', 'json', *options)
    assert outcome.status == status, outcome.stderr
    document = json.loads(outcome.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def test_each_credential_with_its_scopes_and_their_witnesses(repo, guard) -> None:
    repo.write(WORKFLOW, workflow('make report'))
    repo.write('Makefile', f'report:\n\t{PUSH} --ensure\n')

    (credential,) = answer(guard)['credentials']

    assert credential['name'] == TOKEN
    assert credential['minimum'] == credential['ceiling'] == ['artifacts:read', 'artifacts:create']
    assert [s['state'] for s in credential['scopes']][:3] == ['conditional', 'required', 'unneeded']
    (witness,) = credential['scopes'][1]['witnesses']
    assert (witness['path'], witness['line'], witness['job']) == ('Makefile', 2, 'publish')
    assert witness['hops'][0]['path'] == WORKFLOW
    assert credential['granted'] is None


def test_a_key_list_makes_excess_a_finding(repo, guard) -> None:
    repo.write(WORKFLOW, workflow(PUSH))
    repo.write('artifacts-guard.toml', POLICY)
    repo.write('keys.json', json.dumps({'apiKeys': KEYS}))

    (credential,) = answer(guard, '--keys', 'keys.json', status=1)['credentials']

    assert credential['granted'] == ['artifacts:create', 'artifacts:delete']
    assert credential['excess'] == ['artifacts:delete']
    assert 'k1' in credential['commands'][2]['command']
    assert guard('advise', '--keys', 'keys.json', '--fail-on', 'never').status == 0
    assert guard('advise', '--keys', 'keys.json', '--exit-zero').status == 0


def test_what_could_not_be_followed_is_incomplete(repo, guard) -> None:
    uses = 'acme/flows/.github/workflows/publish.yml@main'
    repo.write(
        WORKFLOW,
        f'on: push\njobs:\n  a:\n    uses: {uses}\n    secrets: {{token: "${{{{ secrets.{TOKEN} }}}}"}}\n',
    )

    outcome = guard('advise')

    assert outcome.status == 3
    assert f'not followed: workflow {uses}' in outcome.stdout
    assert 'keys create' not in outcome.stdout


def test_text_shows_what_to_take_away_and_how(repo, guard) -> None:
    repo.write(WORKFLOW, workflow(PUSH))
    repo.write('artifacts-guard.toml', f'{POLICY}scopes = ["artifacts:create", "artifacts:read"]\n')

    outcome = guard('advise')

    assert outcome.status == 1
    assert '- artifacts:read         unneeded, granted: take it away' in outcome.stdout
    assert f'{WORKFLOW}:' in outcome.stdout
    assert '--scopes artifacts:create \\' in outcome.stdout
    assert f'| gh secret set {TOKEN}' in outcome.stdout


@pytest.mark.parametrize('form', ['text', 'json', 'markdown'])
def test_one_scope_is_explained_with_all_that_needs_it(repo, guard, form: str) -> None:
    repo.write(WORKFLOW, workflow(*[PUSH] * 6))

    text = guard('advise', '--explain', 'artifacts:create', '--format', form).stdout

    assert 'artifacts:create' in text
    assert 'artifacts:delete' not in text.replace('--scopes', '')


def test_the_gate_compares_with_a_commit(repo, guard) -> None:
    repo.commit(files={WORKFLOW: workflow(PUSH)})
    assert guard('advise', '--gate', 'HEAD').status == 0
    repo.write(WORKFLOW, workflow(PUSH, DELETE))

    outcome = guard('advise', '--gate', 'HEAD')

    assert outcome.status == 1
    assert 'new need: AGENT_ARTIFACTS_TOKEN' in outcome.stdout
    assert 'artifacts artifact delete' in outcome.stdout
    assert f'{WORKFLOW}:9' not in outcome.stdout
    changes = answer(guard, '--gate', 'HEAD', status=1)['changes']
    assert [change['kind'] for change in changes] == ['new need']


def test_a_policy_is_drafted(repo, guard) -> None:
    repo.write(WORKFLOW, workflow(PUSH))

    outcome = guard('advise', '--write-policy', '--output', 'policy.toml')

    assert outcome.status == 0
    assert 'secret = "AGENT_ARTIFACTS_TOKEN"' in (repo.path / 'policy.toml').read_text()


@pytest.fixture
def live(monkeypatch):
    """The service with one key, which the environment holds."""
    token = tokens.api_key('live')
    with FakeService(keys={token: ['artifacts:create', 'artifacts:share']}) as service:
        monkeypatch.setenv('AGENT_ARTIFACTS_BASE_URL', service.url)
        monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', token)
        yield service


def test_the_service_tells_what_the_key_holds(repo, guard, live) -> None:
    repo.write(WORKFLOW, workflow(PUSH))

    (credential,) = answer(guard, '--live', status=1)['credentials']

    assert (credential['granted'], credential['excess']) == (
        ['artifacts:create', 'artifacts:share'],
        ['artifacts:share'],
    )
    assert [request.path for request in live.requests] == ['/mcp']


def test_nobody_asks_the_service_unless_told_to(repo, guard, live) -> None:
    repo.write(WORKFLOW, workflow(PUSH))
    guard('advise')

    assert live.requests == []


def test_the_use_of_the_key_is_announced(repo, guard, live) -> None:
    repo.write(WORKFLOW, workflow(PUSH))

    assert 'counts as a use' in guard('advise', '--live').stderr


@pytest.mark.parametrize(('token', 'status'), [(tokens.api_key('dead'), 3), ('', 3), (None, 2)])
def test_a_key_that_the_service_does_not_know(repo, guard, live, monkeypatch, token, status) -> None:
    repo.write(WORKFLOW, workflow(PUSH))
    monkeypatch.delenv('AGENT_ARTIFACTS_TOKEN')
    if token is not None:
        monkeypatch.setenv('AGENT_ARTIFACTS_TOKEN', token)

    outcome = guard('advise', '--live')

    assert outcome.status == status
    assert '--live: ' in outcome.stderr
    assert outcome.stdout == ''


def test_no_use_is_said(repo, guard) -> None:
    repo.write('README.md', 'nothing\n')

    assert guard('advise').stdout.startswith('No command here uses Agent Artifacts.')


WRONG = (
    (('--explain', 'artifacts:craete'), 'artifacts:create'),
    (('--store', 'githib'), 'github'),
    (('--format', 'jsn'), 'json'),
    (('--gate', 'no-such-branch'), 'no-such-branch: the repository has no such commit'),
    (('--keys', 'no-such-file'), 'no-such-file: No such file or directory'),
)


@pytest.mark.parametrize(('options', 'said'), WRONG, ids=[w[0][0] for w in WRONG])
def test_a_wrong_call_is_refused_in_words(repo, guard, options: tuple[str, ...], said: str) -> None:
    repo.commit(files={WORKFLOW: workflow(PUSH)})

    outcome = guard('advise', *options)

    assert outcome.status == 2
    assert said in outcome.stderr


@pytest.mark.parametrize('form', ['text', 'json', 'markdown'])
def test_no_part_of_a_token_is_shown(repo, guard, form: str) -> None:
    token = tokens.api_key('advice')
    repo.write(
        WORKFLOW, workflow(f'if [ "$X" = {token} ]; then {PUSH} --token {token}; fi', f'artifacts {token}')
    )

    outcome = guard('advise', '--format', form)

    assert token[5:13] not in outcome.stdout + outcome.stderr
    assert 'aa_k_…#' in outcome.stdout
