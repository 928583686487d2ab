"""YAML text in; nodes, values and places out."""

from __future__ import annotations

import pytest

from artifacts_guard import yamltree
from artifacts_guard.errors import GuardError
from artifacts_guard.text import Document
from artifacts_guard.yamltree import EMPTY
from artifacts_guard.yamltree import YamlError


def parse(text: str) -> yamltree.Node:
    return yamltree.parse(Document('ci.yml', text))


def parse_all(text: str) -> tuple[yamltree.Node, ...]:
    return yamltree.parse_all(Document('ci.yml', text))


# ---------------------------------------------------------------- values and places of scalars

PLACES = {
    'plain': 'a: [|b|]',
    'plain with a colon, a hash and quotes inside': 'a: [|b:c#d"e\'f|]',
    'plain before a comment': 'a: [|b|] # c',
    'plain over two lines': 'a: [|b\n  c|]\n',
    'plain over lines with an empty one': 'a: [|b\n\n  c|]\nd: e',
    'plain in a flow sequence': 'a: [ x , [|b c|] , y ]',
    'plain with a tab behind it': 'a: [|b|]\t\n',
    'a key': 'a:\n  [|b|]: c',
    'double quoted': 'a: "[|b c|]"',
    'double quoted with an escape': 'a: "[|b\\tc|]"',
    'double quoted over two lines': 'a: "[|b\n  c|]"',
    'double quoted and empty': 'a: "[||]"',
    'single quoted': "a: '[|b c|]'",
    'single quoted with a quote': "a: '[|b''c|]'",
    'literal': 'a: |\n  [|b\n  c|]\nd: e',
    'literal, kept': 'a: |+\n  [|b|]\n\n\nd: e',
    'literal, stripped': 'a: |-\n  [|b|]\n',
    'literal with a comment in the header': 'a: | # no -+\n  [|b|]\n',
    'literal that begins with an empty line': 'a: |\n\n  [|b|]\n',
    'literal with an indentation indicator': 'a: |2-\n  [|  b|]\n',
    'literal without a last line end': 'a: |\n  [|b|]',
    'literal before a comment that is less indented': 'a: |\n  [|b|]\n # c\n',
    'folded': 'a: >\n  [|b\n  c|]\n',
    'folded, chomping before indentation': 'a: >-1\n [| b|]\n',
    'anchored': 'a: &x [|b|]',
    'tagged': 'a: !!str [|b|]',
    'tagged and anchored, quoted': 'a: !t &x "[|b|]"',
    'anchored and tagged over lines with a comment': 'a: &x # no\n  !t # no\n  [|b|]',
    'anchored literal': 'a: &x |\n  [|b|]\n',
    'verbatim tag': 'a: !<tag:x> [|b|]',
    'with line ends of Windows': 'a: |\r\n  [|b\r\n  c|]\r\n',
    'behind a byte order mark': '\ufeffa: [|b|]',
    'behind a byte order mark inside': '--- a\n---\n\ufeffb: [|c|]\n',
    'behind characters beyond the basic plane': '"\U0001f600": [|b|]',
    'with characters beyond the basic plane': 'a: [|\U0001f600b|]',
    'behind control characters': '# \x00\x07\x85\u2028\na: [|b|]',
    'with a control character': 'a: [|b\x1bc|]',
    'behind a tab': 'a:\t[|b|]',
    'in a second document': '- x\n---\na: [|b|]',
}


def unmark(text: str) -> tuple[str, int, int]:
    before, inside = text.split('[|')
    inside, after = inside.split('|]')
    return before + inside + after, len(before), len(before) + len(inside)


def scalars(node):
    """All scalars of a tree, keys too."""
    if node.kind == 'scalar':
        return [node]
    return [scalar for child in node.children for scalar in scalars(child)]


@pytest.mark.parametrize('marked', PLACES.values(), ids=PLACES)
def test_place_of_a_scalar(marked):
    text, start, end = unmark(marked)
    found = [scalar.place for root in parse_all(text) for scalar in scalars(root)]
    assert text[start:end] in [place.text for place in found]
    assert (start, end) in [(place.span.start, place.span.end) for place in found]


