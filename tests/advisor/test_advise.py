"""Advice: grants compared with needs, notes, plans, key lists, the policy and its gate."""

from __future__ import annotations

import itertools
import json

import pytest

from artifacts_guard.advisor import gate
from artifacts_guard.advisor import keylist
from artifacts_guard.advisor import policy
from artifacts_guard.advisor.advise import advise
from artifacts_guard.advisor.model import Advice
from artifacts_guard.advisor.model import Grant
from artifacts_guard.advisor.plan import plan
from artifacts_guard.advisor.plan import store_of
from artifacts_guard.advisor.plan import stores
from artifacts_guard.check import analyse
from artifacts_guard.engine import load
from artifacts_guard.engine.load import builtin
from artifacts_guard.engine.run import findings
from artifacts_guard.engine.samples import prepared
from artifacts_guard.engine.samples import settings as sample_settings
from artifacts_guard.errors import UsageError
from artifacts_guard.facts import model
from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.settings import DeclaredKey
from tests.advisor.tree import TOKEN
from tests.advisor.tree import advices
from tests.advisor.tree import collected
from tests.advisor.tree import only
from tests.advisor.tree import states
from tests.advisor.tree import workflow
from tests.test_projects import PROJECTS
from tests.test_projects import texts

WORKFLOW = '.github/workflows/ci.yml'
PUSH = 'artifacts push --file out.html --project-slug reports --private --no-input'
DELETE = 'artifacts artifact delete --artifact-id "$ID" --no-input'
CREATE_KEY = (
    'artifacts keys create --name ci --scopes {} --no-input | jq -r .data.apiKey.token | gh secret set {}\n'
)


def granted(*scopes: str) -> Advice:
    """The advice for a job that pushes with a key of these scopes."""
    found = collected({WORKFLOW: workflow(PUSH)})
    more = {
        TOKEN: (Grant('key list', 'ci', tuple(f'artifacts:{scope}' for scope in scopes), identifier='k1'),)
    }
    (advice,) = advise(found.usages, found.held, found.keys, more)
    return advice


VERDICTS = (
    (('create',), 'exact', (), ()),
    (('create', 'read'), 'over', ('artifacts:read',), ()),
    (('create', 'access:read'), 'over', ('artifacts:access:read',), ()),
    (('read',), 'over and under', ('artifacts:read',), ('artifacts:create',)),
    ((), 'under', (), ('artifacts:create',)),
)


@pytest.mark.parametrize(
    ('scopes', 'verdict', 'excess', 'missing'), VERDICTS, ids=[str(v[1]) + str(v[0]) for v in VERDICTS]
)
def test_a_grant_is_compared_with_the_need(scopes, verdict, excess, missing) -> None:
    advice = granted(*scopes)

    assert (advice.verdict, advice.excess, advice.missing) == (verdict, excess, missing)


def test_the_services_own_example_needs_create_alone() -> None:
    found = advices(
        {
            WORKFLOW: workflow('./publish.sh'),
            'publish.sh': '#!/usr/bin/env bash\nset -euo pipefail\nartifacts push --file report.html --project-slug reports --no-input\n',
        }
    )

    assert found[TOKEN].minimum == found[TOKEN].ceiling == ('artifacts:create',)
    assert states(found[TOKEN]) == {'create': 'required'}


def test_jobs_that_share_a_key_are_told_what_each_needs_alone() -> None:
    advice = only({WORKFLOW: workflow(PUSH), '.github/workflows/clean.yml': workflow(DELETE)})

    assert advice.minimum == ('artifacts:create', 'artifacts:delete')
    assert [(job.path, job.minimum) for job in advice.sharing] == [
        (WORKFLOW, ('artifacts:create',)),
        ('.github/workflows/clean.yml', ('artifacts:delete',)),
    ]
    assert sum('other jobs share the key' in note for note in advice.notes) == 2


def test_a_key_made_in_the_tree_is_tied_to_the_secret_it_goes_into() -> None:
    found = advices(
        {
            WORKFLOW: workflow(PUSH),
            'ops/key.sh': CREATE_KEY.format('artifacts:create,artifacts:delete', TOKEN),
        }
    )

    assert found[TOKEN].grants[0].source == 'keys create'
    assert found[TOKEN].excess == ('artifacts:delete',)
    assert found['whoever runs ops/key.sh'].verdict == 'personal'


