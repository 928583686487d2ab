"""Plays and tasks of Ansible, with what they include: where each task runs, and with which environment.

https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci.ansible import jinja
from artifacts_guard.ci.ansible import modules
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_LOCAL = frozenset(('localhost', '127.0.0.1', '::1'))
_LISTS = ('pre_tasks', 'roles', 'tasks', 'post_tasks', 'handlers')
_BLOCKS = ('block', 'rescue', 'always')
_FILES = frozenset(('include_tasks', 'import_tasks', 'include'))
_ROLES = frozenset(('include_role', 'import_role'))
_PLAYBOOKS = frozenset(('import_playbook',))
_FALSE = frozenset(('', 'false', 'False', 'no', 'No', 'off', '0', 'n'))
_MOST_TASKS = 2000


class Task(Record):
    """One task.  `local`: it runs on the machine that runs Ansible.  `variables` are its own, for its templates."""

    name: str
    place: Place
    commands: tuple[Script | Argv, ...]
    env: tuple[Binding, ...]
    local: bool
    variables: tuple[Binding, ...]


class Play(Record):
    """One play, or a list of tasks that stands alone: `hosts` is '' then."""

    name: str
    place: Place
    hosts: str
    local: bool
    tasks: tuple[Task, ...]


class Around(Record):
    """What tasks have from the play and blocks around them, and the folder of the file that they stand in."""

    folder: str
    local: bool
    env: tuple[Binding, ...] = ()
    variables: tuple[Binding, ...] = ()
    no_log: bool = False
    depth: int = 0


class Reader:
    """Reads a document with all that it includes; `included` are their paths."""

    def __init__(self, document: Document, tree: Library) -> None:
        self._document = document
        self._tree = tree
        self._facts: list[Binding] = []
        self._left = _MOST_TASKS
        self.included: list[str] = []
        self.unresolved: list[Unresolved] = []

    def plays(self) -> list[Play]:
        """Raises YamlError."""
        return list(self._plays(self._tree.root(self._document), self._document, 0))

    def _plays(self, root: Node, document: Document, depth: int) -> Iterator[Play]:
        folder = document.path.rpartition('/')[0]
        if not any(node['hosts'] or _named(node, _PLAYBOOKS) for node in root):
            yield self._loose(root, document.path, folder)
            return
        for number, node in enumerate(root, 1):
            other = _named(node, _PLAYBOOKS)
            if node['hosts']:
                yield self._play(node, folder, number)
            elif other and depth < link.DEPTH:
                found = self._file(other.text, (folder,), other)
                if found is not None:
                    yield from self._plays(*found, depth + 1)

    def _loose(self, root: Node, path: str, folder: str) -> Play:
        """A list of tasks that no play is known to include."""
        held = tuple(self._role_variables(folder.rpartition('/')[0]))
        tasks = self._completed(self._tasks(root, Around(folder, False, variables=held)))
        return Play(path, root.place, '', False, tasks)

    def _completed(self, tasks: Iterator[Task]) -> tuple[Task, ...]:
        """Tasks with the variables that any of them sets (`set_fact`)."""
        self._facts = []
        found = list(tasks)
        return tuple(task.replace(variables=(*task.variables, *self._facts)) for task in found)

    def _play(self, node: Node, folder: str, number: int) -> Play:
        hosts = ','.join(one.text for one in node['hosts'].scalars())
        local = hosts in _LOCAL or node['connection'].text == 'local'
        variables = [*_bindings(node['vars']), *self._variable_files(node['vars_files'], folder)]
        around = Around(
            folder, local, _environment(node['environment']), tuple(variables), _on(node['no_log'])
        )
        tasks = self._completed(task for key in _LISTS for task in self._listed(key, node[key], around))
        name = node['name'].text.strip() or f'play {number}'
        return Play(name, node['hosts'].entry, hosts, local, tasks)

    def _listed(self, key: str, node: Node, around: Around) -> Iterator[Task]:
        if key != 'roles':
            yield from self._tasks(node, around)
            return
        for one in node:
            role = one if one.kind == 'scalar' else (one['role'] or one['name'])
            inside = around.replace(
                variables=(*around.variables, *_bindings(one['vars'])),
                env=(*around.env, *_environment(one['environment'])),
            )
            yield from self._role(role, one['tasks_from'].text or 'main', inside)

    def _role(self, role: Node, file: str, around: Around) -> Iterator[Task]:
        """https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_reuse_roles.html"""
        folders = (
            f'{around.folder}/roles',
            around.folder.rpartition('/tasks')[0].rpartition('/')[0],
            'roles',
        )
        stem = f'{role.text}/tasks/{file.removesuffix(".yml")}'
        found = self._file(f'{stem}.yml', folders, role)
        if found is not None:
            root, document = found
            folder = document.path.rpartition('/')[0]
            held = tuple(self._role_variables(folder.rpartition('/')[0]))
            yield from self._tasks(
                root,
                around.replace(folder=folder, variables=(*held, *around.variables), depth=around.depth + 1),
            )

    def _role_variables(self, folder: str) -> Iterator[Binding]:
        for name in ('defaults', 'vars'):
            document = self._tree.document(f'{folder}/{name}/main.yml'.lstrip('/'))
            root = self._tree.parsed(document) if document is not None else None
            if root is not None:
                yield from _bindings(root)

    def _variable_files(self, node: Node, folder: str) -> Iterator[Binding]:
        for one in node.scalars():
            found = self._file(one.text, (folder,), one)
            if found is not None:
                yield from _bindings(found[0])

    def _tasks(self, nodes: Node, around: Around) -> Iterator[Task]:
        for node in nodes:
            if not self._left:
                return
            self._left -= 1
            inside = _inner(node, around)
            if node['block']:
                for key in _BLOCKS:
                    yield from self._tasks(node[key], inside)
                continue
            file, role = _named(node, _FILES), _named(node, _ROLES)
            if file or role:
                yield from self._include(file, role, inside)
                continue
            self._facts += _bindings(_named(node, frozenset(('set_fact',))))
            yield from self._task(node, inside)

    def _include(self, file: Node, role: Node, around: Around) -> Iterator[Task]:
        if around.depth >= link.DEPTH:
            return
        if role:
            yield from self._role(role['name'], role['tasks_from'].text or 'main', around)
            return
        node = file if file.kind == 'scalar' else file['file']
        found = self._file(node.text.partition(' ')[0], (around.folder, f'{around.folder}/tasks'), node)
        if found is not None:
            folder = found[1].path.rpartition('/')[0]
            yield from self._tasks(found[0], around.replace(folder=folder, depth=around.depth + 1))

    def _task(self, node: Node, around: Around) -> Iterator[Task]:
        folder = around.folder
        folders = (f'{folder.rpartition("/")[0]}/files', f'{folder}/files', folder, '')
        commands, local = modules.commands(node, folders, self._tree)
        if not commands:
            return
        # what it runs or sends is noted by each host: https://docs.ansible.com/ansible/latest/reference_appendices/logging.html
        hidden = around.no_log
        silent = hidden or bool(node['register'])
        echoed = not hidden and modules.named(node) != 'debug'  # which shows its words by itself
        scripts = tuple(one.replace(echoed=echoed, silent=silent) for one in commands)
        name = node['name']
        yield Task(
            name.text.strip() or modules.named(node),
            (name or node).place,
            scripts,
            around.env,
            around.local or local,
            (*around.variables, *_loop(node)),
        )

    def _file(self, reference: str, folders: tuple[str, ...], node: Node) -> tuple[Node, Document] | None:
        """A file of the tree that is included, by its path from one of some folders."""
        for folder in folders if reference and '{{' not in reference else ():
            path = link.join(folder, reference)
            document = self._tree.document(path) if path else None
            root = self._tree.parsed(document) if document is not None else None
            if document is not None and root is not None:
                self.included.append(document.path)
                return root, document
        self.unresolved.append(Unresolved('include', reference or node.text, node.place))
        return None


def _inner(node: Node, around: Around) -> Around:
    """What a task or block adds to what is around it."""
    to = node['delegate_to'].text or ('localhost' if node['connection'].text == 'local' else '')
    hidden = node['no_log']
    return around.replace(
        local=to in _LOCAL if to else around.local,
        env=(*around.env, *_environment(node['environment'])),
        variables=(*around.variables, *_bindings(node['vars'])),
        no_log=_on(hidden) if hidden else around.no_log,
    )


def _named(node: Node, names: frozenset[str]) -> Node:
    """The value of the module of a task that is one of some."""
    for key, value in node.items():
        if modules.short(key) in names:
            return value
    return node['']


def _on(node: Node) -> bool:
    """Whether `no_log` is set; an expression that decides it later counts as set."""
    return node.text.strip() not in _FALSE


def _environment(node: Node) -> tuple[Binding, ...]:
    """https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_environment.html: a mapping, or a list of them"""
    return tuple(binding for one in ([node] if node.kind == 'map' else node) for binding in _bindings(one))


def _bindings(node: Node) -> list[Binding]:
    """Values by name; what is encrypted is a secret."""
    found = []
    for name, value in node.items():
        if value.kind == 'scalar':
            given = None if 'vault' in value.tag else jinja.templated(value.fragment)
            found.append(Binding(name, given, 'step', value.entry))
    return found


def _loop(node: Node) -> list[Binding]:
    """`item`, which is each of the elements in turn."""
    for key in ('loop', 'with_items'):
        values = [jinja.templated(one.fragment) for one in node[key].scalars()]
        if node[key].kind == 'seq' and values:
            choices = tuple(choice for value in values for choice in _all(value))
            whole = Template(node[key].key.fragment)
            item = whole.replace(expressions=(Expression(0, len(whole.text), choices, False),))
            return [Binding('item', item, 'step', node[key].entry)]
    return []


def _all(value: Template) -> tuple[Reference | str, ...]:
    return tuple(choice for one in value.expressions for choice in one.choices) or (value.text,)
