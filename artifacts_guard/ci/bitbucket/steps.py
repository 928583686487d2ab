"""One step of a pipeline: its host, image, script and pipes.

https://support.atlassian.com/bitbucket-cloud/docs/step-options/
"""

from __future__ import annotations

import re

from artifacts_guard.ci import images
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import scalars
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Use
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.yamltree import Node

# The script of a step is one bash script after `set -e`, without `pipefail`:
# https://support.atlassian.com/bitbucket-cloud/kb/why-does-bitbucket-pipelines-pass-build-steps-despite-previous-command-failure/
# https://confluence.atlassian.com/bbkb/pipelines-builds-succeeds-even-on-command-failure-1142437808.html
_BASH = Shell('bash', True, False)
# https://support.atlassian.com/bitbucket-cloud/docs/set-up-runners-for-windows/
_WINDOWS = Shell('powershell', True, False)
_OWN_IMAGES = ('atlassian', 'bitbucketpipelines')
_OWN_PIPES = ('atlassian', 'bitbucketpipelines')
# Runners that run the script on the machine itself, without a container.
_WITHOUT_IMAGE = ('linux.shell', 'macos', 'windows')
_VARIABLE = re.compile(r'\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))')
# Filled in before the step runs, from variables that are no secrets
_TEMPLATED = re.compile(r'\$\{\{\s*([A-Za-z_]\w*)\s*\}\}')
_CLOUD = "a container in Bitbucket's cloud, thrown away after the step"
_NESTING = 5


class Around(Record):
    """What a step has from the document and the pipeline that it stands in."""

    root: Node
    triggers: tuple[Trigger, ...] = ()
    variables: tuple[Binding, ...] = ()
    deployment: str = ''
    automation: bool = True


def job(node: Node, name: str, around: Around) -> Job:
    """A step as a job."""
    step = _Options(node, around.root['definitions']['step-config'][node['config'].text])
    runner, labels = _runner(step['runs-on'])
    image = None if any(label in _WITHOUT_IMAGE for label in labels) else _image(step, around.root)
    shell = _WINDOWS if 'windows' in labels else _BASH
    kinds = {trigger.kind for trigger in around.triggers}
    return Job(
        name,
        (step['name'] or node).place,
        runner,
        steps=tuple(_steps(step, shell, image, around.root)),
        env=around.variables,
        triggers=around.triggers,
        automation=around.automation,
        # pull requests of forks start nothing:
        # https://support.atlassian.com/bitbucket-cloud/docs/pipeline-start-conditions/#Pull-Requests
        protected=model.PROPOSAL in kinds,
        environment=(step['deployment'] or step['environment']).text.strip() or around.deployment.strip(),
    )


class _Options:
    """A step with the options that `config: NAME` gives it."""

    def __init__(self, node: Node, config: Node) -> None:
        self.node = node
        self._config = config

    def __getitem__(self, key: str) -> Node:
        return self.node[key] or self._config[key]


def variables(node: Node) -> tuple[Binding, ...]:
    """The variables that whoever starts a custom pipeline may set; nothing binds them closer to a step."""
    found = []
    for one in node:
        name = one['name'].text.strip()
        if not name:
            continue
        default = one['default']
        base = Template(default.fragment) if default.kind == 'scalar' else said(one['name'].place, '')
        choices: list[Reference | str] = [base.text] if default else []
        choices += [scalar.text for scalar in one['allowed-values'].scalars()]
        choices.append(Reference('input', name))
        whole = Expression(0, len(base.text), tuple(dict.fromkeys(choices)), False)
        value = base.replace(expressions=(whole,))
        found.append(Binding(name, value, 'pipeline', one['name'].entry))
    return tuple(found)


def _runner(node: Node) -> tuple[Runner, tuple[str, ...]]:
    """https://support.atlassian.com/bitbucket-cloud/docs/configure-your-runner-in-bitbucket-pipelines-yml/"""
    labels = tuple(scalar.text.strip() for scalar in node.scalars() if scalar.text.strip())
    if not labels:
        return Runner(model.EPHEMERAL, 'cloud', _CLOUD), ()
    shown = labels[0] if len(labels) == 1 else f'[{", ".join(labels)}]'
    evidence = f'`{labels[0]}`: a runner on a machine that other steps use too'
    return Runner(model.SHARED, shown, evidence, node.entry, ((labels, model.SHARED),)), labels


