"""Travis CI configurations as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard.check import analyse
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.facts.model import Exposure
from tests.ci import support
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import shown

PATH = '.travis.yml'


def read(text: str, others: dict[str, str] | None = None) -> Pipeline:
    return support.read(text, PATH, others)


def test_a_document_in_outline() -> None:
    found = read(
        """
        import:
          - ./shared.yml
          - acme/ci:x.yml@main
        env:
          global:
            - A=1 B="x $A" C='y $A'
            - secure: abc
            - KEY: {secure: abc}
          jobs: [D=1, D=2]
        cache: {directories: [~/.cache]}
        install: skip
        script:
          - if true; then
          - make
          - fi
        after_success: ./report.sh
        jobs:
          include:
            - stage: publish
              if: type = push AND branch = main
              env: E=1
              os: osx
              script: skip
              deploy:
                - provider: script
                  script: bash deploy.sh
                - provider: npm
            - name: nightly
              if: type IN (cron, api)
              after_success: skip
        """,
        {'shared.yml': 'before_install: [bundle]\n'},
    )
    assert (
        outline(found)
        == dedent("""
        job: ephemeral [linux] on push proposal
          env A=1 @pipeline:6
          env B=x <variable.A> @pipeline:6
          env C=y $A @pipeline:6
          env KEY=? @pipeline:8
          env D=<'1'|'2'> @job:9
          - phases
            bash: bundle
            bash: if true; then
        make
        fi
            bash: ./report.sh
        publish / job 1 (1): ephemeral [osx] on push
          env A=1 @pipeline:6
          env B=x <variable.A> @pipeline:6
          env C=y $A @pipeline:6
          env KEY=? @pipeline:8
          env E=1 @job:21
          - phases
            bash: bundle
            bash: ./report.sh
          - deploy
            bash: bash deploy.sh
        publish / nightly (2): ephemeral [linux] on schedule manual
          env A=1 @pipeline:6
          env B=x <variable.A> @pipeline:6
          env C=y $A @pipeline:6
          env KEY=? @pipeline:8
          - phases
            bash: bundle
            bash: if true; then
        make
        fi
        """).strip()
    )
    assert found.masks
    assert found.settings_variables
    assert found.called == ('shared.yml',)
    assert [one.name for one in found.unresolved] == ['acme/ci:x.yml@main']
    assert [shown(one.path) for one in found.jobs[0].steps[0].handovers] == ['~/.cache']


VARIABLES = {
    'a list is one job each': ('env: [A=1, A=2]', ["A=<'1'|'2'> @job:1"]),
    'one string': ('env: A=1', ['A=1 @job:1']),
    'a mapping': ('env: {A: 1}', ['A=1 @job:1']),
    'the older name': ('env: {matrix: [A=1]}', ['A=1 @job:1']),
    'global as one string': ('env: {global: A=1}', ['A=1 @pipeline:1']),
    'an encrypted value': ('env: {global: {A: {secure: x}}}', ['A=? @pipeline:1']),
    'encrypted in one of two': ('env: [A=1, {A: {secure: x}}]', ['A=? @job:1']),
}
NO_VARIABLES = {
    'an encrypted item': 'env: {global: [{secure: x}]}',
    'an encrypted mapping': 'env: {global: {secure: x}}',
    'encrypted in a list of jobs': 'env: [{secure: x}]',
    'no assignment': 'env: ["a b"]',
    'a wrong type': 'env: {global: [[1]]}',
    'nothing': 'env:',
}


@pytest.mark.parametrize(('text', 'expected'), VARIABLES.values(), ids=VARIABLES)
def test_variables(text: str, expected: list[str]) -> None:
    (job,) = read(f'{text}\nscript: x\n').jobs
    assert bound(job.env) == expected
    assert not any(one.narrowable for one in job.env)


@pytest.mark.parametrize('text', NO_VARIABLES.values(), ids=NO_VARIABLES)
def test_no_variables(text: str) -> None:
    (job,) = read(f'{text}\nscript: x\n').jobs
    assert job.env == ()


TRIGGERS = {
    'none': ('', 'push proposal'),
    'pushes': ('if: type = push', 'push'),
    'not of proposals': ('if: type != pull_request', 'push'),
    'in a list': ('if: type IN (push, api)', 'push manual'),
    'not in a list': ('if: type NOT IN (pull_request)', 'push'),
    'a schedule': ('if: type = cron', 'schedule'),
    'tags': ('if: tag IS present', 'tag'),
    'a branch can be the target of a proposal': ('if: branch = main', 'push proposal'),
    'an alternative': ('if: type = push OR branch = x', 'push proposal'),
    'nonsense': ('if: [type]', 'push proposal'),
}


@pytest.mark.parametrize(('text', 'expected'), TRIGGERS.values(), ids=TRIGGERS)
def test_triggers(text: str, expected: str) -> None:
    (job,) = read(f'{text}\nscript: x\n').jobs
    assert ' '.join(one.kind for one in job.triggers) == expected


def test_deployments_are_not_for_proposals() -> None:
    (job,) = read('script: x\ndeploy: {provider: script, script: y}\n').jobs
    assert [one.kind for one in job.steps[1].triggers or ()] == ['push']


RUNNERS = {
    'nothing': ('', 'ephemeral'),
    'a group of images': ('group: edge', 'ephemeral'),
    'a group nobody knows': ('group: office', 'unknown'),
    'a system': ('os: windows', 'ephemeral'),
}


@pytest.mark.parametrize(('text', 'expected'), RUNNERS.values(), ids=RUNNERS)
def test_runners(text: str, expected: str) -> None:
    (job,) = read(f'{text}\nscript: x\n').jobs
    assert job.runner.tenancy == expected


def test_a_deployment_script_is_followed() -> None:
    facts = analyse(
        {
            PATH: 'script: make\ndeploy:\n  provider: script\n  script: bash ci/deploy.sh\n',
            'ci/deploy.sh': 'artifacts push --private --project-slug x --file y --token "$AGENT_ARTIFACTS_TOKEN"\n',
        }
    )
    found = [one for one in facts if isinstance(one, Exposure)]
    assert [(one.place.path, one.place.line) for one in found] == [('ci/deploy.sh', 1)]


@pytest.mark.parametrize(
    'text',
    [
        '',
        '- x',
        'x',
        'jobs: x',
        'jobs: {include: x}',
        'jobs: {include: [x]}',
        'script: {a: b}',
        'deploy: [x]',
    ],
)
def test_odd_documents(text: str) -> None:
    assert all(commands(step) == [] for job in read(text).jobs for step in job.steps)


_KEYS = st.sampled_from(
    ['env', 'global', 'jobs', 'include', 'script', 'deploy', 'secure', 'if', 'import', 'os', 'matrix']
)
_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(['A=1', 'x', '$A', 'type = push', './x.yml']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None)
@given(_TREES)
def test_any_tree_is_read(tree: object) -> None:
    import json

    assert read(json.dumps(tree)).system == 'travis'
