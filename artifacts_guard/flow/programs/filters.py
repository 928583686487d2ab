"""Filters: whether a secret in their input is still in their output."""

from __future__ import annotations

import re

from artifacts_guard.flow.programs.options import UNKNOWN
from artifacts_guard.flow.programs.table import View

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# parts of names that variables with tokens have
_TOKEN_WORDS = ('TOKEN', 'SECRET', 'KEY', 'PASS', 'AGENT_ARTIFACTS', 'ARTIFACTS', 'CREDENTIAL', 'AUTH')
# so many characters of a token are no token
_FEW = 12
# members of the service's answers that hold a key, or hold what holds it
_HOLDERS = frozenset(
    ('', 'token', 'apiKey', 'data', 'value', 'secret', 'key', 'headers', 'env', 'stdout', 'body')
)


def drops(row: dict[str, Any], words: Sequence[str], names: Sequence[str]) -> bool:
    """See `Program.drops`."""
    view = View(row, words)
    if 'quiet' in view.spec and view.has('quiet'):
        return True
    kind = view.spec.get('drop', '')
    judge = _JUDGES.get(kind)
    return judge is not None and judge(view, names)


def _grep(view: View, names: Sequence[str]) -> bool:
    """With `-v`: the pattern meets every name; without it, the pattern meets none."""
    patterns = [given.value or '' for given in view.options.all(view.flags('patterns'))]
    if not patterns:
        if view.options.has(view.flags('pattern_files')) or not view.operands:
            return False
        patterns = [view.operand(0)]
    if any(UNKNOWN in pattern for pattern in patterns):
        return False
    parts = [part for pattern in patterns for part in _alternatives(pattern)]
    ignore_case = view.has('ignore_case')
    inverted = view.has('invert')
    if inverted and not names:
        return any(_names_token(part) for part in parts)
    if not names:
        return False
    if inverted:
        return all(any(_meets_name(part, name, ignore_case) for part in parts) for name in names)
    if view.has('only_matching'):
        return False
    return not any(_may_meet(part, name, ignore_case) for part in parts for name in names)


def _alternatives(pattern: str) -> list[str]:
    """The literal alternatives of a pattern, as far as one can tell without running it."""
    flat = pattern.replace('\\|', '|').replace('\\(', '').replace('\\)', '').replace('(', '').replace(')', '')
    return [part for part in re.split(r'[|\n]', flat) if part]


def _runs(part: str, ignore_case: bool) -> list[str]:
    """The runs of plain characters in a pattern, the longest first."""
    found: list[str] = re.findall(r'[A-Za-z0-9_]+', re.sub(r'\[[^\]]*\]', ' ', part))
    return sorted((run.upper() if ignore_case else run for run in found), key=len, reverse=True)


def _core(part: str, ignore_case: bool) -> str:
    return next(iter(_runs(part, ignore_case)), '')


def _names_token(part: str) -> bool:
    """Whether a pattern's plain text is a word that names of token variables have."""
    core = _core(part, ignore_case=True)
    return len(core) > 2 and any(word in core or core in word for word in _TOKEN_WORDS)


def _meets_name(part: str, name: str, ignore_case: bool) -> bool:
    """A pattern surely matches the line `NAME=…`: its plain text is in the name (anchors are looked at)."""
    runs = _runs(part, ignore_case)
    target = name.upper() if ignore_case else name
    if len(runs) != 1 or runs[0] not in target:
        return False
    return target.startswith(runs[0]) if part.startswith('^') else True


def _may_meet(part: str, name: str, ignore_case: bool) -> bool:
    """A pattern could match the line `NAME=value`: the value is unknown, so only what is tied to the name is excluded."""
    core = _core(part, ignore_case)
    target = name.upper() if ignore_case else name
    if part.startswith('^') and re.match(r'\^[A-Za-z0-9_]', part):
        head = re.match(r'\^([A-Za-z0-9_]+)', part)
        start = (head[1].upper() if ignore_case else head[1]) if head else ''
        return target.startswith(start) or start.startswith(target)
    if '=' in part:
        left = _core(part.partition('=')[0], ignore_case)
        return left in target
    return not core or core in target or len(core) < 4 or core.lower().startswith('aa_')


def _cut(view: View, names: Sequence[str]) -> bool:
    """`cut -c1-8`; `cut -d= -f1` of NAME=VALUE lines."""
    characters = view.value('-c --characters -b --bytes')
    if characters:
        return _is_short(characters)
    return view.value('-d --delimiter') == '=' and view.value('-f --fields') in ('1', '-1')


def _is_short(ranges: str) -> bool:
    """`1-8`, `-4`, `1,3`: few characters altogether."""
    if len(ranges) > 40:
        return False
    total = 0
    for part in ranges.split(','):
        first, dash, last = part.partition('-')
        if not (first or '1').isdecimal() or (dash and not last.isdecimal()):
            return False
        total += int(last) - int(first or 1) + 1 if dash else 1
    return 0 < total <= _FEW


