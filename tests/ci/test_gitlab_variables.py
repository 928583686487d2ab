"""The variables that a job has: which of several wins, what they are made of, where they come from."""

from __future__ import annotations

import pytest

from artifacts_guard.ci.model import Job
from tests.ci.support import bound
from tests.ci.support import read


def job(text: str) -> Job:
    (found,) = read(text, '.gitlab-ci.yml').jobs
    return found


def env(text: str) -> list[str]:
    return bound(job(text).env)


VALUES = {
    'a string': ('x', 'x'),
    'a number': ('5', '5'),
    'nothing': ('', ''),
    'null': ('null', ''),
    'quoted': ('"x y"', 'x y'),
    'a variable': ('$KEY', '<variable.KEY>'),
    'a variable in braces': ('${KEY}', '<variable.KEY>'),
    'in a text': ('"a $KEY b"', 'a <variable.KEY> b'),
    'two': ('"$A-$B"', '<variable.A>-<variable.B>'),
    'what the system tells': ('"$CI_PROJECT_DIR/x"', '<vars.CI_PROJECT_DIR>/x'),
    'a credential of the system': ('$CI_JOB_TOKEN', '<variable.CI_JOB_TOKEN>'),
    'a password of the system': ('$CI_REGISTRY_PASSWORD', '<variable.CI_REGISTRY_PASSWORD>'),
    'a credential that looks like the system’s': ('$CI_PUSH_TOKEN', '<variable.CI_PUSH_TOKEN>'),
    'a user of the system': ('$GITLAB_USER_LOGIN', '<vars.GITLAB_USER_LOGIN>'),
    'a credential that begins like the system’s': ('$GITLAB_API_KEY', '<variable.GITLAB_API_KEY>'),
    'two dollars': ('"$$KEY"', '$$KEY'),
    'a dollar alone': ('"5 $"', '5 $'),
    'a number after a dollar': ('"$1"', '$1'),
    'with a description': ('{value: "$KEY", description: x}', '<variable.KEY>'),
    'not expanded': ('{value: "$KEY", expand: false}', '$KEY'),
    'expanded': ('{value: "$KEY", expand: true}', '<variable.KEY>'),
    'a description alone': ('{description: x}', ''),
    'with options': ('{value: a, options: [a, b]}', "<'a'|'b'>"),
    'a list by mistake': ('[x]', ''),
}


@pytest.mark.parametrize(('text', 'wanted'), VALUES.values(), ids=VALUES)
def test_values(text: str, wanted: str) -> None:
    assert env(f'variables:\n  V: {text}\na: {{script: x}}\n') == [f'V={wanted} @pipeline:2']
    assert env(f'a:\n  script: x\n  variables:\n    V: {text}\n') == [f'V={wanted} @job:4']


LEVELS = {
    'of all jobs': ('variables: {V: all}\na: {script: x}', ['V=all @pipeline:1']),
    'of the job': ('a: {script: x, variables: {V: own}}', ['V=own @job:1']),
    'the job’s wins': ('variables: {V: all}\na: {script: x, variables: {V: own}}', ['V=own @job:2']),
    'of the defaults': ('default: {variables: {V: d}}\na: {script: x}', ['V=d @pipeline:1']),
    'those of all jobs win over defaults': (
        'default: {variables: {V: d}}\nvariables: {V: all}\na: {script: x}',
        ['V=all @pipeline:2'],
    ),
    'not inherited': ('variables: {V: all}\na: {script: x, inherit: {variables: false}}', []),
    'inherited by name': (
        'variables: {V: all, W: all}\na: {script: x, inherit: {variables: [W]}}',
        ['W=all @pipeline:1'],
    ),
    'a matrix wins': (
        'a: {script: x, variables: {V: own}, parallel: {matrix: [{V: [m, n]}]}}',
        ["V=<'m'|'n'> @job:1"],
    ),
    'null takes it from a parent': (
        '.b: {variables: {V: b}}\na: {extends: .b, script: x, variables: null}',
        [],
    ),
    'a reference to one': (
        '.b: {variables: {V: $KEY}}\na: {script: x, variables: {W: !reference [.b, variables, V]}}',
        ['W=<variable.KEY> @job:2'],
    ),
    'a reference to all': (
        '.b: {variables: {V: $KEY}}\na: {script: x, variables: !reference [.b, variables]}',
        ['V=<variable.KEY> @job:1'],
    ),
    'a merge key': (
        '.v: &v {V: v}\na: {script: x, variables: {<<: *v, W: own}}',
        ['W=own @job:2', 'V=v @job:1'],
    ),
}


@pytest.mark.parametrize(('text', 'wanted'), LEVELS.values(), ids=LEVELS)
def test_levels(text: str, wanted: list[str]) -> None:
    assert env(text) == wanted


