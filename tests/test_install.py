"""The README's first command, on a fresh machine: a clone of this repository, an empty home, nothing installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import clean_environment
from tests.conftest import init
from tests.test_examples import EXPECTED
from tests.test_examples import STOREFRONT
from tests.test_hooks import copy_of_this_repository

ROOT = Path(__file__).parents[1]


def first_command() -> str:
    """The first line of the README's first code block, without its comment."""
    readme = (ROOT / 'README.md').read_text(encoding='utf-8')
    return readme.split('```')[1].split('\n')[1].partition('#')[0].strip()


def test_the_first_command_is_the_example() -> None:
    assert first_command() == 'python3 dev.py example'


@pytest.mark.install
def test_the_first_command_works_on_a_fresh_machine(tmp_path: Path) -> None:
    home = tmp_path / 'home'
    home.mkdir()
    environment = {**clean_environment(), 'HOME': str(home), 'PYTHONPATH': ''}
    environment.pop('VIRTUAL_ENV', None)
    index = subprocess.run(
        [sys.executable, '-m', 'pip', 'download', '-q', '--no-deps', '-d', str(tmp_path), 'hatchling'],
        env=environment,
        capture_output=True,
        check=False,
    )
    if index.returncode:
        pytest.skip('there is no package index to install from')
    commit = copy_of_this_repository(tmp_path / 'origin')
    clone = init(tmp_path / 'clone')
    clone.git('pull', '-q', str(tmp_path / 'origin'), commit)

    done = subprocess.run(
        ['bash', '-c', first_command()],
        cwd=clone.path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for path, line, rule, level in EXPECTED:
        assert f'{level}[{rule}]: ' in done.stdout
        assert f'{STOREFRONT}/{path}:{line}' in done.stdout
    assert 'Found 3 errors, 3 warnings and 1 note in 4 files.' in done.stdout
    assert clone.git('status', '--porcelain') == ''  # whatever it needs is kept out of the repository
