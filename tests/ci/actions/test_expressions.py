from __future__ import annotations

import pytest

from artifacts_guard.ci.actions import expressions
from artifacts_guard.ci.actions.expressions import Binary
from artifacts_guard.ci.actions.expressions import Call
from artifacts_guard.ci.actions.expressions import Index
from artifacts_guard.ci.actions.expressions import Literal
from artifacts_guard.ci.actions.expressions import Not
from artifacts_guard.ci.actions.expressions import Path

FOUND = {
    'one in a string': ('a ${{ x }} b', ['${{ x }}']),
    'two side by side': ('${{ x }}${{ y }}', ['${{ x }}', '${{ y }}']),
    'braces inside quotes do not end it': ("${{ format('{{0}}', x) }} }}", ["${{ format('{{0}}', x) }}"]),
    'a quote that is doubled': ("${{ 'it''s }}' }}-", ["${{ 'it''s }}' }}"]),
    'over two lines': ('${{ a ||\n b }}', ['${{ a ||\n b }}']),
}
NOT_FOUND = {
    'a shell variable': '${x} $x ${x:-{{}}}',
    'a Go template': '{{ .Values.x }}',
    'an unfinished one': 'a ${{ secrets.X ',
    'a quote that never ends': "${{ 'x }} ",
    'one brace': '${ secrets.X }',
}


@pytest.mark.parametrize(('text', 'wanted'), FOUND.values(), ids=FOUND)
def test_finds_expressions(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in expressions.find(text)] == wanted


@pytest.mark.parametrize('text', NOT_FOUND.values(), ids=NOT_FOUND)
def test_takes_nothing_else_for_an_expression(text: str) -> None:
    assert expressions.find(text) == []


PARSED: dict[str, tuple[str, object]] = {
    'a plain path': ('secrets.X', Path(('secrets', 'X'))),
    'a key in brackets is a path too': ("secrets['my-key']", Path(('secrets', 'my-key'))),
    'a star': ('github.event.*.name', Path(('github', 'event', '*', 'name'))),
    'a computed key': ('secrets[x]', Index(Path(('secrets',)), Path(('x',)))),
    'a key of a call': (
        'fromJSON(secrets.X).token',
        Index(Call('fromjson', (Path(('secrets', 'X')),)), Literal('token')),
    ),
    'and binds closer than or': (
        'a && b || c',
        Binary('||', (Binary('&&', (Path(('a',)), Path(('b',)))), Path(('c',)))),
    ),
    'a chain of or is flat': ('a || b || c', Binary('||', (Path(('a',)), Path(('b',)), Path(('c',))))),
    'comparison binds closer than and': (
        "a == 'x' && b",
        Binary('&&', (Binary('==', (Path(('a',)), Literal('x'))), Path(('b',)))),
    ),
    'not binds closest': ('!a.b', Not(Path(('a', 'b')))),
    'parentheses': ('!(a || b)', Not(Binary('||', (Path(('a',)), Path(('b',)))))),
    'a doubled quote': ("'it''s'", Literal("it's")),
    'words': ('true', Literal(True)),
    'null': ('null', Literal(None)),
    'a number': ('-9.2', Literal(-9.2)),
    'a hexadecimal number': ('0xff', Literal(255.0)),
    'a call without arguments': ('always()', Call('always', ())),
    'functions are named without case': ('ToJSON(a)', Call('tojson', (Path(('a',)),))),
}
UNPARSED = {
    'nothing': '',
    'double quotes': '"x"',
    'an operator without operand': 'a ||',
    'two values': 'a b',
    'an open parenthesis': '(a',
    'a stray bracket': 'a]',
    'a dot at the end': 'a.',
    'a comma at the top': 'a, b',
    'assignment': 'a = b',
    'nested too deeply': '(' * 60 + 'a' + ')' * 60,
    'too long': 'a ' * 20_000,
}


@pytest.mark.parametrize(('text', 'wanted'), PARSED.values(), ids=PARSED)
def test_parses(text: str, wanted: object) -> None:
    assert expressions.parse(text) == wanted


@pytest.mark.parametrize('text', UNPARSED.values(), ids=UNPARSED)
def test_says_what_is_no_expression(text: str) -> None:
    assert expressions.parse(text) is None


def test_a_long_chain_is_no_deep_tree() -> None:
    node = expressions.parse(' || '.join(['a'] * 4000))
    assert isinstance(node, Binary)
    assert len(node.operands) == 4000


@pytest.mark.parametrize('mark', ['${{ ', "${{ '", '}}', "'", '${{ a }}'])
def test_finding_takes_linear_time(mark: str) -> None:
    text = mark * 200_000
    assert len(expressions.find(text)) in (0, 200_000)
