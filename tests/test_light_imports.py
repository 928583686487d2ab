"""Start-up weight: what each way through the command line may load, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Repo

ROOT = str(Path(__file__).parents[1])
HEAVY = frozenset((
    'asyncio', 'concurrent', 'dataclasses', 'detect_secrets', 'email', 'hashlib', 'http', 'httpx', 'importlib.metadata', 'inspect', 'jinja2', 'json',
    'logging', 'markupsafe', 'multiprocessing', 'pathlib', 'pydantic', 'requests', 'rich', 'ruamel', 'socket', 'ssl', 'subprocess', 'tempfile', 'tomllib',
    'tree_sitter', 'tree_sitter_bash', 'typing', 'typing_extensions', 'unittest', 'urllib', 'yaml',
))  # fmt: skip
START = {'__future__', 'artifacts_guard', 'artifacts_guard.cli', 'artifacts_guard.cli.main'}
HOOK = START | {
    'artifacts_guard.errors',
    'artifacts_guard.cli.hook',
    'artifacts_guard.cli.related',
    'artifacts_guard.inputs',
    'artifacts_guard.inputs.git',
    'artifacts_guard.inputs.process',
    'artifacts_guard.inputs.staged',
}
GATE = {'artifacts_guard.credentials', 'artifacts_guard.credentials.gate'}


def loaded(code: str, cwd: Path) -> set[str]:
    """The modules that some code loads, besides those that the interpreter starts with."""
    script = (
        f'import os, sys; before = set(sys.modules)\n{code}\nprint("MODULES", *(set(sys.modules) - before))'
    )
    run = subprocess.run(
        [sys.executable, '-S', '-c', script],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join([ROOT, *filter(os.path.isdir, sys.path[1:])])},
    )
    return set(run.stdout.rpartition('MODULES')[2].split())


def by_command(*argv: str, cwd: Path) -> set[str]:
    return loaded(f'from artifacts_guard.cli.main import main\nassert main({list(argv)!r}) == 0', cwd)


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name in HEAVY or name.split('.')[0] in HEAVY}


def test_importing_the_command_line(tmp_path: Path) -> None:
    assert loaded('import artifacts_guard.cli.main', tmp_path) == START


def test_version(tmp_path: Path) -> None:
    assert by_command('--version', cwd=tmp_path) == START | {'artifacts_guard.errors'}


@pytest.mark.parametrize(
    'argv',
    [
        ['--help'],
        ['check', '--help'],
        ['audit', '--help'],
        ['push', '--help'],
        ['keys', '--help'],
        ['config', '--help'],
        ['rules', '--help'],
    ],
)
def test_help(tmp_path: Path, argv: list[str]) -> None:
    modules = by_command(*argv, cwd=tmp_path)

    assert 'argparse' in modules
    assert heavy(modules) == set()
    assert not {
        name for name in modules if name.startswith(('artifacts_guard.inputs', 'artifacts_guard.config'))
    }


def test_a_hook_with_nothing_staged(repo: Repo) -> None:
    repo.commit(files={'a.sh': ''})

    assert by_command('check', '--staged', cwd=repo.path) == HOOK


def test_a_hook_with_nothing_relevant(repo: Repo) -> None:
    repo.commit(files={'a.sh': ''})
    repo.stage('.github/workflows/ci.yml', 'on: push\njobs: {a: {runs-on: x, steps: [{run: ./a.sh}]}}\n')
    repo.stage('b.py', 'print()')

    assert by_command('check', '--staged', 'b.py', '.github/workflows/ci.yml', cwd=repo.path) == HOOK | GATE


def test_checking_a_repository_with_nothing_relevant(repo: Repo) -> None:
    repo.commit(
        files={
            '.github/workflows/ci.yml': 'on: push\njobs: {a: {runs-on: x, steps: [{run: ./a.sh}]}}\n',
            'a.sh': '',
        }
    )

    modules = by_command('check', cwd=repo.path)

    assert 'artifacts_guard.check' in modules
    assert heavy(modules) == set()


def test_a_preview_of_a_push(tmp_path: Path) -> None:
    (tmp_path / 'report.md').write_text('# Report\n')

    modules = by_command('push', 'report.md', '--project-slug', 'x', '--dry-run', cwd=tmp_path)

    assert 'artifacts_guard.service.preflight' in modules
    assert not {name.split('.')[0] for name in modules} & {
        'httpx',
        'ssl',
        'asyncio',
        'pydantic',
        'rich',
        'ruamel',
        'yaml',
        'detect_secrets',
    }


def test_the_pieces_of_the_input_layer(repo: Repo) -> None:
    for number in range(100):
        repo.write(f'{number}.sh', 'x')
    repo.git('add', '-A')
    code = (
        'from artifacts_guard import inputs\n'
        'from artifacts_guard.inputs.prefilter import prefilter\n'
        'for staged in (False, True):\n'
        '    tree = inputs.open(staged=staged)\n'
        '    assert len(prefilter(tree, (b"x",))) == 100\n'
        '    tree.close()\n'
    )

    assert heavy(loaded(code, repo.path)) == set()


RELEVANT = {
    '.github/workflows/report.yml': (
        'on: push\njobs:\n  report:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./publish.sh --all\n'
    ),
    'publish.sh': '#!/bin/sh\nset -e\nargs="--token $AGENT_ARTIFACTS_TOKEN"\nartifacts push --file report.html $args\n',
}


def stage_relevant(repo: Repo) -> None:
    repo.commit(files={'a.sh': ''})
    for path, text in RELEVANT.items():
        repo.stage(path, text)


def full_check(repo: Repo, before: str = '', after: str = '') -> set[str]:
    """The modules of a hook that has findings to report."""
    stage_relevant(repo)
    code = f'from artifacts_guard.cli.main import main\n{before}\nassert main(["check", "--staged"]) == 1\n{after}'
    return loaded(code, repo.path)


def test_a_hook_with_a_full_analysis(repo: Repo) -> None:
    modules = full_check(repo)

    assert heavy(modules) <= {'json', 'json.decoder', 'json.encoder', 'json.scanner', 'yaml', 'yaml._yaml'}
    assert '_hashlib' not in modules
    assert not modules & {'argparse', 'artifacts_guard.inputs.opening', 'artifacts_guard.inputs.worktree'}


def test_what_nothing_asks_for_is_not_loaded(repo: Repo) -> None:
    modules = full_check(repo)

    assert 'artifacts_guard.facts.credentials' in modules
    assert 'artifacts_guard.credentials.find' not in modules  # no text that could be a token
    assert 'artifacts_guard.findings.suppressions' not in modules  # no ignore comment
    assert 'artifacts_guard.jsontree' not in modules


def test_few_patterns_are_compiled(repo: Repo) -> None:
    """Most of what a check of two files once took was the compilation of 200 patterns, of which it used 80."""
    before = (
        'import re._compiler as compiler\n'
        'compiled = []\n'
        'original = compiler.compile\n'
        'compiler.compile = lambda *args: compiled.append(1) or original(*args)\n'
    )
    if sys.version_info < (3, 11):
        before = before.replace('re._compiler', 'sre_compile')

    full_check(repo, before, 'assert 20 < len(compiled) < 90, len(compiled)')
