"""`completion`: scripts that real shells accept, and what bash completes with one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from artifacts_guard import reports
from artifacts_guard.cli import completion
from artifacts_guard.cli.main import COMMANDS
from tests.conftest import Guard

SHELLS = ('bash', 'zsh', 'fish')
CHOSEN = ('FORMAT', 'LEVEL', 'RULES', 'SCANNER', 'KIND')


@pytest.mark.parametrize('shell', SHELLS)
def test_a_shell_takes_its_script(guard: Guard, tmp_path: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f'{shell} is not installed')
    script = tmp_path / 'script'
    script.write_text(guard('completion', shell).stdout, encoding='utf-8')

    checked = subprocess.run([shell, '-n', script], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, '')


@pytest.mark.parametrize('shell', SHELLS)
def test_a_script_names_all_commands_and_options(guard: Guard, shell: str) -> None:
    script = guard('completion', shell).stdout

    for place in completion.places():
        for name in (name for option in place.options for name in option.names if name.startswith('--')):
            assert (f'-l {name[2:]} ' if shell == 'fish' else name) in script
        for word, _ in place.next:
            assert word in script


def completed(guard: Guard, tmp_path: Path, *words: str) -> set[str]:
    """What bash offers for the last of the words, as its line editor would ask for it."""
    script = tmp_path / 'script'
    script.write_text(guard('completion', 'bash').stdout, encoding='utf-8')
    code = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _artifacts_guard; echo "${COMPREPLY[@]}"'
    argv = ['bash', '-uc', code, 'bash', str(script), 'artifacts-guard', *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, '')
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ('words', 'expected'),
    [
        pytest.param([''], {name for name, _ in COMMANDS}, id='commands'),
        pytest.param(['ba'], {'baseline'}, id='a command that is begun'),
        pytest.param(['--v'], {'--version'}, id='an option without a command'),
        pytest.param(['completion', ''], set(SHELLS), id='the shells'),
        pytest.param(['keys', 'r'], {'revoke', 'rotate'}, id='actions of a command'),
        pytest.param(['check', '--st'], {'--staged', '--statistics', '--stdin-filename'}, id='options'),
        pytest.param(['check', '-o', 'a', 'b', '--stag'], {'--staged'}, id='options after others and paths'),
        pytest.param(['keys', 'rotate', '--lea'], {'--leaked'}, id='options of an action'),
        pytest.param(['check', '--format', ''], set(reports.FORMATS), id='formats'),
        pytest.param(['check', '--format', '=', 's'], {'sarif'}, id='formats after a sign, as bash cuts it'),
        pytest.param(['check', '--format', '='], set(reports.FORMATS), id='all formats after a sign'),
        pytest.param(['hosts', 'list', '--format', ''], {'text', 'json'}, id='formats of another command'),
        pytest.param(['audit', '--fail-on', 'n'], {'note', 'never'}, id='levels'),
        pytest.param(['check', '--ignore', 'token-f'], {'token-flag'}, id='rules'),
        pytest.param(['rules', 'explain', 'token-f'], {'token-flag'}, id='rules as arguments'),
        pytest.param(['rules', 'export', 'git'], {'gitleaks', 'github', 'gitlab'}, id='scanners'),
        pytest.param(['config', 'schema', 'r'], {'rule'}, id='kinds of files'),
    ],
)
def test_what_bash_completes(guard: Guard, tmp_path: Path, words: list[str], expected: set[str]) -> None:
    assert completed(guard, tmp_path, *words) == expected


@pytest.mark.parametrize(
    'words',
    [
        pytest.param(['check', ''], id='paths of check'),
        pytest.param(['check', '--config', ''], id='the file of an option'),
        pytest.param(['check', '-o', 'sarif', '=', ''], id='the file behind a format'),
        pytest.param(['keys', 'list', ''], id='an action that takes nothing does not offer actions again'),
        pytest.param(['check', 'keys', ''], id='a path that is called like a command'),
        pytest.param(['record', '--', 'make', '-'], id='options of a command that is run'),
    ],
)
def test_what_is_left_to_the_names_of_files(guard: Guard, tmp_path: Path, words: list[str]) -> None:
    assert completed(guard, tmp_path, *words) == set()


def test_an_option_that_is_there_to_be_refused_is_not_offered(guard: Guard, tmp_path: Path) -> None:
    assert completed(guard, tmp_path, 'push', '--token') == {
        '--token-stdin', '--token-file', '--token-command',
    }  # fmt: skip


def test_whatever_has_fixed_words_gets_them() -> None:
    for place in completion.places():
        for option in place.options:
            if option.value in CHOSEN:
                assert option.words, (place.words, option.names)


def test_an_unknown_shell_is_refused(guard: Guard) -> None:
    answer = guard('completion', 'tcsh')

    assert answer.status == 2
    assert 'bash' in answer.stderr
