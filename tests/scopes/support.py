"""What the tests of this folder share: the measured tables and command lines with unknown parts."""

from __future__ import annotations

import csv
import shlex
from pathlib import Path

from artifacts_guard.scopes.cli import UNKNOWN
from artifacts_guard.scopes.cli import Invocation
from artifacts_guard.scopes.cli import read

MEASURED = Path(__file__).parent.parent / 'resources' / 'service'


def table(name: str) -> list[dict[str, str]]:
    """The rows of a measured table."""
    with (MEASURED / name).open(encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file, delimiter='\t'))


def scopes(text: str) -> tuple[str, ...]:
    return tuple(scope for scope in text.split(',') if scope)


def words(line: str) -> list[str | None]:
    """`§` is an unknown part of a word, a lone `…` an expansion to any number of words."""
    return [None if word == '…' else word.replace('§', UNKNOWN) for word in shlex.split(line)]


def invocation(line: str) -> Invocation:
    """A command line without the program's name."""
    return read(words(line))
