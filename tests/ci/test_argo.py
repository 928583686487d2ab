"""Argo Workflows: templates as jobs, parameters, and what starts them."""

from __future__ import annotations

import pytest

from artifacts_guard import ci
from artifacts_guard.text import Document
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import read_all
from tests.ci.support import used

PATH = 'argo/flow.yaml'
_HEAD = 'apiVersion: argoproj.io/v1alpha1\nkind: {}\nmetadata: {{name: {}}}\n'


def _flow(templates: str, kind: str = 'Workflow', name: str = 'flow') -> str:
    return _HEAD.format(kind, name) + f'spec:\n  templates:\n{templates}'


def test_each_template_with_containers_is_a_pod() -> None:
    text = """
        apiVersion: argoproj.io/v1alpha1
        kind: CronWorkflow
        metadata: {name: nightly}
        spec:
          schedule: "0 1 * * *"
          workflowSpec:
            arguments:
              parameters: [{name: project, value: docs}]
            templates:
            - name: main
              steps:
              - - name: one
                  template: publish
                  arguments: {parameters: [{name: key, value: "{{workflow.parameters.project}}"}]}
            - name: publish
              inputs: {parameters: [{name: key}, {name: file, value: x.md}]}
              initContainers:
              - {name: prepare, image: a, command: [mkdir, x]}
              script:
                image: acme/tool
                command: [bash, -eo, pipefail]
                env: [{name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}]
                source: |
                  push {{inputs.parameters.key}} {{workflow.name}}
            - name: pair
              containerSet:
                containers:
                - {name: c1, command: [curl, "{{inputs.parameters.a}}"]}
                - {name: c2, image: quay.io/argoproj/argoexec, args: [x]}
    """
    pipeline = read(text, PATH)
    assert not pipeline.masks
    assert outline(pipeline).splitlines() == [
        'nightly / publish: unknown [] on schedule',
        '  - prepare',
        '    [mkdir] [x]',
        '  - publish',
        '    bash errexit pipefail: push <<input.key>> <<unknown.workflow.name>>',
        '    env KEY=<secret.s/k> @step:22',
        'nightly / pair: unknown [] on schedule',
        '  - c1',
        '    [curl] [<<input.a>>]',
        '  - c2',
        '    [x]',
    ]
    first = pipeline.jobs[0]
    assert first.scope is not None
    assert bound(first.scope.inputs) == [
        'workflow.project=docs @job:8',
        'file=x.md @job:16',
        'key=<input.workflow.project> @job:14',
    ]
    assert used(pipeline.jobs[1].steps[1].image) == 'image quay.io/argoproj/argoexec unpinned own'


@pytest.mark.parametrize(
    ('written', 'seen'),
    [
        ('{{inputs.parameters.a}}', '<<input.a>>'),
        ('{{ workflow.parameters.a-b }}', '<<input.workflow.a-b>>'),
        ("{{=inputs.parameters['a'] + workflow.parameters.b}}", '<<input.a|input.workflow.b>>'),
        ('{{steps.x.outputs.result}}', '<<unknown.steps.x.outputs.result>>'),
        ('${KEY} { {a} } {{a', '${KEY} { {a} } {{a'),
    ],
)
def test_expressions_are_part_of_a_scripts_text(written: str, seen: str) -> None:
    text = _flow(f'  - name: a\n    script:\n      source: |\n        echo {written}\n')
    assert commands(read(text, PATH).jobs[0].steps[0]) == [f'sh: echo {seen}']


@pytest.mark.parametrize(
    ('command', 'shell'),
    [('[sh]', 'sh'), ('[bash, -eux]', 'bash errexit xtrace'), ('[python]', 'python'), ('[ruby]', 'other')],
)
def test_the_command_of_a_script_is_its_interpreter(command: str, shell: str) -> None:
    text = _flow(f'  - {{name: a, script: {{command: {command}, source: x}}}}\n')
    assert commands(read(text, PATH).jobs[0].steps[0]) == [f'{shell}: x']


