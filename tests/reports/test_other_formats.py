"""What is particular to the small formats."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest

from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.reports import markdown
from artifacts_guard.reports import render
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results


def one(name: str, path: str = 'x.sh', **fields: object) -> str:
    return render(name, Result((results.finding(Place(Document(path, 'cmd\n'), Span(0, 3)), **fields),)))


def test_concise() -> None:
    assert one('concise', message='m') == 'x.sh:1:1: error[token-flag] m\n'
    assert one('concise', 'a\nb.sh', message='m') == 'a\\nb.sh:1:1: error[token-flag] m\n'


def test_concise_with_statistics() -> None:
    lines = render('concise', results.publish(), statistics=True).splitlines()
    assert lines[-4:] == [
        '3 error[token-flag]',
        '1 error[committed-token]',
        '1 warning[public-push]',
        '1 note[unpreviewed-mutation]',
    ]


def test_gitlab_has_a_fingerprint_for_each() -> None:
    document = Document('x.sh', 'a a a\n')
    found = [results.finding(results.place(document, 'a', number), identity='same') for number in range(3)]
    prints = [entry['fingerprint'] for entry in json.loads(render('gitlab', Result(tuple(found))))]
    assert len(set(prints)) == 3
    assert prints[0] == found[0].fingerprint


def test_gitlab_has_what_the_format_asks_for() -> None:
    for entry in json.loads(render('gitlab', results.publish())):
        assert entry['description']
        assert entry['check_name']
        assert entry['severity'] in ('info', 'minor', 'major', 'critical', 'blocker')
        assert not entry['location']['path'].startswith('./')
        assert entry['location']['lines']['begin'] >= 1


def test_gitlab_secrets_holds_secrets_only() -> None:
    report = json.loads(render('gitlab-secrets', results.publish(), rules=results.RULES))
    assert [one['location']['file'] for one in report['vulnerabilities']] == ['docs/notes.md']


def test_gitlab_secrets_has_what_the_schema_asks_for() -> None:
    made = render('gitlab-secrets', results.publish(), rules=results.RULES, when='2026-06-15T12:00:00')
    report = json.loads(made)
    scan = report['scan']
    assert re.fullmatch(r'\d+\.\d+\.\d+', report['version'])
    assert scan['start_time'] == scan['end_time'] == '2026-06-15T12:00:00'
    assert scan['status'] == 'success'
    assert scan['type'] == 'secret_detection'
    for tool in (scan['analyzer'], scan['scanner']):
        assert all(tool[key] for key in ('id', 'name', 'version', 'vendor'))
        assert tool['vendor']['name']
    assert scan['messages'] == [{'level': 'warn', 'value': 'locked.yml was not checked: permission denied'}]
    for found in report['vulnerabilities']:
        assert found['id']
        assert len(found['name']) <= 255
        assert len(found['solution']) <= 7000
        assert found['severity'] in ('Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical')
        assert found['location']['commit']['sha']
        assert all(
            identifier[key] for identifier in found['identifiers'] for key in ('type', 'name', 'value')
        )
        assert 'raw_source_code_extract' not in found


def test_junit_is_xml_whatever_stands_in_it() -> None:
    words = 'a < b & "c" ]]> \x00\x1b\ufffe\ud800 <![CDATA['
    root = ET.fromstring(one('junit', 'd<&">/x.sh', message=words, why=words))
    (suite,) = root.iter('testsuite')
    (failure,) = root.iter('failure')
    assert suite.attrib['name'] == 'd<&">/x.sh'
    assert failure.attrib['message'] == 'a < b & "c" ]]> \\x00\\x1b\\ufffe\\ud800 <![CDATA['
    assert failure.attrib['type'] == 'error'


def test_junit_counts() -> None:
    root = ET.fromstring(render('junit', results.publish()))
    assert (root.attrib['tests'], root.attrib['failures'], root.attrib['errors']) == ('7', '6', '1')
    for suite in root.iter('testsuite'):
        assert int(suite.attrib['failures']) == len(suite.findall('testcase/failure'))


def test_junit_has_an_error_for_what_could_not_be_checked() -> None:
    skipped = (Skipped('a<b.yml', 'permission "denied"'), Skipped('x.png', 'binary file', fatal=False))
    root = ET.fromstring(render('junit', Result((), skipped=skipped)))
    (case,) = root.iter('testcase')
    (error,) = root.iter('error')
    assert (case.attrib['classname'], error.attrib['message']) == ('a<b.yml', 'permission "denied"')
    assert (root.attrib['tests'], root.attrib['failures'], root.attrib['errors']) == ('1', '0', '1')


def test_junit_of_nothing_has_one_test_that_passed() -> None:
    root = ET.fromstring(render('junit', Result(())))
    assert (root.attrib['tests'], root.attrib['failures']) == ('1', '0')
    assert len(root.findall('testsuite/testcase')) == 1


@pytest.mark.parametrize('words', ['plain', 'a, b', 'say "x"', "it's", 'a\nb', '\x1b[2J'])
def test_csv_is_read_back(words: str) -> None:
    (row,) = csv.DictReader(io.StringIO(one('csv', message=words), newline=''))
    assert row['message'] == words.replace('\n', '\\n').replace('\x1b', '\\x1b')
    assert row['path'] == 'x.sh'


@pytest.mark.parametrize('words', ['=1+1', '+1', '-1', '@x', ' =1', '＝1', '\u3000@x', "=cmd|' /C calc'!A0"])
def test_csv_holds_no_formula(words: str) -> None:
    (row,) = csv.DictReader(io.StringIO(one('csv', message=words), newline=''))
    assert row['message'] == "'" + words


@pytest.mark.parametrize('words', ['a=1', "'quoted'", '1-1', 'x@y', '(=1)'])
def test_csv_leaves_what_is_no_formula(words: str) -> None:
    (row,) = csv.DictReader(io.StringIO(one('csv', message=words), newline=''))
    assert row['message'] == words


def test_csv_lines_end_as_the_rfc_says() -> None:
    assert one('csv').count('\r\n') == one('csv').count('\n') == 2


@pytest.mark.parametrize(
    ('words', 'expected'),
    [
        ('plain text - really', 'plain text - really'),
        ('<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'),
        ('[x](http://y) *b* _i_', '&#91;x&#93;(http://y) &#42;b&#42; &#95;i&#95;'),
        ('a | b', 'a &#124; b'),
        ('@team #12', '&#64;team &#35;12'),
        ('`a|b <x>`', '`a\\|b <x>`'),
        ('a ` b', 'a &#96; b'),
        ('- x', '&#45; x'),
    ],
)
def test_markdown_takes_nothing_from_input_for_markup(words: str, expected: str) -> None:
    (line,) = [line for line in one('markdown', message=words).splitlines() if line.startswith('| `x.sh')]
    assert line == f'| `x.sh:1:1` | token-flag | {expected} |'


def test_markdown_code_with_backquotes() -> None:
    assert '| ``a`b.sh:1:1`` |' in one('markdown', 'a`b.sh')


def test_markdown_names_what_was_not_looked_at() -> None:
    shown = render('markdown', Result((), skipped=(Skipped('a*b', '<denied>'),)))
    assert '- `a*b`: &#60;denied&#62;\n' in shown


def long(number: int) -> Result:
    """Findings of each level that do not fit into a comment."""
    document = Document('x.sh', 'a\n' * number)
    found = [
        results.finding(
            Place(document, Span(2 * index, 2 * index + 1)),
            f'rule-{index % 3}',
            ('note', 'warning', 'error')[index % 3],
            message='long ' * 20,
            why='because ' * 30,
        )
        for index in range(number)
    ]
    return Result(tuple(found), skipped=(Skipped('locked.yml', 'permission denied'),), files=1)


def test_markdown_that_is_too_long_for_a_comment_tells_the_worst_and_counts_the_rest() -> None:
    shown = render('markdown', long(1500))
    rows = {level: shown.count(f'| rule-{rule} |') for rule, level in enumerate(('note', 'warning', 'error'))}
    left = 1500 - sum(rows.values())
    assert len(shown) <= markdown.LIMIT
    assert (rows['error'], rows['note']) == (500 if rows['warning'] else rows['error'], 0)
    assert rows['error'] > 300
    for number in ('## 🔴 500 errors', '## 🟡 500 warnings', '## 🔵 500 notes'):
        assert f'{number}\n' in shown
    assert f'**{left:,} more findings do not fit into a comment of 65,536 characters' in shown
    assert '- `locked.yml`: permission denied' in shown


def test_markdown_that_fits_leaves_nothing_out() -> None:
    shown = render('markdown', long(90))
    assert 'more finding' not in shown
    assert sum(shown.count(f'| rule-{rule} |') for rule in range(3)) == 90
    assert shown.count('<details>') == 3


def test_markdown_names_few_of_many_files_that_were_not_looked_at() -> None:
    skipped = tuple(
        Skipped(f'{number}-{"x" * 200}.png', 'binary file', fatal=False) for number in range(5000)
    )
    shown = render('markdown', Result((), skipped=skipped))
    assert len(shown) < 2000
    assert 'Not looked at: 5,000 files\n' in shown
    assert ' and 4,997 more: binary file\n' in shown
