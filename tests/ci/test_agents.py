"""Settings of coding agents: the servers in them, and what is replaced in their strings."""

from __future__ import annotations

import pytest

from artifacts_guard.ci.agents import toml
from artifacts_guard.ci.agents.servers import settings
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import read
from tests.ci.support import shown

SERVERS = {
    'a remote server': (
        '.mcp.json',
        '{"mcpServers": {"a": {"url": "https://x/${P}", "headers": {"X": "${A:-b} $C {env:D}"}}}}',
        ['a https://x/<variable.P> X=<variable.A|\'b\'> $C <variable.D>'],
    ),
    'names of VS Code': (
        '.vscode/mcp.json',
        '{"servers": {"a": {"url": "x", "headers": {"X": "${env:A} ${input:b} ${workspaceFolder}"}}}}',
        ['a x X=<variable.A> <input.b> <variable.workspaceFolder>'],
    ),
    'bare names of Gemini': (
        '.gemini/settings.json',
        '{"mcpServers": {"a": {"httpUrl": "x", "headers": {"X": "$A ${B}"}}}}',
        ['a x X=<variable.A> <variable.B>'],
    ),
    'nothing of Claude Desktop': (
        'claude_desktop_config.json',
        '{"mcpServers": {"a": {"url": "x", "headers": {"X": "${A}"}}}}',
        ['a x X=${A}'],
    ),
    'a command': (
        '.mcp.json',
        '{"mcpServers": {"a": {"command": "c", "args": ["${A}", "${B}"], "env": {"B": "${C}"}}}}',
        ['a c <variable.A> ${B} B=<variable.C> @step:1'],
    ),
    'a command of Zed': (
        '.zed/settings.json',
        '{"context_servers": {"a": {"command": {"path": "c", "args": ["d"], "env": {"E": "f"}}}}}',
        ['a c d E=f @step:1'],
    ),
    'several servers': ('.mcp.json', '{"mcpServers": {"a": {"command": "c"}, "b": {"command": "d"}}}', ['a c', 'b d']),
    'the environment of the agent': ('.claude/settings.json', '{"env": {"A": "b"}}', [' A=b @step:1']),
    'Codex': (
        '.codex/config.toml',
        '[mcp_servers.a]\nurl = "x"\nbearer_token_env_var = "K"\n[mcp_servers."b c"]\ncommand = "d"\nargs = ["${E}"]\n',
        ['a x Authorization=Bearer <variable.K>', 'b c d ${E}'],
    ),
    'no servers': ('.mcp.json', '{"mcpServers": {}}', []),
    'no JSON': ('.mcp.json', '{"mcpServers": ', []),
}  # fmt: skip


@pytest.mark.parametrize(('path', 'text', 'expected'), SERVERS.values(), ids=SERVERS)
def test_servers(path: str, text: str, expected: list[str]) -> None:
    found = []
    for server in settings(Document(path, text)):
        words = [server.name, *(shown(word) for word in server.command)]
        words += [shown(server.url)] if server.url is not None else []
        words += [f'{name}={shown(value)}' for name, value in server.headers]
        found.append(' '.join([*words, *bound(server.env)]))
    assert found == expected


def test_a_server_is_a_job_that_is_no_automation() -> None:
    pipeline = read('{"mcpServers": {"a": {"command": "c", "args": ["d"]}}}', '.mcp.json')
    (job,) = pipeline.jobs

    assert (pipeline.system, pipeline.kind, pipeline.masks) == ('mcp', 'configuration', False)
    assert (job.name, job.automation, job.runner.tenancy) == ('a', False, 'unknown')


TOML = {
    'strings': ('a = "b"\nc = \'d\\\'\n', ['a: b', 'c: d\\']),
    'escapes': ('a = "b\\t\\u00e9\\"c"', ['a: b\té"c']),
    'long strings': ('a = """\nb\n"c" """\nd = \'\'\'e\'\'\'', ['a: b\n"c" ', 'd: e']),
    'tables': ('[a."b.c"]\nd.e = "f"', ['a/b.c/d/e: f']),
    'tables in a list': ('[[a]]\nb = "c"', ['a/b: c']),
    'arrays': ('a = [ "b", # c\n  "d", ["e"],\n]\nf = "g"', ['a: b|d|e', 'f: g']),
    'inline tables': ('a = { b = "c", "d" = "e", f = { g = "h" } }', ['a/b: c', 'a/d: e', 'a/f/g: h']),
    'other values': ('a = 1\nb = true # c\nd = 1979-05-27\ne = "f"', ['e: f']),
    'comments': ('# a = "b"\nc = "d" # e = "f"', ['c: d']),
    'line ends of Windows': ('[a]\r\nb = "c"\r\n', ['a/b: c']),
    'a string that nothing closes': ('a = "b\nc = "d"', ['c: d']),
    'an array that nothing closes': ('a = [ "b"', ['a: b']),
    'lines that are none': ('a\n= b\n[\nc = "d"', ['c: d']),
}  # fmt: skip


@pytest.mark.parametrize(('text', 'expected'), TOML.values(), ids=TOML)
def test_toml(text: str, expected: list[str]) -> None:
    found = list(toml.entries(Document('a.toml', text)))

    assert [f'{"/".join(e.path)}: {"|".join(v.text for v in e.values)}' for e in found] == expected
    for item in found:
        for value in item.values:
            assert value.whole().text or not value.text
