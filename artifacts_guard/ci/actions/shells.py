"""Which interpreter a `run` step is given to, and with which flags.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell;
the exact command lines are in actions/runner, ScriptHandlerHelpers.cs.
"""

from __future__ import annotations

from artifacts_guard.ci import interpreters
from artifacts_guard.ci.model import Shell

BASH = Shell('bash', True, True)
UNSET = Shell('bash', True, False)  # `bash -e {0}`, which differs from `shell: bash`
SH = Shell('sh', True, False)
PWSH = Shell('pwsh', True, False)  # $ErrorActionPreference = 'stop' is put in front

_BUILT_IN = {
    'bash': BASH,
    'sh': SH,
    'pwsh': PWSH,
    'powershell': Shell('powershell', True, False),
    'cmd': Shell('cmd', False, False),
    'python': Shell('python', False, False),
    'node': Shell('node', False, False),
}
# commands that actions install to stand for a shell, with the flags that these give it
_INSTALLED = {
    'msys2': BASH,
    'wsl-bash': BASH,
    'micromamba-shell': BASH,
    'alpine.sh': SH,
    'cpa.sh': SH,
}


def shell(text: str) -> Shell:
    """The shell that a `shell:` value means: a name, or a command with `{0}` for the script.

    A command that names no shell we know (`nix develop -c bash -e {0}` does) gives `other`.
    """
    if len(text.split()) > 1:
        return interpreters.shell(text, _INSTALLED)
    name = interpreters.base(text)
    return _BUILT_IN.get(name) or _INSTALLED.get(name) or Shell('other', False, False)
