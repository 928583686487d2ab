"""The parsers beneath the trees: PyYAML's own composer is the oracle, ruamel.yaml's events give the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.text import Document
from artifacts_guard.yamltree import compose
from artifacts_guard.yamltree import events
from tests.test_yamltree import MERGES
from tests.test_yamltree import PLACES
from tests.test_yamltree import VALUES
from tests.test_yamltree import parse_all
from tests.test_yamltree import scalars
from tests.test_yamltree import unmark


def plain(node):
    """A tree as tuples: scalars with value, style, tag and place, so that two trees can be compared."""
    if node.kind == 'scalar':
        return node.text, node.style, node.tag, node.place.span, node.fragment.pieces
    if node.kind == 'seq':
        return [node.tag, node.place.span, *map(plain, node.children)]
    return {
        'tag': node.tag,
        'span': node.place.span,
        'entries': [(plain(key), plain(value)) for key, value in node.entries()],
    }


def values(node):
    """A tree as lists of entries and texts."""
    if node.kind == 'seq':
        return [values(child) for child in node.children]
    if node.kind == 'map':
        return {'': [(values(key), values(value)) for key, value in node.entries()]}
    return node.text


def oracle(node):
    """The same of PyYAML's nodes."""
    if isinstance(node, yaml.SequenceNode):
        return [oracle(child) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        return {'': [(oracle(key), oracle(value)) for key, value in node.value]}
    return node.value


HAND_WRITTEN = [
    *[unmark(text)[0] for text in PLACES.values()],
    *[text for text, _ in VALUES.values()],
    *[text for text, _ in MERGES.values() if '*a' not in text],
    'a:\n- b\n-\n  - c\n  - - d\n- e: f\n  g:\n  - h\n',
    'a: "x\\\n  \ty \\t \n z"\nb: \'x \n\n  y\'\n',
    'a: "\\\n\n x"\nb: "x\\\n\n\n  y"\nc: "  \n x  \n  "\n',
    'a: |1\n  x\n y\nb: >2\n\n    x\n   \n  y\n\n  z\n',
    'a: |\n  \n  \n  x\n   \n  y\nb: >\n  x\n   \n  y\n  \t\n  z\n',
    'a: >\n\n\n  x\n  y\n\n   z\n\n   w\n\n  v\n\n\n',
    'a: >+\n  x\n\n\nb: >-\n  x\n\n\nc: |+\n\n\nd: |-\n\ne: >\n   \n\n',
    'a: |2\n   \n     \n  x\n',
    '|\n x\n---\n>\n y\n z\n--- |+\n w\n\n',
    '- x\r\n- |\r\n y\r\n\r\n z\r\n- "a\r\n\r\n b"\r\n- c\r\n  d\r\n',
    'a: x\rb: |\r y\r z\r',
    '? a\n? b\n: c\n? [d]\n: {e: f}\n',
    '{a, b: , "c":d, ? e : f, [g]: h, i: [j: k, l]}',
    '!t [!u {a: !v }, &x , *x]',
    '- !!binary |\n  R0lG\n  ODlh\n- !!set {a}\n',
    'on:\n  push:\n    branches: [main]\njobs:\n  a:\n    steps:\n    - run: |\n        set -e\n        make\n',
    "script:\n  - echo a\n    && echo b\n  - >-\n    c\n    d\n  - 'e: f'\n",
]


@pytest.mark.parametrize('text', HAND_WRITTEN)
def test_values_are_those_of_pyyaml(text):
    expected = [oracle(node) for node in yaml.compose_all(events.cleaned(text), Loader=yaml.CSafeLoader)]
    assert [values(node) for node in parse_all(text)] == expected


# ruamel.yaml 0.19 takes no tabs between tokens, and a byte order mark inside for text
SAME_IN_RUAMEL = [text for text in HAND_WRITTEN if '\t' not in text and '\ufeff' not in text[1:]]


@pytest.mark.parametrize('text', SAME_IN_RUAMEL)
def test_ruamel_yaml_gives_the_same_trees(text):
    document = Document('ci.yml', text)
    trees = []
    for stream in (events.libyaml, events.ruamel):
        composer = compose.Composer(document)
        error = composer.read(stream)
        assert error is None
        trees.append([plain(node) for node in composer.documents])
    assert trees[0] == trees[1]


YAML_LIKE = st.lists(
    st.sampled_from(
        [
            *'ab-?:,[]{}#&*!|>\'"%@\\ \t\n\r',
            '\n',
            '  ',
            '\n  ',
            '\n- ',
            ': ',
            '- ',
            '&a ',
            '*a',
            '<<: ',
            '---\n',
            '|2-\n',
            '>+\n',
            *('\x00', '\x85', '\ufeff', 'é', '\U0001f600', '!!str ', '{a: b}', "''", '\\n', '\\x41', '...\n'),
        ]
    ),
    max_size=25,
).map(''.join)


@settings(deadline=None)
@given(YAML_LIKE)
def test_any_text_is_read_like_pyyaml_or_refused(text):
    composer = compose.Composer(Document('ci.yml', text))
    error = composer.read(events.stream)
    roots = composer.documents
    assert error is None or 0 <= error.offset <= len(text)
    for root in roots:
        for scalar in scalars(root):
            assert scalar.fragment.text == scalar.text
            assert 0 <= scalar.place.span.start <= scalar.place.span.end <= len(text)
        assert root.place.span.end <= len(text)
    composed = None if error else pyyaml(events.cleaned(text).lstrip('\ufeff'))
    assert composed is None or [values(root) for root in roots] == composed


def pyyaml(text):
    """PyYAML's trees; None where it is stricter: reused anchors, aliases to what they stand in."""
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.composer.ComposerError:
        return None
    try:
        return [oracle(node) for node in nodes]
    except RecursionError:
        return None


# ---------------------------------------------------------------- what is loaded

ROOT = Path(__file__).parents[1]
PARSE = """
import sys
from artifacts_guard import yamltree
from artifacts_guard.text import Document
root = yamltree.parse(Document('ci.yml', 'a: [b, "c"]'))
assert [node.text for node in root['a']] == ['b', 'c']
try:
    yamltree.parse(Document('ci.yml', 'a: b: c'))
except yamltree.YamlError as error:
    assert error.offset == 4
"""
LOADED = {
    'no YAML library for the module itself': """
import sys
before = {*sys.modules}
from artifacts_guard import yamltree
assert not {'re', 'typing', 'yaml', 'ruamel.yaml'} & {*sys.modules} - before
""",
    'the parser without the rest of PyYAML': PARSE
    + """
assert not {'yaml', 'yaml.reader', 'ruamel.yaml'} & {*sys.modules}
""",
    'all of PyYAML for who needs it later': PARSE
    + """
import yaml
assert not yaml.__with_libyaml__
assert yaml.safe_load('a: 1') == {'a': 1}
assert yaml.nodes.ScalarNode and yaml.reader.Reader.NON_PRINTABLE
try:
    yaml.safe_load('a: b: c')
except yaml.scanner.ScannerError as error:
    assert isinstance(error, yaml.YAMLError)
assert yamltree.parse(Document('ci.yml', 'a: b'))['a'].text == 'b'
""",
    'the same PyYAML as who needed it before': 'import yaml'
    + PARSE
    + """
from artifacts_guard.yamltree.libyaml import MODULE
assert MODULE is yaml._yaml
assert yaml.load('a: 1', Loader=yaml.CSafeLoader) == {'a': 1}
""",
    'a PyYAML that is found in another way': """
import sys
from importlib.machinery import PathFinder
class Other:
    find_spec = PathFinder.find_spec
sys.meta_path.append(Other)
PathFinder.find_spec = lambda name, path=None, target=None: None
"""
    + PARSE
    + """
assert 'yaml.reader' in sys.modules
""",
    'ruamel.yaml where there is no libyaml': """
import sys
sys.modules['yaml'] = sys.modules['yaml._yaml'] = None
"""
    + PARSE
    + """
assert 'ruamel.yaml' in sys.modules
""",
}


@pytest.mark.parametrize('code', LOADED.values(), ids=LOADED)
def test_what_is_loaded(code):
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, '')
