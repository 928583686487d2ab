"""Semaphore pipelines as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci.model import Script
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import used

PATH = '.semaphore/semaphore.yml'


def test_a_condition_with_a_backslash_in_double_quotes_is_read() -> None:
    text = (
        'blocks: [{name: b, skip: {when: "tag =~ \'^v0\\.\'"}, task: {jobs: [{name: j, commands: [c]}]}}]\n'
    )
    (job,) = support.read(text, PATH).jobs
    assert commands(job.steps[0]) == ['bash errexit: c']


def test_a_document_in_outline() -> None:
    found = support.read(
        """
        agent: {machine: {type: e1-standard-2, os_image: ubuntu2204}}
        global_job_config:
          prologue: {commands: [checkout]}
          env_vars: [{name: A, value: x}]
        blocks:
        - name: b
          task:
            secrets: [{name: s}]
            env_vars: [{name: B, value: y}]
            prologue: {commands_file: p.sh}
            epilogue: {always: {commands: [e]}}
            jobs:
            - {name: j, commands: [c], env_vars: [{name: C, value: z}]}
        - task:
            agent: {machine: {type: s1-x}, containers: [{name: m, image: 'node:22'}]}
            jobs: [{commands_file: no.sh}]
        after_pipeline: {task: {jobs: [{commands: [g]}]}}
        """,
        PATH,
        {'.semaphore/p.sh': 'make\n'},
    )
    assert (
        outline(found)
        == dedent("""
        b / j: ephemeral [e1-standard-2] on push
          env A=x @pipeline:4
          env B=y @block:9
          env C=z @job:13
          - commands
            bash errexit: checkout
            bash errexit: make
            bash errexit: c
        e
        block 2 / job 1: shared [s1-x] on push
          env A=x @pipeline:4
          - commands
            bash errexit: checkout
        after_pipeline / job 1: ephemeral [e1-standard-2] on push
          env A=x @pipeline:4
          - commands
            bash errexit: checkout
        g
        """).strip()
    )
    assert found.settings_variables
    assert [one.name for one in found.unresolved] == ['no.sh']
    scripts = [one for one in found.jobs[0].steps[0].scripts if isinstance(one, Script)]
    assert [one.continues for one in scripts] == [False, True, True]
    assert used(found.jobs[1].steps[0].image) == 'image node:22 unpinned third-party'


MACHINES = {
    'x86': ('e1-standard-2', 'ephemeral'),
    'the faster one': ('f1-standard-4', 'ephemeral'),
    'macOS': ('a1-standard-4', 'ephemeral'),
    'self-hosted': ('s1-rack', 'shared'),
    'another name': ('big', 'unknown'),
    'none': ("''", 'unknown'),
}


@pytest.mark.parametrize(('machine', 'tenancy'), MACHINES.values(), ids=MACHINES)
def test_machines(machine: str, tenancy: str) -> None:
    text = f'agent: {{machine: {{type: {machine}}}}}\nblocks: [{{task: {{jobs: [{{commands: [x]}}]}}}}]\n'
    assert support.job(text, path=PATH).runner.tenancy == tenancy


def test_jobs_of_one_name() -> None:
    text = 'blocks: [{name: b, task: {jobs: [{name: x, commands: [a]}, {name: x, commands: [b]}]}}]\n'
    assert [one.name for one in support.read(text, PATH).jobs] == ['b / x', 'b / x (2)']


def test_another_pipeline_is_promoted_to() -> None:
    text = 'blocks: [{task: {jobs: [{commands: [x]}]}}]\n'
    job = support.job(text, path='.semaphore/deploy.yml')
    assert [one.kind for one in job.triggers] == ['manual']


@pytest.mark.parametrize('text', ['', 'x: {blocks: []}\n', 'version: v1.0\n'])
def test_not_by_its_folder_alone(text: str) -> None:
    assert ci.recognise(PATH, Document(PATH, text)) != 'semaphore'


@pytest.mark.parametrize(
    'text', ['x', '[x]', '[{task: x}]', '[{task: {jobs: x}}]', '[{task: {jobs: [{commands: {a: b}}]}}]']
)
def test_odd_documents(text: str) -> None:
    found = support.read(f'blocks: {text}\n', PATH)
    assert all(commands(step) == [] for job in found.jobs for step in job.steps)


def test_a_variable_of_a_secret() -> None:
    text = (
        'agent: {machine: {type: s1-x}}\nblocks:\n- task:\n    secrets: [{name: s}]\n    jobs:\n'
        '    - commands:\n      - artifacts artifact list --token "$AGENT_ARTIFACTS_TOKEN"\n'
    )
    found = [one for one in analyse({PATH: text}) if isinstance(one, Exposure)]
    assert [(one.place.line, one.sink) for one in found] == [(7, 'flag')]
