"""The way in and every way out: commands, help, errors and their exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts_guard import __version__
from artifacts_guard import check as checking
from artifacts_guard import inputs
from artifacts_guard.cli.main import COMMANDS
from artifacts_guard.errors import BugError
from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.text import Document
from tests.conftest import Guard
from tests.conftest import Repo

ROOT = str(Path(__file__).parents[2])


def test_version(guard: Guard) -> None:
    assert guard('--version') == (0, f'artifacts-guard {__version__}\n', '')


def test_help_names_every_command(guard: Guard) -> None:
    status, stdout, stderr = guard('--help')

    assert (status, stderr) == (0, '')
    for name, words in COMMANDS:
        assert f'\n    {name}' in stdout
        assert words.split()[0] in stdout


@pytest.mark.parametrize('name', [name for name, _ in COMMANDS])
def test_every_command_has_help(guard: Guard, name: str) -> None:
    status, stdout, stderr = guard(name, '--help')

    assert (status, stderr) == (0, '')
    assert stdout.startswith(f'usage: artifacts-guard {name}')


@pytest.mark.parametrize(
    ('argv', 'sentence'),
    [
        pytest.param(['chekc'], "unknown command 'chekc'; did you mean check?", id='a misspelt command'),
        pytest.param(['xyzzy'], "unknown command 'xyzzy'; known are check, advise, audit, record, push, keys, rules, baseline, hosts, config", id='a command like none'),
        pytest.param(['check', '--formt', 'json'], 'unknown option --formt; did you mean --format?', id='a misspelt option'),
        pytest.param(['check', '--stage'], 'unknown option --stage; did you mean --staged?', id='an abbreviation'),
        pytest.param(['check', '--format=jsno'], "unknown format 'jsno'; did you mean json?", id='a misspelt format'),
        pytest.param(['check', '--fail-on', 'warn'], "unknown level 'warn'; did you mean warning?", id='a misspelt level'),
        pytest.param(['check', '--output', 'sarf=x'], "--output sarf=x: unknown format 'sarf'; did you mean sarif?", id='a misspelt format of an output'),
        pytest.param(['check', '--output', 'sarif='], '--output: no file is given', id='an output without a file'),
        pytest.param(['check', '--jobs', '0'], 'argument --jobs: must be a number from 1', id='no processes'),
        pytest.param(['check', '--select'], 'argument --select: expected one argument', id='an option without its value'),
        pytest.param(['check', '--stdin-filename', 'a', 'b'], '--stdin-filename checks standard input alone: no PATH and no --staged beside it', id='standard input and a path'),
        pytest.param(['check', 'a\0b'], 'a path holds a NUL character', id='a path that is none'),
        pytest.param(['config', 'shwo'], "argument ACTION: invalid choice: 'shwo'", id='a misspelt action'),
        pytest.param(['config', 'schema', 'rules'], "unknown kind of file 'rules'; did you mean rule?", id='a misspelt kind of file'),
    ],
)  # fmt: skip
def test_wrong_usage_is_explained(guard: Guard, repo: Repo, argv: list[str], sentence: str) -> None:
    status, stdout, stderr = guard(*argv)

    assert (status, stdout) == (2, '')
    assert stderr.startswith(f'artifacts-guard: {sentence}')


def test_no_command_is_wrong_usage_with_the_help(guard: Guard) -> None:
    status, stdout, stderr = guard()

    assert (status, stdout) == (2, '')
    assert stderr.startswith('artifacts-guard: no command is given\nusage: ')


def test_a_file_called_like_an_option_does_not_become_one(
    guard: Guard, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ('--exit-zero', '--format=nosuch'):
        repo.stage(name, 'x')
    opened: list[list[str]] = []
    monkeypatch.setattr(inputs, 'open', lambda paths, **_: opened.append(list(paths)) or sys.exit(0))

    status, _, stderr = guard('check', '--staged', '--exit-zero')

    assert status == 2
    assert stderr.startswith('artifacts-guard: --exit-zero is the name of a file here and could be an option')
    assert guard('check', 'a', '--pedantic', '--', '--exit-zero', '--format=nosuch').status == 0
    assert opened == [['a', '--exit-zero', '--format=nosuch']]


@pytest.mark.parametrize(
    ('error', 'status', 'said'),
    [
        pytest.param(UsageError('no such rule'), 2, 'artifacts-guard: no such rule\n', id='wrong usage'),
        pytest.param(
            InputError('nothing there'), 3, 'artifacts-guard: nothing there\n', id='nothing to read'
        ),
        pytest.param(
            BugError('a.yml: ours'), 4, 'artifacts-guard: a.yml: ours\n', id='our own mistake, caught'
        ),
        pytest.param(KeyboardInterrupt(), 130, 'artifacts-guard: interrupted\n', id='interrupted'),
        pytest.param(BrokenPipeError(), 141, '', id='nobody reads the report'),
        pytest.param(
            UsageError('a\x1b[31m\rb'), 2, 'artifacts-guard: a\\x1b[31m\\rb\n', id='control characters'
        ),
    ],
)
def test_every_error_has_its_status(
    guard: Guard, repo: Repo, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(inputs, 'open', fail)

    assert guard('check') == (status, '', said)


def test_our_own_mistake_names_the_document_and_shows_nothing_of_it(
    guard: Guard, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write('bad\x1b.yml')

    def inner(document: Document, hunter2: str) -> None:
        raise KeyError(hunter2)

    def fail(*_: object, **__: object) -> None:
        inner(Document('bad\x1b.yml', 'hunter2'), 'hunter2')

    monkeypatch.setattr(checking, 'check', fail)
    status, stdout, stderr = guard('check')

    assert (status, stdout) == (4, '')
    assert stderr.split('\n')[0].startswith('artifacts-guard: this is a mistake of ours: KeyError at cli/')
    assert stderr.split('\n')[0].endswith(' while looking at bad\\x1b.yml')
    assert 'hunter2' not in stderr


def run(*argv: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, '-m', 'artifacts_guard', *argv],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, 'PYTHONPATH': ROOT},
    )


def test_as_a_module(repo: Repo) -> None:
    done = run('--version', cwd=repo.path)

    assert (done.returncode, done.stdout, done.stderr) == (0, f'artifacts-guard {__version__}\n', '')
    assert run('chekc', cwd=repo.path).returncode == 2


def test_a_reader_that_has_seen_enough(repo: Repo) -> None:
    shell = f'"{sys.executable}" -m artifacts_guard config schema | head -c 1; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ['bash', '-c', shell],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, 'PYTHONPATH': ROOT},
    )

    assert (done.stdout, done.stderr) == ('{', '')
    assert done.returncode in (0, 141)
