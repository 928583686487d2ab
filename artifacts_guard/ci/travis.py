"""Travis CI: `.travis.yml`.

https://docs.travis-ci.com/user/job-lifecycle, https://config.travis-ci.com
The phases of a job run in one bash.  Commands of `script` all run, whatever became of those before them.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci import model
from artifacts_guard.ci.fragments import joined
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
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.yamltree import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'travis'
# for docs/systems.md
UNDERSTANDS = (
    '`import` from the same repository',
    'jobs, stages and the expansion of `env`',
    '`deploy` scripts',
)
UNRESOLVED = ('`import` from other repositories', 'encrypted variables of the settings')
HOSTS = 'virtual machines of Travis CI are thrown away after the job'
SHELLS = 'bash without `-e`: all commands of `script` run'
MASKS = True

_BASH = Shell('bash', False, False)
_BEFORE = ('before_install', 'install', 'before_script', 'script', 'before_cache')
_AFTER = ('after_success', 'after_failure', 'after_script')
_DEPLOY = ('before_deploy', 'deploy', 'after_deploy')
_NOTHING = frozenset(('skip', 'true', 'false'))
_MOST_JOBS = 300
# https://docs.travis-ci.com/user/conditional-builds-stages-jobs/
_KINDS = {
    'push': model.PUSH,
    'pull_request': model.PROPOSAL,
    'api': model.MANUAL,
    'cron': model.SCHEDULE,
}
_DEFAULT = ('push', 'pull_request')
_TYPE = re.compile(r'\btype\s*(?:(=|!=)\s*["\']?(\w+)|(NOT\s+)?IN\s*\(([^()]*)\))', re.IGNORECASE)
_DECIDED_BY_MORE = re.compile(r'\bOR\b|\bNOT\s*\(|\|\|', re.IGNORECASE)
_TAG = re.compile(r'\btag\s+IS\s+present\b|\btag\s*=~', re.IGNORECASE)
_ASSIGNMENT = re.compile(r'(?<!\S)([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|\'[^\']*\'|[^\s"\']*)')
_VARIABLE = re.compile(r'\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))')
# https://docs.travis-ci.com/user/build-environment-updates: groups of images, not of machines
_IMAGE_GROUPS = frozenset(('stable', 'edge', 'dev', 'deprecated', 'legacy', 'travis_latest'))
_HOSTED = 'a virtual machine of Travis CI, thrown away after the job'


def read(document: Document, tree: Tree) -> Pipeline:
    """A document as the job that it describes and those that it includes.  Raises YamlError."""
    library = link.library(tree)
    root = library.root(document)
    unresolved: list[Unresolved] = []
    called: list[str] = []
    layers = _Layers([root, *_imported(root, library, unresolved, called)])
    jobs = tuple(_jobs(layers))
    return Pipeline(
        document,
        NAME,
        jobs=jobs,
        triggers=tuple(dict.fromkeys(trigger for job in jobs for trigger in job.triggers)),
        unresolved=tuple(unresolved),
        settings_variables=True,
        called=tuple(called),
    )


class _Layers:
    """Mappings of which the first that has a key gives its value."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def __getitem__(self, key: str) -> Node:
        return next((node[key] for node in self.nodes if node.has(key)), EMPTY)

    def has(self, key: str) -> bool:
        return any(node.has(key) for node in self.nodes)


def _imported(
    root: Node, library: Library, unresolved: list[Unresolved], called: list[str]
) -> Iterator[Node]:
    """What `import` brings from the same repository: https://docs.travis-ci.com/user/build-config-imports"""
    listed = root['import']
    for item in listed if listed.kind == 'seq' else [listed]:
        source = item if item.kind == 'scalar' else item['source']
        name = source.text.strip()
        if not name:
            continue
        path = None if ':' in name or '@' in name else link.join('', name)
        found = library.document(path) if path else None
        other = library.parsed(found) if found is not None else None
        if found is None or other is None:
            unresolved.append(Unresolved('template', name, source.place))
        else:
            called.append(found.path)
            yield other


def _jobs(root: _Layers) -> Iterator[Job]:
    listed = root['jobs'] if root.has('jobs') else root['matrix']
    included = [node for node in listed['include'] if node.kind == 'map'] or [
        node for node in listed if node.kind == 'map' and not listed['include']
    ]
    if any(root.has(phase) for phase in (*_BEFORE, *_AFTER, *_DEPLOY)) or not included:
        job = _job(EMPTY, root, 'job')
        if job.steps or not included:
            yield job
    stage = ''
    for number, node in enumerate(included[:_MOST_JOBS], 1):
        stage = node['stage'].text.strip() or stage
        name = node['name'].text.strip() or f'job {number}'
        yield _job(node, _Layers([node, *root.nodes]), f'{stage} / {name} ({number})' if stage else name)


def _job(node: Node, options: _Layers, name: str) -> Job:
    root = options.nodes[1 if node else 0]
    place = node.place if node else next((root[phase] for phase in _BEFORE if root.has(phase)), root).place
    env = [*_globals(options)]
    env += _row(node['env'], 'job') if node else _choices(_rows(root['env']))
    triggers = _triggers([options.nodes[-1]['if'], root['if'], node['if']], place)
    return Job(
        name,
        place,
        _runner(options),
        steps=tuple(_steps(options, triggers)),
        env=tuple(env),
        triggers=triggers,
        condition=node['if'].text.strip(),
        # encrypted variables are not given to forks: https://docs.travis-ci.com/user/pull-requests
        protected=True,
    )


