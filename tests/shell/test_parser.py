"""Places, limits, and scripts that nobody would write."""

from __future__ import annotations

import sys
from time import process_time

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.record import Record
from artifacts_guard.shell import syntax
from artifacts_guard.shell.parser import MAX_LENGTH
from artifacts_guard.shell.parser import parse
from tests.shell import test_broken
from tests.shell import test_commands
from tests.shell import test_compounds
from tests.shell import test_expansions
from tests.shell import test_heredocs
from tests.shell import test_words
from tests.shell.dump import dump
from tests.shell.dump import walk

SCRIPTS = [
    case[1]
    for module in (test_words, test_expansions, test_commands, test_compounds, test_heredocs, test_broken)
    for case in module.CASES
]
# Characters that the parser uses itself, and what it makes of them in a text.
MASKS = {1: '\ufffd', 2: '\ufffd'}
# Source of the parts of each kind begins like this.
OPENINGS = {
    syntax.Parameter: ('$',),
    syntax.Substitution: ('$(', '`'),
    syntax.ProcessSubstitution: ('<(', '>('),
    syntax.Arithmetic: ('$((', '$[', '['),
}


def check_places(script: str, opaque: tuple[tuple[int, int], ...] = ()) -> None:
    """Every record lies within the one around it, and its range is its source."""
    tree = parse(script, opaque, seconds=20)
    for record in walk(tree):
        if isinstance(record, syntax.Tree):
            continue
        source = script[record.start : record.end]
        assert 0 <= record.start <= record.end <= len(script)
        assert source.startswith(OPENINGS.get(type(record), ()) or '')
        if isinstance(record, syntax.Text) and not record.quoted and '\\' not in source:
            assert source.translate(MASKS) == record.text
        if isinstance(record, syntax.Opaque):
            assert (record.start, record.end) == opaque[record.index]
        for inner in _inner(record):
            assert record.start <= inner.start
            assert inner.end <= record.end


def _inner(record: Record) -> list[Record]:
    """The records directly within one; bodies of here-documents stand elsewhere."""
    if isinstance(record, syntax.Redirection) and record.operator in ('<<', '<<-'):
        return []
    inner = [getattr(record, field) for field in type(record)._fields]
    flat = []
    while inner:
        value = inner.pop()
        if isinstance(value, tuple):
            inner += value
        elif isinstance(value, Record):
            flat.append(value)
    return flat


@pytest.mark.parametrize('script', SCRIPTS)
def test_places_are_those_of_the_source(script: str) -> None:
    check_places(script)


def test_places_count_characters_not_bytes() -> None:
    script = 'é "ü$x" `ñ`'
    sources = [script[record.start : record.end] for record in walk(parse(script))[3:]]

    assert sources == ['é', 'é', '"ü$x"', 'ü', '$x', *['`ñ`'] * 2, *['ñ'] * 4]


def test_places_in_escaped_backquotes_are_those_of_the_script() -> None:
    script = 'a `b \\`c \\$d\\` "$e"`'
    found = [script[record.start : record.end] for record in walk(parse(script)) if type(record) in OPENINGS]

    assert found == ['`b \\`c \\$d\\` "$e"`', '`c \\$d\\`', '$d', '$e']


FRAGMENTS = (
    'if ', 'then ', 'else ', 'fi;', '"', "'", '`', '\\`', '$(', ')', '((', '))', '${x', '${x:-', '}', '<<E\n', '<<-"E"\n', 'E\n',
    '\n', ';', ';;', '|', '&&', '&', '\\', '\\\n', '$x', 'a', 'b ', 'a=', 'a=(', '[[ ', ' ]]', '=~ ', 'case x in ', 'esac',
    'for x in ', 'do ', 'done', '{ ', '} ', 'f() ', 'function ', 'select ', 'coproc ', 'time ', 'while ', 'export ', '$((', '$[',
    '<(', '>', '2>&1', '<<<', '#', ' ', '\t', "$'", '$"', '\r\n', '\r', '[', 'a[', ']=', '@(', '!', '*', 'é', '/', ':', '%', '\x01', '\0',
)  # fmt: skip


@settings(max_examples=400, deadline=2000)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=60),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6),
)
def test_any_sequence_of_fragments_is_read(fragments: list[str], gaps: list[tuple[int, int]]) -> None:
    script = ''.join(fragments)
    opaque, at = [], 0
    for gap, length in gaps:
        if at + gap + length <= len(script):
            opaque.append((at + gap, at + gap + length))
            at += gap + length

    check_places(script, tuple(opaque))


@settings(max_examples=200, deadline=2000)
@given(st.text())
def test_any_text_is_read(script: str) -> None:
    check_places(script)


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    return opening * depth + inner + closing * depth


DEEP = {
    'if': nested('if a; then ', 'x', '; fi', 200),
    'subshells': nested('( ', 'x', ' )', 200),
    'groups': nested('{ ', 'x; ', '}; ', 200),
    'loops': nested('while a; do ', 'x', '; done', 200),
    'functions': nested('f() { ', 'x; ', '}; ', 200),
    'cases': nested('case a in b) ', 'x', ';; esac', 200),
}


@pytest.mark.parametrize('script', DEEP.values(), ids=DEEP)
def test_commands_that_are_nested_too_deeply_are_found_all_the_same(script: str) -> None:
    tree = parse(script)

    assert any(isinstance(record, syntax.Text) and record.text == 'x' for record in walk(tree))
    assert tree.errors
    assert tree.complete


