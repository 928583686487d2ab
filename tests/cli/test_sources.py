"""What `check` takes in: logs, and files that git ignores."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests import tokens
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.conftest import Repo

LEAK = '2026-01-02T03:04:05.123Z ##[command]export KEY={}\n'


def places(outcome: Outcome) -> list[str]:
    return [f'{f["path"]}:{f["line"]}' for f in json.loads(outcome.stdout)['findings']]


def test_a_log_on_standard_input(guard: Guard, repo: Repo) -> None:
    outcome = guard('check', '--log', '--format', 'json', stdin='a\n' + LEAK.format(tokens.api_key('stdin')))

    assert outcome.status == 1
    assert places(outcome) == ['standard-input:2']


def test_a_log_on_standard_input_under_a_name(guard: Guard, repo: Repo) -> None:
    argv = ('check', '--log', '--stdin-filename', 'job.log', '--format', 'json')

    assert places(guard(*argv, stdin=LEAK.format(tokens.api_key('named')))) == ['job.log:1']


def test_logs_wherever_they_lie_and_whether_git_ignores_them_or_not(
    guard: Guard, repo: Repo, tmp_path: Path
) -> None:
    repo.write('.gitignore', '*.log\n')
    repo.write('inside.log', LEAK.format(tokens.api_key('inside')))
    (tmp_path / 'outside.log').write_text(LEAK.format(tokens.api_key('outside')))

    outcome = guard('check', '--log', 'inside.log', '../outside.log', '--format', 'json')

    assert places(outcome) == ['outside.log:1', 'repo/inside.log:1']


def test_logs_in_an_archive_as_systems_hand_them_out(guard: Guard, repo: Repo) -> None:
    token = tokens.api_key('zip')
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w') as archive:
        cri = '2026-01-02T03:04:05.123Z stdout'
        archive.writestr('1_build.txt', f'{cri} P {token[:20]}\n{cri} F {token[20:]}\n')
    repo.write('logs.zip', made.getvalue())

    assert places(guard('check', '--log', 'logs.zip', '--format', 'json')) == ['logs.zip!1_build.txt:1']


def test_a_log_is_no_pipeline_and_its_comments_are_quotations(guard: Guard, repo: Repo) -> None:
    token = tokens.api_key('quoted')
    repo.write(
        'ci.sh',
        f'artifacts push --token {token}  # artifacts-guard: ignore[committed-token] because x\n'
        f"KEY='{token}'  # pragma: allowlist secret\n",
    )

    outcome = guard('check', '--log', 'ci.sh', '--format', 'json')

    assert [f['rule'] for f in json.loads(outcome.stdout)['findings']] == ['committed-token'] * 2


def test_what_was_looked_at_is_said(guard: Guard, repo: Repo) -> None:
    outcome = guard('check', '--log', stdin='nothing here\n')

    assert outcome.status == 0
    assert 'Looked at 1 file (13 bytes).' in outcome.stdout


def test_a_log_that_is_not_there_is_no_clean_one(guard: Guard, repo: Repo) -> None:
    outcome = guard('check', '--log', 'missing.log')

    assert outcome.status == 3
    assert 'missing.log: no such file or folder' in outcome.stderr


def test_no_part_of_a_broken_token_is_told(guard: Guard, repo: Repo) -> None:
    token = tokens.api_key('told')
    log = ''.join(
        f'2026-01-02T03:04:05.123456Z 00O{sign}{part}\n'
        for sign, part in ((' ', token[:25]), ('+', token[25:]))
    )

    for form in ('text', 'json', 'sarif', 'csv', 'github', 'markdown'):
        outcome = guard('check', '--log', '--format', form, stdin=log)
        assert outcome.status == 1
        assert not {token[at : at + 8] for at in range(5, 40)} & {
            outcome.stdout[at : at + 8] for at in range(len(outcome.stdout))
        }


def test_files_that_git_ignores(guard: Guard, repo: Repo) -> None:
    repo.write('.gitignore', 'build\n.env\n')
    for name in ('build/out.txt', '.env', 'src/a.txt'):
        repo.write(name, f'KEY={tokens.api_key(name)}\n')
    (repo.path / '.git' / 'kept').write_text(tokens.api_key('in .git'))

    assert places(guard('check', '--format', 'json')) == ['src/a.txt:1']
    assert sorted(set(places(guard('check', '--all-files', '--format', 'json')))) == [
        '.env:1',
        'build/out.txt:1',
        'src/a.txt:1',
    ]
    assert places(guard('check', '--all-files', 'build', '--format', 'json')) == ['build/out.txt:1']


@pytest.mark.parametrize(
    'argv',
    [
        ['--log', '--staged'],
        ['--log', '--history'],
        ['--all-files', '--staged'],
        ['--all-files', '--history'],
        ['--all-files', '--stdin-filename', 'x'],
    ],
    ids=' '.join,
)
def test_sources_that_exclude_each_other(guard: Guard, repo: Repo, argv: list[str]) -> None:
    outcome = guard('check', *argv)

    assert outcome.status == 2
    assert 'no other source beside it' in outcome.stderr
