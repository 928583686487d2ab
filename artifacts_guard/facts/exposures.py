"""Exposure facts: a token of the service reaches a place where others can read it."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.facts.context import made
from artifacts_guard.facts.context import trail
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.ours import Ours
from artifacts_guard.flow import observe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.flow.frame import Context
    from artifacts_guard.flow.value import Origin
    from artifacts_guard.flow.value import Source

_ROLES = {
    observe.ARGV: 'becomes an argument of {program} here',
    observe.FLAG: 'becomes an argument of the CLI here',
    observe.LOG: 'is printed here',
    observe.URL: 'stands in a URL here',
    observe.DISK: 'is written to a file here',
    observe.IMAGE: 'goes into the image here',
    observe.EARLY: 'is pasted into the text here',
}
# what a CI system knows as a secret, and masks when it masks
_REGISTERED = frozenset({'secret', 'secrets', 'variable', 'input'})


def exposures(seen: Iterable[observe.Observation], ours: Ours) -> Iterator[Exposure]:
    """All exposures of the service's tokens."""
    read = settings_variables(seen, ours)
    for observation in seen:
        if isinstance(observation, observe.Leak):
            if ours.is_source(observation.source) and not _is_minted_log(observation):
                yield _exposure(observation)
        elif isinstance(observation, observe.CliCall):
            if observation.leaks and ours.is_call(observation):
                yield from map(_exposure, observation.leaks)
        elif isinstance(observation, observe.Dump):
            yield from _dump(observation, ours, read)
        elif isinstance(observation, observe.Bound) and observation.binding.level == 'image':
            yield from _baked(observation, ours)


def _is_minted_log(leak: observe.Leak) -> bool:
    # the rule minted-key-in-log speaks of that
    return leak.sink == observe.LOG and leak.source is not None and leak.source.origin.kind == 'minted'


def _exposure(leak: observe.Leak) -> Exposure:
    origin = leak.source.origin if leak.source is not None else None
    # what an image's build writes stays in its layers
    sink = observe.IMAGE if leak.sink == observe.DISK and leak.context.pipeline.kind == 'image' else leak.sink
    role = _ROLES[sink].format(program=leak.program or 'the command')
    return made(
        Exposure,
        leak.context,
        leak.place,
        trail(leak.source, leak.via, role, leak.place, leak.context),
        sink=sink,
        program=leak.program,
        form=leak.form,
        origin=origin.words if origin is not None else 'a value that is not known',
        masked=_masked(leak.context, origin),
        literal=origin is not None and origin.kind == 'literal',
        private=leak.private,
        by_default=leak.by_default,
        held=leak.written.held,
        words=leak.written.words,
        whole_command=leak.written.command,
    )


def _masked(context: Context, origin: Origin | None) -> bool:
    return context.pipeline.masks and origin is not None and origin.kind in _REGISTERED


def settings_variables(
    seen: Iterable[observe.Observation], ours: Ours
) -> dict[tuple[str, str], tuple[Origin, ...]]:
    """Secrets from a system's settings that a job is known to hold, because it reads them."""
    found: dict[tuple[str, str], dict[Origin, None]] = {}
    for observation in seen:
        if isinstance(observation, observe.Read) and observation.context.pipeline.settings_variables:
            origin = observation.origin
            if origin.kind == 'variable' and ours.is_origin(origin):
                key = observation.context.key[:2]
                found.setdefault((key[0], key[1]), {})[origin] = None
    return {job: tuple(origins) for job, origins in found.items()}


def _dump(
    dump: observe.Dump, ours: Ours, read: dict[tuple[str, str], tuple[Origin, ...]]
) -> Iterator[Exposure]:
    held: list[tuple[Origin, Source | None]] = [(s.origin, s) for s in ours.sources(dump.sources)]
    path, job, _ = dump.context.key
    held += [(origin, None) for origin in read.get((path, job), ())]
    for origin, source in held[:1]:
        yield made(
            Exposure,
            dump.context,
            dump.place,
            trail(source, dump.via, 'the environment is printed here', dump.place, dump.context),
            sink=observe.LOG,
            program=dump.program,
            form=dump.program,
            origin=origin.words,
            masked=_masked(dump.context, origin),
        )


def _baked(bound: observe.Bound, ours: Ours) -> Iterator[Exposure]:
    """ARG and ENV of an image."""
    for source in ours.sources(bound.sources)[:1]:
        place = bound.binding.place
        yield made(
            Exposure,
            bound.context,
            place,
            (Hop('goes into the image here', place),),
            sink=observe.IMAGE,
            program='docker build',
            form=bound.binding.name,
            origin=source.origin.words,
        )