COLLECTIONS = {
    'block mapping up to the last value': ('a:\n  [|b: c\n  d: e|]\n\n# f\ng: h', 'a'),
    'block sequence': ('a:\n[|- b\n- c|]\nd: e', 'a'),
    'flow sequence with brackets': ('a: [|[b, c]|] # d', 'a'),
    'flow mapping over lines': ('a: [|{\n  b: c,\n}|]\n', 'a'),
    'nested blocks': ('a:\n  [|- b:\n      - "c"|]\nd: e', 'a'),
    'ending in a literal': ('a:\n  [|b: |\n    c|]\n\n\nd: e', 'a'),
    'ending in an alias': ('x: &x {y: z}\na:\n  [|b: *x|]\n', 'a'),
    'ending in empty quotes': ('a:\n  [|b: ""|]\nd: e', 'a'),
    'ending in nothing': ('a:\n  [|b:|]\nd: e', 'a'),
    'behind an anchor': ('a: &x\n  [|b: c|]\n', 'a'),
    'behind a tag': ('a: !t\n  [|b: c|]\n', 'a'),
    'behind a tag and an anchor': ('a: !t &x # no\n  [|- c|]\n', 'a'),
    'whose first key has an anchor': ('a:\n  [|&x b: c|]\n', 'a'),
    'sequence at the level of its key before an explicit key': ('a:\n[|- "[b]"|]\n? d\n: e', 'a'),
}


@pytest.mark.parametrize(('marked', 'key'), COLLECTIONS.values(), ids=COLLECTIONS)
def test_place_of_a_collection(marked, key):
    text, start, end = unmark(marked)
    place = parse(text)[key].place
    assert place.text == text[start:end]
    assert (place.span.start, place.span.end) == (start, end)


def test_place_of_a_pair_in_a_flow_sequence():
    (pair,) = parse('[a: b ]')
    assert pair.place.text == 'a: b'


VALUES = {
    'folded line ends': ('a: >\n  b\n  c\n\n  d\n   e\n  f\n', 'b c\nd\n e\nf\n'),
    'all kinds of chomping: kept': ('a: |+\n  b\n\n', 'b\n\n'),
    'all kinds of chomping: stripped': ('a: |-\n  b\n\n', 'b'),
    'all kinds of chomping: clipped': ('a: |\n  b\n\n', 'b\n'),
    'words that other readers take for booleans': ('a: on', 'on'),
    'octal numbers': ('a: 010', '010'),
    'times': ('a: 12:30:45', '12:30:45'),
    'escapes': (r'a: "\x41\u00e9\U0001F600\e\_\N\L\P\/\ \"\\"', 'Aé\U0001f600\x1b\xa0\x85\u2028\u2029/ "\\'),
    'control characters become replacement characters': ('a: b\x00c\x07', 'b\ufffdc\ufffd'),
    'next line and line separators end no line': ('a: b\x85c\u2028d\u2029e', 'b\ufffdc\ufffdd\ufffde'),
    'lone surrogates': ('a: b\ud800c', 'b\ufffdc'),
    'delete and noncharacters': ('a: b\x7fc\uffff', 'b\ufffdc\ufffd'),
    'characters that are fine': (
        'a: é\xa0\u200b\ud7ff\ue000\ufffd\U0010ffff',
        'é\xa0\u200b\ud7ff\ue000\ufffd\U0010ffff',
    ),
    'a byte order mark inside': ('a: b\ufeffc', 'b\ufeffc'),
    'a url in a flow sequence': ('a: http://x.example/[y]', 'http://x.example/[y]'),
}


@pytest.mark.parametrize(('text', 'value'), VALUES.values(), ids=VALUES)
def test_value_of_a_scalar(text, value):
    node = parse(text)['a']
    assert node.text == value
    assert node.fragment.text == value


STYLES = {'b': 'plain', "'b'": 'single', '"b"': 'double', '|\n  b': 'literal', '>\n  b': 'folded'}


