from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.findings.finding import Suppression
from artifacts_guard.reports import render
from artifacts_guard.reports.sarif import uri
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results

SCHEMA = json.loads((Path(__file__).parent.parent / 'resources/sarif-2.1.0-rtm.5.json').read_text('utf-8'))


def run(result: Result, **options: Any) -> Any:
    log = json.loads(render('sarif', result, **options))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    return log['runs'][0]


def single(text: str = 'cmd arg\n', **fields: Any) -> Result:
    document = Document('x.sh', text)
    return Result((results.finding(Place(document, Span(0, 3)), **fields),))


def test_it_is_valid() -> None:
    assert run(results.publish(), rules=results.RULES)['results']
    assert run(results.publish())['results']
    assert run(results.nothing(), rules=results.RULES)['results'] == []


def test_every_result_names_its_rule() -> None:
    made = run(results.publish(), rules=results.RULES)
    rules = made['tool']['driver']['rules']
    assert [rule['id'] for rule in rules] == sorted(rule['id'] for rule in rules)
    for result in made['results']:
        assert rules[result['ruleIndex']]['id'] == result['ruleId']


def test_a_rule_is_described() -> None:
    rules = run(results.nothing(), rules=results.RULES)['tool']['driver']['rules']
    rule = next(rule for rule in rules if rule['id'] == 'token-flag')
    assert rule['helpUri'] == 'https://example.invalid/rules/token-flag'
    assert rule['properties'] == {
        'tags': ['security', 'credentials'],
        'precision': 'high',
        'security-severity': '8.0',
    }
    assert rule['help']['markdown'].startswith('# Token given as a flag of the CLI\n\nEvery user')
    assert 'ignore[token-flag] because' in rule['help']['markdown']
    assert rule['help']['text']
    assert rule['defaultConfiguration'] == {'level': 'error'}


def test_the_tool_says_where_it_comes_from() -> None:
    driver = run(results.nothing())['tool']['driver']
    assert driver['informationUri'].startswith('https://')
    assert driver['semanticVersion'] == driver['version']


def test_fingerprints_hold_no_line_and_are_the_same_everywhere() -> None:
    above = single('cmd arg\n', identity='i')
    document = Document('x.sh', '\n\n  cmd arg\n')
    below = Result((results.finding(results.place(document, 'cmd'), identity='i'),))
    first, second = (run(result)['results'][0]['partialFingerprints'] for result in (above, below))
    assert first == second == {'artifactsGuard/v1': above.findings[0].fingerprint}


def test_the_trail_is_a_code_flow_that_ends_at_the_finding() -> None:
    result = next(
        r
        for r in run(results.publish())['results']
        if r['locations'][0]['physicalLocation']['region']['startLine'] == 17
    )
    steps = result['codeFlows'][0]['threadFlows'][0]['locations']
    assert [(step['executionOrder'], step['location']['message']['text']) for step in steps] == [
        (1, 'secret bound here'),
        (2, 'the host is shared'),
        (3, 'becomes an argument here'),
    ]
    assert (
        steps[-1]['location']['physicalLocation']['region']
        == result['locations'][0]['physicalLocation']['region']
    )
    assert [place['message']['text'] for place in result['relatedLocations']] == [
        'secret bound here',
        'the host is shared',
    ]
    assert [place['id'] for place in result['relatedLocations']] == [1, 2]


def test_a_finding_without_a_trail_has_no_flow() -> None:
    assert not {'codeFlows', 'relatedLocations'} & set(run(single())['results'][0])


def test_suppressed_findings_are_there_with_the_reason() -> None:
    made = run(results.publish())['results']
    hidden = [result for result in made if result['suppressions']]
    assert len(made) == 7
    assert len(hidden) == 1
    (suppression,) = hidden[0]['suppressions']
    assert (suppression['kind'], suppression['status']) == ('inSource', 'accepted')
    assert suppression['justification'] == 'the page is public'
    assert suppression['location']['physicalLocation']['region']['startLine'] == 6


def test_a_baseline_is_external() -> None:
    (finding,) = single().findings
    hidden = Result((), (finding.replace(suppression=Suppression('external', 'known')),))
    assert run(hidden)['results'][0]['suppressions'] == [
        {'kind': 'external', 'status': 'accepted', 'justification': 'known'}
    ]


