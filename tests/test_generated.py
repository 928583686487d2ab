"""What is generated is up to date with its source."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / 'scripts' / 'generate'

pytestmark = pytest.mark.skipif(not SCRIPT.is_file(), reason='an installed package has no scripts/generate')


def generate(*args: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(cwd / 'scripts' / 'generate'), *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def test_all_that_is_generated_is_up_to_date() -> None:
    run = generate('--check')

    assert (run.returncode, run.stdout, run.stderr) == (0, '', '')


def test_a_wrong_call_is_refused() -> None:
    run = generate('--chek')

    assert run.returncode == 2
    assert 'usage: scripts/generate [--check]' in run.stderr


def copied(tmp_path: Path) -> Path:
    """A copy of what the script needs, in which things can be broken."""
    import shutil

    for name in ('artifacts_guard', 'rules', 'scripts', 'docs'):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns('__pycache__'))
    shutil.copytree(ROOT / 'tests/systems', tmp_path / 'tests/systems')
    for table in ('tests/__init__.py', 'tests/flow/__init__.py', 'tests/flow/forms.py'):
        (tmp_path / table).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / table, tmp_path / table)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def test_what_is_not_up_to_date_is_named_and_then_written(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / 'docs/rules/token-flag.md').write_text('edited by hand\n', encoding='utf-8')
    (root / 'docs/rules/no-such-rule.md').write_text('left over\n', encoding='utf-8')
    (root / 'artifacts_guard/data/rules.json').unlink()

    before = generate('--check', cwd=root)
    written = generate(cwd=root)
    after = generate('--check', cwd=root)

    assert before.returncode == 1
    assert [line.split(':')[0] for line in before.stdout.splitlines()] == [
        'artifacts_guard/data/rules.json',
        'docs/rules/no-such-rule.md',
        'docs/rules/token-flag.md',
    ]
    assert (written.returncode, written.stderr) == (0, '')
    assert not (root / 'docs/rules/no-such-rule.md').exists()
    assert (after.returncode, after.stdout) == (0, '')


def test_a_wrong_rule_is_not_compiled(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / 'rules/exposure/token-flag.yaml'
    path.write_text(path.read_text(encoding='utf-8').replace('sink: flag', 'sink: flg'), encoding='utf-8')

    run = generate(cwd=root)

    assert run.returncode == 1
    assert "rules/exposure/token-flag.yaml:1: sink is never 'flg'; did you mean 'flag'?" in run.stderr


def test_the_compiled_rules_are_json_of_one_line_per_rule() -> None:
    text = (ROOT / 'artifacts_guard' / 'data' / 'rules.json').read_text(encoding='utf-8')

    rules = json.loads(text)['rules']
    assert len(text.splitlines()) == len(rules) + 2
