"""What steps and jobs hand on: the token is judged where it arrives, with the way that it took."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard.check import analyse
from artifacts_guard.facts.model import Exposure
from tests.flow.job import sinks


def exposures(path: str, text: str, files: dict[str, str] | None = None) -> list[Exposure]:
    found = analyse({path: dedent(text), **{name: dedent(body) for name, body in (files or {}).items()}})
    return [fact for fact in found if isinstance(fact, Exposure)]


def flags(path: str, text: str, files: dict[str, str] | None = None) -> list[str]:
    """The jobs in which the token becomes an argument of the CLI."""
    return sorted({fact.job for fact in exposures(path, text, files) if fact.sink == 'flag'})


# GitLab: `write` reports variables, `use` is a later job

REPORT = """\
stages: [build, ship]
use:
  stage: ship
  {use}
  script: artifacts whoami --token "$K"
write:
  stage: {stage}
  script:
    - {write}
  artifacts: {{reports: {{dotenv: {report}}}}}
other:
  stage: build
  script: make
"""
ECHO = 'echo "K=$AGENT_ARTIFACTS_TOKEN" >> build.env'


def report(write: str = ECHO, use: str = '', stage: str = 'build', report: str = 'build.env') -> str:
    return REPORT.format(write=write, use=use, stage=stage, report=report)


REPORTED = {
    'by the order of stages': report(),
    'a job that needs it': report(use='needs: [write]'),
    'a job that needs it by a map': report(use='needs: [{job: write}]'),
    'a job that needs it, with artifacts': report(use='needs: [{job: write, artifacts: true}]'),
    'a job of the same stage that needs it': report(use='needs: [write]', stage='ship'),
    'a job that depends on it': report(use='dependencies: [write]'),
    'a job that names it twice': report(use='needs: [write, other]\n  dependencies: [write]'),
    'more than a variable of the job': report(use='variables: {K: none}'),
    'a stage before all others': report(stage='.pre'),
    'a stage that replaces the file': report('echo "K=$AGENT_ARTIFACTS_TOKEN" > build.env'),
    'printf': report('printf "K=%s\\n" "$AGENT_ARTIFACTS_TOKEN" >> build.env'),
    'tee': report('echo "K=$AGENT_ARTIFACTS_TOKEN" | tee -a build.env'),
    'a here-document': report('|\n      cat > build.env <<EOF\n      V=1\n      K=$AGENT_ARTIFACTS_TOKEN\n      EOF'),
    'several commands': report('|\n      { echo V=1; echo "K=$AGENT_ARTIFACTS_TOKEN"; } > build.env'),
    'a subshell': report('(echo "K=$AGENT_ARTIFACTS_TOKEN" > build.env)'),
    'a folder': report('cd out && echo "K=$AGENT_ARTIFACTS_TOKEN" > build.env', report='out/build.env'),
    'a path from the root': report('echo "K=$AGENT_ARTIFACTS_TOKEN" > "$CI_PROJECT_DIR/build.env"'),
    'a path with a dot': report(report='./build.env'),
    'a pattern': report(report='"*.env"'),
    'one of two files': report(report='[x.env, build.env]'),
    'through a variable': report('export V="$AGENT_ARTIFACTS_TOKEN"; echo "K=$V" > build.env'),
}  # fmt: skip

NOT_REPORTED = {
    'a job that needs nothing': report(use='needs: []'),
    'a job that needs another': report(use='needs: [other]'),
    'a job that takes no artifacts of it': report(use='needs: [{job: write, artifacts: false}]'),
    'a job that depends on nothing': report(use='dependencies: []'),
    'a job that depends on another': report(use='dependencies: [other]'),
    'a job of the same stage': report(stage='ship'),
    'another file': report(report='other.env'),
    'another variable': report('echo "KEY=$AGENT_ARTIFACTS_TOKEN" >> build.env'),
    'a value that was replaced': report(f'|\n      {ECHO}\n      echo K=none >> build.env'),
    'a job of another project': report(use='needs: [{project: a/b, job: write, ref: main}]'),
}


@pytest.mark.parametrize('text', REPORTED.values(), ids=REPORTED)
def test_variables_that_gitlab_reports(text: str) -> None:
    assert flags('.gitlab-ci.yml', text) == ['use']


@pytest.mark.parametrize('text', NOT_REPORTED.values(), ids=NOT_REPORTED)
def test_variables_that_gitlab_keeps_from_a_job(text: str) -> None:
    assert flags('.gitlab-ci.yml', text) == []


def test_a_script_of_the_tree_writes_the_report() -> None:
    files = {'ci/write.sh': 'echo "K=$AGENT_ARTIFACTS_TOKEN" >> build.env\n'}

    assert flags('.gitlab-ci.yml', report('sh ci/write.sh'), files) == ['use']


def test_a_child_pipeline_takes_a_report_of_the_one_that_started_it() -> None:
    text = report(use='trigger: {include: child.yml}').replace(
        '  script: artifacts whoami --token "$K"\n', ''
    )
    child = """\
        take:
          needs: [{pipeline: $PARENT_PIPELINE_ID, job: write}]
          script: artifacts whoami --token "$K"
        leave:
          script: artifacts whoami --token "$K"
        """

    assert flags('.gitlab-ci.yml', text, {'child.yml': child}) == ['use / take']


def test_the_way_through_a_report() -> None:
    found = exposures('.gitlab-ci.yml', report())

    trails = {fact.sink: [f'{hop.role}: {hop.place.line}' for hop in fact.trail] for fact in found}
    assert trails['flag'][:3] == [
        'reported as K here: 9',
        'arrives in use: 2',
        'becomes an argument of the CLI here: 5',
    ]
    assert [fact.place.line for fact in found if fact.sink == 'disk'] == [9]


# Azure

STEPS = """\
pool: Own
steps:
- bash: 'echo "##vso[task.setvariable variable={properties}]$T"'
  name: make
  env: {{T: $(AGENT_ARTIFACTS_TOKEN)}}
