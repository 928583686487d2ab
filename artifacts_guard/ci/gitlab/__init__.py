"""GitLab CI/CD: `.gitlab-ci.yml`, what it includes, and the child pipelines that it starts.

`includes` and `inputs` put a configuration together out of its documents, `config` answers what a keyword
means for a job in it; `scenarios`, `conditions` and `rules` say under which pipelines a job runs;
`variables`, `scripts`, `hosts`, `jobs` and `reports` translate; `pipeline` reads a document.

https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.model import Pipeline
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'gitlab'
# for docs/systems.md
UNDERSTANDS = (
    '`include:local`, also with globs and inputs',
    '`extends`, `!reference`, anchors, `default` and `inherit`',
    'components of the tree',
    'child pipelines',
    '`rules`, `workflow` and their variables',
    'variables of dotenv reports in the jobs that get them',
)
UNRESOLVED = (
    'includes of other projects, components and remote files',
    'variables of the project, the group and the server',
)
HOSTS = 'tags of runners that GitLab hosts are thrown away after the job; other tags are shared; without tags it is unknown who owns the runner'
SHELLS = 'bash with `-e` and `pipefail`; PowerShell on Windows runners'
MASKS = True

_NAMED = ('.gitlab-ci.yml', '.gitlab-ci.yaml')
_COMPONENTS = re.compile(r'(?:^|/)templates/(?:[^/]+|[^/]+/template)\.yml\Z')
_SPEC = re.compile(r'^spec:', re.MULTILINE)
_KEYWORDS = re.compile(
    r'^(?:include|stages|workflow|default):|^[ ]{1,8}(?:(?:before_|after_)?script|extends|trigger):',
    re.MULTILINE,
)


def is_named(path: str) -> bool:
    """Whether a file is GitLab's by its name."""
    return path.endswith(_NAMED)


def claims(document: Document) -> bool:
    """By its name; files in the folders that people keep others in by what they hold.

    A component says what it takes: https://docs.gitlab.com/ci/components/#component-project
    """
    path, text = document.path, document.text
    if is_named(path):
        return True
    if '.gitlab' not in path and _COMPONENTS.search(path):
        header, mark, body = text.partition('\n---')
        return bool(mark and _SPEC.search(header) and _KEYWORDS.search(body))
    return bool(_KEYWORDS.search(text))


def read(document: Document, tree: Tree) -> Pipeline:
    from artifacts_guard.ci import link
    from artifacts_guard.ci.gitlab import pipeline

    return pipeline.read(document, link.library(tree))
