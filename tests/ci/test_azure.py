"""Azure pipelines and templates in, jobs and steps out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard import ci
from artifacts_guard.check import analyse
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import read_all
from tests.ci.support import used

PATH = 'azure-pipelines.yml'


def pipeline(text: str, others: dict[str, str] | None = None) -> Pipeline:
    return read(text, PATH, others)


def scripts(text: str, others: dict[str, str] | None = None) -> list[str]:
    return [line for job in pipeline(text, others).jobs for step in job.steps for line in commands(step)]


RECOGNISED = {
    'the usual name': ('azure-pipelines.yml', '', True),
    'a name with more': ('ci/azure-pipelines-nightly.yml', '', True),
    'a template in its folder': ('.azure-pipelines/steps.yml', 'steps:\n- bash: x\n', True),
    'another file in its folder': ('.azure-pipelines/data.yml', 'names:\n- x\n', False),
    'a workflow that looks similar': ('eng/x.yml', 'jobs:\n  a:\n    steps:\n    - run: x\n', False),
    'any YAML': ('config.yml', 'steps:\n- bash: x\n', False),
}


@pytest.mark.parametrize(('path', 'text', 'known'), RECOGNISED.values(), ids=RECOGNISED)
def test_recognised(path: str, text: str, known: bool) -> None:
    assert (ci.recognise(path, Document(path, text)) == 'azure') is known


POOLS = {
    'an image': ('pool: {vmImage: ubuntu-latest}', 'ephemeral [ubuntu-latest]'),
    'nothing': ('name: x', 'ephemeral [Azure Pipelines]'),
    'a name': ('pool: OnPrem', 'shared [OnPrem]'),
    'a name by its key': ('pool: {name: OnPrem, demands: docker}', 'shared [OnPrem]'),
    'the hosted pool by name': ('pool: {name: Azure Pipelines, vmImage: x}', 'ephemeral [x]'),
    'a name that a run fills in': ('pool: $(pool)', 'unknown [$(pool)]'),
    'a variable': ('variables: {p: Own}\npool: $(p)', 'shared [Own]'),
}


@pytest.mark.parametrize(('head', 'host'), POOLS.values(), ids=POOLS)
def test_pools(head: str, host: str) -> None:
    (job,) = pipeline(f'{head}\nsteps:\n- bash: x\n').jobs
    assert f'{job.runner.tenancy} [{job.runner.label}]' == host


SCRIPTS = {
    'a macro': ('bash: x $(Token)', 'bash: x <<variable.Token>>'),
    'a literal': ('bash: x $(kind)', "bash: x <<'Release'>>"),
    'a literal in other letters': ('bash: x $(KIND)', "bash: x <<'Release'>>"),
    'what the system tells': ('bash: x $(Build.BuildNumber)', 'bash: x <<vars.Build.BuildNumber>>'),
    'the root of the tree': ('bash: $(Build.SourcesDirectory)/x.sh', "bash: <<'.'>>/x.sh"),
    'a command with words': ('bash: x $(date -u +%F)', 'bash: x $(date -u +%F)'),
    'a command': ('bash: x $(pwd)', 'bash: x $(pwd)'),
    'a variable of the shell': ('bash: x $TOKEN ${TOKEN}', 'bash: x $TOKEN ${TOKEN}'),
    'an unknown expression': ("bash: x ${{ format('a') }}", "bash: x <<unknown.format('a')>>"),
    'a script': ('script: x', 'bash: x'),
    'PowerShell': ('pwsh: x', 'pwsh errexit: x'),
    'a task': ('{task: Bash@3, inputs: {targetType: inline, script: x}}', 'bash: x'),
    'a file with arguments': (
        '{task: Bash@3, inputs: {filePath: ci/x.sh, arguments: --token $(T)}}',
        'bash: bash ci/x.sh --token <<variable.T>>',
    ),
    'the command line of Azure': (
        '{task: AzureCLI@2, inputs: {scriptType: bash, inlineScript: x}}',
        'bash: x',
    ),
    'inputs in other letters': ('{task: CmdLine@2, inputs: {Script: x}}', 'bash: x'),
}


@pytest.mark.parametrize(('step', 'found'), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(step: str, found: str) -> None:
    assert scripts(f'variables: {{kind: Release}}\nsteps:\n- {step}\n') == [found]


NO_SCRIPTS = {
    'a step that is switched off': '{bash: x, enabled: false}',
    'a checkout': 'checkout: self',
    'a task without script': '{task: Bash@3, inputs: {}}',
    'another task': '{task: UseDotNet@2, inputs: {version: 8.0.x}}',
}


@pytest.mark.parametrize('step', NO_SCRIPTS.values(), ids=NO_SCRIPTS)
def test_what_runs_nothing(step: str) -> None:
    assert scripts(f'steps:\n- {step}\n') == []


def test_script_on_windows_is_for_cmd() -> None:
    assert scripts('pool: {vmImage: windows-2022}\nsteps:\n- script: x\n- bash: y\n') == ['cmd: x', 'bash: y']


VARIABLES = {
    'a map': ('{a.b: "1", c: x}', ['A_B=1 @pipeline:1', 'C=x @pipeline:1']),
    'a list': ('[{name: a, value: x}, {group: secrets}]', ['A=x @pipeline:1']),
    'a condition': ('{"${{ if eq(1, 1) }}": {a: x}}', ['A=x @pipeline:1']),
    'a value of another literal': ('{a: x, b: $(a)y}', ['A=x @pipeline:1', "B=<'x'>y @pipeline:1"]),
    'a secret does not get there': ('{a: $(secret)}', []),
    'nor what a run computes': ("{a: '$[ variables.x ]'}", []),
}


@pytest.mark.parametrize(('variables', 'found'), VARIABLES.values(), ids=VARIABLES)
def test_variables(variables: str, found: list[str]) -> None:
    (job,) = pipeline(f'variables: {variables}\nsteps:\n- bash: x\n').jobs
    assert bound(job.env) == found


def test_a_secret_through_another_variable() -> None:
    assert scripts('variables: {a: $(secret)}\nsteps:\n- bash: x $(a)\n') == ['bash: x <<variable.secret>>']


def test_the_environment_of_a_step() -> None:
    (job,) = pipeline('steps:\n- bash: x\n  env:\n    TOKEN: $(secret)\n').jobs
    assert bound(job.steps[0].env) == ['TOKEN=<variable.secret> @step:4']


TRIGGERS = {
    'nothing written': ('name: x', ['push']),
    'none': ('trigger: none', ['manual']),
    'pull requests': ('trigger: none\npr: [main]', ['proposal']),
    'no pull requests': ('pr: none', ['push']),
    'a schedule': ("trigger: none\nschedules: [{cron: '0 0 * * *'}]", ['schedule']),
}


@pytest.mark.parametrize(('head', 'found'), TRIGGERS.values(), ids=TRIGGERS)
def test_triggers(head: str, found: list[str]) -> None:
    assert [t.kind for t in pipeline(f'{head}\nsteps:\n- bash: x\n').triggers] == found


CONDITIONS = {
    'not for pull requests': ("ne(variables['Build.Reason'], 'PullRequest')", ['push']),
    'for pull requests': ("and(succeeded(), eq(variables['Build.Reason'], 'PullRequest'))", ['proposal']),
    'a branch': ("eq(variables['Build.SourceBranch'], 'refs/heads/main')", ['push']),
}


@pytest.mark.parametrize(('condition', 'found'), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(condition: str, found: list[str]) -> None:
    text = f'trigger: [main]\npr: [main]\nsteps:\n- bash: x\n  condition: {condition}\n'
    (job,) = pipeline(text).jobs
    assert [t.kind for t in job.steps[0].triggers or ()] == found


def test_stages_jobs_and_deployments() -> None:
    found = pipeline("""
        stages:
          - stage: build
            pool: {name: Own}
            jobs:
              - job: a
                steps: [{bash: '1'}]
              - ${{ if eq(variables.x, 'y') }}:
                - job: b
                  pool: {vmImage: ubuntu-latest}
                  steps: [{bash: '2'}]
          - stage: ship
            jobs:
              - deployment: c
                environment: production
                strategy:
                  runOnce:
                    deploy:
                      steps: [{bash: '3'}]
                    on: {failure: {steps: [{bash: '4'}]}}
        """)
    assert (
        outline(found)
        == dedent("""
        a: shared [Own] on push
          - bash
            bash: 1
        b: ephemeral [ubuntu-latest] on push
          - bash
            bash: 2
        c: ephemeral [Azure Pipelines] on push
          - bash
            bash: 3
          - bash
            bash: 4
        """).strip()
    )
    assert found.jobs[2].environment == 'production'


STEPS = 'parameters:\n- name: file\n- name: title\n  default: Report\nsteps:\n- bash: x ${{ parameters.file }} ${{ parameters.title }}\n'


def test_a_template_of_steps() -> None:
    text = 'steps:\n- template: ci/steps.yml\n  parameters: {file: a.md}\n'
    found = pipeline(text, {'ci/steps.yml': STEPS})
    (step,) = found.jobs[0].steps
    assert commands(step) == ['bash: x <<input.file>> <<input.title>>']
    assert step.scope is not None
    assert [(b.name, b.value.text if b.value else '') for b in step.scope.inputs] == [
        ('file', 'a.md'),
        ('title', 'Report'),
    ]
    assert step.place.path == 'ci/steps.yml'
    assert found.called == ('ci/steps.yml',)


PATHS = {
    'beside the file that includes it': ('ci/azure-pipelines.yml', 'steps.yml'),
    'from the root': ('ci/azure-pipelines.yml', '/ci/steps.yml'),
    'above': ('ci/x/azure-pipelines.yml', '../steps.yml'),
    'of the repository itself': ('ci/azure-pipelines.yml', 'steps.yml@self'),
}


@pytest.mark.parametrize(('path', 'name'), PATHS.values(), ids=PATHS)
def test_paths_of_templates(path: str, name: str) -> None:
    found = read(f'steps:\n- template: {name}\n', path, {'ci/steps.yml': STEPS})
    assert found.called == ('ci/steps.yml',)


NO_PATHS = {
    'another repository': 'steps.yml@shared',
    'what is not there': 'other.yml',
    'outside': '../../x.yml',
    'itself': 'azure-pipelines.yml',
    'a name that a run fills in': '${{ parameters.nothing }}',
}


@pytest.mark.parametrize('name', NO_PATHS.values(), ids=NO_PATHS)
def test_templates_that_are_not_there(name: str) -> None:
    found = pipeline(f"steps:\n- template: '{name}'\n", {'steps.yml': STEPS})
    assert [one.name for one in found.unresolved] == [name]
    assert found.called == ()


def test_a_template_of_another_repository_is_third_party() -> None:
    (job,) = pipeline('steps:\n- template: x.yml@shared\n').jobs
    assert used(job.steps[0].use) == 'template x.yml@shared unpinned third-party'


HANDED = {
    'stages': ("extends: {template: x.yml@shared, parameters: {stages: [{stage: s, jobs: [{job: a, steps: [{bash: '1'}]}]}]}}", ['a: unknown []: bash: 1']),
    'a template of stages': (
        'extends: {template: x.yml@shared, parameters: {stages: [{template: stages.yml}]}}',
        ['b: shared [Own]: bash: 2'],
    ),
    'jobs, and the pool for them': (
        "extends: {template: x.yml@shared, parameters: {pool: {name: Own}, jobs: [{job: a, steps: [{bash: '1'}]}]}}",
        ['a: shared [Own]: bash: 1'],
    ),
    'a job with a pool of its own': (
        "extends: {template: x.yml@shared, parameters: {jobs: [{job: a, pool: {vmImage: y}, steps: [{bash: '1'}]}]}}",
        ['a: ephemeral [y]: bash: 1'],
    ),
    'steps': ("extends: {template: x.yml@shared, parameters: {buildSteps: [{bash: '1'}]}}", ['buildSteps: unknown []: bash: 1']),
    'steps of a template of jobs': (
        "jobs: [{template: x.yml@shared, parameters: {steps: [{bash: '1'}]}}]",
        ['steps: unknown []: bash: 1'],
    ),
    'steps of a template of steps': (
        "steps: [{template: x.yml@shared, parameters: {preSteps: [{bash: '1'}]}}, {bash: '2'}]",
        ['pipeline: ephemeral [Azure Pipelines]: bash: 1', 'pipeline: ephemeral [Azure Pipelines]: bash: 2'],
    ),
}  # fmt: skip
NOT_HANDED = {
    'names of steps': 'extends: {template: x.yml@shared, parameters: {skippedSteps: [a, b], steps: all}}',
    'settings': "extends: {template: x.yml@shared, parameters: {sdl: {scripts: [{bash: '1'}]}}}",
    'no parameters': 'extends: {template: x.yml@shared}',
}


@pytest.mark.parametrize(('text', 'found'), HANDED.values(), ids=HANDED)
def test_what_is_handed_to_a_template_of_another_repository(text: str, found: list[str]) -> None:
    others = {
        'stages.yml': "stages: [{stage: s, pool: {name: Own}, jobs: [{job: b, steps: [{bash: '2'}]}]}]\n"
    }
    assert [
        f'{job.name}: {job.runner.tenancy} [{job.runner.label}]: {line}'
        for job in pipeline(text, others).jobs
        for step in job.steps
        for line in commands(step)
    ] == found


@pytest.mark.parametrize('text', NOT_HANDED.values(), ids=NOT_HANDED)
def test_what_is_no_content_of_a_template(text: str) -> None:
    assert [commands(step) for job in pipeline(text).jobs for step in job.steps] == []


def test_extends_with_steps_that_are_handed_on() -> None:
    base = """
        parameters:
        - name: steps
          type: stepList
        jobs:
        - job: a
          steps:
          - ${{ each step in parameters.steps }}:
            - ${{ step }}
          - bash: after
        """
    text = 'extends:\n  template: base.yml\n  parameters:\n    steps:\n    - bash: mine $(X)\n'
    assert scripts(text, {'base.yml': base}) == ['bash: mine <<variable.X>>', 'bash: after']


def test_a_template_of_variables() -> None:
    text = 'variables:\n- template: v.yml\nsteps:\n- bash: x $(a)\n'
    assert scripts(text, {'v.yml': 'variables: {a: y}\n'}) == ["bash: x <<'y'>>"]


def test_templates_that_include_each_other_end() -> None:
    text = 'steps:\n- template: a.yml\n- template: a.yml\n'
    both = 'steps:\n- template: b.yml\n- template: b.yml\n'
    others = {'a.yml': both, 'b.yml': both.replace('b.yml', 'a.yml')}
    assert pipeline(text, others).jobs[0].steps == ()


def test_a_template_that_nothing_includes_is_no_automation() -> None:
    found = read_all({'.azure-pipelines/steps.yml': STEPS})
    assert [(job.automation, job.runner.tenancy) for p in found.pipelines for job in p.jobs] == [
        (False, 'unknown')
    ]


def test_the_image_of_a_container_job() -> None:
    (job,) = pipeline('container: node:20\nsteps:\n- bash: x\n').jobs
    assert used(job.steps[0].image) == 'image node:20 unpinned third-party'


def test_macros_end_to_end() -> None:
    text = dedent("""
        pool: OnPrem
        steps:
        - bash: artifacts push --private --project-slug t --file a.md --token $(ARTIFACTS-KEY)
        - bash: artifacts push --private --project-slug t --file a.md
          env: {AGENT_ARTIFACTS_TOKEN: $(ARTIFACTS-KEY)}
        """)
    found = [(f.place.line, f.sink) for f in analyse({PATH: text}) if hasattr(f, 'sink')]
    assert sorted(found) == [(4, 'early'), (4, 'flag')]
