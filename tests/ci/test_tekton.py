"""Tekton: tasks, what calls them with what, and what is replaced in scripts and arguments."""

from __future__ import annotations

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import read_all
from tests.ci.support import shown
from tests.ci.support import used

PATH = 'ci/task.yaml'
_HEAD = 'apiVersion: tekton.dev/v1\nkind: {}\nmetadata: {{name: {}}}\n'


def _task(body: str, name: str = 'publish') -> str:
    return _HEAD.format('Task', name) + f'spec:\n{body}'


_TASK = _task("""  params:
  - {name: token}
  - {name: file, default: report.md}
  steps:
  - name: push
    image: acme/tool
    script: artifacts push $(params.file) '$(params.token)'
""")


def _early(files: dict[str, str]) -> list[tuple[str, int]]:
    facts = [fact for fact in analyse(files) if isinstance(fact, Exposure) and fact.sink == 'early']
    return [(fact.place.path, fact.place.line) for fact in facts]


def test_a_task_that_nothing_calls_is_no_automation() -> None:
    (pipeline,) = read_all({PATH: _TASK}).pipelines
    assert pipeline.kind == 'template'
    assert not pipeline.masks
    assert [job.automation for job in pipeline.jobs] == [False]
    assert outline(pipeline).splitlines() == [
        'publish: unknown [] on',
        '  - push',
        "    sh errexit: artifacts push <<input.file>> '<<input.token>>'",
    ]


@pytest.mark.parametrize(
    ('written', 'seen'),
    [
        ('$(params.a)', '<<input.a>>'),
        ('$(inputs.params.a)', '<<input.a>>'),
        ('$(params["a.b"]) $(params[\'c\'])', '<<input.a.b>> <<input.c>>'),
        ('$(params.a[*]) $(params.a.key)', '<<input.a>> <<input.a>>'),
        ('$(workspaces.source.path)', '<<unknown.workspaces.source.path>>'),
        ('$(context.taskRun.name)', '<<unknown.context.taskRun.name>>'),
        ('$(results.digest.path)', '<<unknown.results.digest.path>>'),
        ('$(date) $(TOKEN) $TOKEN ${TOKEN} $$', '$(date) $(TOKEN) $TOKEN ${TOKEN} $$'),
        ('$(params.a', '$(params.a'),
        ('$(params) $(parameters.a)', '$(params) $(parameters.a)'),
    ],
)
def test_parameters_are_part_of_a_scripts_text(written: str, seen: str) -> None:
    text = _task(f'  steps:\n  - script: |\n      echo {written}\n')
    assert commands(read(text, PATH).jobs[0].steps[0]) == [f'sh errexit: echo {seen}']


@pytest.mark.parametrize(
    ('first', 'shell'),
    [
        ('echo', 'sh errexit'),
        ('#!/bin/sh', 'sh'),
        ('#!/bin/sh -ex', 'sh errexit xtrace'),
        ('#!/usr/bin/env bash', 'bash'),
        ('#!/usr/bin/env -S bash -eu', 'bash errexit'),
        ('#!/usr/bin/env python3', 'python'),
        ('#!/busybox/ruby', 'other'),
    ],
)
def test_a_scripts_first_line_names_its_interpreter(first: str, shell: str) -> None:
    (line,) = commands(
        read(_task(f'  steps:\n  - script: |\n      {first}\n      x\n'), PATH).jobs[0].steps[0]
    )
    assert line.partition(':')[0] == shell


@pytest.mark.parametrize(
    ('step', 'words'),
    [
        ('command: [artifacts], args: [push, $(params.file)]', '[artifacts] [push] [<<input.file>>]'),
        ('command: [sh, -c], args: ["echo $(KEY) $$(KEY)"]', '[sh] [-c] [echo <env.KEY> $(KEY)]'),
        ('image: "acme/curl:8", args: [-H, $(KEY)]', '[curl] [-H] [<env.KEY>]'),
        ('image: acme/artifacts, args: [push]', '[artifacts] [push]'),
        ('image: alpine, args: [sh, -c, ls]', '[sh] [-c] [ls]'),
    ],
)
def test_commands_are_lists_of_words(step: str, words: str) -> None:
    assert commands(read(_task(f'  steps:\n  - {{{step}}}\n'), PATH).jobs[0].steps[0]) == [words]


