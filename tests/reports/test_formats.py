"""What holds for all formats."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable

import pytest

from artifacts_guard.reports import FORMATS
from artifacts_guard.reports import render
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
    'html': 'report.html',
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


def test_light_imports(pytestconfig: pytest.Config) -> None:
    code = (
        'import sys, artifacts_guard.reports as r\n'
        'from artifacts_guard.findings.finding import Result\n'
        "heavy = {'rich', 'json', 'pathlib', 'typing', 'dataclasses', 'subprocess', 'csv', 'xml', 'jinja2', 'pydantic'}\n"
        'print(sorted(heavy & set(sys.modules)))\n'
        "r.render('text', Result(()))\n"
        "r.render('concise', Result(()))\n"
        "print(sorted({'rich', 'json', 'typing', 'dataclasses', 'pydantic'} & set(sys.modules)))\n"
    )
    command = [sys.executable, '-S', '-c', code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath)
    assert run.stdout == '[]\n[]\n'