@pytest.mark.parametrize(('text', 'style'), STYLES.items(), ids=STYLES.values())
def test_style(text, style):
    assert parse(f'a: {text}\n')['a'].style == style


@pytest.mark.parametrize('text', ['', '~', 'null', 'Null', 'NULL', '!!null ""'.replace('""', ''), '&x'])
def test_null_is_in_the_document_and_so_is_true(text):
    node = parse(f'a: {text}\n')['a']
    assert node.is_null
    assert node
    assert node.scalars() == (node,)


@pytest.mark.parametrize('text', ['"null"', "''", 'nil', '!!str', '0', '[]', '|\n'])
def test_what_looks_like_null_is_not(text):
    assert not parse(f'a: {text}\n')['a'].is_null


@pytest.mark.parametrize(
    'text', ['a:\nb: c\n', 'a: # no\n\nb: c\n', '{a:\n  , b: c}', '- -\n  - b\n', '!x\n']
)
def test_null_stands_behind_what_it_belongs_to(text):
    (null, *_) = [scalar for scalar in scalars(parse(text)) if scalar.is_null or scalar.tag]
    assert null.place.text == ''
    assert text[: null.place.span.start].strip('{') in ('a:', '- -', '!x')


# ---------------------------------------------------------------- trees


def test_empty_answers_everything_with_nothing():
    nothing = EMPTY['a']['b']
    assert nothing is EMPTY
    assert not nothing
    assert (nothing.kind, nothing.text, nothing.style, nothing.tag, nothing.anchor) == ('', '', '', '', '')
    assert not nothing.is_null
    assert (list(nothing), list(nothing.items()), list(nothing.entries())) == ([], [], [])
    assert (nothing.scalars(), nothing.all('a'), nothing.alias, nothing.key) == ((), (), None, EMPTY)
    assert (len(nothing), nothing.has('a'), 'a' in nothing) == (0, False, False)
    assert (nothing.fragment.text, nothing.place.text, nothing.place.line) == ('', '', 1)


@pytest.mark.parametrize('text', ['', '# only a comment\n', '\n\n', '\ufeff'])
def test_a_text_without_documents_is_empty(text):
    assert parse(text) is EMPTY
    assert parse_all(text) == ()


def test_wrong_kinds_yield_nothing():
    root = parse('scalar: a\nseq: [b]\nmap: {c: d}\n')
    assert root['scalar']['x'] is EMPTY
    assert root['seq']['x'] is EMPTY
    assert list(root['map']) == list(root['scalar']) == []
    assert list(root['seq'].items()) == list(root['scalar'].items()) == []
    assert root['map'].scalars() == ()
    assert root['map'].fragment.text == ''
    assert [len(root[name]) for name in ('scalar', 'seq', 'map')] == [0, 1, 1]


def test_scalars_of_nested_sequences_come_in_order():
    root = parse('a: [b, [c, [d], {e: f}], g]\nh: i\n')
    assert [node.text for node in root['a'].scalars()] == ['b', 'c', 'd', 'g']
    assert [node.text for node in root['h'].scalars()] == ['i']


def test_values_know_their_keys():
    root = parse('a:\n  - b: c\n')
    assert root.key is EMPTY
    assert root['a'].key.text == 'a'
    (element,) = root['a']
    assert element.key is EMPTY
    assert element['b'].key.place.line == 2
    assert element['b'].key.place.start.column == 5


def test_of_duplicate_keys_the_last_counts_and_all_are_there():
    root = parse('a: 1\nb: 2\na: 3\n')
    assert root['a'].text == '3'
    assert [node.text for node in root.all('a')] == ['1', '3']
    assert [(name, node.text) for name, node in root.items()] == [('a', '3'), ('b', '2')]
    assert [(name.text, node.text) for name, node in root.entries()] == [('a', '1'), ('b', '2'), ('a', '3')]
    assert len(root) == 2


def test_keys_that_are_collections_are_only_entries():
    root = parse('? [a, b]\n: c\nd: e\n')
    assert [name for name, _ in root.items()] == ['d']
    assert [key.kind for key, _ in root.entries()] == ['seq', 'scalar']


