"""Whole small repositories, one per system and shape: what must be found in them, and nothing else.

A folder of `projects/` is a repository, with placeholders for tokens as rule examples have them, and
`expected.txt`: one finding per line as `path:line rule level`, `#` before a remark.  A new folder is
a new test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from artifacts_guard import check
from artifacts_guard import ci
from artifacts_guard import inputs
from artifacts_guard.check import analyse
from artifacts_guard.engine.load import builtin
from artifacts_guard.engine.run import findings
from artifacts_guard.engine.samples import prepared
from artifacts_guard.findings.finding import Finding
from artifacts_guard.settings import Settings
from tests.conftest import Repo

FOLDER = Path(__file__).parent / 'projects'
EXPECTED = 'expected.txt'
PROJECTS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
AS_A_REPOSITORY = (
    'github-monorepo',
    'github-programs',
    'gitlab-includes',
    'kubernetes-cronjob',
    'scripts-alone',
)


def texts(name: str) -> dict[str, str]:
    """The files of a project by path, with tokens put in."""
    root = FOLDER / name
    written = {
        path.relative_to(root).as_posix(): path.read_text(encoding='utf-8')
        for path in root.rglob('*')
        if path.is_file() and path.name != EXPECTED
    }
    return prepared(written, name).documents


def expected(name: str) -> list[str]:
    lines = (FOLDER / name / EXPECTED).read_text(encoding='utf-8').splitlines()
    return sorted(kept for line in lines if (kept := line.partition('#')[0].strip()))


def told(found: list[Finding]) -> list[str]:
    return sorted(f'{one.place.path}:{one.place.line} {one.rule} {one.level}' for one in found)


@pytest.mark.parametrize('name', PROJECTS)
def test_a_project_has_the_expected_findings_and_no_others(name: str) -> None:
    found = findings(analyse(texts(name)), builtin())

    assert told(found) == expected(name)


@pytest.mark.parametrize('name', AS_A_REPOSITORY)
def test_a_check_of_a_git_repository_finds_the_same(repo: Repo, name: str) -> None:
    repo.commit(files=dict(texts(name)))

    tree = inputs.open()
    result = check.check(tree, Settings())
    tree.close()

    assert told(list(result.findings)) == expected(name)


def test_every_system_has_a_project() -> None:
    seen = set()
    for name in PROJECTS:
        documents = check.Memory(texts(name))
        for path in documents.paths():
            seen.add(ci.recognise(path, documents.document(path)))

    assert {system.name for system in ci.ADAPTERS} - seen == set()
