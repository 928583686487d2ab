"""How one of the systems that speak this language differs from the others."""

from __future__ import annotations

from artifacts_guard.ci.actions import shells
from artifacts_guard.ci.model import Shell
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# what docs/systems.md says of all of them
UNDERSTANDS = (
    'composite, Docker and JavaScript actions of the tree',
    'reusable workflows of the tree, with inputs and `secrets`',
    'matrices with literal values',
    '`$GITHUB_ENV`, `$GITHUB_OUTPUT` and job outputs',
    'scripts and recipes that `run` starts',
)
UNRESOLVED = (
    'actions and workflows of other repositories',
    'values that only a run knows: `vars`, inputs of a manual start',
)


class Dialect(Record):
    """`folder` holds the system's files; `vendors` are the owners of actions that are not third-party.

    `tenancy` classes a runner by its labels and group: it gives the tenancy and the evidence.
    `unset` is the shell of a `run` step that names none, outside a job container.
    """

    system: str
    folder: str
    tenancy: Callable[[tuple[str, ...], str], tuple[str, str]]
    vendors: tuple[str, ...] = ('actions', 'github')
    hosts: tuple[str, ...] = ('github.com',)
    unset: Shell = shells.UNSET
