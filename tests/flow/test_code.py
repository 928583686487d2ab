"""Calls of the service in Python and JavaScript programs: what is found, what looks alike, and how programs are reached."""

from __future__ import annotations

import pytest

from artifacts_guard.check import Memory
from artifacts_guard.check import analyse
from artifacts_guard.facts.collect import collect
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Fact
from artifacts_guard.facts.model import Grant
from artifacts_guard.facts.model import Option
from artifacts_guard.facts.model import Sharing
from artifacts_guard.settings import Settings
from tests.flow.job import facts

PYTHON_HEAD = """\
import asyncio, json, os, shlex, subprocess
import urllib.request
from urllib.parse import urljoin
import httpx
import requests
TOKEN = os.environ["AGENT_ARTIFACTS_TOKEN"]
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
BASE = os.environ.get("AGENT_ARTIFACTS_BASE_URL", "https://hostartifacts.dev")
"""
JAVASCRIPT_HEAD = """\
import { execFileSync, execSync, spawn } from 'node:child_process';
import axios from 'axios';
import got from 'got';
import { execa } from 'execa';
import { $ } from 'zx';
const headers = { Authorization: `Bearer ${process.env.AGENT_ARTIFACTS_TOKEN}` };
const base = process.env.AGENT_ARTIFACTS_BASE_URL ?? 'https://hostartifacts.dev';
"""


def called(found: list[Fact]) -> list[str]:
    """The commands and requests of the service, each once."""
    return sorted({fact.command for fact in found if isinstance(fact, Call)})


def by_python(text: str, *, head: str = PYTHON_HEAD) -> list[str]:
    return called(facts('bash', 'python tool.py', {'tool.py': head + text}))


def by_javascript(text: str, *, head: str = JAVASCRIPT_HEAD) -> list[str]:
    return called(facts('bash', 'node tool.mjs', {'tool.mjs': head + text}))


COMMANDS_IN_PYTHON = {
    'a list of words': ('subprocess.run(["artifacts", "push", "--file", "a.md"])', ['push']),
    'a list in a variable': ('c = ["artifacts", "push", "--file", f]\nsubprocess.check_call(c)', ['push']),
    'a list put into another': (
        'BASIC = ["artifacts", "artifact"]\nsubprocess.Popen([*BASIC, "delete", "--artifact-id", i])',
        ['artifact delete'],
    ),
    'lists added up': (
        'c = ["artifacts"] + ["share", "create"]\nc += ["--artifact-id", i]\nsubprocess.call(c)',
        ['share create'],
    ),
    'words added under a condition': (
        'c = ["artifacts", "artifact"]\nif a:\n  c.append("get")\nelse:\n  c.append("delete")\n'
        'c.extend(["--artifact-id", i])\nsubprocess.run(c)',
        ['artifact delete', 'artifact get'],
    ),
    'a command for the shell': (
        'subprocess.run("artifacts push --file a.md | tee log", shell=True)',
        ['push'],
    ),
    'a command with a part that is not known': (
        'os.system(f"artifacts artifact get --artifact-id {i}")',
        ['artifact get'],
    ),
    'words split from a string': (
        'subprocess.run(shlex.split("artifacts push --file a.md"))',
        ['push'],
    ),
    'a string filled in': (
        'subprocess.check_output("artifacts {} --file a".format("push"), shell=True)',
        ['push'],
    ),
    'behind a wrapper': ('subprocess.run(["sudo", "-E", "artifacts", "push", "--file", "a"])', ['push']),
    'by a function that runs the CLI': (
        'def cli(*words):\n  return subprocess.run(["artifacts", *words], check=True)\ncli("push", "--file", f)',
        ['push'],
    ),
    'by a method': (
        'class Tool:\n  def __init__(self, name):\n    self.words = [name]\n'
        '  def push(self, f):\n    subprocess.run(self.words + ["push", "--file", f])\nTool("artifacts").push("a")',
        ['push'],
    ),
    'by a function that is given away': (
        'def push(options):\n  subprocess.run(["artifacts", "push", "--file", options.file])\n'
        'parser.set_defaults(run=push)',
        ['push'],
    ),
    'asynchronously': (
        'async def go():\n  await asyncio.create_subprocess_exec("artifacts", "push", "--file", "a")\nasyncio.run(go())',
        ['push'],
    ),
    'a verb that is not known': ('subprocess.run(["artifacts", *options])', ['unknown']),
    'words from a loop': (
        'for c in (["push", "--file", "a"], ["artifact", "get", "--artifact-id", "a"]):\n  subprocess.run(["artifacts", *c])',
        ['artifact get', 'push'],
    ),
    'more words than are followed': (
        'for f in ('
        + ', '.join(f'"{n}"' for n in range(40))
        + '):\n  subprocess.run(["artifacts", "push", "--file", f])',
        ['push'],
    ),
    'more commands than are followed': (
        'for c in ('
        + ', '.join(f'["{verb}", "--file", "{n}"]' for n in range(20) for verb in ('push', 'logout'))
        + '):\n  subprocess.run(["artifacts", *c])',
        ['push', 'unknown'],
    ),
}


