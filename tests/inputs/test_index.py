"""What is about to be committed, in every state that a commit can start from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from artifacts_guard import inputs
from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs import git
from tests.conftest import Repo
from tests.conftest import init


def staged(*names: str) -> dict[str, bytes | None]:
    """The selected files with their content."""
    tree = inputs.open(names, staged=True)
    found = {path: tree.data(path) for path in tree.selected}
    tree.close()
    return found


def test_the_first_commit(repo: Repo) -> None:
    repo.stage('a.sh', 'a')

    assert staged() == {'a.sh': b'a'}


def test_the_first_commit_with_long_object_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init(tmp_path / 'x').git('init', '-q', '--template=', '--object-format=sha256', str(tmp_path / 'r'))
    repo = Repo(tmp_path / 'r')
    monkeypatch.chdir(repo.path)
    repo.stage('a.sh', 'a')

    assert staged() == {'a.sh': b'a'}
    repo.commit()
    repo.stage('b.sh', 'b')
    assert staged() == {'b.sh': b'b'}


def test_nothing_staged(repo: Repo) -> None:
    assert staged() == {}
    repo.commit(files={'a.sh': 'a'})
    assert staged() == {}


def test_only_the_working_tree_is_changed(repo: Repo) -> None:
    repo.commit(files={'a.sh': 'a'})
    repo.write('a.sh', 'changed')
    repo.write('new.sh', 'new')

    assert staged() == {}


def test_a_file_is_partially_staged(repo: Repo) -> None:
    repo.commit(files={'a.sh': 'a'})
    repo.stage('a.sh', 'staged')
    repo.write('a.sh', 'newer')

    assert staged() == {'a.sh': b'staged'}
    (repo.path / 'a.sh').unlink()
    assert staged() == {'a.sh': b'staged'}


def test_changes_renames_type_changes_and_modes_count_and_deletions_do_not(repo: Repo) -> None:
    repo.commit(files={'changed': '1', 'moved': 'long enough\n' * 9, 'mode': 'm', 'gone': 'g', 'same': 's'})
    (repo.path / 'link').symlink_to('same')
    repo.git('add', 'link')
    repo.commit()
    repo.stage('changed', '2')
    repo.git('mv', 'moved', 'there')
    repo.git('update-index', '--chmod=+x', 'mode')
    repo.git('rm', '-q', 'gone')
    (repo.path / 'link').unlink()
    repo.stage('link', 'a file now')

    assert staged() == {'changed': b'2', 'link': b'a file now', 'mode': b'm', 'there': b'long enough\n' * 9}


def test_an_intended_file_is_not_staged(repo: Repo) -> None:
    repo.commit(files={'a.sh': 'a'})
    repo.write('b.sh', 'b')
    repo.git('add', '-N', 'b.sh')

    assert staged() == {}


def test_in_a_merge_everything_that_differs_from_head(repo: Repo) -> None:
    repo.commit(files={'both': '0\n', 'ours': '0', 'same': '0'})
    repo.git('checkout', '-q', '-b', 'side')
    repo.commit(files={'both': 'side\n', 'theirs': 'side'})
    repo.git('checkout', '-q', 'main')
    repo.commit(files={'both': 'main\n', 'ours': 'main'})
    repo.git('merge', '-q', 'side', check=False)

    tree = inputs.open(staged=True)
    assert tree.selected == ('theirs',)
    assert tree.skipped == [Skipped('both', 'has a merge conflict that is not resolved')]
    repo.stage('both', 'resolved\n')
    assert staged() == {'both': b'resolved\n', 'theirs': b'side'}


def test_a_linked_working_tree_has_an_index_of_its_own(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(files={'a.sh': 'a'})
    repo.stage('a.sh', 'in the main one')
    repo.git('worktree', 'add', '-q', str(tmp_path / 'linked'))
    linked = Repo(tmp_path / 'linked')
    linked.stage('b.sh', 'in the linked one')
    monkeypatch.chdir(linked.path)

    assert staged() == {'b.sh': b'in the linked one'}


def test_the_index_of_the_commit_under_way_counts(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit FILE` and `git commit -a` make a temporary index and name it to the hook."""
    repo.commit(files={'a.sh': 'a', 'b.sh': 'b'})
    repo.stage('a.sh', 'left out')
    monkeypatch.setenv('GIT_INDEX_FILE', '.git/other-index')
    repo.git('read-tree', 'HEAD')
    repo.stage('b.sh', 'committed')

    assert staged() == {'b.sh': b'committed'}
    assert inputs.open().selected == ('a.sh', 'b.sh')
    (repo.path / 'sub').mkdir()
    monkeypatch.setenv('GIT_INDEX_FILE', str(repo.path / '.git' / 'other-index'))
    monkeypatch.setenv('GIT_PREFIX', 'sub/')
    monkeypatch.chdir(repo.path / 'sub')
    assert staged() == {'b.sh': b'committed'}