def test_templates_in_place_of_a_call_are_jobs() -> None:
    text = _flow('  - {name: m, dag: {tasks: [{name: t, inline: {container: {command: [make]}}}]}}\n')
    assert outline(read(text, PATH)).splitlines() == ['flow / t: unknown [] on manual', '  - t', '    [make]']


@pytest.mark.parametrize(
    ('caller', 'kind'),
    [
        ('spec: {workflowTemplateRef: {name: shared}}', 'WorkflowTemplate'),
        ('spec: {workflowTemplateRef: {name: shared, clusterScope: true}}', 'ClusterWorkflowTemplate'),
        (
            'spec: {templates: [{name: m, steps: [[{name: s, templateRef: {name: shared, template: t}}]]}]}',
            'WorkflowTemplate',
        ),
    ],
)
def test_a_workflow_brings_in_the_workflow_templates_of_the_tree(caller: str, kind: str) -> None:
    files = {
        'shared.yaml': _flow('  - {name: t, container: {command: [make]}}\n', kind, 'shared'),
        PATH: _HEAD.format('Workflow', 'flow') + caller,
    }
    (pipeline,) = read_all(files).pipelines
    assert pipeline.called == ('shared.yaml',)
    assert outline(pipeline).splitlines() == ['flow / t: unknown [] on manual', '  - t', '    [make]']
    assert pipeline.jobs[0].automation


def test_workflow_templates_that_nothing_calls_are_no_automation() -> None:
    files = {
        'a.yaml': _flow('  - {name: t, container: {command: [make]}}\n', 'WorkflowTemplate', 'a'),
        PATH: _HEAD.format('Workflow', 'flow') + 'spec: {workflowTemplateRef: {name: elsewhere}}',
    }
    template, workflow = read_all(files).pipelines
    assert [job.automation for job in template.jobs] == [False]
    assert [one.name for one in workflow.unresolved] == ['elsewhere']


_STARTED = '{apiVersion: argoproj.io/v1alpha1, kind: Workflow, metadata: {generateName: made-}, spec: {templates: [{name: t, container: {command: [make]}}]}}'
SENSORS = {
    'a workflow': (f'{{template: {{argoWorkflow: {{source: {{resource: {_STARTED}}}}}}}}}', ['made / t']),
    'any object': (f'{{template: {{k8s: {{source: {{resource: {_STARTED}}}}}}}}}', ['made / t']),
    'a workflow from elsewhere': ('{template: {argoWorkflow: {source: {url: {path: x}}}}}', []),
    'a message': ('{template: {slack: {channel: kind: Workflow}}}', []),
    'a wrong type': ('{template: [3]}', []),
}  # fmt: skip


@pytest.mark.parametrize(('trigger', 'names'), SENSORS.values(), ids=SENSORS)
def test_what_a_sensor_starts_is_read(trigger: str, names: list[str]) -> None:
    text = _HEAD.format('Sensor', 's') + f'# kind: Workflow\nspec: {{triggers: [{trigger}]}}\n'
    assert [job.name for job in ci.adapter('argo').read(Document(PATH, text), Forest({})).jobs] == names


def test_jobs_of_one_document_have_different_names() -> None:
    body = '  - {name: t, container: {command: [make]}}\n'
    names = [job.name for job in read(f'{_flow(body)}---\n{_flow(body)}', PATH).jobs]
    assert names == ['flow / t', 'flow / t (2)']


@pytest.mark.parametrize(
    'text',
    [
        _flow('  - {{- range .Values.x }}\n'),
        _HEAD.format('Workflow', 'a')
        + 'spec: {templates: [3, {name: [], script: a, container: []}], arguments: 4}',
        _HEAD.format('Workflow', 'a') + 'spec: {templates: [{steps: [3, [4]], dag: {tasks: {a: b}}}]}',
    ],
)
def test_templates_and_wrong_types_are_no_errors(text: str) -> None:
    assert read_all({PATH: text}).unreadable == ()


@pytest.mark.parametrize('kind', ['Application', 'AppProject', 'Sensor', 'WorkflowEventBinding'])
def test_other_documents_are_not_workflows(kind: str) -> None:
    assert ci.recognise(PATH, Document(PATH, _HEAD.format(kind, 'a'))) is None
