"""Regular expressions that are compiled when they are first used.

Compiling one takes 0.03 to 0.3 ms, and a module has patterns for all that it may meet: of those that a check
of a few files loads, most meet nothing.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from typing import AnyStr

_METHODS = ('match', 'search', 'fullmatch', 'finditer', 'findall', 'sub', 'subn', 'split', 'pattern')


class _Lazy:
    """Has the methods of its pattern as attributes, from the first use of one of them on."""

    __slots__ = ('_flags', '_source', *_METHODS)

    def __init__(self, source: Any, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """What an attribute without a value comes to."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, for a constant of a module; what is wrong with it is said when it is used."""
    pattern: Any = _Lazy(source, flags)
    found: re.Pattern[AnyStr] = pattern
    return found
