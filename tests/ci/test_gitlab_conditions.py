"""Conditions of rules: text and what is known in, whether it holds out."""

from __future__ import annotations

import time

import pytest

from artifacts_guard.ci.gitlab import conditions
from artifacts_guard.ci.gitlab.conditions import ANYTHING
from artifacts_guard.ci.gitlab.conditions import FILLED
from artifacts_guard.ci.gitlab.conditions import Name

KNOWN = {
    'SOURCE': 'merge_request_event',
    'EMPTY': '',
    'NONE': None,
    'BLANK': ' ',
    'DEFAULT': Name('default'),
    'BRANCH': Name('default'),
    'OTHER': Name('other', frozenset(('main', 'master'))),
    'FILLED': FILLED,
    'ANY': ANYTHING,
}

HOLDS = {
    # equality
    '$SOURCE == "merge_request_event"': True,
    "$SOURCE == 'push'": False,
    '$SOURCE != "push"': True,
    '"push" == $SOURCE': False,
    '"a" == "a"': True,
    '$NONE == null': True,
    '$NONE != null': False,
    '$EMPTY == ""': True,
    '$EMPTY == null': False,
    '$NONE == ""': False,
    '$SOURCE == null': False,
    '$BRANCH == $DEFAULT': True,
    '$OTHER == $DEFAULT': False,
    '$OTHER == "main"': False,
    '$OTHER == "develop"': None,
    '$BRANCH == "main"': None,
    '$BRANCH == null': False,
    '$BRANCH != ""': True,
    '$FILLED == ""': False,
    '$FILLED == "x"': None,
    '$ANY == null': None,
    '$MISSING == "x"': None,
    '$MISSING == $ALSO_MISSING': None,
    # what is there
    '$SOURCE': True,
    '$EMPTY': False,
    '$NONE': False,
    '$BLANK': False,
    '$BRANCH': True,
    '$FILLED': True,
    '$ANY': None,
    '!$NONE': True,
    '!$SOURCE': False,
    '!$ANY': None,
    # patterns
    '$SOURCE =~ /^merge_request/': True,
    '$SOURCE =~ /^push$|^web$/': False,
    '$SOURCE !~ /^push$|^web$/': True,
    '$SOURCE =~ /EVENT$/': False,
    '$SOURCE =~ /EVENT$/i': True,
    '$SOURCE =~ /(merge|x)_/': True,
    '$SOURCE =~ /^m.*$/': None,
    '$NONE =~ /^feature\\/.*$/': False,
    '$NONE =~ /.*/': True,
    '$NONE !~ /^v\\d+/': True,
    '$NONE =~ /^a{1,3}$/': None,
    '$OTHER =~ /^main$/': False,
    '$OTHER =~ /^(main|master)$/': False,
    '$OTHER =~ /^(main|develop)$/': None,
    '$OTHER =~ /main/': None,
    '$BRANCH =~ /^main$/': None,
    '$ANY =~ /x/': None,
    '$SOURCE =~ $PATTERN': None,
    '$SOURCE =~ /(/': None,
    # together
    '$SOURCE && $NONE': False,
    '$SOURCE && $ANY': None,
    '$NONE && $ANY': False,
    '$SOURCE || $ANY': True,
    '$NONE || $ANY': None,
    '$NONE || $EMPTY': False,
    '$SOURCE || $SOURCE && $NONE': True,
    '($SOURCE || $SOURCE) && $NONE': False,
    '$NONE == null && $SOURCE == "merge_request_event"': True,
    '!($NONE || $EMPTY)': True,
    '$SOURCE\n && $BRANCH': True,
    # what is no condition
    '': None,
    '$': None,
    '$SOURCE ==': None,
    '== "x"': None,
    '($SOURCE': None,
    '$SOURCE)': None,
    '$SOURCE "x"': None,
    '$SOURCE = "x"': None,
    'merge_request_event': None,
    '$[[ inputs.x ]] == "a"': None,
}


@pytest.mark.parametrize(('text', 'wanted'), HOLDS.items(), ids=HOLDS)
def test_holds(text: str, wanted: bool | None) -> None:
    assert conditions.holds(text, KNOWN) is wanted


HOSTILE = {
    'open brackets': '(' * 50_000,
    'balanced brackets': '(' * 5_000 + '$A' + ')' * 5_000,
    'negations': '!' * 50_000 + '$A',
    'a long chain': ' && '.join(['$A'] * 20_000),
    'quotes': '"' * 99_999,
    'slashes': '$A =~ ' + '/' * 99_999,
    'blanks': ' ' * 300_000 + 'x',
    'a costly pattern': '$SOURCE =~ /^(([a-z_])+)+x$/',
    'a costly pattern for nothing': '$NONE =~ /' + '(a?){500}' * 30 + '/',
    'brackets that Python warns of': '$NONE =~ /[[a]--b]/',
}


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
@pytest.mark.filterwarnings('error')
def test_hostile_conditions_end_soon(text: str) -> None:
    start = time.process_time()
    assert conditions.holds(text, KNOWN) is None
    assert time.process_time() - start < 1
