"""The scripts of a job as the runner puts them together.

The lines of `before_script` and `script` are written one after the other into one shell script, those of
`after_script` into another, after `set -o pipefail` where the shell has it and `set -o errexit`:
https://gitlab.com/gitlab-org/gitlab-runner, shells/bash.go and shells/abstract.go,
https://docs.gitlab.com/ci/yaml/script/.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.gitlab import inputs
from artifacts_guard.ci.gitlab import templates
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.gitlab.config import Config
    from artifacts_guard.yamltree import Node

BASH = Shell('bash', True, True)
# After each line the runner's script stops when the line failed: shells/powershell.go
POWERSHELL = Shell('powershell', True, False)

_POWERSHELL = re.compile(
    r'(?i)\$env:\w|\b(?:Write-Host|Invoke-(?:WebRequest|RestMethod|Expression)|New-Item)\b'
)
_EXPRESSION = re.compile(r'\$\{\{\s*([^{}]*?)\s*\}\}')
_COMMIT = re.compile(r'[0-9a-f]{40}\Z')
_VENDORS = ('gitlab.com/gitlab-org/', 'gitlab.com/components/', 'registry.gitlab.com/gitlab-org/')
# `job.X` are the variables of the job: https://docs.gitlab.com/ci/steps/#expressions
_CONTEXTS = {'env': 'env', 'job': 'variable', 'vars': 'variable'}


class Commands(Record):
    """Commands that run in one shell, as one text for each run of them that comes from one document."""

    nodes: tuple[Node, ...] = ()
    texts: tuple[Template, ...] = ()
    is_powershell: bool = False


def parts(config: Config, job: Node) -> list[Commands]:
    """The commands of a job, by the shells that they run in: before the sources are there, the script, after it."""
    hook = config.value(config.keyword(job, 'hooks'), 'pre_get_sources_script')
    before, after = config.keyword(job, 'before_script'), config.keyword(job, 'after_script')
    return [
        _commands(config, config.elements(hook)),
        _commands(config, config.elements(before), config.elements(config.value(job, 'script'))),
        _commands(config, config.elements(after)),
    ]


def _commands(config: Config, *lists: tuple[Node, ...]) -> Commands:
    """Jobs that have the same commands share them; too many different ones are not looked at."""
    key = tuple([id(some) for some in lists])
    if key not in config.scripts:
        config.commands -= sum(len(some) for some in lists)
        if config.commands < 0:
            return Commands()
        nodes = [node for some in lists for node in some if node.kind == 'scalar']
        config.scripts[key] = Commands(
            tuple(nodes),
            tuple([joined(some) for some in _by_document(nodes)]),
            any(_POWERSHELL.search(node.text) for node in nodes),
        )
    return config.scripts[key]


def _by_document(nodes: list[Node]) -> list[list[Template]]:
    groups: list[list[Template]] = []
    for node in nodes:
        template = templates.plain(node)
        if groups and groups[-1][0].fragment.document is template.fragment.document:
            groups[-1].append(template)
        else:
            groups.append([template])
    return groups


def scripts(found: list[Commands], shell: Shell, given: dict[str, Node]) -> tuple[Script, ...]:
    """One script for each shell; commands that come from several documents follow one another in it.

    `given` are the inputs of the job.
    """
    return tuple(
        Script(inputs.filled(text, given), shell, continues=number > 0)
        for commands in found
        for number, text in enumerate(commands.texts)
    )


def shell(found: list[Commands], *, windows: bool, traced: bool) -> Shell:
    """The shell of a job: the executor decides, which the file shows by what it says."""
    if windows or any(commands.is_powershell for commands in found):
        return POWERSHELL
    return BASH.replace(xtrace=True) if traced else BASH


def run_steps(config: Config, job: Node, image: Use | None) -> list[Step]:
    """The steps of `run:`, which stands in place of a script: https://docs.gitlab.com/ci/steps/"""
    found = []
    for node in config.elements(config.value(job, 'run')):
        if node.kind != 'map':
            continue
        name = config.value(node, 'name').text.strip()
        env = tuple(
            Binding(key, _template(value), 'step', value.entry)
            for key, value in config.value(node, 'env').items()
            if value.kind == 'scalar'
        )
        script = config.value(node, 'script')
        made = Step(name or 'run', node.place, image=image, env=env)
        if script.kind == 'scalar':
            found.append(made.replace(scripts=(Script(_template(script, early=True), BASH),)))
            continue
        use = _step_use(config, node)
        if use is not None:
            found.append(made.replace(use=use))
    return found


def _step_use(config: Config, node: Node) -> Use | None:
    """The function that a step runs: in the tree, of a repository, or of an image."""
    where = config.value(node, 'step') or config.value(node, 'func')
    given = tuple(
        Binding(key, _template(value) if value.kind == 'scalar' else None, 'step', value.entry)
        for key, value in config.value(node, 'inputs').items()
    )
    if where.kind == 'map':
        git, oci = config.value(where, 'git'), config.value(where, 'oci')
        target = config.value(git, 'url') or config.value(oci, 'url') or config.value(oci, 'registry')
        name = target.text.strip().removeprefix('https://')
        rev = config.value(git, 'rev') or config.value(oci, 'tag')
        ref = rev.text.strip()
        place = where.place
    else:
        name, _, ref = where.text.strip().partition('@')
        place = where.place
    if not name:
        return None
    if name.startswith('.'):
        return Use('action', name, place, pinned=True, third_party=False, inputs=given)
    own = name.startswith(_VENDORS) or name.startswith('builtin://')
    pinned = bool(_COMMIT.match(ref)) or ref.startswith('sha256:') or name.startswith('builtin://')
    words = f'{name}@{ref}' if ref else name
    return Use('action', words, place, pinned=pinned, third_party=not own, inputs=given)


def _template(node: Node, early: bool = False) -> Template:
    """A string in which the step runner replaces `${{ … }}` before anything runs."""
    template = templates.plain(node)
    found = list(template.expressions)
    for match in _EXPRESSION.finditer(template.text):
        context, _, name = match[1].partition('.')
        kind = _CONTEXTS.get(context, 'unknown')
        if kind == 'variable':
            reference = templates.reference(name)
        else:
            reference = Reference(kind, name if kind == 'env' else match[1])
        found.append(Expression(match.start(), match.end(), (reference,), early))
    return template.replace(expressions=tuple(sorted(found, key=lambda one: one.start)))
