"""Documents of GitLab CI: the pipeline of a repository, files that it includes, components.

https://docs.gitlab.com/ci/yaml/, https://docs.gitlab.com/ci/components/
"""

from __future__ import annotations

from artifacts_guard import yamltree
from artifacts_guard.ci import link
from artifacts_guard.ci.gitlab import NAME
from artifacts_guard.ci.gitlab import includes
from artifacts_guard.ci.gitlab import inputs
from artifacts_guard.ci.gitlab import is_named
from artifacts_guard.ci.gitlab import jobs
from artifacts_guard.ci.gitlab import reports
from artifacts_guard.ci.gitlab import rules
from artifacts_guard.ci.gitlab import scenarios
from artifacts_guard.ci.gitlab.config import Config
from artifacts_guard.ci.gitlab.includes import Loader
from artifacts_guard.ci.gitlab.includes import Way
from artifacts_guard.ci.gitlab.jobs import Frame
from artifacts_guard.ci.gitlab.jobs import Made
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Unresolved
from artifacts_guard.ci.model import Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.ci.gitlab.scenarios import Scenario
    from artifacts_guard.ci.gitlab.scripts import Commands
    from artifacts_guard.ci.link import Library
    from artifacts_guard.text import Document
    from artifacts_guard.yamltree import Node

_FILE = '.gitlab-ci.yml'
_PIPELINES = 64  # child pipelines of one document that are followed


def read(document: Document, library: Library) -> Pipeline:
    """A configuration with all that it includes, and the child pipelines that it starts.  Raises YamlError."""
    root = _root(document.path, library)
    try:
        header, _ = includes.documents(document, library)
    except yamltree.YamlError:
        if is_named(document.path):
            raise
        return Pipeline(document, NAME, kind='template', settings_variables=True)
    reading = _Reading(library, root)
    loader = Loader(library, root)
    config = Config(loader.load(document, Way((document.path,))))
    frame = Frame(config, loader, _flow(config, loader, library, document), stack=(document.path,))
    made = reading.pipeline(frame)
    return Pipeline(
        document,
        NAME,
        kind=_kind(document.path, library),
        jobs=tuple(made),
        triggers=rules.triggers(frame.flow.pipelines),
        parameters=inputs.parameters(header),
        unresolved=reading.unresolved(loader),
        settings_variables=True,
        called=tuple(dict.fromkeys((*loader.called, *reading.called))),
    )


def _flow(config: Config, loader: Loader, library: Library, document: Document) -> rules.Workflow:
    found = (library.document(path) for path in loader.called)
    texts = (document.text, *(one.text for one in found if one is not None))
    return rules.workflow(config, scenarios.possible(texts))


