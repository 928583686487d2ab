"""AppVeyor configurations as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci.model import Job
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import shown

PATH = 'appveyor.yml'


def job(text: str) -> Job:
    return support.read(text, PATH).jobs[0]


def test_a_document_in_outline() -> None:
    found = support.read(
        """
        image: Ubuntu2204
        environment:
          global: {A: 1}
          K: {secure: abc}
          matrix:
            - B: x
        install:
          - make
          - ps: Write-Host x
          - pwsh: |
              a
              b
        build: false
        deploy_script: [{sh: b}]
        cache: ['x -> y']
        artifacts: [{path: out}]
        for:
          - matrix: {only: [{image: Visual Studio 2022}]}
            install: [dir]
        """,
        PATH,
    )
    assert (
        outline(found)
        == dedent("""
        job: ephemeral [Ubuntu2204] on push proposal
          env A=1 @pipeline:3
          env K=? @pipeline:4
          env B=x @job:6
          - install
            bash errexit: make
            powershell: Write-Host x
            pwsh: a
        b
          - deploy_script
            bash errexit: b
          - keep
        job 1: ephemeral [Visual Studio 2022] on push proposal
          env A=1 @pipeline:3
          env K=? @pipeline:4
          env B=x @job:6
          - install
            cmd errexit: dir
        """).strip()
    )
    assert not found.masks
    assert found.settings_variables
    assert [(one.kind, shown(one.path)) for one in found.jobs[0].steps[-1].handovers] == [
        ('cache', 'x'),
        ('upload', 'out'),
    ]


SCRIPTS = {
    'one string': ('install: dir', ['cmd errexit: dir']),
    'a list': ('install: [a, b]', ['cmd errexit: a', 'cmd errexit: b']),
    'each its own shell': ('install: [{ps: a}, {cmd: b}]', ['powershell: a', 'cmd errexit: b']),
    'a map': ('install: {pwsh: a}', ['pwsh: a']),
    'on Linux': ('image: ubuntu\ninstall: a', ['bash errexit: a']),
    'the first of several images': ('image: [macOS, Visual Studio 2022]\ninstall: a', ['bash errexit: a']),
    'nothing': ('install:', []),
    'an empty item': ("install: ['', null]", []),
    'another key': ('install: [{python: a}]', []),
    'a built-in build': ('build: {project: x.sln}', []),
}


@pytest.mark.parametrize(('text', 'expected'), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(text: str, expected: list[str]) -> None:
    assert [line for step in job(text).steps for line in commands(step)] == expected


VARIABLES = {
    'a value': ('{A: 1}', ['A=1 @pipeline:1']),
    'one that names another': ('{A: "%B%-$(C)"}', ['A=<variable.B>-<variable.C> @pipeline:1']),
    'a secret': ('{A: {secure: x}}', ['A=? @pipeline:1']),
    'nothing secret': ('{A: {other: x}}', []),
    'a row': ('{matrix: [{A: {secure: x}}]}', ['A=? @job:1']),
    'no rows': ('{matrix: []}', []),
    'a string': ('A=1', []),
}


@pytest.mark.parametrize(('text', 'expected'), VARIABLES.values(), ids=VARIABLES)
def test_variables(text: str, expected: list[str]) -> None:
    assert bound(job(f'environment: {text}\n').env) == expected


def test_deployments_are_not_for_proposals() -> None:
    found = job('install: a\ndeploy_script: b\n')
    assert [None if one.triggers is None else [t.kind for t in one.triggers] for one in found.steps] == [
        None,
        ['push'],
    ]


def test_machines_of_your_own_are_shared() -> None:
    assert job('build_cloud: office\ninstall: a\n').runner.tenancy == 'shared'


def test_tags_only() -> None:
    assert [one.kind for one in job('skip_non_tags: true\ninstall: a\n').triggers] == ['tag']


@pytest.mark.parametrize('text', ['', 'x: y\n', '- install\n'])
def test_not_by_its_name_alone(text: str) -> None:
    assert ci.recognise(PATH, Document(PATH, text)) is None


@pytest.mark.parametrize(
    'text', ['install: x', 'install: [[x]]', 'environment: [x]', 'for: x', 'image:\ncache: {a: b}']
)
def test_odd_documents(text: str) -> None:
    assert job(text).runner.tenancy == 'ephemeral'


def test_a_script_of_powershell() -> None:
    facts = analyse(
        {
            PATH: 'environment:\n  AGENT_ARTIFACTS_TOKEN: {secure: x}\n'
            'deploy_script:\n  - ps: artifacts artifact list --token $env:AGENT_ARTIFACTS_TOKEN\n'
        }
    )
    assert [one.place.line for one in facts if isinstance(one, Exposure)] == [4]
