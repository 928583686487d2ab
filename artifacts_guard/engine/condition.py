"""Conditions of rules, compiled to closures over a fact.

A condition is a mapping in which every entry must hold.  `all`, `any` and `not` combine conditions;
every other key is a field of the fact, with one of

    value                    the field is equal to it
    [a, b]                   the field is one of these
    {matches: regex}         the whole text matches (see `pattern` for what is allowed)
    {has: item}              the list holds the item, or one of a list of items
    {present: true}          the field is not empty (false: it is)
    {at_least: 2}            the number is as large
    {below: other_field}     the number is smaller than that of another field

The list is closed: what a rule needs beyond it becomes a field of a fact.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from artifacts_guard.facts.model import Fact

    Test = Callable[[Fact], bool]

COMBINED = ('all', 'any', 'not')
MATCHERS = ('matches', 'has', 'present', 'at_least', 'below')


def compiled(when: dict[str, Any]) -> Test:
    """A predicate for a condition that the schema accepted.  An empty condition always holds."""
    tests: list[Test] = []
    equal: dict[str, Any] = {}
    for key, value in when.items():
        if key in COMBINED:
            tests.append(_combined(key, value))
        elif isinstance(value, list):
            tests.append(_one_of(key, frozenset(value)))
        elif isinstance(value, dict):
            tests += [_matcher(key, name, argument) for name, argument in value.items()]
        else:
            equal[key] = value
    if equal:
        tests.insert(0, _equal(equal))  # the cheapest, and nearly always the deciding one
    return _all(tests)


def _all(tests: list[Test]) -> Test:
    if not tests:
        return lambda _: True
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda fact: first(fact) and second(fact)
    every = tuple(tests)

    def holds(fact: Fact) -> bool:
        for test in every:  # noqa: SIM110 - all() with a generator costs more than the tests themselves
            if not test(fact):
                return False
        return True

    return holds


def _combined(key: str, value: Any) -> Test:
    if key == 'not':
        inner = compiled(value)
        return lambda fact: not inner(fact)
    tests = [compiled(each) for each in value]
    if key == 'all':
        return _all(tests)
    either = tuple(tests)

    def holds(fact: Fact) -> bool:
        for test in either:  # noqa: SIM110 - as above
            if test(fact):
                return True
        return False

    return holds


def _equal(wanted: dict[str, Any]) -> Test:
    """One read of all the fields that must have a certain value."""
    read = attrgetter(*wanted)
    expected = tuple(wanted.values()) if len(wanted) > 1 else next(iter(wanted.values()))
    return lambda fact: bool(read(fact) == expected)


def _one_of(field: str, wanted: frozenset[Any]) -> Test:
    read = attrgetter(field)
    return lambda fact: read(fact) in wanted


def _matcher(field: str, name: str, argument: Any) -> Test:
    read = attrgetter(field)
    if name == 'present':
        return lambda fact: bool(read(fact)) is argument
    if name == 'at_least':
        return lambda fact: bool(read(fact) >= argument)
    if name == 'below':
        other = attrgetter(argument)
        return lambda fact: bool(read(fact) < other(fact))
    if name == 'has':
        wanted = frozenset(argument if isinstance(argument, list) else (argument,))
        return lambda fact: not wanted.isdisjoint(read(fact))
    return _matches(read, argument)


def _matches(read: Callable[[Fact], str], pattern: str) -> Test:
    import re

    from artifacts_guard.engine.pattern import LIMIT

    match = re.compile(pattern).fullmatch

    def holds(fact: Fact) -> bool:
        text = read(fact)
        return len(text) <= LIMIT and match(text) is not None

    return holds
