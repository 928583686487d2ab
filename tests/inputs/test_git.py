"""Git is run without any of the programs that a repository's configuration can name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from artifacts_guard import inputs
from artifacts_guard.inputs import prefilter as module
from artifacts_guard.inputs.prefilter import prefilter
from tests.conftest import Repo

HOSTILE = (
    ('diff.external', 'touch {ran}'),
    ('diff.evil.command', 'touch {ran}'),
    ('diff.evil.textconv', 'touch {ran}; cat'),
    ('diff.evil.binary', 'true'),
    ('filter.evil.clean', 'touch {ran}; cat'),
    ('filter.evil.smudge', 'touch {ran}; cat'),
    ('filter.evil.process', 'touch {ran}'),
    ('filter.evil.required', 'true'),
    ('core.fsmonitor', 'touch {ran}; false'),
    ('core.hooksPath', '{hooks}'),
    ('core.pager', 'touch {ran}; cat'),
    ('core.sshCommand', 'touch {ran}'),
    ('core.gitProxy', 'touch {ran}'),
    ('core.quotepath', 'true'),
    ('core.untrackedCache', 'true'),
    ('core.preloadIndex', 'false'),
    ('pager.grep', 'touch {ran}; cat'),
    ('pager.ls-files', 'touch {ran}; cat'),
    ('color.ui', 'always'),
    ('color.grep', 'always'),
    ('color.diff', 'always'),
    ('diff.noprefix', 'true'),
    ('diff.relative', 'true'),
    ('diff.renames', 'copies'),
    ('diff.ignoreSubmodules', 'all'),
    ('grep.lineNumber', 'true'),
    ('grep.column', 'true'),
    ('grep.fullName', 'true'),
    ('grep.patternType', 'extended'),
    ('grep.threads', '1'),
    ('submodule.recurse', 'true'),
    ('alias.ls-files', '!touch {ran}'),
    ('gc.auto', '1'),
    ('remote.origin.url', 'ext::touch% {ran}'),
    ('remote.origin.promisor', 'true'),
    ('remote.origin.partialclonefilter', 'blob:none'),
    ('extensions.partialClone', 'origin'),
    ('core.repositoryformatversion', '1'),
    ('protocol.ext.allow', 'always'),
)


@pytest.fixture
def hostile(repo: Repo, tmp_path: Path) -> Repo:
    """A repository in which everything that can name a program does, and a file is staged and one is changed."""
    repo.commit(files={'ä.sh': 'aa_1\n', 'b.sh': 'x\n', '.gitattributes': '* diff=evil filter=evil text\n'})
    repo.stage('ä.sh', 'aa_2\n')
    repo.write('b.sh', 'y\n')
    repo.write('sub/new.sh', 'aa_3\n')
    name = repo.git('hash-object', '-w', 'b.sh').strip()
    repo.git('update-index', '--add', '--cacheinfo', f'100644,{name},lacking.sh')
    (repo.path / '.git' / 'objects' / name[:2] / name[2:]).unlink()
    hooks = tmp_path / 'hooks'
    hooks.mkdir()
    for hook in (
        'post-index-change',
        'fsmonitor-watchman',
        'pre-commit',
        'reference-transaction',
        'query-watchman',
    ):
        (hooks / hook).write_text(f'#!/bin/sh\ntouch {tmp_path}/ran\n')
        (hooks / hook).chmod(0o755)
    for key, value in HOSTILE:
        repo.git('config', key, value.format(ran=tmp_path / 'ran', hooks=hooks))
    return repo


@pytest.mark.parametrize('few', [pytest.param(0, id='git searches'), pytest.param(1000, id='files are read')])
def test_a_hostile_configuration_runs_nothing_and_changes_nothing(
    hostile: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    (tmp_path / 'ran').unlink(missing_ok=True)
    monkeypatch.setattr(module, '_FEW', few)
    index = (hostile.path / '.git' / 'index').read_bytes()

    staged = inputs.open(staged=True)
    assert staged.selected == ('lacking.sh', 'ä.sh')
    assert [staged.data(path) for path in staged.selected] == [None, b'aa_2\n']
    assert prefilter(staged, (b'aa_',)) == ('ä.sh',)
    assert [one.path for one in staged.skipped if one.fatal] == ['lacking.sh'] * len(staged.skipped)
    staged.close()
    tree = inputs.open()
    assert tree.selected == ('.gitattributes', 'b.sh', 'lacking.sh', 'sub/new.sh', 'ä.sh')
    assert tree.data('b.sh') == b'y\n'
    assert prefilter(tree, (b'aa_',)) == ('sub/new.sh', 'ä.sh')
    monkeypatch.chdir(hostile.path / 'sub')
    assert inputs.open(['new.sh']).selected == ('sub/new.sh',)

    assert not (tmp_path / 'ran').exists()
    assert (hostile.path / '.git' / 'index').read_bytes() == index


def test_what_git_says_of_this_process_does_not_count(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(files={'a.sh': 'a'})
    for name, value in {
        'GIT_DIR': str(tmp_path),
        'GIT_WORK_TREE': '/',
        'GIT_INDEX_FILE': '/dev/null',
        'GIT_EXTERNAL_DIFF': f'touch {tmp_path}/ran',
        'GIT_TRACE': f'{tmp_path}/trace',
        'GIT_LITERAL_PATHSPECS': '0',
        'GIT_OBJECT_DIRECTORY': str(tmp_path),
        'LC_ALL': 'de_DE.UTF-8',
    }.items():
        monkeypatch.setenv(name, value)

    assert inputs.open().selected == ('a.sh',)
    assert sorted(os.listdir(tmp_path)) == ['repo']
