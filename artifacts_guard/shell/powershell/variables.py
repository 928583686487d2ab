"""Variables: `$name`, `${name}`, `$env:NAME`, `$script:name`.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_variables, about_scopes,
about_environment_variables and about_automatic_variables there.

The interpreter keeps one table of variables.  Environment variables are in it under their own names.
PowerShell's own, whose case does not matter, are in it as `local:name`, `script:name` and `global:name`,
in lower case: a colon tells them from the environment's.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax

LOCAL = 'local:'

VARIABLE = re.compile(r'\$(?:\{([^{}\n]{1,200})\}|(?:([A-Za-z]{1,20}):(?=\w))?(\w+|[?^$]))').match
SPLAT = re.compile(r'@(?:(script|global|local|using|private):)?(\w+)', re.IGNORECASE).match
# scopes and drives, and where the interpreter keeps what is in them
_SCOPES = {
    'env': '',
    'global': 'global:',
    'script': 'script:',
    'local': LOCAL,
    'private': LOCAL,
    'using': LOCAL,
    'variable': LOCAL,
    'workflow': LOCAL,
}
_DRIVES = frozenset(('function', 'alias', 'cert', 'hklm', 'hkcu'))
# automatic variables that hold nothing from outside the shell
_AUTOMATIC_WORDS = (
    '? ^ $ error executioncontext foreach home host iscoreclr islinux ismacos iswindows lastexitcode matches '
    'myinvocation nestedpromptlevel pid profile pscmdlet pscommandpath psculture psdebugcontext psedition pshome '
    'psscriptroot pssenderinfo psuiculture psversiontable pwd sender shellid stacktrace switch'
)
_AUTOMATIC = frozenset(_AUTOMATIC_WORDS.split())
_LITERAL = {'true': 'True', 'false': 'False'}


def part(start: int, end: int, written: str, index: str) -> tuple[syntax.Part, ...]:
    """What a variable contributes to a word; `written` is its name with scope, `index` is `@` or `*` for text."""
    scope, mark, name = written.rpartition(':')
    folded = name.lower()
    kept = _SCOPES.get(scope.lower()) if mark else LOCAL
    if kept is None or (kept and folded in _AUTOMATIC) or scope.lower() in _DRIVES:
        return (syntax.Arithmetic(start, end),)
    if not kept:
        return (syntax.Parameter(start, end, name, index=index, quoted=True),)
    if folded == 'null':
        return ()
    if folded in _LITERAL:
        return (syntax.Text(start, end, _LITERAL[folded]),)
    return (syntax.Parameter(start, end, named(kept, folded), index=index, quoted=True),)


def named(scope: str, name: str) -> str:
    """The interpreter's name of a variable of PowerShell's own."""
    name = name.lower()
    return f'{scope}{"_" if name == "psitem" else name}'


def is_scope(name: str) -> bool:
    """Whether the word before a colon is a scope or drive; `"$server:8080"` is a variable and text."""
    name = name.lower()
    return name in _SCOPES or name in _DRIVES


def own(name: str) -> bool:
    """Whether a variable of the interpreter's table is PowerShell's own."""
    return ':' in name
