"""The steps of a pipeline.  Each command step is a job: it runs on an agent of its own choice.

https://buildkite.com/docs/pipelines/configure/step-types/command-step
"""

from __future__ import annotations

import re

from artifacts_guard.ci import model
from artifacts_guard.ci.buildkite import plugins
from artifacts_guard.ci.buildkite import starts
from artifacts_guard.ci.buildkite.hooks import Hooks
from artifacts_guard.ci.buildkite.interpolation import template
from artifacts_guard.ci.fragments import joined
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import scalars
from artifacts_guard.ci.model import Argv
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Handover
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Runner
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Step
from artifacts_guard.ci.model import Unresolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.yamltree import Node

_COMMANDS = ('command', 'commands', 'script')
_OTHERS = ('wait', 'waiter', 'block', 'input', 'manual')
_EMOJI = re.compile(r':[\w+-]+:')
_NESTING = 3
_MOST_JOBS = 500  # Buildkite's own limit for one upload


def read(root: Node, document: Document, library: Library) -> list[Job]:
    """All command and trigger steps of a pipeline, as jobs with different names."""
    reader = _Reader(root, document, library)
    found: list[Job] = []
    names: dict[str, int] = {}
    for node, groups in _flat(root if root.kind == 'seq' else root['steps'], ()):
        if len(found) == _MOST_JOBS:
            break
        made = reader.job(node, groups)
        names[made.name] = names.get(made.name, 0) + 1
        if names[made.name] > 1:
            made = made.replace(name=f'{made.name} ({names[made.name]})')
        found.append(made)
    return found