def test_tags_and_anchors():
    root = parse('a: !reference [b]\nc: &x !vault d\ne: !!str f\n')
    assert root['a'].tag == '!reference'
    assert (root['c'].tag, root['c'].anchor) == ('!vault', 'x')
    assert root['e'].tag == 'tag:yaml.org,2002:str'


def test_several_documents_each_with_its_own_anchors():
    first, second, third = parse_all('%YAML 1.2\n---\na: &x 1\n...\n---\nb: &x 2\nc: *x\n---\n')
    assert first['a'].text == '1'
    assert second['c'].text == '2'
    assert third.is_null
    assert parse('--- 1\n--- 2\n').text == '1'


MERGES = {
    'a mapping': ('b: &b {x: 1}\na: {<<: *b, y: 2}', [('y', '2'), ('x', '1')]),
    'its own keys win': ('b: &b {x: 1, z: 3}\na: {<<: *b, x: 2}', [('x', '2'), ('z', '3')]),
    'the first of a list wins': (
        'b: &b {x: 1}\nc: &c {x: 2, y: 3}\na: {<<: [*b, *c]}',
        [('x', '1'), ('y', '3')],
    ),
    'the last of several merge keys wins': (
        'b: &b {x: 1}\nc: &c {x: 2}\na: {<<: *b, <<: *c}',
        [('x', '2')],
    ),
    'a mapping that merges itself': (
        'b: &b {x: 1}\nc: &c {<<: *b, y: 2}\na: {<<: *c, z: 3}',
        [('z', '3'), ('y', '2'), ('x', '1')],
    ),
    'a mapping in place': ('a:\n  <<: {x: 1}\n', [('x', '1')]),
    'a quoted key is no merge key': ('a: {"<<": {x: 1}}', [('<<', '')]),
    'a key with a tag for strings is no merge key': ('a: {!!str <<: {x: 1}}', [('<<', '')]),
    'what is no mapping brings nothing': ('a: {<<: text, x: 1}', [('x', '1')]),
    'itself brings nothing': ('a: &a {<<: *a, x: 1}', [('x', '1')]),
}


@pytest.mark.parametrize(('text', 'items'), MERGES.values(), ids=MERGES)
def test_merge_keys(text, items):
    node = parse(text)['a']
    assert [(name, value.text) for name, value in node.items()] == items
    assert [(name, node[name].text) for name, _ in items] == items
    assert all(node.has(name) for name, _ in items)
    assert len(node) == len(items)


def test_all_values_of_a_merged_key():
    root = parse('b: &b {x: 1}\na: {<<: *b}\nc: {<<: *b, x: 2}\n')
    assert [node.text for node in root['a'].all('x')] == ['1']
    assert [node.text for node in root['c'].all('x')] == ['2']
    assert root['a'].all('y') == ()


def test_lists_that_are_merged_into_a_list():
    root = parse('x: &x [a, b]\ny:\n  - <<: *x\n  - c\nz:\n  - <<: &m {k: v}\n  - <<: [*m]\n')
    assert [node.text for node in root['y']] == ['a', 'b', 'c']
    assert [node.text for node in root['y'].scalars()] == ['a', 'b', 'c']
    assert len(root['y']) == 3
    assert [node['k'].text for node in root['z']] == ['v', 'v']


def test_an_alias_shares_the_node_and_its_place():
    root = parse('a: &x {b: c}\nd: *x\ne: &y f\ng: [*y]\n')
    assert root['d']['b'] is root['a']['b']
    assert root['d'].place == root['a'].place
    assert (root['d'].key.text, root['d'].alias.text, root['a'].alias) == ('d', '*x', None)
    (scalar,) = root['g']
    assert (scalar.text, scalar.place.line, scalar.alias.line, scalar.alias.text) == ('f', 3, 4, '*y')
    assert root['a'].anchor == root['d'].anchor == 'x'


def test_an_alias_as_a_key():
    root = parse('- &x a\n- *x : b\n')
    assert list(root)[1]['a'].text == 'b'
    assert list(root)[1].place.text == '*x : b'


