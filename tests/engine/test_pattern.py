"""Patterns in rules: what is accepted stays quick, what could be slow is refused."""

from __future__ import annotations

import re
import time

import pytest

from artifacts_guard.engine.pattern import LIMIT
from artifacts_guard.engine.pattern import objection

FINE = {
    'a literal': 'push',
    'a prefix': 'aa_.*',
    'two repeats': '.*token.*',
    'a class with a bracket in it': r'[]a-z\]]+',
    'a negated class': '[^/]+/[^/]+',
    'a fixed count': '[A-Za-z0-9_-]{43}',
    'a bounded count': 'v[0-9]{1,3}',
    'a choice': '(curl|wget)',
    'a choice at the top': 'curl|wget|http|xh',
    'an optional part': 'https?://.*',
    'an escape': r'\d+\.\d+',
    'a brace that stands for itself': 'a{b}',
    'a group that is optional': '(v1)?',
    'a group of a fixed text, repeated': '(ab)*',
    'no case': '(?i)curl',
    'a group without a number': '(?:curl|wget) .*',
}

REFUSED = {
    'a repeat in a repeat': ('(a+)+', 'repeats a group'),
    'a repeat in a counted repeat': ('(a*){10}', 'repeats a group'),
    'a repeat deep in a repeat': ('((x(a+))y)*', 'repeats a group'),
    'a choice in a repeat': ('(a|a)*', 'repeats a group'),
    'an optional part in a repeat': ('(a?)*', 'repeats a group'),
    'four repeats': ('.*a.*b.*c.*', 'too many'),
    'many optional parts': ('a?' * 25 + 'a' * 25, 'too many'),
    'many choices': ('(a|a)' * 25, 'too many'),
    'a reference back': (r'(a)\1', 'refers back'),
    'a look ahead': ('(?=a)b', 'uses a group'),
    'a look behind': ('(?<!a)b', 'uses a group'),
    'a named group': ('(?P<x>a)', 'uses a group'),
    'flags in the middle': ('a(?i:b)', 'uses a group'),
    'a large count': ('a{1000}', 'repeats more than'),
    'an enormous count': ('a{4294967296}', ''),
    'no regular expression': ('(', 'is no regular expression'),
    'too long': ('a' * 300, 'is longer than'),
}


@pytest.mark.parametrize('pattern', FINE.values(), ids=FINE)
def test_accepted(pattern: str) -> None:
    assert objection(pattern) == ''


@pytest.mark.parametrize(('pattern', 'reason'), REFUSED.values(), ids=REFUSED)
def test_refused(pattern: str, reason: str) -> None:
    said = objection(pattern)

    assert said != ''
    assert reason in said


@pytest.mark.parametrize(
    'pattern', ['.*a.*b.*c', 'a*a*a*b', '(?:a|a)(?:a|a)(?:a|a)a*a*b', 'a?a?a?a?a?a?a?a?a*a*b']
)
def test_the_worst_that_is_accepted_is_quick_enough(pattern: str) -> None:
    assert objection(pattern) == ''

    match = re.compile(pattern).fullmatch
    start = time.process_time()
    match('a' * LIMIT)

    assert time.process_time() - start < 2
