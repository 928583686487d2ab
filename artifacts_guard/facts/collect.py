"""From the documents of a scan to its facts."""

from __future__ import annotations

from artifacts_guard import ci
from artifacts_guard.ci import recipes
from artifacts_guard.ci.link import Taken
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.facts import bindings
from artifacts_guard.facts import calls
from artifacts_guard.facts import credentials
from artifacts_guard.facts import endpoints
from artifacts_guard.facts import exposures
from artifacts_guard.facts import grants
from artifacts_guard.facts import usages
from artifacts_guard.facts.grants import Keys
from artifacts_guard.facts.model import Fact
from artifacts_guard.facts.model import Unreadable
from artifacts_guard.facts.ours import Ours
from artifacts_guard.facts.usages import Held
from artifacts_guard.facts.usages import Usage
from artifacts_guard.flow import books
from artifacts_guard.flow import jobs
from artifacts_guard.flow import observe
from artifacts_guard.flow.books import Library
from artifacts_guard.flow.code import launch
from artifacts_guard.flow.code.shelf import Shelf
from artifacts_guard.flow.world import World
from artifacts_guard.record import Record
from artifacts_guard.settings import Settings
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Sequence

    from artifacts_guard.credentials.find import Token
    from artifacts_guard.text import Tree


_CALLABLE = frozenset(('script', 'playbook'))  # they run by themselves when nothing in the tree calls them


class Collected(Record):
    """All facts of a scan, what each file was taken for, and what could not be followed."""

    facts: tuple[Fact, ...]
    taken: tuple[Taken, ...] = ()
    limits: tuple[observe.Limit, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    observations: tuple[observe.Observation, ...] = ()
    notes: tuple[str, ...] = ()
    usages: tuple[Usage, ...] = ()
    held: tuple[Held, ...] = ()
    keys: Keys = Keys()

    @property
    def unfollowed(self) -> tuple[str, ...]:
        """What was not followed to its end, in words: the first place in each document."""
        notes: dict[str, str] = {}
        for limit in self.limits:
            path = limit.place.path
            notes.setdefault(path, f'{path}:{limit.place.line}: not followed further ({limit.words})')
        return tuple(notes.values())


def collect(
    tree: Tree,
    paths: Sequence[str],
    tokens_in: Iterable[Document],
    settings: Settings,
    found: Iterable[tuple[Document, Token]] = (),
) -> Collected:
    """Facts of a tree.

    `paths` are the files that may hold pipelines, scripts and recipes; `tokens_in` the documents to
    search for tokens; `found` are tokens in what is no text (archives, binary files, names).
    """
    notes: list[str] = []
    facts: list[Fact] = list(credentials.credentials(tokens_in, notes))
    facts += credentials.elsewhere(found)
    if settings.generic:
        from artifacts_guard.facts.suspects import suspects

        facts += suspects(tree)
    if not paths:
        return Collected(tuple(facts), notes=tuple(notes))
    read = ci.read_all(paths, tree)
    pipelines = tuple(_explained(p, settings) for p in read.pipelines)
    facts += [_unreadable(p.document, p.message, p.offset) for p in read.unreadable]
    world = World(tree, settings, Library(tree, recipes.reader), Shelf(tree, paths))
    for pipeline in pipelines:
        if pipeline.kind not in _CALLABLE:
            jobs.run_pipeline(world, pipeline)
    _orphans(world, tree, paths, pipelines)
    launch.run_orphans(world, tree, paths)
    seen = world.observations
    ours = Ours(seen, _texts(pipelines), settings)
    used = usages.usages(seen, ours, pipelines)
    if any(system == usages.AGENTS for _, system in ci.candidates(paths)):
        from artifacts_guard.facts import configurations

        facts += configurations.facts(tree, paths, ours)
        used += tuple(configurations.usages(tree, paths, ours))
    keys = grants.Keys(seen, used, ours, grants.declared(settings, tree))
    uses = bindings.Uses(seen, ours)
    facts += credentials.literals(seen, ours)
    facts += exposures.exposures(seen, ours)
    facts += calls.calls(seen, ours, keys, settings)
    facts += grants.grants(keys)
    facts += bindings.overexposed(uses)
    facts += bindings.inherited(pipelines, ours, uses)
    facts += bindings.shared(uses)
    facts += bindings.untrusted(uses)
    facts += bindings.companions(seen, ours, settings)
    facts += endpoints.endpoints(seen, ours)
    facts += endpoints.handovers(pipelines)
    facts += endpoints.in_files(tree, paths, _analysed(pipelines, world), ours)
    limits = tuple(o for o in seen if isinstance(o, observe.Limit))
    held = usages.held(seen, ours)
    taken = (*read.taken, *_programs(world))
    return Collected(tuple(facts), taken, limits, pipelines, tuple(seen), tuple(notes), used, held, keys)


def _orphans(world: World, tree: Tree, paths: Iterable[str], pipelines: Iterable[Pipeline]) -> None:
    """Scripts, recipes and playbooks that no pipeline reaches."""
    included: set[str] = set()
    held = []
    for path in paths:
        reader = recipes.by_file(path)
        book = world.library.book(path, reader) if reader is not None else None
        if book is not None:
            held.append(book)
            included.update(book.included)
    for book in held:
        if book.document.path not in included:
            books.run_orphans(world, book)
    for pipeline in pipelines:
        if pipeline.kind in _CALLABLE and (pipeline.document.path, '') not in world.reached:
            world.reached.add((pipeline.document.path, ''))
            jobs.run_pipeline(world, pipeline)


def _programs(world: World) -> Iterator[Taken]:
    """What was read as a program."""
    for path, (language, note) in sorted(world.programs.taken.items()):
        yield Taken(path, language, 'program', 0, note)


def _unreadable(document: Document, message: str, offset: int) -> Unreadable:
    place = Place(document, Span(offset, min(offset + 1, len(document.text))))
    return Unreadable(place, (Hop('can not be read from here', place),), problem=message)


def _texts(pipelines: Iterable[Pipeline]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The texts of each job, in which evidence for a product can stand."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for pipeline in pipelines:
        for job in pipeline.jobs:
            texts = [t for step in job.steps for t in _step_texts(step)]
            found[pipeline.document.path, job.name] = tuple(texts)
    return found


def _step_texts(step) -> Iterable[str]:  # type: ignore[no-untyped-def]
    for script in step.scripts:
        if hasattr(script, 'template'):
            yield script.template.text
        else:
            yield ' '.join(word.text for word in script.words)
    if step.use is not None:
        yield step.use.name


def _analysed(pipelines: Iterable[Pipeline], world: World) -> set[str]:
    """Documents that were followed: what they do with a token is known."""
    read = {p.document.path for p in pipelines} | {path for p in pipelines for path in p.called}
    return read | {path for path, _ in world.reached}


def _explained(pipeline: Pipeline, settings: Settings) -> Pipeline:
    """Runners classed as the configuration says."""
    if not settings.hosts:
        return pipeline
    from artifacts_guard.ci.runners import configured

    explained = tuple(
        job.replace(runner=configured(job.runner, pipeline.system, settings.hosts)) for job in pipeline.jobs
    )
    return pipeline.replace(jobs=explained)
