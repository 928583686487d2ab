"""Scripts written in every style of YAML scalar: each character of the value leads back to its place.

The writer below follows the YAML specification, not the reader: it notes where it puts each character.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import yamltree
from artifacts_guard.text import Document

BLANKS = (' ', '\t')
ESCAPES = {
    '\n': r'\n',
    '\t': r'\t',
    '"': r'\"',
    '\\': '\\\\',
    ' ': '\\ ',
    'é': r'\xe9',
    '\U0001f600': r'\U0001f600',
}

# before the scalar, its parent's indentation, behind it
BLOCK_CONTEXTS = [
    ('', 0, ''),
    ('k: ', 0, ''),
    ('k: ', 0, '# comment\n'),
    ('k: ', 0, 'z: y\n'),
    ('\ufeffk: ', 0, ''),
    ('"\U0001f600": ', 0, ''),
    ('a:\n  k: ', 2, ' # comment\n'),
    ('a:\n  - x\n  - ', 2, 'z: y\n'),
    ('a:\n- ', 0, 'z: y\n'),
    ('x: y\n---\nk: ', 0, '...\n'),
    ('k: &a ', 0, ''),
    ('k: !!str &a ', 0, ''),
    ('k: &a # comment\n   !t\n   ', 0, ''),
]
FLOW_CONTEXTS = [
    *[(before, indent, '') for before, indent, _ in BLOCK_CONTEXTS],
    ('k: [ x, ', 0, ' ]'),
    ('k: {x: ', 0, '}'),
]


class Writing:
    """A document being written: its text, the value, and for each character of that its range."""

    def __init__(self, draw, newline: str, context: tuple[str, int, str]) -> None:
        self.draw = draw
        self.newline = newline
        self.text = self.value = ''
        self.ranges: list[tuple[int, int]] = []
        before, self.parent, self.behind = context
        self.raw(before)

    def raw(self, text: str) -> None:
        self.text += text.replace('\n', self.newline)

    def char(self, char: str, written: str = '') -> None:
        start = len(self.text)
        self.raw(written or char)
        self.value += char
        self.ranges.append((start, len(self.text)))

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def trailing(self) -> str:
        return self.draw(st.sampled_from(['', ' ', '\t', '  \t ']))

    def blanks(self, least: int = 0) -> str:
        return ' ' * self.draw(st.integers(least, least + 3))


def write_flow(out: Writing, value: str, quote: str) -> None:
    """A plain or quoted scalar; spaces become line ends at will, line ends empty lines."""
    out.raw(quote)
    at = 0
    while at < len(value):
        char = value[at]
        behind = value[at + 1 : at + 2]
        folds = bool(at and behind) and not {value[at - 1], behind} & {*BLANKS, '\n'}
        if char == '\n':
            count = len(value[at:]) - len(value[at:].lstrip('\n'))
            following = value[at + count : at + count + 1]
            if quote == '"' and (out.chance() or {value[at - 1 : at], following} & {*BLANKS}):
                out.char('\n', r'\n')
                at += 1
                continue
            out.raw(out.trailing() + '\n')
            for _ in range(count):
                out.raw(out.blanks())
                out.char('\n')
            out.raw(out.blanks(out.parent + 1))
            at += count
            continue
        if char == ' ' and folds and out.chance():
            out.raw(out.trailing())
            out.char(' ', '\n')
            out.raw(out.blanks(out.parent + 1))
        elif char == "'" == quote:
            out.char("'", "''")
        elif quote == '"' and (char in '"\\' or (char in ESCAPES and out.chance())):
            out.char(char, ESCAPES[char])
        else:
            out.char(char)
        if quote == '"' and behind.strip() and out.chance():
            out.raw('\\\n' + out.blanks(out.parent + 1))
        at += 1
    out.raw(quote)


def write_block(out: Writing, value: str, folded: bool) -> None:
    """A literal or folded scalar with the header that its value needs."""
    content = value.rstrip('\n')
    tail = len(value) - len(content)
    chomping = '-' if not tail else '+' if tail > 1 or not content or out.chance() else ''
    step = out.draw(st.integers(1, 4))
    first = content.lstrip('\n')[:1]
    indicator = str(step) if first in BLANKS or out.chance() else ''
    header = chomping + indicator if out.chance() else indicator + chomping
    out.raw(('>' if folded else '|') + header + out.draw(st.sampled_from(['', ' ', ' # -1+'])) + '\n')
    indent = ' ' * (out.parent + step)

    def blank() -> None:
        out.raw(indent[: out.draw(st.integers(0, len(indent)))])
        out.char('\n')

    previous = ''
    empty = 0
    for line in content.split('\n') if content else ():
        if not line:
            empty += 1
            continue
        if previous and folded and not {previous[0], line[0]} & {*BLANKS}:
            out.raw('\n')
            empty += 1
        elif previous:
            out.char('\n')
        for _ in range(empty):
            blank()
        empty = 0
        out.raw(indent)
        for at, char in enumerate(line):
            inside = 0 < at < len(line) - 1 and line[0] not in BLANKS
            if folded and char == ' ' and inside and line[at + 1] not in BLANKS and out.chance():
                out.char(' ', '\n')
                out.raw(indent)
            else:
                out.char(char)
        previous = line
    if content and tail:
        out.char('\n')
        tail -= 1
    elif content and (out.behind or out.chance()):
        out.raw('\n')
    for _ in range(tail):
        blank()


CHARS = st.sampled_from([*'abz$\'"\\#:{}-[&*%', ' ', ' ', '\t', 'é', '\U0001f600'])
LINES = st.lists(st.text(CHARS, max_size=12), max_size=6).map('\n'.join)
WORDS = st.lists(
    st.tuples(
        st.from_regex(r'[a-z][a-z$"\'\\=é\U0001f600]{0,5}', fullmatch=True),
        st.sampled_from([' ', '  ', '\n', '\n\n']),
    ),
    min_size=1,
    max_size=8,
).map(lambda pairs: ''.join(word + gap for word, gap in pairs).strip())

STYLES = {
    'plain': (WORDS, FLOW_CONTEXTS, lambda out, value: write_flow(out, value, '')),
    # single quotes cannot hold blanks beside a line end
    'single': (
        LINES.map(lambda t: re.sub(r'[ \t]*\n[ \t]*', '\n', t)),
        FLOW_CONTEXTS,
        lambda out, value: write_flow(out, value, "'"),
    ),
    'double': (LINES, FLOW_CONTEXTS, lambda out, value: write_flow(out, value, '"')),
    'literal': (LINES, BLOCK_CONTEXTS, lambda out, value: write_block(out, value, False)),
    'folded': (LINES, BLOCK_CONTEXTS, lambda out, value: write_block(out, value, True)),
}


def target(node):
    """The scalar that was written: the last one, what stands under `z` apart."""
    while node.kind != 'scalar':
        node = [*node, *(value for name, value in node.items() if name != 'z')][-1]
    return node


@pytest.mark.parametrize('style', STYLES)
@settings(deadline=None)
@given(data=st.data())
def test_each_character_leads_back_to_its_place(style, data):
    texts, contexts, write = STYLES[style]
    newline = data.draw(st.sampled_from(['\n', '\r\n', '\r']))
    before, parent, behind = data.draw(st.sampled_from(contexts))
    value = data.draw(texts)
    out = Writing(data.draw, newline, (before, parent, behind))
    write(out, value)
    assert out.value == value, 'the writer is wrong'
    out.raw(behind)

    *_, root = yamltree.parse_all(Document('ci.yml', out.text))
    node = target(root)
    assert (node.style, node.text, node.fragment.text) == (style, value, value)
    for at, place in enumerate(out.ranges):
        span = node.fragment.span(at, at + 1)
        assert (span.start, span.end) == place, f'character {at}'
