"""Batch scripts of cmd through the whole analysis: what they show of a token, and to whom."""

from __future__ import annotations

import time

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Exposure
from tests.flow.job import sinks

API = 'https://hostartifacts.dev/api/profile/me'

# sentence, script, sinks
SHOWN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ('a flag', 'artifacts whoami --token %T%', ('flag',)),
    ('a flag in quotes', 'artifacts whoami --token "%T%"', ('flag',)),
    ('a flag joined with its value', 'artifacts whoami --token=%T%', ('flag',)),
    ('a name in another case', 'artifacts whoami --token %t%', ('flag',)),
    ('the path of the program', '"C:\\tools\\artifacts.exe" whoami --token %T%', ('flag',)),
    ('a flag behind a caret', 'artifacts whoami ^\n  --token %T%', ('flag',)),
    ('a variable', 'set K=%T%\nartifacts whoami --token %K%', ('flag',)),
    ('a variable in quotes', 'set "K=%T%"\nartifacts whoami --token %K%', ('flag',)),
    ('delayed expansion', 'setlocal enabledelayedexpansion\nset K=%T%\nartifacts whoami --token !K!', ('flag',)),
    ('a call', 'call artifacts whoami --token %T%', ('flag',)),
    ('a condition', 'if defined T artifacts whoami --token %T%', ('flag',)),
    ('the other branch', 'if "%T%"=="" (echo none) else (artifacts whoami --token %T%)', ('flag',)),
    ('a loop', 'for %%k in (%T%) do artifacts whoami --token %%k', ('flag',)),
    ('the output of a command', "for /f %%k in ('vault kv get -field^=token ci/artifacts') do artifacts whoami --token %%k", ('flag',)),
    ('the lines of a file', 'for /f %%k in (key.txt) do artifacts whoami --token %%k', ('flag',)),
    ('a called label', 'call :me %T%\ngoto :eof\n:me\nartifacts whoami --token %1\nexit /b', ('flag',)),
    ('a label behind a jump', 'goto me\n:me\nartifacts whoami --token %T%', ('flag',)),
    ('a jump back', 'set B=none\n:again\nartifacts whoami --token %B%\nset B=%T%\ngoto again', ('flag',)),
    ('a chain of variables through a jump back', ':again\nartifacts whoami --token %D%\nset D=%C%\nset C=%B%\nset B=%A%\nset A=%T%\ngoto again', ('flag',)),
    ('a jump under a condition', 'set K=none\nif defined T set K=%T%& goto me\nexit /b\n:me\nartifacts whoami --token %K%', ('flag',)),
    ('a section without a jump to it', 'set K=%T%\n:me\nartifacts whoami --token %K%', ('flag',)),
    ('a jump in a loop', 'for %%k in (%T%) do (\nset K=%%k\ngoto me\n)\nexit /b\n:me\nartifacts whoami --token %K%', ('flag',)),
    ('a jump in a called label', 'call :me\nexit /b\n:me\ngoto it\n:it\nartifacts whoami --token %T%', ('flag',)),
    ('what a called label leaves behind', 'call :me\nartifacts whoami --token %K%\nexit /b\n:me\nif defined T (\nset K=%T%\nexit /b\n)\nset K=none\ngoto :eof', ('flag',)),
    ('a jump without a blank', 'goto:me\n:me\nartifacts whoami --token %T%', ('flag',)),
    ('a jump to a label that is computed', 'goto %TARGET%\nexit /b\n:me\nartifacts whoami --token %T%\nexit /b', ('flag',)),
    ('start', 'start "me" /wait artifacts whoami --token %T%', ('flag',)),
    ('a header of curl', f'curl -H "Authorization: Bearer %T%" {API} -o o', ('argv',)),
    ('a program nobody knows', 'publish.exe /key:%T%', ('argv',)),
    ('a variable that stays', 'setx AGENT_ARTIFACTS_TOKEN %T% > nul', ('argv',)),
    ('another cmd', 'cmd /c "artifacts whoami --token %T%"', ('argv', 'flag')),
    ('PowerShell', 'powershell -Command "artifacts whoami --token $env:T"', ('flag',)),
    ('echo', 'echo key: %T%', ('log',)),
    ('echo with a dot', 'echo.%T%', ('log',)),
    ('echo in parentheses', '(echo %T%)', ('log',)),
    ('the environment', 'set', ('log',)),
    ('variables with a prefix', 'set AGENT_', ('log',)),
    ('commands that are printed', 'echo on\nnode publish.js %T%', ('argv', 'log')),
    ('a file that is printed', '> key.txt echo %T%\ntype key.txt', ('disk', 'log')),
    ('a redirection', 'echo %T%> key.txt', ('disk',)),
    ('a redirection in front', '>key.txt echo %T%', ('disk',)),
    ('a redirection of several commands', '(\necho a\necho %T%\n) > key.txt', ('disk',)),
    ('a variable for later steps', 'echo K=%T%>> "%GITHUB_ENV%"', ('disk',)),
    ('a query', 'curl "https://hostartifacts.dev/api/x?token=%T%" -o o', ('argv', 'url')),
)  # fmt: skip

