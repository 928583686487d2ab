"""Scripts of a `Pipfile`: what `pipenv run report` runs.

https://pipenv.pypa.io/en/latest/scripts.html: words behind the name are added to the end; those that `call` a
function of Python are not followed.
"""

from __future__ import annotations

from artifacts_guard.ci import tomlscripts
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.ci.tomlscripts import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'pipenv'
FILES = ('Pipfile',)

_TABLES = (Table(('scripts',)),)
_WITH_VALUE = frozenset(('--python', '--pypi-mirror'))


def wanted(words: list[str]) -> Wanted | None:
    """`pipenv run NAME`."""
    at = 1
    while at < len(words) and words[at].startswith('-'):
        at += 2 if words[at] in _WITH_VALUE else 1
    if words[at : at + 1] != ['run'] or at + 1 >= len(words):
        return None
    return Wanted((words[at + 1],), tuple(range(at + 2, len(words))))


def read(document: Document, tree: Tree) -> RecipeBook:
    """All scripts of the file."""
    return RecipeBook(document, NAME, tomlscripts.recipes(document, _TABLES))
