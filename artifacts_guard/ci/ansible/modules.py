"""What the modules of a task run: commands, scripts, requests.

https://docs.ansible.com/ansible/latest/collections/ansible/builtin/index.html
"""

from __future__ import annotations

import re

from artifacts_guard.ci import interpreters
from artifacts_guard.ci import link
from artifacts_guard.ci.ansible import jinja
from artifacts_guard.ci.fragments import between
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Place
    from artifacts_guard.yamltree import Node

_PREFIX = re.compile(r'(?:ansible\.(?:builtin|legacy|windows)\.)(?=\w+\Z)')
# settings that can stand in front of or behind a command of one line
_SETTING = re.compile(r'(?:creates|removes|chdir|executable|warn|stdin|stdin_add_newline)=')
_FREE = re.compile(r'\s*([\w.]+)\s+(?=\S)')
_SH = Shell('sh', False, False)
_UNKNOWN = Reference('unknown', '')


class Module:
    """A module as a task uses it: its value, and the settings beside it."""

    def __init__(self, name: str, value: Node, args: Node, folders: tuple[str, ...], tree: Library) -> None:
        self.name = name
        self.value = value
        self.args = args
        self.folders = folders
        self.tree = tree

    def given(self, key: str) -> Node:
        return self.value[key] or self.args[key]

    @property
    def free(self) -> Node:
        """The command: the value itself, or what `cmd` says."""
        if self.value.kind == 'scalar' and not self.value.is_null:
            return self.value
        return self.given('cmd') or self.given('command') or self.given('_raw_params')


def short(name: str) -> str:
    """The name of a module without its collection, for those that come with Ansible."""
    return _PREFIX.sub('', name)


def _shell(module: Module) -> list[Script | Argv]:
    node = module.free
    executable = module.given('executable').text
    shell = interpreters.shell(executable) if executable else _SH
    if module.name.startswith('win_'):
        shell = Shell('powershell', False, False)
    return [Script(jinja.templated(node.fragment), shell)] if node.text.strip() else []


def _command(module: Module) -> list[Script | Argv]:
    listed = [jinja.templated(one.fragment, variables=True) for one in module.given('argv').scalars()]
    node = module.free
    words = listed or jinja.words(jinja.templated(node.fragment, variables=True))
    if not listed:
        words = [word for word in words if not _SETTING.match(word.text)]
    place = module.given('argv').place if listed else node.place
    return [Argv(tuple(words), place)] if words else []


def _script(module: Module) -> list[Script | Argv]:
    """A script of the machine that runs Ansible: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/script_module.html"""
    found = _command(module)
    for one in found:
        if isinstance(one, Argv):
            first, rest = one.words[0], one.words[1:]
            path = next(
                (p for f in module.folders if (p := link.join(f, first.text)) and module.tree.document(p)), ''
            )
            return [one.replace(words=(said(first.place, f'/{path}'), *rest))] if path else []
    return []


def _debug(module: Module) -> list[Script | Argv]:
    """What is shown on purpose."""
    node = module.given('msg')
    text = [jinja.templated(one.fragment) for one in node.scalars() if one.text]
    variable = module.given('var')
    if variable.text:
        choices = jinja.choices(variable.text)
        whole = Expression(0, len(variable.text), choices, False)
        text.append(Template(variable.fragment, (whole,)))
    place = node.place if node else variable.place
    return [Argv((said(place, 'echo'), *text), place, internal=True)] if text else []


def _request(module: Module) -> list[Script | Argv]:
    """https://docs.ansible.com/ansible/latest/collections/ansible/builtin/uri_module.html: no program is started."""
    url = module.given('url')
    if not url.text:
        return []
    place = url.place
    words = [said(place, 'curl'), said(place, '-X')]
    method = module.given('method')
    words.append(jinja.templated(method.fragment) if method.text else said(place, 'GET'))
    for name, value in module.given('headers').items():
        key = value.key.place
        header = joined([said(key, f'{name}: '), jinja.templated(value.fragment)], '')
        words += [said(key, '-H'), header]
    body = module.given('body')
    if body:
        words += [said(body.place, '-d'), _body(body)]
    return [Argv((*words, jinja.templated(url.fragment)), place, internal=True)]


def _body(body: Node) -> Template:
    if body.kind == 'scalar':
        return jinja.templated(body.fragment)
    return _unknown(body.place)


def _unknown(place: Place) -> Template:
    return said(place, '…').replace(expressions=(Expression(0, 1, (_UNKNOWN,), False),))


READERS: dict[str, Callable[[Module], list[Script | Argv]]] = {
    'shell': _shell,
    'raw': _shell,
    'win_shell': _shell,
    'command': _command,
    'win_command': _command,
    'expect': _command,
    'script': _script,
    'debug': _debug,
    'uri': _request,
    'win_uri': _request,
    'get_url': _request,
}


def commands(task: Node, folders: tuple[str, ...], tree: Library) -> tuple[list[Script | Argv], bool]:
    """What a task runs, and whether it says that this is on the machine that runs Ansible (`local_action`)."""
    for key, value in task.items():
        name = short(key)
        if name in READERS:
            return READERS[name](Module(name, value, task['args'], folders, tree)), False
        if name in ('local_action', 'action'):
            return _action(value, task, folders, tree), name == 'local_action'
    return [], False


def _action(value: Node, task: Node, folders: tuple[str, ...], tree: Library) -> list[Script | Argv]:
    """`action: shell x` and `action: {module: shell, cmd: x}`."""
    if value.kind == 'map':
        name = short(value['module'].text)
        module = Module(name, value, task['args'], folders, tree)
        return READERS[name](module) if name in READERS else []
    match = _FREE.match(value.text)
    name = short(match[1]) if match else ''
    if match is None or name not in ('shell', 'raw', 'command'):
        return []
    whole = jinja.templated(value.fragment, variables=name == 'command')
    line = between(whole, match.end(), len(whole.text))
    if name == 'command':
        return [Argv(tuple(jinja.words(line)), value.place)]
    return [Script(line, _SH)]


def named(task: Node) -> str:
    """The name of a task that has none of its own: its module's."""
    return next((short(key) for key, _ in task.items() if short(key) in READERS), 'task')