def test_conditions_of_job_step_and_script_are_kept_in_their_order() -> None:
    text = workflow(
        'case "$MODE" in fast) ' + PUSH + ' ;; esac', job="    if: github.ref == 'refs/heads/main'\n"
    )
    advice = only({WORKFLOW: text})

    (witness,) = advice.scopes[SCOPES.index('artifacts:create')].witnesses
    assert witness.condition == 'if github.ref == \'refs/heads/main\' and "$MODE" is fast'


GUARDS = (
    ('[ -n "$X" ] && ' + PUSH, 'if [ -n "$X" ]'),
    ('test -n "$X" && [ -f a ] && ' + PUSH, 'if test -n "$X" && [ -f a ]'),
    ('grep -q x a || ' + PUSH, 'if not grep -q x a'),
    ('if a; then true; else ' + PUSH + '; fi', 'if not a'),
    ('if a; then true; elif b; then ' + PUSH + '; fi', 'if not a and b'),
    ('f() { ' + PUSH + '; }; if a; then f; fi', 'if a'),
)
NO_GUARDS = (
    'make && ' + PUSH,
    PUSH + ' || true',
    'for x in 1 2; do ' + PUSH + '; done',
    'case x in *) ' + PUSH + ' ;; esac',
    '(' + PUSH + ')',
)


@pytest.mark.parametrize(('command', 'condition'), GUARDS, ids=[g[0].replace(PUSH, 'PUSH') for g in GUARDS])
def test_what_runs_under_a_condition_is_conditional(command: str, condition: str) -> None:
    advice = only({WORKFLOW: workflow(command)})

    assert states(advice) == {'create': 'conditional'}
    first = advice.scopes[SCOPES.index('artifacts:create')].witnesses[0]
    assert first.condition.startswith(condition)


@pytest.mark.parametrize('command', NO_GUARDS, ids=[g.replace(PUSH, 'PUSH') for g in NO_GUARDS])
def test_what_is_expected_to_run_is_required(command: str) -> None:
    assert states(only({WORKFLOW: workflow(command)})) == {'create': 'required'}


def test_a_script_that_runs_under_a_condition_and_without_one_is_required() -> None:
    tree = {WORKFLOW: workflow('if a; then ./x.sh; fi', './x.sh'), 'x.sh': f'#!/bin/sh\n{PUSH}\n'}

    assert states(only(tree)) == {'create': 'required'}


HANDED = (
    ('a step of another organisation that gets the token', 'uses: acme/publish@v1\n        with: {token: "${{ secrets.AGENT_ARTIFACTS_TOKEN }}"}', True),
    ('one that only has it in its environment', 'uses: acme/publish@v1\n        env: {AGENT_ARTIFACTS_TOKEN: "${{ secrets.AGENT_ARTIFACTS_TOKEN }}"}', False),
    ('one of the vendor of the CI system', 'uses: actions/cache@v4\n        with: {key: "${{ secrets.AGENT_ARTIFACTS_TOKEN }}"}', False),
)  # fmt: skip


@pytest.mark.parametrize(('step', 'unresolved'), [h[1:] for h in HANDED], ids=[h[0] for h in HANDED])
def test_code_that_is_not_in_the_tree(step: str, unresolved: bool) -> None:
    text = workflow(PUSH) + f'      - {step}\n'
    advice = only({WORKFLOW: text})

    assert bool(advice.unresolved) == unresolved
    assert advice.minimum == ('artifacts:create',)
    assert (len(advice.ceiling) > 1) == unresolved


# the advice and the findings

SCOPE_RULES = ('over-broad-scope', 'missing-scope')
EXAMPLES = [
    (source.rule, example)
    for source in load.read(load.RULES_DIR)[0]
    if source.rule.group == 'scopes'
    for example in (*source.file.examples.bad, *source.file.examples.good)
]


SETS = (
    'artifacts:create',
    'artifacts:read,artifacts:delete',
    'artifacts:create,agents:manage',
    'artifacts:share',
)
COMMANDS = (
    (PUSH,),
    (DELETE,),
    (f'if a; then {PUSH} --ensure; fi', DELETE),
    (PUSH, 'artifacts artifact "$WHAT" --artifact-id "$ID" --no-input'),
    (PUSH, 'artifacts share create --artifact-id "$ID" --no-input', 'artifacts keys list --no-input'),
)


