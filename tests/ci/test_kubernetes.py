"""Kubernetes manifests: containers of pods, wherever a kind of resource keeps them."""

from __future__ import annotations

import pytest

from artifacts_guard import ci
from artifacts_guard.ci.model import Argv
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import read_all
from tests.ci.support import used

PATH = 'deploy/app.yaml'
_POD = '{initContainers: [{name: i, command: [a]}], containers: [{name: c, image: acme/c, command: [b]}]}'


@pytest.mark.parametrize(
    ('kind', 'spec', 'job'),
    [
        ('Pod', _POD, 'Pod x: unknown [] on'),
        ('Deployment', f'{{template: {{spec: {_POD}}}}}', 'Deployment x: unknown [] on'),
        ('Job', f'{{template: {{spec: {_POD}}}}}', 'Job x: unknown [] on'),
        (
            'CronJob',
            f'{{schedule: "@daily", jobTemplate: {{spec: {{template: {{spec: {_POD}}}}}}}}}',
            'CronJob x: unknown [] on schedule',
        ),
    ],
)
def test_containers_are_steps_and_only_a_schedule_makes_an_automation(kind: str, spec: str, job: str) -> None:
    pipeline = read(f'apiVersion: v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}', PATH)
    assert outline(pipeline).splitlines() == [job, '  - i', '    [a]', '  - c', '    [b]']
    assert pipeline.jobs[0].automation == (kind == 'CronJob')
    assert used(pipeline.jobs[0].steps[1].image) == (
        'image acme/c unpinned third-party' if kind == 'CronJob' else ''
    )
    assert not pipeline.masks


def test_the_words_of_a_command_stand_in_the_pods_spec() -> None:
    text = """
        kind: Pod
        metadata: {name: x}
        spec:
          containers:
          - name: c
            image: acme/curl
            args: [-H, "$(KEY)", "$$(KEY)", $KEY]
            env:
            - name: KEY
              valueFrom: {secretKeyRef: {name: s, key: k}}
            - {name: PLAIN, value: a}
            - {name: FIELD, valueFrom: {fieldRef: {fieldPath: a}}}
            lifecycle: {postStart: {exec: {command: [notify, $(KEY)]}}}
            livenessProbe: {exec: {command: [check]}}
    """
    (step,) = read(text, PATH).jobs[0].steps
    assert commands(step) == ['[curl] [-H] [<env.KEY>] [$(KEY)] [$KEY]', '[notify] [<env.KEY>]', '[check]']
    assert all(isinstance(one, Argv) and one.shown for one in step.scripts)
    assert bound(step.env) == ['KEY=<secret.s/k> @step:9', 'PLAIN=a @step:11']


@pytest.mark.parametrize(
    ('container', 'names'),
    [
        ('{envFrom: [{secretRef: {name: agent-artifacts}, prefix: MY_}]}', ['MY_AGENT_ARTIFACTS_TOKEN']),
        (
            '{envFrom: [{secretRef: {name: all}}], command: [sh, -c, "x $AGENT_ARTIFACTS_TOKEN"]}',
            ['AGENT_ARTIFACTS_TOKEN'],
        ),
        ('{envFrom: [{secretRef: {name: all}}], command: [x]}', []),
        ('{envFrom: [{configMapRef: {name: agent-artifacts}}]}', []),
    ],
)
def test_all_keys_of_a_secret_count_where_ours_is_among_them(container: str, names: list[str]) -> None:
    (step,) = read(f'kind: Pod\nspec: {{containers: [{container}]}}', PATH).jobs[0].steps
    assert [one.name for one in step.env] == names


def test_resources_are_found_in_lists_and_in_further_documents() -> None:
    pod = '{kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}'
    pipeline = read(
        f'kind: List\nitems: [{pod}, {pod}]\n---\nkind: Pod\nmetadata: {{name: b}}\nspec: {{containers: []}}',
        PATH,
    )
    assert [job.name for job in pipeline.jobs] == ['Pod a', 'Pod a (2)', 'Pod b']


@pytest.mark.parametrize(
    'text',
    [
        '{{- if .Values.x }}\nkind: Pod\nspec:\n  containers:\n{{ toYaml .Values.c }}\n{{- end }}\n',
        'kind: Pod\nspec: {containers: [3, {env: 4, args: [[a]], command: b}, {envFrom: [5]}]}\n',
        'kind: CronJob\nspec: [containers: a]\n',
    ],
)
def test_templates_and_wrong_types_are_no_errors(text: str) -> None:
    result = read_all({PATH: text})
    assert result.unreadable == ()
    assert [one.system for one in result.taken] == ['kubernetes']


@pytest.mark.parametrize(
    'text',
    [
        'kind: Secret\ndata: {}\n',
        'kind: PodMonitor\nspec:\n  containers: []\n',
        'containers:\n- Pod\n',
        'kind: Deployment\nspec: {}\n',
    ],
)
def test_other_documents_are_no_pods(text: str) -> None:
    assert ci.recognise(PATH, Document(PATH, text)) is None
