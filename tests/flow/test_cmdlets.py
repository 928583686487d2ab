"""Names and arguments of cmdlets, and what the members of objects carry."""

from __future__ import annotations

import pytest

from artifacts_guard.flow import structures
from artifacts_guard.flow.cmdlets import builtin
from artifacts_guard.flow.cmdlets.arguments import read
from artifacts_guard.flow.members import holds
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import text
from artifacts_guard.text import Document
from artifacts_guard.text import whole

IN_PROCESS = (
    'Write-Host', 'write-host', 'WRITE-OUTPUT', 'echo', '%', '?', 'iex', 'irm', 'gci', '.', 'param', 'Invoke-WithRetry',
    'Get-AzDOHeaders', 'Publish-Report', 'Ensure-Tool', 'Microsoft.PowerShell.Utility\\Write-Host', './a.ps1', '.\\b\\c.PS1',
    '[environment]::setenvironmentvariable', '[my.type]::method', 'Set-AzKeyVaultSecret',
)  # fmt: skip
PROGRAMS = (
    'artifacts', 'artifacts.exe', 'curl.exe', 'git', 'docker-compose', 'apt-get', 'git-lfs', 'pre-commit', 'node', 'C:\\a\\b.exe',
    './publish', 'aws-vault', 'x-y', '-', '', '\ufffc', 'MSBuild',
)  # fmt: skip


@pytest.mark.parametrize('name', IN_PROCESS)
def test_what_runs_in_the_process(name: str) -> None:
    assert builtin(name) is not None


@pytest.mark.parametrize('name', PROGRAMS)
def test_what_is_a_program(name: str) -> None:
    assert builtin(name) is None


def written(words: str) -> Excerpt:
    return Excerpt(whole(Document('a.ps1', words)), 0, len(words))


def field(words: str) -> Field:
    return Field((Chunk(words.strip("'"), written(words)),), written(words))


@pytest.mark.parametrize(
    ('line', 'named', 'operands'),
    [
        ('-Path a -Force b', {'path': 'a', 'force': None}, ['b']),
        ('a b', {}, ['a', 'b']),
        ('-PATH:a', {'path': 'a'}, []),
        ('-Pa a', {'path': 'a'}, []),
        ('-ErrorAction Stop -ea 0', {'erroraction': '0'}, []),
        ("-Path '-x'", {'path': '-x'}, []),
        ("'-Path' a", {}, ['-Path', 'a']),
        ('-Path -Force', {'path': None, 'force': None}, []),
        ('-Unknown a', {'unknown': None}, ['a']),
        ('-1 - --', {}, ['-1', '-', '--']),
    ],
)
def test_arguments(line: str, named: dict[str, str | None], operands: list[str]) -> None:
    found = read([field(word) for word in line.split()], ('path', 'value'), ('force',))

    assert {name: None if value is None else value.text for name, value in found.named} == named
    assert [operand.text for operand in found.operands] == operands


@pytest.mark.parametrize(
    'name',
    ['token', 'Token', 'access_token', 'apiKey', 'apiKeyToken', 'password', 'SecretValue', 'Authorization', 'data', 'Content', 'Value'],
)  # fmt: skip
def test_members_that_hold_a_credential(name: str) -> None:
    assert holds(name)


@pytest.mark.parametrize(
    'name',
    ['id', 'url', 'name', 'scopes', 'Length', 'tokenId', 'token_type', 'tokenPrefix', 'tokenExpiresAt', 'keyId', 'apiKeyId',
     'secretName', 'username', 'status', 'createdAt', 'StatusCode'],
)  # fmt: skip
def test_members_that_tell_about_it(name: str) -> None:
    assert not holds(name)


# structures


def value(words: str) -> Value:
    return (Chunk(words, written(words)),)


TABLE = structures.table(
    [
        (value('a'), value('x, "y": {z}')),
        (value('b'), structures.sequence([value('1'), value('}')])),
        (value('c'), structures.table([(value('d'), value('True'))])),
    ]
)


def test_entries_are_told_from_the_text_in_them() -> None:
    found = structures.entries(TABLE) or []

    assert [(name, text(held)) for name, held, _ in found] == [
        ('a', 'x, "y": {z}'),
        ('b', '[1, "}"]'),
        ('c', '{"d": true}'),
    ]
    assert [text(v) for v in structures.elements(found[1][1])] == ['1', '}']


def test_json_is_escaped() -> None:
    assert text(structures.as_json(TABLE)) == '{"a": "x, \\"y\\": {z}", "b": [1, "}"], "c": {"d": true}}'


def test_a_text_that_looks_like_a_table_is_none() -> None:
    assert structures.entries(value('{"a": 1}')) is None
    assert [text(v) for v in structures.elements(value('a,b'))] == ['a,b']


def test_a_table_is_changed() -> None:
    changed = structures.updated(TABLE, ['c', 'd'], value('e'), written('e'))
    changed = structures.updated(changed, ['B'], value('f'), written('f'))

    assert [(n, text(v)) for n, v, _ in structures.entries(changed) or []] == [
        ('a', 'x, "y": {z}'),
        ('c', '{"d": "e"}'),
        ('B', 'f'),
    ]


def test_a_table_as_options() -> None:
    options = structures.options(TABLE, written('@p')) or ()

    assert [option.text for option in options] == ['-a', 'x, "y": {z}', '-b', '[1, "}"]', '-c', '{"d": true}']
    switches = structures.table([(value('Force'), value('True')), (value('Wait'), value('False'))])
    assert [option.text for option in structures.options(switches, written('@p')) or ()] == ['-Force']
