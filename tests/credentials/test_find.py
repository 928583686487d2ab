"""Tokens in plain form: what stands left and right of them, how often, and how sure."""

from __future__ import annotations

import pytest

from artifacts_guard.credentials.find import search
from artifacts_guard.credentials.find import tokens_in_name
from artifacts_guard.text import Document
from artifacts_guard.text import Span
from tests import tokens
from tests.credentials.support import Seen
from tests.credentials.support import only
from tests.credentials.support import seen
from tests.credentials.support import values

KEY = tokens.api_key('find')
OTHER = tokens.agent_token('find')
DOCUMENTED = tokens.documented_key('find')
SHORT = tokens.documented_key('find', 16)
ESC = '\x1b'

LEFT = {
    'nothing': '',
    'a space': 'x ',
    'an equals sign': 'TOKEN=',
    'a quote': '"',
    'a colon': 'ci:',
    'a slash': 'https://x.example/',
    'an at sign': '@',
    'a line feed in a JSON string': '{"log":"line\\n',
    'a tab in a JSON string in a JSON string': '\\\\t',
    'a coded line feed': '\\u000a',
    'a coded quote': '\\x22',
    'an octal line feed': '\\012',
    'a colour': f'{ESC}[31m',
    'a colour, coded': '\\u001b[1;31m',
    'a colour, coded in octal': '\\033[0m',
    'a colour that lost its ESC': '[31m',
    'an erased line': f'{ESC}[0K',
    'a percent-encoded line feed': 'x%0A',
    'a percent-encoded colon': 'ci%3A',
    'a percent-encoded one, encoded again': 'ci%253A',
    'an equals sign in quoted-printable': 'token=3D',
    'a shouted name': 'TOKEN_',
    'a hyphen and a space before it': ' -',
    'emphasis': '**',
    'a Chinese character': '密钥',
    'a NUL': '\0',
}
RIGHT = [
    '',
    ' ',
    '"',
    '.',
    ',',
    ')',
    '\\n',
    '\\u001b[0m',
    f'{ESC}[0m',
    '%0D',
    '=',
    '/',
    '@host',
    '&amp;',
    '\n',
    '\0',
    '…',
]


@pytest.mark.parametrize('left', LEFT)
@pytest.mark.parametrize(
    'token', [KEY, OTHER, DOCUMENTED, SHORT], ids=['api key', 'agent token', 'documented', 'short']
)
def test_found_behind(left: str, token: str) -> None:
    text = f'first line\n{LEFT[left]}{token}'
    line = text.count('\n', 0, text.rindex(token)) + 1

    assert seen(text) == [Seen(token, 'plain', line, text.rindex(token) - text.rindex('\n'))]


@pytest.mark.parametrize('right', RIGHT)
@pytest.mark.parametrize('token', [KEY, OTHER], ids=['api key', 'agent token'])
def test_found_in_front_of(right: str, token: str) -> None:
    assert values(f'x {token}{right}') == [token]


NOT_LEFT = ['nca', 'no', 'w', '2', 'É', 'Ж', '\\\\u0061b', 'hip']


@pytest.mark.parametrize('left', NOT_LEFT)
def test_no_documented_key_in_the_middle_of_a_word(left: str) -> None:
    assert values(f'x {left}{DOCUMENTED}') == []


@pytest.mark.parametrize('left', ['x', '9', 'Ms', 'É'])
def test_an_issued_token_behind_a_letter_needs_the_right_length_and_end(left: str) -> None:
    token = only(f'{left}{KEY} ')

    assert token.confidence == 'medium'
    assert values(f'{left}{KEY[:-1]}B') == []
    assert values(f'{left}{KEY[:-1]}') == []


