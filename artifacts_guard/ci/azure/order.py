"""The order of stages and jobs, and the outputs of earlier ones that it lets a job see.

https://learn.microsoft.com/azure/devops/pipelines/process/stages: a stage waits for the one before it unless
`dependsOn` says otherwise; jobs wait for those in their `dependsOn` only.
https://learn.microsoft.com/azure/devops/pipelines/process/expressions#dependencies: outputs of others than those
are null.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.azure.nodes import field
from artifacts_guard.ci.model import Reference
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.yamltree import Node

_KEY = r"(?:\.([\w-]+)|\[\s*'([^']+)'\s*\])"
_OUTPUT = re.compile(
    rf"\b(?:stageDependencies{_KEY}|dependencies){_KEY}(?:\.outputs|\[\s*'outputs'\s*\])"
    r"(?:\[\s*'([\w.-]+)'\s*\]|\.([\w.-]+))",
    re.IGNORECASE,
)


class Order(Record):
    """Where a job stands: its stage, the stages before that, and the jobs of its stage that it waits for.

    None stands for those that the file does not tell: any.  Names are in lower case.
    """

    stage: str = ''
    stages: tuple[str, ...] | None = ()
    jobs: tuple[str, ...] | None = ()

    def identifier(self, job: str) -> str:
        """What references call a job."""
        return f'{self.stage}.{job.lower()}'

    def needs(self) -> tuple[str, ...]:
        """The jobs of the same stage that a job waits for."""
        return tuple(self.identifier(job) for job in self.jobs or ())

    def outputs(self, code: str) -> tuple[Reference | str, ...]:
        """The outputs of other jobs that a runtime expression takes; () when it takes none."""
        found: dict[Reference | str, None] = {}
        for match in _OUTPUT.finditer(code):
            stage = (match[1] or match[2] or '').lower()
            job = (match[3] or match[4]).lower()
            if not _holds(self.stages if stage else self.jobs, stage or job):
                continue
            name = (match[5] or match[6]).lower()
            # of a deployment, the name of its hook or of the job stands before that of the step
            # https://learn.microsoft.com/azure/devops/pipelines/process/deployment-jobs#support-for-output-variables
            for output in dict.fromkeys((name, '.'.join(name.split('.')[-2:]))):
                found[Reference('output', f'needs.{stage or self.stage}.{job}.{output}')] = None
        return tuple(found)


def _holds(names: tuple[str, ...] | None, name: str) -> bool:
    return names is None or name in names


def depended(node: Node, default: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a stage or job waits for; None when an expression says it."""
    on = field(node, 'dependsOn')
    if not on:
        return default
    names = [scalar.text.strip().lower() for scalar in on.scalars()]
    return None if any('$' in name for name in names) else tuple(filter(None, names))
