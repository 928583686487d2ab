"""The gate lets through whatever the engine could find, and little else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from artifacts_guard.credentials import gate
from tests import tokens
from tests.credentials.written import ENCODINGS
from tests.credentials.written import JOINS


def test_it_imports_nothing() -> None:
    tree = ast.parse(Path(gate.__file__).read_text(encoding='utf-8'))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]

    assert [getattr(node, 'module', None) for node in imports] == ['__future__']


def test_the_literals_can_be_given_to_git_grep() -> None:
    assert len(set(gate.LITERALS)) == len(gate.LITERALS)
    assert not [
        literal for literal in gate.LITERALS if b'\n' in literal or b'\0' in literal or len(literal) < 3
    ]


@pytest.mark.parametrize('form', ENCODINGS)
@pytest.mark.parametrize(
    'make', [tokens.api_key, tokens.agent_token, tokens.claim_token, tokens.documented_key]
)
def test_every_form_passes_and_has_a_literal(form: str, make: tokens.Callable[[str], str]) -> None:
    for seed in range(6):
        for before in ('', 'x', 'xy', 'xyz'):
            data = ENCODINGS[form][1](before + '=' + make(str(seed))).encode()
            assert gate.may_hold_token(data)
            assert any(literal in data for literal in gate.LITERALS)
            assert gate.stems_in(data) == {stem.decode() for stem in gate.LITERALS if stem in data}


@pytest.mark.parametrize('join', JOINS)
def test_every_broken_token_passes(join: str) -> None:
    token = tokens.api_key('gate')
    for at in range(3, len(token)):
        assert gate.may_hold_token((token[:at] + JOINS[join] + token[at:]).encode())


@pytest.mark.parametrize('encoding', ['utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'utf-32-be'])
def test_wide_encodings_pass(encoding: str) -> None:
    for text in (tokens.api_key('wide'), ENCODINGS['base64'][1](tokens.api_key('wide')), 'artifacts push'):
        assert gate.may_matter(f'é {text}'.encode(encoding))


@pytest.mark.parametrize(
    'text',
    [
        'nothing at all',
        'aardvark, Aachen, Haag',
        'a a _ k _',
        'AA_K_' + 'x' * 43,
        'sha512-o5pXnACKx3DXOtH7VWPd+4F8SFKmKHiH3EqHeA4a2FIb3yUo35n5DCoyG5C9yaSsnL4xt4mApaImcMJVyaVu1w==',
        '6161 5f',
        'x' * 10_000,
        'a' * 10_000,
    ],
)
def test_other_text_does_not_pass(text: str) -> None:
    assert not gate.may_hold_token(text.encode())


def test_a_token_behind_many_double_letters_passes() -> None:
    assert gate.may_hold_token(b'aardvark ' * 5000 + tokens.api_key('late').encode())


MENTIONS = {
    'the command': 'artifacts push --file x',
    'the command with an option first': 'artifacts --no-input push',
    'over two lines': 'artifacts \\\n  push --file x',
    'behind a wrapper': 'sudo -E artifacts push',
    'by path': '~/.local/bin/artifacts whoami',
    'alone at the end of a path': 'exec "$HOME/.local/bin/artifacts"',
    'on Windows': 'artifacts.exe push',
    'in a list of arguments': '["artifacts", "push", "--file", "x"]',
    'in a list over lines': '["artifacts",\n "push"]',
    'in a list of YAML': 'command:\n  - artifacts\n  - push\n',
    'in a variable': 'CLI=artifacts\n"$CLI" push',
    'in a variable of a pipeline': 'env:\n  CLI: artifacts\n',
    'as an alias': "alias a='artifacts'",
    'with a verb from a variable': 'artifacts "$VERB"',
    'all arguments': 'exec artifacts "$@"',
    'the variable of its settings': 'AGENT_ARTIFACTS_NO_INPUT: 1',
    'the package': 'npx @agent-artifacts/cli push',
    'the host': 'curl https://hostartifacts.dev/install.sh',
    'a scope': 'scopes: artifacts:read',
    'the scope that makes keys': '"agents:manage"',
    'a route': 'POST /api/api-keys',
}
NO_MENTIONS = {
    'a key of GitLab': 'job:\n  artifacts:\n    paths: [out]\n    reports: {junit: x.xml}\n',
    'an action of GitHub': '- uses: actions/upload-artifact@v4\n  with:\n    name: artifacts\n    path: artifacts/\n',
    'another action': '- uses: actions/download-artifact@v4\n  with: {path: artifacts}\n',
    'a folder': 'rm -rf artifacts\nmkdir -p artifacts/html',
    'a list item': 'paths:\n  - artifacts\n',
    'a file': 'cat artifacts.json',
    'the end of a name': 'download-artifacts push',
    'the start of a name': 'artifacts-cli push',
    'a word in a sentence': 'The artifacts are kept for 30 days.',
    'a title': 'Upload artifacts: done',
    'reports of GitLab': 'artifacts:reports:junit',
}


@pytest.mark.parametrize('name', MENTIONS)
def test_mentions(name: str) -> None:
    assert gate.mentions_service(MENTIONS[name].encode())
    assert gate.may_matter(MENTIONS[name].encode())


@pytest.mark.parametrize('name', NO_MENTIONS)
def test_no_mentions(name: str) -> None:
    assert not gate.may_matter(NO_MENTIONS[name].encode())


@pytest.mark.parametrize(
    ('data', 'answer'),
    [
        (b'PK\x03\x04rest', True),
        (b'\x1f\x8b\x08rest', True),
        (b'BZh9rest', True),
        (b'\xfd7zXZ\0rest', True),
        (b'\0' * 257 + b'ustar\0', True),
        (b'', False),
        (b'PK in a text', False),
        (b'\x89PNG', False),
    ],
)
def test_archives_are_told_by_their_beginning(data: bytes, answer: bool) -> None:
    assert gate.is_archive(data) is answer
