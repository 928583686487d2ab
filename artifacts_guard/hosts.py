"""The runners that a tree's pipelines name: how each was classed, by what evidence, and what would change that."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.text import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.model import Runner
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings

_ORDER = ('shared', 'unknown', 'ephemeral')


class Host(Record):
    """Runners of one system with one label.  `jobs` are (job, place), `setting` the line that would class it otherwise."""

    system: str
    label: str
    tenancy: str
    evidence: str
    jobs: tuple[tuple[str, Place], ...]

    @property
    def setting(self) -> str:
        """The configuration line that says what the host is; '' where there is no label to name."""
        if not self.label:
            return ''
        other = 'ephemeral' if self.tenancy == 'shared' else 'shared'
        return f'"{self.label}" = "{other}"'


def hosts(tree: Tree, settings: Settings) -> tuple[Host, ...]:
    """All runners of a tree's automations, the shared ones first."""
    from artifacts_guard import ci
    from artifacts_guard.ci.runners import configured

    found: dict[tuple[str, str, str, str], list[tuple[str, Place]]] = {}
    for pipeline in ci.read_all(tree.selected, tree).pipelines:
        for job in pipeline.jobs:
            if job.automation:
                runner: Runner = configured(job.runner, pipeline.system, settings.hosts)
                key = (pipeline.system, runner.label, runner.tenancy, runner.evidence)
                found.setdefault(key, []).append((job.name, runner.place or job.place))
    made = [Host(*key, tuple(jobs)) for key, jobs in found.items()]
    return tuple(sorted(made, key=lambda h: (_ORDER.index(h.tenancy), h.system, h.label)))