def test_the_environment_of_a_template_is_the_tasks_and_could_be_narrower() -> None:
    text = _task("""  stepTemplate:
    image: acme/base
    env:
    - name: KEY
      valueFrom: {secretKeyRef: {name: s, key: k}}
  steps:
  - name: a
    script: x
    env:
    - {name: URL, value: "https://$(HOST)/$(params.path)"}
    - {name: OTHER, valueFrom: {configMapKeyRef: {name: c, key: k}}}
    envFrom:
    - {secretRef: {name: artifacts-keys}}
    - {secretRef: {name: unrelated}}
    - {configMapRef: {name: c}}
  - {name: b, script: y, onError: continue, image: gcr.io/tekton-releases/git}
  sidecars:
  - {name: c, image: acme/sidecar, script: z}
""")
    (job,) = read(text, PATH).jobs
    assert bound(job.env) == ['KEY=<secret.s/k> @job:8']
    assert job.env[0].narrowable
    first, second, sidecar = job.steps
    assert bound(first.env) == [
        'AGENT_ARTIFACTS_TOKEN=<secret.artifacts-keys/AGENT_ARTIFACTS_TOKEN> @step:17',
        'URL=https://<env.HOST>/<input.path> @step:14',
    ]
    assert used(first.image) == 'image acme/base unpinned third-party'
    assert used(second.image) == 'image gcr.io/tekton-releases/git unpinned own'
    assert [step.may_fail for step in job.steps] == [False, True, False]
    assert sidecar.image is None


_RUN = """
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: run-
  annotations:
    pipelinesascode.tekton.dev/on-event: "[pull_request, push]"
spec:
  params:
  - {name: key, value: literal}
  pipelineSpec:
    params:
    - {name: key}
    - {name: file, default: x.md}
    tasks:
    - name: first
      taskRef: {name: publish}
      params:
      - {name: token, value: $(params.key)}
    - name: outside
      runAfter: [first]
      taskRef: {name: git-clone}
    finally:
    - name: last
      taskSpec:
        steps:
        - {name: s, script: echo}
"""


def test_a_run_brings_in_the_tasks_of_the_tree() -> None:
    result = read_all({PATH: _TASK, '.tekton/run.yaml': _RUN})
    (pipeline,) = result.pipelines
    assert pipeline.document.path == '.tekton/run.yaml'
    assert pipeline.called == (PATH,)
    assert [one.note for one in result.taken] == ['', 'read where it is called']
    assert outline(pipeline).splitlines() == [
        'run / first: unknown [] on push proposal',
        '  - push',
        "    sh errexit: artifacts push <<input.file>> '<<input.token>>'",
        'run / outside: unknown [] on push proposal',
        '  - outside',
        '    use template git-clone unpinned own',
        'run / last: unknown [] on push proposal',
        '  - s',
        '    sh errexit: echo',
    ]
    first = pipeline.jobs[0]
    assert first.steps[0].place.path == PATH
    assert first.scope is not None
    assert bound(first.scope.inputs) == ['file=report.md @job:7', 'token=<input.key> @job:18']
    assert first.scope.parent is not None
    assert bound(first.scope.parent.inputs) == ['file=x.md @job:13', 'key=literal @job:9']
    assert pipeline.jobs[1].needs == ('first',)


def test_what_is_not_called_of_a_document_stays_where_it_stands() -> None:
    both = f'{_TASK}---\n{_task("  steps: [{script: x}]", "other")}'
    outcome = {p.document.path: p for p in read_all({PATH: both, 'run.yaml': _RUN}).pipelines}
    assert [(job.name, job.automation) for job in outcome[PATH].jobs] == [('other', False)]
    assert [job.name for job in outcome['run.yaml'].jobs] == ['run / first', 'run / outside', 'run / last']


def test_of_several_tasks_of_a_name_the_nearest_is_meant() -> None:
    files = {
        'a/0.1/task.yaml': _task('  steps: [{name: old, script: x}]'),
        'a/0.2/task.yaml': _task('  steps: [{name: new, script: x}]'),
        'a/0.2/tests/run.yaml': _HEAD.format('TaskRun', 'r') + 'spec: {taskRef: {name: publish}}',
    }
    runs = {p.document.path: p for p in read_all(files).pipelines}
    assert [step.name for step in runs['a/0.2/tests/run.yaml'].jobs[0].steps] == ['new']
    assert [job.automation for job in runs['a/0.1/task.yaml'].jobs] == [False]


@pytest.mark.parametrize(
    ('reference', 'expected'),
    [
        ('{bundle: "acme/tasks:1", name: a}', 'template acme/tasks:1 unpinned third-party'),
        (
            f'{{bundle: "acme/tasks@sha256:{"0" * 64}", name: a}}',
            f'template acme/tasks@sha256:{"0" * 64} pinned third-party',
        ),
        (
            '{resolver: hub, params: [{name: name, value: git-clone}]}',
            'template git-clone unpinned third-party',
        ),
        (
            f'{{resolver: git, params: [{{name: url, value: u}}, {{name: pathInRepo, value: p}}, {{name: revision, value: {"a" * 40}}}]}}',
            'template u//p pinned third-party',
        ),
        ('{name: installed}', 'template installed unpinned own'),
    ],
)
def test_tasks_from_elsewhere_are_code_of_others(reference: str, expected: str) -> None:
    pipeline = read(_HEAD.format('TaskRun', 'r') + f'spec: {{taskRef: {reference}}}', PATH)
    assert used(pipeline.jobs[0].steps[0].use) == expected
    assert [one.kind for one in pipeline.unresolved] == ['task']


