"""Secret stores: commands that put a secret into one, and commands that print one out of it."""

from __future__ import annotations

import re

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.options import Given
from artifacts_guard.flow.programs.table import View
from artifacts_guard.flow.programs.table import words_of
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

ELIDED = '…'
# files that hold one secret, by their names
_SECRET_FOLDER = r'/run/secrets/|\.config/agent-artifacts/|CREDENTIALS_DIRECTORY'
_SECRET_FILE = r'(?i)token|secret|passw|credential|api[-_]?key|\.key$'
_SECRET_LOOKALIKE = r'(?i)\.(?:md|py|js|ts|go|rb|java|html|sh|rst|adoc|lock)$|tokeni[sz]er'
_PLACE = r'\[([^\[\]]*)\]'
_HOLE = r'\{([^{}]*)\}'


class Store(Record):
    """A secret store is given a value.

    `kind` names the store (`github secret`, `vault`); `name` is what the secret is called there, as its readers name
    it (a GitHub secret's name, a Vault path), '' when unknown; `source` is the name `yields_secret` gives the same place.
    `arrives`: stdin, argv, file, environment or prompt; `index` is the word with the value or the file, -1 when none.
    """

    kind: str
    name: str = ''
    source: str = ''
    arrives: str = ''
    index: int = -1


def store(row: dict[str, Any], words: Sequence[str]) -> Store | None:
    """See `Program.store`."""
    view = View(row, words)
    spec = view.spec.get('store')
    if spec is None:
        return None
    key, arrives, index = _pair(view, spec) if 'pairs' in spec else ('', '', -1)
    if not arrives:
        arrives, index = _value(view, spec)
    name = _fill(spec['name'], view, key)
    source = _fill(spec['source'], view, key) if 'source' in spec else ''
    named = bool(name) and ELIDED not in name
    return Store(spec['kind'], name if named else '', source if named else '', arrives, index)


def _value(view: View, spec: dict[str, Any]) -> tuple[str, int]:
    """How the value arrives, and the word it stands in."""
    for flags, arrives in (('value', 'argv'), ('file', 'file')):
        given = view.options.last(words_of(spec.get(flags, '')))
        if given is not None and given.value_index >= 0:
            return _arrival(given.value or '', given.value_index, arrives)
    if 'value_operand' in spec and spec['value_operand'] < len(view.operands):
        index = view.operands[spec['value_operand']]
        return _arrival(view.words[index], index, 'argv')
    if 'file_operand' in spec and spec['file_operand'] < len(view.operands):
        index = view.operands[spec['file_operand']]
        return _arrival(view.words[index], index, 'file')
    return spec.get('default', 'stdin'), -1


def _arrival(value: str, index: int, arrives: str) -> tuple[str, int]:
    """`-` and `/dev/stdin` are standard input, `@f` and `file://f` a file."""
    plain = value.removeprefix('file://').removeprefix('@')
    if plain in ('-', '/dev/stdin') or plain == '/dev/fd/0':
        return 'stdin', index
    if value.startswith(('@', 'file://', 'fileb://')):
        return 'file', index
    return arrives, index


def _pair(view: View, spec: dict[str, Any]) -> tuple[str, str, int]:
    """The first NAME=VALUE: in an operand from `pairs` on, or in a flag of `pair_flags` or `pair_files`."""
    found: list[tuple[str, int, str]] = []
    for key, arrives in (('pair_flags', 'argv'), ('pair_files', 'file')):
        found += [(g.value or '', g.value_index, arrives) for g in _given(view, spec.get(key, ''))]
    if spec['pairs'] is not False:
        found += [(view.words[i], i, 'argv') for i in view.operands[spec['pairs'] :]]
    best = ('', '', -1)
    for text, index, arrives in found:
        name, mark, value = text.partition('=')
        if not mark and arrives == 'argv':
            continue
        way, at = _arrival(value if mark else text, index, arrives)
        candidate = (re.sub(r'\[\w+\]$', '', name) if mark else '', way, at)
        # of several pairs the one with something unknown is the secret
        if best[2] < 0 or (UNKNOWN in value and UNKNOWN not in view.words[best[2]].partition('=')[2]):
            best = candidate
    return best


def _given(view: View, flags: str) -> tuple[Given, ...]:
    return tuple(given for given in view.options.all(words_of(flags)) if given.value_index >= 0)


def yields_secret(row: dict[str, Any], words: Sequence[str]) -> str | None:
    """See `Program.yields_secret`."""
    view = View(row, words)
    if view.spec.get('secret_files') and len(view.operands) == 1:
        path = view.operand(0)
        return f'file:{path}'.replace(UNKNOWN, ELIDED) if _holds_secret(path) else None
    template = view.spec.get('yields')
    if template is None or (view.spec.get('yields_if') and not view.has('yields_if')):
        return None
    if view.has('yields_unless'):
        return None
    name = _fill(template, view, '')
    return None if name.endswith(':') or not name else name


def _holds_secret(path: str) -> bool:
    """Whether a file is, by its name, one that holds a secret and nothing else."""
    name = path.rpartition('/')[2]
    if re.search(_SECRET_FOLDER, path):
        return True
    return re.search(_SECRET_FILE, name) is not None and not re.search(_SECRET_LOOKALIKE, name)


def _fill(template: str, view: View, key: str) -> str:
    """`vault:[{-mount}/]{0}[#{-field}]`: numbers are operands, flags their values, `key` the pair's name.

    A part in brackets goes when its hole is empty.
    """

    def hole(match: re.Match[str]) -> str:
        return _hole(match[1], view, key)

    def optional(match: re.Match[str]) -> str:
        names = re.findall(_HOLE, match[1])
        return re.sub(_HOLE, hole, match[1]) if all(_hole(name, view, key) for name in names) else ''

    return re.sub(_HOLE, hole, re.sub(_PLACE, optional, template)).strip()


def _hole(name: str, view: View, key: str) -> str:
    """The first that is not empty of some alternatives: `key|0`."""
    for alternative in name.split('|'):
        if alternative == 'key':
            value = key
        elif alternative.lstrip('-').isdecimal():
            value = view.operand(int(alternative))
        else:
            value = view.value(alternative)
        if value:
            # one unknown part is one mark, and a mount is the same with and without a slash behind it
            return re.sub(f'{UNKNOWN}+', ELIDED, value).rstrip('/') or value
    return ''
