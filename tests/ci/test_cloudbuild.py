"""Cloud Build configurations as texts in, the common model as short texts out."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci.model import Step
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import shown
from tests.ci.support import used

PATH = 'cloudbuild.yaml'


def step(text: str, more: str = '') -> Step:
    body = dedent(text).strip('\n').replace('\n', '\n  ')
    return support.job(f'steps:\n- {body}\n{more}\n', path=PATH).steps[0]


def test_a_document_in_outline() -> None:
    found = support.read(
        """
        steps:
        - name: gcr.io/cloud-builders/docker:latest
          args: [build, -t, 'gcr.io/$PROJECT_ID/x', .]
        - id: run
          name: node
          entrypoint: bash
          args: ['-c', 'echo $$X']
          secretEnv: [X, Y]
          env: ['Z=$_C']
        - name: python
          script: |
            #!/usr/bin/env -S bash -eu
            echo $_C
        options: {env: [Q=1], machineType: E2_HIGHCPU_8}
        availableSecrets: {secretManager: [{versionName: projects/p/secrets/x/versions/2, env: X}]}
        artifacts: {objects: {paths: [out/*]}}
        """,
        PATH,
    )
    assert (
        outline(found)
        == dedent("""
        cloudbuild: ephemeral [E2_HIGHCPU_8] on other
          - step 1
            [docker] [build] [-t] [gcr.io/<<github.PROJECT_ID>>/x] [.]
            env Q=1 @pipeline:14
          - run
            [bash] [-c] [echo $X]
            env Q=1 @pipeline:14
            env Z=<variable._C> @step:9
            env X=<secret.projects/p/secrets/x> @step:8
            env Y=? @step:8
          - step 3
            bash errexit: #!/usr/bin/env -S bash -eu
        echo $_C
            env Q=1 @pipeline:14
          - artifacts
        """).strip()
    )
    assert not found.masks
    steps = found.jobs[0].steps
    assert [(one.kind, shown(one.path)) for one in steps[-1].handovers] == [('upload', 'out/*')]


SUBSTITUTIONS = {
    'one of its own': ('$_A', '<<variable._A>>'),
    'in braces': ('x${_A}y', 'x<<variable._A>>y'),
    'with an operation': ('${_A%/*}', '<<variable._A>>'),
    'a built-in': ('$SHORT_SHA', '<<github.SHORT_SHA>>'),
    'one with a value': ('$_KNOWN', "<<'lit'>>"),
    'one made of others': ('$_MADE', '<<unknown._MADE>>'),
    'a dollar sign': ('$$_A', '$_A'),
    'two dollar signs': ('$$$$', '$$'),
    'a dollar sign and one of its own': ('$$$_A', '$<<variable._A>>'),
    'a name that is none': ('$HOME', '$HOME'),
    'lower case': ('$_a ${x}', '$_a ${x}'),
    'a brace that does not close': ('${_A', '${_A'),
    'a command': ('$(_A)', '$(_A)'),
}


@pytest.mark.parametrize(('text', 'expected'), SUBSTITUTIONS.values(), ids=SUBSTITUTIONS)
def test_substitutions(text: str, expected: str) -> None:
    found = step(
        f"name: x\nentrypoint: e\nargs: ['{text}']", "substitutions: {_KNOWN: lit, _MADE: 'x-$_KNOWN'}"
    )
    assert commands(found) == [f'[e] [{expected}]']


COMMANDS = {
    'an entrypoint alone': ('name: x\nentrypoint: e', ['[e]']),
    'arguments alone': ('name: x\nargs: [a]', ['[a]']),
    'one string': ('name: x\nargs: a', ['[a]']),
    "an image of Google's": ('name: gcr.io/cloud-builders/gcloud@sha256:0\nargs: [a]', ['[gcloud] [a]']),
    'a script': ('name: x\nscript: echo $_A $$', ['sh: echo $_A $$']),
    'a script in another language': (
        'name: x\nscript: "#!/usr/bin/env python3\\nx"',
        ['python: #!/usr/bin/env python3\nx'],
    ),
    'no command': ('name: x', []),
    'an empty script': ("name: x\nscript: ''", []),
}


@pytest.mark.parametrize(('text', 'expected'), COMMANDS.values(), ids=COMMANDS)
def test_commands(text: str, expected: list[str]) -> None:
    assert commands(step(text)) == expected


IMAGES = {
    'a tag': ('node:22', 'image node:22 unpinned third-party'),
    'a digest': (f'node@sha256:{"0" * 64}', f'image node@sha256:{"0" * 64} pinned third-party'),
    "Google's": ('gcr.io/cloud-builders/npm', 'image gcr.io/cloud-builders/npm unpinned own'),
    'the SDK': (
        'gcr.io/google.com/cloudsdktool/cloud-sdk',
        'image gcr.io/google.com/cloudsdktool/cloud-sdk unpinned own',
    ),
    'a name that a run fills in': ('gcr.io/$PROJECT_ID/x', 'image gcr.io/$PROJECT_ID/x pinned third-party'),
    'a look-alike': ('gcr.io/cloud-builders-x/npm', 'image gcr.io/cloud-builders-x/npm unpinned third-party'),
}


@pytest.mark.parametrize(('name', 'expected'), IMAGES.values(), ids=IMAGES)
def test_images(name: str, expected: str) -> None:
    assert used(step(f"name: '{name}'\nargs: [a]").image) == expected


SECRETS = {
    'a key of KMS': ('secrets: [{kmsKeyName: k, secretEnv: {X: abc}}]', ['X=<secret.X> @step:3']),
    'inline': ('availableSecrets: {inline: [{kmsKeyName: k, envMap: {X: abc}}]}', ['X=<secret.X> @step:3']),
    'declared nowhere': ('', ['X=? @step:3']),
}


@pytest.mark.parametrize(('more', 'expected'), SECRETS.values(), ids=SECRETS)
def test_secrets(more: str, expected: list[str]) -> None:
    assert bound(step('name: x\nsecretEnv: [X]', more).env) == expected


def test_substitutions_as_variables() -> None:
    text = 'name: x\nscript: echo $_A ${_B} $C'
    assert bound(step(text).env) == []
    found = step(text, 'options: {automapSubstitutions: true}\nsubstitutions: {_B: b}')
    assert bound(found.env) == ['_A=<variable._A> @step:3', "_B=<'b'> @step:3"]


def test_a_private_pool_is_not_known() -> None:
    job = support.job('steps: [{name: x, args: [a]}]\noptions: {pool: {name: p}}\n', path=PATH)
    assert (job.runner.tenancy, job.runner.label) == ('unknown', 'p')


def test_json() -> None:
    job = support.job('{\n  "steps": [{"name": "x", "args": ["a"]}]\n}\n', path='cloudbuild.json')
    assert commands(job.steps[0]) == ['[a]']


@pytest.mark.parametrize('text', ['', 'x: {steps_: []}\n', 'options: {}\n'])
def test_not_by_its_name_alone(text: str) -> None:
    assert ci.recognise(PATH, Document(PATH, text)) is None


@pytest.mark.parametrize('text', ['steps:', 'steps: x', 'steps: {a: b}', 'steps: []'])
def test_odd_documents(text: str) -> None:
    assert all(not step.scripts for job in support.read(f'{text}\n', PATH).jobs for step in job.steps)


@pytest.mark.parametrize(
    'text', ['$' * 100_000, '${' + 'A' * 100_000, '${_A' * 30_000, '${_A' + '%' * 100_000]
)
def test_hostile_texts(text: str) -> None:
    start = time.process_time()
    assert step(f"name: x\nargs: ['{text}']").scripts
    assert time.process_time() - start < 10


def test_where_a_token_goes() -> None:
    facts = analyse(
        {
            PATH: dedent("""
            steps:
            - name: node
              entrypoint: bash
              args:
              - -c
              - |
                export AGENT_ARTIFACTS_TOKEN=$_KEY
                artifacts artifact list --no-input
            - name: node
              entrypoint: bash
              secretEnv: [T]
              args: ['-c', 'artifacts artifact list --token $$T']
            availableSecrets: {secretManager: [{versionName: projects/p/secrets/x/versions/1, env: T}]}
            """).lstrip()
        }
    )
    found = {(one.place.line, one.sink) for one in facts if isinstance(one, Exposure)}
    assert {(7, 'early'), (12, 'flag')} <= found
