"""Files that should never hold a live credential."""

from __future__ import annotations

import json

import pytest

from artifacts_guard.credentials import homes
from artifacts_guard.text import Document
from tests import tokens

SESSION = tokens.session('homes')
LOGIN = 'home/.config/agent-artifacts/credentials.json'


@pytest.mark.parametrize(
    ('path', 'home'),
    [
        ('.env', 'dotenv'),
        ('services/web/.env', 'dotenv'),
        ('.env.local', 'dotenv'),
        ('.env.production', 'dotenv'),
        ('.env.test', 'dotenv'),
        (LOGIN, 'saved-login'),
        ('agent-artifacts/credentials.json', 'saved-login'),
        ('dot_config/agent-artifacts/credentials.json', 'saved-login'),
        ('.env.example', ''),
        ('.env.sample', ''),
        ('.env.template', ''),
        ('.env.dist', ''),
        ('.env.local.example', ''),
        ('.envrc', ''),
        ('app.env', ''),
        ('env', ''),
        ('.config/other-tool/credentials.json', ''),
        ('credentials.json', ''),
        ('not-agent-artifacts/credentials.json', ''),
        ('agent-artifacts/credentials.json.tmpl', ''),
        ('agent-artifacts/old/credentials.json', ''),
        ('', ''),
    ],
)
def test_home(path: str, home: str) -> None:
    assert homes.home(path) == home


def login(token: str) -> str:
    return json.dumps(
        {'baseUrl': 'https://hostartifacts.dev', 'token': token, 'email': 'x@example.invalid'}, indent=2
    )


def test_the_session_and_its_place() -> None:
    document = Document(LOGIN, login(SESSION))
    found = homes.session(document)

    assert found is not None
    span, secret = found
    assert secret.reveal() == SESSION
    assert document.text[span.start : span.end] == SESSION
    assert document.position(span.start).line == 3


@pytest.mark.parametrize(
    'text',
    [
        login(''),
        login('<paste the token here>'),
        login('{{ onepasswordRead "op://dev/agent-artifacts/credential" }}'),
        login('${ARTIFACTS_SESSION_TOKEN}'),
        login('x' * 32),
        login(tokens.api_key('homes')),
        login(tokens.documented_key('homes')),
        json.dumps({'tokenName': SESSION}),
        json.dumps({'token': [SESSION]}),
        'no JSON at all',
        '',
    ],
)
def test_no_session(text: str) -> None:
    assert homes.session(Document(LOGIN, text)) is None


def test_no_session_in_another_file() -> None:
    assert homes.session(Document('.config/other/credentials.json', login(SESSION))) is None
