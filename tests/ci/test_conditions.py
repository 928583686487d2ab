"""Conditions of Buildkite and CircleCI: what they can come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.ci import conditions
from artifacts_guard.ci.conditions import Value
from artifacts_guard.ci.model import Reference

NAMES: dict[str, tuple[Value, ...]] = {
    'branch': ('main',),
    'tag': ('',),
    'none': (None,),
    'number': (3.0,),
    'on': (True,),
    'either': ('a', 'b'),
    'build.pull_request.id': (None,),
    'BUILDKITE_TAG': ('v1',),
    'pipeline.parameters.my-flag': (False,),
}
UNKNOWN = Reference('unknown', 'unknown')
BOTH = (True, False)


def possible(text: str) -> tuple[Value, ...]:
    parsed = conditions.parse(text)
    assert parsed is not None
    return conditions.possible(parsed, NAMES.get)


POSSIBLE = {
    'a name': ('branch', ('main',)),
    'a name that nobody knows': ('unknown', (UNKNOWN,)),
    'equal': ('branch == "main"', (True,)),
    'in single quotes': ("branch == 'main'", (True,)),
    'not equal': ('branch != "main"', (False,)),
    'no value': ('none == null', (True,)),
    'a string is no null': ('tag == null', (False,)),
    'a number is no string': ('number == "3"', (False,)),
    'numbers': ('number == 3', (True,)),
    'true is no number': ('on == 1', (False,)),
    'either of two': ('either == "a"', BOTH),
    'not known': ('unknown == "a"', BOTH),
    'and, as Buildkite writes it': ('branch == "main" && none == null', (True,)),
    'and, as CircleCI writes it': ('branch == "main" and tag', ('',)),
    'and that the left decides': ('tag and unknown', ('',)),
    'and with what is not known': ('unknown and on', (False, True)),
    'or that the left decides': ('branch or unknown', ('main',)),
    'or that falls through': ('tag or "x"', ('x',)),
    'and before or': ('none == 1 and on or on', (True,)),
    'an if-then-else': ('branch == "main" and 10 or 1', (10.0,)),
    'not': ('not tag', (True,)),
    'an exclamation mark': ('!on', (False,)),
    'twice': ('!!on', (True,)),
    'not binds tightly': ('not on and unknown', (False,)),
    'parentheses': ('not (on and tag)', (True,)),
    'a path with hyphens': ('pipeline.parameters.my-flag or "x"', ('x',)),
    'starts-with': ('branch starts-with "ma"', (True,)),
    'not starts-with': ('branch starts-with "x"', (False,)),
    'regular expressions are not run': ('branch =~ /^(a+)+$/', BOTH),
    'nor are they in words': ('branch matches /main/', BOTH),
    'an order': ('number > 2', BOTH),
    'a list': ('labels includes "x"', BOTH),
    'a path of nulls': ('build.pull_request.id == null', (True,)),
    'an environment variable': ('build.env("BUILDKITE_TAG") == "v1"', (True,)),
    'another function': ('f("x") == 1', BOTH),
    'a comment': ('on // && !on\n && branch == "main" // end', (True,)),
    'an escape': (r'"a\"b" == "a\"b"', (True,)),
    'an operator in quotes is a string': ('"and" == "and"', (True,)),
}


@pytest.mark.parametrize(('text', 'expected'), POSSIBLE.values(), ids=POSSIBLE)
def test_possible_values(text: str, expected: tuple[Value, ...]) -> None:
    assert possible(text) == expected
    assert [type(one) for one in possible(text)] == [type(one) for one in expected]


NONE = {
    'nothing': '',
    'only a comment': '// x',
    'half a comparison': 'a ==',
    'two names': 'a b',
    'an open parenthesis': '(a',
    'an open string': '"a',
    'a function without a string': 'f(a)',
    'a sign': 'a = b',
    'deep nesting': '(' * 200 + 'a' + ')' * 200,
    'many negations': '!' * 200 + 'a',
    'a long chain': ' or '.join(['a'] * 300),
    'too long': 'a' * 5000,
}


@pytest.mark.parametrize('text', NONE.values(), ids=NONE)
def test_no_condition(text: str) -> None:
    assert conditions.parse(text) is None


def test_what_cannot_be_read_may_hold() -> None:
    assert conditions.may_hold(None, NAMES.get)
    assert conditions.may_hold(conditions.parse('unknown'), NAMES.get)
    assert not conditions.may_hold(conditions.parse('tag'), NAMES.get)


@given(st.text('ab."\'()!&|=<>~/ \n\\notrue1-', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_not(text: str) -> None:
    parsed = conditions.parse(text)
    if parsed is not None:
        assert conditions.possible(parsed, NAMES.get)
