"""One repository → one shard: everything that an audit needs of it, as plain JSON values.

Redacted and in order, without times of day: the same commit always gives the same shard.
"""

from __future__ import annotations

import os

from artifacts_guard.audit import VERSION
from artifacts_guard.audit.content import content
from artifacts_guard.audit.model import ANALYSED
from artifacts_guard.audit.model import FAILED
from artifacts_guard.errors import GuardError
from artifacts_guard.errors import whereabouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.audit.model import Options
    from artifacts_guard.audit.model import Source
    from artifacts_guard.inputs.tree import Tree
    from artifacts_guard.settings import Settings


_CONFIGURATION = '.toml'


def identity(source: Source, options: Options) -> tuple[str, str]:
    """Commit and tree that a source stands for; ('', '') when its files are to be taken as they stand."""
    if options.worktree or not os.path.isdir(source.path):
        return '', ''
    from artifacts_guard.inputs import git

    repository = git.discover(os.path.abspath(source.path))
    if repository is None:
        return '', ''
    # one call for both, of a command that checks no signature: a repository may name the program for that
    said = repository.git.run(
        *(
            'rev-list',
            '--max-count=1',
            '--pretty=format:%T',
            '--end-of-options',
            source.revision or 'HEAD',
            '--',
        )
    )
    lines = said.text.decode('ascii', 'replace').split('\n')
    return ('', '') if said.status or len(lines) < 2 else (lines[0].removeprefix('commit '), lines[1])


def shard(source: Source, options: Options) -> dict[str, Any]:
    """The shard of a repository.  What goes wrong is said in it: one bad repository must not stop the others."""
    commit = tree = ''
    try:
        commit, tree = identity(source, options)
        return {**_beginning(source, commit, tree), **_analysed(source, commit, options), 'state': ANALYSED}
    except GuardError as error:
        reason = _redacted(str(error))
    except MemoryError:
        reason = f'it needs more than {options.megabytes} MB of memory'
    except Exception as error:
        reason = f'a mistake of ours: {whereabouts(error)}'
    return failed(source, reason, commit, tree)


def failed(
    source: Source, reason: str, commit: str = '', tree: str = '', state: str = FAILED
) -> dict[str, Any]:
    """The shard of a repository that could not be analysed."""
    return {**_beginning(source, commit, tree), 'state': state, 'reason': reason}


def _beginning(source: Source, commit: str, tree: str) -> dict[str, Any]:
    return {'version': VERSION, 'repository': source.name, 'commit': commit, 'tree': tree}


def _redacted(text: str) -> str:
    from artifacts_guard.reports.redaction import without_tokens

    return without_tokens(text)


def _analysed(source: Source, commit: str, options: Options) -> dict[str, Any]:
    """Raises GuardError when there is nothing to look at."""
    from artifacts_guard import inputs
    from artifacts_guard.errors import InputError
    from artifacts_guard.inputs import git

    if not os.path.isdir(source.path):
        raise InputError('there is no such folder')
    os.chdir(
        source.path
    )  # inputs look for the repository of the current folder; this process has nothing else to do
    repository = git.discover(os.getcwd())
    if not (commit or options.worktree) and (source.revision or repository is not None):
        raise InputError(f'its commit {source.revision or "HEAD"} is missing or broken')
    below = () if repository is None or not repository.root else ('.',)
    tree = inputs.open(below, revision=commit) if commit else inputs.open(below)
    try:
        return _with_settings(tree, commit, options)
    finally:
        tree.close()


def _with_settings(tree: Tree, commit: str, options: Options) -> dict[str, Any]:
    from artifacts_guard import config

    if not commit:
        return content(tree, config.load(tree.root, options.config), options, tree.root)
    import tempfile

    # the configuration of the commit, which need not be what is checked out: its files, in a folder of their own
    with tempfile.TemporaryDirectory(prefix='artifacts-guard-') as folder:
        if config.FILE in tree.paths() or config.PYPROJECT in tree.paths():
            _write(tree, [path for path in tree.paths() if path.endswith(_CONFIGURATION)], folder)
        settings = config.load(folder, options.config)
        _write(tree, _rule_files(tree, settings), folder)
        return content(tree, settings, options, folder)


def _rule_files(tree: Tree, settings: Settings) -> list[str]:
    return [
        path
        for path in tree.paths()
        if any(path == name or path.startswith(f'{name}/') for name in settings.rules)
    ]


def _write(tree: Tree, paths: list[str], folder: str) -> None:
    for path in paths:
        data = tree.data(path)
        if data is not None:
            place = os.path.join(folder, *path.split('/'))
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, 'wb') as file:
                file.write(data)
