"""Which systems a path fits: globs, looked up by the file's name."""

from __future__ import annotations

import re
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from artifacts_guard.ci import System

    # rank and name of the system, the glob; folders that a fitting path has, and how its file's name begins and ends
    Row: TypeAlias = tuple[int, str, str, str, str, str]

_TEMPLATES = ('{{', '{%', '<%')  # in a folder's own name: what is below will be made later
_HEAD = 3  # letters by which globs such as `Jenkinsfile*` are looked up


@lru_cache(maxsize=8)
def rows(systems: tuple[System, ...]) -> dict[str, System]:
    """The rows of a table by name."""
    return {system.name: system for system in systems}


@lru_cache(maxsize=8)
def index(systems: tuple[System, ...]) -> Index:
    """The index of a table."""
    return Index(systems)


class Index:
    """Globs by what can be looked up of a file name: all of it, its extension, or its first letters."""

    def __init__(self, systems: tuple[System, ...]) -> None:
        self.by_name: dict[str, list[Row]] = {}
        self.by_extension: dict[str, list[Row]] = {}
        self.by_head: dict[str, list[Row]] = {}
        self.bare: list[Row] = []  # for names without an extension
        for rank, system in enumerate(systems):
            for glob in (one for written in system.paths for one in expanded(written)):
                row = rank, system.name, glob, *_literals(glob)
                if glob.endswith('/*') and row[3]:
                    self.bare.append(row)
                else:
                    table, key = self._table(glob.rpartition('/')[2])
                    table.setdefault(key, []).append(row)
            if system.bare:
                self.bare.append((rank, system.name, '**/*', '', '', ''))

    def _table(self, name: str) -> tuple[dict[str, list[Row]], str]:
        wild = [at for at, letter in enumerate(name) if letter in '*?[']
        if not wild:
            return self.by_name, name
        _, dot, extension = name[max(wild[-1], name.rfind(']')) + 1 :].rpartition('.')
        if dot:
            return self.by_extension, extension
        if wild[0] < _HEAD:
            raise ValueError(
                f'a glob needs a name, an extension or {_HEAD} letters to be looked up by: {name}'
            )
        return self.by_head, name[:_HEAD]

    def systems(self, path: str) -> list[str]:
        """The systems that a path fits, each once, in the order of the table."""
        name = path[path.rfind('/') + 1 :]
        _, dot, extension = name.rpartition('.')
        found = [*self.by_name.get(name, ()), *self.by_head.get(name[:_HEAD], ())]
        found += self.by_extension.get(extension, ()) if dot else self.bare
        if not found or _is_below_template(path):
            return []
        found.sort(key=lambda row: row[0])
        # most globs are ruled out by what they spell out, which is quicker than to compile them
        fitting = (
            system
            for _, system, glob, folders, head, tail in found
            if folders in path and name.startswith(head) and name.endswith(tail) and _pattern(glob)(path)
        )
        return list(dict.fromkeys(fitting))


def expanded(glob: str) -> list[str]:
    """The globs that one with `{a,b}` in it stands for."""
    head, brace, rest = glob.partition('{')
    if not brace:
        return [glob]
    words, _, tail = rest.partition('}')
    return [head + word + end for word in words.split(',') for end in expanded(tail)]


def _is_below_template(path: str) -> bool:
    folder = path.rpartition('/')[0]
    return any(mark in folder for mark in _TEMPLATES)


def _literals(glob: str) -> tuple[str, str, str]:
    """What a glob spells out: the longest run of folders, and the start and the end of the file's name."""
    folders, _, name = glob.removeprefix('**/').rpartition('/')
    runs = re.split(r'[^/]*[*?[][^/]*/?', f'{folders}/') if folders else ['']
    parts = re.split(r'[*?]|\[[^]]+\]', name)
    return max(runs, key=len), parts[0], parts[-1]


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> Callable[[str], object]:
    made = ''
    for piece in re.split(r'(\*\*/|\*\*|\*|\?|\[[^]]+\])', glob):
        if piece == '**/':
            made += '(?:.*/)?'
        elif piece == '**':
            made += '.*'
        elif piece in ('*', '?'):
            made += f'[^/]{piece}' if piece == '*' else '[^/]'
        elif piece.startswith('['):
            made += piece.replace('[!', '[^', 1)
        else:
            made += re.escape(piece)
    return re.compile(made, re.DOTALL).fullmatch
