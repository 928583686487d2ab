"""All formats tell the same findings, whatever stands in them, and are valid by their schemas."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.findings.finding import CONFIDENCES
from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.findings.finding import Finding
from artifacts_guard.findings.finding import Related
from artifacts_guard.findings.finding import Result
from artifacts_guard.findings.finding import Skipped
from artifacts_guard.findings.finding import Suppression
from artifacts_guard.reports import FORMATS
from artifacts_guard.reports import gitlab_secrets
from artifacts_guard.reports import render
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.reports import results
from tests.reports.counting import counted
from tests.reports.counting import told

RESOURCES = Path(__file__).parents[1] / 'resources'
TELLING = ('text', 'github', 'markdown', 'html')
HOSTILE = (
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    ']]> <![CDATA[ -->',
    '=cmd|\' /C calc\'!A0, "quoted"',
    '\n## 🔴 9 errors\n| `x` | y |\n\n::error file=x::y\n##vso[task.complete]\n',
    '\x1b[2J\x07\x00\ud800\udcff\u202e\ufeff\ufffe\u2028',
    '{{ 7 * 7 }}{% raw %}${{ secrets.X }} `code` `',
    '[x](javascript:alert(1)) @team #1 <b>',
)
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.just('plain words'))
names = st.one_of(st.sampled_from(('a.sh', 'a b/c.yml', *HOSTILE)), st.text(min_size=1, max_size=20)).filter(
    lambda name: not name.startswith(('/', './'))
)
rules = st.sampled_from(('token-flag', 'committed-token', 'hardcoded-token', 'public-push'))


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """Some documents, each under a path of its own."""
    paths = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    texts = st.lists(words, min_size=1, max_size=4)
    return [Document(path, '\n'.join(draw(texts)) + 'x') for path in paths]


@st.composite
def places(draw: st.DrawFn, among: list[Document]) -> Place:
    document = draw(st.sampled_from(among))
    start = draw(st.integers(0, len(document.text) - 1))
    return Place(document, Span(start, draw(st.integers(start + 1, len(document.text)))))


@st.composite
def findings(draw: st.DrawFn, among: list[Document]) -> Finding:
    trail = [Related(draw(words), draw(places(among))) for _ in range(draw(st.integers(0, 2)))]
    return results.finding(
        draw(places(among)),
        draw(rules),
        draw(st.sampled_from(LEVELS)),
        confidence=draw(st.sampled_from(CONFIDENCES)),
        message=draw(words.filter(bool)),
        why=draw(words),
        advice=draw(words),
        note=draw(words),
        job=draw(words),
        identity=draw(st.sampled_from('ab')),
        trail=tuple(trail),
    )


@st.composite
def made_results(draw: st.DrawFn) -> Result:
    among = draw(documents())
    hidden = Suppression('inline', draw(words))
    return Result(
        tuple(draw(st.lists(findings(among), max_size=14))),
        tuple(f.replace(suppression=hidden) for f in draw(st.lists(findings(among), max_size=2))),
        skipped=tuple(Skipped(draw(names), draw(words), fatal=draw(st.booleans())) for _ in range(2)),
        notes=tuple(draw(st.lists(words, max_size=2))),
        files=3,
    )


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


def expected(name: str, result: Result) -> Counter[str]:
    secrets_only = name == 'gitlab-secrets'
    return Counter(f.level for f in result.findings if not secrets_only or f.rule in gitlab_secrets.RULES)


def validators() -> dict[str, Callable[[str], None]]:
    def by_json(name: str, validator: Any) -> Callable[[str], None]:
        made = validator(json.loads((RESOURCES / name).read_text('utf-8')))
        return lambda text: made.validate(json.loads(text))

    return {
        'sarif': by_json('sarif-2.1.0-rtm.5.json', jsonschema.Draft4Validator),
        'gitlab': by_json('gitlab-code-quality.schema.json', jsonschema.Draft7Validator),
        'gitlab-secrets': by_json('gitlab-secret-detection.schema.json', jsonschema.Draft7Validator),
        'junit': xmlschema.XMLSchema(str(RESOURCES / 'junit-10.xsd')).validate,
    }


VALIDATORS = validators()


def assert_agreement(name: str, result: Result) -> None:
    text = render(name, result, rules=results.RULES)
    assert counted(name, text) == expected(name, result)
    if name in TELLING:
        assert told(text) == expected(name, result)
    if name in VALIDATORS:
        VALIDATORS[name](text)


@pytest.mark.parametrize('name', FORMATS)
@pytest.mark.parametrize('made', [results.publish, many, results.nothing], ids=['publish', 'many', 'nothing'])
def test_all_formats_tell_the_same_findings(name: str, made: Callable[[], Result]) -> None:
    assert_agreement(name, made())


@settings(max_examples=40, deadline=None, derandomize=True)
@given(made_results())
def test_all_formats_tell_the_same_findings_whatever_stands_in_them(result: Result) -> None:
    for name in FORMATS:
        assert_agreement(name, result)


@pytest.mark.parametrize(
    ('name', 'spoilt'),
    [
        pytest.param('gitlab', lambda r: r[0].update(severity='high'), id='an unknown severity'),
        pytest.param('gitlab', lambda r: r[0]['location'].update(path='./x'), id='a path from `.`'),
        pytest.param('gitlab', lambda r: r[0].pop('check_name'), id='no rule'),
        pytest.param('gitlab-secrets', lambda r: r['scan'].pop('status'), id='no status'),
        pytest.param('gitlab-secrets', lambda r: r['scan'].update(end_time='today'), id='a time in words'),
        pytest.param(
            'gitlab-secrets', lambda r: r['vulnerabilities'][0]['location'].pop('commit'), id='no commit'
        ),
        pytest.param('sarif', lambda r: r['runs'][0].pop('tool'), id='no tool'),
    ],
)
def test_the_schemas_refuse_what_the_readers_would(name: str, spoilt: Callable[[Any], object]) -> None:
    report = json.loads(render(name, results.publish(), rules=results.RULES))
    spoilt(report)

    with pytest.raises(jsonschema.ValidationError):
        VALIDATORS[name](json.dumps(report))
