"""Playbooks as what `ansible-playbook publish.yml` runs: each task as a recipe, in their order.

https://docs.ansible.com/ansible/latest/cli/ansible-playbook.html
"""

from __future__ import annotations

from artifacts_guard.ci import link
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'playbook'
FILES = ()

_ASKING = frozenset(
    ('--syntax-check', '--list-hosts', '--list-tasks', '--list-tags', '--version', '-h', '--help')
)
_WITH_VALUE = frozenset(
    (
        *(
            '-i',
            '--inventory',
            '--inventory-file',
            '-l',
            '--limit',
            '-t',
            '--tags',
            '--skip-tags',
            '-f',
            '--forks',
        ),
        *('-M', '--module-path', '--start-at-task', '--private-key', '--key-file', '-u', '--user', '-c'),
        *('--connection', '-T', '--timeout', '--become-method', '--become-user', '--vault-id'),
        *(
            '--vault-password-file',
            '--vault-pass-file',
            '--become-password-file',
            '--connection-password-file',
        ),
        *('--ssh-common-args', '--sftp-extra-args', '--scp-extra-args', '--ssh-extra-args'),
    )
)
_EXTRA = frozenset(('-e', '--extra-vars'))


def wanted(words: list[str]) -> Wanted | None:
    """The playbook of a command line; None when it only asks about it.  Others on the line are read by themselves."""
    files: list[str] = []
    assignments: list[tuple[str, int]] = []
    at = 1
    while at < len(words):
        name, _, _ = words[at].partition('=')
        if name in _ASKING:
            return None
        if words[at] in _EXTRA and at + 1 < len(words):
            at += 1
            given, mark, _ = words[at].partition('=')
            if mark and given.isidentifier():
                assignments.append((given, at))
        elif words[at] in _WITH_VALUE:
            at += 1
        elif not words[at].startswith('-'):
            files.append(words[at])
        at += 1
    return Wanted((), (), tuple(assignments), files[0]) if files else None


def read(document: Document, tree: Tree) -> RecipeBook:
    """Each task of a playbook as a recipe, and one without a name that needs them all; raises YamlError."""
    from artifacts_guard.ci.ansible import runner
    from artifacts_guard.ci.ansible.plays import Reader

    reader = Reader(document, link.library(tree))
    recipes: list[Recipe] = []
    for play in reader.plays():
        for task in play.tasks:
            recipes.append(
                Recipe(
                    f'{play.name} / {len(recipes) + 1}: {task.name}',
                    task.place,
                    task.commands,
                    env=task.env,
                    parameters=task.variables,
                    runner=None if task.local else runner(play, local=False),
                )
            )
    everything = Recipe('', part(document, 0, 0).whole(), needs=tuple(one.name for one in recipes))
    included = tuple(dict.fromkeys(reader.included))
    return RecipeBook(
        document, NAME, (*recipes, everything), included=included, unresolved=tuple(reader.unresolved)
    )
