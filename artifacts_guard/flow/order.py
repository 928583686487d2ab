"""The order in which jobs run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.ci.model import Job


def ordered(jobs: Iterable[Job]) -> list[Job]:
    """Jobs behind those that they need, else as they stand; circles are cut somewhere."""
    named: dict[str, list[Job]] = {}
    jobs = tuple(jobs)
    for job in jobs:
        named.setdefault(job.identifier or job.name, []).append(job)
    ordered: dict[int, Job] = {}
    entered: set[int] = set()
    for first in jobs:
        waiting = [first]
        while waiting:
            job = waiting[-1]
            before = () if id(job) in entered else (*job.needs, *job.receives)
            entered.add(id(job))
            missing = [j for name in before for j in named.get(name, ()) if id(j) not in entered]
            if missing:
                waiting += reversed(missing)
            else:
                ordered.setdefault(id(job), waiting.pop())
    return list(ordered.values())
