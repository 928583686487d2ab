"""Keys that begin with aa_live_ beside other vendors' names."""

from __future__ import annotations

import pytest

from artifacts_guard.credentials.vendors import VENDORS
from tests import tokens
from tests.credentials.support import only

KEY = tokens.documented_key('vendors')

FOREIGN = {
    'its variable': f'ARMOR_API_URL=https://api.example\nARMOR_API_KEY={KEY}\n',
    'its variable in code': f'client = Client(os.environ.get("AGENTPUB_API_KEY", "{KEY}"))',
    'its command': f'anyapi login --api-key {KEY}',
    'its host': f'curl -H "X-Key: {KEY}" https://www.resolved.sh/v1',
    'its package above': f'from agentpub import AgentPub\n\nclient = AgentPub(\n    "{KEY}",\n)',
    'its host below': f'key: {KEY}\nurl: https://anomalyarmor.example\n',
    'its name in base64': f'agentauth: {KEY}',
}
OURS = {
    'nothing beside it': f'rotate on friday:\n  {KEY}\n',
    'our variable': f'AGENT_ARTIFACTS_TOKEN={KEY}',
    'our command': f'artifacts push --token {KEY}',
    'our host': f'curl -H "Authorization: Bearer {KEY}" https://hostartifacts.dev/api/profile/me',
    'both on a line': f'AGENTPUB_API_KEY={KEY} AGENT_ARTIFACTS_TOKEN={KEY[:9]}',
    'another vendor far away': 'ARMOR_API_KEY: {}\n' + '\n' * 8 + KEY,
    'a part of another word': f'charmor_apis {KEY}',
    'our variable, another vendor below': f'AGENT_ARTIFACTS_TOKEN={KEY}\nARMOR_API_KEY=\n',
}


@pytest.mark.parametrize('name', FOREIGN)
def test_foreign(name: str) -> None:
    token = only(FOREIGN[name])

    assert token.foreign
    assert token.confidence == 'low'
    assert token.vendor in token.doubt


@pytest.mark.parametrize('name', OURS)
def test_ours(name: str) -> None:
    assert not only(OURS[name]).foreign


def test_an_issued_token_is_never_foreign() -> None:
    assert not only(f'ARMOR_API_KEY={tokens.api_key("vendors")}').foreign


def test_marks_are_in_small_letters() -> None:
    assert all(mark == mark.lower() for vendor in VENDORS for mark in vendor.marks)
