"""Conditions: what each form of a condition holds for."""

from __future__ import annotations

import time
from typing import Any

import pytest

from artifacts_guard.engine.condition import compiled
from artifacts_guard.facts.model import Binding
from artifacts_guard.facts.model import Fact
from artifacts_guard.facts.model import Grant
from tests.engine.made import call
from tests.engine.made import flag
from tests.engine.made import place

GRANT = Grant(place('artifacts push'), excess=('artifacts:read', 'artifacts:delete'), minting=True)
BINDING = Binding(place('artifacts push'), readers=5, users=1)

HOLDS: list[tuple[str, dict[str, Any], Fact]] = [
    ('an empty condition holds for everything', {}, flag()),
    ('a text is equal', {'sink': 'flag'}, flag()),
    ('a flag that is set', {'minting': True}, GRANT),
    ('a flag that is not set', {'literal': False}, flag()),
    ('an empty text', {'system': ''}, flag()),
    ('two fields at once', {'sink': 'flag', 'program': 'artifacts'}, flag()),
    ('three fields at once', {'sink': 'flag', 'program': 'artifacts', 'literal': False}, flag()),
    ('one of a list', {'sink': ['argv', 'flag']}, flag()),
    ('an item of a list field', {'excess': {'has': 'artifacts:delete'}}, GRANT),
    ('one of several items of a list field', {'excess': {'has': ['x', 'artifacts:read']}}, GRANT),
    ('a list that is not empty', {'excess': {'present': True}}, GRANT),
    ('a list that is empty', {'unknown': {'present': False}}, GRANT),
    ('a text that is not empty', {'origin': {'present': True}}, flag()),
    ('a number that is large enough', {'readers': {'at_least': 5}}, BINDING),
    ('a number smaller than another', {'users': {'below': 'readers'}}, BINDING),
    ('two matchers of one field', {'readers': {'at_least': 2, 'present': True}}, BINDING),
    ('a pattern of the whole text', {'program': {'matches': 'art[a-z]+'}}, flag()),
    ('a pattern that ignores case', {'program': {'matches': '(?i)ARTIFACTS'}}, flag()),
    ('all of several', {'all': [{'sink': 'flag'}, {'literal': False}]}, flag()),
    ('any of several', {'any': [{'sink': 'log'}, {'sink': 'flag'}]}, flag()),
    ('not one', {'not': {'sink': 'log'}}, flag()),
    ('not both', {'not': {'sink': 'flag', 'literal': True}}, flag()),
    ('combinations in each other', {'any': [{'not': {'all': [{'sink': 'flag'}]}}, {'sink': 'flag'}]}, flag()),
    ('a combination beside a field', {'sink': 'flag', 'any': [{'literal': True}, {'masked': False}]}, flag()),
    ('a field of all facts', {'tenancy': 'unknown', 'automation': False}, call()),
]

HOLDS_NOT: list[tuple[str, dict[str, Any], Fact]] = [
    ('another text', {'sink': 'log'}, flag()),
    ('a prefix of the text', {'program': 'artifact'}, flag()),
    ('a flag that is not set', {'literal': True}, flag()),
    ('one of two fields differs', {'sink': 'flag', 'program': 'curl'}, flag()),
    ('none of a list', {'sink': ['argv', 'log']}, flag()),
    ('an item that is not there', {'excess': {'has': 'artifacts:share'}}, GRANT),
    ('a part of an item', {'excess': {'has': 'artifacts'}}, GRANT),
    ('none of several items', {'excess': {'has': ['x', 'y']}}, GRANT),
    ('a list that is empty', {'unknown': {'present': True}}, GRANT),
    ('a text that is not empty', {'origin': {'present': False}}, flag()),
    ('a number that is too small', {'readers': {'at_least': 6}}, BINDING),
    (
        'a number that is as large',
        {'users': {'below': 'readers'}},
        Binding(place('echo'), readers=2, users=2),
    ),
    ('a pattern of the beginning only', {'program': {'matches': 'art'}}, flag()),
    ('a pattern of the end only', {'program': {'matches': 'facts'}}, flag()),
    ('a value too long for a pattern', {'program': {'matches': 'a*'}}, flag(program='a' * 300)),
    ('one of all differs', {'all': [{'sink': 'flag'}, {'literal': True}]}, flag()),
    ('none of any', {'any': [{'sink': 'log'}, {'sink': 'url'}]}, flag()),
    ('not what holds', {'not': {'sink': 'flag'}}, flag()),
    (
        'three tests of which the last fails',
        {'sink': ['flag'], 'program': ['artifacts'], 'form': ['-t']},
        flag(),
    ),
]


@pytest.mark.parametrize(('when', 'fact'), [row[1:] for row in HOLDS], ids=[row[0] for row in HOLDS])
def test_holds(when: dict[str, Any], fact: Fact) -> None:
    assert compiled(when)(fact) is True


@pytest.mark.parametrize(('when', 'fact'), [row[1:] for row in HOLDS_NOT], ids=[row[0] for row in HOLDS_NOT])
def test_holds_not(when: dict[str, Any], fact: Fact) -> None:
    assert compiled(when)(fact) is False


def test_compiling_does_not_change_the_condition() -> None:
    when = {'sink': ['flag', 'argv'], 'not': {'literal': True}}
    compiled(when)

    assert when == {'sink': ['flag', 'argv'], 'not': {'literal': True}}


def test_a_condition_costs_about_a_microsecond() -> None:
    holds = compiled({'sink': 'flag', 'program': 'artifacts', 'not': {'literal': True}})
    fact = flag()
    best = min(_seconds(lambda: holds(fact)) for _ in range(5))

    assert best / 2000 < 20e-6  # ~0.5 µs on an idle machine; this one may be busy


def _seconds(function: Any) -> float:
    start = time.process_time()
    for _ in range(2000):
        function()
    return time.process_time() - start