@pytest.mark.parametrize(
    ('text', 'expected'), COMMANDS_IN_PYTHON.values(), ids=[f'python {name}' for name in COMMANDS_IN_PYTHON]
)
def test_commands_in_python(text: str, expected: list[str]) -> None:
    assert by_python(text) == expected


REQUESTS_IN_PYTHON = {
    'a path on a base': (
        'requests.post(f"{BASE}/api/artifacts/{i}/versions", headers=HEADERS)',
        ['POST /api/artifacts/:id/versions'],
    ),
    'a path added to a base': (
        'requests.delete(BASE + "/api/artifacts/" + i, headers=HEADERS)',
        ['DELETE /api/artifacts/:id'],
    ),
    'a session with headers': (
        's = requests.Session()\ns.headers.update(HEADERS)\ns.get("%s/api/artifacts/%s" % (BASE, i))',
        ['GET /api/artifacts/:id'],
    ),
    'a client with a base': (
        'with httpx.Client(base_url=BASE, headers=HEADERS) as c:\n  c.request("PATCH", f"/api/artifacts/{i}/access")',
        ['PATCH /api/artifacts/:id/access'],
    ),
    'the standard library': (
        'urllib.request.urlopen(urllib.request.Request(urljoin(BASE, "/api/artifacts"), data=b, headers=HEADERS))',
        ['POST /api/artifacts'],
    ),
    'a method by its name': (
        'urllib.request.Request(f"{BASE}/api/artifacts/{i}", headers=HEADERS, method="DELETE")',
        ['DELETE /api/artifacts/:id'],
    ),
    'by a function that is given method and path': (
        'def api(method, path, **more):\n  return requests.request(method, BASE + path, headers=HEADERS, **more)\n'
        'api("POST", "/api/artifacts", json={})\napi("GET", "/api/artifacts/1/content")',
        ['GET /api/artifacts/:id/content', 'POST /api/artifacts'],
    ),
    'a base that only the service has': (
        'requests.get(os.environ["AGENT_ARTIFACTS_BASE_URL"] + "/api/artifacts/1", headers=made())',
        ['GET /api/artifacts/:id'],
    ),
    'a base that is not known, with our token': (
        'requests.get(f"{somewhere}/api/artifacts/1", headers=HEADERS)',
        ['GET /api/artifacts/:id'],
    ),
}


@pytest.mark.parametrize(
    ('text', 'expected'), REQUESTS_IN_PYTHON.values(), ids=[f'python {name}' for name in REQUESTS_IN_PYTHON]
)
def test_requests_in_python(text: str, expected: list[str]) -> None:
    assert by_python(text) == expected


