"""Environment variables: commands that print them, hand them on, or set them for others."""

from __future__ import annotations

import re

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.options import Given
from artifacts_guard.flow.programs.options import assigned_name
from artifacts_guard.flow.programs.table import View
from artifacts_guard.flow.programs.table import words_of
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ENVIRON_FILE = r'/proc/(?:self|\d+|[^/]*\ufffc[^/]*)/environ$'


def _is_name(word: str) -> bool:
    return word.isascii() and word.isidentifier()


class BuildArgument(Record):
    """`--build-arg NAME[=VALUE]`: `given` when the value stands in the word, else it comes from the environment."""

    name: str
    index: int
    given: bool


def dumps(row: dict[str, Any], words: Sequence[str]) -> tuple[str, ...] | None:
    """See `Program.dumps_environment`."""
    view = View(row, words)
    kind = view.spec.get('dump')
    if kind is None:
        return _environ_file(view) if 'prints' in view.spec else None
    return _KINDS[kind](view)


def _environ_file(view: View) -> tuple[str, ...] | None:
    """`cat /proc/self/environ`"""
    paths = [view.words[index] for index in view.operands]
    found = any(len(path) < 200 and re.search(_ENVIRON_FILE, path) for path in paths)
    return () if found else None


def _env(view: View) -> tuple[str, ...] | None:
    """`env` without a command."""
    if any(not assigned_name(view.words[i]) and view.words[i] != '-' for i in view.operands):
        return None
    if view.options.has(words_of('-i --ignore-environment --help --version -S --split-string')):
        return None
    return None if any(view.words[i] == '-' for i in view.operands) else ()


def _printenv(view: View) -> tuple[str, ...] | None:
    if view.options.has(words_of('--help --version')):
        return None
    return _names(view)


def _names(view: View) -> tuple[str, ...] | None:
    """The names among the operands; all when there is none or one of them is unknown."""
    words = [view.words[index] for index in view.operands]
    if any(UNKNOWN in word for word in words):
        return ()
    return tuple(word for word in words if _is_name(word)) or (() if not words else None)


def _set(view: View) -> tuple[str, ...] | None:
    """`set` alone prints all variables; with a name, cmd's does those that begin with it."""
    if len(view.words) == 1:
        return ()
    return None


def _declare(view: View) -> tuple[str, ...] | None:
    """`export`, `export -p`, `declare -x`, `declare -p NAME`; not a declaration with names."""
    flags = {given.name for given in view.options.given}
    if flags & {'-f', '-F', '-n'}:
        return None
    if view.operands:
        return _names(view) if '-p' in flags else None
    return () if not flags or flags & {'-p', '-x'} else None


def _jq(view: View) -> tuple[str, ...] | None:
    """`jq -n env`, `jq -n '$ENV.X'`"""
    query = view.operand(0)
    named = re.findall(r'(?:\benv|\$ENV)\.([A-Za-z_]\w*)', query)
    if named:
        return tuple(dict.fromkeys(named))
    return () if re.search(r'(?<![.\w$])env\b(?!\s*:)|\$ENV\b', query) else None


def _code(view: View) -> tuple[str, ...] | None:
    """`node -p process.env`, `python3 -c 'print(os.environ)'`: a program text that names the whole environment."""
    pattern = view.spec['dump_pattern']
    texts = [given.value or '' for given in view.options.all(view.flags('dump_flags'))]
    return () if any(re.search(pattern, text) for text in texts) else None


def _drive(view: View) -> tuple[str, ...] | None:
    """PowerShell: `Get-ChildItem Env:`, `Get-Item Env:NAME`; the operand counts, wherever it stands."""
    words = [view.words[i] for i in view.operands] + [given.value or '' for given in view.options.given]
    for word in words:
        drive, colon, name = word.partition(':')
        if colon and drive.lower() == 'env':
            name = name.strip('\\/')
            return () if not name or '*' in name or UNKNOWN in name else (name,)
    return None


_KINDS = {
    'env': _env,
    'printenv': _printenv,
    'set': _set,
    'declare': _declare,
    'jq': _jq,
    'code': _code,
    'drive': _drive,
}


def substitutes(row: dict[str, Any], words: Sequence[str]) -> tuple[str, ...] | None:
    """See `Program.substitutes`."""
    view = View(row, words)
    if not view.spec.get('substitutes'):
        return None
    return tuple(dict.fromkeys(re.findall(r'\$\{?([A-Za-z_]\w*)', view.operand(0)))) if view.operands else ()


def pass_through(row: dict[str, Any], words: Sequence[str]) -> tuple[str, ...]:
    """See `Program.pass_through`."""
    view = View(row, words)
    found: list[str] = []
    for given in _env_options(view):
        value = given.value or ''
        if '=' not in value:
            found += value.split(',') if 'env_lists' in view.spec else [value]
    wrapper = view.spec.get('wrapper', {})
    for given in view.options.all(words_of(wrapper.get('keep_names', ''))):
        found += (given.value or '').split(',')
    for given in view.options.all(view.flags('send_env')):
        name, mark, value = (given.value or '').partition('=')
        if mark and name.lower() == 'sendenv':
            found += value.split()
    return tuple(dict.fromkeys(name for name in found if _is_name(name)))


def assigns(row: dict[str, Any], words: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """See `Program.assigns`."""
    view = View(row, words)
    found: list[tuple[str, int]] = []
    for given in _env_options(view):
        name = assigned_name(given.value or '')
        if name:
            found.append((name, given.value_index))
    for given in view.options.all(view.flags('send_env')):
        name, mark, value = (given.value or '').partition('=')
        if mark and name.lower() == 'setenv' and assigned_name(value):
            found.append((assigned_name(value), given.value_index))
    return tuple(found)


def _env_options(view: View) -> tuple[Given, ...]:
    return tuple(given for given in view.options.all(view.flags('env')) if given.value)


def build_args(row: dict[str, Any], words: Sequence[str]) -> tuple[BuildArgument, ...]:
    """See `Program.build_args`."""
    view = View(row, words)
    prefix = view.spec.get('build_arg_prefix', '')
    found: list[BuildArgument] = []
    for given in view.options.all(view.flags('build_args')):
        if not (given.value or '').startswith(prefix):
            continue
        name, mark, _ = (given.value or '').removeprefix(prefix).partition('=')
        if name and UNKNOWN not in name:
            found.append(BuildArgument(name, given.value_index, bool(mark)))
    return tuple(found)
