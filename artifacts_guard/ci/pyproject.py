"""Scripts of `pyproject.toml`: those of PDM, Poe the Poet and Hatch.

https://pdm-project.org/en/latest/usage/scripts/, https://poethepoet.natn.io/tasks/index.html,
https://hatch.pypa.io/latest/config/environment/overview/#scripts
"""

from __future__ import annotations

import re

from artifacts_guard.ci import tomlstrings
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree

NAME = 'pyproject'
FILES = ('pyproject.toml',)

_SHELL = Shell('sh', False, False)
# where the names of scripts follow; `*` is the name of an environment
_TABLES = (
    ('tool', 'pdm', 'scripts'),
    ('tool', 'poe', 'tasks'),
    ('tool', 'hatch', 'envs', '*', 'scripts'),
)
_COMMANDS = frozenset(('', 'cmd', 'shell'))
_OTHERS = frozenset(('composite', 'sequence', 'deps'))  # names of other scripts
_NAME = re.compile(r'[A-Za-z_][\w.:-]*')
_FOLDERS = frozenset(('-C', '--directory', '-p', '--project'))


def wanted(words: list[str]) -> Wanted | None:
    """`pdm run NAME`, `poe NAME`, `hatch run [ENV:]NAME`."""
    program = words[0].rpartition('/')[2]
    at, folder = 1, ''
    while at < len(words) and (words[at].startswith('-') or (words[at] == 'run' and program != 'poe')):
        name, mark, value = words[at].partition('=')
        if name in _FOLDERS:
            if not mark:
                at += 1
                value = words[at] if at < len(words) else ''
            folder = value
        at += 1
    if at >= len(words) or not _NAME.fullmatch(words[at]) or (program != 'poe' and 'run' not in words[:at]):
        return None
    name = words[at].rpartition(':')[2] if program == 'hatch' else words[at]
    return Wanted((name,), tuple(range(at + 1, len(words))), directory=folder)


def read(document: Document, tree: Tree) -> RecipeBook:
    """All scripts of the file, whichever program runs them."""
    commands: dict[str, list[Fragment]] = {}
    needs: dict[str, list[str]] = {}
    for one in tomlstrings.strings(document):
        path = _below(one.path)
        if not path:
            continue
        name, kind = path[0], next((p for p in path[1:] if not p.isdigit()), '')
        first = one.fragment.text.split(None, 1)[:1]
        if kind in _COMMANDS:
            commands.setdefault(name, []).append(one.fragment)
        elif kind in _OTHERS and first:
            needs.setdefault(name, []).append(first[0])
            commands.setdefault(name, [])
    recipes = []
    for name, fragments in commands.items():
        scripts = tuple(Script(Template(fragment), _SHELL) for fragment in fragments)
        place = fragments[0].whole() if fragments else tomlstrings.start(document)
        recipes.append(Recipe(name, place, scripts, tuple(needs.get(name, ())), extendable=len(scripts) == 1))
    return RecipeBook(document, NAME, tuple(recipes))


def _below(path: tuple[str, ...]) -> tuple[str, ...]:
    """What follows one of the tables in a path; () when it is in none."""
    for table in _TABLES:
        size = len(table)
        if len(path) > size and all(want in ('*', part) for want, part in zip(table, path)):
            return path[size:]
    return ()
