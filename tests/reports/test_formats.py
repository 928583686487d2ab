"""What holds for all formats."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable

import pytest

from artifacts_guard.findings.finding import Result
from artifacts_guard.reports import FORMATS
from artifacts_guard.reports import render
from artifacts_guard.text import Document
from tests.reports import results

NAMES = {
    'text': 'text.txt',
    'concise': 'concise.txt',
    'json': 'report.json',
    'sarif': 'report.sarif',
    'github': 'github.txt',
    'gitlab': 'gitlab.json',
    'gitlab-secrets': 'gitlab-secrets.json',
    'junit': 'junit.xml',
    'csv': 'report.csv',
    'markdown': 'report.md',
}


def test_every_format_is_tested() -> None:
    assert tuple(NAMES) == FORMATS


@pytest.mark.parametrize('name', FORMATS)
def test_the_whole_report(name: str, expected: Callable[[str, str], None]) -> None:
    expected(NAMES[name], render(name, results.publish(), rules=results.RULES))


@pytest.mark.parametrize('name', FORMATS)
def test_nothing_found(name: str, expected: Callable[[str, str], None]) -> None:
    expected(f'nothing-{NAMES[name]}', render(name, results.nothing(), rules=results.RULES))


def test_files_and_statistics(expected: Callable[[str, str], None]) -> None:
    expected('text-more.txt', render('text', results.publish(), width=100, show_files=True, statistics=True))


def test_a_narrow_terminal(expected: Callable[[str, str], None]) -> None:
    expected('text-narrow.txt', render('text', results.publish(), width=40))


@pytest.mark.parametrize('name', FORMATS)
def test_the_order_of_findings_does_not_matter(name: str) -> None:
    result = results.publish()
    shuffled = list(result.findings)
    random.Random(1).shuffle(shuffled)
    other = result.replace(findings=tuple(shuffled), taken=result.taken[::-1], skipped=result.skipped[::-1])
    assert render(name, other) == render(name, result)


@pytest.mark.parametrize('name', FORMATS)
def test_the_end(name: str) -> None:
    for result in (results.publish(), results.nothing()):
        text = render(name, result)
        assert text == '' or (text.endswith('\n') and not text.endswith('\n\n'))


def many() -> Result:
    """Findings of all levels, more than GitHub shows, some of them equal."""
    document = Document('a/b.sh', 'x y z\n' * 40)
    levels = ['error'] * 13 + ['warning'] * 10 + ['note'] * 11
    found = [
        results.finding(
            results.place(document, 'xyz'[index % 3], index), f'rule-{index % 4}', level, message='same'
        )
        for index, level in enumerate(levels)
    ]
    return Result(tuple(found), files=1)


def counted(name: str, text: str) -> Counter[str]:
    """Findings by level, as a format has them."""
    if name == 'text':
        return Counter(re.findall(r'^(error|warning|note)\[', text, re.MULTILINE))
    if name == 'concise':
        return Counter(re.findall(r'^\S+:\d+:\d+: (\w+)\[', text, re.MULTILINE))
    if name == 'json':
        return Counter(finding['level'] for finding in json.loads(text)['findings'])
    if name == 'sarif':
        return Counter(
            one['level'] for one in json.loads(text)['runs'][0]['results'] if not one.get('suppressions')
        )
    if name == 'github':
        words = {'error': 'error', 'warning': 'warning', 'notice': 'note'}
        shown = Counter(words[word] for word in re.findall(r'^::(\w+) file=', text, re.MULTILINE))
        return shown + Counter(re.findall(r'^\S+:\d+:\d+: (\w+)\[', text, re.MULTILINE))
    if name == 'gitlab':
        levels = {'critical': 'error', 'major': 'warning', 'info': 'note'}
        return Counter(levels[one['severity']] for one in json.loads(text))
    if name == 'junit':
        return Counter(one.attrib['type'] for one in ET.fromstring(text).iter('failure'))
    if name == 'csv':
        return Counter(row['level'] for row in csv.DictReader(io.StringIO(text)))
    if name == 'markdown':
        sections = re.split(r'^## \S+ \d+ (error|warning|note)s?$', text, flags=re.MULTILINE)[1:]
        return Counter({level: table.count('\n| `') for level, table in zip(sections[::2], sections[1::2])})
    raise AssertionError(name)


@pytest.mark.parametrize('name', [name for name in FORMATS if name != 'gitlab-secrets'])
@pytest.mark.parametrize('made', [results.publish, many], ids=['publish', 'many'])
def test_counts_agree(name: str, made: Callable[[], Result]) -> None:
    result = made()
    assert counted(name, render(name, result)) == Counter(finding.level for finding in result.findings)


def test_light_imports(pytestconfig: pytest.Config) -> None:
    code = (
        'import sys, artifacts_guard.reports as r\n'
        'from artifacts_guard.findings.finding import Result\n'
        "heavy = {'rich', 'json', 'pathlib', 'typing', 'dataclasses', 'subprocess', 'csv', 'xml', 'pydantic'}\n"
        'print(sorted(heavy & set(sys.modules)))\n'
        "r.render('text', Result(()))\n"
        "r.render('concise', Result(()))\n"
        "print(sorted({'rich', 'json', 'typing', 'dataclasses', 'pydantic'} & set(sys.modules)))\n"
    )
    command = [sys.executable, '-S', '-c', code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath)
    assert run.stdout == '[]\n[]\n'