ALIKE_IN_PYTHON = {
    'a comment': '# subprocess.run(["artifacts", "push", "--file", "a"])',
    'a text about it': '"""subprocess.run(["artifacts", "push", "--file", "a"])"""',
    'a list that is not run': 'words = ["artifacts", "push", "--file", "a"]',
    'a line that is logged': 'log.info("artifacts push --file a")',
    'a subcommand of another program': 'subprocess.run(["port", "artifacts", "push", "--file", "a"])',
    'a program that is not known': 'subprocess.run(command)',
    'a folder of that name': 'os.listdir("artifacts")',
    'another host with another token': (
        'requests.get("https://mlflow.example/api/artifacts/1", headers={"Authorization": "Bearer " + os.environ["M"]})'
    ),
    'a path of the own server': 'requests.post("/api/api-keys", json={"scopes": ["read"]})',
    'a route of a server': 'app.delete("/api/artifacts/1")',
    'a table with a path as key': 'routes.get("/api/artifacts/1")',
    'a function that only a test calls': (
        'import sys\nif "pytest" in sys.modules:\n  pass\ndef test_push():\n  requests.post("https://x.example/api/artifacts")'
    ),
}


@pytest.mark.parametrize('text', ALIKE_IN_PYTHON.values(), ids=[f'python {name}' for name in ALIKE_IN_PYTHON])
def test_what_looks_alike_in_python(text: str) -> None:
    assert by_python(text) == []


IN_JAVASCRIPT = {
    'a program and a list': ("execFileSync('artifacts', ['push', '--file', 'a'])", ['push']),
    'a list with a condition in it': (
        "spawn('artifacts', ['push', '--file', f, ...(p ? ['--private'] : [])], { stdio: 'inherit' })",
        ['push'],
    ),
    'a command for the shell': ('execSync(`artifacts artifact get --artifact-id ${id}`)', ['artifact get']),
    'words that are pushed to a list': (
        "const words = ['artifact'];\nwords.push('delete', '--artifact-id', id);\nexecFileSync('artifacts', words)",
        ['artifact delete'],
    ),
    'a template that runs': ('await $`artifacts push --file ${file}`', ['push']),
    'execa with a list': ("await execa('artifacts', ['push', '--file', 'a'])", ['push']),
    'execa with a template': ('await execa`artifacts push --file ${file}`', ['push']),
    'a module by its name': ("require('child_process').execSync('artifacts push --file a')", ['push']),
    'fetch with options': (
        "await fetch(`${base}/api/artifacts/${id}`, { method: 'DELETE', headers })",
        ['DELETE /api/artifacts/:id'],
    ),
    'fetch without options': (
        "await fetch('https://hostartifacts.dev/api/artifacts/1')",
        ['GET /api/artifacts/:id'],
    ),
    'axios by its verb': (
        'axios.post(`${base}/api/artifacts`, { slug }, { headers })',
        ['POST /api/artifacts'],
    ),
    'axios with one table': (
        "axios({ url: base + '/api/artifacts/1/versions', method: 'post', headers })",
        ['POST /api/artifacts/:id/versions'],
    ),
    'a client with a base': (
        "const api = axios.create({ baseURL: base, headers });\nawait api.get('/api/artifacts/1')",
        ['GET /api/artifacts/:id'],
    ),
    'got': ('await got.delete(`${base}/api/artifacts/${id}`, { headers })', ['DELETE /api/artifacts/:id']),
    'by a function that is given method and path': (
        'const api = async (method, path, body) => {\n  const r = await fetch(`${base}${path}`, { method, headers });\n'
        "  return r.json();\n};\napi('POST', '/api/artifacts').then(show);",
        ['POST /api/artifacts'],
    ),
    'in a callback': (
        'files.map(async (file) => { await $`artifacts push --file ${file}` })',
        ['push'],
    ),
    'in a class with types': (
        'class Api<T> {\n  constructor(private readonly base: string) { this.base = base }\n'
        '  async get(id: string): Promise<T | null> { return fetch(`${this.base}/api/artifacts/${id}`, { headers }) }\n}\n'
        'await new Api<Record<string, number>>(base as string).get("1")!',
        ['GET /api/artifacts/:id'],
    ),
    'behind a quotation mark in a pattern': (
        "const q = /[\"'`]/g;\nexecSync('artifacts push --file a')",
        ['push'],
    ),
    'a method that is not known': ('fetch(`${base}/api/artifacts/1`, options)', ['unknown']),
}