LOOKALIKES = {
    'one character too many': KEY + 'A',
    'one too few': KEY[:-1],
    'one too many, with a hyphen in the end': KEY + '-',
    'a long run': KEY + '0123456789',
    'capital letters before': 'A' + KEY[1:],
    'all in capitals': KEY.upper(),
    'a field of C#': 'private readonly string Msaa_k__BackingField_for_the_renderer_of_tiles;',
    'a file': 'ncaa_live_log_of_the_2026_season.csv',
    'a table': 'hipaa_claim_boundary_conditions_of_the_insurer',
    'a constant': 'FAA_LIVE_FETCH_TIMEOUT_MILLISECONDS_DEFAULT',
    'a mangled name': '?Load@@QEAA_K_K0@Z_and_all_of_its_overloads_too',
    'a pattern': r'aa_(?:live|k|at|claim)_[A-Za-z0-9_-]{16,}',
    'a pattern of one family': r'\baa_k_[A-Za-z0-9_-]{43}\b',
    'a template literal': '`aa_live_${id}`',
    'a call': '"aa_k_" + secrets.token_urlsafe(32)',
    'an f-string': 'f"aa_at_{secrets.token_urlsafe(32)}"',
    'a repeated character': '"aa_k_" + "r" * 43',
    'a list of prefixes': '("aa_live_", "aa_k_", "aa_at_", "aa_claim_")',
    'metrics': 'aa_live_viewers\naa_live_session_count\naa_k_total\naa_at_rest_bytes',
    'a data attribute': '[data-aa_live_region]',
    'a key elided after 16 characters': SHORT + '...',
    'a key elided with an ellipsis': SHORT + '…',
    'a key masked after 16 characters': SHORT + '****',
    'an ignored placeholder': 'aa_live_1234567890abcdef',
    'a shell test': '[[ "$token" != aa_k_* ]]',
    'another family': 'aa_sk_' + KEY[5:],
}


@pytest.mark.parametrize('name', LOOKALIKES)
def test_not_found(name: str) -> None:
    assert values(f'{LOOKALIKES[name]}\n') == []


def test_a_whole_key_before_an_ellipsis_is_found() -> None:
    assert values(f'{KEY}...') == [KEY]
    assert values(f'{tokens.documented_key("long", 40)}…') == [tokens.documented_key('long', 40)]


@pytest.mark.parametrize('word', ['EXAMPLE ', '# example: ', 'test_token = "', 'dummy=', 'fake: '])
def test_a_word_beside_a_real_token_does_not_hide_it(word: str) -> None:
    assert values(word + KEY) == [KEY]


@pytest.mark.parametrize(
    ('left', 'right'),
    [('_', '_'), ('__', '__'), ('*', '*'), ('**', '**'), ('<!-- ', '-->'), ('<!-- ', ' -->')],
)
def test_emphasis_and_comments_are_no_part_of_a_token(left: str, right: str) -> None:
    for token in (KEY, DOCUMENTED):
        assert values(f'the key {left}{token}{right} here') == [token]


def test_several_on_a_line_and_once_per_occurrence() -> None:
    text = f'"{KEY}","{OTHER}"\n{KEY} {KEY}'

    assert seen(text) == [
        Seen(KEY, 'plain', 1, 2),
        Seen(OTHER, 'plain', 1, 53),
        Seen(KEY, 'plain', 2, 1),
        Seen(KEY, 'plain', 2, 50),
    ]


def test_the_span_is_that_of_the_token() -> None:
    document = Document('x', f'é😀\r\n  {KEY};\r\n')
    (token,) = search(document).tokens

    assert document.text[token.span.start : token.span.end] == KEY
    assert document.position(token.span.start).line == 2
    assert token.family == 'api-key'
    assert str(token.secret).startswith('aa_k_…#')
    assert token.parts == ()


def test_ten_thousand_times() -> None:
    assert len(values(f'{KEY}\n' * 10_000)) == 10_000


def test_a_last_character_that_32_bytes_cannot_end_in_is_doubted() -> None:
    token = only(f'x {KEY[:-1]}B')

    assert token.confidence == 'low'
    assert 'last character' in token.doubt


def test_a_documented_key_is_sure_only_beside_our_own_name() -> None:
    assert only(f'key: {DOCUMENTED}').confidence == 'medium'
    assert only(f'AGENT_ARTIFACTS_TOKEN={DOCUMENTED}').confidence == 'high'
    assert only(f'key: {KEY}').confidence == 'high'


def test_in_a_name() -> None:
    (token,) = tokens_in_name(f'backup/{KEY}.txt')

    assert token.span == Span(7, 55)
    assert tokens_in_name('refs/heads/aa_live_region') == []


def test_nothing_of_a_body_is_in_what_a_token_shows() -> None:
    shown = repr(only(f'x {KEY}'))

    assert KEY[5:] not in shown
    assert 'aa_k_…#' in shown


@pytest.mark.parametrize('encoding', ['utf-16', 'utf-16-le', 'utf-32-be'])
def test_a_plain_token_of_wide_text_says_so(encoding: str) -> None:
    (token,) = search(Document('x', f'x {KEY}', encoding=encoding)).tokens

    assert token.encoding == encoding[:6]
