"""Changes as a unified patch, as `git apply` takes it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

_NO_END = '\\ No newline at end of file\n'
_CONTEXTS = (3, 2, 1)  # lines around a change: fewer where one of them holds a secret


def patch(path: str, old: str, new: str, secrets: Iterable[str]) -> str | None:
    """The patch of one file; None when it would show a secret."""
    secrets = tuple(secrets)
    for lines in _CONTEXTS:
        made = ''.join(_lines(path, old, new, lines))
        if not any(secret in made for secret in secrets):
            return made
    return None


def _lines(path: str, old: str, new: str, context: int) -> Iterator[str]:
    import difflib

    for line in difflib.unified_diff(_split(old), _split(new), f'a/{path}', f'b/{path}', n=context):
        yield line if line.endswith('\n') else f'{line}\n{_NO_END}'


def _split(text: str) -> list[str]:
    """Lines as git has them: only a line feed ends one."""
    return re.findall(r'[^\n]*\n|[^\n]+', text)
