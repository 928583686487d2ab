"""Gitea Actions: the language of GitHub Actions on self-managed runners.

https://docs.gitea.com/usage/actions/comparison.  Gitea also reads `.github/workflows`
(https://docs.gitea.com/usage/actions/quickstart), which is taken for GitHub's here: the file does not tell.
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

NAME = 'gitea'
# for docs/systems.md
UNDERSTANDS = dialect.UNDERSTANDS
UNRESOLVED = dialect.UNRESOLVED
HOSTS = 'a label that stands for the machine itself (`host`) is shared; one that stands for an image is unknown: a container on a machine that others use'
SHELLS = 'bash with `-e`; `shell: bash` also with `pipefail`'
MASKS = True

# `uses: actions/checkout@v4` is looked up at github.com or the instance, as its owner set it
# (DEFAULT_ACTIONS_URL).  An unset shell is `bash -e {0}`, as at GitHub, or `sh -e {0}` where there is no bash:
# https://gitea.com/gitea/runner, act/runner/step_run.go.
_DIALECT = dialect.Dialect(
    NAME,
    '.gitea',
    runners.forge,
    hosts=('gitea.com', 'github.com'),
)


def claims(document: Document) -> bool:
    return workflow.claims(document, _DIALECT)


def read(document: Document, tree: Tree) -> Pipeline:
    return workflow.read(document, tree, _DIALECT)
