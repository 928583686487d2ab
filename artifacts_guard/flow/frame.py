"""Where the interpreter is: the job and step it works for, and the script it reads."""

from __future__ import annotations

from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Step
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.record import Record
from artifacts_guard.text import Fragment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.value import Value


class Context(Record):
    """One step of one job, for which scripts are judged.

    `scope` limits the identity of variables that nobody sets: the CI system whose settings can hold
    them, or the script's own path.
    """

    pipeline: Pipeline
    job: Job
    step: Step | None
    index: int
    scope: str

    # one per step, made once: told apart by what it is, not by all that it holds
    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def automation(self) -> bool:
        return self.job.automation

    @property
    def root(self) -> str:
        """The folder that the system checks out and starts in: a tree can hold other repositories in folders."""
        parts = self.pipeline.document.path.split('/')[:-1]
        dotted = next((i for i, part in enumerate(parts) if part.startswith('.')), len(parts))
        return '/'.join(parts[:dotted])

    @property
    def key(self) -> tuple[str, str, int]:
        return self.pipeline.document.path, self.job.name, self.index


class Frame(Record):
    """A script being read: its text, the values of its expressions, and how it was reached.

    `dialect` is the language: `sh` for all POSIX shells, `pwsh`, `cmd`.  `by_default`: tracing was
    switched on by the CI system.  `via` are the calls that led here, outermost first.
    """

    fragment: Fragment
    values: tuple[tuple[Value, ...], ...] = ()
    dialect: str = 'sh'
    via: tuple[Hop, ...] = ()
    name: str = ''
    by_default: bool = False

    def excerpt(self, start: int, end: int) -> Excerpt:
        return Excerpt(self.fragment, start, end)

    @property
    def path(self) -> str:
        return self.fragment.document.path
