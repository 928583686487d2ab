"""Recipe files: where the commands behind `make publish` or `npm run report` live.

One small module each, imported when a command line or a file name asks for it.  A new one is a new
module and a row here.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.contract import Reader
    from artifacts_guard.ci.model import RecipeBook
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree


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
    Row('pyproject', ('pdm', 'poe', 'hatch'), ('pyproject.toml',)),
)


def reader(program: str) -> Reader | None:
    """The module that reads the files of a program such as `make`, or None."""
    for row in READERS:
        if program in row.programs:
            return _module(row)
    return None


def by_file(path: str) -> Reader | None:
    """The module that reads a file of recipes, by its name, or None."""
    name = path.rpartition('/')[2]
    for row in READERS:
        if name in row.files or any(f.startswith('*') and name.endswith(f[1:]) for f in row.files):
            return _module(row)
    return None


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