@pytest.mark.parametrize(('text', 'expected'), IN_JAVASCRIPT.values(), ids=IN_JAVASCRIPT)
def test_javascript(text: str, expected: list[str]) -> None:
    found = by_javascript(text)
    assert found == ([] if expected == ['unknown'] else expected)


ALIKE_IN_JAVASCRIPT = {
    'a comment': "// execSync('artifacts push --file a')",
    'a block comment': "/* fetch('https://hostartifacts.dev/api/artifacts/1') */",
    'a string': '''const s = "execSync('artifacts push --file a')"''',
    'a template': "const s = `execSync('artifacts push --file a')`",
    'a pattern': "const r = /execSync('artifacts push --file a')/",
    'a method exec of a pattern': "pattern.exec('artifacts push --file a')",
    'a selector': "$('artifacts push --file a')",
    'a path of the own server': "fetch('/api/api-keys', { method: 'POST', body: JSON.stringify({ scopes: ['x'] }) })",
    'a route': "router.delete('/api/artifacts/:id', handler)",
    'another host with another token': (
        "fetch('https://x.example/api/artifacts/1', { headers: { Authorization: `Bearer ${process.env.X}` } })"
    ),
    'a program that is not known': 'execSync(command)',
    'a list that is not run': "const words = ['artifacts', 'push', '--file', 'a']",
}


@pytest.mark.parametrize('text', ALIKE_IN_JAVASCRIPT.values(), ids=ALIKE_IN_JAVASCRIPT)
def test_what_looks_alike_in_javascript(text: str) -> None:
    assert by_javascript(text) == []


PUSH = 'import os\nos.system("artifacts push --file a")\n'
PUSH_JS = "require('child_process').execSync('artifacts push --file a')\n"
REACHED = {
    'python with a path': ('python3 a/x.py --flag', {'a/x.py': PUSH}, 'a/x.py'),
    'python with options': ('python -W ignore -u a/x.py', {'a/x.py': PUSH}, 'a/x.py'),
    'a module by its name': ('python -m a.x', {'a/x.py': PUSH}, 'a/x.py'),
    'a package by its name': ('python -m a', {'a/__main__.py': PUSH}, 'a/__main__.py'),
    'by its first line': ('./tool', {'tool': f'#!/usr/bin/env python3\n{PUSH}'}, 'tool'),
    'uv': ('uv run x.py', {'x.py': PUSH}, 'x.py'),
    'poetry': ('poetry run python x.py', {'x.py': PUSH}, 'x.py'),
    'in another folder': ('cd a && python x.py', {'a/x.py': PUSH}, 'a/x.py'),
    'node': ('node a/x.mjs', {'a/x.mjs': PUSH_JS}, 'a/x.mjs'),
    'npx tsx': ('npx tsx x.ts', {'x.ts': PUSH_JS}, 'x.ts'),
    'a package script': (
        'npm run publish',
        {'package.json': '{"scripts": {"publish": "node x.js"}}', 'x.js': PUSH_JS},
        'x.js',
    ),
    'a module beside the program': (
        'python x.py',
        {
            'x.py': 'from lib import push\npush()\n',
            'lib.py': 'import os\ndef push():\n  os.system("artifacts push --file a")\n',
        },
        'lib.py',
    ),
    'a module beside a script': (
        'node x.mjs',
        {
            'x.mjs': "import { push } from './lib.mjs';\npush();\n",
            'lib.mjs': "import { execSync } from 'child_process';\nexport function push() { execSync('artifacts push --file a') }\n",
        },
        'lib.mjs',
    ),
    'a text behind an option': ('python -c \'import os; os.system("artifacts push --file a")\'', {}, ''),
    'a here-document': ('python3 - <<EOF\nimport os\nos.system("artifacts push --file a")\nEOF', {}, ''),
}


