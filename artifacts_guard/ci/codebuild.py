"""AWS CodeBuild: `buildspec.yml`.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

import re

from artifacts_guard.ci import interpreters
from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'codebuild'
# for docs/systems.md
UNDERSTANDS = ('phases with `finally`', 'Parameter Store and Secrets Manager variables')
UNRESOLVED = ('overrides of the build project',)
HOSTS = 'containers of CodeBuild are thrown away after the build; a reserved fleet is unknown'
SHELLS = 'sh, or what `env.shell` says'
MASKS = True

_PHASES = ('install', 'pre_build', 'build', 'post_build')
_CLAIM = re.compile(r'^[\'"]?phases[\'"]?\s*:', re.MULTILINE)
_STORES = ('parameter-store', 'secrets-manager')
_HOSTED = 'a container of CodeBuild, thrown away after the build'
_FLEET = 'a reserved fleet: the file does not tell what else runs on its machines'


def claims(document: Document) -> bool:
    """By its name and its phases."""
    return bool(_CLAIM.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """A document as one job.  Raises YamlError."""
    root = link.library(tree).root(document)
    place = root['phases'].key.place if root['phases'] else root.place
    triggers = (Trigger(model.OTHER, 'build', place),)
    fleet = root['batch']['fleet'] or root['env']['fleet']
    runner = Runner(model.EPHEMERAL, 'managed', _HOSTED)
    if fleet:
        runner = Runner(model.UNKNOWN, fleet.text.strip(), _FLEET, fleet.entry)
    job = Job(
        document.path.rpartition('/')[2],
        place,
        runner,
        steps=tuple(_steps(root)),
        env=tuple(_variables(root['env'])),
        triggers=triggers,
    )
    return Pipeline(
        document,
        NAME,
        jobs=(job,) if root.kind == 'map' else (),
        triggers=triggers,
        # values of both stores: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
        masks=True,
        settings_variables=True,
    )


def _variables(env: Node) -> Iterator[Binding]:
    """All variables are bound for the whole build: a buildspec has no other way."""
    for name, value in env['variables'].items():
        if value.kind == 'scalar':
            yield Binding(name, Template(value.fragment), 'pipeline', value.entry)
    for store in _STORES:
        for name, value in env[store].items():
            identifier = value.text.strip()
            if identifier:
                whole = Expression(0, len(identifier), (Reference('secret', identifier),), False)
                secret = said(value.place, identifier).replace(expressions=(whole,))
                yield Binding(name, secret, 'pipeline', value.entry)


def _steps(root: Node) -> Iterator[Step]:
    """One step: since version 0.2, all commands run in one shell; in 0.1, each in its own.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-cmd.html
    """
    one_shell = root['version'].text.strip() != '0.1'
    lists = []
    for name, phase in root['phases'].items():
        if name in _PHASES:
            lists += [_commands(phase['commands']), _commands(phase['finally'])]
    shell = _shell(root['env']['shell'], [line for lines in lists for line in lines])
    scripts: list[Script] = []
    for lines in lists:
        for templates in [lines] if one_shell and lines else [[line] for line in lines]:
            scripts.append(Script(joined(templates), shell, continues=one_shell and bool(scripts)))
    handovers = tuple(_handovers(root))
    if scripts or handovers:
        yield Step('phases', root['phases'].place, tuple(scripts), handovers=handovers)


def _commands(node: Node) -> list[Template]:
    return [Template(one.fragment) for one in node.scalars() if one.text.strip() and not one.is_null]


def _shell(node: Node, lines: list[Template]) -> Shell:
    """A command that fails ends its phase; inside one of several lines, nothing looks at exit codes."""
    fatal = not any('\n' in line.text.strip() for line in lines)
    found = interpreters.shell(node.text)
    if found.name == 'other':
        return Shell('sh', fatal, False)
    return found.replace(errexit=found.errexit or (fatal and found.name in ('bash', 'sh')))


def _handovers(root: Node) -> Iterator[Handover]:
    for path in root['cache']['paths'].scalars():
        yield Handover('cache', Template(path.fragment), path.place)
    outputs = [root['artifacts'], *(node for _, node in root['artifacts']['secondary-artifacts'].items())]
    for output in outputs:
        for path in output['files'].scalars():
            yield Handover('upload', Template(path.fragment), path.place)