def test_an_anchor_name_can_be_used_again():
    first, _, second = (node.text for node in parse('[&x a, &x b, *x]'))
    assert (first, second) == ('a', 'b')


def test_an_alias_to_what_it_stands_in_is_nothing():
    root = parse('&a [x, *a, {k: *a}]')
    assert [node.text for node in root.scalars()] == ['x', '']
    inner = list(root)[2]['k']
    assert inner.is_null
    assert inner.alias.text == '*a'
    assert len(root) == 3


# ---------------------------------------------------------------- what is not YAML

ERRORS = {
    'a tab as indentation': ('a:\n  b: c\n\td: e\n', (3, 1)),
    'a template': ('a: 1\n{% if x %}\n', (2, 2)),
    'a list in a mapping': ('a: 1\n- b\n', (2, 1)),
    'an open bracket': ('a: [b\nc: d\n', (2, 2)),
    'an open quote': ('a: "b\n', (2, 1)),
    'an undefined alias': ('a: 1\nb: *c\n', (2, 4)),
    'an undefined tag handle': ('a: !x!y z', (1, 4)),
    'a wrong escape': (r'a: "b\qc"', (1, 6)),
    'an escape for half a character': (r'a: "\ud83d\ude00"', (1, 7)),
    'a tag that is not Unicode': ('a:\n  b: !%ed%a0%80 c', (2, 3)),
    'in a later document': ('a: 1\n---\nb: c: d\n', (3, 5)),
    'behind a byte order mark': ('\ufeffa: b: c\n', (1, 6)),
}


@pytest.mark.parametrize(('text', 'position'), ERRORS.values(), ids=ERRORS)
def test_errors_say_where(text, position):
    with pytest.raises(YamlError) as caught:
        parse(text)
    where = Document('ci.yml', text).position(caught.value.offset)
    assert (where.line, where.column) == position
    assert isinstance(caught.value, GuardError)
    assert str(caught.value) == caught.value.message
    assert "'" not in caught.value.message


UNKNOWN_ESCAPES = {
    'one': ('a: "x\\.y"\nb: c\n', 'x\ufffd.y'),
    'several in a string': ('a: "\\d+\\.\\d+"\nb: c\n', '\ufffdd+\ufffd.\ufffdd+'),
    'beside one that is known': ('a: "\\\\.\\n\\."\nb: c\n', '\\.\n\ufffd.'),
    'none in single quotes': ("a: 'x\\.y'\nb: c\n", 'x\\.y'),
}


@pytest.mark.parametrize(('text', 'value'), UNKNOWN_ESCAPES.values(), ids=UNKNOWN_ESCAPES)
def test_unknown_escapes_can_be_read_on_demand(text, value):
    root = yamltree.parse(Document('a.yml', text), unknown_escapes=True)

    assert (root['a'].text, root['b'].place.line) == (value, 2)


ERRORS_ALL_THE_SAME = {
    'another error': 'a: [\n',
    'a number that is none': 'a: "\\xzz"\n',
    'more of them than anybody writes': 'a: "' + '\\.' * 300 + '"\n',
}


@pytest.mark.parametrize('text', ERRORS_ALL_THE_SAME.values(), ids=ERRORS_ALL_THE_SAME)
def test_other_errors_stay_errors_with_unknown_escapes(text):
    with pytest.raises(yamltree.YamlError):
        yamltree.parse(Document('a.yml', text), unknown_escapes=True)


def test_what_was_read_before_an_error():
    document = Document('ci.yml', 'a: 1\n---\nb:\n  - c\n  - d: "e\n')
    first, second = yamltree.partial_documents(document)
    assert first['a'].text == '1'
    assert [node.text for node in second['b'].scalars()] == ['c']
    assert second['b'].place.text.startswith('- c\n  - d')
    assert yamltree.partial_documents(Document('ci.yml', 'a: b')) != ()


