"""GitHub Actions: workflows, reusable workflows and actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from artifacts_guard.ci import runners
from artifacts_guard.ci.actions import dialect
from artifacts_guard.ci.actions import workflow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'github'
# for docs/systems.md
UNDERSTANDS = dialect.UNDERSTANDS
UNRESOLVED = dialect.UNRESOLVED
HOSTS = 'labels of GitHub-hosted runners are thrown away after the job; `self-hosted` and runner groups are shared; other labels are unknown'
SHELLS = 'bash with `-e`; `shell: bash` also with `pipefail`; PowerShell on Windows'
MASKS = True

_DIALECT = dialect.Dialect(NAME, '.github', runners.github)


def claims(document: Document) -> bool:
    return workflow.claims(document, _DIALECT)


def read(document: Document, tree: Tree) -> Pipeline:
    return workflow.read(document, tree, _DIALECT)
