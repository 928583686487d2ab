"""Ansible: playbooks, and lists of tasks in roles.

https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html,
https://docs.ansible.com/ansible/latest/reference_appendices/logging.html
A pipeline that runs `ansible-playbook` runs its tasks (`ci.playbook`); what nobody is known to run is read here.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.ansible.plays import Play
    from artifacts_guard.ci.ansible.plays import Task
    from artifacts_guard.ci.model import Binding
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'ansible'
# for docs/systems.md
UNDERSTANDS = (
    'commands, scripts and requests of tasks, with blocks, loops and `environment`',
    'roles, tasks, playbooks and variables of the tree that they include',
    '`lookup("env", …)`, variables in `{{ }}`, `no_log`, `delegate_to: localhost`',
)
UNRESOLVED = (
    'inventories and what they say of hosts',
    'roles and modules of collections',
    'other filters and lookups',
)
HOSTS = 'unknown: hosts of an inventory, or the machine that runs Ansible'
SHELLS = '`shell` and `raw`: sh; `command`: none'
MASKS = False

_ITEM = r'^[ \t]*(?:-[ \t]+)?["\']?(?:ansible\.(?:builtin|legacy|windows)\.)?'
_LIST = re.compile(r'\A\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n|---[^\n]*\n|%[^\n]*\n)*-[ \t\r\n]')
_KNOWN = re.compile(
    rf'{_ITEM}(?:hosts|import_playbook|shell|command|raw|script|uri|get_url|debug|win_\w+|block|local_action|expect'
    r'|(?:include|import)_(?:tasks|role))["\']?[ \t]*:',
    re.MULTILINE,
)
_LEVELS = 4  # of variables made of each other


def claims(document: Document) -> bool:
    """A list of plays, which have hosts, or of tasks with modules that are read."""
    return bool(_LIST.match(document.text) and _KNOWN.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """Each play as a job; raises YamlError."""
    from artifacts_guard.ci.ansible.plays import Reader

    reader = Reader(document, link.library(tree))
    found = reader.plays()
    alone = all(not play.hosts for play in found)
    return Pipeline(
        document,
        NAME,
        kind='template' if alone else 'playbook',
        jobs=tuple(_job(play, number) for number, play in enumerate(found, 1)),
        unresolved=tuple(reader.unresolved),
        masks=False,
        called=tuple(dict.fromkeys(reader.included)),
    )


def runner(play: Play, *, local: bool) -> Runner:
    """Nothing in a playbook tells who else uses the hosts that it names."""
    if local:
        return Runner(model.UNKNOWN, 'localhost', 'the machine that runs Ansible', play.place)
    evidence = f'`{play.hosts}`: hosts of an inventory, of which nothing tells who else uses them'
    return Runner(model.UNKNOWN, play.hosts, evidence if play.hosts else 'tasks that no play names hosts for')


def _job(play: Play, number: int) -> Job:
    steps = tuple(_step(task) for task in play.tasks)
    name = f'{number}: {play.name}'
    return Job(
        name,
        play.place,
        runner(play, local=play.local),
        steps,
        automation=False,
    )


def _step(task: Task) -> Step:
    return Step(task.name, task.place, task.commands, env=task.env, scope=_levels(task.variables))


def _levels(variables: tuple[Binding, ...]) -> Scope:
    """Variables that are made of each other, as inputs: a few levels of that are followed."""
    scope = Scope(variables)
    for _ in range(_LEVELS):
        scope = Scope(variables, None, scope)
    return scope
