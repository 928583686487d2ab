"""What the pages say about options, formats and settings is all there is, and their examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from artifacts_guard import config
from artifacts_guard import reports
from artifacts_guard.cli.main import COMMANDS
from artifacts_guard.config.model import Acceptance
from artifacts_guard.config.model import File
from artifacts_guard.config.model import Key
from tests.conftest import Guard
from tests.conftest import Repo
from tests.test_layers import LAYERS

ROOT = Path(__file__).parents[1]
USAGE = (ROOT / 'docs' / 'usage.md').read_text(encoding='utf-8')
CONFIGURATION = (ROOT / 'docs' / 'configuration.md').read_text(encoding='utf-8')
README = (ROOT / 'README.md').read_text(encoding='utf-8')
PAGES = [
    ROOT / 'README.md',
    ROOT / 'CONTRIBUTING.md',
    ROOT / 'SECURITY.md',
    *sorted((ROOT / 'docs').glob('*.md')),
]


def rows(text: str) -> set[str]:
    """What stands in the first column of tables, between backticks."""
    return {word for line in text.splitlines() if line.startswith('| `') for word in re.findall('`([^`]+)`', line.split('|')[1])}  # fmt: skip


def test_every_option_of_check_is_described(guard: Guard) -> None:
    options = set(
        re.findall(r'(?<![\w-])--?[a-z][a-z-]*', guard('check', '--help').stdout.split('Exit status')[0])
    )

    described = {word.split()[0] for word in rows(USAGE) if word.startswith('-')}
    assert options - {'-h', '--help'} == described


def test_every_format_is_described() -> None:
    assert set(reports.FORMATS) <= rows(USAGE)


def test_every_command_is_described() -> None:
    for name, _ in COMMANDS:
        assert f'`{name}' in USAGE


def test_every_setting_is_described() -> None:
    names = {name.replace('_', '-') for model in (File, Key) for name in model.model_fields}

    assert names - rows(CONFIGURATION) == set()
    assert all(f'`{name}`' in CONFIGURATION for name in Acceptance.model_fields)


@pytest.mark.parametrize('text', re.findall(r'```toml\n(.*?)```', CONFIGURATION + README, re.DOTALL))
def test_examples_of_configurations_are_valid(repo: Repo, text: str) -> None:
    repo.write('artifacts-guard.toml', text)

    assert config.read(str(repo.path), '').settings.path == 'artifacts-guard.toml'


@pytest.mark.parametrize('page', PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r'\]\(([^)\s]+)\)', page.read_text(encoding='utf-8')):
        if '://' in target or target.startswith('mailto:'):
            continue
        name, _, anchor = target.partition('#')
        path = (page.parent / name) if name else page
        assert path.exists(), target
        if anchor and path.suffix == '.md':
            heads = re.findall(r'^#+ (.*)$', path.read_text(encoding='utf-8'), re.MULTILINE)
            assert anchor in {re.sub(r'[^\w -]', '', head.lower()).replace(' ', '-') for head in heads}


def test_the_layers_are_those_that_hold() -> None:
    architecture = (ROOT / 'docs' / 'architecture.md').read_text(encoding='utf-8')
    table = {int(number): set(names.split(', ')) for number, names in re.findall(r'^\| (\d) \| (.*) \|$', architecture, re.MULTILINE)}  # fmt: skip

    package = ROOT / 'artifacts_guard'
    parts = {
        path.stem for path in package.iterdir() if path.suffix == '.py' or (path / '__init__.py').is_file()
    }
    expected = {
        number: parts & {*names} - {'', '__main__', '__init__'} for number, names in enumerate(LAYERS)
    }
    assert table == {number: names for number, names in expected.items() if names}
