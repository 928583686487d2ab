"""The action at the root: its steps run as a runner runs them, with a Python that installs nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import tokens
from tests.conftest import Guard
from tests.conftest import Repo

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / 'action.yml').read_text(encoding='utf-8'))
STEPS: list[dict[str, Any]] = ACTION['runs']['steps']
SCRIPTS = [step for step in STEPS if 'run' in step]
# `-m venv` makes a folder whose python notes what pip is told, and whose command is that of this tree
PYTHON = """\
#!/bin/sh
case "$*" in
  '-I -m venv '*)
    mkdir -p "$4/bin"
    cp "$0" "$4/bin/python"
    printf '#!/bin/sh\\nexec "%s" -m artifacts_guard "$@"\\n' "$REAL" > "$4/bin/artifacts-guard"
    chmod +x "$4/bin/artifacts-guard" ;;
  '-I -m pip install '*) printf '%s\\n' "$@" > "$RUNNER_TEMP/pip" ;;
  *) exec "$REAL" "$@" ;;
esac
"""


class Runner:
    """A job on a machine of its own, as far as the action can see it."""

    def __init__(self, repo: Repo, folder: Path) -> None:
        self.repo = repo
        self.temporary = folder / 'with space'
        (folder / 'bin').mkdir()
        self.temporary.mkdir()
        for name in ('python3', 'python'):
            (folder / 'bin' / name).write_text(PYTHON, encoding='utf-8')
            (folder / 'bin' / name).chmod(0o755)
        self.environment = {
            **os.environ,
            'PATH': f'{folder / "bin"}{os.pathsep}{os.environ["PATH"]}',
            'PYTHONPATH': str(ROOT),
            'REAL': sys.executable,
            'RUNNER_TEMP': str(self.temporary),
            'GITHUB_ACTION_PATH': '/the/action',
        }
        self.outputs: dict[str, str] = {}

    def __call__(self, **inputs: str) -> tuple[int, str]:
        """The exit status of the first step that fails, or of the last, and what was printed."""
        given = {
            f'inputs.{name}': inputs.get(name.replace('-', '_'), declared['default'])
            for name, declared in ACTION['inputs'].items()
        }
        printed = ''
        for step in SCRIPTS:
            values = {**given, **self.outputs}
            output = self.temporary / f'output of {step["id"]}'
            output.touch()
            done = subprocess.run(
                ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', step['run']],
                cwd=self.repo.path / filled(step.get('working-directory', '.'), values),
                env={
                    **self.environment,
                    'GITHUB_OUTPUT': str(output),
                    **{name: filled(text, values) for name, text in step['env'].items()},
                },
                capture_output=True,
                text=True,
                check=False,
            )
            printed += done.stdout + done.stderr
            for line in output.read_text(encoding='utf-8').splitlines():
                name, _, value = line.partition('=')
                self.outputs[f'steps.{step["id"]}.outputs.{name}'] = value
            if done.returncode:
                break
        return done.returncode, printed

    @property
    def installed(self) -> str:
        return (self.temporary / 'pip').read_text(encoding='utf-8').splitlines()[-1]

    @property
    def rules(self) -> set[str]:
        """The rules that the SARIF report has findings of."""
        report = json.loads(Path(self.outputs['steps.check.outputs.sarif']).read_text(encoding='utf-8'))
        return {found['ruleId'] for found in report['runs'][0]['results']}


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r'\$\{\{ ([\w.-]+) \}\}', lambda match: values[match[1]], text)


@pytest.fixture
def runner(repo: Repo, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    repo.write('clean.sh', 'echo hello\n')
    repo.write('folder/leak.sh', f'KEY={tokens.api_key("action")}\n')
    return Runner(repo, tmp_path_factory.mktemp('runner'))


def test_nothing_that_a_workflow_gives_becomes_a_part_of_a_script() -> None:
    for step in SCRIPTS:
        assert '${{' not in step['run']


def test_no_secret_is_taken() -> None:
    assert 'secrets' not in str(STEPS)
    assert 'github.token' not in str(STEPS)


def test_actions_are_pinned_to_full_commits() -> None:
    used = [step['uses'] for step in STEPS if 'uses' in step]

    assert used
    assert all(re.fullmatch(r'[\w./-]+@[0-9a-f]{40}', each) for each in used)


@pytest.mark.parametrize('step', SCRIPTS, ids=lambda step: step['id'])
def test_scripts_are_bash(step: dict[str, Any]) -> None:
    checked = subprocess.run(['bash', '-n', '-c', step['run']], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, '')


def test_our_own_rules_have_nothing_against_it(guard: Guard) -> None:
    answer = guard('check', '--pedantic', '--show-files', 'action.yml', cwd=ROOT)

    assert answer.status == 0, answer.stdout
    assert 'action.yml' in answer.stdout


def test_findings_fail_the_step_and_are_in_both_reports(runner: Runner) -> None:
    status, printed = runner()

    assert status == 1
    assert '::error file=folder/leak.sh,' in printed
    assert runner.rules == {'committed-token'}


@pytest.mark.parametrize(
    'inputs',
    [
        pytest.param({'paths': 'clean.sh\n'}, id='a path'),
        pytest.param({'paths': 'clean.sh\n\nwith space.sh\n'}, id='paths, one of them with a space'),
        pytest.param({'fail_on': 'never'}, id='a level'),
        pytest.param({'args': '--ignore\ncommitted-token\n--pedantic'}, id='arguments'),
        pytest.param({'working_directory': 'empty', 'paths': '.'}, id='a folder'),
    ],
)
def test_inputs_that_make_it_pass(runner: Runner, inputs: dict[str, str]) -> None:
    runner.repo.write('with space.sh', 'echo hello\n')
    runner.repo.write('empty/clean.sh', 'echo hello\n')

    status, printed = runner(**inputs)

    assert status == 0, printed


@pytest.mark.parametrize('name', ['version', 'paths', 'fail_on', 'args'])
@pytest.mark.parametrize(
    'text', ['$(touch ran)', '`touch ran`', '; touch ran', '"; touch ran; "', "'; touch ran '"]
)
def test_inputs_are_never_commands(runner: Runner, name: str, text: str) -> None:
    runner(**{name: text})

    assert not (runner.repo.path / 'ran').exists()


@pytest.mark.parametrize(
    'inputs',
    [
        pytest.param({'paths': '--exit-zero'}, id='an option as a path'),
        pytest.param({'paths': '*.sh'}, id='a pattern, which nothing expands'),
        pytest.param({'fail_on': '--exit-zero'}, id='an option as a level'),
        pytest.param({'fail_on': 'nevr'}, id='a level that is none'),
    ],
)
def test_wrong_inputs_fail(runner: Runner, inputs: dict[str, str]) -> None:
    assert runner(**inputs)[0] in {2, 3}


@pytest.mark.parametrize(
    ('version', 'expected'),
    [
        pytest.param('', '/the/action', id='the code of the action itself'),
        pytest.param('0.1.0', 'artifacts-guard==0.1.0', id='a version'),
        pytest.param(
            '--index-url=x', 'artifacts-guard==--index-url=x', id='an option of pip, which it is not for pip'
        ),
    ],
)
def test_what_is_installed(runner: Runner, version: str, expected: str) -> None:
    runner(version=version)

    assert runner.installed == expected


def test_no_module_of_the_repository_runs() -> None:
    """Python would look for what `-m` and `import` name in the working directory first."""
    calls = [line for step in SCRIPTS for line in step['run'].splitlines() if 'python" -' in line]

    assert calls
    assert all('python" -I ' in line for line in calls)


def test_an_old_python_is_named(runner: Runner) -> None:
    stand_in = Path(runner.environment['PATH'].split(os.pathsep)[0]) / 'python3'
    stand_in.write_text('#!/bin/sh\nexit 1\n', encoding='utf-8')

    status, printed = runner()

    assert (status, printed) == (2, '::error::artifacts-guard needs Python 3.10 or later on this runner\n')


def test_every_input_is_described() -> None:
    usage = (ROOT / 'docs' / 'usage.md').read_text(encoding='utf-8')

    assert all(f'| `{name}` |' in usage for name in ACTION['inputs'])
