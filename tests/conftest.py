"""Fixtures: a real git repository, the command line in process, and an environment without surprises."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import pytest

# before the package takes libyaml for itself: tests compare with the whole of PyYAML, in any order
import yaml  # noqa: F401
from hypothesis import settings

# the same examples each time, so that a change is judged by itself; GUARD_EXPLORE=1 looks for new ones
settings.register_profile('steady', derandomize=not os.environ.get('GUARD_EXPLORE'))
settings.load_profile('steady')

SCRUBBED = (
    'CI',
    'GIT_',
    'GITHUB_',
    'GITLAB_',
    'AGENT_ARTIFACTS_',
    'NO_COLOR',
    'FORCE_COLOR',
    'COLUMNS',
    'PRE_COMMIT',
)
FIXED = {
    'GIT_CONFIG_GLOBAL': os.devnull,
    'GIT_CONFIG_NOSYSTEM': '1',
    'GIT_AUTHOR_NAME': 'Ada Author',
    'GIT_AUTHOR_EMAIL': 'ada@example.invalid',
    'GIT_AUTHOR_DATE': '2026-01-02T03:04:05Z',
    'GIT_COMMITTER_NAME': 'Ada Author',
    'GIT_COMMITTER_EMAIL': 'ada@example.invalid',
    'GIT_COMMITTER_DATE': '2026-01-02T03:04:05Z',
    'TERM': 'dumb',
}


def clean_environment() -> dict[str, str]:
    """This process's environment without what CI systems, git and terminals put there."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not any(k == s or (s.endswith('_') and k.startswith(s)) for s in SCRUBBED)
    }
    return {**kept, **FIXED}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clean = clean_environment()
    for name in set(os.environ) - set(clean):
        monkeypatch.delenv(name)
    for name, value in clean.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv('HOME', str(tmp_path))
    # a temporary folder inside somebody's checkout is still no repository of the test's
    monkeypatch.setenv('GIT_CEILING_DIRECTORIES', str(tmp_path.parent))


class Repo:
    """A git repository in a temporary folder; names are relative to it, with `/`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *args: str, check: bool = True) -> str:
        run = subprocess.run(
            ['git', '-C', str(self.path), '-c', 'commit.gpgsign=false', *args],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if check and run.returncode:
            raise AssertionError(f'git {args}: {run.stderr.decode(errors="replace")}')
        return run.stdout.decode('utf-8', 'surrogateescape')

    def write(self, name: str, content: str | bytes = '', mode: int | None = None) -> Path:
        """Write a file and the folders above it; text as UTF-8 with its line ends as they are."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode('utf-8', 'surrogateescape') if isinstance(content, str) else content)
        if mode is not None:
            path.chmod(mode)
        return path

    def add(self, *names: str) -> None:
        """Stage some files, ignored ones too; all without a name."""
        self.git('add', '-f', '--', *names) if names else self.git('add', '-A')

    def stage(self, name: str, content: str | bytes = '') -> Path:
        """Write a file and stage it."""
        path = self.write(name, content)
        self.add(name)
        return path

    def commit(self, message: str = 'change', files: dict[str, str | bytes] | None = None) -> str:
        """Write and stage `files`, commit what is staged, return the commit's id."""
        for name, content in (files or {}).items():
            self.stage(name, content)
        self.git('commit', '-q', '--no-verify', '--allow-empty', '-m', message)
        return self.git('rev-parse', 'HEAD').strip()


def init(path: Path) -> Repo:
    """An empty repository on branch `main`."""
    path.mkdir(parents=True, exist_ok=True)
    made = Repo(path)
    made.git('init', '-q', '--template=', '-b', 'main')
    return made


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """An empty repository without a commit, which is also the current folder."""
    made = init(tmp_path / 'repo')
    monkeypatch.chdir(made.path)
    return made


class Outcome(NamedTuple):
    """What a run of the command line left behind."""

    status: int
    stdout: str
    stderr: str


class Guard:
    """Runs the command line in this process: `guard('check', '--format', 'json')`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, *argv: str, stdin: str | bytes = b'', cwd: Path | None = None) -> Outcome:
        from artifacts_guard.cli.main import main

        data = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = BytesIO(), BytesIO()
        with self._monkeypatch.context() as patch:
            if cwd is not None:
                patch.chdir(cwd)
            patch.setattr(sys, 'stdin', TextIOWrapper(BytesIO(data), 'utf-8'))
            patch.setattr(sys, 'stdout', TextIOWrapper(out, 'utf-8', newline='\n', write_through=True))
            patch.setattr(sys, 'stderr', TextIOWrapper(err, 'utf-8', newline='\n', write_through=True))
            status = main(list(argv))
            shown = out.getvalue().decode(), err.getvalue().decode()
        return Outcome(status, *shown)


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Guard:
    return Guard(monkeypatch)
