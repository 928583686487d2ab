"""Which interpreter a `run` step is given to, and with which flags.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell;
the exact command lines are in actions/runner, ScriptHandlerHelpers.cs.
"""

from __future__ import annotations

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
_NAMES = {
    'bash': 'bash',
    'zsh': 'bash',
    'ksh': 'bash',
    'sh': 'sh',
    'dash': 'sh',
    'ash': 'sh',
    'pwsh': 'pwsh',
    'powershell': 'powershell',
    'cmd': 'cmd',
    'python': 'python',
    'python3': 'python',
    'node': 'node',
}
_OPTIONS = {'e': 'errexit', 'x': 'xtrace'}


def shell(text: str) -> Shell:
    """The shell that a `shell:` value means: a name, or a command with `{0}` for the script.

    A command that names no shell we know (`nix develop -c bash -e {0}` does) gives `other`.
    """
    words = text.split()
    if len(words) <= 1:
        name = _base(text)
        return _BUILT_IN.get(name) or _INSTALLED.get(name) or Shell('other', False, False)
    for at, word in enumerate(words):
        name = _base(word)
        if name in _NAMES:
            kind = _NAMES[name]
            return _with_flags(kind, words[at + 1 :]) if kind in ('bash', 'sh') else Shell(kind, False, False)
        if name in _INSTALLED:
            return _INSTALLED[name]
    return Shell('other', False, False)


def _base(word: str) -> str:
    name = word.strip('"\'').replace('\\', '/').rpartition('/')[2].lower()
    return name[:-4] if name.endswith('.exe') else name


def _with_flags(name: str, words: list[str]) -> Shell:
    on = {'errexit': False, 'pipefail': False, 'xtrace': False}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if '{0}' in word or len(word) < 2 or word[0] not in '-+':
            break
        if word.startswith('--'):
            continue
        for letter in word[1:]:
            option = _OPTIONS.get(letter, '')
            if letter == 'o' and at < len(words):
                option = words[at]
                at += 1
            if option in on:
                on[option] = word[0] == '-'
    return Shell(name, on['errexit'], on['pipefail'], on['xtrace'])
