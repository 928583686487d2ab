"""From GitLab configurations to facts: what the rules are told."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Binding
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Companion
from artifacts_guard.facts.model import Credential
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import UntrustedRun
from tests import tokens

FILE = '.gitlab-ci.yml'
PUSH = 'artifacts push --no-input --private --project-slug x --file y'


def facts(documents: dict[str, str], kind: type) -> list[str]:
    """Places and tenancies of the facts of a kind, with the fields that tell them apart."""
    found = analyse({path: dedent(text).lstrip('\n') for path, text in documents.items()})
    return sorted(
        {
            ' '.join(
                str(word)
                for word in (
                    one.place.path,
                    one.place.line,
                    one.tenancy,
                    *(
                        getattr(one, name, '')
                        for name in ('sink', 'command', 'name', 'code', 'event')
                        if getattr(one, name, '')
                    ),
                )
            )
            for one in found
            if type(one) is kind
        }
    )


EXPOSURES = {
    'a variable of the settings': (
        {FILE: f'a: {{tags: [office], script: ["{PUSH} --token $AGENT_ARTIFACTS_TOKEN"]}}'},
        [f'{FILE} 1 shared flag'],
    ),
    'a variable of the file': (
        {FILE: f'variables: {{T: $GROUP_KEY}}\na: {{script: ["{PUSH} --token $T"]}}'},
        [f'{FILE} 2 unknown flag'],
    ),
    'one of the job over several lines': (
        {
            FILE: """
                a:
                  tags: [saas-linux-small-amd64]
                  script:
                    - export KEY=$GROUP_KEY
                    - if true; then
                    - artifacts push --no-input --token $KEY --private --project-slug x --file y
                    - fi
                """
        },
        [f'{FILE} 6 ephemeral flag'],
    ),
    'what before_script sets, in another document': (
        {
            FILE: f'include: ci/b.yml\na: {{extends: .b, tags: [office], script: ["{PUSH} --token $KEY"]}}',
            'ci/b.yml': '.b: {before_script: ["KEY=$GROUP_KEY"]}',
        },
        [f'{FILE} 2 shared flag'],
    ),
    'a script that the job calls': (
        {FILE: 'a: {tags: [office], script: [ci/push.sh]}', 'ci/push.sh': f'#!/bin/sh\n{PUSH} --token "$AGENT_ARTIFACTS_TOKEN"\n'},
        ['ci/push.sh 2 shared flag'],
    ),
    'a file that a glob includes': (
        {FILE: 'include: ci/*.yml', 'ci/b.yml': f'b: {{tags: [office], script: ["{PUSH} --token $AGENT_ARTIFACTS_TOKEN"]}}'},
        ['ci/b.yml 1 shared flag'],
    ),
    'a hidden job that nothing runs': (
        {FILE: f'.b: {{script: ["{PUSH} --token $AGENT_ARTIFACTS_TOKEN"]}}'},
        [f'{FILE} 1 unknown flag'],
    ),
    'a hidden job that hosted jobs run': (
        {FILE: f'.b: {{script: ["{PUSH} --token $AGENT_ARTIFACTS_TOKEN"]}}\na: {{extends: .b, tags: [saas-linux-small-amd64]}}'},
        [f'{FILE} 1 ephemeral flag'],
    ),
    'a child pipeline with the parent’s variable': (
        {
            FILE: 'variables: {KEY: $GROUP_KEY}\na: {trigger: {include: child.yml}}',
            'child.yml': f'b: {{tags: [office], script: ["{PUSH} --token $KEY"]}}',
        },
        ['child.yml 1 shared flag'],
    ),
    'an input that names a variable': (
        {
            FILE: 'include: {local: b.yml, inputs: {token: $GROUP_KEY}}',
            'b.yml': f'spec: {{inputs: {{token: {{}}}}}}\n---\nb: {{tags: [office], script: ["{PUSH} --token $[[ inputs.token ]]"]}}',
        },
        ['b.yml 3 shared flag'],
    ),
    'an input that nobody gives': (
        {'templates/b.yml': f'spec:\n  inputs:\n    token:\n---\nb:\n  script: ["{PUSH} --token $[[ inputs.token ]]"]\n'},
        ['templates/b.yml 6 unknown early', 'templates/b.yml 6 unknown flag'],
    ),
    'a secret of a vault': (
        {FILE: f'a: {{tags: [office], secrets: {{KEY: {{vault: a/b, file: false}}}}, script: ["{PUSH} --token $KEY"]}}'},
        [f'{FILE} 1 shared flag'],
    ),
    'a secret in a file': (
        {FILE: f'a: {{tags: [office], secrets: {{KEY: {{vault: a/b}}}}, script: ["{PUSH} --token \\"$(cat $KEY)\\""]}}'},
        [f'{FILE} 1 shared flag'],
    ),
    'debug tracing': (
        {FILE: f'a: {{variables: {{CI_DEBUG_TRACE: "true"}}, script: ["T=$AGENT_ARTIFACTS_TOKEN {PUSH}"]}}'},
        [f'{FILE} 1 unknown log'],
    ),
    'a login that is cached': (
        {FILE: f'a: {{cache: {{paths: [~/.config/agent-artifacts]}}, script: ["{PUSH}"]}}'},
        [f'{FILE} 1 unknown disk'],
    ),
    # look-alikes
    'the token on standard input': (
        {FILE: f"a: {{tags: [office], script: [\"printf %s $AGENT_ARTIFACTS_TOKEN | {PUSH} --token-stdin\"]}}"},
        [],
    ),
    'the token in the environment': ({FILE: f'a: {{tags: [office], script: ["{PUSH}"]}}'}, []),
    'a script in single quotes for later': ({FILE: "a: {script: [\"echo '$AGENT_ARTIFACTS_TOKEN'\"]}"}, []),
    'two dollars in a variable': (
        {FILE: 'a: {variables: {T: $$AGENT_ARTIFACTS_TOKEN}, script: ["echo hello"]}'},
        [],
    ),
    'another product’s token': ({FILE: 'a: {tags: [office], script: ["curl -H \\"PRIVATE-TOKEN: $GITLAB_TOKEN\\" https://gitlab.com/api"]}'}, []),
}  # fmt: skip


@pytest.mark.parametrize(('documents', 'wanted'), EXPOSURES.values(), ids=EXPOSURES)
def test_exposures(documents: dict[str, str], wanted: list[str]) -> None:
    assert facts(documents, Exposure) == wanted


UNTRUSTED = {
    'merge requests': ('rules: [{if: $CI_MERGE_REQUEST_IID}]', True),
    'only merge requests': ('only: [merge_requests]', True),
    'all': ('rules: [{when: always}]', True),
    'protected merge requests': (
        'rules: [{if: \'$CI_MERGE_REQUEST_IID && $CI_COMMIT_REF_PROTECTED == "true"\'}]',
        False,
    ),
    'the default branch': ('rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]', False),
    'no rules': ('stage: x', False),
    'never': ('rules: [{when: never}]', False),
}


@pytest.mark.parametrize(('rules', 'wanted'), UNTRUSTED.values(), ids=UNTRUSTED)
def test_runs_that_outsiders_start(rules: str, wanted: bool) -> None:
    text = f'a:\n  {rules}\n  script:\n    - {PUSH} --token "$AGENT_ARTIFACTS_TOKEN"\n'
    assert facts({FILE: text}, UntrustedRun) == ([f'{FILE} 4 unknown merge_request_event'] if wanted else [])


def test_a_job_is_one_step() -> None:
    text = 'variables: {{ALL: $KEY}}\na: {{script: ["{0} --token $ALL", make]}}\nb: {{variables: {{OWN: $KEY}}, script: [make, "{0} --token $OWN"]}}\n'
    found = [one for one in analyse({FILE: text.format(PUSH)}) if isinstance(one, Binding)]
    assert sorted((one.name, one.narrowable, one.readers, one.users) for one in found) == [
        ('ALL', True, 2, 2),
        ('OWN', False, 1, 1),
    ]


def test_images_beside_the_token() -> None:
    text = f'a: {{image: node:22, script: ["{PUSH}"]}}\nb: {{image: node:22, script: [make]}}\n'
    assert facts({FILE: text}, Companion) == [f'{FILE} 1 unknown node:22']


def test_calls_in_jobs_that_never_run_are_no_automation() -> None:
    text = f'a: {{rules: [{{when: never}}], script: ["{PUSH}"]}}\nb: {{script: ["{PUSH}"]}}\n'
    found = [one for one in analyse({FILE: text}) if isinstance(one, Call)]
    assert sorted((one.place.line, one.automation) for one in found) == [(1, False), (2, True)]


def test_a_key_spelled_out_is_found_where_it_stands() -> None:
    text = f'include: b.yml\na:\n  rules:\n    - if: $CI_COMMIT_TAG\n      variables:\n        AGENT_ARTIFACTS_TOKEN: {tokens.api_key("rules")}\n  script: ["{PUSH}"]\n'
    assert facts({FILE: text, 'b.yml': 'b: {script: x}'}, Credential) == [f'{FILE} 6 unknown']
