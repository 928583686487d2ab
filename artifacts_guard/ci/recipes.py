"""Recipe files: where the commands behind `make publish` or `npm run report` live.

One small module each, imported when a command line or a file name asks for it.  A new one is a new
module and a row here.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.books import Reader


class Row(Record):
    """A recipe runner: its module, the programs that run it, the names of its files."""

    module: str
    programs: tuple[str, ...]
    files: tuple[str, ...]


READERS: tuple[Row, ...] = ()


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


def _module(row: Row) -> Reader:
    from importlib import import_module

    found: Reader = import_module(f'artifacts_guard.ci.{row.module}')
    return found