def test_what_is_not_nested_too_deeply_has_no_errors() -> None:
    for script in (
        nested('if a; then ', 'x', '; fi', 30),
        nested('"$(a ', 'x', ')"', 30),
        nested('${a:-', 'x', '}', 30),
    ):
        assert not parse(script).errors


HOSTILE = {
    'pipes': 'a|' * 20_000 + 'a',
    'and': 'a&&' * 20_000 + 'a',
    'and or': 'a&&b||' * 10_000 + 'a',
    'lines': 'echo "$A" b | c --x=$y > out\n' * 10_000,
    'items': 'case x in\n' + ''.join(f'a{number}) b;;\n' for number in range(5000)) + 'esac',
    'elif': 'if a; then b;' + 'elif a; then b;' * 10_000 + 'fi',
    'nested if': 'if a; then ' * 10_000,
    'parentheses': nested('(', 'a', ')', 20_000),
    'double parentheses': nested('((', 'a', '))', 20_000),
    'substitutions': nested('$(', 'a', ')', 20_000),
    'open substitutions': '$(' * 20_000,
    'quoted substitutions': nested('"$(', 'a', ')"', 20_000),
    'open quoted substitutions': '"$(' * 20_000,
    'defaults': nested('${a:-', 'b', '}', 20_000),
    'open defaults': '${a:-' * 20_000,
    'open quoted defaults': '"${a:-"' * 20_000,
    'open replacements': '${a/' * 20_000,
    'arithmetic': nested('$((', '1', '))', 20_000),
    'open arithmetic': '$((' * 20_000,
    'open old arithmetic': '$[' * 20_000,
    'backquotes': '`' * 20_001,
    'escaped backquotes': '`\\`' * 10_000,
    'nested backquotes': '`'.join('\\' * (2**level - 1) for level in range(12)),
    'single quotes': "it's " * 20_001,
    'double quotes': '"' * 20_001,
    'quotes on lines': 'echo don\'t "x\n' * 5_000,
    'documents on one line': 'cat ' + '<<A ' * 20_000 + '\nx\nA\n',
    'documents without end': 'cat <<A\n' * 20_000,
    'documents with open substitutions': 'cat <<A\n$(\nA\n' * 2_000,
    'functions': 'f() ' * 20_000,
    'coprocesses': 'coproc ' * 10_000,
    'bangs': '! ' * 20_000 + 'a',
    'subscripts': 'a[' * 20_000,
    'declared subscripts': 'declare ' + 'a[ ' * 20_000,
    'substitutions in subscripts': 'a[$(' * 10_000,
    'open tests': '[[ a && ' * 10_000,
    'regular expression': '[[ a =~ ' + '(' * 20_000,
    'globs': 'echo ' + '@(' * 20_000,
    'operators': ';&|<>()' * 5_000,
    'closing words': 'fi;done;esac;}' * 5_000,
    'long word': 'a' * 900_000,
    'long string': '"' + 'a' * 900_000 + '"',
    'many words': 'a ' * 200_000,
    'many parameters': '$a' * 200_000,
    'continuations': 'a\\\n' * 50_000,
    'empty lines': '\n' * 500_000,
    'surrogates': '\ud800 $\udfff "\ud800"',
}  # fmt: skip


@pytest.mark.parametrize('script', HOSTILE.values(), ids=HOSTILE)
def test_hostile_scripts_end_in_time(script: str) -> None:
    start = process_time()
    tree = parse(script, seconds=2)

    assert process_time() - start < 6
    assert tree == tree.replace()  # comparing walks the whole tree by recursion
    assert tree.body.end == len(script)


def test_a_long_list_is_no_deep_tree() -> None:
    tree = parse('a && ' * 100 + 'a')

    assert dump(tree).count('[a]') == 101
    assert not tree.errors


def test_a_list_that_turns_too_often_goes_on_as_another_command() -> None:
    tree = parse('a && b || ' * 100 + 'a')

    assert dump(tree).count('[a]') == 101
    assert tree.errors


def test_when_time_runs_out_what_was_read_is_kept() -> None:
    script = 'cmd "$A"\n' * 50_000
    tree = parse(script, seconds=0)

    assert not tree.complete
    assert 0 < len(tree.body.commands) < 50_000
    assert tree.errors == ((tree.body.commands[-1].end, len(script)),)


def test_a_script_that_is_too_long_is_cut_at_a_line() -> None:
    script = f'echo {"x" * 94}\n' * (MAX_LENGTH // 100 + 5)
    tree = parse(script, seconds=20)

    assert not tree.complete
    assert tree.errors == ((MAX_LENGTH, len(script)),)
    assert len(tree.body.commands) == MAX_LENGTH // 100


def test_a_low_recursion_limit_of_the_caller_leaves_the_tree_incomplete() -> None:
    script = 'a\n' + nested('"$(', 'b', ')"', 35) + '\nc'
    frames = 0
    frame = sys._getframe()
    while frame is not None:
        frame, frames = frame.f_back, frames + 1
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 120)
    try:
        tree = parse(script)
    finally:
        sys.setrecursionlimit(limit)

    assert not tree.complete
    assert dump(tree.body) == '[a]'
