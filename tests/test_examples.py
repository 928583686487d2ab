"""The example repository has exactly the problems it is there for, and the README shows what is printed about one."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifacts_guard import check
from artifacts_guard import inputs
from artifacts_guard.settings import Settings
from tests.conftest import Guard

ROOT = Path(__file__).parents[1]
STOREFRONT = 'examples/storefront'
EXPECTED = (
    ('.github/workflows/report.yml', 15, 'overexposed-token', 'warning'),
    ('.github/workflows/report.yml', 18, 'token-beside-unpinned-code', 'warning'),
    ('.github/workflows/report.yml', 21, 'token-beside-unpinned-code', 'warning'),
    ('.github/workflows/weekly.yml', 26, 'version-flag-swallowed', 'error'),
    ('ops/create-key.sh', 5, 'over-broad-scope', 'error'),
    ('scripts/publish-report.sh', 10, 'unpreviewed-mutation', 'note'),
    ('scripts/publish-report.sh', 11, 'token-flag', 'error'),
)


def test_the_example_has_exactly_its_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    tree = inputs.open([STOREFRONT])
    result = check.check(tree, Settings())
    tree.close()

    prefix = '' if tree.root == str(ROOT / STOREFRONT) else f'{STOREFRONT}/'
    found = [(one.place.path, one.place.line, one.rule, one.level) for one in result.findings]
    assert found == [(f'{prefix}{path}', *rest) for path, *rest in EXPECTED]
    # what is said to have been looked at is what was asked for, not the rest of the repository
    assert {one.path for one in result.taken if one.system == 'github'} == {
        f'{prefix}.github/workflows/report.yml',
        f'{prefix}.github/workflows/weekly.yml',
    }


def test_the_readme_shows_what_is_printed(guard: Guard) -> None:
    readme = (ROOT / 'README.md').read_text(encoding='utf-8')
    shown = readme.split('```text\n')[1].split('```')[0]

    printed = guard('check', '--select', 'token-flag', STOREFRONT, cwd=ROOT).stdout

    at = 0
    for part in shown.split('   …\n'):
        found = printed.find(part, at)
        assert found >= 0, f'this is not printed:\n{part}'
        at = found + len(part)
    assert shown.startswith(printed[:40])
