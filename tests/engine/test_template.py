"""Texts with the words of a fact in them."""

from __future__ import annotations

import pytest

from artifacts_guard.engine import template
from artifacts_guard.facts.model import Fact
from artifacts_guard.facts.model import Grant
from tests.engine.made import call
from tests.engine.made import flag
from tests.engine.made import place

GRANT = Grant(place('artifacts push'), excess=('a', 'b', 'c'), needed=('a', 'b'), dangerous=('a',), name='k')

RENDERED: list[tuple[str, str, Fact, str]] = [
    ('a text without fields', 'nothing here', flag(), 'nothing here'),
    ('a field', 'by {program}', flag(), 'by artifacts'),
    ('a field between backticks', 'by {`program`}', flag(), 'by `artifacts`'),
    ('a list', '{excess}', GRANT, 'a, b and c'),
    ('a list of two between backticks', '{`needed`}', GRANT, '`a` and `b`'),
    ('a list of one', '{`dangerous`}', GRANT, '`a`'),
    ('a list for a command line', '--scopes {needed:,}', GRANT, '--scopes a,b'),
    ('an empty field with words for it', '{name|a key}', Grant(place('echo')), 'a key'),
    ('an empty list with words for it', '{`needed`|nothing}', Grant(place('echo')), 'nothing'),
    ('an empty list for a command line', '{needed:,|SCOPES}', Grant(place('echo')), 'SCOPES'),
    ('an empty field without words', 'by {origin}.', flag(origin=''), 'by .'),
    ('a field that is there has no need of its words', '{name|a key}', GRANT, 'k'),
    ('an expression of a pipeline', 'T: ${{ secrets.KEY }}', flag(), 'T: ${{ secrets.KEY }}'),
    ('a variable of a shell', 'echo ${program} "${origin:+set}"', flag(), 'echo ${program} "${origin:+set}"'),
    ('JSON and jq', '{"a": 1} {content: $content} {}', flag(), '{"a": 1} {content: $content} {}'),
    ('doubled braces', '{{program}}', flag(), '{{program}}'),
    ('a shell brace', 'file{program}', flag(), 'file{program}'),
    ('a value on several lines', '{program}', flag(program='a\n\tb\r\nc'), 'a b c'),
    ('a value of which a part is not known', '{program}', flag(program='weekly-\ufffc'), 'weekly-…'),
    ('a value with backticks', '{`program`}', flag(program='a`b'), '`aˋb`'),
    ('a value that looks like a field', '{program}', flag(program='{origin}'), '{origin}'),
    ('a very long value', '{program}', flag(program='x' * 500), 'x' * 119 + '…'),
]


@pytest.mark.parametrize(
    ('text', 'fact', 'expected'), [r[1:] for r in RENDERED], ids=[r[0] for r in RENDERED]
)
def test_rendered(text: str, fact: Fact, expected: str) -> None:
    assert template.rendered(text, fact) == expected


HOSTS = [
    (
        'shared',
        'self-hosted (`self-hosted`: others use it)',
        'a host that other jobs or people use too (`self-hosted`)',
    ),
    ('ephemeral', 'ubuntu-latest (hosted)', 'a machine that is thrown away after this job (`ubuntu-latest`)'),
    ('unknown', 'the file names no runner', 'an unknown host (the file names no runner)'),
    ('unknown', '', 'an unknown host'),
]


@pytest.mark.parametrize(('tenancy', 'runner', 'expected'), HOSTS, ids=[f'{t}: {r}' for t, r, _ in HOSTS])
def test_host_in_words(tenancy: str, runner: str, expected: str) -> None:
    assert template.rendered('{host}', flag(tenancy=tenancy, runner=runner)) == expected


CALLS = [
    ('push', '`artifacts push`'),
    ('POST /api/artifacts', '`POST /api/artifacts`'),
    ('unknown', 'It'),
    ('', 'It'),
]


@pytest.mark.parametrize(('command', 'expected'), CALLS, ids=[command for command, _ in CALLS])
def test_call_as_people_type_it(command: str, expected: str) -> None:
    assert template.rendered('{`call`|It}', call(command)) == expected


def test_a_sentence_begins_with_a_capital_letter() -> None:
    assert template.sentence('{origin} is here\n', flag()) == 'The secret KEY is here'
    assert template.sentence('{`program`} is here', flag()) == '`artifacts` is here'


def test_names_are_those_that_are_replaced() -> None:
    text = '{a_b} {`c`|d} {e:,|f} ${{ g }} ${h} {{i}} {j k} {L}'

    assert template.names(text) == ('a_b', 'c', 'e')
    assert template.unsupported(text) == ('a_b',)


def test_a_text_without_a_fact() -> None:
    assert template.generic('{`program`|the CLI} on {host}, {origin}') == (
        'the CLI on a host that other jobs or people use too, …'
    )
