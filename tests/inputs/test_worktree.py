"""The working tree: what is listed, what is read, and what is said about the rest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts_guard import inputs
from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs import git
from artifacts_guard.inputs.tree import Tree
from tests.conftest import Repo
from tests.conftest import init


def reasons(tree: Tree) -> dict[str, str]:
    return {one.path: one.reason for one in tree.skipped}


def test_tracked_and_untracked_files_but_not_ignored_ones(repo: Repo) -> None:
    repo.commit(
        files={'.gitignore': 'build/\n*.log\n', '.github/workflows/ci.yml': 'on: push\n', 'forced.log': 'x'}
    )
    repo.write('new.sh', 'echo\n')
    repo.write('build/out.sh', 'echo\n')
    repo.write('a.log', 'x')

    tree = inputs.open()

    assert tree.paths() == ('.github/workflows/ci.yml', '.gitignore', 'forced.log', 'new.sh')
    assert tree.selected == tree.paths()
    assert tree.data('.github/workflows/ci.yml') == b'on: push\n'
    assert tree.document('new.sh') is tree.document('new.sh')
    assert tree.root == str(repo.path)
    assert tree.skipped == []


def test_the_whole_repository_from_a_folder_of_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit(files={'a.sh': '', 'sub/b.sh': ''})
    monkeypatch.chdir(repo.path / 'sub')

    assert inputs.open().selected == ('a.sh', 'sub/b.sh')
    assert inputs.open(['.']).selected == ('sub/b.sh',)
    assert inputs.open(['..']).selected == ('a.sh', 'sub/b.sh')
    assert inputs.open(['b.sh', '../a.sh']).selected == ('a.sh', 'sub/b.sh')


def test_named_files_count_and_the_rest_is_context(repo: Repo) -> None:
    repo.commit(files={'.gitignore': 'out\n', 'a.sh': 'a', 'ci/b.sh': 'b'})
    repo.write('out/c.sh', 'c')
    repo.write('out/d.sh', 'd')

    tree = inputs.open(['ci', 'out/c.sh'])

    assert tree.selected == ('ci/b.sh', 'out/c.sh')
    assert tree.paths() == ('.gitignore', 'a.sh', 'ci/b.sh', 'out/c.sh')
    assert tree.is_selected('out/c.sh')
    assert not tree.is_selected('a.sh')
    assert tree.data('a.sh') == b'a'
    assert tree.data('out/d.sh') is None
    assert inputs.open(['out']).selected == ('out/c.sh', 'out/d.sh')
    assert tree.skipped == []


def test_excluded_files_are_not_looked_at(repo: Repo) -> None:
    repo.commit(files={'a.sh': '', 'vendor/b.sh': '', 'vendor/x/c.sh': ''})

    tree = inputs.open(['a.sh', 'vendor/b.sh'])
    tree.exclude(['vendor'])

    assert tree.selected == ('a.sh',)
    assert tree.paths() == ('a.sh',)


@pytest.mark.parametrize(
    'with_git', [pytest.param(True, id='git is there'), pytest.param(False, id='no git at all')]
)
def test_without_a_repository_all_files_are_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_git: bool
) -> None:
    for name in ('b/.github/ci.yml', 'a.sh', '.hidden', 'nested/.git/config', 'nested/c.sh', '.git/config'):
        (tmp_path / 'x' / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / 'x' / name).write_text(name)
    monkeypatch.chdir(tmp_path)
    if not with_git:
        monkeypatch.setenv('PATH', '')

    tree = inputs.open(['x'])

    assert tree.root == str(tmp_path / 'x')
    assert tree.selected == ('.hidden', 'a.sh', 'b/.github/ci.yml', 'nested/c.sh')
    assert tree.data('nested/c.sh') == b'nested/c.sh'
    assert tree.skipped == []
    assert bool(tree.notes) != with_git


def test_paths_in_several_folders_without_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ('a/1.sh', 'b/2.sh', 'c/3.sh'):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text('')
    monkeypatch.chdir(tmp_path / 'c')

    tree = inputs.open(['../a', '../b/2.sh'])

    assert tree.root == str(tmp_path)
    assert tree.selected == ('a/1.sh', 'b/2.sh')


def test_a_path_in_another_repository(tmp_path: Path, repo: Repo) -> None:
    other = init(tmp_path / 'other')
    other.commit(files={'x/a.sh': '', '.gitignore': 'b.sh'})
    other.write('x/b.sh')

    tree = inputs.open([str(other.path / 'x')])

    assert tree.root == str(other.path)
    assert tree.selected == ('x/a.sh',)


def test_names_that_are_no_utf8_or_hold_line_ends(repo: Repo) -> None:
    names = ['a\nb.sh', 'tab\there', '"quoted"', 'ä.sh', 'caf\udce9.sh', ' space ', '-dash', '*.sh']
    for name in names:
        repo.write(name, name)
    repo.git('add', '-A')
    repo.write('new\n\udcff', 'x')

    tree = inputs.open()

    assert sorted(tree.selected) == sorted([*names, 'new\n\udcff'])
    for name in names:
        assert tree.data(name) == name.encode('utf-8', 'surrogateescape')
    assert tree.document('caf\udce9.sh') is not None
    assert inputs.open([':(top)a', 'caf\udce9.sh', '*.sh']).selected == ('*.sh', 'caf\udce9.sh')


def test_what_is_not_there_or_no_file_is_said(repo: Repo) -> None:
    repo.commit(files={'a.sh': ''})
    (repo.path / 'empty').mkdir()
    os.mkfifo(repo.path / 'pipe')
    (repo.path / 'out').symlink_to('/etc/hostname')

    tree = inputs.open(['nosuch', 'empty', 'pipe', 'out', '/etc/hostname', 'a.sh'])

    assert tree.selected == ('a.sh',)
    assert {(one.path, one.reason, one.fatal) for one in tree.skipped} == {
        ('nosuch', 'no such file or folder', True),
        ('empty', 'holds no file to check', True),
        ('pipe', 'is a named pipe, which is not read', True),
        (f'{repo.path}/out', f'is a symbolic link that leads out of {repo.path}, and not followed', True),
        ('/etc/hostname', 'lies outside the repository', True),
    }


def test_nothing_at_all_is_said(repo: Repo) -> None:
    tree = inputs.open()

    assert tree.selected == ()
    assert tree.skipped == [Skipped('.', 'holds no file to check')]


def test_links_are_not_followed_but_a_named_one_within_the_repository_is_its_target(repo: Repo) -> None:
    repo.write('real/a.sh', 'echo')
    (repo.path / 'link.sh').symlink_to('real/a.sh')
    (repo.path / 'loop').symlink_to('loop')
    (repo.path / 'up').symlink_to('..')
    (repo.path / 'folder').symlink_to('real')
    repo.git('add', '-A')
    (repo.path / 'untracked').symlink_to('real/a.sh')

    assert inputs.open().selected == ('real/a.sh',)
    assert inputs.open(['link.sh']).selected == ('real/a.sh',)
    assert inputs.open(['folder/a.sh']).selected == ('real/a.sh',)
    assert reasons(inputs_listed(['loop'])) == {'loop': 'is a symbolic link, which is not read'}


def inputs_listed(paths: list[str]) -> Tree:
    tree = inputs.open(paths)
    assert tree.selected == ()
    return tree


def test_a_walk_does_not_follow_links_nor_read_pipes_and_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / 'w'
    (root / 'a').mkdir(parents=True)
    (root / 'a' / 'up').symlink_to('..')
    (root / 'a' / 'x.sh').write_text('')
    os.mkfifo(root / 'pipe')
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind('socket')
        tree = inputs.open()

        assert tree.selected == ('a/x.sh',)
        assert sorted((one.path, one.reason, one.fatal) for one in tree.skipped) == [
            ('pipe', 'is a named pipe, which is not read', False),
            ('socket', 'is a socket, which is not read', False),
        ]


def test_a_file_that_became_a_pipe_or_a_link_is_not_read(repo: Repo) -> None:
    repo.commit(files={'a.sh': '', 'b.sh': '', 'd/c.sh': ''})
    for name in ('a.sh', 'b.sh', 'd/c.sh'):
        (repo.path / name).unlink()
    os.mkfifo(repo.path / 'a.sh')
    (repo.path / 'b.sh').symlink_to('/etc/hostname')
    (repo.path / 'd').rmdir()
    (repo.path / 'd').symlink_to('/etc')

    tree = inputs.open()

    assert [tree.data(path) for path in ('a.sh', 'b.sh', 'd/c.sh')] == [None, None, None]
    assert reasons(tree) == {
        'a.sh': 'is a named pipe, which is not read',
        'b.sh': 'is a symbolic link, which is not read',
        'd/c.sh': 'lies behind a symbolic link, which is not followed',
    }


def test_a_file_that_vanishes_is_said(repo: Repo) -> None:
    repo.commit(files={'tracked.sh': 'x', 'gone.sh': 'x'})
    repo.write('new.sh', 'x')
    (repo.path / 'gone.sh').unlink()
    tree = inputs.open()
    assert tree.selected == ('gone.sh', 'new.sh', 'tracked.sh')
    (repo.path / 'new.sh').unlink()

    assert [tree.data(path) for path in tree.selected] == [None, None, b'x']
    assert tree.skipped == [
        Skipped('gone.sh', 'is in the index but not in the working tree', fatal=False),
        Skipped('new.sh', 'vanished before it was read'),
    ]


def test_a_long_file_is_read_up_to_the_limit_and_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from artifacts_guard.inputs import files
    from artifacts_guard.inputs import source

    for module in (git, files, source):
        monkeypatch.setattr(module, 'LIMIT', 1 << 20)
    repo.write('just.txt', b'x' * (1 << 20))
    repo.write('long.txt', b'x' * ((1 << 20) + 1))
    tree = inputs.open()

    assert len(tree.data('just.txt') or b'') == 1 << 20
    assert len(tree.data('long.txt') or b'') == 1 << 20
    assert tree.skipped == [Skipped('long.txt', 'only the first 1 MiB of 2 MiB were read')]


def test_a_line_of_two_hundred_megabytes(repo: Repo) -> None:
    with open(repo.path / 'line.json', 'wb') as file:
        file.truncate(200_000_000)  # a hole: NULs that take no room

    tree = inputs.open()

    assert len(tree.data('line.json') or b'') == git.LIMIT
    assert tree.document('line.json') is None
    assert tree.skipped == [Skipped('line.json', 'only the first 64 MiB of 191 MiB were read')]


def test_submodules_and_repositories_inside_are_named(repo: Repo, tmp_path: Path) -> None:
    library = init(tmp_path / 'library')
    library.commit(files={'x.sh': 'x'})
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', str(library.path), 'sub')
    init(repo.path / 'own').commit(files={'y.sh': 'y'})
    repo.write('a.sh')

    tree = inputs.open()

    assert tree.selected == ('.gitmodules', 'a.sh')
    assert sorted((one.path, one.reason, one.fatal) for one in tree.skipped) == [
        ('own', 'is a repository of its own, whose files are not looked at', False),
        ('sub', 'is a submodule, whose files are not looked at', False),
    ]
    named = inputs.open(['sub', 'own/y.sh'])
    assert named.selected == ('own/y.sh', 'sub/x.sh')
    assert named.skipped == []


def test_a_bare_repository_has_nothing_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init(tmp_path / 'a').git('init', '-q', '--bare', str(tmp_path / 'bare'))
    monkeypatch.chdir(tmp_path / 'bare')

    tree = inputs.open()
    _ = tree.selected

    assert reasons(tree) == {
        '.': 'is a bare repository: it has no working tree, and its commits were not looked at'
    }
    with pytest.raises(UsageError, match='bare repository'):
        inputs.open(staged=True)


def test_a_working_tree_that_the_configuration_puts_elsewhere_is_refused(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / 'elsewhere').mkdir()
    repo.git('config', 'core.worktree', str(tmp_path / 'elsewhere'))

    with pytest.raises(InputError, match=r'core\.worktree|must be run in a work tree'):
        inputs.open()


def test_a_repository_of_somebody_else_is_refused_with_the_cure(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1')

    with pytest.raises(InputError, match=f'--add safe.directory {repo.path}$'):
        inputs.open()


def test_a_broken_repository_is_refused_with_the_reason(repo: Repo) -> None:
    with open(repo.path / '.git' / 'config', 'a', encoding='utf-8') as file:
        file.write('[core\n')

    with pytest.raises(InputError, match='bad config line'):
        inputs.open()


def test_a_pipe_that_stops_git_does_not_stop_the_check(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from artifacts_guard.inputs import worktree

    repo.commit(files={'a.sh': ''})
    os.mkfifo(repo.path / '.gitignore')
    monkeypatch.setattr(worktree, 'PATIENCE', 0.3)

    with pytest.raises(InputError, match=r'git cannot list the files: it did nothing for 0\.3 seconds'):
        _ = inputs.open().paths()


def test_a_git_in_a_relative_folder_of_the_path_is_not_run(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write('git', '#!/bin/sh\ntouch ran\n', mode=0o755)
    monkeypatch.setenv('PATH', f'.:{os.environ["PATH"]}')

    assert inputs.open().selected == ('git',)
    assert not (repo.path / 'ran').exists()
    monkeypatch.setenv('PATH', '.')
    assert git.program() == ''


@pytest.mark.skipif(os.geteuid() != 0, reason='needs to become another user')
def test_unreadable_files_and_folders_are_said(repo: Repo) -> None:
    repo.commit(files={'open.sh': 'x', 'shut.sh': 'x', 'f/a.sh': 'x'})
    repo.write('closed/b.sh', 'x')
    (repo.path / 'shut.sh').chmod(0)
    (repo.path / 'closed').chmod(0)
    for folder in (repo.path, *repo.path.parents):
        if folder.stat().st_uid == 0 and str(folder).startswith('/tmp/'):
            folder.chmod(0o755)
    for folder, _, files in os.walk(repo.path):
        for name in ('', *files):
            os.chown(os.path.join(folder, name), 65534, 65534)
    # everything is imported first: another user may not be able to read the interpreter's own files
    script = """
import os, select
from artifacts_guard import inputs
from artifacts_guard.inputs import decode, grep, opening, prefilter
os.setgroups([]); os.setgid(65534); os.setuid(65534)
tree = inputs.open()
print(*tree.selected, *map(tree.data, tree.selected))
print(*sorted((s.path, s.reason, s.fatal) for s in tree.skipped))
prefilter._FEW = 0
tree = inputs.open()
print(*prefilter.prefilter(tree, (b'x',)))
print(*sorted((s.path, s.reason, s.fatal) for s in tree.skipped))
"""
    here = str(Path(__file__).parents[2])

    run = subprocess.run(
        [sys.executable, '-c', script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, 'PYTHONPATH': here},
    )

    said = "('closed', 'cannot be read: Permission denied', True) ('shut.sh', 'cannot be read: Permission denied', True)"
    assert run.stderr == ''
    assert run.stdout.splitlines() == ["f/a.sh open.sh shut.sh b'x' b'x' None", said, 'f/a.sh open.sh', said]
