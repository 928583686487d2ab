from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.reports import render
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results

SCHEMA = json.loads(resources.files('artifacts_guard').joinpath('data/report.schema.json').read_text('utf-8'))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def strict(schema: Any) -> Any:
    """The schema with no key allowed that it does not describe."""
    if isinstance(schema, dict):
        closed = {'additionalProperties': False} if 'properties' in schema else {}
        return {**{key: strict(value) for key, value in schema.items()}, **closed}
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


def report(result: Result) -> Any:
    return json.loads(render('json', result))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize('result', [results.publish(), results.nothing()], ids=['publish', 'nothing'])
def test_the_schema_describes_the_report_fully(result: Result) -> None:
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(report(result))


@pytest.mark.parametrize(
    'break_it',
    [
        lambda report: report.pop('skipped'),
        lambda report: report.update(version=2),
        lambda report: report['findings'][0].update(level='fatal'),
        lambda report: report['findings'][0].pop('fingerprint'),
        lambda report: report['findings'][0].update(line=0),
        lambda report: report['findings'][0]['trail'][0].pop('role'),
    ],
)
def test_the_schema_refuses_other_reports(break_it: Any) -> None:
    broken = report(results.publish())
    break_it(broken)
    assert not VALIDATOR.is_valid(broken)


def test_a_fix() -> None:
    document = Document('x.sh', 'push a\n')
    edit = Edit(Place(document, Span(0, 4)), 'push --private')
    result = Result((results.finding(Place(document, Span(0, 4)), fix=Fix('add it', (edit,), safe=True)),))
    assert report(result)['findings'][0]['fix'] == {
        'title': 'add it',
        'safe': True,
        'edits': [
            {'path': 'x.sh', 'line': 1, 'column': 1, 'end_line': 1, 'end_column': 5, 'text': 'push --private'}
        ],
    }


def test_places_count_code_points() -> None:
    document = Document('x.sh', 'a\r\n🙂é "$T"\n')
    found = report(Result((results.finding(results.place(document, '"$T"')),)))['findings'][0]
    assert (found['line'], found['column'], found['end_line'], found['end_column']) == (2, 4, 2, 8)


def test_nothing_in_it_moves_a_terminal_and_all_can_be_read_back() -> None:
    words = 'a\x1b[2J\x9b\u202e\x7f##vso[x]\ud800\U000e0041 ::error::x\n'
    document = Document('d\udcffir/x', 'x')
    result = Result(
        (results.finding(Place(document, Span(0, 1)), message=words),), skipped=(Skipped(words, words),)
    )
    shown = render('json', result)
    assert all(char == '\n' or char.isprintable() for char in shown)
    assert '##vso[' not in shown
    assert json.loads(shown)['findings'][0]['message'] == words
    assert json.loads(shown)['findings'][0]['path'] == 'd\udcffir/x'


def test_text_stays_readable() -> None:
    document = Document('x', 'x')
    assert '日本 é →' in render(
        'json', Result((results.finding(Place(document, Span(0, 1)), message='日本 é →'),))
    )