class _Reading:
    """The jobs of a pipeline and of those that it starts.  `taken` are the places of the commands that they run."""

    def __init__(self, library: Library, root: str) -> None:
        self.library = library
        self.root = root
        self.taken: set[tuple[str, int]] = set()
        self.called: dict[str, None] = {}
        self._missed: list[Loader] = []
        self._parts: dict[int, Commands] = {}
        self._left = _PIPELINES

    def unresolved(self, loader: Loader) -> tuple[Unresolved, ...]:
        return tuple(dict.fromkeys(one for some in (loader, *self._missed) for one in some.unresolved))

    def pipeline(self, frame: Frame) -> list[Job]:
        found: list[Job] = []
        visible = list(jobs.visible(frame))
        for made, job in zip(visible, reports.received(visible, frame)):
            self._take(made)
            if frame.config.value(made.node, 'trigger'):
                found += self._started(made, frame)
            else:
                found.append(job)
        found += jobs.hidden(frame, self.taken)
        for words, node in frame.config.lost.items():
            frame.loader.miss('reference', words, node)
        return found

    def _take(self, made: Made) -> None:
        for part in made.commands:
            if id(part) not in self._parts:
                self._parts[id(part)] = part
                self.taken.update(jobs.key(command) for command in part.nodes)

    def _started(self, made: Made, frame: Frame) -> list[Job]:
        """A job that starts another pipeline: the jobs of that one, if it is in the tree, followed by itself."""
        trigger = frame.config.value(made.node, 'trigger')
        include = frame.config.value(trigger, 'include')
        project = trigger if trigger.kind == 'scalar' else frame.config.value(trigger, 'project')
        job = made.job.replace(automation=False, steps=())
        if project.kind == 'scalar':
            frame.loader.miss('pipeline', project.text.strip(), project)
            return [job.replace(use=Use('workflow', project.text.strip(), project.place, third_party=False))]
        inner: list[Job] = []
        for one in includes.entries(include):
            inner += self._child(one, made, frame)
        return [*inner, job.replace(needs=(*job.needs, *(child.name for child in inner)))]

    def _child(self, include: Node, made: Made, frame: Frame) -> list[Job]:
        loader = Loader(self.library, self.root)
        self._missed.append(loader)
        paths, outside = loader.paths(include)
        if outside is not None:
            loader.miss('pipeline', outside.name, include)
        found: list[Job] = []
        for path in paths:
            document = self.library.document(path)
            self._left -= 1
            if document is None or path in frame.stack or len(frame.stack) >= link.DEPTH or self._left < 0:
                loader.miss('include', path, include)
                continue
            try:
                config = Config(loader.load(document, Way((path,)), include['inputs']))
            except yamltree.YamlError:
                loader.miss('include', path, include)
                continue
            self.called[path] = None
            inner = Frame(
                config,
                loader,
                rules.workflow(config, _scenarios(made)),
                f'{made.job.name} / ',
                frame.names,
                (*frame.via, Hop(f'{made.job.name} starts `{path}`', includes.place_of(include))),
                _forwarded(made, frame),
                (*frame.stack, path),
            )
            found += self.pipeline(inner)
            self.called.update(loader.called)
        return found


def _scenarios(made: Made) -> list[Scenario]:
    """The pipelines that a job starts, for each of those that it can be in."""
    distinct = {id(one.scenario): one.scenario for one in made.outcomes}
    return [one.child() for one in distinct.values()]


def _forwarded(made: Made, frame: Frame) -> tuple[Binding, ...]:
    """The variables that a child pipeline is started with; they win over its own.

    https://docs.gitlab.com/ci/yaml/#triggerforward
    """
    forward = frame.config.value(made.node, 'trigger', 'forward')
    yaml = frame.config.value(forward, 'yaml_variables').text.strip().lower() != 'false'
    started_with = {one.name for one in frame.forwarded}
    passes_on = frame.config.value(forward, 'pipeline_variables').text.strip().lower() == 'true'
    return tuple(one for one in made.job.env if (passes_on if one.name in started_with else yaml))


# which document is what


def _folders(path: str) -> Iterator[str]:
    """The folders above a file, the nearest first."""
    folder = path
    while folder:
        folder = folder.rpartition('/')[0]
        yield folder


def _root(path: str, library: Library) -> str:
    """The folder of the repository that a document belongs to: a tree can hold several."""
    if path.rpartition('/')[2] == _FILE and _kind(path, library) == 'pipeline':
        return path.rpartition('/')[0]
    for folder in _folders(path):
        above = f'{folder}/{_FILE}'.lstrip('/')
        if above != path and library.document(above) is not None:
            return folder
    return ''


def _kind(path: str, library: Library) -> str:
    """`pipeline` for a repository's own file, unless one further up takes it in; `template` for others."""
    folder, _, name = path.rpartition('/')
    if name != _FILE:
        return 'template'
    for above in _folders(folder) if folder else ():
        outer = f'{above}/{_FILE}'.lstrip('/')
        if path in _reached(outer, above, library):
            return 'template'
    return 'pipeline'


def _reached(path: str, root: str, library: Library) -> set[str]:
    """All documents of the tree that a configuration includes or starts, as far as it names them."""
    loader = Loader(library, root)
    seen: set[str] = set()
    waiting = [path]
    while waiting and len(seen) < _PIPELINES * link.DEPTH:
        current = waiting.pop()
        document = library.document(current)
        if current in seen or document is None:
            continue
        seen.add(current)
        try:
            _, body = includes.documents(document, library)
        except yamltree.YamlError:
            continue
        named = includes.entries(body['include'])
        for trigger in [node['trigger'] for _, node in body.items()]:
            named += includes.entries(trigger['include'])
        for include in named:
            waiting += loader.paths(include)[0]
    return seen - {path}
