"""Recipe files: where the commands behind `make publish` or `npm run report` live.

One small module each, imported when a command line or a file name asks for it.  A new one is a new
module and a row here.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.contract import Reader
    from artifacts_guard.ci.model import Argv
    from artifacts_guard.ci.model import Binding
    from artifacts_guard.ci.model import Runner
    from artifacts_guard.ci.model import Script
    from artifacts_guard.ci.model import Unresolved
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree


class Recipe(Record):
    """A named task of a recipe file: a make target, a package script, a just recipe.

    `scripts` run each in a shell of its own unless they `continue`.  `needs` run before it, `after` it `follows`.
    `parameters` are positional, filled from the command line.  Its templates see variables as `input`.
    `extendable`: words given on the command line are added to the end of its last script (npm).
    `runner` is where it runs when that is not the machine of who asks for it: there, only its own `env` is known.
    """

    name: str
    place: Place
    scripts: tuple[Script | Argv, ...] = ()
    needs: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    env: tuple[Binding, ...] = ()
    parameters: tuple[Binding, ...] = ()
    extendable: bool = False
    directory: str = ''
    runner: Runner | None = None


class RecipeBook(Record):
    """A file of recipes.  `variables` are its own (values of `input` references), `env` what it exports.

    `default` is what runs when no name is given; `included` are the paths of files read into it.
    """

    document: Document
    system: str
    recipes: tuple[Recipe, ...] = ()
    variables: tuple[Binding, ...] = ()
    env: tuple[Binding, ...] = ()
    default: str = ''
    included: tuple[str, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


class Wanted(Record):
    """What a command line asks a recipe runner for.  Numbers are indices of its words.

    `targets` are names (several for make); `arguments` words for the recipe; `assignments` (name, word)
    for NAME=VALUE; `file` and `directory` as given, relative to where it runs.
    """

    targets: tuple[str, ...] = ()
    arguments: tuple[int, ...] = ()
    assignments: tuple[tuple[str, int], ...] = ()
    file: str = ''
    directory: str = ''


class Row(Record):
    """A recipe runner: its module, the programs that run it, the names of its files."""

    module: str
    programs: tuple[str, ...]
    files: tuple[str, ...]


READERS: tuple[Row, ...] = (
    Row('make', ('make', 'gmake'), ('GNUmakefile', 'makefile', 'Makefile', '*.mk')),
    Row('just', ('just',), ('justfile', 'Justfile', '.justfile', '.Justfile', '*.just')),
    Row(
        'task',
        ('task', 'go-task'),
        (
            *('Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'taskfile.yaml'),
            *('Taskfile.dist.yml', 'taskfile.dist.yml', 'Taskfile.dist.yaml', 'taskfile.dist.yaml'),
        ),
    ),
    Row('npm', ('npm', 'pnpm', 'yarn', 'bun', 'run-s', 'run-p', 'npm-run-all'), ('package.json',)),
    Row('tox', ('tox',), ('tox.ini',)),
    Row('nox', ('nox',), ('noxfile.py',)),
    Row('pyproject', ('pdm', 'poe', 'poethepoet', 'poetry', 'hatch', 'rye'), ('pyproject.toml',)),
    Row('pipenv', ('pipenv',), ('Pipfile',)),
    Row('playbook', ('ansible-playbook',), ()),
)
_NAMES = {file: row for row in reversed(READERS) for file in row.files if file[0] != '*'}
_BY_ENDING = tuple((file[1:], row) for row in READERS for file in row.files if file[0] == '*')
_ENDINGS = tuple(ending for ending, _ in _BY_ENDING)


def reader(program: str) -> Reader | None:
    """The module that reads the files of a program such as `make`, or None."""
    for row in READERS:
        if program in row.programs:
            return _module(row)
    return None


def by_file(path: str) -> Reader | None:
    """The module that reads a file of recipes, by its name, or None."""
    row = row_of(path)
    return None if row is None else _module(row)


def row_of(path: str) -> Row | None:
    """The row that a file of recipes belongs to, by its name, or None."""
    name = path[path.rfind('/') + 1 :]
    found = _NAMES.get(name)
    if found is None and name.endswith(_ENDINGS):
        found = next(row for ending, row in _BY_ENDING if name.endswith(ending))
    return found


def read(reader: Reader, document: Document, tree: Tree) -> RecipeBook | None:
    """The recipes of a file; None when it can't be parsed: its runner would refuse it, too."""
    from artifacts_guard.ci.contract import UnparsableError
    from artifacts_guard.yamltree.node import TreeError

    try:
        return reader.read(document, tree)
    except (TreeError, UnparsableError):
        return None


def _module(row: Row) -> Reader:
    from importlib import import_module

    found: Reader = import_module(f'artifacts_guard.ci.{row.module}')
    return found
