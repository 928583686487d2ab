"""Where the modules of a tree are that its programs import."""

from __future__ import annotations

from artifacts_guard import code
from artifacts_guard.ci.link import join
from artifacts_guard.flow.code.things import Known
from artifacts_guard.flow.code.things import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.code import model
    from artifacts_guard.flow.code.scope import Scope
    from artifacts_guard.flow.code.walk import Walk
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

_ENDINGS = ('', '.js', '.mjs', '.cjs', '.ts', '.mts', '/index.js', '/index.ts')


def resolved(name: str, importer: str, language: str, tree: Tree) -> Document | None:
    """The document that an import in `importer` names; None for the modules of libraries."""
    guesses = _python(name, importer) if language == code.PYTHON else _javascript(name, importer)
    for guess in guesses:
        if code.language(guess) == language:
            document = tree.document(guess)
            if document is not None:
                return document
    return None


def _python(name: str, importer: str) -> Iterator[str]:
    """https://docs.python.org/3/reference/import.html: the folder of the program that was started comes first."""
    folder = importer.rpartition('/')[0]
    steps = len(name) - len(name.lstrip('.'))
    path = name.lstrip('.').replace('.', '/')
    starts = ['/'.join([*folder.split('/'), *['..'] * (steps - 1)])] if steps else [folder, '', 'src']
    for start in starts:
        found = join('', f'{start}/{path}')
        if found:
            yield from (f'{found}.py', f'{found}/__init__.py')


def _javascript(name: str, importer: str) -> Iterator[str]:
    """https://nodejs.org/api/modules.html#all-together: only relative names are files of the tree."""
    if not name.startswith('.'):
        return
    found = join(importer.rpartition('/')[0], name)
    if found:
        yield from (found + ending for ending in _ENDINGS)
        if found.endswith('.js'):
            yield f'{found[:-3]}.ts'


def bring_in(walk: Walk, statement: model.Import, scope: Scope) -> None:
    """Give a name to what is imported: of a module of the tree, or of a library."""
    inner = walk.imported(statement.module, scope)
    if inner is None and statement.name and walk.language == code.PYTHON:
        # `from package import module`
        nested = walk.imported(f'{statement.module}.{statement.name}'.replace('..', '.'), scope)
        if nested is not None:
            scope.names[statement.alias] = (namespace(nested),)
            return
    if inner is None:
        module = statement.module.removeprefix('node:')
        name = statement.name if statement.name not in ('', 'default') else ''
        scope.names[statement.alias] = (Known(f'{module}.{name}' if name else module),)
    elif statement.name in ('', 'default', '*'):
        if statement.name == '*':
            scope.names.update(inner.names)
        else:
            scope.names[statement.alias] = (namespace(inner),)
    else:
        held = inner.names.get(statement.name)
        if held is not None:
            scope.names[statement.alias] = held


def namespace(scope: Scope) -> Object:
    """A module as an object."""
    made = Object()
    made.attributes = dict(scope.names)
    return made