def _image(node: _Options, root: Node) -> Use | None:
    """The image of the step or of the document; without one, a step runs in Atlassian's own."""
    image = node['image'] or root['image']
    name = image['name'] if image.kind == 'map' else image
    known = not _VARIABLE.search(name.text) and not _TEMPLATED.search(name.text)
    return images.image(name.text, name.place, _OWN_IMAGES, known=known)


def _steps(node: _Options, shell: Shell, image: Use | None, root: Node) -> Iterator[Step]:
    commands = []
    pipes = []
    for item in _items(node['script']):
        if item.kind == 'scalar':
            commands.append(_template(item))
        elif item['pipe'].kind == 'scalar':
            pipes.append(item)
    scripts = [Script(joined(commands), shell)] if commands else []
    after = [_template(item) for item in _items(node['after-script']) if item.kind == 'scalar']
    if after:
        scripts.append(Script(joined(after), shell))
    name = node['name'].text.strip() or 'script'
    handovers = (*_caches(node['caches'], root), *_artifacts(node['artifacts']))
    if scripts or handovers:
        yield Step(name, node.node.place, tuple(scripts), image=image, handovers=handovers)
    for item in pipes:
        yield Step(item['pipe'].text.strip(), item.place, use=_pipe(item))


def _items(node: Node, depth: int = 0) -> Iterator[Node]:
    """Commands and pipes of a script, also those of lists that an anchor put in."""
    if node.kind != 'seq':
        if node and not node.is_null:
            yield node
        return
    for item in node:
        if item.kind == 'seq' and depth < _NESTING:
            yield from _items(item, depth + 1)
        elif not item.is_null:
            yield item


def _template(node: Node) -> Template:
    fragment = node.fragment
    if '${{' not in fragment.text:
        return Template(fragment)
    found = _TEMPLATED.finditer(fragment.text)
    return splice(fragment, [Cut(m.start(), m.end(), choices=(Reference('vars', m[1]),)) for m in found])


def _pipe(item: Node) -> Use:
    """A pipe: a container that gets the variables given to it, and no others.

    https://support.atlassian.com/bitbucket-cloud/docs/use-pipes-in-bitbucket-pipelines/
    """
    node = item['pipe']
    name = node.text.strip()
    owner = name.removeprefix('docker://').partition('/')[0]
    inputs = []
    for key, value in item['variables'].items():
        if value.kind == 'seq':
            inputs += [
                Binding(f'{key}_{number}', _given(one), 'step', one.place)
                for number, one in enumerate(scalars(value))
            ]
        elif value.kind == 'scalar':
            inputs.append(Binding(key, _given(value), 'step', value.entry))
    return Use(
        'pipe',
        name,
        node.place,
        pinned=images.is_pinned(name),
        third_party=owner not in _OWN_PIPES,
        inputs=tuple(inputs),
    )


def _given(node: Node) -> Template:
    """The value of a pipe's variable, with the step's variables that it names."""
    fragment = node.fragment
    found = tuple(
        Expression(m.start(), m.end(), (Reference('variable', m[1] or m[2]),), False)
        for m in _VARIABLE.finditer(fragment.text)
    )
    return Template(fragment, found)


def _caches(node: Node, root: Node) -> Iterator[Handover]:
    """The paths of caches that the document defines: https://support.atlassian.com/bitbucket-cloud/docs/cache-dependencies/"""
    for name in node.scalars():
        cache = root['definitions']['caches'][name.text.strip()]
        path = cache['path'] if cache.kind == 'map' else cache
        if path.kind == 'scalar' and path.text.strip():
            yield Handover('cache', Template(path.fragment), path.place)


def _artifacts(node: Node) -> Iterator[Handover]:
    """https://support.atlassian.com/bitbucket-cloud/docs/use-artifacts-in-steps/: a list, or `paths`, or `upload`."""
    listed = list(node.scalars()) if node.kind != 'map' else scalars(node['paths'])
    for upload in node['upload']:
        listed += scalars(upload['paths'])
    for path in listed:
        if path.text.strip():
            yield Handover('upload', Template(path.fragment), path.place)
