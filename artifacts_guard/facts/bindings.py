"""Who else can reach a secret: levels of binding, sharing, untrusted runs, code beside it (RULES.md section 3)."""

from __future__ import annotations

from artifacts_guard.ci import model as ci
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Use
from artifacts_guard.facts.context import made
from artifacts_guard.facts.context import triggers
from artifacts_guard.facts.exposures import settings_variables
from artifacts_guard.facts.model import Binding
from artifacts_guard.facts.model import Companion
from artifacts_guard.facts.model import Sharing
from artifacts_guard.facts.model import UntrustedRun
from artifacts_guard.facts.ours import Ours
from artifacts_guard.flow import observe
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.record import Record
from artifacts_guard.settings import Settings
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

_PRIVILEGED = frozenset({ci.PRIVILEGED_PROPOSAL, ci.FOLLOW_UP, ci.COMMENT})
_SHAREABLE = frozenset({'secret', 'variable', 'file', 'command'})
_RUN_IN_JOB = frozenset({'orb', 'plugin'})  # a pipe gets only what it is given
_OUTER = frozenset({'pipeline', 'job', 'block'})


class Uses:
    """Which steps can read and which do read each secret of the service."""

    def __init__(self, seen: Iterable[observe.Observation], ours: Ours) -> None:
        self.bound: list[tuple[observe.Bound, Source]] = []
        self.reads: list[observe.Read] = []
        for observation in seen:
            if isinstance(observation, observe.Bound):
                self.bound += [(observation, s) for s in ours.sources(observation.sources)[:1]]
            elif isinstance(observation, observe.Read) and ours.is_origin(observation.origin):
                self.reads.append(observation)
        self.readers: dict[Origin, set[tuple[object, ...]]] = {}
        for read in self.reads:
            self.readers.setdefault(read.origin, set()).add(_unit(read.context))


def _unit(context: Context) -> tuple[object, ...]:
    """The step of the document that the job stands in: steps of one called action are one."""
    step = context.step
    inner = step.via[0].place if step is not None and step.via else context.index
    return context.pipeline.document.path, context.job.name, inner


def _step_place(context: Context) -> Place | None:
    """Where that step stands in the document."""
    step = context.step
    if step is None:
        return None
    return step.via[0].place if step.via else step.place


# overexposed-token


def overexposed(uses: Uses) -> Iterator[Binding]:
    """Secrets bound at a level where more steps can read them than use them."""
    groups: dict[Place, list[tuple[observe.Bound, Source]]] = {}
    for bound, source in uses.bound:
        if bound.binding.level in _OUTER:
            groups.setdefault(bound.binding.place, []).append((bound, source))
    for place, members in groups.items():
        bound, source = members[0]
        can = {_unit(b.context) for b, _ in members}
        do = can & uses.readers.get(source.origin, set())
        used_in = {_step_place(b.context) for b, _ in members if _unit(b.context) in do}
        if not do:
            # programs that are not known can take it from the environment: any step that runs one
            do = {
                _unit(b.context) for b, _ in members if b.context.step is not None and b.context.step.scripts
            }
        yield made(
            Binding,
            bound.context if bound.binding.level != 'pipeline' else None,
            place,
            (Hop('secret bound here', place),),
            name=bound.binding.name,
            secret=source.origin.name,
            level=bound.binding.level,
            readers=len(can),
            users=len(do),
            narrowable=bound.binding.narrowable,
            used_in=tuple(sorted((p for p in used_in if p is not None), key=Place.sort_key)),
        )


def inherited(pipelines: Iterable[Pipeline], ours: Ours, uses: Uses) -> Iterator[Binding]:
    """`secrets: inherit` to a workflow of another repository."""
    if not any(o.kind == 'secret' for o in ours.origins) and not uses.bound:
        return
    for pipeline in pipelines:
        for job in pipeline.jobs:
            use = job.use
            if use is None or not use.inherits_secrets or use.local:
                continue
            place = use.inherit_place or use.place
            context = Context(pipeline, job, None, -1, '')
            yield made(
                Binding, context, place, (Hop('all secrets handed on here', place),),
                level='job', inherited=True, target=use.name, readers=1, narrowable=True,
            )  # fmt: skip


# shared-key


def shared(uses: Uses) -> Iterator[Sharing]:
    """Secrets that serve more than one automation."""
    jobs: dict[Origin, dict[tuple[str, str], _First]] = {}
    for read in uses.reads:
        if read.context.automation and read.origin.kind in _SHAREABLE:
            _note(jobs, read.origin, read.context, read.place, bound=False)
    for bound, source in uses.bound:
        key = bound.context.key[:2]
        if (key[0], key[1]) in jobs.get(source.origin, {}):
            place = source.trail[0].place if source.trail else bound.binding.place
            _note(jobs, source.origin, bound.context, place, bound=True)
    for origin, users in jobs.items():
        ordered = sorted(users.values(), key=lambda f: f.place.sort_key())
        places = {ordered[0].place}
        for first in ordered[1:]:
            if first.place in places:
                continue
            places.add(first.place)
            yield made(
                Sharing, first.context, first.place,
                (Hop('also used here', ordered[0].place), Hop('used here', first.place)),
                secret=origin.words, first=f'{ordered[0].context.job.name} in {ordered[0].place.path}',
            )  # fmt: skip


