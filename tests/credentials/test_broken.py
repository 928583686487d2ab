"""Tokens in parts: continued lines, adjacent literals, invisible characters; and what only looks so."""

from __future__ import annotations

import pytest

from tests import tokens
from tests.credentials.support import Seen
from tests.credentials.support import only
from tests.credentials.support import seen
from tests.credentials.support import values
from tests.credentials.written import JOINS

KEY = tokens.api_key('broken')
DOCUMENTED = tokens.documented_key('broken', 24)


@pytest.mark.parametrize('join', JOINS)
def test_an_issued_token_broken_anywhere(join: str) -> None:
    missed = [
        at
        for at in range(3, len(KEY))
        if seen(f'x\n  = "{KEY[:at]}{JOINS[join]}{KEY[at:]}"\n') != [Seen(KEY, 'joined', 2, 6)]
    ]
    assert missed == []


# behind an indented continuation a key of unknown length could as well have ended
SURE = [join for join in JOINS if 'indented' not in join]


@pytest.mark.parametrize('join', SURE)
def test_a_documented_key_broken_in_its_middle(join: str) -> None:
    missed = [
        at
        for at in range(3, len(DOCUMENTED))
        if values(f'x = "{DOCUMENTED[:at]}{JOINS[join]}{DOCUMENTED[at:]}"\n') != [DOCUMENTED]
    ]
    assert missed == []


@pytest.mark.parametrize('join', JOINS)
@pytest.mark.parametrize('length', [42, 44])
def test_of_another_length_is_none(join: str, length: int) -> None:
    token = (KEY + 'A')[: length + 5]

    assert values(f'"{token[:20]}{JOINS[join]}{token[20:]}"') == []


def test_in_three_parts_with_their_places() -> None:
    text = f"key = (\n  '{KEY[:9]}' +\n  '{KEY[9:30]}' +\n  '{KEY[30:]}')\n"
    token = only(text)

    assert [text[part.start : part.end] for part in token.parts] == [KEY[:9], KEY[9:30], KEY[30:]]
    assert (text[token.span.start : token.span.end][:9], token.span.end) == (KEY[:9], text.index("')"))


@pytest.mark.parametrize('quotes', ['"', "'", '""'])
def test_quotes_inside_a_word_of_a_shell(quotes: str) -> None:
    assert values(f'T={KEY[:20]}{quotes}{KEY[20:]}{quotes[0]}') == [KEY]


@pytest.mark.parametrize('wrap', ['\n', '\r\n', '\n    ', ' \n  ', '\n# ', '\n// ', '\n> '])
def test_an_issued_token_wrapped_over_lines(wrap: str) -> None:
    token = only(f'  x: >-\n    {KEY[:30]}{wrap}{KEY[30:]}\n  y: 1\n')

    assert token.secret.reveal() == KEY
    assert (token.encoding, token.confidence) == ('joined', 'medium')
    assert 'lines' in token.doubt


@pytest.mark.parametrize('indicator', ['>', '>-', '>+', '>2', '!!str >-', '&key >-'])
def test_a_documented_key_folded_by_yaml(indicator: str) -> None:
    text = f'key: {indicator}\n    {DOCUMENTED[:20]}\n    {DOCUMENTED[20:]}\nother: x\n'

    assert seen(text, 'secrets.yaml') == [Seen(DOCUMENTED, 'joined', 2, 5)]


APART = {
    'a documented key on lines that nothing folds': f'key:\n    {DOCUMENTED[:20]}\n    {DOCUMENTED[20:]}\n',
    'a literal block of YAML': f'key: |\n    {DOCUMENTED[:20]}\n    {DOCUMENTED[20:]}\n',
    'items of a list': f'["{KEY[:20]}", "{KEY[20:]}"]',
    'arguments of a call': f'concat("{KEY[:20]}", "{KEY[20:]}")',
    'words of a shell': f'echo {KEY[:20]} {KEY[20:]}',
    'lines of small letters': 'aa_k_first\nsecond_line_that_makes_it_long_enough__\n',
    'a prefix at the end of a line': f'prefix is aa_k_\n\n{KEY[5:]}\n',
    'a comparison': f'x == "{KEY[:20]}" == "{KEY[20:]}"',
}


@pytest.mark.parametrize('name', APART)
def test_what_stands_apart_is_not_joined(name: str) -> None:
    assert values(APART[name]) == []


COMPLETE = {
    'an option on the next line': f'artifacts push --token {DOCUMENTED} \\\n  --private',
    'an option on the next line, no space': f'artifacts push --token {DOCUMENTED}\\\n  --private',
    'another argument': f'printf %s "{DOCUMENTED}" "more"',
    'a variable added': f'x = "{DOCUMENTED}" + suffix',
    'the end of a JSON line': f'{{"a": "{DOCUMENTED}\\n", "b": "c"}}',
    'a line below': f'{DOCUMENTED}\nmore\n',
}


@pytest.mark.parametrize('name', COMPLETE)
def test_a_whole_documented_key_takes_nothing_from_behind_it(name: str) -> None:
    assert values(COMPLETE[name]) == [DOCUMENTED]


@pytest.mark.parametrize('join', ["' + '", '""', '\\\n', '\u200b', '"\n  "'])
def test_a_whole_documented_key_goes_on_behind_a_sure_join(join: str) -> None:
    long = tokens.documented_key('goes on', 40)

    assert values(f'"{long[:30]}{join}{long[30:]}"') == [long]


def test_an_issued_token_that_is_whole_takes_nothing_from_behind_it() -> None:
    for join in JOINS.values():
        assert values(f'"{KEY}{join}more"')[:1] == [KEY]


def test_joined_source_in_a_notebook() -> None:
    text = f'["K = (\'{KEY[:20]}\'\\n",\n    "     \'{KEY[20:]}\')"]'

    assert seen(text, 'x.ipynb') == [Seen(KEY, 'joined', 1, text.index(KEY[:20]) + 1)]
