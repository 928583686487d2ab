"""The tokens of the tests are what they say: of valid form, always the same, and no placeholders."""

from __future__ import annotations

import pytest

from artifacts_guard.credentials.formats import family_of
from artifacts_guard.credentials.placeholder import is_placeholder
from tests import tokens

MAKERS = [
    tokens.api_key,
    tokens.agent_token,
    tokens.claim_token,
    tokens.documented_key,
    tokens.hex_key,
    tokens.session,
]


@pytest.mark.parametrize('make', MAKERS)
def test_the_same_for_the_same_seed_and_another_for_another(make: tokens.Callable[[str], str]) -> None:
    made = [make(str(seed)) for seed in range(300)]

    assert made == [make(str(seed)) for seed in range(300)]
    assert len(set(made)) == len(made)
    assert not any(map(is_placeholder, made))


@pytest.mark.parametrize('make', MAKERS[:-1])
def test_of_a_family_and_canonical(make: tokens.Callable[[str], str]) -> None:
    for seed in range(100):
        token = make(str(seed))
        family = family_of(token)
        assert family is not None
        assert family.canonical(token[len(family.prefix) :])


def test_lengths() -> None:
    assert len(tokens.api_key('x')) == 48
    for length in (16, 20, 64):
        assert len(tokens.documented_key('x', length)) == len('aa_live_') + length
        assert len(tokens.hex_key('x', length)) == len('aa_live_') + length
        assert len(tokens.session('x', length)) == length
