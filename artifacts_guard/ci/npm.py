"""Scripts of `package.json`: what `npm run report`, `yarn report` and their kin run.

https://docs.npmjs.com/cli/using-npm/scripts: `preX` and `postX` stand around `X`; words behind `--`
are added to the end of the script.  Scripts run in `sh -c`.
"""

from __future__ import annotations

from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Shell
from artifacts_guard.ci.model import Template
from artifacts_guard.ci.recipes import Recipe
from artifacts_guard.ci.recipes import RecipeBook
from artifacts_guard.ci.recipes import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'npm'
FILES = ('package.json',)

_SHELL = Shell('sh', False, False)
_FOLDERS = frozenset(('--prefix', '-C', '--dir', '--cwd', '-w', '--workspace', '-F', '--filter'))
_WITH_VALUE = frozenset(
    ('--loglevel', '--registry', '--userconfig', '--cache', '--script-shell', '--reporter', '--config', '-c')
)
_RUN = frozenset(('run', 'run-script', 'rum', 'urn'))
# names of scripts that are commands themselves: https://docs.npmjs.com/cli/commands
_SHORT = {'test': 'test', 't': 'test', 'tst': 'test', 'start': 'start', 'stop': 'stop', 'restart': 'restart'}
_INSTALL = ('preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare')
_PACK = ('prepack', 'prepare', 'postpack')
_LIFE = {
    'ci': _INSTALL,
    'install': _INSTALL,
    'i': _INSTALL,
    'publish': ('prepublishOnly', *_PACK, 'publish', 'postpublish'),
    'pack': _PACK,
    'version': ('preversion', 'version', 'postversion'),
}
# commands of yarn, pnpm and bun that are no scripts
_COMMANDS = frozenset(
    (
        *(
            'add',
            'audit',
            'autoclean',
            'bin',
            'build',
            'cache',
            'config',
            'create',
            'dedupe',
            'deploy',
            'dlx',
        ),
        *(
            'env',
            'exec',
            'fetch',
            'help',
            'import',
            'info',
            'init',
            'licenses',
            'link',
            'list',
            'login',
            'logout',
        ),
        *(
            'ls',
            'npm',
            'node',
            'outdated',
            'owner',
            'patch',
            'plugin',
            'pm',
            'prune',
            'rebuild',
            'remove',
            'rm',
        ),
        *('set', 'setup', 'store', 'tag', 'team', 'unlink', 'unplug', 'up', 'update', 'upgrade', 'why', 'x'),
        *('workspaces', 'install-test', 'it', 'search', 'self-update', 'approve-builds'),
    )
)


def wanted(words: list[str]) -> Wanted | None:
    """The scripts that a command line runs; None when it asks for none."""
    if words[0].rpartition('/')[2] in ('run-s', 'run-p', 'npm-run-all'):
        return Wanted(tuple(word for word in words[1:] if not word.startswith('-')))
    program = words[0].rpartition('/')[2]
    at, folder = _options(words, 1, '')
    if folder is None or at >= len(words):
        return Wanted(_INSTALL, directory=folder or '') if program == 'yarn' and folder is not None else None
    command = words[at]
    if command == 'workspace' and program == 'yarn':
        folder = words[at + 1] if at + 1 < len(words) else ''
        if folder.startswith('@'):
            return None
        at += 2
        command = words[at] if at < len(words) else ''
    if command in _RUN:
        at, folder = _options(words, at + 1, folder)
        if folder is None or at >= len(words):
            return None
        return _script(words, at, words[at], folder, program)
    if command == 'test' and program == 'bun':
        return None  # bun's own test runner
    if command in _SHORT:
        return _script(words, at, _SHORT[command], folder, program)
    if command in _LIFE:
        plain = all(word.startswith('-') for word in words[at + 1 :])
        return Wanted(_LIFE[command], directory=folder) if plain else None
    if program != 'npm' and command and command not in _COMMANDS and '\ufffc' not in command:
        return _script(words, at, command, folder, program)
    return None


def _options(words: list[str], at: int, folder: str) -> tuple[int, str | None]:
    """Behind the options that begin at an index; the folder they name, None for a package by its name."""
    found: str | None = folder
    while at < len(words) and words[at].startswith('-') and words[at] != '--':
        name, mark, value = words[at].partition('=')
        if name in _FOLDERS or name in _WITH_VALUE:
            if not mark:
                at += 1
                value = words[at] if at < len(words) else ''
            if name in _FOLDERS:
                # a workspace can be named by its path or by its package
                found = None if value.startswith('@') or '*' in value or '...' in value else value
        at += 1
    return at, found


def _script(words: list[str], at: int, name: str, folder: str, program: str) -> Wanted | None:
    """npm keeps options to itself unless `--` stands before them; others hand everything on."""
    arguments = []
    behind = False
    where: str | None = folder
    index = at + 1
    while index < len(words):
        word = words[index]
        if not behind and word == '--':
            behind = True
        elif not behind and program == 'npm' and word.startswith('-'):
            index, where = _options(words, index, where or '')
            if where is None:
                return None
            continue
        else:
            arguments.append(index)
        index += 1
    return Wanted((name,), tuple(arguments), directory=where or '')


def read(document: Document, tree: Tree) -> RecipeBook:
    """The scripts of a package; raises JsonError."""
    from artifacts_guard import jsontree

    scripts = jsontree.parse(document)['scripts']
    recipes = []
    for name, node in scripts.items():
        if node.kind != 'scalar' or node.style != 'double':
            continue
        before = (f'pre{name}',) if scripts.has(f'pre{name}') else ()
        after = (f'post{name}',) if scripts.has(f'post{name}') else ()
        script = Script(Template(node.fragment), _SHELL)
        recipes.append(Recipe(name, node.place, (script,), before, after, extendable=True))
    return RecipeBook(document, NAME, tuple(recipes))
