"""Forgejo Actions: the language of GitHub Actions on self-managed runners.

https://forgejo.org/docs/latest/user/actions/reference/.  Without `.forgejo/workflows` Forgejo reads
`.github/workflows` (https://forgejo.org/docs/latest/user/actions/overview), which is taken for GitHub's
here: the file does not tell.
"""

from __future__ import annotations

from artifacts_guard.ci import runners
from artifacts_guard.ci.actions import dialect
from artifacts_guard.ci.actions import shells
from artifacts_guard.ci.actions import workflow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'forgejo'
# for docs/systems.md
UNDERSTANDS = dialect.UNDERSTANDS
UNRESOLVED = dialect.UNRESOLVED
HOSTS = 'a label that stands for the machine itself (`host`) is shared; one that stands for an image is unknown: a container on a machine that others use'
SHELLS = 'bash with `-e` and `pipefail`'
MASKS = True

# `uses: actions/checkout@v4` is looked up at DEFAULT_ACTIONS_URL, data.forgejo.org unless changed:
# https://forgejo.org/docs/latest/admin/actions/#default-actions-url.  An unset shell is
# `bash --noprofile --norc -e -o pipefail`, or `sh -e` where there is no bash:
# https://code.forgejo.org/forgejo/runner, act/model/workflow.go and act/runner/step_run.go.
_DIALECT = dialect.Dialect(
    NAME,
    '.forgejo',
    runners.forge,
    vendors=('actions', 'forgejo', 'github'),
    hosts=('code.forgejo.org', 'data.forgejo.org', 'github.com'),
    unset=shells.BASH,
)


def claims(document: Document) -> bool:
    return workflow.claims(document, _DIALECT)


def read(document: Document, tree: Tree) -> Pipeline:
    return workflow.read(document, tree, _DIALECT)