def test_the_repository_of_the_commit_under_way_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a home folder is kept in a repository that stands elsewhere."""
    home = init(tmp_path / 'home')
    (home.path / '.git').rename(tmp_path / 'store')
    monkeypatch.chdir(home.path)
    monkeypatch.setenv('GIT_DIR', '../store')
    monkeypatch.setenv('GIT_WORK_TREE', '.')
    home.stage('.profile', 'x')

    assert staged() == {'.profile': b'x'}
    monkeypatch.delenv('GIT_DIR')
    with pytest.raises(UsageError, match='is not in a git repository'):
        inputs.open(staged=True)


def test_the_rest_of_the_index_is_context(repo: Repo) -> None:
    repo.commit(files={'lib.sh': 'committed', 'a.sh': 'a'})
    repo.stage('a.sh', 'staged')
    repo.write('lib.sh', 'worktree')
    repo.write('untracked.sh', 'x')

    tree = inputs.open(staged=True)

    assert tree.selected == ('a.sh',)
    assert tree.paths() == ('a.sh', 'lib.sh')
    assert tree.data('lib.sh') == b'committed'
    assert tree.data('untracked.sh') is None
    tree.close()


def test_given_files_limit_what_is_staged(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit()
    for name in ('a.sh', 'ci/b.sh', 'ci/c.sh'):
        repo.stage(name, name)

    assert staged('a.sh') == {'a.sh': b'a.sh'}
    assert set(staged('ci', 'a.sh')) == {'a.sh', 'ci/b.sh', 'ci/c.sh'}
    monkeypatch.chdir(repo.path / 'ci')
    assert set(staged('b.sh', '../a.sh')) == {'a.sh', 'ci/b.sh'}


def test_given_files_of_which_none_is_staged_come_from_the_working_tree(repo: Repo) -> None:
    repo.commit(files={'a.sh': 'a', 'b.sh': 'b'})
    repo.write('a.sh', 'worktree')

    tree = inputs.open(['a.sh', 'b.sh'], staged=True)

    assert {path: tree.data(path) for path in tree.selected} == {'a.sh': b'worktree', 'b.sh': b'b'}
    assert tree.notes == (
        'none of the given files is staged: they are checked as they are in the working tree',
    )


def test_given_files_of_which_some_are_staged(repo: Repo) -> None:
    repo.commit(files={'a.sh': 'a', 'b.sh': 'b', 'c.sh': 'c'})
    repo.stage('a.sh', 'staged')
    repo.write('a.sh', 'newer')
    repo.write('b.sh', 'worktree')

    tree = inputs.open(['a.sh', 'b.sh'], staged=True)

    assert {path: tree.data(path) for path in tree.selected} == {'a.sh': b'staged', 'b.sh': b'worktree'}
    assert tree.paths() == ('a.sh', 'b.sh', 'c.sh')
    assert tree.data('c.sh') == b'c'
    tree.close()


def test_a_given_name_that_is_nowhere_is_said(repo: Repo) -> None:
    repo.commit()
    repo.stage('a.sh')

    tree = inputs.open(['a.sh', 'nosuch'], staged=True)

    assert tree.selected == ('a.sh',)
    assert tree.skipped == [Skipped('nosuch', 'no such file or folder')]


def test_a_given_folder_with_nothing_staged_is_nothing_to_check(repo: Repo) -> None:
    repo.commit(files={'ci/a.sh': 'a'})
    repo.stage('b.sh')

    tree = inputs.open(['ci'], staged=True)

    assert tree.selected == ()
    assert tree.skipped == []


def test_names_with_line_ends_and_bytes_that_are_no_utf8(repo: Repo) -> None:
    repo.commit()
    for name in ('a\nb', 'caf\udce9', '-x'):
        repo.stage(name, name)

    assert staged() == {'a\nb': b'a\nb', 'caf\udce9': b'caf\xe9', '-x': b'-x'}
    assert staged('a\nb', 'caf\udce9') == {'a\nb': b'a\nb', 'caf\udce9': b'caf\xe9'}


def test_a_submodule_is_named(repo: Repo, tmp_path: Path) -> None:
    library = init(tmp_path / 'library')
    library.commit(files={'x.sh': 'x'})
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', str(library.path), 'sub')

    tree = inputs.open(staged=True)

    assert tree.selected == ('.gitmodules',)
    assert tree.skipped == [Skipped('sub', 'is a submodule, whose files are not looked at', fatal=False)]


@pytest.mark.parametrize('harm', ['missing', 'corrupt'])
def test_a_broken_object_is_said_and_the_rest_goes_on(repo: Repo, harm: str) -> None:
    repo.commit()
    for name in ('a.sh', 'b.sh', 'c.sh'):
        repo.stage(name, name)
    name = repo.git('rev-parse', ':b.sh').strip()
    object_file = repo.path / '.git' / 'objects' / name[:2] / name[2:]
    object_file.chmod(0o644)
    object_file.unlink() if harm == 'missing' else object_file.write_bytes(b'no object')

    tree = inputs.open(staged=True)

    assert [tree.data(path) for path in tree.selected] == [b'a.sh', None, b'c.sh']
    assert tree.skipped == [Skipped('b.sh', 'its content is missing from the git repository, or broken')]
    tree.close()


def test_a_long_file_is_read_up_to_the_limit_and_the_next_one_whole(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    from artifacts_guard.inputs import source

    monkeypatch.setattr(git, 'LIMIT', 100_000)
    monkeypatch.setattr(source, 'LIMIT', 100_000)
    repo.commit()
    repo.stage('a.txt', b'x' * 300_000)
    repo.stage('b.txt', b'y' * 100_000)

    tree = inputs.open(staged=True)

    assert tree.data('a.txt') == b'x' * 100_000
    assert tree.data('b.txt') == b'y' * 100_000
    assert [one.path for one in tree.skipped] == ['a.txt']
    tree.close()


def test_many_files_at_once(repo: Repo) -> None:
    repo.commit()
    for number in range(300):
        repo.write(f'{number}.txt', f'{number}' * number * 40)
    repo.git('add', '-A')

    found = staged()

    assert len(found) == 300
    assert all(data == f'{path[:-4]}'.encode() * int(path[:-4]) * 40 for path, data in found.items())


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match='is not in a git repository'):
        inputs.open(staged=True)
    monkeypatch.setenv('PATH', os.devnull)
    with pytest.raises(InputError, match='git was not found'):
        inputs.open(staged=True)
