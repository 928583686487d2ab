"""Command lines that CI systems start scripts with: `/bin/bash -eo pipefail`, `powershell.exe -Command`."""

from __future__ import annotations

from artifacts_guard.ci.model import Shell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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


def shell(command: str, wrappers: Mapping[str, Shell] | None = None) -> Shell:
    """The shell and the flags of a command line; `other` when no word of it names a shell we know.

    `wrappers` are further commands that stand for a shell with flags of their own.
    """
    words = command.split()
    for at, word in enumerate(words):
        known = base(word)
        if wrappers and known in wrappers:
            return wrappers[known]
        name = _NAMES.get(known, '')
        if name:
            return _flagged(name, words[at + 1 :]) if name in _FLAGGED else Shell(name, False, False)
    return Shell('other', False, False)


def base(word: str) -> str:
    """The name of a program as it is called: without folder, quotes and `.exe`, in lower case."""
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
