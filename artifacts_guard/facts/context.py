"""What every fact takes from the job it was observed in, and the trail that led to it."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Trigger
from artifacts_guard.facts.model import Fact
from artifacts_guard.flow.frame import Context
from artifacts_guard.flow.value import Source
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from typing import TypeVar

    F = TypeVar('F', bound=Fact)

_CERTAIN = frozenset({'shared', 'ephemeral', 'unknown'})


def made(
    kind: type[F], context: Context | None, place: Place, trail: tuple[Hop, ...] = (), **fields: Any
) -> F:
    """A fact of a kind, with the fields that its job gives it."""
    if context is None:
        return kind(place, trail, **fields)
    job = context.job
    doubt = fields.pop('doubt', '')
    return kind(
        place,
        trail,
        context.pipeline.system,
        job.name if job.automation else '',
        job.runner.tenancy,
        _runner(context),
        job.automation,
        fields.pop('confidence', 'high' if not doubt else 'low'),
        doubt,
        job.place if job.automation else None,
        **fields,
    )


def _runner(context: Context) -> str:
    runner = context.job.runner
    return f'{runner.label} ({runner.evidence})' if runner.label else runner.evidence


def trail(
    source: Source | None, via: tuple[Hop, ...], role: str, place: Place, context: Context | None
) -> tuple[Hop, ...]:
    """From the binding over the calls to the sink, and the host it happens on."""
    hops = [*(source.trail if source else ()), *via, Hop(role, place)]
    if context is not None and context.job.runner.place is not None:
        runner = context.job.runner
        hops.append(Hop(f'on a host that is {_HOSTS[runner.tenancy]}', context.job.runner.place))
    return tuple(dict.fromkeys(hops))


_HOSTS = {'shared': 'shared', 'ephemeral': 'thrown away after the job', 'unknown': 'not known'}


def triggers(context: Context) -> tuple[Trigger, ...]:
    """What can start the step."""
    step = context.step
    if step is not None and step.triggers is not None:
        return step.triggers
    return context.job.triggers or context.pipeline.triggers