- bash: artifacts whoami --token "{use}"
  {more}
"""

JOBS = """\
pool: Own
jobs:
- job: Use
  dependsOn: {on}
  variables:
    key: $[ {expression} ]
  steps:
  - bash: artifacts whoami --token "{use}"
    {more}
- job: Make
  steps:
  - bash: 'echo "##vso[task.setvariable variable=k;isOutput=true;{properties}]$T"'
    name: make
    env: {{T: $(AGENT_ARTIFACTS_TOKEN)}}
"""

STAGES = """\
pool: Own
stages:
- stage: First
  jobs:
  - job: Make
    steps:
    - pwsh: 'Write-Host "##vso[task.setvariable variable=k;isOutput=true]$env:T"'
      name: make
      env: {{T: $(AGENT_ARTIFACTS_TOKEN)}}
- stage: Second
  {second}
  jobs:
  - job: Other
    steps:
    - bash: make
- stage: Third
  {third}
  jobs:
  - job: Use
    variables:
    - name: key
      value: $[ stageDependencies.{job}.outputs['make.k'] ]
    steps:
    - bash: artifacts whoami --token $(key)
"""


def steps(properties: str, use: str, more: str = '') -> str:
    return STEPS.format(properties=properties, use=use, more=more)


def jobs(
    expression: str = "dependencies.Make.outputs['make.k']",
    use: str = '$(key)',
    on: str = 'Make',
    properties: str = '',
    more: str = '',
) -> str:
    return JOBS.format(expression=expression, use=use, on=on, properties=properties, more=more)


def stages(second: str = '', third: str = 'dependsOn: First', job: str = 'First.Make') -> str:
    return STAGES.format(second=second, third=third, job=job)


SET = {
    'a variable': steps('k', '$(k)'),
    'a variable in other letters': steps('Key;', '$(KEY)'),
    'a variable in the environment': steps('my.key', '$MY_KEY'),
    'a secret variable': steps('k;isSecret=true', '$(k)'),
    'a secret variable that is mapped': steps('k;issecret=true', '$K', 'env: {K: $(k)}'),
    'an output': steps('k;isOutput=true', '$(make.k)'),
    'an output in the environment': steps('k;isOutput=true', '$MAKE_K'),
    'a secret output': steps('k;isOutput=true;isSecret=true', '$(make.k)'),
    'a secret output that is mapped': steps('k;isOutput=true;isSecret=true', '$K', 'env: {K: $(make.k)}'),
    'a variable that was something else': 'variables: {k: none}\n' + steps('k', '$(k)'),
    'an output of another job': jobs(),
    'an output of another job in the environment': jobs(use='$KEY'),
    'an output of another job that is mapped': jobs(use='$T', more='env: {T: $(key)}'),
    'an output in brackets': jobs("dependencies['Make']['outputs']['make.k']"),
    'one job of several': jobs(on='[Make]'),
    'a secret output of another job': jobs(properties='isSecret=true'),
    'a secret output of another job that is mapped': jobs(use='$T', properties='isSecret=true', more='env: {T: $(key)}'),
    'a choice of outputs': jobs("coalesce(dependencies.Make.outputs['make.k'], 'none')"),
    'the hook of a deployment': jobs("dependencies.Make.outputs['deploy.make.k']"),
    'an output of an earlier stage': stages(),
    'an output of the stage before': stages().replace('- stage: Second\n  \n  jobs:\n  - job: Other\n    steps:\n    - bash: make\n', '').replace('dependsOn: First', ''),
    'an output of one of two stages': stages(third='dependsOn: [Second, First]'),
}  # fmt: skip

NOT_SET = {
    'another variable': steps('k', '$(key)'),
    'an output without its step': steps('k;isOutput=true', '$(k)'),
    'a secret in the environment': steps('k;isSecret=true', '$K'),
    'a secret output in the environment': steps('k;isOutput=true;isSecret=true', '$MAKE_K'),
    'a job that does not wait': jobs(on='[]'),
    'a job that waits for another': jobs(on='Other'),
    'another step': jobs("dependencies.Make.outputs['other.k']"),
    'a variable that is no output': jobs().replace('isOutput=true', 'isOutput=false'),
    'a secret output of another job in the environment': jobs(use='$KEY', properties='isSecret=true'),
    'another stage': stages(job='Second.Make'),
    'a stage that does not wait': stages(third='dependsOn: []'),
    'a stage that waits for the one between': stages(third=''),
}  # fmt: skip


@pytest.mark.parametrize('text', SET.values(), ids=SET)
def test_variables_that_azure_hands_on(text: str) -> None:
    assert len(flags('azure-pipelines.yml', text)) == 1


@pytest.mark.parametrize('text', NOT_SET.values(), ids=NOT_SET)
def test_variables_that_azure_keeps_from_a_step(text: str) -> None:
    assert flags('azure-pipelines.yml', text) == []


def test_the_way_through_outputs() -> None:
    (found,) = [fact for fact in exposures('azure-pipelines.yml', jobs()) if fact.sink == 'flag']

    assert [f'{hop.role}: {hop.place.line}' for hop in found.trail][:3] == [
        'secret bound here: 14',
        'handed on as make.k here: 12',
        'becomes an argument of the CLI here: 8',
    ]


# CircleCI

RUNS = """\
version: 2.1
jobs:
  a:
    docker: [{{image: cimg/base:2024.01}}]
    steps:
      - run: |
          {write}
      - run: make
      - run: artifacts whoami --token "$K"
