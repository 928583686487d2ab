"""Settings of coding agents, from the file to the facts."""

from __future__ import annotations

import json

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.ci import agents
from artifacts_guard.facts import usages
from artifacts_guard.facts.model import Credential
from artifacts_guard.facts.model import Endpoint
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Fact
from tests.tokens import api_key
from tests.tokens import session

HOST = 'https://hostartifacts.dev/mcp'
LAB = 'http://artifacts.lab.example:3000/mcp'
KEY = '${AGENT_ARTIFACTS_TOKEN}'


def mcp(**server: object) -> str:
    return json.dumps({'mcpServers': {'artifacts': server}}, indent=2)


def remote(authorization: str, url: str = HOST) -> str:
    return mcp(url=url, headers={'Authorization': authorization})


def bridge(header: str, url: str = HOST, **more: object) -> str:
    return mcp(command='npx', args=['-y', 'mcp-remote', url, '--header', header], **more)


def shown(facts: list[Fact]) -> list[str]:
    """Kind, detail and line of the facts that rules for credentials, exposures and addresses judge."""
    found = set()
    for fact in facts:
        if isinstance(fact, Credential):
            found.add(f'{"token" if fact.known else "literal"} {fact.place.line}')
        elif isinstance(fact, Exposure):
            found.add(f'{fact.sink} {fact.place.line}')
        elif isinstance(fact, Endpoint) and fact.plain:
            found.add(f'plain {fact.place.line}')
    return sorted(found)


def look(text: str, path: str = '.mcp.json') -> list[str]:
    return shown(analyse({path: text}))


LITERAL = session('header')
ISSUED = api_key('header')

