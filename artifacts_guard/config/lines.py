"""On which line of a TOML file a table or key stands: the parser of the standard library does not tell."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*(\.?)""")
_PART = re.compile(
    r'''
      \#[^\n]*                                  # comment
    | """(?:[^\\]|\\.)*?"{3,5}                  # strings, the long ones first
    | \'\'\'.*?'{3,5}
    | "(?:[^"\\\n]|\\.)*"
    | '[^'\n]*'
    | [\[\]{}\n]
    ''',
    re.VERBOSE | re.DOTALL,
)

Path = tuple[str, ...]


class Lines:
    """Lines, from 1, of the tables and keys of a valid TOML text; keys of inline tables are not known."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        table: Path = ()
        for start, line in _statements(text):
            at = start
            header = text[at] == '['
            while header and text[at] == '[':
                at += 1
            name = _name(text, at)
            above = () if header else table
            if header:
                table = name
            for length in range(1, len(name) + 1):
                self._lines.setdefault((*above, *name[:length]), line)

    def line(self, path: Sequence[object]) -> int:
        """The line of the longest known beginning of a path; 0 for none."""
        names = tuple(str(part) for part in path)
        while names:
            if names in self._lines:
                return self._lines[names]
            names = names[:-1]
        return 0

    def exact(self, path: Path) -> int:
        return self._lines.get(path, 0)


def _statements(text: str) -> list[tuple[int, int]]:
    """Where each header or key begins: offset and line."""
    found: list[tuple[int, int]] = []
    depth, line, begun, at = 0, 1, 0, 0
    fresh = True
    while True:
        if fresh:
            begun = _first(text, at)
            if begun < len(text) and text[begun] not in '#\r\n':
                found.append((begun, line))
                if text[begun] == '[':
                    at = text.find('\n', begun)  # a header ends with its line, whatever a quoted name holds
                    if at < 0:
                        return found
            fresh = False
        part = _PART.search(text, at)
        if part is None:
            return found
        at = part.end()
        line += part[0].count('\n')
        depth += (part[0] in '[{') - (part[0] in ']}')
        fresh = part[0] == '\n' and depth == 0


def _first(text: str, at: int) -> int:
    while at < len(text) and text[at] in ' \t':
        at += 1
    return at


def _name(text: str, at: int) -> Path:
    """The dotted name that begins at an offset."""
    names = []
    while part := _KEY.match(text, at):
        quoted, plain, bare, more = part.groups()
        names.append(bare or plain or _unescaped(quoted or ''))
        at = part.end()
        if not more:
            break
    return tuple(names)


def _unescaped(quoted: str) -> str:
    import json

    try:
        return str(json.loads(f'"{quoted}"'))
    except ValueError:  # \U escapes, which JSON has not
        return quoted
