"""The short way of the hook: when it answers, and all that it leaves to a full check."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from artifacts_guard import reports
from artifacts_guard.cli import hook
from artifacts_guard.findings.finding import Result
from tests import tokens
from tests.conftest import Guard
from tests.conftest import Repo

START = ['check', '--staged']
PLAIN = 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n'
PUSH = 'artifacts push --project-slug docs --file out.html\n'


def answer(argv: list[str]) -> str | None:
    """The report without a full check."""
    return hook.look(argv).said or None


@pytest.fixture
def plain(repo: Repo) -> Repo:
    """A repository with a commit, and one irrelevant file staged."""
    repo.commit(files={'old.py': 'print()\n'})
    repo.stage('a.py', 'print(1)\n')
    return repo


def test_nothing_relevant(plain: Repo) -> None:
    plain.stage('.github/workflows/test.yml', PLAIN)
    plain.stage('run.sh', '#!/bin/sh\nexec pytest "$@"\n')

    expected = 'No findings.\nLooked at 3 files.\n'
    assert answer(START) == expected
    assert answer([*START, '--']) == expected
    assert answer([*START, 'a.py']) == 'No findings.\nLooked at 1 file.\n'
    assert answer([*START, '--', 'run.sh', 'a.py']) == 'No findings.\nLooked at 2 files.\n'


@pytest.mark.parametrize('count', [1, 2, 1234])
def test_the_answer_is_that_of_the_report(monkeypatch: pytest.MonkeyPatch, plain: Repo, count: int) -> None:
    monkeypatch.setattr(hook, '_can_matter', lambda objects, staged: False)
    monkeypatch.setattr(
        hook,
        'changes',
        lambda git: SimpleNamespace(objects=dict.fromkeys(map(str, range(count))), others=[]),
    )

    assert answer(START) == reports.render('text', Result((), files=count))


def test_the_answer_is_that_of_a_full_check(
    guard: Guard, plain: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain.stage('.github/workflows/test.yml', PLAIN)
    short = guard(*START)
    monkeypatch.setattr(hook, 'look', lambda argv: hook.Look())

    assert guard(*START) == short == (0, 'No findings.\nLooked at 2 files.\n', '')


def test_nothing_staged(repo: Repo) -> None:
    repo.commit(files={'a.sh': PUSH})
    repo.write('a.sh', 'changed')

    assert answer(START) == 'Nothing to check: nothing is staged.\n'
    repo.git('rm', '-q', '--cached', 'a.sh')
    assert answer(START) == 'Nothing to check: nothing is staged.\n'


def test_it_is_the_index_that_counts(plain: Repo) -> None:
    plain.write('a.py', tokens.api_key('worktree'))
    assert answer(START) is not None
    plain.stage('a.py', tokens.api_key('staged'))
    plain.write('a.py', 'print()')
    assert answer(START) is None


def test_a_linked_working_tree(plain: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.git('worktree', 'add', '-q', str(tmp_path / 'linked'))
    linked = Repo(tmp_path / 'linked')
    linked.stage('b.py', 'print()')
    monkeypatch.chdir(linked.path)

    assert answer(START) == 'No findings.\nLooked at 1 file.\n'


@pytest.mark.parametrize(
    'argv',
    [
        pytest.param(['check'], id='not staged'),
        pytest.param(['rules', 'list'], id='another command'),
        pytest.param([*START, '--pedantic'], id='an option'),
        pytest.param([*START, 'a.py', '--format', 'json'], id='an option after a file'),
        pytest.param([*START, 'old.py'], id='a file that is not staged'),
        pytest.param([*START, 'a.py', 'old.py'], id='one file that is staged and one that is not'),
        pytest.param([*START, '.'], id='a folder'),
        pytest.param([*START, './a.py'], id='a file by another spelling'),
        pytest.param([*START, '--', '-x'], id='a file that is not there'),
    ],
)
def test_other_command_lines_are_left_to_a_full_check(plain: Repo, argv: list[str]) -> None:
    assert answer(argv) is None


def first_commit(repo: Repo) -> None:
    repo.git('update-ref', '-d', 'HEAD')


def test_the_first_commit(plain: Repo) -> None:
    first_commit(plain)
    assert answer(START) == 'No findings.\nLooked at 2 files.\n'

    plain.stage('a.py', tokens.api_key('first'))
    assert answer(START) is None


def conflict(repo: Repo) -> None:
    name = repo.git('rev-parse', ':a.py').strip()
    lines = ''.join(f'100644 {name} {stage}\ta.py\n' for stage in (1, 2, 3))
    repo.git('rm', '-q', '--cached', 'a.py')
    (repo.path / 'info').write_text(lines)
    os.system(f'git -C {repo.path} update-index --index-info < {repo.path}/info')


def submodule(repo: Repo) -> None:
    repo.git('update-index', '--add', '--cacheinfo', f'160000,{repo.git("rev-parse", "HEAD").strip()},sub')


def broken_object(repo: Repo) -> None:
    name = repo.git('rev-parse', ':a.py').strip()
    (repo.path / '.git' / 'objects' / name[:2] / name[2:]).unlink()


def bad_repository(repo: Repo) -> None:
    (repo.path / '.git' / 'HEAD').write_text('nonsense')


@pytest.mark.parametrize(
    'change',
    [
        pytest.param(conflict, id='a merge conflict'),
        pytest.param(submodule, id='a submodule'),
        pytest.param(broken_object, id='a broken object'),
        pytest.param(bad_repository, id='a broken repository'),
        pytest.param(lambda repo: repo.write('artifacts-guard.toml'), id='a configuration'),
        pytest.param(lambda repo: repo.write('pyproject.toml', '[tool.artifacts-guard]'), id='a configuration in pyproject'),
        pytest.param(lambda repo: os.mkfifo(repo.path / 'artifacts-guard.toml'), id='a configuration that is none'),
        pytest.param(lambda repo: (repo.path / 'pyproject.toml').mkdir(), id='a pyproject that is none'),
    ],
)  # fmt: skip
def test_the_unusual_is_left_to_a_full_check(plain: Repo, change: Callable[[Repo], object]) -> None:
    change(plain)

    assert answer(START) is None


@pytest.mark.parametrize(
    ('name', 'content'),
    [
        pytest.param('a.txt', lambda: tokens.api_key('x'), id='a token'),
        pytest.param('a.md', lambda: f'see {tokens.documented_key("x")}.', id='a token in documentation'),
        pytest.param(
            'a.bin', lambda: b'\0\xff' + tokens.agent_token('x').encode(), id='a token in a binary file'
        ),
        pytest.param('a.txt', lambda: tokens.api_key('x').encode('utf-16'), id='a token in UTF-16'),
        pytest.param('a.sh', lambda: PUSH, id='a call of the CLI'),
        pytest.param('a.sh', lambda: 'echo "$AGENT_ARTIFACTS_TOKEN"', id='the variable of the token'),
        pytest.param('b.py', lambda: 'URL = "https://hostartifacts.dev/api"', id='the host'),
        pytest.param('a.zip', lambda: b'PK\x03\x04' + bytes(99), id='an archive'),
    ],
)
def test_a_staged_file_that_can_matter(plain: Repo, name: str, content: Callable[[], str | bytes]) -> None:
    plain.stage(name, content())

    assert answer(START) is None
    assert answer([*START, 'a.py']) is not None


def test_a_full_check_goes_on_with_what_was_opened(plain: Repo) -> None:
    plain.commit(files={'lib.sh': 'true'})
    plain.stage('a.sh', PUSH)
    plain.stage('b.sh', PUSH)
    plain.write('a.sh', 'changed')

    tree = hook.look([*START, 'a.sh']).tree

    assert tree is not None
    assert (tree.root, tree.selected) == (str(plain.path), ('a.sh',))
    assert tree.paths() == ('a.py', 'a.sh', 'b.sh', 'lib.sh', 'old.py')
    assert tree.data('a.sh') == PUSH.encode()
    tree.close()
    assert hook.look([*START, 'old.py']).tree is None


def test_a_token_in_a_name(plain: Repo) -> None:
    plain.stage(f'{tokens.api_key("x")}.txt')

    assert answer(START) is None


@pytest.mark.parametrize(
    ('staged', 'text', 'other'),
    [
        pytest.param('.github/workflows/a.yml', 'run: ./scripts/publish.sh', 'scripts/publish.sh', id='a script by its path'),
        pytest.param('scripts/a.sh', '. ../lib/common.sh', 'lib/common.sh', id='a script from the folder of the caller'),
        pytest.param('scripts/a.sh', 'source "lib/common.sh"', 'scripts/lib/common.sh', id='a script below the caller'),
        pytest.param('.github/workflows/a.yml', 'uses: ./.github/actions/publish', '.github/actions/publish/action.yml', id='an action of the repository'),
        pytest.param('.gitlab-ci.yml', 'include: /ci/publish.yml', 'ci/publish.yml', id='a file that is included'),
        pytest.param('.github/workflows/a.yml', 'run: make publish', 'Makefile', id='a target'),
        pytest.param('.github/workflows/a.yml', 'run: npm run publish', 'package.json', id='a package script'),
        pytest.param('bin/release', '#!/bin/sh\n"$HERE"/bin/publish', 'bin/publish', id='a script without an ending'),
    ],
)  # fmt: skip
def test_a_staged_file_that_calls_what_matters(plain: Repo, staged: str, text: str, other: str) -> None:
    plain.commit(files={other: PUSH})
    plain.stage(staged, f'{text}\n')

    assert answer(START) is None
    plain.commit()
    plain.stage('b.py', f'{text}\n')
    if other not in ('Makefile', 'package.json'):
        assert answer(START) is not None


def test_a_staged_file_that_leads_to_what_matters(plain: Repo) -> None:
    plain.commit(files={'ci/one.sh': './ci/two.sh', 'ci/two.sh': 'exec ./ci/three.sh', 'ci/three.sh': PUSH})
    plain.stage('.github/workflows/a.yml', 'run: ci/one.sh\n')

    assert answer(START) is None


def test_a_staged_script_that_a_pipeline_with_a_mention_may_call(plain: Repo) -> None:
    plain.commit(files={'.github/workflows/publish.yml': f'run: |\n  ./notify.sh\n  {PUSH}'})
    plain.stage('notify.sh', 'curl "$1"\n')

    assert answer(START) is None
    plain.commit()
    plain.stage('b.py', 'print(2)\n')
    assert answer(START) is not None


def test_it_ends_where_calls_go_round_in_circles(plain: Repo) -> None:
    plain.commit(files={'one.sh': './two.sh', 'two.sh': './one.sh'})
    plain.stage('three.sh', './one.sh ./three.sh\n')

    assert answer(START) is not None


def test_very_many_calls_are_left_to_a_full_check(plain: Repo) -> None:
    for number in range(300):
        plain.write(f'x/{number}.sh', 'true\n')
    plain.git('add', '-A')
    plain.commit()
    plain.stage('all.sh', ''.join(f'x/{number}.sh\n' for number in range(300)))

    assert answer(START) is None


def test_links_and_pipes_are_not_followed(plain: Repo) -> None:
    (plain.path / 'loop.sh').symlink_to('loop.sh')
    os.mkfifo(plain.path / 'pipe.sh')
    plain.git('add', 'loop.sh')
    plain.stage('a.sh', './loop.sh ./pipe.sh ../outside.sh /etc/passwd\n')

    assert answer(START) == 'No findings.\nLooked at 2 files.\n'


def test_outside_a_repository_and_without_git(
    tmp_path: Path, plain: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plain.path / 'sub').mkdir()
    monkeypatch.chdir(plain.path / 'sub')
    assert answer(START) is None
    monkeypatch.chdir(plain.path)
    monkeypatch.setenv('PATH', os.devnull)
    assert answer(START) is None


def test_the_index_of_the_commit_under_way_counts(plain: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.stage('b.sh', PUSH)
    monkeypatch.setenv('GIT_INDEX_FILE', '.git/other')
    plain.git('read-tree', 'HEAD')
    plain.stage('c.py', 'x')

    assert answer(START) == 'No findings.\nLooked at 1 file.\n'


def test_the_command_line_gives_the_answer(guard: Guard, plain: Repo) -> None:
    assert guard(*START) == (0, 'No findings.\nLooked at 1 file.\n', '')
