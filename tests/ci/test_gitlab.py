"""GitLab configurations as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard import yamltree
from artifacts_guard.ci import gitlab
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Script
from artifacts_guard.text import Document
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import shown
from tests.ci.support import used

FILE = '.gitlab-ci.yml'


def jobs(text: str, others: dict[str, str] | None = None) -> dict[str, Job]:
    return {job.name: job for job in read(text, FILE, others).jobs}


def job(text: str, others: dict[str, str] | None = None) -> Job:
    """The job `a` of a configuration."""
    return jobs(text, others)['a']


def said(text: str) -> list[str]:
    """What runs in the job `a`."""
    return [line for step in job(text).steps for line in commands(step)]


def test_a_configuration_in_outline() -> None:
    found = read(
        """
        default:
          image: node:22
          tags: [saas-linux-small-amd64]
          before_script: [npm ci]
        variables:
          TOKEN: $GROUP_KEY
        publish:
          variables: {TITLE: "Report of $CI_COMMIT_SHORT_SHA"}
          script:
            - artifacts push
            - |
              if true; then
                artifacts health
              fi
          after_script: [rm -f report]
        deploy:
          tags: [office]
          image: {name: alpine:3}
          before_script: []
          script: ./deploy
          rules: [{if: '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
        """,
        FILE,
    )
    assert (
        outline(found)
        == dedent("""
        publish: ephemeral [saas-linux-small-amd64] on push tag schedule manual other other other call
          env TOKEN=<variable.GROUP_KEY> @pipeline:6
          env TITLE=Report of <vars.CI_COMMIT_SHORT_SHA> @job:8
          - script
            bash errexit pipefail: npm ci
        artifacts push
        if true; then
          artifacts health
        fi
            bash errexit pipefail: rm -f report
        deploy: shared [office] on proposal
          env TOKEN=<variable.GROUP_KEY> @pipeline:6
          - script
            bash errexit pipefail: ./deploy
        """).strip()
    )
    assert (found.kind, found.masks, found.settings_variables) == ('pipeline', True, True)
    assert [used(one.steps[0].image) for one in found.jobs] == [
        'image node:22 unpinned third-party',
        'image alpine:3 unpinned third-party',
    ]


JOBS = {
    'a script': ('a: {script: x}', ['a']),
    'a key with a space': ('"a b": {script: x}', ['a b']),
    'pages is a job': ('pages: {script: x}', ['pages']),
    'a job that only extends': ('.b: {script: x}\na: {extends: .b}', ['a']),
    'global keywords are none': (
        'stages: [a]\nimage: x\nservices: [x]\nvariables: {A: b}\ncache: {key: x}\nworkflow: {name: x}\n'
        'default: {image: y}\nbefore_script: [x]\nafter_script: [x]\ninclude: []\na: {script: x}',
        ['a'],
    ),
    'hidden ones are none when they are used': ('.b: {script: x}\na: {extends: .b}', ['a']),
    'a list is none': ('.rules: [x]\na: {script: x}', ['a']),
    'a string is none': ('b: x\na: {script: x}', ['a']),
    'nothing at all': ('', []),
    'a list of things': ('- a\n- b', []),
    'two documents without a header': ('a: {script: x}\n---\nb: {script: x}', ['a']),
}


@pytest.mark.parametrize(('text', 'wanted'), JOBS.values(), ids=JOBS)
def test_what_is_a_job(text: str, wanted: list[str]) -> None:
    assert list(jobs(text)) == wanted


SCRIPTS = {
    'a string': ('script: make', ['make']),
    'a list': ('script: [make, make test]', ['make\nmake test']),
    'lists in lists': ('script: [a, [b, [c]], d]', ['a\nb\nc\nd']),
    'before and script are one shell': ('before_script: [a]\n  script: [b]', ['a\nb']),
    'after is another': ('script: [b]\n  after_script: [c]', ['b', 'c']),
    'a hook is another': ('hooks: {pre_get_sources_script: [h]}\n  script: [b]', ['h', 'b']),
    'an empty script is none': ('script: []\n  after_script: [c]', ['c']),
    'null in a list': ('script: [a, null, b]', ['a\nb']),
    'a number': ('script: [5]', ['5']),
    'a mapping by mistake is nothing': ('script: [a, {b: c}]', ['a']),
    'variables are the shell’s': ('script: [echo $TOKEN]', ['echo $TOKEN']),
}


@pytest.mark.parametrize(('text', 'wanted'), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(text: str, wanted: list[str]) -> None:
    assert said(f'a:\n  {text}\n') == [f'bash errexit pipefail: {one}' for one in wanted]


def test_positions_in_joined_lines() -> None:
    (script,) = (
        job(
            'a:\n  before_script:\n    - echo one\n  script:\n    - >-\n      echo\n      two\n    - "echo three"\n'
        )
        .steps[0]
        .scripts
    )
    assert isinstance(script, Script)
    fragment = script.template.fragment
    assert fragment.text == 'echo one\necho two\necho three'
    lines = [
        fragment.place(fragment.text.index(word), fragment.text.index(word) + 1).line
        for word in ('one', 'two', 'three')
    ]
    assert lines == [3, 7, 8]


SHELLS = {
    'nothing said': ('script: x', 'bash errexit pipefail'),
    'a Linux runner': ('tags: [saas-linux-small-amd64]\n  script: x', 'bash errexit pipefail'),
    'a Mac': ('tags: [saas-macos-medium-m1]\n  script: x', 'bash errexit pipefail'),
    'a Windows runner': ('tags: [saas-windows-medium-amd64]\n  script: x', 'powershell errexit'),
    'a Windows tag': ('tags: [windows-2022, docker]\n  script: x', 'powershell errexit'),
    'a tag with win in it': ('tags: [darwin]\n  script: x', 'bash errexit pipefail'),
    'a Windows image': (
        'image: mcr.microsoft.com/windows/servercore:ltsc2022\n  script: x',
        'powershell errexit',
    ),
    'a Linux image on a Windows tag': (
        'tags: [windows]\n  image: alpine\n  script: x',
        'bash errexit pipefail',
    ),
    'PowerShell in the script': ('script: [\'$env:A = "x"\']', 'powershell errexit'),
    'the word env in bash': ('script: [env | sort]', 'bash errexit pipefail'),
    'debug tracing': ('variables: {CI_DEBUG_TRACE: "true"}\n  script: x', 'bash errexit pipefail xtrace'),
    'no debug tracing': ('variables: {CI_DEBUG_TRACE: "false"}\n  script: x', 'bash errexit pipefail'),
}


@pytest.mark.parametrize(('text', 'wanted'), SHELLS.values(), ids=SHELLS)
def test_shells(text: str, wanted: str) -> None:
    assert said(f'a:\n  {text}\n')[0].rpartition(':')[0].partition(':')[0] == wanted


JOB_INPUTS = {
    'a default': ('{env: {default: staging}}', 'push ${{ job.inputs.env }}', 'push staging'),
    'a variable stays the shell’s': ('{env: {default: $KEY}}', 'push ${{job.inputs.env}}', 'push $KEY'),
    'options': ('{env: {default: a, options: [a, b]}}', 'push ${{ job.inputs.env }}', "push <<'a'|'b'>>"),
    'one that is not declared': (
        '{env: {default: a}}',
        'push ${{ job.inputs.far }}',
        'push <<unknown.${{ job.inputs.far }}>>',
    ),
    'another context': ('{env: {default: a}}', 'push ${{ env.X }}', 'push ${{ env.X }}'),
    'no inputs': ('{}', 'push ${{ job.inputs.env }}', 'push ${{ job.inputs.env }}'),
}


@pytest.mark.parametrize(('given', 'script', 'wanted'), JOB_INPUTS.values(), ids=JOB_INPUTS)
def test_inputs_of_a_job(given: str, script: str, wanted: str) -> None:
    assert said(f'a:\n  inputs: {given}\n  script: {script}\n') == [f'bash errexit pipefail: {wanted}']


def test_lost_references_are_said() -> None:
    found = read(
        'a: {script: [!reference [.far, script], x]}\nb: {rules: !reference [.far, rules], script: x}\n', FILE
    )
    assert [(one.kind, one.name, one.place.line) for one in found.unresolved] == [
        ('reference', '.far script', 1),
        ('reference', '.far rules', 2),
    ]


def test_the_steps_of_run() -> None:
    text = """
        a:
          variables: {TOKEN: $KEY}
          run:
            - name: greet
              env: {WHO: "${{ job.TOKEN }}"}
              script: echo ${{ env.WHO }} ${{ job.TOKEN }} ${{ steps.x.outputs.y }}
            - name: own
              step: ./steps/own
            - name: far
              step: gitlab.com/acme/steps/push@v1
              inputs: {token: "${{ job.TOKEN }}"}
            - {name: pinned, func: "gitlab.com/acme/x@0123456789012345678901234567890123456789"}
            - {name: git, step: {git: {url: "https://example.com/x.git", rev: main}}}
            - {name: vendor, step: gitlab.com/components/x@v1}
            - {name: nothing}
        """
    steps = job(text).steps
    assert commands(steps[0]) == [
        'bash errexit pipefail: echo <<env.WHO>> <<variable.TOKEN>> <<unknown.steps.x.outputs.y>>'
    ]
    assert bound(steps[0].env) == ['WHO=<variable.TOKEN> @step:5']
    assert [used(step.use) for step in steps[1:]] == [
        'action ./steps/own pinned own',
        'action gitlab.com/acme/steps/push@v1 unpinned third-party',
        'action gitlab.com/acme/x@0123456789012345678901234567890123456789 pinned third-party',
        'action example.com/x.git@main unpinned third-party',
        'action gitlab.com/components/x@v1 unpinned own',
    ]
    assert steps[2].use is not None
    assert bound(steps[2].use.inputs) == ['token=<variable.TOKEN> @step:11']


EXTENDS = {
    'one': ('.b: {script: b, image: i}\na: {extends: .b}', 'b', 'i'),
    'a chain': ('.c: {script: c}\n.b: {extends: .c, image: i}\na: {extends: .b}', 'c', 'i'),
    'the last of several wins': (
        '.b: {script: b, image: i}\n.c: {script: c}\na: {extends: [.b, .c]}',
        'c',
        'i',
    ),
    'own keys win': ('.b: {script: b, image: i}\na: {extends: .b, script: own}', 'own', 'i'),
    'null takes away': ('.b: {script: b, image: i}\na: {extends: .b, image: null}', 'b', ''),
    'lists are replaced': ('.b: {script: [b, c]}\na: {extends: .b, script: [d]}', 'd', ''),
    'a job that is not hidden': ('b: {script: b, image: i}\na: {extends: b}', 'b', 'i'),
    'defined later': ('a: {extends: .b}\n.b: {script: b}', 'b', ''),
    'itself': ('a: {extends: a, script: own}', 'own', ''),
    'a circle': ('a: {extends: .b, script: own}\n.b: {extends: a, image: i}', 'own', 'i'),
    'a merge key': ('.b: &b {script: b, image: i}\na:\n  <<: *b\n  image: j', 'b', 'j'),
    'an alias of a list': ('.b: &b [b, c]\na: {script: *b}', 'b\nc', ''),
    'an alias in a list': ('.b: &b [b, c]\na: {script: [x, *b]}', 'x\nb\nc', ''),
    'a reference to a list': ('.b: {script: [b, c]}\na: {script: !reference [.b, script]}', 'b\nc', ''),
    'a reference in a list': (
        '.b: {script: [b, c]}\na: {script: [x, !reference [.b, script], y]}',
        'x\nb\nc\ny',
        '',
    ),
    'a reference to a string': ('.b: {script: b}\na: {script: [!reference [.b, script]]}', 'b', ''),
    'a reference to what is extended': (
        '.c: {script: c}\n.b: {extends: .c}\na: {script: !reference [.b, script]}',
        'c',
        '',
    ),
    'a reference to a reference': (
        '.c: {script: c}\n.b: {script: [!reference [.c, script]]}\na: {script: [!reference [.b, script]]}',
        'c',
        '',
    ),
    'a reference to a default': (
        'default: {before_script: [d]}\na: {before_script: [], script: [!reference [default, before_script]]}',
        'd',
        '',
    ),
    'a reference to an image': ('.b: {image: i}\na: {script: x, image: !reference [.b, image]}', 'x', 'i'),
    'a reference through a reference': (
        '.c: {x: {script: c}}\n.b: {y: !reference [.c, x]}\na: {script: [!reference [.b, y, script]]}',
        'c',
        '',
    ),
    'a reference to nothing': ('a: {script: [x, !reference [.b, script]]}', 'x', ''),
    'a reference to itself': ('a: {script: [x, !reference [a, script]]}', 'x', ''),
    'another tag': ('a: {script: [x, !other [.b, script]]}', 'x\n.b\nscript', ''),
}


@pytest.mark.parametrize(('text', 'script', 'image'), EXTENDS.values(), ids=EXTENDS)
def test_taking_over_from_other_jobs(text: str, script: str, image: str) -> None:
    (step,) = job(text).steps
    (found,) = step.scripts
    assert isinstance(found, Script)
    lines = list(dict.fromkeys(found.template.text.split('\n')))
    assert '\n'.join(lines) == script
    assert (step.image.name if step.image else '') == image


def test_merging_is_deep() -> None:
    found = job('.b: {variables: {A: b, B: b}}\na: {extends: .b, script: x, variables: {B: a, C: a}}')
    assert bound(found.env) == ['A=b @job:1', 'B=a @job:2', 'C=a @job:2']


def test_missing_parents_are_said() -> None:
    text = 'include: {project: g/p, file: x.yml}\n.b: {extends: .far}\na: {extends: .b, script: x}\n'
    found = read(text, FILE)
    assert [(one.kind, one.name) for one in found.unresolved] == [('project', 'g/p: x.yml')]
    assert [(one.kind, one.name) for one in found.jobs[0].unresolved] == [('extends', '.far')]
    assert used(found.jobs[0].steps[0].use) == 'template g/p: x.yml unpinned third-party'


DEFAULTS = {
    'a default': ('default: {image: d}', '', 'd'),
    'a global keyword': ('image: g', '', 'g'),
    'the job’s own': ('default: {image: d}', 'image: own, ', 'own'),
    'null is not said': ('default: {image: d}', 'image: null, ', 'd'),
    'not inherited': ('default: {image: d}', 'inherit: {default: false}, ', ''),
    'inherited by name': ('default: {image: d}', 'inherit: {default: [image]}, ', 'd'),
    'not among the names': ('default: {image: d}', 'inherit: {default: [tags]}, ', ''),
    'inherited in full': ('default: {image: d}', 'inherit: {default: true}, ', 'd'),
    'none': ('stages: []', '', ''),
}


@pytest.mark.parametrize(('head', 'own', 'wanted'), DEFAULTS.values(), ids=DEFAULTS)
def test_defaults(head: str, own: str, wanted: str) -> None:
    (step,) = job(f'{head}\na: {{{own}script: x}}').steps
    assert (step.image.name if step.image else '') == wanted


HANDOVERS = {
    'artifacts': ('artifacts: {paths: [out, "$DIR/x"]}', ['upload out', 'upload <variable.DIR>/x']),
    'a dotenv report': ('artifacts: {reports: {dotenv: build.env}}', ['dotenv build.env']),
    'several dotenv reports': (
        'artifacts: {reports: {dotenv: [a.env, b.env]}}',
        ['dotenv a.env', 'dotenv b.env'],
    ),
    'a cache': ('cache: {paths: [.npm]}', ['cache .npm']),
    'several caches': ('cache: [{paths: [a]}, {paths: [b]}]', ['cache a', 'cache b']),
    'pages': ('pages: {publish: dist}', ['upload dist']),
    'another report': ('artifacts: {reports: {junit: x.xml}}', []),
    'a cache without paths': ('cache: {key: x}', []),
    'nothing': ('stage: x', []),
}


@pytest.mark.parametrize(('text', 'wanted'), HANDOVERS.values(), ids=HANDOVERS)
def test_what_is_kept(text: str, wanted: list[str]) -> None:
    (step,) = job(f'a:\n  script: x\n  {text}\n').steps
    assert [f'{one.kind} {shown(one.path)}' for one in step.handovers] == wanted


IMAGES = {
    'a tag': ('node:22', 'node:22 unpinned third-party'),
    'a digest': (f'node@sha256:{"0a" * 32}', f'node@sha256:{"0a" * 32} pinned third-party'),
    'part of a digest': ('node@sha256:0a', 'node@sha256:0a unpinned third-party'),
    'a map': ('{name: node:22, entrypoint: [""]}', 'node:22 unpinned third-party'),
    'the vendor’s': (
        'registry.gitlab.com/gitlab-org/release-cli:latest',
        'registry.gitlab.com/gitlab-org/release-cli:latest unpinned own',
    ),
    'somebody’s on the vendor’s registry': (
        'registry.gitlab.com/acme/x:1',
        'registry.gitlab.com/acme/x:1 unpinned third-party',
    ),
    'the project’s own': ('$CI_REGISTRY_IMAGE/ci:1', '$CI_REGISTRY_IMAGE/ci:1 unpinned own'),
    'the group’s own': (
        '${CI_REGISTRY}/${CI_PROJECT_NAMESPACE}/ci:1',
        '${CI_REGISTRY}/${CI_PROJECT_NAMESPACE}/ci:1 unpinned own',
    ),
    'through the proxy': (
        '$CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX/node:22',
        '$CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX/node:22 unpinned third-party',
    ),
    'a variable that is known': ('$IMG', '$IMG unpinned third-party'),
    'one that is not': ('$FAR', '$FAR pinned third-party'),
    'a version that is not': ('node:$FAR', 'node:$FAR pinned third-party'),
}


@pytest.mark.parametrize(('text', 'wanted'), IMAGES.values(), ids=IMAGES)
def test_images(text: str, wanted: str) -> None:
    (step,) = job(f'variables: {{IMG: "node:$V", V: "22"}}\na:\n  script: x\n  image: {text}\n').steps
    assert used(step.image) == f'image {wanted}'


RUNNERS = {
    'no tags': ('', 'unknown', ''),
    'hosted': ('tags: [saas-linux-medium-amd64]', 'ephemeral', 'saas-linux-medium-amd64'),
    'hosted Windows': ('tags: [saas-windows-medium-amd64]', 'ephemeral', 'saas-windows-medium-amd64'),
    'somebody’s own': ('tags: [office]', 'shared', 'office'),
    'hosted and another': (
        'tags: [saas-linux-small-amd64, office]',
        'shared',
        'saas-linux-small-amd64, office',
    ),
    'a name that only contains it': ('tags: [my-saas-linux]', 'shared', 'my-saas-linux'),
    'a variable that is known': ('tags: [$TAG]', 'ephemeral', '$TAG'),
    'one that is not': ('tags: ["$FAR"]', 'unknown', '$FAR'),
    'a matrix, the worst': (
        'tags: ["$M"]\n  parallel: {matrix: [{M: [saas-linux-small-amd64, office]}]}',
        'shared',
        '$M',
    ),
    'a string': ('tags: office', 'shared', 'office'),
    'an empty list': ('tags: []', 'unknown', ''),
}


@pytest.mark.parametrize(('text', 'tenancy', 'label'), RUNNERS.values(), ids=RUNNERS)
def test_runners(text: str, tenancy: str, label: str) -> None:
    runner = job(f'variables: {{TAG: saas-linux-small-amd64}}\na:\n  script: x\n  {text}\n').runner
    assert (runner.tenancy, runner.label) == (tenancy, label)
    assert runner.evidence


def test_other_facts_about_a_job() -> None:
    found = job("""
        b: {script: x}
        a:
          script: x
          environment: {name: production, url: https://example.com}
          needs: [b, {job: c, artifacts: false}, {project: g/p, job: far, ref: main}, {pipeline: "$UP", job: other}]
          parallel:
            matrix:
              - OS: [linux, mac]
                ARCH: arm
              - OS: windows
                DIR: [$HOME]
        """)
    assert found.environment == 'production'
    assert found.needs == ('b', 'c')
    assert found.matrix == (('OS', ('linux', 'mac', 'windows')), ('ARCH', ('arm',)))
    assert bound(found.env) == [
        "OS=<'linux'|'mac'|'windows'> @job:8",
        "ARCH=<'arm'> @job:9",
        'DIR=<variable.HOME> @job:11',
    ]


HIDDEN = {
    'one that nothing uses': ('.b: {script: b}', ['.b']),
    'one with an image alone': ('.b: {image: b}', []),
    'one that is extended': ('.b: {script: b}\na: {extends: .b}', ['a']),
    'one that is extended and replaced': ('.b: {script: b}\na: {extends: .b, script: c}', ['a']),
    'one that is referred to': ('.b: {script: b}\na: {script: !reference [.b, script]}', ['a']),
    'one whose lines are taken by an anchor': ('.b: {script: &s [b]}\na: {script: *s}', ['a']),
    'one that is merged': ('.b: &b {script: b}\na: {<<: *b}', ['a']),
    'one that only a hidden one extends': ('.b: {script: b}\n.c: {extends: .b}', ['.c']),
}


@pytest.mark.parametrize(('text', 'wanted'), HIDDEN.values(), ids=HIDDEN)
def test_hidden_jobs_that_nothing_runs(text: str, wanted: list[str]) -> None:
    found = read(text, FILE).jobs
    assert [one.name for one in found] == wanted
    assert [one.automation for one in found] == [not name.startswith('.') for name in wanted]


BROKEN = {
    'a tab': 'a:\n\tscript: x\n',
    'an open bracket': 'a: [\n',
    'an alias of nothing': 'a: {script: *b}\n',
    'a broken second document': 'spec: {inputs: {}}\n---\na: [\n',
}


@pytest.mark.parametrize('text', BROKEN.values(), ids=BROKEN)
def test_what_is_not_yaml(text: str) -> None:
    with pytest.raises(yamltree.YamlError):
        gitlab.read(Document(FILE, text), Forest({}))


ODD = {
    'all keywords as strings': 'a: {script: x, variables: x, rules: x, tags: {x: y}, image: [x], extends: {x: y}, secrets: x, id_tokens: [x], parallel: 5, needs: x, environment: [x], cache: x, artifacts: x, inherit: x, trigger: [], run: x, only: {x: y}, except: 5}',
    'all keywords as lists': 'default: [x]\nvariables: [x]\nworkflow: [x]\ninclude: [[x], {}, null]\na: {script: {x: y}, variables: [x], rules: [[x], 5], secrets: [x], run: [x, {}], services: 5, hooks: [x]}',
    'nulls': 'default:\nvariables:\nworkflow:\ninclude:\na: {script: , variables: , rules: , tags: , image: , extends: , secrets: }',
    'references to nothing': 'a: {script: !reference [], rules: !reference [x], variables: !reference {x: y}, image: !reference x}',
}


@pytest.mark.parametrize('text', ODD.values(), ids=ODD)
def test_wrong_types_yield_nothing(text: str) -> None:
    assert [one.name for one in read(text, FILE).jobs] == ['a']
