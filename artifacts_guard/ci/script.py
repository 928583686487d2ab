"""Scripts as documents of their own: what they do when nobody is known to call them.

A script that a pipeline calls is read again there, with that caller's host, environment and flags.
"""

from __future__ import annotations

from artifacts_guard.ci import model
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'script'
# for docs/systems.md
UNDERSTANDS = (
    'scripts that a script starts or sources',
    'functions, arguments and exported variables',
    'makefiles, justfiles, Taskfiles and the other recipes below that it runs',
)
UNRESOLVED = ('scripts that are not in the tree',)
HOSTS = 'unknown, until a pipeline calls it: then that pipeline’s'
SHELLS = 'what the first line or the ending says'
MASKS = False

_SHELLS = {'bash': 'bash', 'zsh': 'bash', 'ksh': 'bash', 'sh': 'sh', 'dash': 'sh', 'ash': 'sh'}
_LETTERS = {'e': 'errexit', 'x': 'xtrace'}
_WINDOWS = {
    'ps1': Shell('pwsh', False),
    'psm1': Shell('pwsh', False),
    # cmd prints each command of a batch file until it is told `echo off`
    'cmd': Shell('cmd', False, xtrace=True),
    'bat': Shell('cmd', False, xtrace=True),
}


def claims(document: Document) -> bool:
    """By its extension, or by a first line that names a shell."""
    name = document.path.rpartition('/')[2]
    return '.' in name or bool(_interpreter(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    text = whole(document)
    place = text.whole()
    found = _WINDOWS.get(document.path.rpartition('.')[2])
    script = Script(Template(text), found or shell(document.text))
    runner = Runner(model.UNKNOWN, '', 'a script that no pipeline is known to call')
    step = Step(document.path, place, scripts=(script,))
    job = Job(document.path, place, runner, steps=(step,), automation=False)
    return Pipeline(document, NAME, kind='script', jobs=(job,), masks=False)


def shell(text: str) -> Shell:
    """The shell and flags that a script's first line asks for; bash without flags when it has none."""
    name, *flags = _interpreter(text) or ['bash']
    on = {'errexit': False, 'pipefail': False, 'xtrace': False}
    for at, flag in enumerate(flags):
        if flag.startswith('-') and not flag.startswith('--'):
            for letter in flag[1:]:
                option = _LETTERS.get(letter, '')
                if letter == 'o' and at + 1 < len(flags):
                    option = flags[at + 1]
                if option in on:
                    on[option] = True
    return Shell(name, on['errexit'], on['pipefail'], on['xtrace'])


def _interpreter(text: str) -> list[str]:
    """Name and arguments of the shell in `#!`, [] when it is none: `#!/usr/bin/env -S bash -eu`."""
    if not text.startswith('#!'):
        return []
    words = text[2 : text.find('\n', 2) % (len(text) + 1)][:200].split()
    while words and (words[0].rpartition('/')[2] == 'env' or words[0] == '-S' or '=' in words[0]):
        words.pop(0)
    name = words[0].rpartition('/')[2] if words else ''
    return [_SHELLS[name], *words[1:]] if name in _SHELLS else []