"""

SOURCED = {
    'echo': 'echo "export K=$AGENT_ARTIFACTS_TOKEN" >> $BASH_ENV',
    'echo with quotes': 'echo "export K=\'$AGENT_ARTIFACTS_TOKEN\'" >> "$BASH_ENV"',
    'an expansion that is done later': "echo 'export K=$AGENT_ARTIFACTS_TOKEN' >> ${BASH_ENV}",
    'printf': 'printf "export K=%s\\n" "$AGENT_ARTIFACTS_TOKEN" >> "$BASH_ENV"',
    'tee': 'echo "export K=$AGENT_ARTIFACTS_TOKEN" | tee -a "$BASH_ENV"',
    'a here-document': 'cat >> "$BASH_ENV" <<EOF\n          export V=1\n          export K="$AGENT_ARTIFACTS_TOKEN"\n          EOF',
    'a variable that is not exported': 'echo "K=$AGENT_ARTIFACTS_TOKEN" >> "$BASH_ENV"',
    'a group': '{ echo "V=1"; echo "K=$AGENT_ARTIFACTS_TOKEN"; } >> "$BASH_ENV"',
    'a variable of a variable': 'echo "V=$AGENT_ARTIFACTS_TOKEN" >> $BASH_ENV\n          echo \'K=$V\' >> $BASH_ENV',
}

NOT_SOURCED = {
    'another file': 'echo "export K=$AGENT_ARTIFACTS_TOKEN" >> env.sh',
    'the shell of the step': 'export K="$AGENT_ARTIFACTS_TOKEN"',
    'another variable': 'echo "export KEY=$AGENT_ARTIFACTS_TOKEN" >> $BASH_ENV',
    'a value that was replaced': 'echo "K=$AGENT_ARTIFACTS_TOKEN" >> $BASH_ENV\n          echo K=none >> $BASH_ENV',
    'a comment': 'echo "# export K=$AGENT_ARTIFACTS_TOKEN" >> $BASH_ENV',
}


@pytest.mark.parametrize('write', SOURCED.values(), ids=SOURCED)
def test_what_bash_reads_first(write: str) -> None:
    assert len(flags('.circleci/config.yml', RUNS.format(write=write))) == 1


@pytest.mark.parametrize('write', NOT_SOURCED.values(), ids=NOT_SOURCED)
def test_what_bash_does_not_read(write: str) -> None:
    assert flags('.circleci/config.yml', RUNS.format(write=write)) == []


# GitHub

OUTPUTS = """\
on: push
jobs:
  use:
    needs: make
    runs-on: own
    steps:
      - run: artifacts whoami --token "$K"
        env: {{K: "${{{{ needs.make.outputs.k }}}}"}}
  make:
    runs-on: own
    outputs: {{k: "${{{{ steps.s.outputs.k }}}}"}}
    steps:
      - id: s
        run: {write}
        env: {{T: "${{{{ secrets.AGENT_ARTIFACTS_TOKEN }}}}"}}
