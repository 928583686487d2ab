"""Azure Pipelines: `azure-pipelines.yml` and the templates of the same repository that it includes.

https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.model import Pipeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree
    from artifacts_guard.yamltree import Node

NAME = 'azure'
# for docs/systems.md
UNDERSTANDS = (
    'templates of the tree for steps, jobs, stages and variables, with parameters',
    '`extends`',
    '`each` and `if` expressions',
    'variables and outputs that steps set, in later steps, jobs and stages',
)
UNRESOLVED = ('templates of other repositories: only what is handed to them is read', 'variable groups')
HOSTS = '`vmImage` and Microsoft-hosted pools are thrown away after the job; a pool by name is shared'
SHELLS = 'bash, on Windows cmd, without `-e`; PowerShell stops at errors'
MASKS = True

_SECTION = re.compile(r'^[\'"]?(?:steps|jobs|stages|extends|variables)[\'"]?\s*:', re.MULTILINE)
_HALLMARK = re.compile(
    r'^[ \t]*(?:-[ \t]+)?(?:task:[ \t]*[\'"]?[\w.-]+@\d|vmImage:|(?:script|bash|pwsh|powershell|template):|deployment:)',
    re.MULTILINE,
)
_STARTS = (
    'trigger',
    'pr',
    'schedules',
    'resources',
    'pool',
    'name',
    'lockBehavior',
    'appendCommitMessageToRunName',
)
_OTHERS = ('apiVersion', 'kind', 'workflow', 'on', 'image', 'definitions')


def claims(document: Document) -> bool:
    """By its name; files in folders of pipelines also by what they hold."""
    if is_main(document.path):
        return True
    return bool(_SECTION.search(document.text) and _HALLMARK.search(document.text))


def is_main(path: str) -> bool:
    """Whether a document is a pipeline by its name alone."""
    name = path.rpartition('/')[2]
    return name.startswith(('azure-pipelines', '.azure-pipelines')) or name.endswith('.azure-pipelines.yml')


def read(document: Document, tree: Tree) -> Pipeline:
    """All jobs of a pipeline or template.  Raises YamlError."""
    from artifacts_guard.ci.azure import pipeline
    from artifacts_guard.ci.azure import triggers

    library = link.library(tree)
    root = library.root(document)
    if any(root.has(key) for key in _OTHERS):
        return Pipeline(document, NAME, kind='template')
    started = triggers.started(root)
    gathered = pipeline.read(root, document, library, started)
    return Pipeline(
        document,
        NAME,
        kind='pipeline' if _starts(document, root) else 'template',
        jobs=tuple(gathered.jobs),
        triggers=started,
        unresolved=tuple(gathered.unresolved),
        called=tuple(gathered.called),
    )


def _starts(document: Document, root: Node) -> bool:
    """Whether a document is run by itself: templates have none of the keys that only pipelines can have."""
    return (is_main(document.path) and not root.has('parameters')) or any(root.has(key) for key in _STARTS)
