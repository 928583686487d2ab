"""`check --fix`, `--unsafe-fixes` and `--diff`: files, standard output, standard error and the exit status."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from artifacts_guard import check as checking
from artifacts_guard.baseline import FILE
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Repo

PATH = 'scripts/a.sh'
BEFORE = (
    '#!/bin/sh\nartifacts --base-url http://hostartifacts.dev push --private --file a.md --token "$OTHER"\n'
)
SAFE = BEFORE.replace('http:', 'https:')
ALL = '#!/bin/sh\nAGENT_ARTIFACTS_TOKEN="$OTHER" artifacts --base-url https://hostartifacts.dev push --private --file a.md\n'


@pytest.fixture
def script(repo: Repo) -> Repo:
    repo.commit(files={PATH: BEFORE})
    return repo


def content(repo: Repo, path: str = PATH) -> str:
    return (repo.path / path).read_bytes().decode()


@pytest.mark.parametrize(
    ('options', 'after', 'status', 'said'),
    [
        pytest.param(['--fix'], SAFE, 1, 'fixed 1 finding in 1 file', id='safe fixes, and what is left'),
        pytest.param(['--unsafe-fixes'], ALL, 0, 'fixed 2 findings in 1 file', id='all fixes'),
        pytest.param(['--fix', '--unsafe-fixes'], ALL, 0, 'fixed 2 findings in 1 file', id='both options'),
        pytest.param(
            ['--fix', '--select', 'token-flag'], BEFORE, 1, '', id='only of the rules that were asked for'
        ),
    ],
)
def test_files_are_changed(
    script: Repo, guard: Guard, options: list[str], after: str, status: int, said: str
) -> None:
    outcome = guard('check', *options)

    assert content(script) == after
    assert (outcome.status, said in outcome.stderr) == (status, True)
    assert ('token-flag' in outcome.stdout) == (status == 1)
    assert 'insecure-base-url' not in outcome.stdout


def test_fixing_twice_changes_nothing_more(script: Repo, guard: Guard) -> None:
    guard('check', '--unsafe-fixes')
    again = guard('check', '--unsafe-fixes')

    assert (content(script), again.status, again.stderr) == (ALL, 0, '')


def test_a_patch_is_what_fixing_does_and_changes_nothing(script: Repo, guard: Guard) -> None:
    outcome = guard('check', '--unsafe-fixes', '--diff')

    assert content(script) == BEFORE
    assert outcome.status == 1
    subprocess.run(['git', 'apply', '-'], input=outcome.stdout.encode(), check=True)
    assert content(script) == ALL


def test_a_patch_needs_no_other_option_and_leaves_reports_to_files(script: Repo, guard: Guard) -> None:
    outcome = guard('check', '--diff', '--output', 'json=report.json')

    assert outcome.stdout.startswith(f'--- a/{PATH}\n+++ b/{PATH}\n')
    assert '-artifacts --base-url http:' in outcome.stdout
    rules = {one['rule'] for one in json.loads(content(script, 'report.json'))['findings']}
    assert rules == {'insecure-base-url', 'token-flag'}


def test_a_patch_of_what_is_staged_can_be_had(repo: Repo, guard: Guard) -> None:
    repo.stage(PATH, BEFORE)
    repo.write(PATH, 'echo\n')

    assert '+artifacts --base-url https:' in guard('check', '--staged', '--diff').stdout
    assert content(repo) == 'echo\n'


@pytest.mark.parametrize('option', ['--fix', '--unsafe-fixes'])
def test_what_is_staged_is_not_fixed(repo: Repo, guard: Guard, option: str) -> None:
    repo.stage(PATH, BEFORE)

    outcome = guard('check', '--staged', option)

    assert outcome.status == 2
    assert f'{option} with --staged would change files that hold more than what is staged' in outcome.stderr
    assert content(repo) == BEFORE


def test_standard_input_has_no_file_to_write(repo: Repo, guard: Guard) -> None:
    assert guard('check', '--fix', '--stdin-filename', 'a.sh', stdin=BEFORE).status == 2
    patch = guard('check', '--diff', '--stdin-filename', 'a.sh', stdin=BEFORE).stdout
    assert '+artifacts --base-url https:' in patch


@pytest.mark.parametrize('source', ['--log', '--history'])
@pytest.mark.parametrize('option', ['--fix', '--unsafe-fixes', '--diff'])
def test_logs_and_the_history_have_no_fixes(repo: Repo, guard: Guard, option: str, source: str) -> None:
    outcome = guard('check', option, source)

    assert (outcome.status, 'fixes are for files' in outcome.stderr) == (2, True)


def test_line_ends_marks_and_tabs_stay(repo: Repo, guard: Guard) -> None:
    data = b'\xef\xbb\xbf' + BEFORE.replace('\n', '\r\n').replace(' push', '\tpush').encode()
    path = repo.write(PATH, data, mode=0o754)
    repo.add()

    guard('check', '--fix')

    assert path.read_bytes() == data.replace(b'http:', b'https:')
    assert path.stat().st_mode & 0o777 == 0o754


def test_only_the_files_that_were_asked_for_are_changed(script: Repo, guard: Guard) -> None:
    script.stage('other.sh', BEFORE)

    guard('check', '--fix', 'other.sh')

    assert (content(script), content(script, 'other.sh')) == (BEFORE, SAFE)


def test_what_a_baseline_accepts_is_not_fixed(script: Repo, guard: Guard) -> None:
    words = ('--reason', 'an old script', '--owner', 'web team', '--until', '2099-01-31')
    assert guard('baseline', 'create', *words).status == 0
    script.stage(PATH, f'{BEFORE}artifacts --base-url http://eu.hostartifacts.dev whoami\n')

    outcome = guard('check', '--fix', '--baseline', FILE)

    assert content(script) == f'{BEFORE}artifacts --base-url https://eu.hostartifacts.dev whoami\n'
    assert (outcome.status, 'fixed 1 finding in 1 file' in outcome.stderr) == (0, True)


def test_a_file_that_cannot_be_written_is_named(
    script: Repo, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(os, 'replace', fail)
    outcome = guard('check', '--fix', '--exit-zero')

    assert content(script) == BEFORE
    assert f'{PATH}: not fixed: cannot be written: No space left on device' in outcome.stderr
    assert outcome.status == 3


def test_a_fix_that_brings_another_finding_is_refused_and_said(repo: Repo, guard: Guard) -> None:
    workflow = (
        'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - env:\n'
        '          AGENT_ARTIFACTS_TOKEN: ${{ secrets.KEY }}\n'
        '        run: artifacts artifact restore --artifact-id a --version 3\n'
    )
    repo.commit(files={'.github/workflows/a.yml': workflow})

    outcome = guard('check', '--fix')

    assert content(repo, '.github/workflows/a.yml') == workflow
    assert '.github/workflows/a.yml:8: version-flag-swallowed was not fixed' in outcome.stderr


def test_the_policy_is_fixed_with_the_settings_that_it_then_holds(repo: Repo, guard: Guard) -> None:
    policy = (
        '[keys.report]\nsecret = "KEY"\nscopes = [\n  "artifacts:create",\n  "artifacts:delete", # once\n]\n'
    )
    repo.commit(
        files={
            'artifacts-guard.toml': policy,
            '.github/workflows/a.yml': 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - env:\n'
            '          AGENT_ARTIFACTS_TOKEN: ${{ secrets.KEY }}\n'
            '        run: artifacts --no-input push --private --file a.md\n',
        }
    )
    policy_in_one_line = '[keys.report]\nsecret = "KEY"\nscopes = ["artifacts:create", "artifacts:delete"]\n'

    guard('check', '--fix')
    assert content(repo, 'artifacts-guard.toml') == policy  # a remark stands among them
    repo.stage('artifacts-guard.toml', policy_in_one_line)
    assert guard('check', '--fix').status == 0
    assert 'scopes = ["artifacts:create"]\n' in content(repo, 'artifacts-guard.toml')


def test_no_token_is_shown_in_a_patch(repo: Repo, guard: Guard) -> None:
    token = tokens.api_key('patch')
    repo.commit(files={PATH: f'{BEFORE}export AGENT_ARTIFACTS_TOKEN={token}\n'})

    outcome = guard('check', '--diff')

    assert f'{PATH}: not fixed: the patch would show a token' in outcome.stderr
    assert token[8:] not in outcome.stdout + outcome.stderr


def test_reports_offer_the_fixes_that_count(script: Repo, guard: Guard) -> None:
    shown = guard('check').stdout
    assert '= edit: use https (`--fix` does this)' in shown
    assert '`--unsafe-fixes` does' in shown

    findings = json.loads(guard('check', '--format', 'json').stdout)['findings']
    assert {one['rule']: one['fix']['safe'] for one in findings} == {
        'insecure-base-url': True,
        'token-flag': False,
    }


@pytest.mark.parametrize('argv', [['check', '--staged'], ['check', '--format', 'concise']])
def test_nothing_is_tried_out_where_no_fix_is_shown(
    script: Repo, guard: Guard, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    script.stage(PATH, BEFORE + 'echo\n')
    calls = []
    check = checking.check
    monkeypatch.setattr(checking, 'check', lambda *args, **named: calls.append(1) or check(*args, **named))

    assert guard(*argv).status == 1
    assert len(calls) == 1


def test_fixes_of_many_pipelines_are_not_tried_out_for_a_report(repo: Repo, guard: Guard) -> None:
    repo.commit(files={f'scripts/{number}.sh': BEFORE for number in range(201)})

    report = json.loads(guard('check', '--format', 'json').stdout)

    assert not any(finding['fix'] for finding in report['findings'])
    assert any('--diff' in note for note in report['scanned']['notes'])
    assert guard('check', '--diff').stdout.count('+++ ') == 201
