"""Buildkite pipelines, as `buildkite-agent pipeline upload` reads them.

https://buildkite.com/docs/pipelines/configure/defining-steps
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.buildkite import steps
from artifacts_guard.ci.model import Pipeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'buildkite'
# for docs/systems.md
UNDERSTANDS = (
    'hooks of the repository',
    'groups, matrices and steps in lists',
    'plugins that run a command in a container',
)
UNRESOLVED = (
    'plugins’ own code',
    'pipelines that a `trigger` step starts',
    'what a program prints for `pipeline upload`',
)
HOSTS = 'every agent is shared, until the configuration says which queues are hosted'
SHELLS = 'bash with `-e`'
MASKS = True

# A pipeline even if it can't be read.
_NAMED = re.compile(r'(?:^|/)\.buildkite/pipeline\.ya?ml$|^buildkite\.ya?ml$')
_STEPS = re.compile(
    r'^(?:\{?[ \t]*[\'"]?steps[\'"]?[ \t]*:|-[ \t]+[\'"]?(?:command|commands|label|group|wait)\b)',
    re.MULTILINE,
)
_TEMPLATE = re.compile(r'\{%|<%|^[ \t]*\{\{', re.MULTILINE)


def claims(document: Document) -> bool:
    """A pipeline by its name; another document by its steps, unless it is a template of a pipeline."""
    if _NAMED.search(document.path):
        return True
    return bool(_STEPS.search(document.text)) and not _TEMPLATE.search(document.text)


def read(document: Document, tree: Tree) -> Pipeline:
    """All steps of a pipeline.  Raises YamlError."""
    library = link.library(tree)
    root = library.root(document)
    found = steps.read(root, document, library)
    return Pipeline(
        document,
        NAME,
        jobs=tuple(found),
        triggers=tuple(dict.fromkeys(trigger for job in found for trigger in job.triggers)),
        # of pipelines and of agents' hooks
        settings_variables=True,
    )