def trees():
    for rule, example in EXAMPLES:
        documents = prepared(example.documents, f'{rule.id}/{example.name}').documents
        yield f'{rule.id}: {example.name}', documents, sample_settings(example.settings)
    for name in PROJECTS:
        yield name, texts(name), None
    for scopes, command, secret in itertools.product(SETS, COMMANDS, (TOKEN, 'OTHER_KEY')):
        tree = {WORKFLOW: workflow(*command), 'ops/key.sh': CREATE_KEY.format(scopes, secret)}
        yield f'{scopes} for {secret}, used for {len(command)}', tree, None


TREES = list(trees())


@pytest.mark.parametrize(('documents', 'settings'), [t[1:] for t in TREES], ids=[t[0] for t in TREES])
def test_advice_never_contradicts_a_finding(documents, settings) -> None:
    found = collected(documents, settings)
    told = advise(found.usages, found.held, found.keys)
    for fact in found.facts:
        if isinstance(fact, model.Grant) and fact.excess:
            mine = [a for a in told if any(grant.place == fact.place for grant in a.grants)]
            assert mine, fact.place
            for advice in mine:
                others = {s for g in advice.grants if g.place != fact.place for s in g.scopes}
                certain = set(fact.excess) - set(advice.ceiling)
                assert certain - others <= set(advice.excess), advice.name
                assert not set(fact.excess) & set(advice.minimum), advice.name
        if isinstance(fact, model.Call) and fact.missing:
            assert any(set(fact.missing) <= set(advice.minimum) for advice in told)


def test_there_are_findings_that_could_be_contradicted() -> None:
    rules = [
        finding.rule
        for _, documents, settings in TREES
        for finding in findings(analyse(documents, settings), builtin())
    ]

    assert all(rules.count(rule) > 3 for rule in SCOPE_RULES)


# plans


def test_the_plan_puts_the_token_into_the_store_of_the_ci_system() -> None:
    steps = plan(granted('create', 'read'))

    assert [step.title for step in steps] == ['create', 'verify', 'revoke']
    assert '--scopes artifacts:create \\' in steps[0].command
    assert steps[0].command.endswith(f'| gh secret set {TOKEN}')
    assert steps[2].command == 'artifacts keys revoke --api-key-id k1 --no-input'


def test_a_leaked_key_dies_first() -> None:
    assert [step.title for step in plan(granted('create'), leaked=True)] == ['revoke', 'create', 'verify']


def test_a_job_that_needs_no_key_has_no_plan() -> None:
    assert plan(only({WORKFLOW: workflow(f'{PUSH} --dry-run')})) == ()


@pytest.mark.parametrize('store', [store.store for store in stores()])
def test_no_plan_would_be_reported_by_check(store: str) -> None:
    script = '\n'.join(step.command for step in plan(granted('create'), store))

    assert (
        findings(analyse({'ops/rotate.sh': f'#!/bin/bash\nset -euo pipefail\n{script}\n'}), builtin()) == []
    )


def test_every_store_says_where_its_command_is_documented() -> None:
    assert all(store.source.startswith('https://') for store in stores())
    systems = [system for store in stores() for system in store.systems]
    assert len(systems) == len(set(systems))
    assert store_of(granted('create')).store == 'github'


# key lists


def listed(*rows: dict[str, object]) -> str:
    return json.dumps({'ok': True, 'data': {'apiKeys': list(rows)}})


ROW = {'id': 'k1', 'name': 'report.20261101', 'scopes': ['artifacts:create'], 'createdAt': '2026-11-01', 'lastUsedAt': None, 'revokedAt': None}  # fmt: skip


def test_a_key_of_the_list_is_tied_by_the_policy_or_by_the_name_it_is_made_with() -> None:
    keys = keylist.read(
        listed(ROW, {**ROW, 'id': 'k2', 'name': 'ci'}, {**ROW, 'id': 'k3', 'name': 'other'}), 'keys.json'
    )
    found, untied = keylist.grants(keys, (DeclaredKey('report', 1, secret='REPORT_KEY'),), {'ci': 'CI_KEY'})

    assert {name: [grant.identifier for grant in grants] for name, grants in found.items()} == {
        'REPORT_KEY': ['k1'],
        'CI_KEY': ['k2'],
    }
    assert [key.name for key in untied] == ['other']