def test_step_actions_are_steps_whose_scripts_take_no_parameters() -> None:
    action = _HEAD.format('StepAction', 'act') + (
        'spec:\n  image: acme/act\n  params: [{name: p}]\n  env: [{name: P, value: $(params.p)}]\n'
        '  script: echo $(params.p) $P\n'
    )
    files = {
        'act.yaml': action,
        'task.yaml': _task('  steps: [{name: a, ref: {name: act}, params: [{name: p, value: v}]}]'),
    }
    (pipeline,) = read_all(files).pipelines
    (step,) = pipeline.jobs[0].steps
    assert commands(step) == ['sh errexit: echo $(params.p) $P']
    assert bound(step.env) == ['P=<input.p> @step:7']
    assert step.scope is not None
    assert [(one.name, shown(one.value)) for one in step.scope.inputs] == [('p', 'v')]


def test_pipelines_that_call_each_other_end() -> None:
    files = {
        f'{name}.yaml': _HEAD.format('Pipeline', name)
        + f'spec: {{tasks: [{{name: t, pipelineRef: {{name: {other}}}}}]}}'
        for name, other in (('a', 'b'), ('b', 'a'))
    }
    files['run.yaml'] = _HEAD.format('PipelineRun', 'r') + 'spec: {pipelineRef: {name: a}}'
    assert [job for pipeline in read_all(files).pipelines for job in pipeline.jobs] == []


@pytest.mark.parametrize(
    ('annotations', 'kinds'),
    [
        ('{}', ['manual']),
        ('{pipelinesascode.tekton.dev/on-event: "[push]"}', ['push']),
        (
            '{pipelinesascode.tekton.dev/on-event: push, pipelinesascode.tekton.dev/on-target-branch: "[refs/tags/*]"}',
            ['tag'],
        ),
        ('{pipelinesascode.tekton.dev/on-cel-expression: \'event == "pull_request"\'}', ['proposal']),
        ('{pipelinesascode.tekton.dev/on-comment: "^/merge"}', ['other']),
    ],
)
def test_annotations_tell_what_starts_a_run(annotations: str, kinds: list[str]) -> None:
    text = (
        f'apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {{name: r, annotations: {annotations}}}\n'
        'spec: {taskSpec: {steps: [{script: x}]}}'
    )
    assert [one.kind for one in read(text, PATH).jobs[0].triggers] == kinds


def test_runs_that_a_trigger_makes_are_runs() -> None:
    text = """
        apiVersion: triggers.tekton.dev/v1beta1
        kind: TriggerTemplate
        metadata: {name: t}
        spec:
          resourcetemplates:
          - apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {generateName: run-}
            spec: {taskSpec: {steps: [{name: s, script: "x $(tt.params.a)"}]}}
    """
    assert outline(read(text, PATH)).splitlines() == [
        'run: unknown [] on manual',
        '  - s',
        '    sh errexit: x <<unknown.tt.params.a>>',
    ]


@pytest.mark.parametrize(
    'text',
    [
        'apiVersion: tekton.dev/v1\nkind: Task\n{{- if .Values.x }}\nspec: {{ .Values.spec }}\n',
        'apiVersion: tekton.dev/v1\nkind: Task\nspec: [',
        'apiVersion: tekton.dev/v1\nkind: Pipeline\nspec: {tasks: [3, {taskRef: [], params: 4}], finally: a}\n',
        'apiVersion: tekton.dev/v1\nkind: Task\nspec: {steps: [{script: [], env: 3, args: {a: b}}], params: [1]}\n',
    ],
)
def test_templates_and_wrong_types_are_no_errors(text: str) -> None:
    assert read_all({PATH: text}).unreadable == ()


@pytest.mark.parametrize(
    'text',
    [
        'apiVersion: v1\nkind: Task\n# see tekton.dev/docs\n',
        'apiVersion: tekton.dev/v1\nkind: Repository\n',
        'apiVersion: operator.tekton.dev/v1\nkind: Pipeline\n',
        'task: |\n  text of tekton.dev/v1\n',
    ],
)
def test_other_documents_are_not_tektons(text: str) -> None:
    assert ci.recognise(PATH, Document(PATH, text)) is None


def test_a_token_in_a_parameter_is_seen_once_where_the_task_stands() -> None:
    task = _task("""  params: [{name: token}]
  steps:
  - name: push
    image: acme/tool
    script: AGENT_ARTIFACTS_TOKEN='$(params.token)' artifacts push --private
""")
    assert _early({PATH: task}) == [(PATH, 9)]
    assert _early({PATH: task, 'run.yaml': _RUN.replace('$(params.key)', 'none')}) == []
