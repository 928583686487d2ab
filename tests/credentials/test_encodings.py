"""Tokens in every encoding, wherever they stand; and their neighbours of another length, which are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artifacts_guard.credentials import encodings
from artifacts_guard.credentials.gate import LITERALS
from tests import tokens
from tests.credentials.support import Seen
from tests.credentials.support import only
from tests.credentials.support import seen
from tests.credentials.support import values
from tests.credentials.written import AS_A_WHOLE
from tests.credentials.written import BY_CHARACTER
from tests.credentials.written import ENCODINGS

MAKERS = [tokens.api_key, tokens.agent_token, tokens.claim_token, tokens.documented_key]
NAMES = ['api key', 'agent token', 'claim token', 'documented key']


def with_both_separators(make: Callable[[str], str]) -> str:
    """A token in whose body both separators come up, as far as the family has any."""
    wanted = (
        token for token in (make(f'both {seed}') for seed in range(500)) if {'-', '_'} <= set(token[9:])
    )
    return next(wanted, make('both'))


@pytest.mark.parametrize('make', MAKERS, ids=NAMES)
@pytest.mark.parametrize('form', ENCODINGS)
def test_found_where_the_encoded_text_starts(form: str, make: Callable[[str], str]) -> None:
    token = with_both_separators(make)
    name, write = ENCODINGS[form]

    assert seen(f'one\n  key: "{write(token)}"\nthree') == [Seen(token, name, 2, 9)]


@pytest.mark.parametrize('form', ENCODINGS)
@pytest.mark.parametrize(
    'before', ['', '\n', 'x y=', '"', "'", '(', ': ', '>', '[', '\t', '密钥', '\\n', '%3D', '%20']
)
def test_found_behind(form: str, before: str) -> None:
    token = tokens.api_key(f'{form} behind')
    name, write = ENCODINGS[form]

    assert [(found.value, found.encoding) for found in seen(before + write(token))] == [(token, name)]


@pytest.mark.parametrize('form', ENCODINGS)
@pytest.mark.parametrize(
    'after', ['', '\n', ' ', '"', "'", ')', ',', '\\n', '%0A', '\r\n', '\n  next: line\n', ';']
)
def test_found_in_front_of(form: str, after: str) -> None:
    token = tokens.api_key(f'{form} in front')
    name, write = ENCODINGS[form]

    assert [(found.value, found.encoding) for found in seen('x ' + write(token) + after)] == [(token, name)]


@pytest.mark.parametrize('form', ENCODINGS)
@pytest.mark.parametrize('padding', ['', 'a', 'ab', 'abc', 'ci:', 'user: '])
def test_found_at_every_alignment(form: str, padding: str) -> None:
    """Encoded together with what stands before: `ci:TOKEN` in a Basic header."""
    token = tokens.api_key(f'{form} aligned')
    name, write = ENCODINGS[form]

    assert [(found.value, found.encoding) for found in seen(f'Basic {write(padding + token)}')] == [
        (token, name)
    ]


@pytest.mark.parametrize('form', ENCODINGS)
@pytest.mark.parametrize('length', [42, 44, 50])
def test_an_issued_token_of_another_length_is_none(form: str, length: int) -> None:
    token = (tokens.api_key(f'{form} {length}') + tokens.session('longer', 10))[: length + 5]

    assert values(f'x {ENCODINGS[form][1](token)} y') == []


# forms in which every character is encoded, so that a letter before the token is as well
WHOLLY = [
    form for form, (_, write) in ENCODINGS.items() if 'aa' not in write('aa_k_') and 'a' not in write('aa')
]


@pytest.mark.parametrize('form', WHOLLY)
def test_no_documented_key_in_the_middle_of_an_encoded_word(form: str) -> None:
    assert values(f'x {ENCODINGS[form][1]("nc" + tokens.documented_key("word"))}') == []


@pytest.mark.parametrize('form', ENCODINGS)
def test_an_encoded_placeholder_is_none(form: str) -> None:
    for placeholder in ('aa_live_YOUR_KEY_HERE_PLEASE', 'aa_k_' + 'x' * 43):
        assert values(f'x {ENCODINGS[form][1](placeholder)}') == []


@pytest.mark.parametrize('form', BY_CHARACTER)
def test_the_span_covers_the_whole_encoded_token(form: str) -> None:
    written = BY_CHARACTER[form][1](tokens.api_key('span'))
    token = only(f'x {written} y')

    assert (token.span.start, token.span.end) == (2, 2 + len(written))


@pytest.mark.parametrize('form', AS_A_WHOLE)
def test_the_span_covers_the_whole_encoded_text(form: str) -> None:
    written = AS_A_WHOLE[form][1](tokens.api_key('span'))
    token = only(f'x {written} y')

    assert (token.span.start, token.span.end) == (2, 2 + len(written.rstrip('=')))


def test_both_of_two_in_one_encoded_text() -> None:
    first, second = tokens.api_key('two'), tokens.agent_token('two')
    written = ENCODINGS['base64'][1](f'A={first}\nB={second}\n')

    assert values(written) == [first, second]


def test_a_documented_key_in_base64_takes_its_vendor_from_either_side() -> None:
    write = ENCODINGS['base64'][1]
    token = tokens.documented_key('vendor')

    assert only(f'x: {write("ARMOR_API_KEY=" + token)}').foreign
    assert only(f'armor_api_key: {write(token)}').foreign
    assert not only(f'armor_api_key: {write("AGENT_ARTIFACTS_TOKEN=" + token)}').foreign


@pytest.mark.parametrize('escape', encodings.ESCAPES, ids=lambda escape: escape.encoding)
def test_every_beginning_of_an_escape_passes_the_gate(escape: encodings.Escape) -> None:
    literals = [literal.decode() for literal in LITERALS]

    assert [begun for begun in escape.beginnings() if not any(literal in begun for literal in literals)] == []


@pytest.mark.parametrize('escape', encodings.ESCAPES, ids=lambda escape: escape.encoding)
def test_every_beginning_of_an_escape_is_read(escape: encodings.Escape) -> None:
    """However the first three characters are written, the rest may be plain."""
    token = tokens.api_key('begun')
    form = encodings.escaped(escape.encoding)
    for begun in escape.beginnings():
        rest = {'5': 'F', '95': ';', '137': '', '{5': 'F}'}
        ends = ('', 'F', 'F;', ';', 'F}')
        assert any(
            (match := form.pattern.fullmatch(begun + end + token[3:])) and form.read(match[0]) == token
            for end in ends
        ), (begun, rest)


def test_mixed_plain_and_escaped_characters() -> None:
    token = with_both_separators(tokens.api_key)
    half = len(token) // 2
    for form in ('percent', '\\u escapes', '\\x escapes', 'decimal HTML entities'):
        name, write = BY_CHARACTER[form]
        assert seen(f'x {token[:half]}{write(token[half:])}') == [Seen(token, name, 1, 3)]
