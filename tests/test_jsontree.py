"""JSON text in; nodes, values and places out.  The standard library's reader is the oracle for values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import jsontree
from artifacts_guard.errors import GuardError
from artifacts_guard.jsontree import JsonError
from artifacts_guard.text import Document


def parse(text: str):
    return jsontree.parse(Document('package.json', text))


def value(node):
    """A tree as json.loads gives it."""
    if node.kind == 'map':
        return {name: value(child) for name, child in node.items()}
    if node.kind == 'seq':
        return [value(child) for child in node]
    return node.text if node.style == 'double' else json.loads(node.text)


SETTINGS = """\ufeff// what the editor writes
{
  /* servers,
     all of them */
  "servers": {
    "a": {"command": "npx", "args": ["-y", "x",],},   // trailing commas
  },
  "url": "https://x.example/*no comment*/",
}
// the end"""


def test_comments_and_trailing_commas():
    root = parse(SETTINGS)
    assert value(root) == {
        'servers': {'a': {'command': 'npx', 'args': ['-y', 'x']}},
        'url': 'https://x.example/*no comment*/',
    }
    assert root['servers']['a']['args'].place.line == 6
    assert root['servers']['a'].place.text == '{"command": "npx", "args": ["-y", "x",],}'


def test_nodes_are_those_of_yaml():
    root = parse(
        '{"scripts": {"a": "b", "a": "c", "<<": {"d": "e"}}, "f": [null, true, "null", -1.5e3, NaN]}'
    )
    scripts = root['scripts']
    assert (root.kind, scripts.kind, root['f'].kind, root['x'].kind) == ('map', 'map', 'seq', '')
    assert [node.text for node in scripts.all('a')] == ['b', 'c']
    assert scripts['a'].key.place.start.column == 25
    assert scripts['d'].kind == ''
    assert [node.text for node in root['f'].scalars()] == ['null', 'true', 'null', '-1.5e3', 'NaN']
    assert [node.is_null for node in root['f']] == [True, False, False, False, False]
    assert {node.style for node in root['f']} == {'plain', 'double'}
    assert scripts.alias is None
    assert (scripts.tag, scripts.anchor, scripts['a'].tag) == ('', '', '')


PLACES = {
    'a string': ('{"a": "[|b c|]"}', 'b c'),
    'an empty string': ('{"a": "[||]"}', ''),
    'a string with escapes': (r'{"a": "[|\"b\"\n\/\\|]"}', '"b"\n/\\'),
    'escapes by number': (r'{"a": "[|\u00e9\ud83d\ude00x|]"}', 'é\U0001f600x'),
    'half a character': (r'{"a": "[|\ud83dx\ude00|]"}', '\ufffdx\ufffd'),
    'a half before a whole character': (r'{"a": "[|\ud83d\ud83d\ude00|]"}', '\ufffd\U0001f600'),
    'a line end in a string': ('{"a": "[|b\n\tc|]"}', 'b\n\tc'),
    'a number': ('{"a":[|10|]}', '10'),
    'a word': ('{"a": [|true|]/**/}', 'true'),
    'behind a byte order mark': ('\ufeff{"a": "[|b|]"}', 'b'),
    'behind characters beyond the basic plane': ('{"\U0001f600": 1, "a": "[|b|]"}', 'b'),
}


@pytest.mark.parametrize(('marked', 'text'), PLACES.values(), ids=PLACES)
def test_value_and_place_of_a_scalar(marked, text):
    before, inside = marked.split('[|')
    inside, after = inside.split('|]')
    node = parse(before + inside + after)['a']
    assert (node.text, node.fragment.text) == (text, text)
    assert node.place.text == inside
    assert node.place.span.start == len(before)


@settings(deadline=None)
@given(st.text(), st.data())
def test_each_character_leads_back_to_its_place(text, data):
    document, ranges, cleaned = '[1, "', [], ''
    for char in text:
        escaped = json.dumps(char)[1:-1]
        must = char in '"\\' or not char.isprintable()
        written = escaped if must or data.draw(st.booleans()) else char
        ranges.append((len(document), len(document) + len(written)))
        document += written
        cleaned += char
    document += '"]'
    _, node = parse(document)
    assert node.text == cleaned
    for at, place in enumerate(ranges):
        span = node.fragment.span(at, at + 1)
        assert (span.start, span.end) == place


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(deadline=None)
@given(ANY, st.sampled_from([None, 2, '\t']), st.booleans())
def test_values_are_those_of_the_standard_library(data, indent, ascii_only):
    assert value(parse(json.dumps(data, indent=indent, ensure_ascii=ascii_only))) == data


@pytest.mark.parametrize('text', ['', ' \n', '// nothing', '\ufeff'])
def test_a_text_without_a_value_is_empty(text):
    assert not parse(text)


ERRORS = {
    'no colon': ('{"a" 1}', 5),
    'no comma': ('[1 2]', 3),
    'no value': ('{"a":}', 5),
    'no value in a list': ('[,]', 1),
    'two commas': ('[1,,2]', 3),
    'a comma in an empty object': ('{,}', 1),
    'a key without quotes': ('{a: 1}', 1),
    'a string in single quotes': ("['a']", 1),
    'the wrong bracket': ('[1}', 2),
    'an open bracket': ('[1, ', 4),
    'an open key': ('{"a"', 4),
    'an open string': ('["a', 1),
    'an open comment': ('[1] /* x', 4),
    'an unknown escape': (r'["\q"]', 2),
    'a template': ('{"a": {{ b }}}', 7),
    'an unknown word': ('[yes]', 1),
    'a number with a letter': ('[1x]', 1),
    'a second value': ('{} {}', 3),
    'a slash': ('[1 / 2]', 3),
}


@pytest.mark.parametrize(('text', 'offset'), ERRORS.values(), ids=ERRORS)
def test_errors_say_where(text, offset):
    with pytest.raises(JsonError) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert isinstance(caught.value, GuardError)


N = 50_000
REFUSED = {
    'nested arrays': ('[' * N, 'nested deeper than 200'),
    'nested objects': ('{"a":' * N, 'nested deeper than 200'),
    'a megabyte of values': ('[' + '1,' * 500_000 + ']', 'more than 220,000 values'),
    'a megabyte of backslashes': ('"' + '\\\\' * 500_000, 'not closed'),
}


@pytest.mark.parametrize(('text', 'message'), REFUSED.values(), ids=REFUSED)
def test_hostile_texts_are_refused(text, message):
    with pytest.raises(JsonError, match=message):
        parse(text)


ACCEPTED = {
    'two hundred levels': '[' * 200 + ']' * 200,
    'a megabyte of escapes': '["' + '\\"' * 500_000 + '"]',
    'a megabyte of comments': '/**/' * 250_000 + '[]',
    'a megabyte of slashes': '//' * 500_000,
    'a megabyte of spaces': ' ' * 1_000_000 + '[]',
}


@pytest.mark.parametrize('text', ACCEPTED.values(), ids=ACCEPTED)
def test_hostile_texts_are_read(text):
    for node in parse(text).scalars():
        assert node.fragment.text == node.text


@settings(deadline=None)
@given(st.text(st.sampled_from([*'{}[]:,"\\ /*u1ae\n\ufeff\ud800'])))
def test_any_text_is_read_like_the_standard_library_or_refused(text):
    try:
        expected = json.loads(text.lstrip('\ufeff'))
    except ValueError:
        expected = None
    try:
        root = parse(text)
    except JsonError as error:
        assert expected is None
        offset = error.offset
    else:
        offset = root.place.span.end
        assert expected is None or value(root) == expected
    assert 0 <= offset <= len(text)
