"""Which jobs get the variables that others report.

https://docs.gitlab.com/ci/variables/dotenv_variables/: all jobs of later stages do, unless `dependencies` or
`needs` say from which ones; they win over the variables of the job and of the configuration.
"""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.gitlab.jobs import Frame
    from artifacts_guard.ci.gitlab.jobs import Made
    from artifacts_guard.ci.model import Job
    from artifacts_guard.yamltree import Node

# https://docs.gitlab.com/ci/yaml/#stages
_STAGES = ('build', 'test', 'deploy')
_FIRST, _LAST = '.pre', '.post'
_USUAL = 'test'


class _Source(Record):
    """A job that reports variables: its name in the configuration and in the pipeline, and the number of its stage."""

    name: str
    job: str
    stage: int


def received(found: list[Made], frame: Frame) -> list[Job]:
    """The jobs of one pipeline, each with the jobs from which it gets variables."""
    stages = _stages(frame)
    sources = [
        _Source(one.name, one.job.name, _stage(one, stages, frame)) for one in found if _reports(one.job)
    ]
    if not sources and not frame.names:
        return [one.job for one in found]
    return [
        one.job.replace(receives=_givers(one, sources, _stage(one, stages, frame), frame)) for one in found
    ]


def _stages(frame: Frame) -> dict[str, int]:
    named = frame.config.texts(frame.config.value(frame.config.root, 'stages')) or _STAGES
    ordered = (_FIRST, *(stage for stage in named if stage not in (_FIRST, _LAST)), _LAST)
    return {stage: number for number, stage in enumerate(ordered)}


def _stage(made: Made, stages: dict[str, int], frame: Frame) -> int:
    return stages.get(frame.config.value(made.node, 'stage').text.strip() or _USUAL, 0)


def _reports(job: Job) -> bool:
    return any(handover.kind == 'dotenv' for step in job.steps for handover in step.handovers)


def _givers(made: Made, sources: list[_Source], stage: int, frame: Frame) -> tuple[str, ...]:
    """The jobs from which a job gets variables, those of later stages last.

    https://docs.gitlab.com/ci/yaml/#dependencies, https://docs.gitlab.com/ci/yaml/#needsartifacts
    """
    needs = frame.config.value(made.node, 'needs')
    dependencies = frame.config.value(made.node, 'dependencies')
    if needs:
        wanted = [one for one in frame.config.elements(needs) if _takes(one)]
        given = {_name(one) for one in wanted if not one['pipeline']}
        earlier = [source for source in sources if source.name in given]
    else:
        wanted = []
        earlier = [source for source in sources if source.stage < stage]
    if dependencies:
        chosen = frame.config.texts(dependencies)
        earlier = [source for source in earlier if source.name in chosen]
    # https://docs.gitlab.com/ci/yaml/#needspipelinejob: of the pipeline that started this one
    outer = [f'{frame.outer}{_name(one)}' for one in wanted if one['pipeline'] and frame.names]
    return (*outer, *(source.job for source in sorted(earlier, key=lambda source: source.stage)))


def _takes(need: Node) -> bool:
    return not need['project'] and need['artifacts'].text.strip().lower() != 'false'


def _name(need: Node) -> str:
    return need.text if need.kind == 'scalar' else need['job'].text
