"""Google Cloud Build: `cloudbuild.yaml`, also as JSON.

https://cloud.google.com/build/docs/build-config-file-schema
Its documentation does not say that secrets are hidden in logs.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import images
from artifacts_guard.ci import interpreters
from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Argv
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

    from artifacts_guard.ci.model import Use
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'cloudbuild'
# for docs/systems.md
UNDERSTANDS = (
    'substitutions with their defaults',
    '`secretEnv` and `availableSecrets`',
    'scripts, and `bash -c` in `args`',
)
UNRESOLVED = ('substitutions of triggers',)
HOSTS = 'the default pool is thrown away after the build; a private pool is unknown'
SHELLS = 'none: `entrypoint` and `args` are started as they are; `script` is for sh'
MASKS = False

_CLAIM = re.compile(r'^\s*[\'"]?steps[\'"]?\s*:', re.MULTILINE)
# https://cloud.google.com/build/docs/cloud-builders: images of Google's own
_VENDORS = (
    'gcr.io/cloud-builders/',
    'gcr.io/google.com/',
    'gcr.io/google-appengine/',
    'gcr.io/kaniko-project/',
)
_BUILDERS = 'gcr.io/cloud-builders/'
# https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values
_SUBSTITUTION = re.compile(r'\$(?:\$|(_?[A-Z][A-Z0-9_]*)|\{(_?[A-Z][A-Z0-9_]*)((?:[^{}\n\w][^{}\n]*)?)\})')
_MAPPED = re.compile(r'\$\{?(_[A-Z][A-Z0-9_]*)')
_BUILT_IN = frozenset(
    (
        'PROJECT_ID',
        'PROJECT_NUMBER',
        'LOCATION',
        'BUILD_ID',
        'TRIGGER_NAME',
        'TRIGGER_BUILD_CONFIG_PATH',
        'COMMIT_SHA',
        'REVISION_ID',
        'SHORT_SHA',
        'REPO_NAME',
        'REPO_FULL_NAME',
        'BRANCH_NAME',
        'TAG_NAME',
        'REF_NAME',
        'SERVICE_ACCOUNT',
        'SERVICE_ACCOUNT_EMAIL',
        '_HEAD_BRANCH',
        '_BASE_BRANCH',
        '_HEAD_REPO_URL',
        '_PR_NUMBER',
    )
)
_VERSION = re.compile(r'/versions/[^/]*$')
_HOSTED = 'a machine of the default pool, thrown away after the build'
_POOL = 'a private pool: the file does not tell what its machines are'


def claims(document: Document) -> bool:
    """By its name and its steps."""
    return bool(_CLAIM.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """A document as one job.  Raises YamlError."""
    root = link.library(tree).root(document)
    listed = root['steps']
    if not len(listed):
        return Pipeline(document, NAME, masks=False)
    place = listed.key.place
    triggers = (Trigger(model.OTHER, 'build', place),)
    build = _Build(root)
    steps = [build.step(node, number) for number, node in enumerate(listed, 1) if node.kind == 'map']
    if handovers := tuple(build.uploads()):
        steps.append(Step('artifacts', root['artifacts'].place, handovers=handovers))
    name = document.path.rpartition('/')[2].rpartition('.')[0]
    job = Job(name, place, _runner(root['options']), steps=tuple(steps), triggers=triggers)
    return Pipeline(document, NAME, jobs=(job,), triggers=triggers, masks=False)


def _runner(options: Node) -> Runner:
    """Each build of the default pool has a worker of its own; private pools can be set up in more ways.

    https://cloud.google.com/build/docs/private-pools/private-pools-overview
    """
    pool = options['pool']['name'] or options['workerPool']
    name = pool.text.strip()
    if name:
        return Runner(model.UNKNOWN, name, _POOL, pool.entry)
    machine = options['machineType']
    return Runner(model.EPHEMERAL, machine.text.strip(), _HOSTED, machine.entry if machine else None)


class _Build:
    """What the steps of a build have in common."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._options = root['options']
        self._defaults = {name: node.text for name, node in root['substitutions'].items()}
        self._secrets = dict(_secrets(root))
        self._maps = self._options['automapSubstitutions'].text.strip() == 'true'

    def step(self, node: Node, number: int) -> Step:
        identifier = node['id'].text.strip()
        scripts = tuple(self._scripts(node))
        directory = node['dir']
        return Step(
            identifier or f'step {number}',
            (node['id'] or node['name'] or node).place,
            scripts=scripts,
            image=self._image(node['name']),
            env=tuple(self._env(node)),
            identifier=identifier,
            directory=self._template(directory.fragment, early=False) if directory else None,
            may_fail=node['allowFailure'].text.strip() == 'true',
        )

    def _scripts(self, node: Node) -> Iterator[Script | Argv]:
        """A script without a first line `#!` is one of `sh`; without a script, words are started as they are.

        https://cloud.google.com/build/docs/configuring-builds/run-bash-scripts
        """
        script, entrypoint, args = node['script'], node['entrypoint'], node['args']
        if script.kind == 'scalar' and script.text.strip():
            first, _, _ = script.text.partition('\n')
            shell = interpreters.shell(first[2:]) if first.startswith('#!') else Shell('sh', False, False)
            yield Script(Template(script.fragment), shell)
            return
        words = [self._template(word.fragment) for word in args.scalars()]
        image = node['name'].text.strip()
        if entrypoint.kind == 'scalar' and entrypoint.text.strip():
            words.insert(0, self._template(entrypoint.fragment))
        elif words and image.startswith(_BUILDERS):
            # each of these images starts the program that it is named after
            program = re.split('[:@]', image.rpartition('/')[2])[0]
            words.insert(0, said(node['name'].place, program))
        if words:
            yield Argv(tuple(words), (entrypoint or args).place)

    def _image(self, node: Node) -> Use | None:
        known = not self._template(node.fragment).expressions
        made = images.image(node.text, node.place, known=known)
        return made.replace(third_party=not made.name.startswith(_VENDORS)) if made else None

    def _env(self, node: Node) -> Iterator[Binding]:
        if self._maps or node['automapSubstitutions'].text.strip() == 'true':
            yield from self._mapped(node['script'])
        for level, options in (('pipeline', self._options), ('step', node)):
            for item in options['env'].scalars():
                name, mark, _ = item.text.partition('=')
                if name and mark:
                    value = item.fragment.slice(len(name) + 1, len(item.text))
                    yield Binding(
                        name, self._template(value, early=False), level, item.place, level != 'step'
                    )
            for item in options['secretEnv'].scalars():
                name = item.text.strip()
                if name:
                    yield Binding(name, self._secret(item, name), level, item.place, level != 'step')

    def _mapped(self, script: Node) -> Iterator[Binding]:
        """Substitutions as variables, as far as a script uses them."""
        for name in dict.fromkeys(_MAPPED.findall(script.text)):
            whole = Expression(0, len(name), self._choices(name), False)
            value = said(script.place, name).replace(expressions=(whole,))
            yield Binding(name, value, 'step', script.place)

    def _secret(self, item: Node, name: str) -> Template | None:
        identifier = self._secrets.get(name)
        if identifier is None:
            return None
        whole = Expression(0, len(name), (Reference('secret', identifier),), False)
        return said(item.place, name).replace(expressions=(whole,))

    def _template(self, fragment: Fragment, *, early: bool = True) -> Template:
        return splice(fragment, self._cuts(fragment, early))

    def _cuts(self, fragment: Fragment, early: bool) -> Iterator[Cut]:
        """`$NAME` and `${NAME}` are filled in before the step starts; `$$` is a dollar sign."""
        for match in _SUBSTITUTION.finditer(fragment.text):
            name = match[1] or match[2]
            if name is None:
                yield Cut(match.start(), match.end(), said(fragment.place(match.start(), match.end()), '$'))
            elif name.startswith('_') or name in _BUILT_IN:
                yield Cut(
                    match.start(), match.end(), choices=self._choices(name, match[3] or ''), early=early
                )

    def _choices(self, name: str, more: str = '') -> tuple[Reference | str, ...]:
        if name in _BUILT_IN:
            return (Reference('github', name),)
        default = self._defaults.get(name)
        if default is None:
            return (Reference('variable', name),)
        # a default that is made of others, or of which a part is taken
        return (Reference('unknown', name),) if '$' in default or more else (default,)

    def uploads(self) -> Iterator[Handover]:
        """https://cloud.google.com/build/docs/building/store-artifacts-in-cloud-storage"""
        for path in self._root['artifacts']['objects']['paths'].scalars():
            yield Handover('upload', self._template(path.fragment, early=False), path.place)


def _secrets(root: Node) -> Iterator[tuple[str, str]]:
    """Names of variables and what identifies the secret, without its version.

    https://cloud.google.com/build/docs/securing-builds/use-secrets
    """
    available = root['availableSecrets']
    for item in available['secretManager']:
        if item['env'].text.strip():
            yield item['env'].text.strip(), _VERSION.sub('', item['versionName'].text.strip())
    # encrypted values in the document itself: nothing but the name tells which they are
    for item in available['inline']:
        yield from ((name, name) for name, _ in item['envMap'].items())
    for item in root['secrets']:
        yield from ((name, name) for name, _ in item['secretEnv'].items())
