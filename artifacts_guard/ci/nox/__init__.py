"""Sessions of `noxfile.py`: what `nox -s publish` runs.  The file is read, never executed.

https://nox.thea.codes/en/stable/config.html: `session.run` starts one command without a shell, in the environment
of nox.  It prints the command line before (https://github.com/wntrblm/nox/blob/main/nox/command.py, `log`).
"""

from __future__ import annotations

import re

from artifacts_guard.ci.recipes import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.recipes import RecipeBook
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'nox'
FILES = ('noxfile.py',)

_SESSIONS = frozenset(('-s', '-e', '--session', '--sessions'))
_FILE = frozenset(('-f', '--noxfile'))
_ASKING = frozenset(
    (
        *('-l', '--list', '--list-sessions', '--json', '--usage', '-h', '--help', '--version'),
        '--install-only',
    )
)
_WITH_VALUE = frozenset(
    (
        *(
            '-k',
            '--keywords',
            '--envdir',
            '--report',
            '--reuse-venv',
            '-j',
            '--parallel',
            '--download-python',
        ),
        *('-db', '--default-venv-backend', '-fb', '--force-venv-backend'),
    )
)
# what nox adds to the name of a session for each Python and each set of parameters
_VARIANT = re.compile(r'(?:-(?:python|pypy)?\d+\.\d+\w*)?(?:\(.*\))?\Z', re.DOTALL)


def wanted(words: list[str]) -> Wanted | None:
    """Sessions by name; all that run by default when they are chosen by tag or keyword.

    https://nox.thea.codes/en/stable/usage.html
    """
    targets: list[str] = []
    file, at = '', 1
    while at < len(words) and words[at] != '--':
        name, mark, value = words[at].partition('=')
        at += 1
        if name in _ASKING:
            return None
        if name in _SESSIONS:
            targets += [value] if mark else []
            while at < len(words) and not words[at].startswith('-'):
                targets.append(words[at])
                at += 1
        elif name in _FILE or name in _WITH_VALUE:
            if not mark:
                value = words[at] if at < len(words) else ''
                at += 1
            file = value if name in _FILE else file
    return Wanted(tuple(map(plain, targets)), tuple(range(at + 1, len(words))), file=file)


def plain(name: str) -> str:
    """The name of a session without its variant: `tests-3.12(db='x')` is `tests`."""
    return _VARIANT.sub('', name)


def read(document: Document, tree: Tree) -> RecipeBook:
    """Each session as a recipe; raises UnparsableError for what is no Python."""
    from artifacts_guard.ci.nox import sessions

    return sessions.book(document, NAME)
