"""Files that commands read, print and write."""

from __future__ import annotations

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.table import View
from artifacts_guard.flow.programs.web import request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def prints(row: dict[str, Any], words: Sequence[str]) -> tuple[int, ...]:
    """See `Program.prints_files`.

    In the data `prints` is the number of operands before the file names (`grep PATTERN FILE`); with one of the flags in
    `patterns` or `pattern_files` there is no such operand.  `print_prefix` is for `dd if=`.
    """
    view = View(row, words)
    if 'print_prefix' in view.spec:
        return tuple(i for i in view.operands if view.words[i].startswith(view.spec['print_prefix']))
    if 'prints' not in view.spec or view.has('in_place') or view.has('quiet') or view.has('no_files'):
        return ()
    return _operands(view, view.spec['prints']) + _flag_values(view, 'print_flags')


def reads(row: dict[str, Any], words: Sequence[str]) -> tuple[int, ...]:
    """See `Program.reads_files`."""
    view = View(row, words)
    found = set(prints(row, words))
    found.update(_flag_values(view, 'reads'))
    made = request(row, words)
    if made is not None:
        found.update(made.data_files + made.config_files)
    stored = view.spec.get('store', {})
    for given in view.options.all(frozenset(stored.get('file', '').split())):
        if given.value_index >= 0 and given.value not in ('-', '/dev/stdin'):
            found.add(given.value_index)
    return tuple(sorted(found))


def writes(row: dict[str, Any], words: Sequence[str]) -> tuple[int, ...]:
    """See `Program.writes`.

    In the data `writes` is `operands`, `first`, `last` (when `/dev/stdin` is what is copied), `flags` (`write_flags`), `prefix` (`write_prefix`) or `in_place`: the
    files of `prints`, when a flag of `in_place` is given.
    """
    view = View(row, words)
    kind = view.spec.get('writes')
    if kind is None:
        return ()
    if kind == 'prefix':
        return tuple(i for i in view.operands if view.words[i].startswith(view.spec['write_prefix']))
    if kind == 'in_place':
        return _operands(view, view.spec.get('prints', 0)) if view.has('in_place') else ()
    if kind == 'operands':
        found = tuple(view.operands)
    elif kind == 'flags':
        found = ()
    else:
        found = tuple(view.operands[:1] if kind == 'first' else view.operands[-1:])
    if kind == 'last' and not any(view.words[i] == '/dev/stdin' for i in view.operands[:-1]):
        found = ()
    return tuple(i for i in found + _flag_values(view, 'write_flags') if view.words[i] not in ('-', ''))


def _operands(view: View, before: int) -> tuple[int, ...]:
    if before and (view.has('patterns') or view.has('pattern_files')):
        before = 0
    return tuple(
        i
        for i in view.operands[before:]
        if view.words[i] != '-' and view.words[i].strip(UNKNOWN + ' ') != '-'
    )


def _flag_values(view: View, key: str) -> tuple[int, ...]:
    return tuple(given.value_index for given in view.options.all(view.flags(key)) if given.value_index >= 0)
