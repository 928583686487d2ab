"""Where reports go: standard output or files, in which format, how wide and whether in colours."""

from __future__ import annotations

import os
import sys

from artifacts_guard.cli.main import complain
from artifacts_guard.cli.words import meant
from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTH = 80  # where there is no terminal
_FOR_PEOPLE = ('text', 'concise')


class Target(Record):
    """A format and the file it is written to, '' for standard output; `added` to what the file holds already."""

    form: str
    path: str = ''
    added: bool = False

    def is_coloured(self) -> bool:
        """As https://no-color.org and https://force-color.org have it."""
        if self.path or os.environ.get('NO_COLOR'):
            return False
        if os.environ.get('FORCE_COLOR'):
            return True
        return sys.stdout.isatty() and os.environ.get('TERM') != 'dumb'

    def width(self) -> int:
        """In cells: of the terminal, or what COLUMNS says."""
        columns = os.environ.get('COLUMNS', '')
        if columns.isascii() and columns.isdigit() and int(columns) > 0:
            return int(columns)
        try:
            return (os.get_terminal_size(sys.stdout.fileno()).columns if not self.path else 0) or _WIDTH
        except (OSError, ValueError):
            return _WIDTH

    def write(self, text: str) -> None:
        """Write a whole report; a file appears with all of it or not at all."""
        if self.path:
            data = text.encode('utf-8', 'backslashreplace')
            _add(self.path, data) if self.added else _write_file(self.path, data)
            return
        encoding = (self.form in _FOR_PEOPLE and sys.stdout.encoding) or 'utf-8'
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode(encoding, 'backslashreplace'))
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the reader has seen enough; the exit status still counts
            return


def targets(form: str, given: Iterable[str], forms: tuple[str, ...]) -> tuple[Target, ...]:
    """The targets that `--format` and each `--output [FORMAT=]FILE` ask for.

    A FILE without a format takes the place of standard output.  `--format github` also tells the job summary:
    https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
    """
    instead: list[Target] = []
    besides: list[Target] = []
    for word in given:
        name, equals, path = word.partition('=')
        if equals and name in forms:
            besides.append(_target(name, path))
        elif equals and (like := meant(name, forms)):
            raise UsageError(f'--output {word}: unknown format {name!r}{like}')
        else:
            instead.append(_target(form, word))
    summary = os.environ.get('GITHUB_STEP_SUMMARY', '')
    if form == 'github' and summary and all(target.path != summary for target in (*instead, *besides)):
        besides.append(Target('markdown', summary, added=True))
    return (*(instead or [Target(form)]), *besides)


def _target(form: str, path: str) -> Target:
    if not path:
        raise UsageError('--output: no file is given')
    return Target(form, '' if path == '-' else path)


def _add(path: str, data: bytes) -> None:
    """Add to a file that nobody asked for by name: it is said when that fails, and the check goes on."""
    try:
        with open(path, 'ab') as stream:
            stream.write(data)
    except OSError as error:
        complain(f'the job summary is not written: {error.strerror}')


def _write_file(path: str, data: bytes) -> None:
    try:
        if os.path.lexists(path) and not os.path.isfile(path):  # a pipe or a terminal
            with open(path, 'wb') as stream:
                stream.write(data)
            return
        import tempfile

        place = os.path.realpath(path)
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(place), prefix='.artifacts-guard-')
        try:
            with open(descriptor, 'wb') as stream:
                stream.write(data)
            os.chmod(temporary, _mode(place))
            os.replace(temporary, place)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(f'--output {path}: {error.strerror}') from None


def _mode(path: str) -> int:
    """Permissions of a file that is replaced, or those that a new one gets."""
    try:
        return os.stat(path).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
