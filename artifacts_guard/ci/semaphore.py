"""Semaphore: `.semaphore/semaphore.yml` and the pipelines that it promotes to.

https://docs.semaphore.io/reference/pipeline-yaml
Commands of a job run in one Bash session, which ends as soon as one of them fails
(https://docs.semaphore.io/using-semaphore/jobs).  Secrets are named as a whole: the document does not tell
which variables and files are in them.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import images
from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Trigger
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.ci.model import Use
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'semaphore'
# for docs/systems.md
UNDERSTANDS = (
    'blocks with prologue, epilogue and `global_job_config`',
    '`commands_file`',
    'promotions to other pipelines of the tree',
)
UNRESOLVED = ('what is in a secret that is named as a whole',)
HOSTS = 'machine types of Semaphore are thrown away after the job; `s1-` types are shared'
SHELLS = 'bash that ends with the first command that fails'
MASKS = False

_CLAIM = re.compile(r'^[\'"]?blocks[\'"]?\s*:', re.MULTILINE)
_MAIN = ('semaphore.yml', 'semaphore.yaml')
_BASH = Shell('bash', True, False)
_POWERSHELL = Shell('powershell', True, False)
_ENDS = ('always', 'on_pass', 'on_fail')
_MOST_JOBS = 500
# https://docs.semaphore.io/reference/machine-types
_HOSTED = re.compile(r'(?:[efagr]\d+|ax1)-')
_OWN_IMAGES = ('semaphoreci', 'registry.semaphoreci.com')


def claims(document: Document) -> bool:
    """By its folder and its blocks."""
    return bool(_CLAIM.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """A document with each job of its blocks.  Raises YamlError."""
    from artifacts_guard import yamltree

    # "tag =~ '^v1\.'": Semaphore's parser only warns of such an escape,
    # https://github.com/yakaz/yamerl, src/yamerl_parser.erl: `invalid_escaped_character`
    root = yamltree.parse(document, unknown_escapes=True)
    reader = _Reader(root, document, link.library(tree))
    jobs = tuple(reader.jobs())
    return Pipeline(
        document,
        NAME,
        jobs=jobs,
        triggers=reader.triggers,
        unresolved=tuple(reader.unresolved),
        settings_variables=True,
        # that secrets are hidden in logs is not documented, and https://github.com/semaphoreci/agent hides none
        masks=False,
    )


class _Reader:
    def __init__(self, root: Node, document: Document, library: Library) -> None:
        self._root = root
        self._document = document
        self._library = library
        self.unresolved: list[Unresolved] = []
        place = root['blocks'].key.place if root['blocks'] else root.place
        # pipelines of other names are promoted to, by hand or when another one ends
        main = document.path.rpartition('/')[2] in _MAIN
        self.triggers = (
            Trigger(model.PUSH if main else model.MANUAL, 'push' if main else 'promotion', place),
        )

    def jobs(self) -> Iterator[Job]:
        names: dict[str, int] = {}
        left = _MOST_JOBS
        common = self._root['global_job_config']
        after = self._root['after_pipeline']
        blocks = [node for node in self._root['blocks'] if node.kind == 'map']
        for number, block in enumerate([*blocks, *([after] if after.kind == 'map' else [])], 1):
            task = block['task']
            title = block['name'].text.strip() or ('after_pipeline' if block is after else f'block {number}')
            for index, node in enumerate(task['jobs'], 1):
                if not left:
                    return
                left -= 1
                name = f'{title} / {node["name"].text.strip() or f"job {index}"}'
                names[name] = names.get(name, 0) + 1
                if names[name] > 1:
                    name = f'{name} ({names[name]})'
                yield self._job(node, name, task, common)

    def _job(self, node: Node, name: str, task: Node, common: Node) -> Job:
        agent = task['agent'] or self._root['agent']
        machine = agent['machine']
        windows = 'windows' in machine['os_image'].text.lower()
        lines = [
            *self._commands(common['prologue']),
            *self._commands(task['prologue']),
            *self._commands(node),
            *self._ends(task['epilogue']),
            *self._ends(common['epilogue']),
        ]
        env = [
            *_variables(common['env_vars'], 'pipeline', narrowable=True),
            *_variables(task['env_vars'], 'block', narrowable=True),
            *_variables(node['env_vars'], 'job'),
        ]
        place = (node['name'] or node).place
        scripts = [Script(one, _POWERSHELL if windows else _BASH) for one in _by_document(lines)]
        scripts = [one.replace(continues=bool(at)) for at, one in enumerate(scripts)]
        return Job(
            name,
            place,
            _runner(machine['type']),
            steps=(Step('commands', place, tuple(scripts), image=_image(agent)),) if scripts else (),
            env=tuple(env),
            triggers=self.triggers,
            matrix=tuple(
                (one['env_var'].text, tuple(value.text for value in one['values'].scalars()))
                for one in node['matrix']
                if one['env_var'].text
            ),
            # forks get no secrets unless the settings say so:
            # https://docs.semaphore.io/using-semaphore/projects
            protected=True,
        )

    def _ends(self, node: Node) -> list[Template]:
        return [line for key in _ENDS for line in self._commands(node[key])]

    def _commands(self, node: Node) -> list[Template]:
        """`commands`, or the lines of a file beside the document: `commands_file`."""
        lines = [one for one in node['commands'].scalars() if one.text.strip() and not one.is_null]
        found = [Template(one.fragment) for one in lines]
        name = node['commands_file'].text.strip()
        if name:
            folder = self._document.path.rpartition('/')[0]
            path = link.join(folder, name)
            document = self._library.document(path) if path else None
            if document is None:
                self.unresolved.append(Unresolved('script', name, node['commands_file'].place))
            else:
                found.append(Template(whole(document)))
        return found


def _by_document(lines: list[Template]) -> list[Template]:
    """Neighbouring lines of one document as one text."""
    groups: list[list[Template]] = []
    for line in lines:
        if groups and groups[-1][0].fragment.document is line.fragment.document:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [joined(group) for group in groups]


def _runner(node: Node) -> Runner:
    name = node.text.strip()
    place = node.entry if node.key else None
    if name.startswith('s1-'):
        return Runner(model.SHARED, name, f'`{name}`: a self-hosted agent, which other jobs use too', place)
    if _HOSTED.match(name):
        return Runner(
            model.EPHEMERAL, name, f'`{name}`: a machine of Semaphore, thrown away after the job', place
        )
    if not name:
        return Runner(model.UNKNOWN, '', 'the file names no machine')
    return Runner(model.UNKNOWN, name, f'nobody explained the machine type `{name}`', place)


def _image(agent: Node) -> Use | None:
    """Commands run in the first container: https://docs.semaphore.io/using-semaphore/pipelines#docker-environments"""
    first = next(iter(agent['containers']), None)
    if first is None:
        return None
    name = first['image']
    return images.image(name.text, name.place, _OWN_IMAGES)


def _variables(node: Node, level: str, *, narrowable: bool = False) -> Iterator[Binding]:
    for one in node:
        name, value = one['name'].text.strip(), one['value']
        if name and value.kind == 'scalar':
            yield Binding(name, Template(value.fragment), level, one['name'].entry, narrowable)
