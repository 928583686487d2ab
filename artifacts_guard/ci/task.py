"""Taskfiles: what `task publish` runs.

https://taskfile.dev/docs/reference/schema: each command is a shell of its own, printed with its
templates expanded before it runs unless it is silent.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'task'
FILES = (
    *('Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'taskfile.yaml'),
    *('Taskfile.dist.yml', 'taskfile.dist.yml', 'Taskfile.dist.yaml', 'taskfile.dist.yaml'),
)

_WITH_VALUE = frozenset(('-c', '--concurrency', '-o', '--output', '-I', '--interval', '--sort', '--timeout'))
_ASKING = frozenset(
    ('-l', '--list', '-a', '--list-all', '--summary', '--init', '-i', '--version', '--status')
)
_GIVEN = re.compile(r'([A-Za-z_]\w*)=')
_FIELD = re.compile(r'(?<![\w.)])\.([A-Za-z_]\w*)')
_UNKNOWN = Reference('unknown', '')


def wanted(words: list[str]) -> Wanted | None:
    """https://taskfile.dev/docs/reference/cli"""
    targets: list[str] = []
    assignments: list[tuple[str, int]] = []
    file = directory = ''
    at = 1
    while at < len(words):
        word = words[at]
        name, mark, value = word.partition('=')
        given = _GIVEN.match(word)
        if word == '--':
            break
        if name in _ASKING:
            return None
        if name in ('-d', '--dir', '-t', '--taskfile') or name in _WITH_VALUE:
            if not mark:
                at += 1
                value = words[at] if at < len(words) else ''
            if name in ('-d', '--dir'):
                directory = value
            elif name in ('-t', '--taskfile'):
                file = value
        elif given:
            assignments.append((given[1], at))
        elif not word.startswith('-'):
            targets.append(word)
        at += 1
    return Wanted(tuple(targets), (), tuple(assignments), file, directory)


def read(document: Document, tree: Tree) -> RecipeBook:
    """A Taskfile with those that it includes, their tasks under `NAMESPACE:`; raises YamlError."""
    return _Book(document, link.library(tree)).book()


class _Book:
    def __init__(self, document: Document, tree: Library) -> None:
        self._document = document
        self._tree = tree
        self._variables: list[Binding] = []
        self._env: list[Binding] = []
        self._recipes: list[Recipe] = []
        self._included: list[str] = []
        self._unresolved: list[Unresolved] = []

    def book(self) -> RecipeBook:
        self._read(self._tree.root(self._document), self._document, '', 0)
        return RecipeBook(
            self._document,
            NAME,
            tuple(self._recipes),
            tuple(self._variables),
            tuple(self._env),
            'default',
            tuple(self._included),
            tuple(self._unresolved),
        )

    def _read(self, root: Node, document: Document, prefix: str, depth: int) -> None:
        known = frozenset(name for name, _ in root['vars'].items())
        self._variables += _bindings(root['vars'], 'job', known)
        self._env += _bindings(root['env'], 'job', known)
        for name, node in root['includes'].items():
            self._include(name, node, document, prefix, depth)
        for name, node in root['tasks'].items():
            self._recipes.append(_Task(name, node, root, prefix, known).recipe())

    def _include(self, name: str, node: Node, document: Document, prefix: str, depth: int) -> None:
        given = node if node.kind == 'scalar' else node['taskfile']
        path = link.join(document.path.rpartition('/')[0], given.text) if given.text else None
        for candidate in (path, *(f'{path}/{file}' for file in FILES)) if path else ():
            other = self._tree.document(candidate) if candidate else None
            if other is None or candidate is None:
                continue
            root = self._tree.parsed(other)
            if root is not None and candidate not in self._included and depth < link.DEPTH:
                self._included.append(candidate)
                inner = prefix if node['flatten'].text == 'true' else f'{prefix}{name}:'
                self._read(root, other, inner, depth + 1)
            return
        self._unresolved.append(Unresolved('include', given.text, node.place))


