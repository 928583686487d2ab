"""Pages, texts and the schema made from rules."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from artifacts_guard.engine import load
from artifacts_guard.engine import pages
from artifacts_guard.engine.model import Case
from artifacts_guard.engine.model import Rule
from artifacts_guard.engine.schema import json_schema
from artifacts_guard.engine.texts import rule_texts
from tests.engine.made import BY_TENANCY
from tests.engine.made import rule
from tests.engine.test_rule import ACCEPTED
from tests.engine.test_rule import changed

PAGES = Path(__file__).parents[2] / 'docs' / 'rules'

LEVELS: list[tuple[Rule, str]] = [
    (rule(), 'warning'),
    (rule(level=BY_TENANCY), 'error on shared hosts, note on machines of one job, warning on other hosts'),
    (rule(level=(Case({'masked': True}, 'note'), Case({}, 'error'))), 'error, or note'),
    (rule(level=(Case({'masked': True}, 'error'), Case({}, 'error'))), 'error'),
]


@pytest.mark.parametrize(('made', 'words'), LEVELS, ids=[words for _, words in LEVELS])
def test_levels_in_words(made: Rule, words: str) -> None:
    assert pages.levels(made) == words


REMARKS: list[tuple[Rule, str]] = [
    (rule(), ''),
    (rule(pedantic={}), 'only with --pedantic'),
    (rule(pedantic={'masked': True}), 'in part only with --pedantic'),
    (rule(status='preview'), 'preview: has to be selected'),
    (rule(status='deprecated', aliases=('old', 'older')), 'deprecated; also called old, older'),
]


@pytest.mark.parametrize(('made', 'words'), REMARKS, ids=[words for _, words in REMARKS])
def test_what_is_out_of_the_ordinary(made: Rule, words: str) -> None:
    assert pages.remarks(made) == words


CONDITIONS: list[tuple[dict[str, Any], str]] = [
    ({'masked': True}, '`masked`'),
    ({'masked': False, 'sink': 'log'}, 'not `masked` and `sink` is `log`'),
    ({'program': ['curl', 'wget']}, '`program` is `curl` or `wget`'),
    ({'guard': ''}, '`guard` is empty'),
    ({'excess': {'present': True}}, '`excess` is not empty'),
    ({'excess': {'has': 'x'}}, '`excess` has `x`'),
    ({'users': {'below': 'readers'}}, '`users` below `readers`'),
    ({'not': {'masked': True}}, 'not `masked`'),
    ({'not': {'masked': True, 'sink': 'log'}}, 'not (`masked` and `sink` is `log`)'),
    ({'any': [{'masked': True}, {'literal': True}]}, '(`masked` or `literal`)'),
]


@pytest.mark.parametrize(('when', 'words'), CONDITIONS, ids=[words for _, words in CONDITIONS])
def test_conditions_in_words(when: dict[str, Any], words: str) -> None:
    assert pages.condition(when) == words


@pytest.mark.parametrize('made', load.builtin(), ids=lambda made: made.id)
def test_a_page_is_well_formed(made: Rule) -> None:
    source = load.source(made)
    markdown, plain = pages.markdown(source), pages.plain(source)

    assert markdown.startswith(f'# {made.id}\n')
    assert markdown.count('```') % 2 == 0
    assert [line for line in markdown.splitlines() if line.startswith('## ')][:5] == [
        '## What it says', '## Why', '## What to do', '## Found', '## Not found',
    ]  # fmt: skip
    for page in (markdown, plain):
        assert '[|' not in page
        assert '|]' not in page
        assert '\n\n\n' not in page
        assert page.endswith('\n')
        assert not page.endswith('\n\n')
    assert plain.startswith(f'{made.id}: ')
    assert '^' in plain


def test_a_page_for_a_terminal_underlines_what_is_marked() -> None:
    plain = pages.plain(load.source(next(r for r in load.builtin() if r.id == 'token-flag')))

    lines = plain.splitlines()
    at = next(i for i, line in enumerate(lines) if '^' in line)
    start, end = lines[at].index('^'), len(lines[at])
    assert lines[at - 1][start:end] == '--token "$AGENT_ARTIFACTS_TOKEN"'


def test_the_index_names_every_rule_once() -> None:
    rules = load.builtin()

    index = pages.index(rules)

    assert [index.count(f'({made.id}.md)') for made in rules] == [1] * len(rules)


def test_texts_for_reports() -> None:
    texts = rule_texts((*load.builtin(), rule(id='own-rule', own=True, level=BY_TENANCY)))

    flag = texts['token-flag']
    assert (flag.id, flag.level, flag.precision, flag.security_severity) == (
        'token-flag',
        'error',
        'high',
        '7.8',
    )
    assert flag.tags == ('security', 'exposure')
    assert flag.title == 'Token on the command line of the CLI'
    assert '/proc/PID/cmdline' in flag.why
    assert '${{ secrets.AGENT_ARTIFACTS_TOKEN }}' in flag.advice
    assert texts['piling-push'].security_severity == ''
    assert texts['piling-push'].tags == ('unattended',)
    assert texts['hardcoded-token'].precision == 'medium'
    assert texts['own-rule'].level == 'error'
    assert flag.url.endswith('/docs/rules/token-flag.md')
    assert texts['own-rule'].url == ''


def test_a_rule_of_the_user_leads_to_the_page_that_it_names() -> None:
    own = rule(id='own-rule', own=True, level=BY_TENANCY, references=('https://example.invalid/a', 'b'))

    assert rule_texts([own])['own-rule'].url == 'https://example.invalid/a'


def test_every_rule_of_ours_has_its_page() -> None:
    for text in rule_texts(load.builtin()).values():
        assert (PAGES / text.url.rpartition('/')[2]).is_file()


@pytest.mark.parametrize('made', load.builtin(), ids=lambda made: made.id)
def test_texts_hold_no_fields_that_nothing_fills(made: Rule) -> None:
    text = rule_texts([made])[made.id]

    assert '…' not in text.why.replace('artifacts … |', '')
    assert '{`' not in text.why + text.advice


# the schema for editors


SCHEMA = json_schema()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize('made', load.builtin(), ids=lambda made: made.id)
def test_the_schema_accepts_the_built_in_rules(made: Rule) -> None:
    with open(f'{load.RULES_DIR}/{made.group}/{made.id}.yaml', encoding='utf-8') as stream:
        values = yaml.safe_load(stream)

    jsonschema.Draft202012Validator(SCHEMA).validate(values)


@pytest.mark.parametrize('values', [r[1] for r in ACCEPTED], ids=[r[0] for r in ACCEPTED])
def test_the_schema_accepts_what_the_program_accepts(values: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(copy.deepcopy(values))


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ('a key that is misspelt', changed(severty=7.0)),
    ('no id', changed(id=None)),
    ('a level that is none', changed(level='critical')),
    ('a fact that is none', changed(fact='exposures')),
    ('a field that is misspelt', changed(when={'sinks': 'flag'})),
    ('a field of another fact', changed(when={'command': 'push'})),
    ('a value that never is', changed(when={'sink': 'flags'})),
    ('a text for a yes or no', changed(when={'masked': 'yes'})),
    ('a matcher that is misspelt', changed(when={'program': {'match': 'x'}})),
    ('a field that is misspelt deeper down', changed(when={'any': [{'not': {'sinks': 'flag'}}]})),
    ('a list compared with a text', changed(fact='grant', when={'excess': 'x'})),
    ('no examples', changed(examples=None)),
]


@pytest.mark.parametrize('values', [r[1] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_the_schema_refuses(values: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(values)
