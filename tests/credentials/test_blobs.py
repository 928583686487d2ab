"""Texts encoded as a whole: wrapped, indented, in the middle of other things, damaged, large."""

from __future__ import annotations

import base64
import gzip
import json
import textwrap

import pytest

from artifacts_guard.credentials.find import search
from artifacts_guard.text import Document
from tests import tokens
from tests.credentials.support import Seen
from tests.credentials.support import only
from tests.credentials.support import seen
from tests.credentials.support import values
from tests.credentials.written import in_base64
from tests.credentials.written import in_gzip_base64
from tests.credentials.written import in_hex

KEY = tokens.api_key('blobs')


def prose(seed: str, lines: int) -> str:
    return '\n'.join(f'line {number}: {tokens.session(f"{seed} {number}", 20)}' for number in range(lines))


@pytest.mark.parametrize('width', [60, 64, 76])
@pytest.mark.parametrize('indent', ['', '    ', '\t', '# ', '// '])
@pytest.mark.parametrize('form', ['base64', 'gzip', 'hex'])
def test_wrapped_at_equal_widths(form: str, indent: str, width: int) -> None:
    # what the gate looks for, the encoded form of `aa_`, must not fall on a line's end
    lead = {('base64', 64): 'A_', ('hex', 60): 'A_'}.get((form, width), '')
    content = f'{prose("before", 8)}\n{lead}TOKEN={KEY}\n{prose("after", 8)}\n'
    written = {
        'base64': in_base64(content),
        'gzip': base64.b64encode(gzip.compress(content.encode(), mtime=0)).decode(),
        'hex': in_hex(content),
    }[form]
    text = 'data:\n' + textwrap.indent('\n'.join(textwrap.wrap(written, width)), indent) + '\nend\n'
    token = only(text)

    assert token.secret.reveal() == KEY
    assert Document('', text).position(token.span.start).line == 2
    assert token.span.start == text.index(written[:20])


def test_wrapped_with_the_first_line_behind_a_key() -> None:
    written = in_gzip_base64(f'{KEY}\n{prose("more", 4)}')
    text = f'content: {written[:60]}\n  ' + '\n  '.join(textwrap.wrap(written[60:], 76))

    assert seen(text) == [Seen(KEY, 'gzip+base64', 1, 10)]


@pytest.mark.parametrize('end', ['\\n', '\\r\\n', '\\\\n'])
def test_wrapped_in_a_string(end: str) -> None:
    written = in_base64(f'{prose("before", 4)}\nTOKEN={KEY}\n')
    text = '{"a": 1,\n "b": "' + end.join(textwrap.wrap(written, 64)) + '"}'

    assert seen(text) == [Seen(KEY, 'base64', 2, 8)]


def test_a_word_below_is_no_part_of_it() -> None:
    for word in ('done', 'x', 'end-of-file'):
        assert seen(f'one\n{in_base64(KEY)}\n{word}\n') == [Seen(KEY, 'base64', 2, 1)]


def test_a_rule_above_is_no_part_of_it() -> None:
    assert seen(f'{"-" * 64}\n{in_base64(KEY)}\n') == [Seen(KEY, 'base64', 2, 1)]


def test_a_header() -> None:
    for user in ('', 'ci', 'ci-1', 'ci-12', 'deploy@example'):
        text = f'Authorization: Basic {in_base64(f"{user}:{KEY}")}'
        assert seen(text) == [Seen(KEY, 'base64', 1, 22)]


def test_a_secret_of_kubernetes_with_a_docker_configuration() -> None:
    configuration = json.dumps({'auths': {'registry.example': {'auth': in_base64(f'ci:{KEY}')}}})
    text = f'kind: Secret\ndata:\n  .dockerconfigjson: {in_base64(configuration)}\n'

    assert seen(text) == [Seen(KEY, 'base64+base64', 3, 22)]


def test_a_release_of_helm() -> None:
    release = in_base64(in_gzip_base64(f'{{"manifest": "{KEY}"}}'))

    assert [found.value for found in seen(f'data:\n  release: {release}\n')] == [KEY]


def test_binary_tag_of_yaml() -> None:
    assert seen(f'key: !!binary |\n  {in_base64(KEY)}\n') == [Seen(KEY, 'base64', 2, 3)]


def test_a_data_url() -> None:
    text = f'url: data:text/plain;base64,{in_base64(KEY)}'

    assert seen(text) == [Seen(KEY, 'base64', 1, 29)]


def test_percent_encoded_padding_around() -> None:
    assert values(f'?auth%3D{in_base64(KEY)}%3D%3D&x=1') == [KEY]


NONE = {
    'base64 of other things': in_base64('nothing to see here, just a sentence of some length'),
    'a stem alone': 'YWFf FhX2 hYV9 61615f H4sI SDRzS',
    'a truncated one': in_base64(KEY)[:50],
    'a truncated gzip header': 'H4sIAAAAAAAA/' + 'A' * 60,
    'a damaged gzip': in_gzip_base64(KEY)[:20] + '////' + in_gzip_base64(KEY)[24:],
    'an integrity': 'sha512-' + 'YWFf' + tokens.session('integrity', 82) + '==',
    'a hash': '61615f' + '0' * 58,
    'a session token in base64': in_base64(tokens.session('x', 60)),
}


@pytest.mark.parametrize('name', NONE)
def test_not_found(name: str) -> None:
    assert values(NONE[name]) == []


def test_a_gzip_bomb_is_cut() -> None:
    bomb = base64.b64encode(gzip.compress(b'aa_' * 40_000_000, 9, mtime=0)).decode()

    assert search(Document('', bomb)).tokens == ()


def test_too_much_encoded_text_is_said() -> None:
    many = '\n'.join(
        base64.b64encode(gzip.compress(b'aa_k ' * 200_000, 9, mtime=0)).decode() for _ in range(8)
    )

    assert search(Document('', many)).notes == ('too much encoded text: the rest of it was not decoded',)


def test_a_token_in_plain_and_encoded_form_is_found_twice() -> None:
    assert [found.encoding for found in seen(f'{KEY}\n{in_base64(KEY)}\n{in_hex(KEY)}')] == [
        'plain',
        'base64',
        'hex',
    ]
