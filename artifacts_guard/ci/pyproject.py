"""Scripts of `pyproject.toml`: those of PDM, Poe the Poet, Hatch and Rye.

https://pdm-project.org/en/latest/usage/scripts/, https://poethepoet.natn.io/tasks/index.html,
https://hatch.pypa.io/latest/config/environment/overview/#scripts, https://rye.astral.sh/guide/pyproject/#toolryescripts
Poetry runs tasks of Poe; its own scripts are functions of Python (https://python-poetry.org/docs/pyproject/#scripts).
"""

from __future__ import annotations

import re

from artifacts_guard.ci import tomlscripts
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.ci.tomlscripts import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'pyproject'
FILES = ('pyproject.toml',)

_TABLES = (
    Table(('tool', 'pdm', 'scripts'), hooks=True),
    Table(('tool', 'poe', 'tasks'), tomlscripts.NAMES),
    Table(('tool', 'hatch', 'envs', '*', 'scripts'), tomlscripts.COMMANDS),
    Table(('tool', 'rye', 'scripts')),
)
# the word behind which the name of a script stands; Poetry has Poe as a plugin
_VERBS = {'poe': '', 'poethepoet': '', 'poetry': 'poe'}
_NAME = re.compile(r'[A-Za-z_][\w.:-]*')
_FOLDERS = frozenset(('-C', '--directory', '-p', '--project'))


def wanted(words: list[str]) -> Wanted | None:
    """`pdm run NAME`, `rye run NAME`, `poe NAME`, `poetry poe NAME`, `hatch run [ENV:]NAME`."""
    program = words[0].rpartition('/')[2]
    verb = _VERBS.get(program, 'run')
    at, folder = 1, ''
    while at < len(words) and (words[at].startswith('-') or words[at] == verb):
        name, mark, value = words[at].partition('=')
        if name in _FOLDERS:
            if not mark:
                at += 1
                value = words[at] if at < len(words) else ''
            folder = value
        at += 1
    if at >= len(words) or not _NAME.fullmatch(words[at]) or (verb and verb not in words[:at]):
        return None
    name = words[at].rpartition(':')[2] if program == 'hatch' else words[at]
    return Wanted((name,), tuple(range(at + 1, len(words))), directory=folder)


def read(document: Document, tree: Tree) -> RecipeBook:
    """All scripts of the file, whichever program runs them."""
    return RecipeBook(document, NAME, tomlscripts.recipes(document, _TABLES))
