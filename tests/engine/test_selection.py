"""Which rules speak."""

from __future__ import annotations

import pytest

from artifacts_guard.engine.selection import chosen
from artifacts_guard.engine.selection import named
from artifacts_guard.engine.selection import unheard
from artifacts_guard.engine.selection import unknown
from artifacts_guard.errors import UsageError
from tests.engine.made import rule

RULES = (
    rule(id='token-flag', group='exposure', aliases=('flag-token',)),
    rule(id='token-in-log', group='exposure'),
    rule(id='shared-key', group='access'),
    rule(id='token-in-untrusted-run', group='access'),
    rule(id='new-rule', group='access', status='preview'),
    rule(id='old-rule', group='access', status='deprecated'),
    rule(id='piling-push', group='unattended', pedantic={}),
)
STABLE = ['token-flag', 'token-in-log', 'shared-key', 'token-in-untrusted-run', 'piling-push']

CHOSEN: list[tuple[str, list[str], list[str], list[str]]] = [
    ('nothing said: all stable rules', [], [], STABLE),
    ('one name', ['token-flag'], [], ['token-flag']),
    ('an alias', ['flag-token'], [], ['token-flag']),
    ('a group', ['exposure'], [], ['token-flag', 'token-in-log']),
    ('a group includes preview rules', ['access'], [], ['shared-key', 'token-in-untrusted-run', 'new-rule']),
    ('a pattern', ['token-in-*'], [], ['token-in-log', 'token-in-untrusted-run']),
    ('a pattern with two stars', ['*in*run'], [], ['token-in-untrusted-run']),
    ('all', ['all'], [], [*STABLE[:4], 'new-rule', 'piling-push']),
    ('a deprecated rule by its name', ['old-rule'], [], ['old-rule']),
    (
        'one ignored',
        [],
        ['shared-key'],
        ['token-flag', 'token-in-log', 'token-in-untrusted-run', 'piling-push'],
    ),
    ('a group ignored', [], ['exposure'], ['shared-key', 'token-in-untrusted-run', 'piling-push']),
    ('all ignored', [], ['all'], []),
    ('a name is more exact than an ignored group', ['token-flag'], ['exposure'], ['token-flag']),
    ('an ignored name is more exact than a group', ['exposure'], ['token-flag'], ['token-in-log']),
    ('a pattern is more exact than a group', ['exposure'], ['token-*'], []),
    ('a group is more exact than all', ['all'], ['access'], ['token-flag', 'token-in-log', 'piling-push']),
    ('an ignore decides between equals', ['token-flag'], ['token-flag'], []),
    ('a star alone is a pattern', ['*'], ['access'], [*STABLE[:4], 'new-rule', 'piling-push']),
]


@pytest.mark.parametrize(
    ('select', 'ignore', 'expected'), [r[1:] for r in CHOSEN], ids=[r[0] for r in CHOSEN]
)
def test_chosen(select: list[str], ignore: list[str], expected: list[str]) -> None:
    assert [each.id for each in chosen(RULES, select, ignore)] == expected


UNKNOWN = [
    (['token-flg'], "no rule or group is called 'token-flg'; did you mean 'token-flag'?"),
    (['exposures'], "no rule or group is called 'exposures'; did you mean 'exposure'?"),
    (['TOKEN-FLAG'], "no rule or group is called 'TOKEN-FLAG'"),
    (['nothing-*-like-it'], "no rule or group is called 'nothing-*-like-it'"),
    ([''], "no rule or group is called ''"),
]


@pytest.mark.parametrize(('names', 'sentence'), UNKNOWN, ids=[names[0] for names, _ in UNKNOWN])
def test_a_name_that_no_rule_has_is_refused(names: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as selected:
        chosen(RULES, names)
    with pytest.raises(UsageError) as ignored:
        chosen(RULES, (), names)

    assert str(selected.value) == sentence
    assert str(ignored.value) == sentence


def test_named_are_the_ids_of_all_rules_that_are_meant() -> None:
    assert named(['flag-token', 'access', 'no-such'], RULES) == {
        'token-flag', 'shared-key', 'token-in-untrusted-run', 'new-rule', 'old-rule',
    }  # fmt: skip
    assert unknown(['flag-token', 'no-such', 'all'], RULES) == ('no-such',)


def test_a_pedantic_rule_that_was_selected_by_name_is_not_silent_in_silence() -> None:
    sentence = 'piling-push is pedantic: it speaks only with --pedantic'

    assert unheard(RULES, ['piling-push'], pedantic=False) == (sentence,)
    assert unheard(RULES, ['piling-push'], pedantic=True) == ()
    assert unheard(RULES, ['unattended', 'all', 'piling-*'], pedantic=False) == ()


def test_a_pattern_of_many_stars_is_quick() -> None:
    assert unknown(['*a' * 2000 + 'b'], [rule(id='a' * 60)]) == ('*a' * 2000 + 'b',)
