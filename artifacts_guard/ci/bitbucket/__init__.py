"""Bitbucket Pipelines: `bitbucket-pipelines.yml`, and files of the same repository that it imports.

https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/
Each step is a container or machine of its own: a job of the common model.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.bitbucket import sections
from artifacts_guard.ci.model import Pipeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'bitbucket'
# for docs/systems.md
UNDERSTANDS = (
    'anchors and merge keys',
    '`import` from a file of the same repository',
    'pipes, with the variables given to them',
)
UNRESOLVED = ('pipelines of another repository',)
HOSTS = 'a step without `runs-on` is thrown away afterwards; `self.hosted` is shared'
SHELLS = 'bash with `-e`; PowerShell on Windows runners'
MASKS = True

_DEFINITIONS = re.compile(r'^[\'"]?definitions[\'"]?\s*:', re.MULTILINE)


def claims(document: Document) -> bool:
    """A pipeline by its name; a shared one also because it defines something."""
    return _is_main(document.path) or bool(_DEFINITIONS.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """All pipelines of a document.  Raises YamlError."""
    library = link.library(tree)
    root = library.root(document)
    gathered = sections.Gathered()
    jobs = sections.read(root, document, library, gathered)
    return Pipeline(
        document,
        NAME,
        kind='pipeline' if _is_main(document.path) else 'template',
        jobs=tuple(jobs),
        triggers=tuple(dict.fromkeys(trigger for job in jobs for trigger in job.triggers)),
        unresolved=tuple(gathered.unresolved),
        settings_variables=True,
        called=tuple(gathered.called),
    )


def _is_main(path: str) -> bool:
    return path.rpartition('/')[2] == 'bitbucket-pipelines.yml'