FOUND: tuple[tuple[str, str, str, list[str]], ...] = (
    ('a session in a header', '.mcp.json', remote(f'Bearer {LITERAL}'), ['literal 6']),
    ('a session without its scheme', '.mcp.json', remote(LITERAL), ['literal 6']),
    ('a key in a header is found as a token only', '.mcp.json', remote(f'Bearer {ISSUED}'), ['token 6']),
    ('a name in lower case', '.cursor/mcp.json', mcp(url=HOST, headers={'authorization': f'Bearer {LITERAL}'}), ['literal 6']),
    ('another name for the address', '.gemini/settings.json', mcp(httpUrl=HOST, headers={'Authorization': f'Bearer {LITERAL}'}), ['literal 6']),
    ('a third name for the address', 'mcp_config.json', mcp(serverUrl=HOST, headers={'Authorization': f'Bearer {LITERAL}'}), ['literal 6']),
    ('headers of a request', '.mcp.json', mcp(url=HOST, requestInit={'headers': {'Authorization': f'Bearer {LITERAL}'}}), ['literal 7']),
    ('servers of VS Code', '.vscode/mcp.json',
     json.dumps({'servers': {'a': {'type': 'http', 'url': HOST, 'headers': {'Authorization': f'Bearer {LITERAL}'}}}}, indent=1),
     ['literal 7']),
    ('settings of VS Code', '.vscode/settings.json',
     json.dumps({'mcp': {'servers': {'a': {'url': HOST, 'headers': {'Authorization': f'Bearer {LITERAL}'}}}}}, indent=1),
     ['literal 7']),
    ('servers of opencode', 'opencode.json',
     json.dumps({'mcp': {'a': {'type': 'remote', 'url': HOST, 'headers': {'Authorization': f'Bearer {LITERAL}'}}}}, indent=1),
     ['literal 7']),
    ('comments and trailing commas', '.vscode/mcp.json',
     f'// x\n{{"servers": {{"a": {{"url": "{HOST}",\n"headers": {{"Authorization": "Bearer {LITERAL}",}},}},}},}}', ['literal 3']),
    ('servers of projects', '.claude.json',
     json.dumps({'projects': {'/home/x': {'mcpServers': {'a': {'url': HOST, 'headers': {'Authorization': f'Bearer {LITERAL}'}}}}}}, indent=1),
     ['literal 8']),
    ('plain http to a host that a reference makes ours', 'opencode.json',
     json.dumps({'mcp': {'a': {'url': LAB, 'headers': {'Authorization': 'Bearer {env:AGENT_ARTIFACTS_TOKEN}'}}}}, indent=1),
     ['plain 4']),
    ('plain http with a reference of Cursor', '.cursor/mcp.json', remote('Bearer ${env:AGENT_ARTIFACTS_TOKEN}', LAB), ['plain 4']),
    ('plain http with a key', '.mcp.json', remote(f'Bearer {ISSUED}', LAB), ['plain 4', 'token 6']),
    ('plain http to the service', '.mcp.json', remote('Bearer ${MY_KEY}', 'http://hostartifacts.dev/mcp'), ['plain 4']),
    ('a reference in the query', '.mcp.json', mcp(url=f'{HOST}?token={KEY}'), ['url 4']),
    ('any reference in the query of the service', '.mcp.json', mcp(url=f'{HOST}?key=${{MY_KEY}}'), ['url 4']),
    ('a reference in the user part', '.mcp.json', mcp(url=f'https://me:{KEY}@hostartifacts.dev/mcp'), ['url 4']),
    ('a variable of the server', '.mcp.json', mcp(command='artifacts-mcp', env={'AGENT_ARTIFACTS_TOKEN': LITERAL}), ['literal 6']),
    ('a variable of the agent', '.claude/settings.json', json.dumps({'env': {'AGENT_ARTIFACTS_TOKEN': LITERAL}}, indent=1), ['literal 3']),
    ('an address of the server without TLS', '.mcp.json',
     mcp(command='artifacts-mcp', env={'AGENT_ARTIFACTS_BASE_URL': 'http://artifacts.lab.example'}), ['plain 6']),
    ('a reference in an argument', '.mcp.json', bridge(f'Authorization: Bearer {KEY}'), ['argv 10']),
    ('any reference in an argument for the service', '.mcp.json', bridge('Authorization: Bearer ${MY_KEY}'), ['argv 10']),
    ('an input in an argument', '.vscode/mcp.json', bridge('Authorization: Bearer ${input:key}').replace('mcpServers', 'servers'), ['argv 10']),
    ('a default beside the reference', '.mcp.json', bridge('Authorization: Bearer ${MY_KEY:-none}'), ['argv 10']),
    ('a bare name of Gemini', '.gemini/settings.json', bridge('Authorization: Bearer $AGENT_ARTIFACTS_TOKEN'), ['argv 10']),
    ('a key in an argument', '.mcp.json', bridge(f'Authorization: Bearer {ISSUED}'), ['argv 10', 'token 10']),
    ('a session in an argument', '.mcp.json', bridge(f'Authorization: Bearer {LITERAL}'), ['literal 10']),
    ('an argument for a host without TLS', '.mcp.json', bridge(f'Authorization: Bearer {KEY}', LAB), ['argv 10', 'plain 8']),
    ('a version of the bridge', '.mcp.json', mcp(command='npx', args=['mcp-remote@0.1.29', HOST, '--header', 'Authorization:${MY_KEY}']), ['argv 9']),
    ('a session in a variable that the bridge puts in', 'claude_desktop_config.json',
     bridge('Authorization:${AUTH_HEADER}', env={'AUTH_HEADER': f'Bearer {LITERAL}'}), ['literal 13']),
    ('a container with a value', '.mcp.json', mcp(command='docker', args=['run', '-i', '-e', f'AGENT_ARTIFACTS_TOKEN={KEY}', 'img']), ['argv 9']),
    ('the CLI with a flag', '.mcp.json', mcp(command='artifacts', args=['whoami', '--token', KEY]), ['flag 7']),
    ('a command as a list', 'opencode.json',
     json.dumps({'mcp': {'a': {'type': 'local', 'command': ['docker', 'run', '-e', 'K={env:AGENT_ARTIFACTS_TOKEN}', 'i']}}}, indent=1),
     ['argv 9']),
    ('headers of Codex', '.codex/config.toml',
     f'[mcp_servers.artifacts]\nurl = "{HOST}"\nhttp_headers = {{ "Authorization" = "Bearer {LITERAL}" }}\n', ['literal 3']),
    ('a table of headers of Codex', '.codex/config.toml',
     f"[mcp_servers.artifacts]\nurl = '{HOST}'\n[mcp_servers.artifacts.http_headers]\nAuthorization = 'Bearer {LITERAL}'\n", ['literal 4']),
    ('a token of Codex', '.codex/config.toml', f'[mcp_servers.a]\nurl = "{HOST}"\nbearer_token = "{LITERAL}"\n', ['literal 3']),
    ('plain http of Codex', '.codex/config.toml',
     f'[mcp_servers.a]\nurl = "{LAB}"\nbearer_token_env_var = "AGENT_ARTIFACTS_TOKEN"\n', ['plain 2']),
    ('variables of Codex', '.codex/config.toml',
     f'[mcp_servers.a]\ncommand = "artifacts-mcp"\nargs = [\n  "x",\n]\nenv = {{ AGENT_ARTIFACTS_TOKEN = "{LITERAL}" }}\n', ['literal 6']),
    ('arguments of Codex', '.codex/config.toml',
     f'[mcp_servers.a]\ncommand = "npx"\nargs = ["mcp-remote", "{HOST}", "--header",\n "Authorization: Bearer {ISSUED}"]\n',
     ['argv 4', 'token 4']),
)  # fmt: skip