@pytest.mark.parametrize(('script', 'files', 'path'), REACHED.values(), ids=REACHED)
def test_programs_that_a_job_runs(script: str, files: dict[str, str], path: str) -> None:
    (call,) = [fact for fact in facts('bash', script, files) if isinstance(fact, Call)]

    assert call.place.path == (path or '.github/workflows/w.yml')
    assert (call.job, call.automation, call.command) == ('job', True, 'push')
    assert not path or any(hop.role.startswith('runs ') for hop in call.trail)


NOT_REACHED = {
    'a program with an error in it': ('python x.py', {'x.py': PUSH + 'os.system('}),
    'a program of another language': ('ruby x.rb', {'x.rb': 'system("artifacts push --file a")'}),
    'the main part of a module that is imported': (
        'python x.py',
        {'x.py': 'import lib\n', 'tests/lib.py': '', 'lib.py': 'if __name__ == "__main__":\n  pass\n'},
    ),
    'a program that is bundled': ('node x.js', {'x.js': PUSH_JS + '//' + 'x' * 6000}),
    'a test': ('true', {'tests/x.py': PUSH}),
    'a test by its name': ('true', {'a/x.test.js': PUSH_JS}),
    'code of others': ('true', {'node_modules/a/x.js': PUSH_JS}),
}


@pytest.mark.parametrize(('script', 'files'), NOT_REACHED.values(), ids=NOT_REACHED)
def test_what_does_not_run(script: str, files: dict[str, str]) -> None:
    assert called(facts('bash', script, files)) == []


def test_a_program_that_nothing_runs_is_no_automation() -> None:
    (call,) = [fact for fact in analyse({'x.py': PUSH}) if isinstance(fact, Call)]

    assert (call.command, call.automation, call.tenancy) == ('push', False, 'unknown')


def test_a_function_that_the_job_does_not_enter_counts_for_no_job() -> None:
    text = PUSH + 'def delete():\n  os.system("artifacts artifact delete --artifact-id a")\n'
    found = facts('bash', 'python x.py', {'x.py': text})

    assert {(f.command, f.job) for f in found if isinstance(f, Call)} == {
        ('push', 'job'),
        ('artifact delete', ''),
    }


def test_a_function_is_known_by_those_who_call_it() -> None:
    text = 'import subprocess  # AGENT_ARTIFACTS_TOKEN\ndef cli(*words):\n  subprocess.run(["artifacts", *words])\ndef push():\n  cli("push", "--file", "a")\n'

    assert called(analyse({'x.py': text})) == ['push']


SCRIPT_OF_AN_ACTION = """\
on: push
jobs:
  job:
    runs-on: self-hosted
    steps:
      - uses: actions/github-script@v7
        env: {AGENT_ARTIFACTS_TOKEN: "${{ secrets.K }}"}
        with:
          script: |
            await exec.exec('artifacts', ['push', '--file', 'a'])
            const url = 'https://hostartifacts.dev/api/artifacts/${{ inputs.id }}'
            await fetch(url, { method: 'DELETE' })
"""


def test_the_script_of_an_action() -> None:
    assert called(analyse({'.github/workflows/w.yml': SCRIPT_OF_AN_ACTION})) == [
        'DELETE /api/artifacts/:id',
        'push',
    ]


def test_an_action_of_the_tree_that_is_a_program() -> None:
    found = analyse({
        '.github/workflows/w.yml': 'on: push\njobs: {job: {runs-on: x, steps: [{uses: ./a, with: {key: "${{ secrets.K }}"}}]}}\n',
        'a/action.yml': 'inputs: {key: {required: true}}\nruns: {using: node20, main: x.js}\n',
        'a/x.js': (
            "const core = require('@actions/core');\nconst key = core.getInput('key');\n"
            "fetch('https://hostartifacts.dev/api/artifacts', { method: 'POST', headers: { authorization: `Bearer ${key}` } })\n"
        ),
    })  # fmt: skip

    (call,) = [fact for fact in found if isinstance(fact, Call)]
    assert (call.command, call.origin) == ('POST /api/artifacts', 'the secret K')