def test_a_revoked_key_is_no_grant() -> None:
    keys = keylist.read(json.dumps([{**ROW, 'revokedAt': '2026-11-02'}]), 'keys.json')

    assert keylist.grants(keys, (), {'report': 'REPORT_KEY'}) == ({}, ())


BAD = (
    ('{', 'keys.json: not JSON: Expecting property name enclosed in double quotes in line 1'),
    ('"words"', 'keys.json: not a list of keys'),
    ('[1]', 'keys.json: not a list of keys'),
    ('[{"id": "k1"}]', 'keys.json: key 1 lacks id, name or scopes'),
    ('[{"id": "k1", "name": "a", "scopes": "all"}]', 'keys.json: key 1 lacks id, name or scopes'),
)


@pytest.mark.parametrize(('text', 'message'), BAD)
def test_what_is_no_key_list_is_refused_with_its_name(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        keylist.read(text, 'keys.json')

    assert str(refused.value).startswith(message)


# the policy


def declared(**fields: object) -> DeclaredKey:
    return DeclaredKey('report', 1, **{'secret': TOKEN, 'scopes': ('artifacts:create',), **fields})


def kinds(before: dict[str, str], now: dict[str, str], *policy: DeclaredKey) -> list[str]:
    found = gate.differences(advices(before).values(), advices(now).values(), policy, '2026-11-24')
    return [difference.kind for difference in found]


ONE, BOTH = {WORKFLOW: workflow(PUSH)}, {WORKFLOW: workflow(PUSH, DELETE)}
OPEN = {WORKFLOW: workflow(PUSH, 'artifacts artifact "$WHAT" --artifact-id "$ID" --no-input')}
CHANGES = (
    ('nothing changed', ONE, ONE, (), []),
    ('a scope is newly needed', ONE, BOTH, (), [gate.NEW]),
    ('a new credential', {}, ONE, (), [gate.NEW]),
    ('a scope is no longer needed', BOTH, ONE, (), [gate.SHRUNK]),
    ('a command that cannot be followed', ONE, OPEN, (), [gate.PERHAPS]),
    ('the policy has it already', ONE, BOTH, (declared(scopes=('artifacts:create', 'artifacts:delete')),), [gate.DECLARED]),
    ('the policy lacks what is needed', ONE, BOTH, (declared(),), [gate.NEW, gate.STALE]),
    ('the policy has more than is needed', ONE, ONE, (declared(scopes=('artifacts:create', 'artifacts:read')),), [gate.STALE]),
    ('what the policy accepts is no excess', ONE, ONE, (declared(scopes=('artifacts:create', 'artifacts:read'), accept=(('artifacts:read', '2027-01-01', 'drill'),)),), []),
    ('until its day', ONE, ONE, (declared(scopes=('artifacts:create', 'artifacts:read'), accept=(('artifacts:read', '2026-01-01', 'drill'),)),), [gate.STALE]),
    ('the policy names its job', ONE, ONE, (declared(jobs=('ci.yml#publish',)),), []),
    ('it names another job', ONE, ONE, (declared(jobs=('nightly',)),), [gate.STALE, gate.STALE]),
    ('it names a secret that nothing uses', ONE, ONE, (declared(secret='OLD_KEY'),), [gate.STALE]),
)  # fmt: skip


@pytest.mark.parametrize(
    ('before', 'now', 'keys', 'expected'), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_the_gate_tells_differences_and_nothing_else(before, now, keys, expected) -> None:
    assert kinds(before, now, *keys) == expected


def test_a_draft_of_the_policy_is_what_the_gate_accepts() -> None:
    tomli = pytest.importorskip('tomllib' if __import__('sys').version_info >= (3, 11) else 'tomli')
    found = advices(BOTH)
    table = tomli.loads(policy.draft(found.values(), ()))['keys']['agent-artifacts-token']
    key = declared(scopes=tuple(table['scopes']), jobs=tuple(table['jobs']), secret=table['secret'])

    assert table['reason'] == {
        'artifacts:create': 'artifacts push',
        'artifacts:delete': 'artifacts artifact delete',
    }
    assert kinds(BOTH, BOTH, key) == []


def test_a_key_that_is_declared_is_not_drafted_again() -> None:
    assert policy.draft(advices(ONE).values(), (declared(),)).startswith('# every key')