def test_only_those_of_all_jobs_could_be_closer_to_the_job() -> None:
    found = job(
        'variables: {A: 1}\na: {script: x, variables: {B: 2}, secrets: {C: {vault: a/b, file: false}}}'
    )
    assert {one.name: one.narrowable for one in found.env} == {'A': True, 'B': False, 'C': False}


ORDER = {
    'as written': ('A: a\n  B: b', 'A B'),
    'after what it is made of': ('A: $B\n  B: $C\n  C: c', 'C B A'),
    'a circle ends': ('A: $B\n  B: $A', 'B A'),
    'itself': ('A: $A\n  B: b', 'A B'),
}


@pytest.mark.parametrize(('text', 'wanted'), ORDER.values(), ids=ORDER)
def test_variables_follow_those_that_they_are_made_of(text: str, wanted: str) -> None:
    found = job(f'variables:\n  {text}\na: {{script: x}}\n')
    assert ' '.join(one.name for one in found.env) == wanted


def test_a_variable_of_all_jobs_sees_those_of_the_job() -> None:
    assert env('variables: {A: $B, B: all}\na: {script: x, variables: {B: own}}') == [
        'B=own @job:2',
        'A=<variable.B> @pipeline:1',
    ]


DECLARED = {
    'a credential without a value': ('AGENT_ARTIFACTS_TOKEN: ""', []),
    'one with a description': ('API_KEY: {value: "", description: "set it in the settings"}', []),
    'one without anything': ('DEPLOY_PASSWORD:', []),
    'another variable without a value': ('DRY_RUN: ""', ['DRY_RUN= @pipeline:2']),
    'a credential with a value': ('API_KEY: $OTHER', ['API_KEY=<variable.OTHER> @pipeline:2']),
}


@pytest.mark.parametrize(('text', 'wanted'), DECLARED.values(), ids=DECLARED)
def test_what_the_settings_fill(text: str, wanted: list[str]) -> None:
    assert env(f'variables:\n  {text}\na: {{script: x}}\n') == wanted


SECRETS = {
    'vault as a string': ('vault: ci/agent/token@kv', 'vault:kv/ci/agent#token'),
    'vault, the usual engine': ('vault: ci/agent/token', 'vault:kv-v2/ci/agent#token'),
    'vault as a map': (
        'vault: {engine: {name: kv-v2, path: ops}, path: ci/agent, field: token}',
        'vault:ops/ci/agent#token',
    ),
    'azure': ('azure_key_vault: {name: agent-token, version: "1"}', 'azure-keyvault:agent-token'),
    'gcp': ('gcp_secret_manager: {name: agent-token}', 'gcp-secret:agent-token'),
    'aws as a string': ('aws_secrets_manager: agent-token', 'aws-secretsmanager:agent-token'),
    'aws as a map': ('aws_secrets_manager: {secret_id: agent-token}', 'aws-secretsmanager:agent-token'),
    'gitlab': ('gitlab_secrets_manager: {name: agent}', 'gitlab-secret:agent'),
    'akeyless': ('akeyless: {name: agent}', 'akeyless:agent'),
    'somebody else': ('other_vault: {name: agent}', 'KEY'),
}


@pytest.mark.parametrize(('text', 'wanted'), SECRETS.values(), ids=SECRETS)
def test_where_secrets_come_from(text: str, wanted: str) -> None:
    assert env(f'a:\n  script: x\n  secrets:\n    KEY:\n      {text}\n      file: false\n') == [
        f'KEY=<secret.{wanted}> @job:4'
    ]


FILES = {
    'a file unless said otherwise': ('KEY: {vault: a/b}', ['KEY=/builds/project.tmp/KEY @job:3']),
    'a file': ('KEY: {vault: a/b, file: true}', ['KEY=/builds/project.tmp/KEY @job:3']),
    'the token itself is never taken for a path': (
        'AGENT_ARTIFACTS_TOKEN: {vault: a/b}',
        ['AGENT_ARTIFACTS_TOKEN=<secret.vault:kv-v2/a#b> @job:3'],
    ),
}


@pytest.mark.parametrize(('text', 'wanted'), FILES.values(), ids=FILES)
def test_secrets_in_files(text: str, wanted: list[str]) -> None:
    assert env(f'a:\n  script: x\n  secrets: {{{text}}}\n') == wanted


def test_identity_tokens_have_values_that_nobody_knows() -> None:
    assert env('default: {id_tokens: {D: {aud: x}}}\na: {script: x}') == ['D=? @job:1']
    assert env('default: {id_tokens: {D: {aud: x}}}\na: {script: x, id_tokens: {T: {aud: x}}}') == [
        'T=? @job:2'
    ]
