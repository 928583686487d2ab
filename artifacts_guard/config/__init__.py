"""The configuration of a repository: found, read, checked, and turned into `settings.Settings`.

`artifacts-guard.toml`, or the table `[tool.artifacts-guard]` of `pyproject.toml`, at the root.
Without one nothing is imported and the defaults hold.
"""

from __future__ import annotations

import os

from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record
from artifacts_guard.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = 'artifacts-guard.toml'
PYPROJECT = 'pyproject.toml'
TABLE = ('tool', 'artifacts-guard')
_SIZE = 1 << 20  # bytes of a file that is taken for a configuration


class Configuration(Record):
    """Settings with their origin: `origins` has the file of each setting that one gives, `files` all that were read."""

    settings: Settings = Settings()
    origins: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


def load(root: str, file: str = '') -> Settings:
    """The settings of the repository at `root`, from `file` if one is given."""
    return read(root, file).settings


def read(root: str, file: str = '', edited: Mapping[str, str] | None = None) -> Configuration:
    """As `load`, with the origin of each setting.  Raises UsageError with all that is wrong in a file.

    `edited` are texts that take the place of files, by path below the root.
    """
    chosen = os.path.abspath(file) if file else _find(root)
    if not chosen:
        return Configuration()
    from artifacts_guard.config.reading import read_with_extended

    return read_with_extended(root, chosen, edited or {})


def content(path: str) -> bytes:
    """The bytes of a configuration file, which is a regular file of sensible size.  Raises UsageError."""
    import stat

    try:
        status = os.stat(path)  # before opening: a named pipe would wait for ever
        if not stat.S_ISREG(status.st_mode) or status.st_size > _SIZE:
            raise UsageError(f'{path}: not a configuration file')
        with open(path, 'rb') as stream:
            return stream.read(_SIZE)
    except OSError as error:
        raise UsageError(f'{path}: {error.strerror}') from None


def _find(root: str) -> str:
    path = os.path.join(root, FILE)
    if os.path.lexists(path):
        return path
    path = os.path.join(root, PYPROJECT)
    try:
        mentions = os.path.lexists(path) and TABLE[-1].encode() in content(path)
    except UsageError:
        return ''  # not about us, as far as anybody can tell
    if not mentions:
        return ''
    from artifacts_guard.config.reading import has_table

    return path if has_table(path) else ''
