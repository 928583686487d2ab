"""CircleCI: configurations, those that a setup configuration continues with, and packed orbs.

https://circleci.com/docs/reference/configuration-reference/
A job that a workflow names is an automation.  Contexts and project variables are settings: the
document does not say which variables they hold, and nothing binds them closer than to a job.
"""

from __future__ import annotations

import re

from artifacts_guard.ci import link
from artifacts_guard.ci.circleci import workflows
from artifacts_guard.ci.circleci.frame import Config
from artifacts_guard.ci.circleci.frame import Frame
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'circleci'
# for docs/systems.md
UNDERSTANDS = (
    'commands, executors and jobs with their parameters',
    'orbs written in the configuration, packed orbs of the tree',
    'configurations that a setup workflow continues with',
    'what steps write to `$BASH_ENV` for later ones',
)
UNRESOLVED = ('orbs of the registry', 'variables in contexts and project settings')
HOSTS = 'containers and machines of CircleCI are thrown away after the job; a resource class `namespace/name` is shared'
SHELLS = 'bash with `-e` and `pipefail`'
MASKS = True

_NAMED = re.compile(r'(?:^|/)\.circleci/config\.ya?ml$')
_KEYS = re.compile(r'^[\'"]?(?:jobs|workflows|commands|executors)[\'"]?\s*:', re.MULTILINE)
_VERSION = re.compile(r'^[\'"]?version[\'"]?\s*:\s*[\'"]?2', re.MULTILINE)


def claims(document: Document) -> bool:
    """A configuration by its name; another document by its version and what it defines."""
    if _NAMED.search(document.path):
        return True
    return bool(_VERSION.search(document.text) and _KEYS.search(document.text))


def read(document: Document, tree: Tree) -> Pipeline:
    """All jobs of a configuration or orb.  Raises YamlError."""
    root = link.library(tree).root(document)
    frame = Frame(Config(root), root)
    found = workflows.read(frame)
    return Pipeline(
        document,
        NAME,
        kind='template' if document.path.rpartition('/')[2].startswith('orb.') else 'pipeline',
        jobs=tuple(found),
        triggers=tuple(dict.fromkeys(trigger for job in found for trigger in job.triggers)),
        parameters=tuple(
            Binding(name, Template(one['default'].fragment), 'pipeline', one.entry)
            for name, one in root['parameters'].items()
            if one['default'].kind == 'scalar'
        ),
        unresolved=tuple(dict.fromkeys(missing for job in found for missing in job.unresolved)),
        settings_variables=True,
    )
