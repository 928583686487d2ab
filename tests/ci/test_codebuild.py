"""Buildspecs as texts in, the common model as short texts out."""

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
from tests.ci.support import shown

PATH = 'buildspec.yml'


def test_a_document_in_outline() -> None:
    found = support.read(
        """
        version: 0.2
        env:
          shell: bash
          variables: {A: x}
          parameter-store: {P: /ci/p}
          secrets-manager: {S: 'ci/x:token'}
        phases:
          install: {commands: [a, b]}
          build:
            commands: [c]
            finally: [d]
        artifacts: {files: [out]}
        cache: {paths: [/root/.m2]}
        """,
        PATH,
    )
    assert (
        outline(found)
        == dedent("""
        buildspec.yml: ephemeral [managed] on other
          env A=x @pipeline:4
          env P=<secret./ci/p> @pipeline:5
          env S=<secret.ci/x:token> @pipeline:6
          - phases
            bash errexit: a
        b
            bash errexit: c
            bash errexit: d
        """).strip()
    )
    assert found.masks
    step = found.jobs[0].steps[0]
    assert [one.continues for one in step.scripts if isinstance(one, Script)] == [False, True, True]
    assert [(one.kind, shown(one.path)) for one in step.handovers] == [
        ('cache', '/root/.m2'),
        ('upload', 'out'),
    ]


SHELLS = {
    'none named': ('', '[a]', ['sh errexit: a']),
    'bash': ('bash', '[a]', ['bash errexit: a']),
    'PowerShell': ('powershell.exe', '[a]', ['powershell: a']),
    'a command of several lines': ('', '["a\\nb"]', ['sh: a\nb']),
    'one string': ('', 'a', ['sh errexit: a']),
    'nothing': ('', '[]', []),
    'a null': ('', '[null]', []),
}


@pytest.mark.parametrize(('shell', 'listed', 'expected'), SHELLS.values(), ids=SHELLS)
def test_shells(shell: str, listed: str, expected: list[str]) -> None:
    found = support.job(
        f'version: 0.2\nenv: {{shell: {shell}}}\nphases: {{build: {{commands: {listed}}}}}\n', path=PATH
    )
    assert [line for step in found.steps for line in commands(step)] == expected


def test_each_command_has_a_shell_in_the_first_version() -> None:
    found = support.job('version: 0.1\nphases: {build: {commands: [a, b]}}\n', path=PATH)
    scripts = [one for one in found.steps[0].scripts if isinstance(one, Script)]
    assert [(one.template.text, one.continues) for one in scripts] == [('a', False), ('b', False)]


def test_a_fleet_is_not_known() -> None:
    found = support.job('phases: {build: {commands: [a]}}\nbatch: {fleet: x}\n', path=PATH)
    assert found.runner.tenancy == 'unknown'


KNOWN = {
    'its name': PATH,
    'a longer name': 'ci/buildspec-release.yaml',
    'the name at the end': 'deploy.buildspec.yml',
    'a folder': 'buildspecs/test.yml',
}


@pytest.mark.parametrize('path', KNOWN.values(), ids=KNOWN)
def test_recognised(path: str) -> None:
    assert ci.recognise(path, Document(path, 'version: 0.2\nphases: {}\n')) == 'codebuild'


UNKNOWN = {
    'no phases': (PATH, 'version: 0.2\n'),
    'phases of something else': (PATH, 'x:\n  phases: {}\n'),
    'another name': ('build.yml', 'version: 0.2\nphases: {}\n'),
}


@pytest.mark.parametrize(('path', 'text'), UNKNOWN.values(), ids=UNKNOWN)
def test_not_recognised(path: str, text: str) -> None:
    assert ci.recognise(path, Document(path, text)) is None


@pytest.mark.parametrize(
    'text', ['phases:', 'phases: x', 'phases: [x]', 'phases: {build: x}', 'phases: {other: {commands: [x]}}']
)
def test_odd_documents(text: str) -> None:
    assert support.job(f'{text}\n', path=PATH).steps == ()


def test_a_dump_of_the_environment() -> None:
    facts = analyse(
        {
            PATH: 'version: 0.2\nenv:\n  secrets-manager:\n    AGENT_ARTIFACTS_TOKEN: x\n'
            'phases:\n  build:\n    commands:\n      - printenv | sort\n'
        }
    )
    assert [one.place.line for one in facts if isinstance(one, Exposure)] == [8]
