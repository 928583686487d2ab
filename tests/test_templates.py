"""The template for GitLab, and the hooks that the documentation shows: what they run is run here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests import tokens
from tests.ci.support import read
from tests.conftest import Guard
from tests.conftest import Repo

ROOT = Path(__file__).parents[1]
PATH = 'templates/artifacts-guard.gitlab-ci.yml'
TEMPLATE = (ROOT / PATH).read_text(encoding='utf-8')
JOB = yaml.safe_load(TEMPLATE)['artifacts-guard']
USAGE = (ROOT / 'docs' / 'usage.md').read_text(encoding='utf-8')


def blocks(heading: str) -> list[str]:
    """The code blocks below a heading of the documentation."""
    section = USAGE.split(f'\n## {heading}\n')[1].split('\n## ')[0]
    return re.findall(r'```\w+\n(.*?)```', section, re.DOTALL)


def run_job(repo: Repo, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The script of the template's job, as the runner gives it to a shell; `pip` only prints what it is told."""
    for name, code in (
        ('pip', 'printf "%s\\n" "$@"'),
        ('artifacts-guard', 'exec "$REAL" -m artifacts_guard "$@"'),
    ):
        (folder / name).write_text(f'#!/bin/sh\n{code}\n', encoding='utf-8')
        (folder / name).chmod(0o755)
    return subprocess.run(
        ['sh', '-ec', '\n'.join(JOB['script'])],
        cwd=repo.path,
        env={
            **os.environ,
            'PATH': f'{folder}{os.pathsep}{os.environ["PATH"]}',
            'PYTHONPATH': str(ROOT),
            'REAL': sys.executable,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('bin')


def test_our_own_adapter_reads_the_template_as_a_job() -> None:
    found = read(f'include: /{PATH}\n', '.gitlab-ci.yml', {PATH: TEMPLATE})

    assert [(job.name, len(job.steps)) for job in found.jobs] == [('artifacts-guard', 1)]
    assert not found.unresolved
    assert not any(job.env for job in found.jobs)


def test_our_own_rules_have_nothing_against_the_template(guard: Guard) -> None:
    answer = guard('check', '--pedantic', '--show-files', PATH, cwd=ROOT)

    assert answer.status == 0, answer.stdout
    assert PATH in answer.stdout


def test_the_job_fails_for_findings_and_keeps_every_report(repo: Repo, folder: Path) -> None:
    repo.write('leak.sh', f'KEY={tokens.api_key("template")}\n')

    done = run_job(repo, folder)

    assert done.returncode == 1, done.stderr
    for name in (*JOB['artifacts']['paths'], *JOB['artifacts']['reports'].values()):
        assert (repo.path / name).stat().st_size


@pytest.mark.parametrize(
    ('variables', 'status', 'installed'),
    [
        pytest.param({}, 1, 'artifacts-guard', id='none'),
        pytest.param({'ARTIFACTS_GUARD_VERSION': '0.1.0'}, 1, 'artifacts-guard==0.1.0', id='a version'),
        pytest.param({'ARTIFACTS_GUARD_FAIL_ON': 'never'}, 0, 'artifacts-guard', id='a level'),
        pytest.param({'ARTIFACTS_GUARD_FAIL_ON': 'nevr'}, 2, 'artifacts-guard', id='a level that is none'),
    ],
)
def test_variables_of_the_job(
    repo: Repo, folder: Path, variables: dict[str, str], status: int, installed: str
) -> None:
    repo.write('leak.sh', f'KEY={tokens.api_key("template")}\n')

    done = run_job(repo, folder, **variables)

    assert done.returncode == status, done.stderr
    assert installed in done.stdout.splitlines()


def test_the_documentation_includes_the_template_by_its_path() -> None:
    remotes = [
        include['remote']
        for block in blocks('CI')
        if 'include:' in block
        for include in yaml.safe_load(block)['include']
    ]

    assert [remote.endswith(f'/{PATH}') for remote in remotes] == [True]


def hooks() -> dict[str, str]:
    """The command of each hook that the documentation shows besides those of pre-commit."""
    _, lefthook, husky, plain = blocks('Hooks')
    (job,) = yaml.safe_load(lefthook)['pre-commit']['jobs']
    return {
        'lefthook': job['run'],
        'husky': husky.strip(),
        'git': plain.splitlines()[-1].removeprefix('exec '),
    }


@pytest.mark.parametrize(('name', 'command'), hooks().items())
def test_hooks_stop_what_is_staged_and_nothing_else(
    repo: Repo, guard: Guard, name: str, command: str
) -> None:
    program, *words = command.split()
    repo.commit(files={'a.sh': 'echo hello\n'})
    repo.write('a.sh', f'KEY={tokens.api_key("hook")}\n')
    assert program == 'artifacts-guard'
    assert guard(*words).status == 0

    repo.add('a.sh')

    assert guard(*words).status == 1
