"""The hooks, run by the real pre-commit from a clone of this repository, on every state that a commit can start from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import tokens
from tests.conftest import FIXED
from tests.conftest import Repo
from tests.conftest import clean_environment
from tests.conftest import init

ROOT = Path(__file__).parents[1]
MANIFEST = '.pre-commit-hooks.yaml'
CLEAN = 'echo hello\n'


def test_both_manifests_are_the_same() -> None:
    """pre-commit reads the one with the dot; the other is for people who look for it."""
    assert (ROOT / MANIFEST).read_bytes() == (ROOT / 'pre-commit-hooks.yaml').read_bytes()


def test_no_hook_runs_without_files() -> None:
    text = (ROOT / MANIFEST).read_text()

    assert 'always_run' not in text
    assert text.count('- id: ') == text.count('require_serial: true') == 2


def leak() -> str:
    """A script that every check must stop."""
    return f'export AGENT_ARTIFACTS_TOKEN={tokens.api_key("hook")}\n'


def copy_of_this_repository(to: Path) -> str:
    """The working tree as it is now, committed in a repository of its own; the commit's id."""
    source = Repo(ROOT)
    clone = init(to)
    for name in source.git('ls-files', '-z', '-c', '-o', '--exclude-standard').split('\0')[:-1]:
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name, follow_symlinks=False)
    clone.git('add', '-A', '-f')
    return clone.commit('the working tree')


