"""Command lines that CI systems start scripts with: `/bin/bash -eo pipefail`, `powershell.exe -Command`."""

from __future__ import annotations

from artifacts_guard.ci.model import Shell

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
_FLAGGED = ('bash', 'sh')
_LETTERS = {'e': 'errexit', 'x': 'xtrace'}


def shell(command: str) -> Shell:
    """The shell and the flags of a command line; `other` when no word of it names a shell we know."""
    words = command.split()
    for at, word in enumerate(words[:10]):
        name = _NAMES.get(_base(word), '')
        if name:
            return _flagged(name, words[at + 1 :]) if name in _FLAGGED else Shell(name, False, False)
    return Shell('other', False, False)


def _base(word: str) -> str:
    name = word.strip('"\'').replace('\\', '/').rpartition('/')[2].lower()
    return name.removesuffix('.exe')


def _flagged(name: str, words: list[str]) -> Shell:
    on = {'errexit': False, 'pipefail': False, 'xtrace': False}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if len(word) < 2 or word[0] not in '-+':
            break
        if word.startswith('--'):
            continue
        for letter in word[1:]:
            option = _LETTERS.get(letter, '')
            if letter == 'o' and at < len(words):
                option = words[at]
                at += 1
            if option in on:
                on[option] = word[0] == '-'
    return Shell(name, on['errexit'], on['pipefail'], on['xtrace'])
