"""Secrets of any kind in pipelines: only when asked for, only in pipelines, and as detect-secrets' detectors find them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import artifacts_guard
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Repo

SECRET = tokens.session('suspect', 40)
PIPELINE = (
    f'on: push\nenv:\n  DATABASE_PASSWORD: "{SECRET}"\n  OTHER: ${{{{ secrets.PASSWORD }}}}\njobs: {{}}\n'
)
PATH = '.github/workflows/ci.yml'


def places(guard: Guard, *argv: str) -> list[tuple[str, str, int, int]]:
    found = json.loads(guard('check', *argv, '--format', 'json').stdout)['findings']
    return [(f['rule'], f['path'], f['line'], f['column']) for f in found]


def test_found_at_its_place_when_asked_for(repo: Repo, guard: Guard) -> None:
    repo.write(PATH, PIPELINE)
    repo.write('notes.txt', PIPELINE)

    assert places(guard) == []
    assert places(guard, '--generic') == [('possible-secret', PATH, 3, 23)]


def test_the_configuration_can_ask_for_it(repo: Repo, guard: Guard) -> None:
    repo.write(PATH, PIPELINE)
    repo.write('artifacts-guard.toml', 'generic = true\n')

    assert places(guard) == [('possible-secret', PATH, 3, 23)]


def test_of_what_is_staged(repo: Repo, guard: Guard) -> None:
    repo.stage(PATH, PIPELINE)
    repo.write(PATH, '')

    assert places(guard, '--staged', '--generic') == [('possible-secret', PATH, 3, 23)]


def test_tokens_of_the_service_are_told_once_and_by_their_own_rule(repo: Repo, guard: Guard) -> None:
    repo.write(PATH, PIPELINE.replace(SECRET, tokens.api_key('known')))

    assert [rule for rule, *_ in places(guard, '--generic')] == ['committed-token']


@pytest.mark.parametrize(
    'comment',
    ['# pragma: allowlist secret', '# artifacts-guard: ignore[possible-secret] because it is public'],
)
def test_comments_that_accept_it_hold(repo: Repo, guard: Guard, comment: str) -> None:
    repo.write(PATH, PIPELINE.replace(f'"{SECRET}"', f'"{SECRET}"  {comment}'))

    assert places(guard, '--generic') == []


@pytest.mark.parametrize(
    'form', ['text', 'json', 'sarif', 'csv', 'github', 'gitlab', 'gitlab-secrets', 'markdown']
)
def test_nothing_of_the_value_is_told(repo: Repo, guard: Guard, form: str) -> None:
    repo.write(PATH, PIPELINE)

    outcome = guard('check', '--generic', '--format', form)

    assert outcome.status == 1
    assert not [at for at in range(32) if SECRET[at : at + 8] in outcome.stdout + outcome.stderr]


def test_detect_secrets_is_not_loaded_unless_asked_for(repo: Repo) -> None:
    repo.write(PATH, PIPELINE)
    code = 'import sys; from artifacts_guard.cli.main import main; main(["check"]); assert "detect_secrets" not in sys.modules'

    environment = {**os.environ, 'PYTHONPATH': str(Path(artifacts_guard.__file__).parents[1])}
    subprocess.run([sys.executable, '-c', code], check=True, env=environment)