N = 50_000
ALIASES = 'k: &a0 [x]\n' + ''.join(f'k{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n' for i in range(1, 60))
TOO_DEEP = 'nested deeper than 200'
REFUSED = {
    'nested flow sequences': ('[' * N, TOO_DEEP),
    'nested flow mappings': ('{a: ' * N, TOO_DEEP),
    'nested both': ('[{a: ' * N, TOO_DEEP),
    'nested flow sequences, closed': ('[' * N + ']' * N, TOO_DEEP),
    'nested block sequences': ('- ' * N, TOO_DEEP),
    'nested explicit keys': ('? ' * N, TOO_DEEP),
    'a thousand indents': (''.join(' ' * i + 'a:\n' for i in range(1000)), TOO_DEEP),
    'aliases one in the other': (
        '- &a0 [x]\n' + ''.join(f'- &a{i} [*a{i - 1}]\n' for i in range(1, 9000)),
        TOO_DEEP,
    ),
    'aliases that double': (ALIASES, 'more than 220,000 values'),
    'a megabyte of values': ('[' + 'a,' * 500_000 + ']', 'more than 220,000 values'),
    'a megabyte of documents': ('---\n' * 250_000, 'more than 220,000 values'),
    'a megabyte of tabs': ('\t' * 1_000_000, 'found character that cannot start any token'),
}


@pytest.mark.parametrize(('text', 'message'), REFUSED.values(), ids=REFUSED)
def test_hostile_texts_are_refused(text, message):
    with pytest.raises(YamlError, match=message):
        parse(text)
    yamltree.partial_documents(Document('ci.yml', text))


ACCEPTED = {
    'two hundred levels': '[' * 200 + ']' * 200,
    'a hundred thousand values': ''.join(f'k{i}: v\n' for i in range(50_000)),
    'a megabyte of aliases': '- &a x\n' + '- *a\n' * 100_000,
    'a megabyte of script': 'a: |\n' + '  echo hello world\n' * 60_000,
    'a megabyte of folded text': 'a: >\n' + '  x\n\n' * 200_000,
    'a megabyte of escapes': 'a: "' + '\\x41' * 250_000 + '"',
    'a megabyte of doubled quotes': "a: '" + "''" * 500_000 + "'",
    'a megabyte of spaces in quotes': 'a: "' + (' ' * 99 + '\\ ') * 10_000 + '"',
    'a megabyte of spaces before a line end': 'a: "x' + ' ' * 1_000_000 + '\n"',
    'a megabyte of blank lines': 'a: |\n' + '  \n' * 300_000 + '  x\n',
    'a megabyte of nothing': '\n' * 1_000_000,
    'a megabyte of NUL': '\0' * 1_000_000,
}


@pytest.mark.parametrize('text', ACCEPTED.values(), ids=ACCEPTED)
def test_hostile_texts_are_read(text):
    for root in parse_all(text):
        node = root['a']
        assert node.fragment.text == node.text
        assert node.place.span.end <= len(text)


def test_two_hundred_levels_can_be_walked():
    node = parse('[' * 200 + ']' * 200)
    levels = 0
    while node:
        levels += 1
        assert node.place.text == '[' * (201 - levels) + ']' * (201 - levels)
        node = next(iter(node), EMPTY)
    assert levels == 200


ENTRIES = {
    'a plain value': ('a: b c\n', 'a: b c'),
    'a quoted value': ("a: 'b c'  # d\n", "a: 'b c'"),
    'quoted twice': ('"a": "b"\n', '"a": "b"'),
    'a value below its key': ('a:\n  b: c\n', 'a'),
    'a block': ('a: |\n  b\n', 'a'),
    'a flow mapping': ('a: {b: c}\n', 'a'),
    'an alias': ('x: &x b\na: *x\n', 'a'),
    'nothing': ('a:\n', 'a:'),
}


@pytest.mark.parametrize(('text', 'entry'), ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_its_key_and_what_is_on_the_line_of_it(text: str, entry: str) -> None:
    place = yamltree.parse(Document('ci.yml', text))['a'].entry
    assert text[place.span.start : place.span.end] == entry


def test_what_has_no_key_is_its_own_entry() -> None:
    node = next(iter(yamltree.parse(Document('ci.yml', "- 'a'\n"))))
    assert node.entry == node.place