def _steps(options: _Layers, triggers: tuple[Trigger, ...]) -> Iterator[Step]:
    scripts: list[Script] = []
    first = EMPTY
    for phase in (*_BEFORE, *_AFTER):
        found = _script(options[phase])
        if found:
            first = first or options[phase]
            scripts.append(found.replace(continues=bool(scripts)))
    handovers = tuple(_caches(options['cache']))
    if scripts or handovers:
        yield Step('phases', (first or options['cache']).place, tuple(scripts), handovers=handovers)
    # https://docs.travis-ci.com/user/deployment: never for pull requests
    kept = tuple(one for one in triggers if one.kind != model.PROPOSAL)
    for phase in _DEPLOY:
        node = options[phase]
        if phase == 'deploy':
            for one in node if node.kind == 'seq' else [node]:
                # https://docs.travis-ci.com/user/deployment/script/
                if one['provider'].text.strip() == 'script' and (script := _script(one['script'])):
                    yield Step('deploy', one.place, (script,), triggers=kept)
        elif script := _script(node):
            yield Step(phase, node.place, (script,), triggers=kept)


def _script(node: Node) -> Script | None:
    lines = [one for one in node.scalars() if one.text.strip() and not one.is_null]
    templates = [Template(one.fragment) for one in lines if one.text.strip() not in _NOTHING]
    return Script(joined(templates), _BASH) if templates else None


def _caches(node: Node) -> Iterator[Handover]:
    for one in [node] if node.kind == 'map' else node:
        for path in one['directories'].scalars():
            yield Handover('cache', Template(path.fragment), path.place)


def _runner(options: _Layers) -> Runner:
    group = options['group']
    name = group.text.strip()
    if name and name not in _IMAGE_GROUPS:
        return Runner(model.UNKNOWN, name, f'nobody explained the group `{name}`', group.entry)
    dist = options['dist'] if options.has('dist') else options['os']
    return Runner(model.EPHEMERAL, dist.text.strip() or 'linux', _HOSTED, dist.entry if dist.key else None)


# What starts a build


def _triggers(conditions: list[Node], place: Place) -> tuple[Trigger, ...]:
    events = list(_DEFAULT)
    tag = False
    where = next((node for node in reversed(conditions) if node), EMPTY)
    for node in dict.fromkeys(conditions):
        text = ' '.join(one.text for one in node.scalars())[:2000]
        if not text or _DECIDED_BY_MORE.search(text):
            continue
        for match in _TYPE.finditer(text):
            named = match[2].lower() if match[2] else match[4].lower()
            names = re.findall(r'\w+', named)
            if match[1] == '!=' or match[3]:
                events = [event for event in events if event not in names]
            elif set(names) & set(events):
                events = [event for event in events if event in names]
                events += [name for name in names if name in ('cron', 'api') and name not in events]
            else:
                events = [name for name in names if name in _KINDS]
        tag = tag or bool(_TAG.search(text))
    if tag:
        events = [event for event in events if event != 'pull_request']
    at = where.place if where else place
    return tuple(
        Trigger(model.TAG if tag and event == 'push' else _KINDS[event], event, at) for event in events
    )


# Variables: https://docs.travis-ci.com/user/environment-variables


def _globals(options: _Layers) -> Iterator[Binding]:
    for node in reversed(options.nodes):
        yield from _row(node['env']['global'], 'pipeline')


def _rows(env: Node) -> list[Node]:
    """The alternatives of `env`: each starts a job of its own."""
    if env.kind == 'map':
        if not any(env.has(key) for key in ('global', 'jobs', 'matrix')):
            return [env]
        env = env['jobs'] if env.has('jobs') else env['matrix']
    return list(env) if env.kind == 'seq' else [env]


def _choices(rows: list[Node]) -> Iterator[Binding]:
    """Variables of the alternatives, each with all values that it can have."""
    found: dict[str, list[Binding]] = {}
    for row in rows:
        for binding in _row(row, 'job'):
            found.setdefault(binding.name, []).append(binding)
    for held in found.values():
        values = [one.value for one in held if one.value is not None]
        texts = dict.fromkeys(value.text for value in values)
        first = held[0]
        if len(texts) > 1 and len(values) == len(held) and not any(value.expressions for value in values):
            whole = Expression(0, len(values[0].text), tuple(texts), False)
            first = first.replace(value=values[0].replace(expressions=(whole,)))
        yield next((one for one in held if one.value is None), first)


def _row(node: Node, level: str) -> Iterator[Binding]:
    """Variables as `A=1 B="x y"`, as mappings, or as lists of these.

    The name in an encrypted item of a list is encrypted too: it makes no binding.
    """
    if node.kind == 'scalar':
        for match in _ASSIGNMENT.finditer(node.text):
            start, end = match.span(2)
            if match[2][:1] in ('"', "'"):
                start, end = start + 1, end - 1
            value = _value(node.fragment.slice(start, end), match[2][:1] != "'")
            yield Binding(match[1], value, level, node.fragment.place(match.start(), match.end()))
        return
    for name, given in node.items():
        if given.kind == 'scalar' and name != 'secure':
            yield Binding(name, _value(given.fragment, True), level, given.entry)
        elif given['secure']:
            yield Binding(name, None, level, given.entry)
    if node.kind == 'seq':
        for item in node:
            if item.kind != 'seq':
                yield from _row(item, level)


def _value(fragment: Fragment, expanded: bool) -> Template:
    if not expanded:
        return Template(fragment)
    return Template(
        fragment,
        tuple(
            Expression(one.start(), one.end(), (Reference('variable', one[1] or one[2]),), False)
            for one in _VARIABLE.finditer(fragment.text)
        ),
    )