class _First(Record):
    context: Context
    place: Place
    bound: bool


def _note(
    jobs: dict[Origin, dict[tuple[str, str], _First]],
    origin: Origin,
    context: Context,
    place: Place,
    *,
    bound: bool,
) -> None:
    """Keep the first binding of a secret in each job; a use only where nothing binds it."""
    path, name, _ = context.key
    held = jobs.setdefault(origin, {}).get((path, name))
    if held is None or (bound, _before(place, held.place)) > (held.bound, False):
        jobs[origin][path, name] = _First(context, place, bound)


def _before(one: Place, other: Place) -> bool:
    return one.sort_key() < other.sort_key()


# token-in-untrusted-run


def untrusted(uses: Uses) -> Iterator[UntrustedRun]:
    """Secrets at hand in runs whose code or input an outsider controls."""
    placed: set[tuple[str, str, Origin]] = set()
    for bound, source in uses.bound:
        fact = _untrusted(bound.context, source.origin, bound.binding.place)
        if fact is not None:
            placed.add((*bound.context.key[:2], source.origin))
            yield fact
    for read in uses.reads:
        key = (*read.context.key[:2], read.origin)
        if key not in placed and read.origin.kind in {'secret', 'variable'}:
            fact = _untrusted(read.context, read.origin, read.place)
            if fact is not None:
                placed.add(key)
                yield fact


def _untrusted(context: Context, origin: Origin, place: Place) -> UntrustedRun | None:
    started = triggers(context)
    kinds = _PRIVILEGED
    if context.pipeline.settings_variables and context.pipeline.kind == 'pipeline':
        # variables of the settings reach merge-request pipelines unless rules keep them to protected refs
        kinds = kinds | {ci.PROPOSAL}
    hostile = next((t for t in started if t.kind in kinds), None)
    if hostile is None or context.job.protected or not context.automation:
        return None
    takes = any(step.takes_proposal for step in context.job.steps)
    return made(
        UntrustedRun, context, place, (Hop(f'started by {hostile.event}', hostile.place), Hop('token at hand here', place)),
        secret=origin.words, event=hostile.event, takes_proposal=takes and hostile.kind != ci.PROPOSAL,
    )  # fmt: skip


# token-beside-unpinned-code


def companions(seen: Iterable[observe.Observation], ours: Ours, settings: Settings) -> Iterator[Companion]:
    """Third-party code, not pinned, with a token in its environment."""
    read = settings_variables(seen, ours)
    for observation in seen:
        if isinstance(observation, observe.Bound):
            step = observation.context.step
            held = ours.sources(observation.sources)
            if step is None or not held or observation.binding.level == 'image':
                continue
            for use in (step.use, step.image):
                if use is not None and _is_foreign(use, settings):
                    yield _companion(observation.context, use.place, use.name, use.kind, held[0])
        elif isinstance(observation, observe.Fetched):
            path, job, _ = observation.context.key
            held = (*ours.sources(observation.sources), *(Source(o) for o in read.get((path, job), ())))
            if held:
                yield _companion(
                    observation.context, observation.place, observation.code, observation.form, held[0]
                )
        elif isinstance(observation, observe.Read) and ours.is_origin(observation.origin):
            yield from _beside_settings(observation, settings)


def _beside_settings(read: observe.Read, settings: Settings) -> Iterator[Companion]:
    """A variable of the system's settings, or a word given to the code, is in its environment as well."""
    step = read.context.step
    if step is None:
        return
    given = step.use is not None and any(b.place == read.place for b in step.use.inputs)
    uses = [step.use] if given else []
    if read.context.pipeline.settings_variables and read.origin.kind == 'variable':
        uses.append(step.image)
        # the settings' variables are in the environment of all steps, not only of the one that reads them
        uses += [s.use for s in read.context.job.steps if s.use is not None and s.use.kind in _RUN_IN_JOB]
    for use in uses:
        if use is not None and _is_foreign(use, settings):
            yield _companion(read.context, use.place, use.name, use.kind, Source(read.origin))


def _is_foreign(use: Use, settings: Settings) -> bool:
    if use.pinned or use.local or not use.third_party:
        return False
    owner = use.name.removeprefix('https://').split('/')[0]
    return not any(owner == o or use.name.startswith(f'{o}/') for o in settings.organisations)


def _companion(context: Context, place: Place, code: str, form: str, source: Source) -> Companion:
    return made(
        Companion, context, place, (*source.trail[:1], Hop('runs beside the token here', place)),
        code=code, form=form, secret=source.origin.words,
    )  # fmt: skip
