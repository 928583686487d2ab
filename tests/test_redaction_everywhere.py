"""Redaction as a property: whatever the token, its encoding and what stands around it, no output tells a part of it.

A surface is a place that documents come from and a format of the report; each is tried with every encoding at once.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies

from artifacts_guard import reports
from tests.conftest import Guard
from tests.conftest import Outcome
from tests.conftest import Repo
from tests.conftest import init
from tests.credentials.written import AS_A_WHOLE
from tests.credentials.written import BY_CHARACTER
from tests.credentials.written import JOINS
from tests.test_no_leaks import Planted
from tests.test_no_leaks import assert_clean

SOURCES = ('tree', 'index', 'history', 'log', 'standard input', 'archive', 'baseline')
SURFACES = [(source, form) for source in SOURCES for form in reports.FORMATS]
WORDS = ('--reason', 'x', '--owner', 'x', '--until', '2099-01-01')
# what may stand beside a token: nothing that makes it another text
BESIDE = strategies.text(' \t"\'=:,;(){}[]<>|äß€\u3042', max_size=12)


class Secrets(Planted):
    """Tokens that differ by what hypothesis has drawn."""

    def __init__(self, drawn: int) -> None:
        super().__init__()
        self.drawn = drawn

    def token(self, seed: str, family: str = 'issued key') -> str:
        return super().token(f'{seed} {self.drawn}', family)


def texts(secrets: Secrets, before: str, after: str) -> list[str]:
    """A text for each way to write a token."""
    written = [
        secrets.token(family, family)
        for family in ('issued key', 'agent token', 'claim token', 'documented key')
    ]
    written += map(secrets.by_character, BY_CHARACTER)
    written += map(secrets.as_a_whole, AS_A_WHOLE)
    written += map(secrets.joined, JOINS)
    return [f'{before}{one}{after}\n' for one in written]


def looked_at(guard: Guard, repo: Repo, source: str, lines: list[str], name: str, folder: Path) -> Outcome:
    """Check lines in a source, and write a report in each format into a folder."""
    for number, line in enumerate(lines):
        repo.write(f'{number}/{name}.txt', line)
    argv = ['check', '--show-files', '--verbose', '--statistics']
    argv += [f'--output={form}={folder / form}' for form in reports.FORMATS]
    if source == 'index':
        repo.git('add', '-A')
        return guard(*argv, '--staged')
    if source == 'history':
        repo.git('add', '-A')
        repo.commit(f'message {lines[0]}')
        repo.git('tag', '-a', name, '-m', lines[1])
        return guard(*argv, '--history')
    if source == 'log':
        return guard(*argv, '--log', '.')
    if source == 'standard input':
        return guard(*argv, '--stdin-filename', f'{name}.txt', stdin=''.join(lines))
    if source == 'archive':
        made = io.BytesIO()
        with zipfile.ZipFile(made, 'w') as archive:
            for number, line in enumerate(lines):
                archive.writestr(f'{number}-{name}.txt', line)
        repo.write('all.zip', made.getvalue())
        return guard(*argv, 'all.zip')
    if source == 'baseline':
        guard('baseline', 'create', *WORDS)
        shown = (repo.path / 'artifacts-guard-baseline.jsonl').read_text()
        outcome = guard(*argv, '--baseline', 'artifacts-guard-baseline.jsonl')
        return outcome._replace(status=1, stdout=outcome.stdout + shown)
    return guard(*argv)


def test_there_are_surfaces_and_encodings_enough() -> None:
    assert len(SURFACES) >= 40
    assert len({name for name, _ in {**BY_CHARACTER, **AS_A_WHOLE}.values()}) + len(JOINS) >= 12


@pytest.mark.parametrize('source', SOURCES)
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # what fails is told apart by eye, and each run takes a while
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=strategies.integers(0, 1 << 32), before=BESIDE, after=BESIDE)
def test_no_part_of_a_token_comes_out(
    tmp_path_factory: pytest.TempPathFactory,
    guard: Guard,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    drawn: int,
    before: str,
    after: str,
) -> None:
    folder = tmp_path_factory.mktemp('reports')
    repo = init(tmp_path_factory.mktemp('repo'))
    monkeypatch.chdir(repo.path)
    secrets = Secrets(drawn)

    outcome = looked_at(guard, repo, source, texts(secrets, before, after), secrets.token('name'), folder)

    assert outcome.status == 1
    assert {path.name for path in folder.iterdir()} == set(reports.FORMATS)
    assert_clean(secrets, outcome, folder)
