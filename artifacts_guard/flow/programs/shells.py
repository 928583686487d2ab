"""Commands that shells have built in: they start no process, so their words are on no command line."""

from __future__ import annotations

# bash(1), SHELL BUILTIN COMMANDS, and those of dash(1)
_BUILTINS_WORDS = (
    '. : [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo '
    'enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd '
    'printf pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset '
    'ulimit umask unalias unset wait'
)
BUILTINS = frozenset(_BUILTINS_WORDS.split())
# cmd.exe's internal commands
_CMD_BUILTINS_WORDS = (
    'assoc break call cd chdir cls color copy date del dir echo endlocal erase exit for ftype goto if md mkdir mklink '
    'move path pause popd prompt pushd rd rem ren rename rmdir set setlocal shift start time title type ver verify '
    'vol'
)
CMD_BUILTINS = frozenset(_CMD_BUILTINS_WORDS.split())
# PowerShell's aliases and functions for cmdlets; every Verb-Noun is one, too
_POWERSHELL_BUILTINS_WORDS = (
    'cat cd chdir clc cls copy cp del dir echo erase foreach gc gci gi gp group h history iex irm iwr kill ls man md '
    'measure mi mkdir mount move mv ni oh popd ps pushd pwd rd ren ri rm rmdir sc select set sleep sort sp start tee '
    'type where write % ?'
)
POWERSHELL_BUILTINS = frozenset(_POWERSHELL_BUILTINS_WORDS.split())
