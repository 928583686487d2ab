"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from artifacts_guard.regex import lazy


def test_it_is_as_a_compiled_pattern() -> None:
    pattern = lazy(r'(a+)(?P<rest>b*)', re.IGNORECASE)

    for _ in range(2):
        assert pattern.pattern == r'(a+)(?P<rest>b*)'
        assert pattern.search('xAAb').span() == (1, 4)  # type: ignore[union-attr]
        assert pattern.match('xab') is None
        assert pattern.match('xab', 1)['rest'] == 'b'  # type: ignore[index]
        assert pattern.fullmatch('aac') is None
        assert [match[0] for match in pattern.finditer('ab aB')] == ['ab', 'aB']
        assert pattern.findall('ab a') == [('a', 'b'), ('a', '')]
        assert pattern.sub('-', 'xab') == 'x-'
        assert pattern.subn('-', 'abxa') == ('-x-', 2)
        assert pattern.split('1ab2') == ['1', 'a', 'b', '2']


def test_bytes() -> None:
    assert lazy(rb'a+').findall(b'aabaa') == [b'aa', b'aa']


def test_a_mistake_is_said_when_it_is_used() -> None:
    wrong = lazy('(')

    with pytest.raises(re.error):
        wrong.match('')


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError):
        lazy('a').scanner  # type: ignore[attr-defined] # noqa: B018