NOT_FOUND: tuple[tuple[str, str, str], ...] = (
    ('a reference of Claude Code', '.mcp.json', remote(f'Bearer {KEY}')),
    ('a reference of Cursor', '.cursor/mcp.json', remote('Bearer ${env:AGENT_ARTIFACTS_TOKEN}')),
    ('an input of VS Code', '.vscode/mcp.json', remote('Bearer ${input:artifacts-key}').replace('mcpServers', 'servers')),
    ('a reference of opencode', 'opencode.json', remote('Bearer {env:AGENT_ARTIFACTS_TOKEN}')),
    ('a file of opencode', 'opencode.json', remote('Bearer {file:~/.secrets/artifacts}')),
    ('a placeholder', '.mcp.json', remote('Bearer YOUR_API_KEY_HERE')),
    ('a placeholder in brackets', '.mcp.json', remote('Bearer <your artifacts token>')),
    ('an elided key', '.mcp.json', remote('Bearer aa_live_...')),
    ('a literal for another service', '.mcp.json', remote(f'Bearer {LITERAL}', 'https://api.example.dev/mcp')),
    ('plain http to another service', '.mcp.json', remote('Bearer ${OTHER_TOKEN}', 'http://mcp.example.dev/mcp')),
    ('plain http to this machine', '.mcp.json', remote(f'Bearer {KEY}', 'http://localhost:3000/mcp')),
    ('plain http without a token', '.mcp.json', mcp(url=LAB)),
    ('another header', '.mcp.json', mcp(url=HOST, headers={'X-Request-Id': LITERAL})),
    ('a literal with a comment that allows it', '.vscode/mcp.json',
     f'{{"servers": {{"a": {{"url": "{HOST}",\n"headers": {{"Authorization": "Bearer {LITERAL}"}} // pragma: allowlist secret\n}}}}}}'),
    ('a variable passed on', '.mcp.json', mcp(command='artifacts-mcp', env={'AGENT_ARTIFACTS_TOKEN': KEY})),
    ('a name in an argument that the bridge puts in', '.mcp.json',
     bridge('Authorization:${AUTH_HEADER}', env={'AUTH_HEADER': f'Bearer {KEY}'})),
    ('what Claude Desktop does not replace', 'claude_desktop_config.json', bridge('Authorization: Bearer ${AGENT_ARTIFACTS_TOKEN}')),
    ('another program with a reference', '.mcp.json', mcp(command='npx', args=['server-github', '--token', '${GITHUB_TOKEN}'])),
    ('a container that gets the name', '.mcp.json', mcp(command='docker', args=['run', '-e', 'AGENT_ARTIFACTS_TOKEN', 'img'])),
    ('a token by its name for Codex', '.codex/config.toml', f'[mcp_servers.a]\nurl = "{HOST}"\nbearer_token_env_var = "AGENT_ARTIFACTS_TOKEN"\n'),
    ('a header by its name for Codex', '.codex/config.toml',
     f'[mcp_servers.a]\nurl = "{HOST}"\nenv_http_headers = {{ Authorization = "ARTIFACTS_HEADER" }}\n'),
    ('other tables of Codex', '.codex/config.toml', f'[model]\nurl = "{HOST}"\n[x.http_headers]\nAuthorization = "Bearer {LITERAL}"\n'),
    ('a file that is no JSON', '.mcp.json', f'{{"mcpServers": {{"a": {{"url": "{HOST}", "headers": {{'),
    ('a list of servers', '.mcp.json', json.dumps({'mcpServers': [{'url': HOST}]})),
    ('values of other types', '.mcp.json', json.dumps({'mcpServers': {'a': 1, 'b': {'url': [1], 'args': {'x': 1}, 'env': [2], 'headers': 'x'}}})),
    ('another file', 'settings.json', remote(f'Bearer {LITERAL}')),
)  # fmt: skip


@pytest.mark.parametrize(
    ('path', 'text', 'expected'), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_what_is_found(path: str, text: str, expected: list[str]) -> None:
    assert look(text, path) == expected


@pytest.mark.parametrize(('path', 'text'), [row[1:] for row in NOT_FOUND], ids=[row[0] for row in NOT_FOUND])
def test_what_is_not(path: str, text: str) -> None:
    assert look(text, path) == []


def test_the_place_is_that_of_the_literal_alone() -> None:
    (fact,) = [f for f in analyse({'.mcp.json': remote(f'Bearer {LITERAL}')}) if isinstance(f, Credential)]

    assert fact.place.text == LITERAL
    assert LITERAL not in repr(fact)


def test_a_byte_order_mark() -> None:
    assert look('\ufeff' + remote(f'Bearer {LITERAL}')) == ['literal 6']


def test_deep_and_long_files_end() -> None:
    assert look('{"mcpServers": ' + '[' * 100_000) == []
    assert look('[mcp_servers.a]\nx = ' + '[' * 100_000, '.codex/config.toml') == []
    assert look('[mcp_servers.a]\nx = ' + '{ a = ' * 50_000, '.codex/config.toml') == []
    assert look('[mcp_servers.a]\n' + 'x = "\n' * 20_000, '.codex/config.toml') == []


def test_the_system_of_agents_has_one_name() -> None:
    assert usages.AGENTS == agents.NAME