# what is seen of a program beside its calls


def test_which_token_a_call_uses() -> None:
    text = (
        PYTHON_HEAD
        + 'requests.get(BASE + "/api/artifacts/1", headers={"authorization": f"Bearer {os.environ[\'T\']}"})'
    )
    (call,) = [f for f in facts('bash', 'python x.py', {'x.py': text}) if isinstance(f, Call)]

    assert call.origin == 'the secret K'


def test_an_environment_that_a_process_is_given() -> None:
    text = 'import os, subprocess\nsubprocess.run(["artifacts", "push", "--file", "a"], env={**os.environ, "AGENT_ARTIFACTS_TOKEN": os.environ["OTHER"]})'
    (call,) = [f for f in facts('bash', 'OTHER=$T python x.py', {'x.py': text}) if isinstance(f, Call)]

    assert call.origin == 'the secret K'


GRANTS = {
    'the CLI': (
        'subprocess.run(["artifacts", "keys", "create", "--name", "a", "--scopes", "artifacts:read,agents:manage"])',
        'artifacts:read agents:manage',
        'artifacts:read,agents:manage',
    ),
    'without scopes': (
        'subprocess.run(["artifacts", "keys", "create", "--name", "a"])',
        'artifacts:read artifacts:create artifacts:update',
        'artifacts',
    ),
    'a request': (
        'requests.post(f"{BASE}/api/api-keys", headers=HEADERS, json={"name": "a", "scopes": ["artifacts:raed"]})',
        'artifacts:raed',
        'scopes',
    ),
    'a request with a text': (
        'requests.post(f"{BASE}/api/api-keys", headers=HEADERS, data=json.dumps({"scopes": ["artifacts:read"]}))',
        'artifacts:read',
        'scopes',
    ),
}


@pytest.mark.parametrize(('text', 'scopes', 'words'), GRANTS.values(), ids=GRANTS)
def test_keys_that_a_program_makes(text: str, scopes: str, words: str) -> None:
    (grant,) = [f for f in analyse({'x.py': PYTHON_HEAD + text}) if isinstance(f, Grant)]

    assert (' '.join(grant.scopes), grant.place.text.strip('"')) == (scopes, words)


def test_a_key_that_a_program_stores_is_tied_to_its_users() -> None:
    making = (
        'import json, subprocess\n'
        'out = subprocess.run(["artifacts", "keys", "create", "--name", "a", "--scopes", "artifacts:create,artifacts:share"],'
        ' capture_output=True)\n'
        'subprocess.run(["gh", "secret", "set", "K"], input=json.loads(out.stdout)["data"]["apiKey"]["token"])\n'
    )
    found = facts('bash', 'python x.py\nartifacts push --file a', {'x.py': making})

    (grant,) = [f for f in found if isinstance(f, Grant)]
    assert (grant.secret, grant.excess) == ('K', ('artifacts:share',))


def test_keys_that_one_function_makes_are_told_apart() -> None:
    making = (
        'import json, subprocess  # AGENT_ARTIFACTS_TOKEN\n'
        'def make(scopes, secret):\n'
        '  out = subprocess.check_output(["artifacts", "keys", "create", "--name", secret, "--scopes", scopes])\n'
        '  subprocess.run(["gh", "secret", "set", secret], input=json.loads(out)["data"]["apiKey"]["token"])\n'
        'make("artifacts:create", "K")\nmake("artifacts:share", "OTHER")\n'
    )
    found = facts('bash', 'artifacts push --file a', {'x.py': making})

    assert {(f.place.line, f.secret, f.excess) for f in found if isinstance(f, Grant)} == {
        (5, 'K', ()),
        (6, 'OTHER', ('artifacts:share',)),
    }
    assert [f.missing for f in found if isinstance(f, Call) and f.missing] == []


