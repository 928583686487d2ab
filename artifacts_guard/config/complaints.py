"""What is wrong in a configuration file, for people: file, line, setting, and what was probably meant.

A value is never repeated: somebody may have pasted a token into it.
"""

from __future__ import annotations

from artifacts_guard.config.model import ONE
from artifacts_guard.config.model import SEVERAL
from artifacts_guard.config.model import SYSTEMS
from artifacts_guard.config.model import Acceptance
from artifacts_guard.config.model import File
from artifacts_guard.config.model import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from artifacts_guard.config.lines import Lines
    from artifacts_guard.config.model import Table

_TYPES = {
    'bool_type': 'must be true or false',
    'date_from_datetime_parsing': 'must be a date, such as 2027-01-31',
    'date_parsing': 'must be a date, such as 2027-01-31',
    'date_type': 'must be a date, such as 2027-01-31',
    'dict_type': 'must be a table',
    'greater_than_equal': 'must not be negative',
    'int_type': 'must be a whole number',
    'list_type': 'must be a list',
    'missing': 'is missing',
    'model_type': 'must be a table',
    'string_too_short': 'must not be empty',
    'string_type': 'must be a text',
}


def complaints(name: str, error: ValidationError, lines: Lines, prefix: tuple[str, ...]) -> str:
    """One line for each mistake that pydantic found in a file; `prefix` is where our table is in it."""
    said: list[tuple[int, str]] = []
    for detail in error.errors(include_url=False, include_context=True):
        path = tuple(
            part for part in detail['loc'] if part not in (ONE, SEVERAL) or detail['loc'][0] != 'hosts'
        )
        line = lines.line((*prefix, *path))
        said.append((line, _sentence(detail, path)))
    return '\n'.join(
        f'{name}:{line}: {sentence}' if line else f'{name}: {sentence}' for line, sentence in sorted(said)
    )


def unknown_systems(name: str, file: File, lines: Lines, prefix: tuple[str, ...]) -> str:
    """One line for each table below `hosts` that is not named after a CI system."""
    said = []
    for system, value in file.hosts.items():
        if isinstance(value, dict) and system not in SYSTEMS:
            line = lines.line((*prefix, 'hosts', system))
            meant = close(system, SYSTEMS) or '; a label with a dot needs quotes'
            said.append(f'{name}:{line}: hosts.{system}: {system!r} is no CI system{meant}')
    return '\n'.join(said)


def close(word: str, words: Iterable[str]) -> str:
    """`; did you mean …?` when one of the words is like the first."""
    import difflib

    like = difflib.get_close_matches(word.lower(), list(words), 1)
    return f'; did you mean {like[0]!r}?' if like else ''


def _sentence(detail: ErrorDetails, path: tuple[int | str, ...]) -> str:
    *above, last = path or ('',)
    if detail['type'] == 'extra_forbidden':
        where = f' of [{_dotted(above)}]' if above else ''
        return f'{last!r} is no setting{where}{close(str(last), _settings(above))}'
    if detail['type'] == 'literal_error':
        meant = close(detail['input'], _choices(detail)) if isinstance(detail['input'], str) else ''
        return f'{_dotted(path)}: must be {detail["ctx"]["expected"]}{meant}'
    return f'{_dotted(path)}: {_TYPES.get(detail["type"], detail["msg"])}'


def _settings(above: list[int | str]) -> list[str]:
    table: type[Table] = File
    if above and above[0] == 'keys':
        table = Acceptance if 'accept' in above[2:] else Key
    return [field.alias or name for name, field in table.model_fields.items()]


def _choices(detail: ErrorDetails) -> list[str]:
    return [part.strip(" '") for part in detail['ctx']['expected'].replace(' or ', ',').split(',')]


def _dotted(path: Iterable[int | str]) -> str:
    return '.'.join(f'{part + 1}' if isinstance(part, int) else part for part in path)
