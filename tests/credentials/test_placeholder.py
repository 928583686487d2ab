"""Placeholders, references, and what only looks like one."""

from __future__ import annotations

import pytest

from artifacts_guard.credentials.placeholder import is_placeholder
from artifacts_guard.credentials.placeholder import is_reference_or_placeholder
from tests import tokens

MADE_UP = {
    'three dots': 'aa_live_...',
    'an ellipsis': 'aa_k_…',
    'stars': 'aa_live_***',
    'many stars': 'aa_k_****************',
    'a name in brackets': 'aa_at_<token>',
    'a shouted name': 'aa_live_YOUR_KEY_HERE',
    'a shouted name, long enough': 'aa_live_REPLACE_WITH_YOUR_API_KEY',
    'a name in small letters': 'aa_live_your_api_key_goes_here',
    'one character': 'aa_live_' + 'x' * 24,
    'one digit, as long as an issued one': 'aa_k_' + '0' * 43,
    'one digit, one too long': 'aa_k_' + '0' * 44,
    'a counting run': 'aa_live_1234567890abcdef',
    'an alphabet': 'aa_live_abcdefghijklmnop',
    'an alphabet in both cases': 'aa_live_AbCdEfGhIjKlMnOpQrStUvWxYz',
    'counting in turns': 'aa_live_a1b2c3d4e5f6g7h8',
    'three by three': 'aa_live_abc123def456ghi789',
    'a row of the keyboard': 'aa_live_qwertyuiopasdfghjkl',
    'a word again and again': 'aa_k_' + 'EXAMPLE' * 6 + '0',
    'a group again and again': 'aa_live_d34db33fd34db33fd34db33f',
    'hex words': 'aa_live_deadbeefcafebabe',
    'hex digits, counted twice': 'aa_live_' + '0123456789abcdef' * 2,
    'a UUID of zeros': 'aa_live_00000000-0000-0000-0000-000000000000',
    'the word example amid random ones': 'aa_k_' + 'EXAMPLE' + tokens.api_key('amid')[5:41],
    'mostly masked': tokens.api_key('masked')[:14] + 'x' * 34,
    'dictionary words with underscores': 'aa_live_session_count_total',
    'dictionary words with hyphens': 'aa_live_viewers-of-the-season',
    'a metric': 'aa_live_share_link_created_total',
    'a name in camel case': 'aa_live_regionAnnouncementController',
    'words run together': 'aa_live_thisisnotarealtoken',
    'two letters in disorder': 'aa_live_abbabaababbaabbabaab',
    'too short': 'aa_k_short',
    'the prefix alone': 'aa_live_',
    'no prefix, a sentence': 'this-is-not-a-token-at-all',
}

GENUINE = {
    'an API key': tokens.api_key('genuine'),
    'an agent token': tokens.agent_token('genuine'),
    'a claim token': tokens.claim_token('genuine'),
    'the shortest documented key': tokens.documented_key('genuine', 16),
    'a long documented key': tokens.documented_key('genuine', 64),
    'a hex key': tokens.hex_key('genuine', 16),
    'a long hex key': tokens.hex_key('genuine', 64),
    'a session': tokens.session('genuine'),
    'a key that happens to begin with a short word': 'aa_k_art_' + tokens.api_key('word')[9:],
    'a key with a word of four letters in it': tokens.api_key('four')[:20]
    + 'test'
    + tokens.api_key('four')[24:],
}


@pytest.mark.parametrize('name', MADE_UP)
def test_made_up(name: str) -> None:
    assert is_placeholder(MADE_UP[name])


@pytest.mark.parametrize('name', GENUINE)
def test_genuine(name: str) -> None:
    assert not is_placeholder(GENUINE[name])


NO_LITERALS = {
    'nothing': '',
    'spaces': '   ',
    'a flag': 'true',
    'a word': 'changeme',
    'too short for a token': 'hunter2',
    'a bracketed name': '<your token here>',
    'a shell variable': '$ARTIFACTS_DEPLOY_TOKEN',
    'a shell variable in braces': '${ARTIFACTS_DEPLOY_TOKEN}',
    'a shell variable with a default': '${ARTIFACTS_DEPLOY_TOKEN:-}',
    'a command': '$(cat /run/secrets/artifacts-token)',
    'a command in back quotes': '`cat /run/secrets/artifacts-token`',
    'an expression of GitHub': '${{ secrets.ARTIFACTS_TOKEN }}',
    'a template': '{{ vault_artifacts_token_value }}',
    'a variable of Azure': '$(ArtifactsDeployToken)',
    'a variable of cmd': '%ARTIFACTS_DEPLOY_TOKEN%',
    'a delayed variable of cmd': '!ARTIFACTS_DEPLOY_TOKEN!',
    'a variable within a text': 'prefix-$ARTIFACTS_TOKEN-suffix',
    'stars': '*' * 20,
    'dots': '................',
    'a masked value': '••••••••••••••••••••',
    'a shouted sentence': 'NO_NEED_TO_BE_VALID',
    'a path': '/run/secrets/artifacts-deploy-token',
    'a path in the home': '~/.config/artifacts/token.txt',
    'a URL': 'https://vault.example/v1/secret/artifacts',
    'a reference to 1Password': 'op://deploy/agent-artifacts/credential',
    'a parameter': 'ssm:/deploy/artifacts/token/value',
    'an encrypted value': 'ENC[AES256_GCM,data:p673w==,iv:YY=,type:str]',
    'a sentence': 'ask the platform team for one',
    'an environment lookup': 'process.env.ARTIFACTS_DEPLOY_TOKEN',
    'a placeholder with a prefix': 'aa_live_YOUR_KEY_HERE',
}


@pytest.mark.parametrize('name', NO_LITERALS)
def test_no_literal(name: str) -> None:
    assert is_reference_or_placeholder(NO_LITERALS[name])


LITERALS = {
    **GENUINE,
    'a session with a space around': f' {tokens.session("spaced")} ',
    'a JSON web token': '.'.join(tokens.session(part, 40) for part in ('head', 'claims', 'mark')),
    'base64 with padding': tokens.session('padded', 42) + '==',
    'one with a dollar sign before a digit': tokens.session('dollar', 20) + '$5' + tokens.session('more', 10),
    'one with a percent sign': tokens.session('percent', 20) + '%' + tokens.session('more', 10),
}


@pytest.mark.parametrize('name', LITERALS)
def test_literal(name: str) -> None:
    assert not is_reference_or_placeholder(LITERALS[name])