def _flat(nodes: Node, groups: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """The steps of a list that run something, with those of groups in their place."""
    for item in nodes:
        if item.kind != 'map' or item['skip'].text == 'true':
            continue
        if item.has('group'):
            if len(groups) < _NESTING:
                yield from _flat(item['steps'], (*groups, item))
        elif item['trigger'].kind == 'scalar':
            yield item, groups
        else:
            inner = next((item[key] for key in _COMMANDS if item[key].kind == 'map'), item)
            if any(inner.has(key) for key in (*_COMMANDS, 'plugins')) and not any(map(inner.has, _OTHERS)):
                yield inner, groups


class _Reader:
    """What all steps of one pipeline share."""

    def __init__(self, root: Node, document: Document, library: Library) -> None:
        self._agents = root['agents']
        self._library = library
        self._root = _repository(document.path)
        self._env = (
            *_env(root['env'], 'pipeline', narrowable=True),
            *_secrets(root['secrets'], 'pipeline', narrowable=True),
        )

    def job(self, node: Node, groups: tuple[Node, ...]) -> Job:
        """One step as a job."""
        named = next(
            (node[key] for key in ('key', 'id', 'identifier', 'label', 'name') if node[key].text), node
        )
        place = named.place
        base = Job(
            _name(node),
            place,
            _runner(node['agents'] or node['agent_query_rules'] or self._agents, node),
            env=self._env,
            triggers=starts.triggers(node, groups, place),
            condition=node['if'].text.strip(),
            matrix=_matrix(node['matrix']),
            needs=tuple(scalar.text for scalar in node['depends_on'].scalars()),
        )
        if node['trigger'].kind == 'scalar':
            name = node['trigger'].text.strip()
            return base.replace(unresolved=(Unresolved('pipeline', name, node['trigger'].place),))
        return self._with_steps(base, node)

    def _with_steps(self, base: Job, node: Node) -> Job:
        used = plugins.read(node['plugins'], self._root)
        env = (
            *_env(node['env'], 'step'),
            *_secrets(node['secrets'], 'step'),
            *(binding for plugin in used for binding in plugins.secrets(plugin)),
        )
        image = plugins.image(used, (*self._env, *env))
        # plugins are no steps of their own: what can read a secret is the job
        via = (Hop(f'in the step `{base.name}`', base.place),) if used else ()
        found = [Step(p.use.name, p.use.place, use=p.use, env=env, via=via) for p in used]
        hooks = Hooks(self._library, self._root, [p.use.local for p in used if p.use.local])
        found.append(
            Step(
                base.name,
                node.place,
                scripts=_scripts(node, used, hooks),
                image=image,
                env=env,
                handovers=(*_handovers(node['artifact_paths'], 'upload'), *_cache(node['cache'])),
                via=via,
            )
        )
        return base.replace(steps=tuple(found))


def _repository(path: str) -> str:
    """The folder that is checked out: the one in which the pipeline's folder stands."""
    parts = path.split('/')[:-1]
    at = next((i for i, part in enumerate(parts) if part in ('.buildkite', 'buildkite')), len(parts))
    return '/'.join(parts[:at])


def _name(node: Node) -> str:
    for key in ('key', 'id', 'identifier', 'label', 'name', 'trigger'):
        name = _EMOJI.sub('', node[key].text).strip()
        if name:
            return name
    first = next((scalar.text for key in _COMMANDS for scalar in node[key].scalars()), '')
    return next((line.strip() for line in first.splitlines() if line.strip()), 'step')[:60]


def _runner(node: Node, step: Node) -> Runner:
    """An agent.  Which queues are hosted by Buildkite, and thrown away, is not in the file.

    https://buildkite.com/docs/agent/queues, https://buildkite.com/docs/agent/buildkite-hosted
    """
    pairs = [(name, value.text.strip()) for name, value in node.items()]
    pairs += [(name, value) for name, _, value in (one.text.strip().partition('=') for one in node.scalars())]
    place = node.entry if node.key else step.place
    if not pairs:
        evidence = 'an agent of the default queue: other jobs run on it too'
        options = ((('default', 'queue=default'), model.SHARED),)
        return Runner(model.SHARED, 'default', evidence, None, options)
    shown = ', '.join(f'{name}={value}' for name, value in pairs)
    labels = (*(value for _, value in pairs), *(f'{name}={value}' for name, value in pairs))
    evidence = f'`{shown}`: agents that run other jobs too'
    return Runner(model.SHARED, shown, evidence, place, ((labels, model.SHARED),))


def _env(node: Node, level: str, *, narrowable: bool = False) -> tuple[Binding, ...]:
    return tuple(
        Binding(name, template(value), level, value.entry, narrowable)
        for name, value in node.items()
        if value.kind == 'scalar'
    )


def _secrets(node: Node, level: str, *, narrowable: bool = False) -> tuple[Binding, ...]:
    """Buildkite secrets: names, or variables with the names of secrets.

    https://buildkite.com/docs/pipelines/security/secrets/buildkite-secrets#use-a-buildkite-secret-in-a-job
    """
    pairs = [(name, value, value.entry) for name, value in node.items()]
    for item in node:
        if item.kind == 'scalar':
            pairs.append((item.text.strip(), item, item.place))
        elif item['key'].kind == 'scalar':
            name = item['environment_variable'].text or item['key'].text
            pairs.append((name.strip(), item['key'], item['key'].entry))
    found = []
    for name, value, place in pairs:
        key = value.text.strip()
        if name and key:
            whole = Expression(0, len(key), (Reference('secret', key),), False)
            base = said(value.place, key).replace(expressions=(whole,))
            found.append(Binding(name, base, level, place, narrowable))
    return tuple(found)


def _matrix(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """https://buildkite.com/docs/pipelines/configure/workflows/build-matrix: a list, or lists by name."""
    setup = node['setup'] if node.kind == 'map' else node
    axes = (
        {'': list(setup.scalars())}
        if setup.kind == 'seq'
        else {n: list(v.scalars()) for n, v in setup.items()}
    )
    found = {name: [scalar.text for scalar in axis] for name, axis in axes.items()}
    for adjustment in node['adjustments']:
        with_ = adjustment['with']
        for name, value in [('', with_)] if with_.kind == 'scalar' else list(with_.items()):
            found.setdefault(name, []).append(value.text)
    return tuple((name, tuple(dict.fromkeys(texts))) for name, texts in found.items() if texts)


def _scripts(node: Node, used: list[plugins.Plugin], hooks: Hooks) -> tuple[Script | Argv, ...]:
    """The commands of a step, which run as one script, with the hooks around it."""
    argv = plugins.command(used)
    if argv is not None:
        return (argv,)
    commands = [scalar for key in _COMMANDS for scalar in node[key].scalars() if not scalar.is_null]
    if not commands:
        return ()
    script = joined([template(scalar, early=True) for scalar in commands])
    return tuple(hooks.scripts(script, commands[0].place))


def _handovers(node: Node, kind: str) -> Iterator[Handover]:
    for path in node.scalars():
        if path.text.strip():
            yield Handover(kind, template(path), path.place)


def _cache(node: Node) -> Iterator[Handover]:
    """https://buildkite.com/docs/agent/buildkite-hosted/cache-volumes: a path, paths, or both with options."""
    for path in scalars(node['paths'] if node.kind == 'map' else node):
        if path.text.strip():
            yield Handover('cache', template(path), path.place)
