"""The table of families."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artifacts_guard.credentials import formats
from tests import tokens

MADE: dict[str, Callable[[str], str]] = {
    'api-key': tokens.api_key,
    'documented-key': tokens.documented_key,
    'agent-token': tokens.agent_token,
    'claim-token': tokens.claim_token,
}


@pytest.mark.parametrize('name', MADE)
def test_a_token_is_of_its_family(name: str) -> None:
    family = formats.family_of(MADE[name]('formats'))

    assert family is not None
    assert family.name == name


@pytest.mark.parametrize('name', ['api-key', 'agent-token', 'claim-token'])
def test_an_issued_token_of_another_length_is_of_none(name: str) -> None:
    token = MADE[name]('formats')

    assert formats.family_of(token[:-1]) is None
    assert formats.family_of(token + 'A') is None


@pytest.mark.parametrize(
    'text',
    ['', 'aa_k_', 'aa_live_', 'AA_K_', 'aa_live_short', 'aa_x_' + 'b' * 43, 'aa_k_' + 'b' * 42 + '.'],
)
def test_what_is_of_no_family(text: str) -> None:
    assert formats.family_of(text) is None


def test_a_documented_key_has_no_exact_length() -> None:
    for length in (16, 17, 43, 44, 200):
        family = formats.family_of(tokens.documented_key('formats', length))
        assert family == formats.DOCUMENTED_KEY


def test_only_sixteen_characters_end_32_bytes() -> None:
    ends = {tokens.api_key(str(seed))[-1] for seed in range(400)}

    assert ends == set(formats.CANONICAL_ENDS)


def test_a_secret_shows_its_prefix_and_a_fingerprint() -> None:
    token = tokens.api_key('shown')
    shown = str(formats.secret(token))

    assert shown.startswith('aa_k_…#')
    assert len(shown) == len('aa_k_…#9f3c')
    assert token[5:] not in repr(formats.secret(token))


def test_a_session_shows_no_prefix() -> None:
    assert str(formats.secret(tokens.session('shown'))).startswith('…#')
