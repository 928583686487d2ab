"""Facts × rules → findings: levels, merging, words, identity, order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from artifacts_guard.ci.model import Hop
from artifacts_guard.engine.model import Case
from artifacts_guard.engine.run import findings
from artifacts_guard.errors import UsageError
from artifacts_guard.facts.model import KINDS
from artifacts_guard.facts.model import Credential
from artifacts_guard.findings.finding import Related
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span
from tests.engine.made import BY_TENANCY
from tests.engine.made import SCRIPT
from tests.engine.made import WORKFLOW
from tests.engine.made import call
from tests.engine.made import called_by
from tests.engine.made import flag
from tests.engine.made import place
from tests.engine.made import rule


def test_a_finding_tells_all_that_the_rule_and_the_fact_say() -> None:
    at = place('publish', WORKFLOW)
    fact = flag(
        trail=(Hop('secret bound here', at),),
        doubt='a branch',
        confidence='medium',
        runner='r (x)',
        tenancy='shared',
    )
    said = rule(
        id='a-rule',
        message='{`program`} gets {origin} on {host}',
        why='Why {origin|it} matters.',
        advice='Do without {`form`|it}.',
        level=BY_TENANCY,
    )

    (found,) = findings([fact], [said])

    assert found.rule == 'a-rule'
    assert found.level == 'error'
    assert found.confidence == 'medium'
    assert (
        found.message == '`artifacts` gets the secret KEY on a host that other jobs or people use too (`r`)'
    )
    assert found.place == fact.place
    assert found.why == 'Why the secret KEY matters.'
    assert found.advice == 'Do without `--token`.'
    assert found.trail == (Related('secret bound here', at),)
    assert found.note == 'a branch'
    assert (found.job, found.callers, found.fix, found.suppression) == ('', (), None, None)


def test_a_rule_looks_at_facts_of_its_kind_only() -> None:
    said = [
        rule(id='a', fact='call', when={'command': 'push'}, message='x'),
        rule(id='b', when={'tenancy': 'unknown'}),
    ]

    assert [(f.rule, f.place.text) for f in findings([call()], said)] == [('a', 'artifacts push')]
    assert [(f.rule, f.place.text) for f in findings([flag()], said)] == [('b', '--token "$T"')]


def test_every_kind_of_fact_can_be_judged() -> None:
    said = [rule(id=f'about-{kind}', fact=kind, when={'tenancy': 'unknown'}, message='x') for kind in KINDS]

    found = findings([cls(place('echo')) for cls in KINDS.values()], said)

    assert sorted(f.rule for f in found) == sorted(f'about-{kind}' for kind in KINDS)


LEVELS: list[tuple[str, dict[str, Any], str]] = [
    ('a shared host', {'tenancy': 'shared'}, 'error'),
    ('an unknown host', {'tenancy': 'unknown'}, 'warning'),
    ('a host thrown away', {'tenancy': 'ephemeral'}, 'note'),
]


@pytest.mark.parametrize(('fields', 'level'), [r[1:] for r in LEVELS], ids=[r[0] for r in LEVELS])
def test_level_by_tenancy(fields: dict[str, Any], level: str) -> None:
    assert [f.level for f in findings([flag(**fields)], [rule(level=BY_TENANCY)])] == [level]


def test_of_an_ordered_choice_the_first_case_that_holds_is_taken() -> None:
    level = (Case({'literal': True}, 'error'), Case({'masked': True}, 'note'), Case({}, 'warning'))
    message = (Case({'masked': True}, 'masked'), Case({}, 'other'))
    said = [rule(level=level, message=message)]

    def outcome(**fields: Any) -> tuple[str, str]:
        (found,) = findings([flag(**fields)], said)
        return found.level, found.message

    assert outcome(literal=True, masked=True) == ('error', 'Masked')
    assert outcome(masked=True) == ('note', 'Masked')
    assert outcome() == ('warning', 'Other')


# merging


def test_a_place_is_reported_once_at_the_worst_level_over_all_callers() -> None:
    facts = [
        called_by('publish', tenancy='ephemeral', runner='ubuntu-latest (hosted)'),
        called_by('nightly', tenancy='shared', runner='self-hosted (label)'),
    ]
    said = [rule(level=BY_TENANCY, message='on {host}')]

    for order in itertools.permutations(facts):
        (found,) = findings(order, said)

        assert found.level == 'error'
        assert found.message == 'On a host that other jobs or people use too (`self-hosted`)'
        assert found.callers == (
            'nightly (.github/workflows/ci.yml:4)',
            'publish (.github/workflows/ci.yml:2)',
        )
        assert found.trail == (Related('called by nightly', place('nightly', WORKFLOW)),)


def test_two_places_and_two_rules_are_told_apart() -> None:
    facts = [flag('--token "$T"'), flag('"$T"'), flag('--token')]

    found = findings(facts, [rule(id='a'), rule(id='b')])

    assert [(f.rule, f.place.text) for f in found] == [
        ('a', '--token'), ('a', '--token "$T"'), ('b', '--token'), ('b', '--token "$T"'), ('a', '"$T"'), ('b', '"$T"'),
    ]  # fmt: skip


def test_of_equally_bad_facts_the_surest_is_told_whatever_the_order() -> None:
    facts = [flag(confidence='low', doubt='a guess'), flag(confidence='high'), flag(confidence='medium')]

    for order in itertools.permutations(facts):
        (found,) = findings(order, [rule()])

        assert (found.confidence, found.note) == ('high', '')


def test_of_equally_bad_and_sure_facts_the_same_is_told_whatever_the_order() -> None:
    facts = [called_by('publish'), called_by('nightly'), flag(), flag(origin='the secret ALSO')]

    outcomes = {repr(findings(order, [rule()])) for order in itertools.permutations(facts)}

    assert len(outcomes) == 1


def test_the_same_fact_twice_is_one_finding_with_one_caller() -> None:
    (found,) = findings([called_by('publish'), called_by('publish')], [rule()])

    assert found.callers == ('publish (.github/workflows/ci.yml:2)',)


def test_a_condition_is_asked_of_each_caller() -> None:
    facts = [called_by('publish', masked=True), called_by('nightly', masked=False)]

    (found,) = findings(facts, [rule(when={'masked': True})])

    assert found.callers == ('publish (.github/workflows/ci.yml:2)',)


# confidence


CONFIDENCE: list[tuple[str, str, Any, str]] = [
    ('nothing claimed', 'medium', (), 'medium'),
    ('the rule claims less', 'high', 'low', 'low'),
    ('the fact is less sure', 'low', 'medium', 'low'),
    ('a claim by condition', 'high', (Case({'masked': False}, 'medium'), Case({}, 'high')), 'medium'),
]


@pytest.mark.parametrize(
    ('of_fact', 'of_rule', 'expected'), [r[1:] for r in CONFIDENCE], ids=[r[0] for r in CONFIDENCE]
)
def test_confidence_is_the_lower_one(of_fact: str, of_rule: Any, expected: str) -> None:
    (found,) = findings([flag(confidence=of_fact)], [rule(confidence=of_rule)])

    assert found.confidence == expected


# pedantic and selection


def test_a_pedantic_rule_speaks_only_when_asked() -> None:
    said = [rule(pedantic={})]

    assert findings([flag()], said) == []
    assert len(findings([flag()], said, pedantic=True)) == 1


def test_a_rule_can_be_pedantic_about_some_facts() -> None:
    said = [rule(pedantic={'by_default': True})]
    facts = [flag('--token "$T"', by_default=True), flag('"$T"')]

    assert [f.place.text for f in findings(facts, said)] == ['"$T"']
    assert [f.place.text for f in findings(facts, said, pedantic=True)] == ['--token "$T"', '"$T"']


def test_select_and_ignore() -> None:
    said = [rule(id='a'), rule(id='b', status='preview'), rule(id='c')]

    assert [f.rule for f in findings([flag()], said)] == ['a', 'c']
    assert [f.rule for f in findings([flag()], said, select=['b', 'c'])] == ['b', 'c']
    assert [f.rule for f in findings([flag()], said, ignore=['c'])] == ['a']
    with pytest.raises(UsageError, match="no rule or group is called 'd'"):
        findings([], said, select=['d'])


# identity and order


def test_the_fingerprint_does_not_move_with_the_lines() -> None:
    text = SCRIPT.text
    moved = Document(SCRIPT.path, '# a comment\n\n' + text)

    (before,) = findings([flag()], [rule()])
    (after,) = findings([flag().replace(place=place('--token "$T"', moved))], [rule()])

    assert before.place.line != after.place.line
    assert before.fingerprint == after.fingerprint


def test_the_fingerprint_tells_rule_path_job_and_what_was_found_apart() -> None:
    other = Document('other.sh', SCRIPT.text)
    facts = [
        flag(),
        flag(origin='the secret ALSO'),
        flag(program='npx'),
        flag().replace(place=place('--token "$T"', other)),
    ]

    prints = [findings([fact], [rule()])[0].fingerprint for fact in facts]
    prints += [findings([flag()], [rule(id='another')])[0].fingerprint]

    assert len(set(prints)) == 5


def test_a_script_has_the_same_fingerprint_whoever_calls_it() -> None:
    (alone,) = findings([flag()], [rule()])
    (called,) = findings([called_by('publish')], [rule()])
    (twice,) = findings([called_by('publish'), called_by('nightly')], [rule()])

    assert alone.fingerprint == called.fingerprint == twice.fingerprint
    assert (alone.job, called.job, twice.job) == ('', '', '')


def test_what_stands_in_a_job_belongs_to_it() -> None:
    at = place('publish', WORKFLOW)
    inside = flag().replace(place=place('steps', WORKFLOW), job='publish', job_place=at)

    (one,) = findings([inside], [rule()])
    (by_two,) = findings(
        [inside, inside.replace(job='nightly', job_place=place('nightly', WORKFLOW))], [rule()]
    )

    assert one.job == 'publish'
    assert by_two.job == ''
    assert len(by_two.callers) == 2


def test_alike_findings_of_one_job_have_fingerprints_of_their_own() -> None:
    text = 'a --token "$T"\nb --token "$T"\nc --token "$T"\n'
    document = Document('x.sh', text)
    spans = [Span(at, at + 12) for at in range(len(text)) if text.startswith('--token', at)]
    facts = [flag().replace(place=Place(document, span)) for span in spans]

    found = findings(reversed(facts), [rule()])

    assert [f.place.line for f in found] == [1, 2, 3]
    assert [f.identity[-3:] for f in found[1:]] == [' #2', ' #3']
    assert len({f.fingerprint for f in found}) == 3


def test_the_identity_of_a_credential_tells_no_more_than_is_shown() -> None:
    fact = Credential(place('$T'), family='api-key', redacted='aa_k_…#9f3c', fingerprint='9f3c' * 4)

    (found,) = findings([fact], [rule(fact='credential', when={'known': True}, message='x')])

    assert found.identity == 'api-key aa_k_…#9f3c plain'


def test_findings_are_in_order_of_path_line_column_and_rule() -> None:
    second = Document('a.sh', SCRIPT.text)
    facts = [flag('"$T"'), flag(), flag().replace(place=place('push', second)), flag('done')]

    found = findings(facts, [rule(id='b'), rule(id='a')])

    assert [(f.place.path, f.place.text, f.rule) for f in found] == [
        ('a.sh', 'push', 'a'), ('a.sh', 'push', 'b'),
        ('scripts/publish.sh', '--token "$T"', 'a'), ('scripts/publish.sh', '--token "$T"', 'b'),
        ('scripts/publish.sh', '"$T"', 'a'), ('scripts/publish.sh', '"$T"', 'b'),
        ('scripts/publish.sh', 'done', 'a'), ('scripts/publish.sh', 'done', 'b'),
    ]  # fmt: skip
