from __future__ import annotations

import pytest

from artifacts_guard.ci.actions import shells
from tests.ci.support import flags
from tests.ci.support import job

SHELLS = {
    'bash': ('bash', 'bash errexit pipefail'),
    'sh': ('sh', 'sh errexit'),
    'pwsh': ('pwsh', 'pwsh errexit'),
    'powershell': ('powershell', 'powershell errexit'),
    'cmd': ('cmd', 'cmd'),
    'python': ('python', 'python'),
    'a command without flags': ('bash {0}', 'bash'),
    'tracing': ('bash -x {0}', 'bash xtrace'),
    'flags in one word': ('bash -exo pipefail {0}', 'bash errexit pipefail xtrace'),
    'flags apart': ('bash --noprofile --norc -e -o pipefail {0}', 'bash errexit pipefail'),
    'a login shell': ('bash -el {0}', 'bash errexit'),
    'an option by its long name': ('bash -o errexit -o xtrace {0}', 'bash errexit xtrace'),
    'a flag taken back': ('bash -e +e {0}', 'bash'),
    'by path': ('/usr/bin/bash -e {0}', 'bash errexit'),
    'on Windows by path': ('C:\\msys64\\usr\\bin\\bash.exe -e {0}', 'bash errexit'),
    'under another program': ('nix develop -c bash -e {0}', 'bash errexit'),
    'under sudo': ('sudo -E bash -e {0}', 'bash errexit'),
    'zsh is read as bash': ('zsh -e {0}', 'bash errexit'),
    'MSYS2': ('msys2 {0}', 'bash errexit pipefail'),
    'PowerShell by hand': ('pwsh -File {0}', 'pwsh'),
    'Perl': ('perl {0}', 'other'),
    'nothing that we know': ('docker exec box {0}', 'other'),
    'flags after the script are the script’s': ('bash {0} -x', 'bash'),
}


@pytest.mark.parametrize(('text', 'wanted'), SHELLS.values(), ids=SHELLS)
def test_shell_and_flags(text: str, wanted: str) -> None:
    assert flags(shells.shell(text)) == wanted


DEFAULTS = {
    'unset on Linux': ('runs-on: ubuntu-latest', '', '', 'bash errexit'),
    'unset on an unknown host': ('runs-on: [self-hosted, linux]', '', '', 'bash errexit'),
    'unset on Windows': ('runs-on: windows-2022', '', '', 'pwsh errexit'),
    'unset on a Windows machine of one’s own': ('runs-on: [self-hosted, Windows]', '', '', 'pwsh errexit'),
    'unset, Windows among others': (
        'runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-latest, ubuntu-latest]}}',
        '',
        '',
        'bash errexit',
    ),
    'unset in a container': ('runs-on: ubuntu-latest\n    container: debian', '', '', 'sh errexit'),
    'unset in a container with settings': ('container: {image: debian}', '', '', 'sh errexit'),
    'of the step': ('runs-on: windows-2022', '', 'bash', 'bash errexit pipefail'),
    'of the job': ('defaults: {run: {shell: sh}}', '', '', 'sh errexit'),
    'of the job, in a container': (
        'container: debian\n    defaults: {run: {shell: bash}}',
        '',
        '',
        'bash errexit pipefail',
    ),
    'of the workflow': ('runs-on: windows-2022', 'bash', '', 'bash errexit pipefail'),
    'of the workflow, in a container': ('container: debian', 'bash', '', 'bash errexit pipefail'),
    'the job before the workflow': ('defaults: {run: {shell: sh}}', 'bash', '', 'sh errexit'),
    'the step before all': ('defaults: {run: {shell: sh}}', 'bash', 'bash -x {0}', 'bash xtrace'),
    'out of the matrix': (
        'strategy: {matrix: {s: [bash, "bash -x {0}"]}}',
        '',
        '${{ matrix.s }}',
        'bash xtrace',
    ),
    'not known': ('runs-on: ubuntu-latest', '', '${{ vars.SHELL }}', 'bash errexit'),
}


@pytest.mark.parametrize(('lines', 'workflow', 'step', 'wanted'), DEFAULTS.values(), ids=DEFAULTS)
def test_the_shell_of_a_step(lines: str, workflow: str, step: str, wanted: str) -> None:
    text = 'on: push\n'
    text += f'defaults: {{run: {{shell: {workflow}}}}}\n' if workflow else ''
    text += f'jobs:\n  a:\n    {lines}\n    steps:\n    - run: make\n'
    text += f'      shell: "{step}"\n' if step else ''
    (found,) = job(text).steps
    assert flags(found.scripts[0].shell) == wanted  # type: ignore[union-attr]
