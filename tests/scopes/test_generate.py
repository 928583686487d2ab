"""The generator of service.json, on a small measurement of its own."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / 'scripts' / 'generate_service.py'


@pytest.fixture
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location('generate_service', SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command(name: str, needs: list[str], **more: Any) -> dict[str, Any]:
    return {
        'command': name,
        'flags': [],
        'http': ['GET /api/thing/:id'],
        'documented_scopes': needs,
        'enforced_scopes': needs,
        'effective_scopes': needs,
        'human_only': False,
        'any_valid_key': False,
        'mutates': False,
        'no_token_exit0': {'-': False},
        'notes': 'a note',
        **more,
    }


def other(name: str, needs: list[str], **more: Any) -> dict[str, Any]:
    row = command(name, needs, **more)
    kind = 'mcp' if name.startswith('MCP') else 'rest'
    return {**row, 'kind': kind, 'no_token_ok': False, **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    schema = {
        'version': '9.9.9',
        'commands': [
            {
                'command': 'push',
                'mutates': True,
                'flags': [{'flag': '--file <path>', 'required': True}, {'flag': '--private'}],
            },
            {'command': 'peek', 'mutates': False},
        ],
    }
    commands = [
        command('push', ['a:make'], mutates=True, http=['POST /api/thing', 'GET /api/x (only if asked)']),
        command('push', ['a:make'], flags=['--ensure'], mutates=True),
        command('push', ['a:make', 'a:see'], flags=['--ensure', '--owner'], mutates=True),
        command('push', ['a:make', 'a:see'], flags=['--ensure'], mutates=True),
        command('peek', ['a:see'], effective_scopes=None, no_token_exit0={'private': False, 'public': True}),
    ]
    others = [
        other('GET /api/health', [], no_token_ok=True),
        other('GET /api/thing/:id', ['a:see']),
        other('GET /api/thing/:id?x=', ['a:see'], no_token_ok=True),
        other('POST /api/thing', ['a:make']),
        other('MCP list_things', [], human_only=True),
        other('MCP list_things (thing)', ['a:see']),
    ]
    for name, content in (
        ('cli_schema.json', {'ok': True, 'data': schema}),
        ('scope_matrix.json', commands),
        ('scope_matrix_rest.json', others),
        (
            'facts_rest.json',
            [{'createdAt': '2031-05-06T01:02:03.000Z'}, {'createdAt': '2031-05-05T23:00:00.000Z'}],
        ),
    ):
        (tmp_path / name).write_text(json.dumps(content), encoding='utf-8')
    return tmp_path


def test_what_comes_out(generator: ModuleType, folder: Path) -> None:
    made = generator.generate(folder)
    assert (made['cli'], made['measured']) == ('9.9.9', '2031-05-06')
    assert made['commands']['push'] == {'--file': True, '--private': False}
    assert made['required'] == {'push': ['--file']}
    named = {(op['kind'], op['name']): op for op in made['operations']}
    assert named['cli', 'push'] == {
        'kind': 'cli',
        'name': 'push',
        'documented': ['a:make'],
        'enforced': ['a:make'],
        'conditional': [['--ensure', ['a:see']]],
        'mutates': True,
        'http': ['POST /api/thing', 'GET /api/x'],
        'note': 'a note',
    }
    assert named['cli', 'peek']['enforced'] == ['a:see']
    assert named['cli', 'peek']['anonymous_ok'] is True
    assert named['rest', 'GET /api/thing/:id']['anonymous_ok'] is True
    assert named['rest', 'POST /api/thing']['mutates'] is True
    assert named['rest', 'GET /health']['http'] == ['GET /health']
    assert named['mcp', 'list_things']['human_only'] is True
    assert named['mcp', 'list_things']['conditional'] == [['thing', ['a:see']]]


def test_it_writes_a_file_and_says_how_it_is_used(
    generator: ModuleType, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / 'out.json'
    assert generator.main([str(folder), str(target)]) == 0
    assert json.loads(target.read_text(encoding='utf-8')) == generator.generate(folder)
    assert generator.main([]) == 2
    assert 'usage' in capsys.readouterr().err
