"""The placeholder test keeps its promise: fewer than one genuine key in 100,000 is taken for made up."""

from __future__ import annotations

import itertools
import random
import uuid
from math import log2

import pytest

from artifacts_guard.credentials import letters
from artifacts_guard.credentials import randomness
from artifacts_guard.credentials.formats import BODY

ALNUM = BODY[:-2]
ALPHABETS = {
    'base64url': BODY,
    'alphanumeric': ALNUM,
    'hex': '0123456789abcdef',
    'lower-case letters and digits': 'abcdefghijklmnopqrstuvwxyz0123456789',
}
LENGTHS = (16, 20, 24, 32, 43)
SAMPLES = 200_000


@pytest.mark.parametrize('name', ['base64url', 'alphanumeric', 'hex'])
def test_genuine_bodies_are_kept(name: str) -> None:
    """200,000 of each alphabet, shared out over the lengths.

    At the budget of 1e-5 two are to be expected; ten or more would happen once in 20,000 such tests.
    Few come near: the tests that bind the bits are below.
    """
    drawn = random.Random(f'genuine {name}')
    lost = 0
    for length in LENGTHS:
        for _ in range(SAMPLES // len(LENGTHS)):
            lost += randomness.predictable(''.join(drawn.choices(ALPHABETS[name], k=length)))
    assert lost < 10


@pytest.mark.parametrize('name', ALPHABETS)
def test_genuine_bodies_are_far_from_the_limit(name: str) -> None:
    """The bits saved on random bodies stay below the limit by about the bits that name a code."""
    drawn = random.Random(f'far {name}')
    bodies = [''.join(drawn.choices(ALPHABETS[name], k=length)) for length in LENGTHS for _ in range(200)]
    saved = [randomness.saved_bits(body, randomness.alphabet_size(body)) for body in bodies]

    assert max(saved) < randomness.SAVED_BITS
    assert sorted(saved)[len(saved) // 2] < 0


def test_uuids_are_kept() -> None:
    drawn = random.Random(4)
    assert not any(
        randomness.predictable(str(uuid.UUID(int=drawn.getrandbits(128), version=4))) for _ in range(2000)
    )


@pytest.mark.parametrize('alphabet', ['ab', '01', 'aB1_', 'abc12', 'xyz-'])
@pytest.mark.parametrize('length', [4, 5])
def test_the_codes_promise_no_more_than_one(alphabet: str, length: int) -> None:
    """Kraft's inequality, added up over all bodies: so no code saves b bits on more than 2^-b of them.

    Over part of the characters that a code knows, the sum can only be smaller than over all.
    """
    size = len(alphabet)
    total = {'words': 0.0, 'examples': 0.0, 'near 1': 0.0, 'near 2': 0.0, 'far 3': 0.0}
    for body in map(''.join, itertools.product(alphabet, repeat=length)):
        bits = {
            'words': randomness.words_bits(body, randomness._kinds(body)),
            'examples': randomness.examples_bits(body, size),
            'near 1': randomness.near_bits(body, size, 1),
            'near 2': randomness.near_bits(body, size, 2),
            'far 3': randomness.far_bits(length, sum(a == b for a, b in zip(body, body[3:])), size, 3),
        }
        for name, value in bits.items():
            total[name] += 2**-value
    assert {name: value for name, value in total.items() if value > 1 + 1e-9} == {}


def test_the_words_code_promises_no_more_than_one_for_a_next_character() -> None:
    """After any beginning, over all characters that can follow."""
    following = [chr(code) for code in range(32, 127)]
    for begun in ('a', 'Th', 'key_', 'v2', 'x.', 'aQ9'):
        before = randomness.words_bits(begun, randomness._kinds(begun))
        total = sum(
            2 ** (before - randomness.words_bits(begun + char, randomness._kinds(begun + char)))
            for char in following
        )
        assert total <= 1


def test_no_row_of_the_letters_promises_more_than_one() -> None:
    for row in (letters.FIRST, *letters.NEXT):
        assert len(row) == 26
        assert sum(2 ** (-letters.QUARTERS.index(char) / 4) for char in row) <= 1


def test_the_names_of_the_codes_promise_no_more_than_one() -> None:
    names = [randomness._NAME_WORDS, randomness._NAME_EXAMPLES, *randomness._NAME_NEAR.values()]
    names += [randomness._NAME_FAR] * len(range(3, randomness.LOOKED_AT // 2 + 1))

    assert sum(2.0**-bits for bits in names) <= 1


def test_sixty_four_words_can_be_named_in_six_bits() -> None:
    assert len(letters.EXAMPLE_WORDS) <= 64
    assert len(set(letters.EXAMPLE_WORDS)) == len(letters.EXAMPLE_WORDS)
    assert all(word == word.lower() for word in letters.EXAMPLE_WORDS)


def test_the_two_budgets_together_are_below_one_in_a_hundred_thousand() -> None:
    assert 2.0**-randomness.SAVED_BITS + 2.0**-randomness.FEW_BITS < 1e-5


def exactly_few(length: int, size: int, most: int) -> float:
    """The probability that a random body has at most so many different characters."""
    chances = [1.0]
    for _ in range(length):
        after = [0.0] * (len(chances) + 1)
        for different, chance in enumerate(chances):
            after[different] += chance * different / size
            after[different + 1] += chance * (size - different) / size
        chances = after
    return sum(chances[: most + 1])


@pytest.mark.parametrize('size', [10, 16, 36, 62, 64])
@pytest.mark.parametrize('length', [16, 24, 32, 43, 64])
def test_too_few_characters_are_rarer_than_their_budget(length: int, size: int) -> None:
    alphabet = [chr(0x100 + code) for code in range(size)]
    few = [
        different
        for different in range(1, min(size, length))
        if randomness.few_characters(
            ''.join(itertools.islice(itertools.cycle(alphabet[:different]), length)), size
        )
    ]

    assert exactly_few(length, size, max(few, default=0)) < 2.0**-randomness.FEW_BITS


def test_thresholds_for_bodies_of_43_are_as_strict_as_measured_ones() -> None:
    """Measured on genuine bodies: 18 different characters or fewer come up in 1.2e-9 of them."""
    assert exactly_few(43, 64, 18) == pytest.approx(1.2e-9, rel=0.1)
    assert randomness.few_characters((BODY[:18] * 3)[:43], 64)
    assert not randomness.few_characters((BODY[:21] * 3)[:43], 64)


@pytest.mark.parametrize(
    ('body', 'size'),
    [
        ('0' * 16, 10),
        ('0a' * 8, 16),
        ('0A' * 8, 16),
        ('0g' * 8, 36),
        ('0G' * 8, 36),
        ('0gG' * 6, 62),
        ('0gG_' * 4, 64),
        ('a b', 95),
    ],
)
def test_the_alphabet_is_the_smallest_usual_one(body: str, size: int) -> None:
    assert randomness.alphabet_size(body) == size


def test_saved_bits_count_from_a_random_body() -> None:
    """One character said 32 times costs little more than once."""
    assert randomness.saved_bits('x' * 32, 64) > 32 * log2(64) - 30
