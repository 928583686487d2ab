"""AppVeyor: `appveyor.yml`, `.appveyor.yml`.

https://www.appveyor.com/docs/build-configuration/, https://www.appveyor.com/docs/appveyor-yml/
Secure variables are "regular environment variables in a build session that could be easily displayed in a
build log": nothing masks them.  They are not decoded in builds of pull requests.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci import model
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
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'appveyor'
# for docs/systems.md
UNDERSTANDS = ('the matrix of images and environments', '`ps`, `pwsh`, `cmd` and `sh` commands')
UNRESOLVED = ('variables of the settings',)
HOSTS = 'virtual machines of AppVeyor are thrown away after the job'
SHELLS = 'cmd on Windows, sh elsewhere; PowerShell for `ps` and `pwsh`'
MASKS = False

_PHASES = (
    'init',
    'install',
    'before_build',
    'build_script',
    'after_build',
    'before_test',
    'test_script',
    'after_test',
    'before_package',
    'before_deploy',
    'deploy_script',
    'after_deploy',
    'on_success',
    'on_failure',
    'on_finish',
)
# not for pull requests, unless the settings say so: https://www.appveyor.com/docs/deployment/#pull-requests
_DEPLOY = ('before_deploy', 'deploy_script', 'after_deploy')
# The exit code is checked after each command; a PowerShell script goes on after a program that failed.
_SHELLS = {
    'cmd': Shell('cmd', True, False),
    'ps': Shell('powershell', False, False),
    'pwsh': Shell('pwsh', False, False),
    'sh': Shell('bash', True, False),
}
# https://www.appveyor.com/docs/linux-images-software/: lines without a prefix are Bash there
_UNIX = ('ubuntu', 'macos')
_CLAIM = re.compile(
    rf'^[\'"]?(?:environment|image|build|test|deploy|version|for|{"|".join(_PHASES)})[\'"]?\s*:', re.MULTILINE
)
# https://www.appveyor.com/docs/environment-variables/
_VARIABLE = re.compile(r'\$\(([A-Za-z_]\w*)\)|%([A-Za-z_]\w*)%')
_HOSTED = 'a virtual machine of AppVeyor, thrown away after the job'


def claims(document: Document) -> bool:
    """By its name and a key that such files have."""
    return bool(_CLAIM.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """A document as one job, with one more for each entry of `for`.  Raises YamlError."""
    root = link.library(tree).root(document)
    jobs = [_job(root, EMPTY, 'job')] if root.kind == 'map' else []
    # https://www.appveyor.com/docs/build-configuration/#specializing-matrix-job-configuration
    for number, node in enumerate(root['for'], 1):
        if node.kind == 'map':
            jobs.append(_job(root, node, f'job {number}'))
    return Pipeline(
        document,
        NAME,
        jobs=tuple(jobs),
        triggers=jobs[0].triggers if jobs else (),
        masks=False,
        settings_variables=True,
    )


def _job(root: Node, own: Node, name: str) -> Job:
    place = (own or root).place
    triggers = _triggers(own if own.has('skip_non_tags') else root, place)
    env = [*_variables(root['environment'], 'pipeline'), *_variables(own['environment'], 'job')]
    unix = _image(root, own).text.strip().lower().startswith(_UNIX)
    kept = tuple(one for one in triggers if one.kind != model.PROPOSAL)
    steps = []
    for phase in _PHASES:
        node = own[phase] if own.has(phase) else root[phase]
        # what an entry of `for` does not say again is read with the first job
        if own and not own.has(phase):
            continue
        scripts = tuple(_scripts(node, 'sh' if unix else 'cmd'))
        if scripts:
            steps.append(Step(phase, node.place, scripts, triggers=kept if phase in _DEPLOY else None))
    handovers = () if own else (*_caches(root['cache']), *_uploads(root['artifacts']))
    if handovers:
        steps.append(Step('keep', root.place, handovers=handovers))
    return Job(
        name,
        place,
        _runner(root, own),
        steps=tuple(steps),
        env=tuple(env),
        triggers=triggers,
        protected=True,
    )


def _scripts(node: Node, default: str) -> Iterator[Script]:
    """Each item is run on its own: a command of the default shell, or one with the name of its shell."""
    for item in node if node.kind == 'seq' else [node]:
        if item.kind == 'scalar':
            if item.text.strip() and not item.is_null:
                yield Script(Template(item.fragment), _SHELLS[default])
            continue
        for key, value in item.items():
            if key in _SHELLS and value.kind == 'scalar' and value.text.strip():
                yield Script(Template(value.fragment), _SHELLS[key])


def _image(root: Node, own: Node) -> Node:
    """The first image of a job."""
    matching = next(iter(own['matrix']['only']), EMPTY)['image']
    node = matching or own['image'] or root['image']
    return next(iter(node), EMPTY) if node.kind == 'seq' else node


def _runner(root: Node, own: Node) -> Runner:
    """https://www.appveyor.com/docs/server/#configuring-build-cloud: one's own machines are named."""
    cloud = own['build_cloud'] or root['build_cloud']
    name = cloud.text.strip()
    if name:
        return Runner(model.SHARED, name, f'`{name}`: a build cloud of your own', cloud.entry)
    image = _image(root, own)
    return Runner(model.EPHEMERAL, image.text.strip(), _HOSTED, image.entry if image.key else None)


def _triggers(node: Node, place: Place) -> tuple[Trigger, ...]:
    """https://www.appveyor.com/docs/branches/"""
    if node['skip_non_tags'].text.strip().lower() == 'true':
        return (Trigger(model.TAG, 'tag', node['skip_non_tags'].entry),)
    return (
        Trigger(model.PUSH, 'push', place),
        Trigger(model.PROPOSAL, 'pull request', place),
    )


def _variables(node: Node, level: str) -> Iterator[Binding]:
    """`NAME: value`, `NAME: {secure: …}`, and the same under `global` and in the rows of `matrix`."""
    for name, value in node.items():
        if name == 'global' and value.kind == 'map':
            yield from _variables(value, level)
        elif name == 'matrix' and value.kind == 'seq':
            for row in value:
                yield from _variables(row, 'job')
        elif value.kind == 'scalar':
            yield Binding(name, _value(value.fragment), level, value.entry)
        elif value['secure']:
            yield Binding(name, None, level, value.entry)
    for item in node if node.kind == 'seq' else ():
        if item.kind == 'map':
            yield from _variables(item, level)


def _value(fragment: Fragment) -> Template:
    return Template(
        fragment,
        tuple(
            Expression(one.start(), one.end(), (Reference('variable', one[1] or one[2]),), False)
            for one in _VARIABLE.finditer(fragment.text)
        ),
    )


def _caches(node: Node) -> Iterator[Handover]:
    """`path -> file that the cache depends on`: https://www.appveyor.com/docs/build-cache/"""
    for item in node.scalars():
        path = item.fragment.slice(0, len(item.text.partition('->')[0].rstrip()))
        if path.text:
            yield Handover('cache', Template(path), item.place)


def _uploads(node: Node) -> Iterator[Handover]:
    """https://www.appveyor.com/docs/packaging-artifacts/"""
    for item in node if node.kind == 'seq' else [node]:
        path = item['path']
        if path.text.strip():
            yield Handover('upload', Template(path.fragment), path.place)