class _Task:
    """One task, in any of its forms: a command, a list of commands, a mapping."""

    def __init__(self, name: str, node: Node, root: Node, prefix: str, known: frozenset[str]) -> None:
        self._name = name
        self._node = node
        self._prefix = prefix
        own = frozenset(one for one, _ in node['vars'].items())
        self._known = known | own
        self._silent = 'true' in (root['silent'].text, node['silent'].text)
        on = {s.text for holder in (root, node) for s in holder['set'].scalars()}
        self._shell = Shell('bash', bool(on & {'e', 'errexit'}), 'pipefail' in on, bool(on & {'x', 'xtrace'}))

    def recipe(self) -> Recipe:
        node = self._node
        scripts: list[Script] = []
        needs = [self._target(one) for one in node['deps']]
        follows: list[str] = []
        for one in (*node['preconditions'], *node['status']):
            check = one['sh'] if one.kind == 'map' else one
            scripts.append(Script(templated(check.fragment, self._known), self._shell))
        for one in self._commands():
            called = one['task'] or one['defer']['task'] if one.kind == 'map' else None
            if called:
                (follows if scripts or one['defer'] else needs).append(self._full(called.text))
                continue
            command = one if one.kind == 'scalar' else (one['cmd'] or one['defer'])
            if command.kind == 'scalar' and command.text.strip():
                silent = self._silent or one['silent'].text == 'true'
                template = templated(command.fragment, self._known)
                scripts.append(Script(template, self._shell, echoed=not silent))
        return Recipe(
            f'{self._prefix}{self._name}',
            node.key.place,
            tuple(scripts),
            tuple(filter(None, needs)),
            tuple(filter(None, follows)),
            env=_bindings(node['env'], 'step', self._known),
            parameters=_bindings(node['vars'], 'step', self._known),
            directory=node['dir'].text if '{{' not in node['dir'].text else '',
        )

    def _commands(self) -> list[Node]:
        node = self._node
        if node.kind == 'scalar':
            return [node]
        if node.kind == 'seq':
            return list(node)
        return [node['cmd']] if node['cmd'] else list(node['cmds']) or list(node['cmds'].scalars())

    def _target(self, one: Node) -> str:
        return self._full(one.text or one['task'].text)

    def _full(self, name: str) -> str:
        if name.startswith(':'):
            return name[1:]
        return f'{self._prefix}{name}' if name and '{{' not in name else ''


def _bindings(node: Node, level: str, known: frozenset[str]) -> tuple[Binding, ...]:
    """Values by name; what a command prints is not known."""
    found = []
    for name, value in node.items():
        if value.kind == 'scalar':
            found.append(Binding(name, templated(value.fragment, known - {name}), level, value.entry))
        elif value['sh'] and level == 'job':
            found.append(Binding(name, _printed(value['sh']), level, value.entry))
    return tuple(found)


def _printed(node: Node) -> Template:
    fragment = node.fragment
    return splice(fragment, [Cut(0, len(fragment.text), choices=(_UNKNOWN,), early=False)])


def templated(fragment: Fragment, known: frozenset[str]) -> Template:
    """Text with `{{ … }}`: names that the file sets, else variables of the environment."""
    if '{{' not in fragment.text:
        return Template(fragment)
    return splice(fragment, _cuts(fragment, known))


def _cuts(fragment: Fragment, known: frozenset[str]) -> Iterator[Cut]:
    text, at = fragment.text, 0
    while (at := text.find('{{', at)) >= 0:
        end = text.find('}}', at)
        if end < 0:
            return
        names = dict.fromkeys(_FIELD.findall(text, at + 2, end))
        choices = tuple(Reference('input' if name in known else 'variable', name) for name in names)
        yield Cut(at, end + 2, choices=choices or (_UNKNOWN,), early=False)
        at = end + 2
