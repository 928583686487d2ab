"""Which files contain a literal: the same answer from git and from reading, wherever the files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifacts_guard import inputs
from artifacts_guard.inputs import grep
from artifacts_guard.inputs import prefilter as module
from artifacts_guard.inputs.prefilter import prefilter
from artifacts_guard.inputs.process import Process
from tests.conftest import Repo

LITERALS = (b'aa_', rb'\x61[', b'%61', 'ä'.encode(), b'$(x)', b'-e')
FOUND = {
    'plain': b'xaa_k',
    'sub/regex': rb'\x61[',
    'percent': b'%61',
    'utf-16': 'x aa_'.encode('utf-16'),
    'utf-16-be': 'x aa_'.encode('utf-16-be'),
    'utf-32': 'x aa_'.encode('utf-32'),
    'wide text in binary data': b'\0\x01\xff' * 5000 + 'x aa_'.encode('utf-16-le') + b'\xff',
    'non-ascii': 'ä'.encode(),
    'shell': b'echo $(x)',
    'option': b'-e',
    'binary': b'\0\x01\xff' * 5000 + b'aa_',
    'a\nb': b'aa_',
    'caf\udce9': b'aa_',
    '*': b'aa_',
}
OTHERS = {
    'empty': b'',
    'case': b'AA_',
    'other wide text': 'abcdef'.encode('utf-16'),
    'regex': b'xx[61',
    'any': b'aab a.a',
    'dollar': b'$x',
    'line': b'aa\n_',
    'aa_name': b'the name is not the content',
}


@pytest.fixture(params=[pytest.param(0, id='git searches'), pytest.param(1000, id='files are read')])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(module, '_FEW', request.param)
    return int(request.param)


def fill(repo: Repo) -> None:
    for name, data in {**FOUND, **OTHERS}.items():
        repo.write(name, data)


@pytest.mark.parametrize('begun', [False, True])
@pytest.mark.parametrize('staged', [False, True])
def test_tracked_files(repo: Repo, few: int, staged: bool, begun: bool) -> None:
    repo.commit()
    fill(repo)
    repo.git('add', '-A')
    repo.write('plain', 'changed') if staged else None

    tree = inputs.open(staged=staged)
    if begun:
        tree.source.begin(LITERALS)

    assert prefilter(tree, LITERALS) == tuple(sorted(FOUND))
    assert tree.skipped == []
    tree.close()


@pytest.mark.parametrize('staged', [False, True])
def test_a_search_that_was_begun_for_nothing_is_ended(
    repo: Repo, staged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []
    end = Process.end
    monkeypatch.setattr(Process, 'end', lambda process: ended.append(process) or end(process))
    repo.commit()
    repo.stage('a', 'aa_')
    tree = inputs.open(staged=staged)
    ended.clear()

    tree.source.begin(LITERALS)
    assert not ended
    tree.close()

    assert len(ended) == (2 if staged else 1)  # the index is listed, too


def test_untracked_ignored_and_named_files(repo: Repo, few: int) -> None:
    repo.commit(files={'.gitignore': 'out/\n', 'tracked': 'aa_', 'deleted': 'aa_'})
    fill(repo)
    repo.write('out/named', 'aa_')
    repo.write('out/not-named', 'aa_')
    (repo.path / 'deleted').unlink()

    tree = inputs.open(['.', 'out/named'])
    assert prefilter(tree, LITERALS) == tuple(sorted([*FOUND, 'tracked']))
    tree = inputs.open(['out/named', 'plain', 'empty'])
    assert prefilter(tree, LITERALS, tree.selected) == ('out/named', 'plain')
    assert prefilter(tree, LITERALS) == tuple(sorted([*FOUND, 'out/named', 'tracked']))


def test_without_a_repository(tmp_path: Path, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Repo(tmp_path / 'x')
    fill(root)
    root.write('.hidden/.deep', 'aa_')
    root.write('nested/.git/config', 'aa_')
    root.write('nested/.gitignore', 'a')
    root.write('nested/a', 'aa_')
    monkeypatch.chdir(root.path)
    for paths, below in (([], ''), (['sub', '.hidden'], 'sub .hidden')):
        tree = inputs.open(paths)
        everything = {*FOUND, '.hidden/.deep', 'nested/a'}

        assert prefilter(tree, LITERALS) == tuple(
            sorted(path for path in everything if not below or path.split('/')[0] in below.split())
        )
        assert tree.skipped == []
    monkeypatch.setenv('PATH', '')
    assert len(prefilter(inputs.open(), LITERALS)) == len(everything)


def test_standard_input_is_read_and_its_surroundings_are_searched(
    repo: Repo, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    repo.commit(files={'a': 'aa_', 'b': 'aa_', 'c': ''})
    for data, expected in ((b'aa_', ('a', 'b')), (b'', ('b',))):
        monkeypatch.setattr(sys, 'stdin', io.TextIOWrapper(io.BytesIO(data), 'utf-8'))
        tree = inputs.open(stdin_name='a')
        tree.source.begin((b'aa_',))
        assert prefilter(tree, (b'aa_',)) == expected


def test_a_git_without_these_patterns_is_not_asked(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit()
    fill(repo)
    repo.git('add', '-A')
    monkeypatch.setattr(module, '_FEW', 0)
    monkeypatch.setattr(grep, 'finish', lambda process, early: process.output() and None)

    assert prefilter(inputs.open(), LITERALS) == tuple(sorted(FOUND))


def test_a_search_in_the_index_says_which_objects_are_broken(repo: Repo, few: int) -> None:
    repo.commit()
    for name in ('a', 'b', 'c'):
        repo.stage(name, f'aa_{name}')
    name = repo.git('rev-parse', ':b').strip()
    (repo.path / '.git' / 'objects' / name[:2] / name[2:]).unlink()

    tree = inputs.open(staged=True)

    assert prefilter(tree, LITERALS) == ('a', 'c')
    assert [(one.path, one.fatal) for one in tree.skipped] == [('b', True)]
    tree.close()