def _head(view: View, names: Sequence[str]) -> bool:
    count = view.value('-c --bytes')
    number = count.lstrip('-')
    return number.isdecimal() and len(number) < 4 and int(number) <= _FEW


_SUBSTITUTION = r's([/|#,!@])((?:(?!\1)[^\\]|\\.){0,200})\1((?:(?!\1)[^\\]|\\.){0,200})\1'
_DELETION = r'/((?:[^/\\]|\\.){1,200})/I?d'
_TAILS = ('.*', '.*$', '.+', '.+$', '[^ ]*', '[^ ]+', r'[^[:space:]]*', r'\S*', r'\S+')


def _sed(view: View, names: Sequence[str]) -> bool:
    """`s/=.*/=***/`: all behind the name is replaced; `s/$T/***/`: the token is; `/TOKEN/d`: its line goes."""
    scripts = [given.value or '' for given in view.options.all(view.flags('patterns'))] or [view.operand(0)]
    return any(_masks(script) for script in scripts)


def _masks(script: str) -> bool:
    for match in re.finditer(_SUBSTITUTION, script):
        pattern, replacement = match[2], match[3]
        if UNKNOWN in replacement or '&' in replacement:
            continue
        if pattern.strip() == UNKNOWN or ('=' in pattern and pattern.endswith(_TAILS)):
            return True
    return any(_names_token(match[1]) for match in re.finditer(_DELETION, script))


def _awk(view: View, names: Sequence[str]) -> bool:
    """`awk -F= '{print $1}'`: names only; `awk '!/TOKEN/'`: other lines only."""
    program = view.operand(0).strip()
    excluded = re.match(r'!\s*/([^/]{1,100})/', program)
    if excluded:
        return _names_token(excluded[1])
    return (
        view.value('-F --field-separator') == '='
        and re.fullmatch(r'\{\s*print\s+\$1\s*;?\s*\}', program) is not None
    )


def _json(view: View, names: Sequence[str]) -> bool:
    """`jq .data.apiKey.id`: what is selected is another member than the one with the key."""
    query = next(
        (view.words[i] for i in view.operands if view.words[i] not in view.spec.get('verbs', '').split()), ''
    )
    return bool(query) and UNKNOWN not in query and not _selects_key(query)


def _selects_key(query: str) -> bool:
    """Whether the result of a jq filter can hold a key; a filter that is not understood can."""
    if '.token' in query or '"token"' in query or re.search(r'\benv\b|\$ENV', query):
        return True
    last = _stages(query)[-1].strip()
    if re.match(r'(?:length|type|keys|has|any|all|empty|test|add/length|not)\b', last) or re.search(
        r'[=!<>]=', last
    ):
        return False
    if last.startswith('{') and last.endswith('}'):
        return _object_selects(last[1:-1])
    paths = re.split(r'\s*,\s*|\s*//\s*', last)
    return any(_path_selects(path) for path in paths)


def _path_selects(path: str) -> bool:
    """Whether a plain path (`.data.artifacts[0].id`) can end at something that holds a key."""
    if path in ('empty', 'null') or re.fullmatch(r'"[^"\\]*"|\d+', path):
        return False
    if not re.fullmatch(r'\.(?:[A-Za-z_]\w*|\[[^\]]{0,40}\]|\.|\?|"[\w-]+")*', path):
        return True
    members = re.findall(r'[A-Za-z_][\w-]*', re.sub(r'\[[^\]]*\]', '', path))
    return not members or members[-1] in _HOLDERS


def _object_selects(fields: str) -> bool:
    """`{id, name, url: .data.url}`"""
    for field in fields.split(','):
        name, colon, value = field.partition(':')
        if colon and _path_selects(value.strip()):
            return True
        if not colon and name.strip().strip('"') in _HOLDERS:
            return True
    return False


def _stages(query: str) -> list[str]:
    """The parts between the `|` of the outermost level."""
    stages, depth, start, quoted = [], 0, 0, False
    for index, letter in enumerate(query):
        if letter == '"' and query[index - 1 : index] != '\\':
            quoted = not quoted
        elif quoted:
            continue
        elif letter in '([{':
            depth += 1
        elif letter in ')]}':
            depth -= 1
        elif letter == '|' and depth == 0:
            stages.append(query[start:index])
            start = index + 1
    return [*stages, query[start:]]


def _pattern_only(view: View, names: Sequence[str]) -> bool:
    """`tr -d`, `tr -cd`: what is left is no token when most characters go."""
    return (
        view.has('delete')
        and view.has('complement')
        and not re.search(r'[a-zA-Z]|alnum|print|graph', view.operand(0))
    )


_JUDGES = {
    'grep': _grep,
    'cut': _cut,
    'head': _head,
    'sed': _sed,
    'awk': _awk,
    'json': _json,
    'tr': _pattern_only,
}
