"""The steps of a job, with those of the commands that it calls in their place.

https://circleci.com/docs/reference/configuration-reference/#steps
"""

from __future__ import annotations

from artifacts_guard.ci.circleci import hosts
from artifacts_guard.ci.circleci import logic
from artifacts_guard.ci.circleci import lookup
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import scalars
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.record import Record
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.circleci.frame import Frame
    from artifacts_guard.ci.circleci.hosts import Host
    from artifacts_guard.yamltree import Node

_DEPTH = 12  # of commands that call commands, and of conditional steps
_RUNS = ('run', 'deploy')
_FLOW = ('when', 'unless', 'steps')
# https://circleci.com/docs/reference/configuration-reference/#steps and what follows there
_BUILT_IN = frozenset((
    'checkout', 'setup_remote_docker', 'save_cache', 'restore_cache', 'store_artifacts', 'store_test_results',
    'persist_to_workspace', 'attach_workspace', 'add_ssh_keys', 'install_signing_bundle',
))  # fmt: skip
_HANDOVERS = {
    'save_cache': ('cache', 'paths'),
    'store_artifacts': ('upload', 'path'),
    'store_test_results': ('upload', 'path'),
    'persist_to_workspace': ('upload', 'paths'),
}


class Site(Record):
    """Where the steps of a job run.  `repository` is the folder that is checked out, as written."""

    host: Host
    repository: str


class Expansion:
    """Expands the steps of one job; what it can't find is in `missing`."""

    def __init__(self, host: Host, steps: Node) -> None:
        checkouts = (item['checkout']['path'].text.strip() for item in steps if item.kind == 'map')
        repository = next((path for path in checkouts if path), '') or host.directory
        self._site = Site(host, _plain(repository) or '~/project')
        self.missing: list[Unresolved] = []
        self._stopped = False

    def steps(self, nodes: Node, frame: Frame, depth: int = 0) -> Iterator[Step]:
        """The steps of a list."""
        for item in nodes:
            frame.config.steps_left -= 1
            if frame.config.steps_left < 0 or depth > _DEPTH:
                if not self._stopped:
                    self.missing.append(Unresolved('command', 'nested too deep or too often', item.place))
                self._stopped = True
                return
            if item.kind == 'scalar':
                yield from self._named(frame.text(item), item, EMPTY, frame, depth)
            for key, value in item.items():
                if key in _FLOW:
                    yield from self._flow(key, value, frame, depth)
                else:
                    yield from self._named(key, value.key, value, frame, depth)

    def _flow(self, key: str, node: Node, frame: Frame, depth: int) -> Iterator[Step]:
        """`when` and `unless` steps, and `steps: << parameters.x >>`."""
        if key != 'steps':
            if (key == 'when') in logic.truths(node['condition'], frame):
                yield from self.steps(node['steps'], frame, depth + 1)
        elif node.kind == 'seq':
            yield from self.steps(node, frame, depth + 1)
        else:
            kind, _, name = node.text.strip('<> \n').partition('.')
            argument = frame.argument(name) if kind == 'parameters' else None
            for given in argument.nodes if argument else ():
                # where the steps stand their names mean what they mean there, but they run here
                inside = argument.frame.replace(via=frame.via, stack=frame.stack) if argument else frame
                yield from self.steps(given, inside, depth + 1)

    def _named(self, name: str, key: Node, value: Node, frame: Frame, depth: int) -> Iterator[Step]:
        found = lookup.find('commands', name, frame) if name != 'run' else lookup.Found()
        if found.remote is not None:
            made = found.remote.replace(inputs=lookup.inputs(value, frame))
            yield Step(name, key.place, use=made, image=self._site.host.image, via=frame.via)
        elif found.node:
            yield from self._command(name, key, value, found, frame, depth)
        elif name in _RUNS:
            yield from self._run(key, value, frame)
        elif name in _HANDOVERS:
            yield Step(name, key.place, handovers=tuple(_handovers(name, value, frame)), via=frame.via)
        elif name not in _BUILT_IN:
            self.missing.append(Unresolved('command', name, key.place))

    def _command(
        self, name: str, key: Node, value: Node, found: lookup.Found, frame: Frame, depth: int
    ) -> Iterator[Step]:
        if name in frame.stack:
            return
        given = frame.given(value, found.node['parameters'])
        inner = frame.entered(found.node, found.names, given).replace(
            stack=(*frame.stack, name),
            via=(*frame.via, Hop(f'calls the command `{name}`', key.place)),
        )
        yield from self.steps(found.node['steps'], inner, depth + 1)

    def _run(self, key: Node, node: Node, frame: Frame) -> Iterator[Step]:
        command = node if node.kind == 'scalar' else node['command']
        if command.kind != 'scalar':
            return
        host = self._site.host
        script = frame.template(command)
        yield Step(
            frame.text(node['name']) or _first_line(script.text),
            key.place,
            scripts=(Script(script, hosts.shell(node, frame) if node['shell'] else host.shell),),
            image=host.image,
            env=hosts.bindings(node['environment'], frame, 'step'),
            condition=node['when'].text.strip(),
            directory=self._directory(node['working_directory'], frame, key),
            via=frame.via,
        )

    def _directory(self, node: Node, frame: Frame, key: Node) -> Template | None:
        """The folder of a step, from the one that is checked out."""
        repository = self._site.repository
        job = _plain(self._site.host.directory) or repository
        own = _plain(frame.text(node))
        path = own if own.startswith(('/', '~')) else f'{job}/{own}' if own else job
        if path == repository:
            return None
        inside = path.startswith(f'{repository}/')
        return said((node or key).place, path[len(repository) + 1 :] if inside else path)


def _plain(path: str) -> str:
    """A folder in one form: the home of CircleCI's images is written in several ways."""
    path = path.strip()
    for home in ('/home/circleci', '/root', '$HOME', '${HOME}'):
        if path == home or path.startswith(f'{home}/'):
            path = '~' + path[len(home) :]
    while path.startswith('./'):
        path = path[2:]
    return '' if path == '.' else path.rstrip('/')


def _handovers(name: str, node: Node, frame: Frame) -> Iterator[Handover]:
    kind, key = _HANDOVERS[name]
    root = node['root'] if name == 'persist_to_workspace' else EMPTY
    for path in scalars(node[key]):
        template = frame.template(path)
        if template.text.strip():
            below = joined([frame.template(root), template], '/') if root.kind == 'scalar' else template
            yield Handover(kind, below, path.place)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), 'run')[:80]
