"""Standard input in the place of a file."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from artifacts_guard import inputs
from artifacts_guard.errors import UsageError
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.inputs.tree import Tree
from tests.conftest import Repo


def opened(name: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.setattr(sys, 'stdin', io.TextIOWrapper(io.BytesIO(data), 'utf-8'))
    return inputs.open(stdin_name=name)


def test_it_takes_the_place_of_the_file_and_the_rest_is_context(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(files={'ci/a.yml': 'old', 'b.sh': 'b'})
    monkeypatch.chdir(repo.path / 'ci')

    tree = opened('a.yml', b'new', monkeypatch)

    assert tree.selected == ('ci/a.yml',)
    assert tree.paths() == ('b.sh', 'ci/a.yml')
    assert [tree.data(path) for path in tree.paths()] == [b'b', b'new']


def test_the_file_need_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    tree = opened('x/new.sh', 'ä'.encode('utf-16'), monkeypatch)

    document = tree.document('x/new.sh')
    assert tree.paths() == ('x/new.sh',)
    assert document is not None
    assert document.text == 'ä'


def test_a_name_above_the_root_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'x').mkdir()
    monkeypatch.chdir(tmp_path / 'x')

    with pytest.raises(UsageError, match='not below'):
        opened('../a.sh', b'', monkeypatch)


def test_a_long_input_is_read_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from artifacts_guard.inputs import source
    from artifacts_guard.inputs import stdin

    monkeypatch.setattr(stdin, 'LIMIT', 1 << 20)
    monkeypatch.setattr(source, 'LIMIT', 1 << 20)
    monkeypatch.chdir(tmp_path)

    tree = opened('a', b'x' * 3_000_000, monkeypatch)

    assert len(tree.data('a') or b'') == 1 << 20
    assert tree.skipped == [Skipped('a', 'only the first 1 MiB of 3 MiB were read')]