"""

WRITTEN = {
    'a file, by a job further down': ('echo "k=$T" >> $GITHUB_OUTPUT', ['use']),
    'a name out of a variable': ('N=k; echo "$N=$T" >> $GITHUB_OUTPUT', ['use']),
    'a command in the log': ('echo "::set-output name=k::$T"', ['use']),
    'another name': ('echo "key=$T" >> $GITHUB_OUTPUT', []),
    'another name in the log': ('echo "::set-output name=key::$T"', []),
}


@pytest.mark.parametrize(('write', 'jobs'), WRITTEN.values(), ids=WRITTEN)
def test_outputs_of_actions(write: str, jobs: list[str]) -> None:
    assert flags('.github/workflows/w.yml', OUTPUTS.format(write=repr(write))) == jobs


def test_a_variable_that_is_handed_on_makes_its_secret_a_token() -> None:
    text = """\
        on: push
        jobs:
          a:
            runs-on: own
            steps:
              - run: echo "AGENT_ARTIFACTS_TOKEN=$T" >> $GITHUB_ENV
                env: {T: "${{ secrets.UPLOAD }}"}
              - run: artifacts whoami
        """

    assert [fact.sink for fact in exposures('.github/workflows/w.yml', text)] == ['disk']


# a document in which commands are quoted, and scripts that take a part of it
QUOTED = {'notes.md': 'Publish it:\n\n    artifacts push --private --file a.md --token "$T"\n'}
PARTS = {
    'lines that awk chooses': 'bash -c "$(awk \'/make/\' notes.md)"',
    'lines that grep chooses': 'lines=$(grep make notes.md); bash -c "$lines"',
    'what sed makes of it': 'sed s/artifacts/echo/ notes.md | bash',
}
WHOLE = {
    'all of it, run': 'bash -c "$(cat notes.md)"',
    'all of it, piped to a shell': 'cat notes.md | bash',
}


@pytest.mark.parametrize('script', PARTS.values(), ids=PARTS)
def test_a_part_of_a_text_is_not_taken_for_the_whole(script: str) -> None:
    assert 'flag' not in sinks('bash', script, QUOTED)


@pytest.mark.parametrize('script', WHOLE.values(), ids=WHOLE)
def test_a_text_that_is_run_as_a_whole_is_followed(script: str) -> None:
    assert 'flag' in sinks('bash', script, QUOTED)
