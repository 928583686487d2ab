"""Where rules come from: the compiled built-in ones, their YAML sources, and users' own files.

A run needs only `builtin`: one JSON file that the build writes and the tests hold up to date, with
nothing to check.  The YAML sources hold the examples as well and are read by `rules explain`, `test`
and `check`.
"""

from __future__ import annotations

import os.path

from artifacts_guard.engine.model import from_plain
from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.engine.model import Rule
    from artifacts_guard.engine.rule import RuleFile
    from artifacts_guard.yamltree import Node

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SHIPPED = os.path.join(_PACKAGE, '_rules')
RULES_DIR = _SHIPPED if os.path.isdir(_SHIPPED) else os.path.join(os.path.dirname(_PACKAGE), 'rules')
COMPILED = os.path.join(_PACKAGE, 'data', 'rules.json')

OWN_GROUP = 'own'
_SIZE = 1_000_000  # bytes of a rule file
_SUFFIXES = ('.yaml', '.yml')


class Source(Record):
    """A rule with the file that it was read from, relative to where reading began."""

    path: str
    file: RuleFile
    rule: Rule


def builtin() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    import json

    with open(COMPILED, encoding='utf-8') as stream:
        return tuple([from_plain(values) for values in json.load(stream)['rules']])


def rules(paths: Sequence[str], root: str) -> tuple[Rule, ...]:
    """The built-in rules, then those of the files and folders that the settings name.

    Paths are relative to `root` and must stay inside.  Raises UsageError with all that is wrong.
    """
    known = builtin()
    return (*known, *(each.rule for each in own(paths, root, known))) if paths else known


def own(paths: Sequence[str], root: str, known: Sequence[Rule]) -> list[Source]:
    """The rules of the files and folders that the settings name; see `rules`."""
    found: list[Source] = []
    problems: list[str] = []
    for path in paths:
        sources, wrong = read(_inside(path, root), mine=True)
        found += [each.replace(path=joined(path, each.path)) for each in sources]
        problems += [joined(path, each) for each in wrong]
    problems += clashes(found, known)
    if problems:
        raise UsageError('\n'.join(problems))
    return found


def read(path: str, *, mine: bool = False) -> tuple[list[Source], list[str]]:
    """The rules of a file, or of all YAML files below a folder, and what is wrong with the others.

    Paths and problems are relative to the folder; those of a single file begin without a name.
    `mine` marks the rules as the user's own.
    """
    found: list[Source] = []
    problems: list[str] = []
    single = os.path.isfile(path)
    for name in [''] if single else _files(path):
        try:
            text = _text(os.path.join(path, name) if name else path)
        except (OSError, ValueError) as error:
            problems.append(f'{name}: cannot be read: {_reason(error)}')
            continue
        one, wrong = _source(name, text, _group(name), mine)
        found += [one] if one else []
        problems += wrong
    if not single and not found and not problems:
        problems.append(
            ': holds no rule files' if os.path.isdir(path) else ': there is no such file or folder'
        )
    return found, problems


def source(rule: Rule) -> Source:
    """The source of a built-in rule."""
    name = f'{rule.group}/{rule.id}.yaml'
    found, problems = _source(name, _text(os.path.join(RULES_DIR, name)), rule.group, mine=False)
    if found is None:
        raise UsageError('\n'.join(problems))
    return found


def clashes(sources: Sequence[Source], known: Sequence[Rule] = ()) -> list[str]:
    """What is wrong with some rules together: names that mean two rules, files not called as their rule."""
    owner = {name: f'the built-in rule {rule.id}' for rule in known for name in (rule.id, *rule.aliases)}
    problems = []
    for each in sources:
        for name in (each.rule.id, *each.rule.aliases):
            if name in owner:
                problems.append(f'{each.path}: the name {name} belongs to {owner[name]}')
            owner.setdefault(name, each.path)
        stem = os.path.splitext(os.path.basename(each.path))[0]
        if stem != each.rule.id:
            problems.append(f'{each.path}: the rule is called {each.rule.id}, and so must be its file')
    return problems


def _inside(path: str, root: str) -> str:
    base = os.path.realpath(root)
    full = os.path.realpath(os.path.join(base, path))
    if os.path.commonpath([base, full]) != base:
        raise UsageError(f'rules: {path} lies outside the repository')
    return full


def joined(path: str, rest: str) -> str:
    """A name, or a problem that begins with one, relative to where `path` is."""
    return f'{path}{rest}' if not rest or rest.startswith(':') else f'{path.rstrip("/")}/{rest}'


def _files(folder: str) -> Iterator[str]:
    """Paths of the YAML files below a folder, relative to it, sorted; links to folders are not followed."""
    found = []
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, name) for name in names if name.endswith(_SUFFIXES)]
    return iter(sorted(os.path.relpath(path, folder).replace(os.sep, '/') for path in found))


def _text(path: str) -> str:
    if os.path.getsize(path) > _SIZE or not os.path.isfile(path):
        raise ValueError('it is too large, or no ordinary file')
    with open(path, encoding='utf-8') as stream:
        return stream.read()


def _reason(error: Exception) -> str:
    return error.strerror or '' if isinstance(error, OSError) else str(error)


def _group(name: str) -> str:
    folder = os.path.basename(os.path.dirname(name))
    return folder or OWN_GROUP


def _source(name: str, text: str, group: str, mine: bool) -> tuple[Source | None, list[str]]:
    from artifacts_guard import yamltree
    from artifacts_guard.engine.rule import checked
    from artifacts_guard.text import Document

    document = Document(name, text)
    try:
        root = yamltree.parse(document)
    except yamltree.YamlError as error:
        return None, [f'{name}:{document.position(error.offset).line}: {error.message}']
    problems = [f'{name}:{node.place.line}: the key {node.text!r} stands here twice' for node in _twice(root)]
    file, wrong = checked(_plain(root))
    for keys, sentence in wrong:
        path = '.'.join(map(str, keys))
        problems.append(f'{name}:{_line(root, keys)}: {f"{path}: " if path else ""}{sentence}')
    if file is None or problems:
        return None, problems
    return Source(name, file, file.rule(group, own=mine)), []


def _plain(node: Node) -> Any:
    """A node as plain values, with YAML 1.2's types for what is not quoted."""
    if node.kind == 'map':
        return {key: _plain(value) for key, value in node.items()}
    if node.kind == 'seq':
        return [_plain(each) for each in node]
    if node.is_null:
        return None
    return _typed(node.text) if node.style == 'plain' else node.text


def _typed(text: str) -> object:
    if text in ('true', 'false'):
        return text == 'true'
    digits = text.removeprefix('-')
    if digits.isascii() and digits.replace('.', '', 1).isdigit():
        return float(text) if '.' in text else int(text)
    return text


def _twice(root: Node) -> list[Node]:
    """Keys that their mapping has already."""
    found, left = [], [root]
    while left:
        node = left.pop()
        seen: set[str] = set()
        for key, value in node.entries():
            if key.text in seen:
                found.append(key)
            seen.add(key.text)
            left.append(value)
        left += list(node)
    return found


def _line(root: Node, keys: tuple[str | int, ...]) -> int:
    """The line of the deepest key of a path that is there."""
    node, line = root, 1
    for key in keys:
        children = list(node)
        below = children[key] if isinstance(key, int) and key < len(children) else node[str(key)]
        if not below:
            break
        node = below
        line = (node.key or node).place.line
    return line
