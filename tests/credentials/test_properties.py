"""Properties over generated texts: nothing raises, planted tokens are found in place, neighbours are not."""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.credentials import gate
from artifacts_guard.credentials.archives import search_bytes
from artifacts_guard.credentials.find import search
from artifacts_guard.credentials.find import tokens_in_name
from artifacts_guard.credentials.placeholder import is_placeholder
from artifacts_guard.credentials.placeholder import is_reference_or_placeholder
from artifacts_guard.text import Document
from tests import tokens
from tests.credentials.written import ENCODINGS
from tests.credentials.written import JOINS

BRISK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)

# pieces of which tokens, their encodings and what breaks them are made
PIECES = st.sampled_from([
    'aa_', 'k_', 'live_', 'at_', 'claim_', 'A' * 43, 'x', '"', "'", '`', '\\', '\\n', '\n', '\r\n', ' ', '+', '%5F', '%61', '\\u0061',
    '\\u005f', '\\x5f', '&#95;', '&#97;', '=5F', '=\n', 'YWFf', 'FhX2', 'hYV9', 'H4sI', '61615f', '\0', '\u200b', '\x1b[0m', '>', '>-',
    ': ', '...', '_', '-', '-->', 'é', '密', '\ud800', '😀', '\ufeff', 'WVdGZ', 'aa%', '[', '=', '==', 'AGENT_ARTIFACTS_TOKEN=',
])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(''.join))
MAKERS = st.sampled_from([tokens.api_key, tokens.agent_token, tokens.claim_token, tokens.documented_key])
SEEDS = st.integers(0, 400).map(str)
# what may stand around: no character that could belong to the token or its encoding
AROUND = st.text(st.sampled_from(' \t\n;,:(){}[]<>|!?*$ö密'), max_size=30)


@BRISK
@given(TEXTS)
@example('\ud800aa_k_' + 'A' * 43)
def test_no_text_raises(text: str) -> None:
    document = Document('x', text)
    for token in search(document).tokens:
        assert 0 <= token.span.start < token.span.end <= len(text)
        assert gate.may_hold_token(text.encode('utf-8', 'replace'))
    tokens_in_name(text)
    is_placeholder(text)
    is_reference_or_placeholder(text)


@BRISK
@given(st.one_of(st.binary(max_size=300), TEXTS.map(lambda text: text.encode('utf-16-le', 'replace'))))
@example(b'PK\x03\x04')
@example(b'\x1f\x8b\x08')
@example(b'BZh9')
@example(b'\xfd7zXZ\0')
@example(b'\0' * 257 + b'ustar' + b'\0' * 250)
def test_no_bytes_raise(data: bytes) -> None:
    search_bytes('x', data)
    gate.may_matter(data)
    gate.is_archive(data)


@BRISK
@given(MAKERS, SEEDS, st.sampled_from(sorted(ENCODINGS)), AROUND, AROUND)
def test_a_planted_token_is_found_in_its_place(
    make: tokens.Callable[[str], str], seed: str, form: str, before: str, after: str
) -> None:
    token = make(seed)
    name, write = ENCODINGS[form]
    text = f'{before} {write(token)}\n{after}'
    found = search(Document('x', text)).tokens

    assert [(one.secret.reveal(), one.encoding, one.span.start) for one in found] == [
        (token, name, len(before) + 1)
    ]


@BRISK
@given(SEEDS, st.sampled_from(sorted(JOINS)), st.integers(3, 47), AROUND, AROUND)
def test_a_broken_token_is_found_in_its_place(seed: str, join: str, at: int, before: str, after: str) -> None:
    token = tokens.api_key(seed)
    text = f'{before} {token[:at]}{JOINS[join]}{token[at:]}\n{after}'
    found = search(Document('x', text)).tokens

    assert [(one.secret.reveal(), one.encoding, one.span.start) for one in found] == [
        (token, 'joined', len(before) + 1)
    ]
    assert ''.join(text[part.start : part.end] for one in found for part in one.parts) == token


@BRISK
@given(SEEDS, st.sampled_from(sorted(ENCODINGS)), st.sampled_from([42, 44, 45]), AROUND, AROUND)
def test_a_neighbour_of_another_length_is_not_found(
    seed: str, form: str, length: int, before: str, after: str
) -> None:
    token = (tokens.api_key(seed) + tokens.session(seed, 8))[: length + 5]

    assert search(Document('x', f'{before} {ENCODINGS[form][1](token)} {after}')).tokens == ()


@BRISK
@given(MAKERS, SEEDS, TEXTS)
def test_nothing_of_a_token_is_in_what_is_shown(
    make: tokens.Callable[[str], str], seed: str, text: str
) -> None:
    token = make(seed)
    result = search(Document('x', f'{text} {token} '))
    shown = repr(result) + str(result) + ''.join(one.doubt for one in result.tokens)

    assert token[token.index('_', 3) + 1 :] not in shown