# sentence, script
HIDDEN: tuple[tuple[str, str], ...] = (
    ('the token in the environment', 'artifacts whoami'),
    ('a variable of the environment', 'set AGENT_ARTIFACTS_TOKEN=%T%\nartifacts whoami'),
    ('a pipe', 'echo %T%| artifacts --token-stdin whoami'),
    ('nowhere', 'echo %T% > nul'),
    ('a comment', 'rem echo %T%\n:: echo %T%'),
    ('a comparison', 'if "%T%"=="" exit /b 1'),
    ('its beginning', 'echo %T:~0,4%'),
    ('a percent sign that stands for itself', 'echo 100%% T 5%%'),
    ('a variable of bash', 'echo $T ${T}'),
    ('a variable of PowerShell', 'echo $env:T'),
    ('another variable', 'echo %PATH% %TEMP%\nset PROGRAM'),
    ('a variable that was replaced', 'set K=%T%\nset K=\necho %K%'),
    ('exclamation marks without delayed expansion', 'echo !T!'),
    ('commands that are not printed', 'echo off\nset K=%T%'),
    ('a command that is not printed', 'echo on\n@set K=%T%'),
    ('commands that a jump passes over', 'goto me\nartifacts whoami --token %T%\n:me\necho done'),
    ('a section that nothing reaches', 'echo done\nexit /b\n:me\nartifacts whoami --token %T%'),
    ('a section behind the end', 'goto :eof\n:me\nartifacts whoami --token %T%'),
    ('a label that is not there', 'goto nowhere\nartifacts whoami --token %T%'),
    ('a value that the jump found replaced', 'set K=%T%\nset K=none\ngoto me\n:me\necho %K%'),
    ('a branch that has left', 'exit /b 0\necho %T%'),
)


@pytest.mark.parametrize(('script', 'expected'), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_what_is_shown(script: str, expected: tuple[str, ...]) -> None:
    assert sinks('cmd', script) == sorted(expected)


@pytest.mark.parametrize('script', [row[1] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_what_is_not(script: str) -> None:
    assert sinks('cmd', script) == []


@pytest.mark.parametrize(
    ('script', 'expected'),
    [
        ('call tools\\me.cmd %T%', ['flag']),
        ('tools\\me.cmd %T%', ['flag']),
        ('cd tools\ncall me.cmd %T%', ['flag']),
        ('call tools\\other.cmd %T%', []),
        ('powershell -File tools\\me.ps1 %T%', ['argv', 'flag']),
    ],
)
def test_scripts_of_the_tree(script: str, expected: list[str]) -> None:
    files = {
        'tools/me.cmd': '@echo off\nartifacts whoami --token %~1\n',
        'tools/other.cmd': '@echo off\nartifacts whoami\n',
        'tools/me.ps1': 'param($Key)\nartifacts whoami --token $Key\n',
    }

    assert sinks('cmd', script, files) == expected


def test_what_a_batch_file_sets_stays() -> None:
    assert sinks('cmd', 'call a.bat\necho %K%', {'a.bat': '@set K=%T%\n'}) == ['log']


def orphan(text: str) -> list[tuple[str, int, str]]:
    found = analyse({'tools/me.bat': text})
    return sorted((f.sink, f.place.line, f.form) for f in found if isinstance(f, Exposure))


def test_a_batch_file_prints_its_commands_until_it_is_told_not_to() -> None:
    command = 'node publish.js %AGENT_ARTIFACTS_TOKEN%\n'

    assert orphan(command) == [('argv', 1, ''), ('log', 1, 'echo on')]
    assert orphan(f'@echo off\n{command}') == [('argv', 2, '')]
    assert orphan(f'@{command}') == [('argv', 1, '')]


@pytest.mark.parametrize(
    ('script', 'unsafe'),
    [
        ('artifacts whoami\necho done', 'sequence'),
        ('artifacts whoami\nif errorlevel 1 exit /b 1\necho done', ''),
        ('artifacts whoami || exit /b 1\necho done', ''),
        ('artifacts whoami', ''),
    ],
)
def test_whether_a_failure_is_noticed(script: str, unsafe: str) -> None:
    (call,) = [f for f in analyse({'a.cmd': script}) if isinstance(f, Call)]

    assert call.unsafe_errors == unsafe


# sentence, script
ENDLESS: tuple[tuple[str, str], ...] = (
    ('a jump to itself', ':a\ngoto a'),
    ('jumps back and forth', ':a\ngoto b\n:b\ngoto a'),
    ('a label that calls itself', ':a\ncall :a %1x\ngoto a'),
    ('labels that call each other', ':a\ncall :b\n:b\ncall :a\ngoto a'),
    ('a variable that grows', ':a\nset K=%K%x%T%\ngoto a'),
    ('many labels and jumps', ''.join(f':l{i}\nif defined X goto l{(i * 7) % 300}\nset V{i}=%T%\n' for i in range(300))),
    ('many computed jumps', ''.join(f':l{i}\nif defined X goto %X%\n' for i in range(60))),
)  # fmt: skip


@pytest.mark.parametrize('script', [row[1] for row in ENDLESS], ids=[row[0] for row in ENDLESS])
def test_jumps_come_to_an_end(script: str) -> None:
    start = time.process_time()

    sinks('cmd', script)

    assert time.process_time() - start < 5
