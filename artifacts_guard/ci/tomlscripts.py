"""Scripts in tables of a TOML file, as recipes: strings, lists, and tables that say more."""

from __future__ import annotations

from artifacts_guard.ci import tomlstrings
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.record import Record
from artifacts_guard.text import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.tomlstrings import String
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment

# what a list of strings is
COMMANDS = 'commands'
NAMES = 'names'
WORDS = 'words'

_SHELL = Shell('sh', False, False)
_COMMANDS = frozenset(('', 'cmd', 'shell'))
_OTHERS = frozenset(('composite', 'sequence', 'deps', 'chain'))  # names of other scripts
_ENV = 'env'
_COMMON = '_'  # its variables are those of all scripts of PDM


class Table(Record):
    """Where names of scripts follow (`*` is any key), and what a list as a script is.

    `hooks`: `pre_x` and `post_x` run before and after `x`.
    """

    path: tuple[str, ...]
    lists: str = WORDS
    hooks: bool = False


class _Task:
    """What is said of one script."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.commands: list[Fragment] = []
        self.words: list[Fragment] = []
        self.needs: list[str] = []
        self.env: list[Binding] = []

    def take(self, one: String, rest: tuple[str, ...]) -> None:
        named = [key for key in rest if not key.isdigit()]
        kind = named[-1] if named else ''
        listed = bool(rest) and rest[-1].isdigit()
        meaning = (WORDS if named else self.table.lists) if listed else COMMANDS
        if _ENV in rest[:-1]:
            self.env.append(Binding(rest[-1], Template(one.fragment), 'step', one.fragment.whole()))
        elif kind in _OTHERS or (kind in _COMMANDS and meaning == NAMES):
            self.needs += one.fragment.text.split(None, 1)[:1]
        elif kind in _COMMANDS:
            (self.words if meaning == WORDS else self.commands).append(one.fragment)

    def scripts(self) -> Iterator[Script | Argv]:
        for fragment in self.commands:
            yield Script(Template(fragment), _SHELL)
        if self.words:
            place = join(self.words, ' ', self.words[0].document).whole()
            yield Argv(tuple(map(Template, self.words)), place, extendable=True)


def recipes(document: Document, tables: tuple[Table, ...]) -> tuple[Recipe, ...]:
    """All scripts of some tables, whichever program runs them."""
    tasks: dict[str, _Task] = {}
    for one in tomlstrings.strings(document):
        for table in tables:
            path = _below(one.path, table.path)
            if path:
                tasks.setdefault(path[0], _Task(table)).take(one, path[1:])
                break
    common = tasks.pop(_COMMON).env if _COMMON in tasks else []
    return tuple(_recipe(name, task, tasks, common, document) for name, task in tasks.items())


def _recipe(
    name: str, task: _Task, tasks: dict[str, _Task], common: list[Binding], document: Document
) -> Recipe:
    scripts = tuple(task.scripts())
    before, after = (f'pre_{name}', f'post_{name}') if task.table.hooks else ('', '')
    first = [*task.commands, *task.words][:1]
    return Recipe(
        name,
        first[0].whole() if first else tomlstrings.start(document),
        scripts,
        needs=(*([before] if before in tasks else []), *task.needs),
        follows=(after,) if after in tasks else (),
        env=(*common, *task.env),
        extendable=len(scripts) == 1,
    )


def _below(path: tuple[str, ...], table: tuple[str, ...]) -> tuple[str, ...]:
    """What follows a table in a path; () when it is not in it."""
    size = len(table)
    inside = len(path) > size and all(want in ('*', part) for want, part in zip(table, path))
    return path[size:] if inside else ()
