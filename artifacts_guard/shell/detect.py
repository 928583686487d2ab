"""Which interpreter a script is for: its shebang, or else its file name."""

from __future__ import annotations

from artifacts_guard.record import Record

# ksh, zsh and bats scripts are read as bash: their grammar is close to it.
_PROGRAMS = {
    'ash': 'sh',
    'bash': 'bash',
    'bats': 'bash',
    'cmd': 'cmd',
    'dash': 'sh',
    'ksh': 'bash',
    'mksh': 'bash',
    'node': 'node',
    'nodejs': 'node',
    'oksh': 'bash',
    'powershell': 'pwsh',
    'pwsh': 'pwsh',
    'pypy': 'python',
    'python': 'python',
    'rbash': 'bash',
    'sh': 'sh',
    'uv': 'python',
    'zsh': 'bash',
}
_ENDINGS = {
    'ash': 'sh',
    'awk': 'other',
    'bash': 'bash',
    'bat': 'cmd',
    'bats': 'bash',
    'cjs': 'node',
    'cmd': 'cmd',
    'command': 'sh',
    'dash': 'sh',
    'fish': 'other',
    'js': 'node',
    'ksh': 'bash',
    'lua': 'other',
    'mjs': 'node',
    'mts': 'node',
    'php': 'other',
    'pl': 'other',
    'ps1': 'pwsh',
    'psm1': 'pwsh',
    'py': 'python',
    'rb': 'other',
    'sh': 'sh',
    'tcl': 'other',
    'ts': 'node',
    'zsh': 'bash',
}
_NAMES = {
    '.bash_login': 'bash',
    '.bash_logout': 'bash',
    '.bash_profile': 'bash',
    '.bashrc': 'bash',
    '.envrc': 'bash',
    '.profile': 'sh',
    '.zprofile': 'bash',
    '.zshenv': 'bash',
    '.zshrc': 'bash',
}
_SHELLS = ('bash', 'sh')
# Programs that run the shell named by a later word.
_FRONTS = ('busybox', 'env', 'nix-shell', 'toybox')
_FLAGS = {'e': 'errexit', 'x': 'xtrace'}
_OPTIONS = ('errexit', 'pipefail', 'xtrace')
_SHEBANG_LIMIT = 500


class Interpreter(Record):
    """What runs a script (`name` as in the pipeline model's Shell, '' when unknown), and flags of its shebang."""

    name: str
    errexit: bool = False
    pipefail: bool = False
    xtrace: bool = False


def interpreter(text: str, path: str = '') -> Interpreter:
    """The interpreter of a script.  A shebang counts more than the file's name."""
    words = _shebang(text)
    if words:
        program, *arguments = words
        name = _PROGRAMS.get(_program(program), 'other')
        return Interpreter(name, **_flags(arguments)) if name in _SHELLS else Interpreter(name)
    base = path.replace('\\', '/').rpartition('/')[2].lower()
    ending = base.rpartition('.')[2] if '.' in base else ''
    return Interpreter(_NAMES.get(base) or _ENDINGS.get(ending, ''))


def _program(word: str) -> str:
    """A program's name without its folder, version and `.exe`: `/usr/bin/python3.12` is `python`."""
    name = word.replace('\\', '/').rpartition('/')[2].lower().removesuffix('.exe')
    return name.rstrip('0123456789.-') or name


def _shebang(text: str) -> list[str]:
    """The interpreter and its arguments by the first line, past `env` and its like."""
    text = text.removeprefix('\ufeff')
    if not text.startswith('#!'):
        return []
    lines = text[2:_SHEBANG_LIMIT].splitlines()
    words = lines[0].split() if lines else []
    if words and _program(words[0]) not in _FRONTS:
        return words
    front = words.pop(0) if words else ''
    if _program(front) == 'env' and words[:1] == ['-S']:
        del words[0]
    elif words and words[0].startswith('-S'):
        words[0] = words[0][2:]
    while words and (words[0].startswith('-') or '=' in words[0]):
        del words[0]
    if words and _program(words[0]) == 'nix-shell':
        words = _nix_shell(lines[1:]) or words
    return words or [front] * bool(front)


def _nix_shell(lines: list[str]) -> list[str]:
    """The interpreter in `#!nix-shell -i bash -p …`, which follows the first line."""
    for line in lines:
        words = line.split()
        if words[:1] == ['#!nix-shell'] and '-i' in words[:-1]:
            return words[words.index('-i') + 1 :][:1]
    return []


def _flags(arguments: list[str]) -> dict[str, bool]:
    """The settings that a shell's options switch on: `-e`, `-ex`, `-o pipefail`, `-eo pipefail`."""
    flags: dict[str, bool] = {}
    expects_name = False
    for word in arguments:
        if expects_name:
            if word in _OPTIONS:
                flags[word] = True
            expects_name = False
        elif word.startswith('--') and len(word) > 2:
            continue
        elif word.startswith('-'):
            for letter in word[1:]:
                if letter in _FLAGS:
                    flags[_FLAGS[letter]] = True
            expects_name = 'o' in word
        else:
            break
    return flags
