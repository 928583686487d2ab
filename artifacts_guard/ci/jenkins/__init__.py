"""Jenkins: Jenkinsfiles, declarative and scripted, and Groovy files with pipeline steps.

https://www.jenkins.io/doc/book/pipeline/syntax/
"""

from __future__ import annotations

import re

from artifacts_guard.ci.model import Pipeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'jenkins'
# for docs/systems.md
UNDERSTANDS = (
    'functions of the document',
    '`load`ed files and `vars/` of the tree',
    'credentials bound by `withCredentials` and `credentials()`',
)
UNRESOLVED = ('shared libraries of other repositories',)
HOSTS = 'nodes, labels and `agent any` are shared; pods and containers are unknown'
SHELLS = 'sh with `-x -e` unless the script begins with `#!`'
MASKS = True

_OTHERS = ('md', 'txt', 'rst', 'html', 'sh', 'py', 'yml', 'yaml', 'json', 'png', 'svg', 'xml', 'properties')
_PIPELINE = re.compile(r'^[ \t]*(?:pipeline\s*\{|node\s*[({])', re.MULTILINE)
_STEP = re.compile(r'\b(?:sh|bat|pwsh|powershell|withCredentials)\b\s*[("\'\[]')


def claims(document: Document) -> bool:
    """By its name; other Groovy files when they hold a pipeline, or steps in a library's `vars/`."""
    if not document.path.endswith('.groovy') or is_named(document.path):
        return document.path.rpartition('.')[2].lower() not in _OTHERS
    if _is_library(document.path):
        return bool(_STEP.search(document.text))
    return bool(_PIPELINE.search(document.text) and _STEP.search(document.text))


def is_named(path: str) -> bool:
    """Whether a document is a pipeline by its name alone."""
    name = path.rpartition('/')[2].lower()
    return name.startswith('jenkinsfile') or name.endswith('.jenkinsfile')


def _is_library(path: str) -> bool:
    return path.rpartition('/')[0].rpartition('/')[2] == 'vars'


def read(document: Document, tree: Tree) -> Pipeline:
    """The jobs of a document.  Raises UnparsableError for a Jenkinsfile with unbalanced brackets or strings."""
    from artifacts_guard import groovy
    from artifacts_guard.ci.contract import UnparsableError
    from artifacts_guard.ci.jenkins.walk import Walker

    items, problem = groovy.parse(document.text)
    if problem is not None and is_named(document.path):
        raise UnparsableError(problem.message, problem.offset)
    walker = Walker(document, tree, items)
    walker.run()
    whole = is_named(document.path) or not _is_library(document.path)
    return Pipeline(
        document,
        NAME,
        kind='pipeline' if whole else 'template',
        jobs=tuple(builder.job() for builder in walker.builders),
        triggers=walker.triggers,
        unresolved=tuple(walker.unresolved),
        called=tuple(walker.called),
    )
