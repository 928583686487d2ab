"""The built-in rules: all that the catalogue names, with its levels; each example of each rule."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from artifacts_guard import yamltree
from artifacts_guard.engine import examples
from artifacts_guard.engine import load
from artifacts_guard.engine import samples
from artifacts_guard.engine import template
from artifacts_guard.engine import vocabulary
from artifacts_guard.engine.model import STABLE
from artifacts_guard.engine.model import Rule
from artifacts_guard.engine.rule import Example
from artifacts_guard.facts.model import KINDS
from artifacts_guard.findings.finding import Finding
from artifacts_guard.text import Document
from tests.fixes.support import fixed
from tests.fixes.support import repaired

# id: group, levels from the worst, pedantic
CATALOGUE: dict[str, tuple[str, str, bool]] = {
    'committed-token': ('credentials', 'error/warning', False),
    'hardcoded-token': ('credentials', 'error', False),
    'committed-credentials': ('credentials', 'error', False),
    'possible-secret': ('credentials', 'warning', False),
    'token-flag': ('exposure', 'error/warning/note', False),
    'token-in-argv': ('exposure', 'error/warning/note', False),
    'token-in-log': ('exposure', 'error/warning/note', False),
    'token-in-url': ('exposure', 'error', False),
    'token-to-disk': ('exposure', 'error/note', False),
    'token-in-image': ('exposure', 'error', False),
    'token-rendered-early': ('exposure', 'warning', False),
    'insecure-base-url': ('exposure', 'error', False),
    'overexposed-token': ('access', 'warning', False),
    'token-in-untrusted-run': ('access', 'error/note', False),
    'token-beside-unpinned-code': ('access', 'warning', False),
    'shared-key': ('access', 'warning', False),
    'over-broad-scope': ('scopes', 'error/warning/note', False),
    'default-scope': ('scopes', 'warning', False),
    'unknown-scope': ('scopes', 'error', False),
    'key-minting-scope': ('scopes', 'error', False),
    'missing-scope': ('scopes', 'error', False),
    'human-only-command': ('scopes', 'error', False),
    'minted-key-in-log': ('scopes', 'error', False),
    'interactive-in-ci': ('unattended', 'warning', False),
    'login-in-ci': ('unattended', 'error', False),
    'public-push': ('unattended', 'warning', False),
    'public-edit': ('unattended', 'error', False),
    'unpreviewed-mutation': ('unattended', 'note', False),
    'version-flag-swallowed': ('unattended', 'error', False),
    'piling-push': ('unattended', 'note', True),
    'missing-fail-fast': ('unattended', 'note', True),
    'unreadable-pipeline': ('scan', 'warning', False),
    'unused-ignore': ('scan', 'warning', False),
    'expired-ignore': ('scan', 'warning', False),
    'leaked-active-key': ('inventory', 'error', False),
    'over-granted-key': ('inventory', 'error/warning', False),
    'stale-key': ('inventory', 'warning', False),
    'orphan-key': ('inventory', 'warning', False),
    'shared-live-key': ('inventory', 'warning', False),
    'undeclared-key': ('inventory', 'note', False),
}

SOURCES, PROBLEMS = load.read(load.RULES_DIR)
RULES = [source.rule for source in SOURCES]
EXAMPLES = [
    pytest.param(source.rule, example, id=f'{source.rule.id}: {example.name}')
    for source in SOURCES
    for example in (*source.file.examples.bad, *source.file.examples.good)
]


def test_nothing_is_wrong_with_the_rule_files() -> None:
    assert PROBLEMS == []
    assert load.clashes(SOURCES) == []


def test_all_rules_of_the_catalogue_are_there_and_no_others() -> None:
    there = {rule.id: (rule.group, '/'.join(rule.levels), rule.pedantic == {}) for rule in RULES}

    assert there == CATALOGUE


def repair(documents: dict[str, str], found: Sequence[Finding]) -> dict[str, str]:
    return fixed(documents, *{one.rule for one in found}, unsafe=True)


@pytest.mark.parametrize(('rule', 'example'), EXAMPLES)
def test_example(rule: Rule, example: Example) -> None:
    check = pytest.importorskip('artifacts_guard.check')

    assert examples.run(rule, example, check.analyse, repair) == []


@pytest.mark.parametrize(('rule', 'example'), EXAMPLES)
def test_an_example_shows_all_that_fixes_change_in_it(rule: Rule, example: Example) -> None:
    documents = samples.prepared(example.documents, f'{rule.id}/{example.name}').documents

    changed = repaired(documents, rule.id, unsafe=True, settings=samples.settings(example.settings)).texts

    assert set(changed) == set(example.fixed)


@pytest.mark.parametrize(('rule', 'example'), EXAMPLES)
def test_the_pipelines_in_an_example_can_be_read(rule: Rule, example: Example) -> None:
    for path, text in samples.prepared(example.documents, 'seed').documents.items():
        if path.endswith(('.yml', '.yaml')) and rule.id != 'unreadable-pipeline':
            assert yamltree.parse(Document(path, text)).kind == 'map'


@pytest.mark.parametrize('rule', RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_people_need(rule: Rule) -> None:
    texts = [rule.why, *(case.use for case in (*rule.message, *rule.advice))]

    assert rule.status == STABLE
    assert rule.title[0].isupper()
    assert not rule.title.endswith('.')
    assert all('\n' not in case.use and not case.use.endswith('.') for case in rule.message)
    assert len(rule.why) > 100
    assert (
        max(len(line) for text in texts for line in text.splitlines() if not line.startswith('    ')) <= 160
    )
    assert not re.search(r'aa_(?:k|at|claim|live)_[A-Za-z0-9_-]{16,}', '\n'.join(texts))


@pytest.mark.parametrize('rule', RULES, ids=lambda rule: rule.id)
def test_every_field_in_a_text_is_one_of_the_fact(rule: Rule) -> None:
    mentioned = {name for case in (*rule.message, *rule.advice) for name in template.names(case.use)}

    assert mentioned <= {*vocabulary.fields(rule.fact), *template.DERIVED}


@pytest.mark.parametrize('rule', RULES, ids=lambda rule: rule.id)
def test_a_rule_about_a_risk_has_a_severity_that_fits_its_level(rule: Rule) -> None:
    low, high = {'error': (7.0, 10.0), 'warning': (4.0, 6.9), 'note': (0.1, 3.9)}[rule.levels[0]]

    assert rule.security_severity == 0 or low <= rule.security_severity <= high


def test_every_kind_of_fact_is_judged_by_some_rule() -> None:
    assert {rule.fact for rule in RULES} == set(KINDS)
