"""Packages that commands install or run from a registry."""

from __future__ import annotations

import re

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.table import View
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_EXACT = r'v?\d+(?:\.\d+)+(?:[-+.~:][0-9A-Za-z.+~:-]+)?|[0-9a-f]{40}|sha256:[0-9a-f]{64}'


class Install(Record):
    """A package is installed or run from a registry.  `pinned`: an exact version is named."""

    manager: str
    package: str
    version: str = ''
    pinned: bool = False
    index: int = -1


def installs(row: dict[str, Any], words: Sequence[str]) -> tuple[Install, ...]:
    """See `Program.installs`.

    In the data `install` is the manager's name, `version_mark` what stands between a package and its version, `version_flags`
    the flags that give it; `single`: only the first operand is a package, the others are its arguments.
    """
    view = View(row, words)
    manager = view.spec.get('install')
    if manager is None or view.has('install_unless'):
        return ()
    named = [g.value_index for g in view.options.all(view.flags('package_flags')) if g.value_index >= 0]
    operands = view.operands[:1] if view.spec.get('single') else view.operands
    flagged = view.value(view.spec.get('version_flags', ''))
    return tuple(
        _install(
            manager,
            view.words[index].partition('=')[2] if _is_flag(view, index) else view.words[index],
            view,
            index,
            flagged,
        )
        for index in (named or operands)
        if _is_package(view.words[index])
    )


def _is_flag(view: View, index: int) -> bool:
    return view.words[index].startswith('--')


def _is_package(word: str) -> bool:
    """No path, no file and nothing unknown."""
    return (
        bool(word)
        and UNKNOWN not in word[:1]
        and word[0] not in './~'
        and not word.endswith(('.tgz', '.whl', '.txt'))
    )


def _install(manager: str, text: str, view: View, index: int, flagged: str) -> Install:
    mark = view.spec.get('version_mark', '@')
    # the first character may be the mark of a scope
    name, found, version = (text[:1] + text[1:].partition(mark)[0], *text[1:].partition(mark)[1:])
    version = version if found else flagged
    return Install(manager, name, version, re.fullmatch(_EXACT, version) is not None, index)