class Hooked:
    """Makes repositories that have the hooks, all from one installation of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tool = folder / 'tool'
        self.environment = {
            **clean_environment(),
            'PRE_COMMIT_HOME': str(folder / 'cache'),
            'HOME': str(folder),
        }
        self.rev = copy_of_this_repository(self.tool)

    def config(self) -> str:
        hooks = '[{id: artifacts-guard}, {id: artifacts-guard-all, stages: [manual]}]'
        return f'repos:\n- repo: {self.tool.as_uri()}\n  rev: {self.rev}\n  hooks: {hooks}\n'

    def run(self, repo: Repo, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run pre-commit, or git with what pre-commit has installed."""
        program = [sys.executable, '-m', 'pre_commit'] if argv[0] != 'git' else ['git', '-C', str(repo.path)]
        return subprocess.run(
            [*program, *argv[argv[0] == 'git' :]],
            cwd=repo.path,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def adopt(self, repo: Repo) -> None:
        """Give a repository the hooks."""
        repo.write('.pre-commit-config.yaml', self.config())
        (repo.path / '.git' / 'hooks').mkdir(exist_ok=True)
        done = self.run(repo, 'install')
        assert done.returncode == 0, done.stdout

    def commits(self, repo: Repo, *argv: str) -> bool:
        """Whether `git commit` succeeds; when not, because of the token, which is not shown."""
        done = self.run(repo, 'git', 'commit', '-q', '-m', 'change', *argv)
        assert tokens.api_key('hook') not in done.stdout
        if done.returncode:
            assert 'committed-token' in done.stdout, done.stdout
        return done.returncode == 0


@pytest.fixture(scope='session')
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Hooked:
    pytest.importorskip('pre_commit', reason='pre-commit is not installed')
    with pytest.MonkeyPatch.context() as patch:
        for name, value in FIXED.items():
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp('hooks')
        made = Hooked(folder)
        index = subprocess.run(
            [sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '-d', str(folder), 'hatchling'],
            env=made.environment,
            capture_output=True,
            check=False,
        )
        if index.returncode:
            pytest.skip('there is no package index to install the hooks from')
        first = init(folder / 'first')
        made.adopt(first)
        done = made.run(first, 'install-hooks')
        assert done.returncode == 0, done.stdout
    return made


@pytest.fixture
def project(hooked: Hooked, repo: Repo) -> Repo:
    """A repository with the hooks and a commit."""
    hooked.adopt(repo)
    repo.write('a.sh', CLEAN)
    repo.write('b.sh', CLEAN)
    repo.git('add', '-A')
    repo.commit()
    return repo


@pytest.mark.install
def test_staged_only(hooked: Hooked, project: Repo) -> None:
    project.stage('new.sh', leak())
    (project.path / 'new.sh').unlink()
    assert not hooked.commits(project)
    project.stage('new.sh', CLEAN)
    assert hooked.commits(project)


@pytest.mark.install
def test_working_tree_only(hooked: Hooked, project: Repo) -> None:
    project.write('a.sh', leak())
    project.write('untracked.sh', leak())
    project.stage('b.sh', 'echo changed\n')
    assert hooked.commits(project)


@pytest.mark.install
def test_partially_staged(hooked: Hooked, project: Repo) -> None:
    project.stage('a.sh', leak())
    project.write('a.sh', CLEAN + CLEAN)
    assert not hooked.commits(project)
    project.stage('a.sh', CLEAN + CLEAN)
    project.write('a.sh', leak())
    assert hooked.commits(project)


@pytest.mark.install
def test_renamed(hooked: Hooked, project: Repo) -> None:
    project.commit(files={'old.sh': leak() + CLEAN * 20})
    project.git('mv', 'old.sh', 'new.sh')
    assert not hooked.commits(project)
    project.git('mv', 'new.sh', 'old.sh')
    project.git('mv', 'b.sh', 'c.sh')
    assert hooked.commits(project)


@pytest.mark.install
def test_merge_in_progress(hooked: Hooked, project: Repo) -> None:
    project.git('checkout', '-q', '-b', 'side')
    project.commit(files={'a.sh': 'echo side\n'})
    project.git('checkout', '-q', 'main')
    project.commit(files={'a.sh': 'echo main\n'})
    project.git('merge', '-q', 'side', check=False)
    project.stage('a.sh', leak())
    assert not hooked.commits(project)
    project.stage('a.sh', 'echo both\n')
    assert hooked.commits(project)


@pytest.mark.install
def test_linked_working_tree(hooked: Hooked, project: Repo, tmp_path: Path) -> None:
    project.git('worktree', 'add', '-q', str(tmp_path / 'linked'))
    linked = Repo(tmp_path / 'linked')
    linked.stage('a.sh', leak())
    assert not hooked.commits(linked)
    linked.stage('a.sh', 'echo linked\n')
    assert hooked.commits(linked)


@pytest.mark.install
def test_first_commit(hooked: Hooked, repo: Repo) -> None:
    hooked.adopt(repo)
    repo.stage('a.sh', leak())
    repo.git('add', '-A')
    assert not hooked.commits(repo)
    repo.stage('a.sh', CLEAN)
    assert hooked.commits(repo)


@pytest.mark.install
def test_nothing_staged(hooked: Hooked, project: Repo) -> None:
    done = hooked.run(project, 'run', 'artifacts-guard')
    assert (done.returncode, '(no files to check)Skipped' in done.stdout) == (0, True)
    project.commit(files={'a.sh': leak()})
    assert hooked.run(project, 'run', 'artifacts-guard').returncode == 0
    assert hooked.run(project, 'run', 'artifacts-guard', '--all-files').returncode == 1
    project.write('a.sh', CLEAN)
    done = hooked.run(project, 'run', 'artifacts-guard', '--all-files', '--verbose')
    assert (done.returncode, 'Looked at 3 files' in done.stdout) == (0, True), done.stdout
    project.write('c.sh', CLEAN)
    assert hooked.run(project, 'run', 'artifacts-guard', '--files', 'a.sh', 'c.sh').returncode == 0
    project.write('c.sh', leak())
    assert hooked.run(project, 'run', 'artifacts-guard', '--files', 'a.sh', 'c.sh').returncode == 1


@pytest.mark.install
def test_only_some_files_are_committed(hooked: Hooked, project: Repo) -> None:
    project.stage('a.sh', leak())
    project.write('b.sh', 'echo changed\n')
    assert hooked.commits(project, 'b.sh')
    assert not hooked.commits(project, '-a')


@pytest.mark.install
def test_the_whole_repository(hooked: Hooked, project: Repo) -> None:
    run = ('run', 'artifacts-guard-all', '--hook-stage', 'manual', '--all-files')
    assert hooked.run(project, *run).returncode == 0
    project.write('untracked.sh', leak())
    done = hooked.run(project, *run)
    assert (done.returncode, 'untracked.sh' in done.stdout) == (1, True)


@pytest.mark.install
@pytest.mark.parametrize(
    'write',
    [
        pytest.param(lambda text: text.encode('utf-16'), id='UTF-16, which pre-commit takes for binary'),
        pytest.param(lambda text: b'\0\xff\xfe\x01' + text.encode(), id='binary data'),
    ],
)
def test_any_file_can_hold_a_token(hooked: Hooked, project: Repo, write: Callable[[str], bytes]) -> None:
    project.stage('data.bin', write(leak()))
    assert not hooked.commits(project)


@pytest.mark.install
def test_a_file_called_like_an_option(hooked: Hooked, project: Repo) -> None:
    project.stage('--exit-zero', leak())
    assert not hooked.commits(project)
    assert os.path.lexists(project.path / '--exit-zero')