def test_without_suppressed_findings_nothing_is_said_of_suppression() -> None:
    assert 'suppressions' not in run(single())['results'][0]


@pytest.mark.parametrize(('confidence', 'rank'), [('high', 90.0), ('medium', 50.0), ('low', 10.0)])
def test_confidence_is_the_rank(confidence: str, rank: float) -> None:
    (result,) = run(single(confidence=confidence))['results']
    assert (result['rank'], result['properties']['confidence']) == (rank, confidence)


def test_a_fix() -> None:
    document = Document('x.sh', 'cmd arg\n')
    edits = (Edit(Place(document, Span(4, 7)), 'one'), Edit(Place(document, Span(0, 0)), 'two '))
    (result,) = run(single(fix=Fix('do it', edits, safe=True)))['results']
    (fix,) = result['fixes']
    assert fix['description'] == {'text': 'do it'}
    (change,) = fix['artifactChanges']
    assert change['artifactLocation'] == {'uri': 'x.sh', 'uriBaseId': '%SRCROOT%'}
    assert change['replacements'][0] == {
        'deletedRegion': {'startLine': 1, 'startColumn': 5, 'endLine': 1, 'endColumn': 8},
        'insertedContent': {'text': 'one'},
    }


def test_what_was_not_checked_is_a_notification() -> None:
    result = Result(
        (),
        skipped=(Skipped('a b.yml', 'permission denied'), Skipped('b.png', 'binary', fatal=False)),
        notes=('n',),
    )
    (invocation,) = run(result)['invocations']
    assert invocation['executionSuccessful'] is False
    assert [(n['level'], n['message']['text']) for n in invocation['toolExecutionNotifications']] == [
        ('error', 'Not checked: permission denied'),
        ('note', 'Not checked: binary'),
        ('note', 'n'),
    ]
    location = invocation['toolExecutionNotifications'][0]['locations'][0]['physicalLocation'][
        'artifactLocation'
    ]
    assert location['uri'] == 'a%20b.yml'
    assert run(single())['invocations'][0]['executionSuccessful'] is True


def test_columns_are_code_points_and_the_end_is_exclusive() -> None:
    document = Document('x.sh', '🙂 cmd\n')
    made = run(Result((results.finding(results.place(document, 'cmd')),)))
    assert made['columnKind'] == 'unicodeCodePoints'
    region = made['results'][0]['locations'][0]['physicalLocation']['region']
    assert region == {'startLine': 1, 'startColumn': 3, 'endLine': 1, 'endColumn': 6}


def test_the_context_is_the_line() -> None:
    document = Document('x.sh', 'a\n' + 'x' * 5000 + 'cmd' + 'y' * 5000 + '\n')
    made = run(Result((results.finding(results.place(document, 'cmd')),)))
    context = made['results'][0]['locations'][0]['physicalLocation']['contextRegion']
    assert (context['startLine'], context['endLine']) == (2, 2)
    assert 'cmd' in context['snippet']['text']
    assert len(context['snippet']['text']) <= 400


def test_nothing_from_input_becomes_a_link() -> None:
    (result,) = run(single(message='see [x](http://example.invalid) and ${{ secrets.X }}'))['results']
    assert result['message']['text'] == 'see \\[x](http://example.invalid) and ${{ secrets.X }}'


@pytest.mark.parametrize(
    ('path', 'expected'),
    [
        ('.github/workflows/a.yml', '.github/workflows/a.yml'),
        ('a b/ü.yml', 'a%20b/%C3%BC.yml'),
        ('100%.sh', '100%25.sh'),
        ('a#b?c.sh', 'a%23b%3Fc.sh'),
        ('http:x', 'http%3Ax'),
        ('a\\b', 'a%5Cb'),
        ('a\nb', 'a%0Ab'),
        ('bad\udcff', 'bad%FF'),
        ('lone\ud800', 'lone%5Cud800'),
        ('[x]', '%5Bx%5D'),
    ],
)
def test_uri(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_no_path_of_this_machine_and_no_time() -> None:
    shown = render('sarif', results.publish())
    assert 'file://' not in shown
    assert 'TimeUtc' not in shown
    assert '@example' not in shown