def test_a_call_that_is_not_known_leaves_a_doubt() -> None:
    making = (
        'artifacts keys create --name a --scopes artifacts:create,artifacts:share\nartifacts push --file a\n'
    )
    grants = [
        [f for f in facts('bash', making + 'python x.py', {'x.py': text}) if isinstance(f, Grant)]
        for text in (PUSH, 'import subprocess, sys\nsubprocess.run(["artifacts", *sys.argv[1:]])\n')
    ]

    assert [grant.unresolved for (grant,) in grants] == [False, True]


JUDGED_ELSEWHERE = (
    'import os, subprocess\n'
    'subprocess.run(["artifacts", "push", "--file", "a", "--public-edit", "--token", os.environ["T"]])\n'
    'os.system("artifacts login --token $T")\n'
    'subprocess.run(["curl", "-v", "-H", "Authorization: Bearer " + os.environ["T"], "http://hostartifacts.dev/api"])\n'
    'print(os.environ["T"])\n'
)


def test_nothing_but_needs_is_judged_in_a_program() -> None:
    found = facts('bash', 'python x.py', {'x.py': JUDGED_ELSEWHERE})

    assert [f for f in found if isinstance(f, (Exposure, Option))] == []
    for call in (f for f in found if isinstance(f, Call)):
        judged = (call.login, call.mutates, call.prompts, call.visibility, call.prints_key)
        assert not any(judged)


def test_a_shell_script_that_a_program_runs_is_judged_as_always() -> None:
    found = facts(
        'bash',
        'python x.py  # artifacts push',
        {
            'x.py': 'import subprocess\n# "artifacts"\nsubprocess.run(["./a.sh"])\n',
            'a.sh': '#!/bin/sh\nartifacts push --file a --token "$T"\n',
        },
    )

    (shown,) = [f for f in found if isinstance(f, Exposure)]
    assert (shown.sink, shown.place.path, shown.job) == ('flag', 'a.sh', 'job')


def test_a_program_uses_the_secret_that_it_reads() -> None:
    workflow = (
        'on: push\njobs:\n'
        '  a: {runs-on: x, steps: [{run: python x.py, env: {K: "${{ secrets.AGENT_ARTIFACTS_TOKEN }}"}}]}\n'
        '  b: {runs-on: x, steps: [{run: artifacts push --file a, env: {AGENT_ARTIFACTS_TOKEN: "${{ secrets.AGENT_ARTIFACTS_TOKEN }}"}}]}\n'
    )
    text = 'import os, requests\nrequests.get("https://hostartifacts.dev/api/artifacts/1", headers={"Authorization": "Bearer " + os.environ["K"]})\n'
    found = analyse({'.github/workflows/w.yml': workflow, 'x.py': text})

    (shared,) = [f for f in found if isinstance(f, Sharing)]
    assert shared.place.path == '.github/workflows/w.yml'


HOSTILE = {
    'functions that call each other': 'def a():\n  b()\n  b()\ndef b():\n  a()\n  a()\na()\n',
    'many choices': 'x = [' + ' +\n'.join('(1 if a else "b")' for _ in range(30)) + ']\nos.system(x)\n',
    'deep calls': 'f(' * 80 + ')' * 80 + '\n',
    'deep branches': ''.join(' ' * n + 'if a:\n' for n in range(90)) + ' ' * 90 + 'b()\n',
    'a module that imports itself': 'from x import *\nimport x\nx.x.x()\n',
    'long sums': 'x = (' + ' +\n'.join('"a"' for _ in range(1000)) + ')\n',
    'a program that runs itself': 'import os\nos.system("python x.py")\n',
}


def test_what_is_too_deep_is_said_once() -> None:
    text = PUSH + 'f(' * 80 + 'x' + ')' * 80 + '\ng(' + 'f(' * 80 + ')' * 80 + ')\n'
    tree = Memory({'x.py': text})

    notes = collect(tree, tuple(tree.paths()), (), Settings()).limits
    assert [(limit.kind, limit.place.path) for limit in notes] == [('budget', 'x.py')]


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
def test_hostile_programs_end(text: str) -> None:
    assert called(facts('bash', 'python x.py', {'x.py': PUSH + text})) == ['push']
