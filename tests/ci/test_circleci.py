"""CircleCI configurations as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import ci
from artifacts_guard import yamltree
from artifacts_guard.check import analyse
from artifacts_guard.ci import circleci
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Step
from artifacts_guard.facts.model import Companion
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read_all
from tests.ci.support import shown
from tests.ci.support import used

PATH = '.circleci/config.yml'


def read(text: str) -> Pipeline:
    return support.read(text, PATH)


def indented(text: str, by: int) -> str:
    return dedent(text).strip('\n').replace('\n', '\n' + ' ' * by)


def job(text: str, top: str = '') -> Job:
    """The job `build` of a workflow, out of its keys; `top` are other keys of the configuration."""
    found = read(
        f'version: 2.1\n{dedent(top)}\njobs:\n  build:\n    {indented(text, 4)}\nworkflows: {{w: {{jobs: [build]}}}}\n'
    )
    return found.jobs[0]


def steps(text: str, top: str = '') -> tuple[Step, ...]:
    """The steps of a job in a container."""
    return job(f'docker: [{{image: cimg/base:1}}]\nsteps:\n  {indented(text, 2)}', top).steps


def ran(text: str, top: str = '') -> list[str]:
    """The commands of a job, without the shell."""
    return [line.partition(': ')[2] for step in steps(text, top) for line in commands(step)]


def test_a_configuration_in_outline() -> None:
    found = read("""
        version: 2.1
        parameters: {dry: {type: boolean, default: false}}
        orbs:
          notify: acme/notify@1
        executors:
          bun:
            docker: [{image: "oven/bun:1.1"}]
            environment: {NO_INPUT: "1"}
        commands:
          publish:
            parameters:
              file: {type: string}
              project: {type: string, default: web}
            steps:
              - run:
                  name: Publish << parameters.file >>
                  command: artifacts push --file "<< parameters.file >>" --project-slug << parameters.project >>
        jobs:
          test:
            machine: true
            resource_class: acme/rack
            steps: [checkout, {run: make}]
          deploy:
            executor: bun
            environment: {A: b}
            steps:
              - publish: {file: out.html}
              - notify/send: {token: $KEY, event: fail}
              - run: {command: env, environment: {B: c}}
          spare:
            docker: [{image: x}]
            steps: [{run: make}]
        workflows:
          main:
            jobs:
              - test
              - deploy:
                  requires: [test]
                  context: [one, two]
                  filters: {branches: {only: main}}
        """)
    assert (
        outline(found)
        == dedent("""
        test: shared [acme/rack] on push
          - make
            bash errexit pipefail: make
        deploy: ephemeral [docker] on push
          env NO_INPUT=1 @job:8
          env A=b @job:25
          - Publish out.html
            bash errexit pipefail: artifacts push --file "out.html" --project-slug web
          - notify/send
            use orb acme/notify@1 unpinned third-party
          - env
            bash errexit pipefail: env
            env B=c @step:29
        spare: ephemeral [docker] on
          - make
            bash errexit pipefail: make
        """).strip()
    )
    assert found.kind == 'pipeline'
    assert found.masks
    assert found.settings_variables
    assert [one.name for one in found.parameters] == ['dry']
    assert [one.automation for one in found.jobs] == [True, True, False]
    deploy = found.jobs[1]
    assert (deploy.needs, deploy.environment) == (('test',), 'one, two')
    publish, orb, _ = deploy.steps
    assert used(publish.image) == 'image oven/bun:1.1 unpinned third-party'
    assert publish.image is not None
    assert publish.image.place.line == 7
    assert [hop.place.line for hop in publish.via] == [27]
    assert orb.use is not None
    assert orb.use.place.line == 4
    assert bound(orb.use.inputs) == ['token=<variable.KEY> @step:28', 'event=fail @step:28']


def test_only_wider_bindings_can_be_narrowed() -> None:
    found = job(
        'docker: [{image: x}]\nenvironment: {A: a}\nsteps: [{run: {command: x, environment: {B: b}}}]'
    )
    assert [one.narrowable for one in found.env] == [True]
    assert [one.narrowable for one in found.steps[0].env] == [False]


# parameters

COMMAND = """\
commands:
  c:
    parameters:
      a: {type: string, default: dflt}
      n: {type: integer, default: 3}
      f: {type: boolean, default: false}
      e: {type: string, default: ""}
      v: {type: env_var_name, default: TOKEN}
      s: {type: steps, default: []}
    steps:
      - %s
"""
PARAMETERS = {
    'a default': ('run: x << parameters.a >>', '', 'x dflt'),
    'without blanks': ('run: x <<parameters.a>>y', '', 'x dflty'),
    'given': ('run: x << parameters.a >>', 'a: z', 'x z'),
    'twice': ('run: << parameters.a >> << parameters.n >>', '', 'dflt 3'),
    'a boolean': ('run: x << parameters.f >>', 'f: true', 'x true'),
    'nothing': ('run: x << parameters.e >>y', '', 'x y'),
    'a null': ('run: x << parameters.a >>y', 'a: ~', 'x y'),
    'the name of a variable': ('run: x $<< parameters.v >> ${<< parameters.v >>}', '', 'x $TOKEN ${TOKEN}'),
    'several words': ('run: x << parameters.a >>', 'a: --token $T', 'x --token $T'),
    'an expression': ('run: x << parameters.a == "dflt" and "yes" or "no" >>', '', 'x yes'),
    'what a pipeline tells': ('run: x << pipeline.number >>', '', 'x <github.pipeline.number>'),
    'a parameter that does not exist': ('run: x << parameters.zz >>', '', 'x <input.zz>'),
    'a section': ('run: "x <<# parameters.f >>--f<</ parameters.f >>"', '', 'x --f'),
    'an escape': (r"run: 'cat \<< EOF'", '', 'cat << EOF'),
}


@pytest.mark.parametrize(('step', 'given_', 'expected'), PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_of_commands(step: str, given_: str, expected: str) -> None:
    assert ran(f'- c: {{{given_}}}', COMMAND % step) == [expected]


LEFT_ALONE = {
    'a heredoc': 'cat <<EOF\nx\nEOF',
    'a heredoc and an appended file': 'cat <<EOF >> file\nx\nEOF',
    'a here-string': 'cat <<<"$X" >>file',
    'a template of a cache': 'x {{ .Branch }}',
    'shifts': 'echo $((1 << 2 >> 1))',
    'an open mark': 'echo << parameters.a',
    'a word that ends so': 'echo << myparameters.a >>',
}


@pytest.mark.parametrize('command', LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_only_looks_like_a_parameter(command: str) -> None:
    body = command.replace('\n', '\n    ')
    assert ran(f'- run: |-\n    {body}') == [command]


def test_a_here_string_with_a_parameter() -> None:
    assert ran('- c', COMMAND % 'run: \'cat <<<"<< parameters.a >>"\'') == ['cat <<<"dflt"']


def test_places_behind_parameters_are_right() -> None:
    (script,) = steps(
        '- c: {a: a long value}', COMMAND % 'run: |\n          one << parameters.a >> two\n          three'
    )[0].scripts
    assert isinstance(script, Script)
    fragment = script.template.fragment
    for word, text in (('long', '<< parameters.a >>'), ('two', 'two'), ('three', 'three')):
        at = fragment.text.index(word)
        span = fragment.span(at, at + len(word))
        assert fragment.document.text[span.start : span.end] == text


def test_parameters_are_passed_on_only_explicitly() -> None:
    top = """\
        commands:
          inner: {parameters: {p: {type: string, default: own}}, steps: [{run: << parameters.p >>}]}
          outer:
            parameters: {p: {type: string}}
            steps: [inner, {inner: {p: "[<< parameters.p >>]"}}]
        """
    assert ran('- outer: {p: given}', top) == ['own', '[given]']


def test_steps_as_parameters_mean_what_they_mean_where_they_stand() -> None:
    top = """\
        commands:
          wrap:
            parameters: {inside: {type: steps}, p: {type: string, default: wrong}}
            steps: [{run: before}, {steps: << parameters.inside >>}, {run: after}]
          outer:
            parameters: {p: {type: string, default: right}}
            steps: [{wrap: {inside: [{run: << parameters.p >>}]}}]
        """
    assert ran('- outer', top) == ['before', 'right', 'after']


def test_pipeline_parameters_can_have_other_values() -> None:
    top = """\
        parameters:
          s: {type: string, default: a}
          b: {type: boolean, default: false}
          e: {type: enum, enum: [x, y], default: x}
        """
    assert ran(
        '- run: << pipeline.parameters.s >> << pipeline.parameters.b >> << pipeline.parameters.e >>', top
    ) == ["<'a'|unknown.pipeline.parameters.s> <'false'|'true'> <'x'|'y'>"]


# steps

STEPS = {
    'a string': ('- run: make', ['make']),
    'a mapping': ('- run: {command: make, name: x}', ['make']),
    'several lines': ('- run: |\n    a\n    b', ['a\nb']),
    'the old name': ('- deploy: {command: make}', ['make']),
    'built-in steps': ('- checkout\n- setup_remote_docker: {version: x}\n- add_ssh_keys', []),
    'a command instead of a built-in step': ('- checkout', ['own']),
    'a command called deploy': ('- deploy: {}', ['deploying']),
    'a command of an orb in the document': ('- o/go: {x: y}', ['y']),
    'a command of that orb that calls another': ('- o/all', ['z', 'end']),
    'steps of one kind': (
        '- when: {condition: true, steps: [{run: a}]}\n- unless: {condition: true, steps: [{run: b}]}',
        ['a'],
    ),
}
TOP = """\
commands:
  checkout: {steps: [{run: own}]}
  deploy: {steps: [{run: deploying}]}
orbs:
  o:
    commands:
      go: {parameters: {x: {type: string}}, steps: [{run: << parameters.x >>}]}
      all: {steps: [{go: {x: z}}, {run: end}]}
"""


@pytest.mark.parametrize(('text', 'expected'), STEPS.values(), ids=STEPS)
def test_steps(text: str, expected: list[str]) -> None:
    needs_top = 'own' in expected or 'deploying' in expected or 'o/' in text
    assert ran(text, TOP if needs_top else '') == expected


def test_commands_that_call_themselves_end() -> None:
    top = 'commands:\n  a: {steps: [{run: x}, b]}\n  b: {steps: [a, {run: y}]}\n'
    assert ran('- a', top) == ['x', 'y']


def test_what_nothing_defines_is_marked() -> None:
    found = job('docker: [{image: x}]\nsteps: [nope, o/nope, {nope2: {a: b}}]', 'orbs: {o: {commands: {}}}')
    assert [(one.kind, one.name) for one in found.unresolved] == [
        ('command', 'nope'),
        ('command', 'o/nope'),
        ('command', 'nope2'),
    ]


CONDITIONS = {
    'true': ('true', True, False),
    'false': ('false', False, True),
    'an empty string': ('""', False, True),
    'a parameter that is false': ('<< parameters.f >>', False, True),
    'a parameter with text': ('<< parameters.a >>', True, False),
    'equal': ('{equal: [dflt, << parameters.a >>]}', True, False),
    'not equal': ('{equal: [x, << parameters.a >>]}', False, True),
    'equal numbers': ('{equal: [3, << parameters.n >>]}', True, False),
    'equal truths': ('{equal: [false, << parameters.f >>]}', True, False),
    'not': ('{not: << parameters.a >>}', False, True),
    'and': ('{and: [true, << parameters.f >>]}', False, True),
    'or': ('{or: [false, << parameters.a >>]}', True, False),
    'nested': ('{or: [{and: [true, {not: << parameters.f >>}]}, false]}', True, False),
    'what is not known': ('<< pipeline.git.branch >>', True, True),
    'equal to what is not known': ('{equal: [main, << pipeline.git.branch >>]}', True, True),
    'a pattern': ('{matches: {pattern: "^d.*$", value: << parameters.a >>}}', True, True),
    'and with what is not known': ('{and: [<< pipeline.git.branch >>, false]}', False, True),
    'or with what is not known': ('{or: [<< pipeline.git.branch >>, true]}', True, False),
    'nothing': ('{}', True, True),
    'empty lists': ('{and: []}', True, True),
}


@pytest.mark.parametrize(('condition', 'when', 'unless'), CONDITIONS.values(), ids=CONDITIONS)
def test_conditional_steps(condition: str, when: bool, unless: bool) -> None:
    top = (
        COMMAND
        % f'when: {{condition: {condition}, steps: [{{run: when}}]}}\n      - unless: {{condition: {condition}, steps: [{{run: unless}}]}}'
    )
    assert ran('- c', top) == ['when'] * when + ['unless'] * unless


HANDOVERS = {
    'a cache': ('save_cache: {key: k, paths: [a, b]}', [('cache', 'a'), ('cache', 'b')]),
    'artifacts': ('store_artifacts: {path: a, destination: b}', [('upload', 'a')]),
    'test results': ('store_test_results: {path: a}', [('upload', 'a')]),
    'a workspace': (
        'persist_to_workspace: {root: ~/r, paths: [a, b]}',
        [('upload', '~/r/a'), ('upload', '~/r/b')],
    ),
    'what is taken out again': ('restore_cache: {keys: [a]}', []),
    'no paths': ('save_cache: {key: k}', []),
}


@pytest.mark.parametrize(('text', 'expected'), HANDOVERS.values(), ids=HANDOVERS)
def test_what_is_kept_and_handed_on(text: str, expected: list[tuple[str, str]]) -> None:
    found = [one for step in steps(f'- {text}') for one in step.handovers]
    assert [(one.kind, shown(one.path)) for one in found] == expected


SHELLS = {
    'a container': ('docker: [{image: x}]', '', 'bash errexit pipefail'),
    'macOS': ('macos: {xcode: 16.0.0}', '', 'bash errexit pipefail'),
    'Windows': ('machine: {image: windows-server-2022-gui:current}', '', 'powershell'),
    'Windows with a shell of the machine': (
        'machine: {image: windows-server-2022, shell: bash.exe -e}',
        '',
        'bash errexit',
    ),
    "Windows by CircleCI's orb": ('executor: win/default', '', 'powershell'),
    'a shell of the job': ('docker: [{image: x}]\nshell: /bin/sh -e', '', 'sh errexit'),
    'a shell of the step': ('docker: [{image: x}]\nshell: /bin/sh -e', 'shell: /bin/bash', 'bash'),
    'tracing': ('docker: [{image: x}]', 'shell: bash -exo pipefail', 'bash errexit pipefail xtrace'),
    'a shell of the executor': ('executor: e', '', 'bash errexit'),
    'the job hides the executor': ('executor: e\nshell: sh', '', 'sh'),
}


@pytest.mark.parametrize(('host', 'own', 'expected'), SHELLS.values(), ids=SHELLS)
def test_shells(host: str, own: str, expected: str) -> None:
    top = 'orbs: {win: circleci/windows@5.0}\nexecutors: {e: {docker: [{image: x}], shell: bash -e}}\n'
    (step,) = job(f'{host}\nsteps: [{{run: {{command: x, {own}}}}}]', top).steps
    assert commands(step) == [f'{expected}: x']


FOLDERS = {
    'nothing': ('', '', '', None),
    'of the step': ('', '', 'sub', 'sub'),
    'of the step, from here': ('', '', './sub/', 'sub'),
    'in the repository, in full': ('', '', '~/project/sub', 'sub'),
    'in the repository, by its home': ('', '', '/home/circleci/project/sub', 'sub'),
    'elsewhere': ('', '', '/tmp/x', '/tmp/x'),
    'of the job: where it is checked out': ('~/repo', '', '', None),
    'of the job and the step': ('~/repo', '', 'sub', 'sub'),
    'of the job, in what is checked out': ('~/repo/app', '~/repo', '', 'app'),
    'of the step, in that': ('~/repo/app', '~/repo', 'sub', 'app/sub'),
}


@pytest.mark.parametrize(('of_job', 'checkout', 'of_step', 'expected'), FOLDERS.values(), ids=FOLDERS)
def test_folders(of_job: str, checkout: str, of_step: str, expected: str | None) -> None:
    found = job(f"""
        docker: [{{image: x}}]
        working_directory: "{of_job}"
        steps: [{{checkout: {{path: "{checkout}"}}}}, {{run: {{command: x, working_directory: "{of_step}"}}}}]
        """).steps[-1]
    assert (found.directory.text if found.directory else None) == expected


ENVIRONMENTS = {
    'a mapping': ('{A: b, C: 1}', ['A=b @job:5', 'C=1 @job:5']),
    'a list of mappings': ('[{A: b}, {C: d}]', ['A=b @job:5', 'C=d @job:5']),
    'a list of strings': ('["A=b=c", "D"]', ['A=b=c @job:5']),
    'a variable is no variable': ('{A: $B}', ['A=$B @job:5']),
    'a list in it': ('{A: [b]}', []),
}


@pytest.mark.parametrize(('text', 'expected'), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_environments(text: str, expected: list[str]) -> None:
    assert bound(job(f'environment: {text}\ndocker: [{{image: x}}]\nsteps: [checkout]').env) == expected


def test_environments_of_all_levels() -> None:
    found = job(
        'executor: e\nenvironment: {C: job}\nsteps: []',
        'executors: {e: {docker: [{image: x, environment: {A: image}}, {image: db, environment: {X: no}}], environment: {B: executor}}}',
    )
    assert [one.partition(' ')[0] for one in bound(found.env)] == ['A=image', 'B=executor', 'C=job']


# hosts

HOSTS = {
    'a container': ('docker: [{image: x}]', 'ephemeral', 'docker'),
    'a container of a size': ('docker: [{image: x}]\nresource_class: large', 'ephemeral', 'large'),
    'a machine': ('machine: {image: ubuntu-2404:current}', 'ephemeral', 'machine'),
    'a machine of the old kind': ('machine: true', 'ephemeral', 'machine'),
    'macOS': ('macos: {xcode: 16.0.0}\nresource_class: m4pro.medium', 'ephemeral', 'm4pro.medium'),
    'a self-hosted runner': ('machine: true\nresource_class: acme/rack', 'shared', 'acme/rack'),
    'a container on one': ('docker: [{image: x}]\nresource_class: acme/k8s', 'shared', 'acme/k8s'),
    'an executor': ('executor: own', 'shared', 'acme/own'),
    'an executor with arguments': ('executor: {name: sized, size: acme/x}', 'shared', 'acme/x'),
    'an executor with its default': ('executor: sized', 'ephemeral', 'small'),
    'the job hides the executor': ('executor: own\nresource_class: large', 'ephemeral', 'large'),
    "an executor of CircleCI's orb": ('executor: node/default', 'ephemeral', 'node/default'),
    'an executor of another orb': ('executor: other/default', 'unknown', 'other/default'),
    'an executor of an orb in the document': ('executor: in/e', 'ephemeral', 'docker'),
    'an executor that nothing defines': ('executor: none', 'unknown', 'none'),
    'no executor': ('parallelism: 2', 'unknown', ''),
    'what a run fills in': (
        'docker: [{image: x}]\nresource_class: << pipeline.git.branch >>',
        'unknown',
        '<< pipeline.git.branch >>',
    ),
    'one of two': (
        'docker: [{image: x}]\nresource_class: << pipeline.git.branch == "main" and "acme/x" or "medium" >>',
        'shared',
        'acme/x',
    ),
}
EXECUTORS = """\
orbs:
  node: circleci/node@5.3.0
  other: acme/other@1.0.0
  in: {executors: {e: {docker: [{image: x}]}}}
executors:
  own: {machine: true, resource_class: acme/own}
  sized: {parameters: {size: {type: string, default: small}}, docker: [{image: x}], resource_class: << parameters.size >>}
"""


@pytest.mark.parametrize(('text', 'tenancy', 'label'), HOSTS.values(), ids=HOSTS)
def test_hosts(text: str, tenancy: str, label: str) -> None:
    runner = job(f'{text}\nsteps: [checkout]', EXECUTORS).runner
    assert (runner.tenancy, runner.label) == (tenancy, label)
    assert runner.evidence


def test_an_executor_as_a_parameter() -> None:
    found = read("""
        version: 2.1
        executors:
          own: {machine: true, resource_class: acme/own}
          box: {parameters: {v: {type: string}}, docker: [{image: "x:<< parameters.v >>"}]}
        jobs:
          build:
            parameters: {e: {type: executor, default: own}}
            executor: << parameters.e >>
            steps: [{run: make}]
        workflows:
          w:
            jobs: [build, {build: {e: {name: box, v: 2}}}, {build: {matrix: {parameters: {e: [own, none]}}}}]
        """)
    assert [(one.name, one.runner.tenancy, used(one.steps[0].image)) for one in found.jobs] == [
        ('build', 'shared', ''),
        ('build (2)', 'ephemeral', 'image x:2 unpinned third-party'),
        ('build (3)', 'shared', ''),
    ]


IMAGES = {
    'a tag': ('node:20', 'image node:20 unpinned third-party'),
    'a digest': (f'node@sha256:{"0" * 64}', f'image node@sha256:{"0" * 64} pinned third-party'),
    "CircleCI's own": ('cimg/node:20', 'image cimg/node:20 unpinned own'),
    'its old ones': ('circleci/node:20', 'image circleci/node:20 unpinned own'),
    'a parameter': (
        'node:<< pipeline.parameters.v >>',
        'image node:<< pipeline.parameters.v >> pinned third-party',
    ),
    'one of two': (
        '<< pipeline.git.branch and "a:1" or "b:1" >>',
        'image a:1 unpinned third-party',
    ),
}


@pytest.mark.parametrize(('name', 'expected'), IMAGES.values(), ids=IMAGES)
def test_images(name: str, expected: str) -> None:
    top = 'parameters: {d: {type: string, default: "20"}}'
    (step,) = job(f"docker: [{{image: '{name}'}}, {{image: postgres}}]\nsteps: [{{run: x}}]", top).steps
    assert used(step.image) == expected


# orbs

ORBS = {
    'an exact version': ('acme/x@1.2.3', 'pinned third-party'),
    'a minor version': ('acme/x@1.2', 'unpinned third-party'),
    'a major version': ('acme/x@1', 'unpinned third-party'),
    'volatile': ('acme/x@volatile', 'unpinned third-party'),
    'a development version': ('acme/x@dev:first', 'unpinned third-party'),
    'an address': ('https://example.com/orb.yml', 'unpinned third-party'),
    "CircleCI's own": ('circleci/node@5', 'unpinned own'),
}


@pytest.mark.parametrize(('name', 'expected'), ORBS.values(), ids=ORBS)
def test_orbs(name: str, expected: str) -> None:
    (step,) = steps('- x/go: {a: b}', f'orbs:\n  x: {name}\n')
    assert used(step.use) == f'orb {name} {expected}'
    assert step.use is not None
    assert step.use.place.line == 3


def test_what_an_orb_is_given() -> None:
    (step,) = steps('- x/go: {a: $T, b: "${U}x", c: MY_TOKEN, d: text, e: [f]}', 'orbs: {x: acme/x@1}')
    assert step.use is not None
    assert bound(step.use.inputs) == [
        'a=<variable.T> @step:7',
        'b=<variable.U>x @step:7',
        "c=<'MY_TOKEN'|variable.MY_TOKEN> @step:7",
        'd=text @step:7',
    ]


def test_a_job_of_an_orb_elsewhere() -> None:
    found = read("""
        version: 2.1
        orbs: {x: acme/x@1}
        workflows:
          w:
            jobs:
              - x/publish:
                  token: AGENT_ARTIFACTS_TOKEN
                  context: c
                  pre-steps: [{run: before}]
                  post-steps: [{run: after}]
        """)
    assert (
        outline(found)
        == dedent("""
        x/publish: unknown [] on push
          use orb acme/x@1 unpinned third-party
          - before
            bash errexit pipefail: before
          - x/publish
            use orb acme/x@1 unpinned third-party
          - after
            bash errexit pipefail: after
        """).strip()
    )
    assert [(one.kind, one.name, one.place.line) for one in found.unresolved] == [('orb', 'acme/x@1', 6)]
    use = found.jobs[0].steps[1].use
    assert use is not None
    assert bound(use.inputs) == ["token=<'AGENT_ARTIFACTS_TOKEN'|variable.AGENT_ARTIFACTS_TOKEN> @step:7"]


def test_a_job_of_an_orb_in_the_document() -> None:
    found = read("""
        version: 2.1
        commands: {say: {steps: [{run: wrong}]}}
        orbs:
          x:
            commands: {say: {steps: [{run: right}]}}
            jobs: {go: {docker: [{image: i}], steps: [say]}}
        workflows: {w: {jobs: [x/go]}}
        """)
    assert [(one.name, commands(one.steps[0])) for one in found.jobs] == [
        ('x/go', ['bash errexit pipefail: right'])
    ]


def test_a_packed_orb() -> None:
    text = """
        version: 2.1
        commands:
          publish:
            parameters: {token: {type: env_var_name, default: TOKEN}, file: {type: string}}
            steps: [{run: "artifacts push --file << parameters.file >> --token $<< parameters.token >>"}]
        """
    (found,) = read_all({'src/orb.yml': text}).pipelines
    assert (
        outline(found)
        == dedent("""
        publish: unknown [] on
          - artifacts push --file << parameters.file >> --token $TOKEN
            bash errexit pipefail: artifacts push --file <input.file> --token $TOKEN
        """).strip()
    )
    assert [one.automation for one in found.jobs] == [False]


# workflows

STARTS = {
    'nothing': ('', '', ['push']),
    'a branch': ('', 'filters: {branches: {only: main}}', ['push']),
    'branches that are left out': ('', 'filters: {branches: {ignore: main}}', ['push']),
    'tags too': ('', 'filters: {tags: {only: /v.*/}}', ['push', 'tag']),
    'only tags': ('', 'filters: {branches: {ignore: /.*/}, tags: {only: /v.*/}}', ['tag']),
    'no branch at all': ('', 'filters: {branches: {ignore: [/.*/]}}', []),
    'pull requests of forks': ('', r'filters: {branches: {only: "/pull\\/[0-9]+/"}}', ['proposal']),
    'those too': ('', r'filters: {branches: {only: [main, "/pull\\/[0-9]+/"]}}', ['push', 'proposal']),
    'an expression': ('', "filters: pipeline.git.branch == 'main'", ['push']),
    'an expression of tags': ('', "filters: pipeline.git.tag starts-with 'v'", ['tag']),
    'an expression of both': (
        '',
        "filters: pipeline.git.branch == 'main' or pipeline.git.tag starts-with 'v'",
        ['push', 'tag'],
    ),
    'a schedule': (
        'triggers: [{schedule: {cron: "0 0 * * *", filters: {branches: {only: main}}}}]',
        '',
        ['schedule'],
    ),
    'a schedule of the settings': (
        'when: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}',
        '',
        ['schedule'],
    ),
    'not on schedules': (
        'when: {not: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}}',
        '',
        ['push'],
    ),
    'a schedule as an expression': ('when: pipeline.trigger.type == "schedule"', '', ['schedule']),
    'proposals': ('when: pipeline.event.name == "pull_request"', '', ['proposal']),
    'a parameter': ('when: << pipeline.parameters.off >>', '', ['manual']),
    'a parameter that is on': ('when: pipeline.parameters.on', '', ['push', 'manual']),
    'unless': ('unless: << pipeline.parameters.on >>', '', ['manual']),
    'a branch by a condition': ('when: {equal: [main, << pipeline.git.branch >>]}', '', ['push']),
    'a branch or a tag by a condition': ('when: << pipeline.git.tag >>', '', ['tag']),
    'a condition and a filter': (
        'when: << pipeline.parameters.off >>',
        'filters: {branches: {only: main}}',
        ['manual'],
    ),
    'what can not be read': ('when: {matches: {pattern: x, value: << pipeline.git.branch >>}}', '', ['push']),
    'never': ('when: false', '', []),
}


@pytest.mark.parametrize(('workflow', 'given_', 'kinds'), STARTS.values(), ids=STARTS)
def test_triggers(workflow: str, given_: str, kinds: list[str]) -> None:
    found = read(f"""
        version: 2.1
        parameters: {{off: {{type: boolean, default: false}}, on: {{type: boolean, default: true}}}}
        jobs: {{build: {{docker: [{{image: x}}], steps: [checkout]}}}}
        workflows:
          w:
            {workflow}
            jobs:
              - build: {{{given_}}}
        """)
    assert [one.kind for one in found.jobs[0].triggers] == kinds


def test_without_workflows_one_job_runs() -> None:
    found = read(
        'version: 2\njobs:\n  build: {docker: [{image: x}], steps: [{run: a}]}\n  test: {docker: [{image: x}], steps: []}\n'
    )
    assert [(one.name, one.automation, [t.kind for t in one.triggers]) for one in found.jobs] == [
        ('build', True, ['push']),
        ('test', False, []),
    ]


def test_approvals_run_nothing() -> None:
    found = read("""
        version: 2.1
        jobs:
          a: {docker: [{image: x}], steps: []}
          r: {type: release, plan_name: p}
        workflows: {version: 2, w: {jobs: [{hold: {type: approval}}, {a: {requires: [hold]}}, r]}}
        """)
    assert [one.name for one in found.jobs] == ['a']


def test_groups_of_jobs() -> None:
    found = read("""
        version: 2.1
        jobs: {a: {docker: [{image: x}], steps: []}, b: {docker: [{image: x}], steps: []}}
        job-groups: {g: {jobs: [a, {b: {requires: [a]}}, g]}}
        workflows: {w: {jobs: [g]}}
        """)
    assert {one.name.partition(' ')[0] for one in found.jobs if one.automation} == {'a', 'b', 'g'}


def test_a_matrix_gives_one_job_all_values() -> None:
    found = read("""
        version: 2.1
        jobs:
          build:
            parameters: {v: {type: string}, t: {type: env_var_name}, host: {type: string, default: acme/x}}
            docker: [{image: "node:<< parameters.v >>"}]
            resource_class: << parameters.host >>
            steps:
              - run: make << parameters.v >> --token $<< parameters.t >> ${<< parameters.t >>}
              - when: {condition: {equal: [a, << parameters.v >>]}, steps: [{run: a}]}
        workflows:
          w:
            jobs:
              - build:
                  name: build-<< matrix.v >>
                  matrix: {parameters: {v: [a, b], t: [TOKEN_A, TOKEN_B], host: [medium, acme/y]}}
                  pre-steps: [{run: before << matrix.v >>}]
        """)
    (made,) = found.jobs
    assert made.matrix == (('v', ('a', 'b')), ('t', ('TOKEN_A', 'TOKEN_B')), ('host', ('medium', 'acme/y')))
    assert (made.runner.tenancy, made.runner.label) == ('shared', 'acme/y')
    assert [commands(one)[0].partition(': ')[2] for one in made.steps] == [
        "before <'a'|'b'>",
        "make <'a'|'b'> --token <variable.TOKEN_A|variable.TOKEN_B> <variable.TOKEN_A|variable.TOKEN_B>",
        'a',
    ]
    assert used(made.steps[0].image) == 'image node:a unpinned third-party'


def test_a_job_that_another_replaces_is_marked() -> None:
    found = read("""
        version: 2.1
        jobs: {a: {docker: [{image: x}], steps: []}}
        workflows: {w: {jobs: [{a: {override-with: o/a}}, nope]}}
        """)
    assert [(one.kind, one.name) for one in found.unresolved] == [('job', 'o/a'), ('job', 'nope')]


def test_anchors_and_merges() -> None:
    found = read("""
        version: 2
        defaults: &defaults
          docker: [{image: x}]
          environment: &env {A: a}
        jobs:
          build:
            <<: *defaults
            environment: {<<: *env, B: b}
            steps: [{run: &make make}, {run: *make}]
        """)
    (made,) = found.jobs
    assert bound(made.env) == ['B=b @job:8', 'A=a @job:4']
    assert [commands(one)[0].partition(': ')[2] for one in made.steps] == ['make', 'make']


RECOGNISED = {
    'the usual name': (PATH, '', True),
    'the other extension': ('.circleci/config.yaml', '', True),
    'in a repository below': ('x/.circleci/config.yml', '', True),
    'a continuation': ('.circleci/continue_config.yml', 'version: 2.1\njobs: {}\n', True),
    'a folder of them': ('.circleci/configs/deploy.yml', 'version: "2.1"\nworkflows: {}\n', True),
    'a part of one': ('.circleci/src/jobs/build.yml', 'docker: []\nsteps: []\n', False),
    'another file': ('.circleci/docker-compose.yml', 'version: "3"\nservices: {}\n', False),
    'a packed orb': ('src/orb.yml', 'version: 2.1\ncommands: {}\n', True),
    'another orb': ('src/orb.yml', 'commands: {}\n', False),
    'no YAML': ('.circleci/README.md', 'version: 2.1\njobs: {}\n', False),
    'another folder': ('circleci/config.yml', 'version: 2.1\njobs: {}\n', False),
}


@pytest.mark.parametrize(('path', 'text', 'is_ours'), RECOGNISED.values(), ids=RECOGNISED)
def test_recognised(path: str, text: str, is_ours: bool) -> None:
    assert (ci.recognise(path, Document(path, text)) == 'circleci') is is_ours


def test_a_document_that_is_no_yaml() -> None:
    with pytest.raises(yamltree.YamlError):
        read('jobs: [')


def test_parameters_that_double_each_other_end() -> None:
    doubling = ''.join(
        f'  c{n}: {{parameters: {{p: {{type: string}}}}, steps: [{{c{n + 1}: {{p: "{"<< parameters.p >>" * 60}"}}}}]}}\n'
        for n in range(11)
    )
    top = f'commands:\n{doubling}  c11: {{parameters: {{p: {{type: string}}}}, steps: [{{run: << parameters.p >>}}]}}\n'
    (text,) = ran('- c0: {p: x}', top)
    assert len(text) < 5_000_000


def test_what_is_nested_too_deep_is_marked() -> None:
    nested = ''.join(f'  c{n}: {{steps: [c{n + 1}]}}\n' for n in range(30))
    found = job(
        'docker: [{image: x}]\nsteps: [c0, c0]', f'commands:\n{nested}  c30: {{steps: [{{run: x}}]}}\n'
    )
    assert [one.name for one in found.unresolved] == ['nested too deep or too often']


def test_commands_that_double_each_other_end() -> None:
    doubling = ''.join(f'  c{n}: {{steps: [c{n + 1}, c{n + 1}, c{n + 1}, c{n + 1}]}}\n' for n in range(10))
    assert len(steps('- c0', f'commands:\n{doubling}  c10: {{steps: [{{run: x}}]}}\n')) < 5000


@given(
    st.recursive(
        st.sampled_from(
            ['', 'x', '$A', 'a/b', '<< parameters.x >>', '<< pipeline.git.branch and "a" or "b" >>', '<<', None, True, 1]
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from([
                    'jobs', 'workflows', 'commands', 'executors', 'orbs', 'parameters', 'steps', 'run', 'command', 'when',
                    'unless', 'condition', 'equal', 'and', 'or', 'not', 'docker', 'machine', 'executor', 'image', 'x',
                    'environment', 'resource_class', 'shell', 'filters', 'branches', 'tags', 'only', 'ignore', 'matrix',
                    'name', 'default', 'type', 'pre-steps', 'context', 'save_cache', 'paths', 'triggers', 'build', 'a/b',
                ]),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=30,
    )
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_any_shape_is_read(value: object) -> None:
    import json

    steps_ = {
        'docker': value,
        'steps': [value, {'x': value}, {'run': value}],
        'executor': value,
        'environment': value,
    }
    for shape in (
        value,
        {'jobs': value, 'workflows': value, 'orbs': value, 'commands': value},
        {
            'jobs': {'build': steps_},
            'commands': {'x': {'steps': value, 'parameters': value}},
            'executors': value,
        },
        {'jobs': {'build': steps_}, 'workflows': {'w': {'jobs': [{'build': value}], 'when': value}}},
    ):
        circleci.read(Document(PATH, json.dumps(shape)), Forest({}))


# from the document to facts

WILD = {
    PATH: """\
version: 2.1
commands:
  publish:
    parameters:
      token: {type: env_var_name, default: OTHER}
    steps:
      - run: artifacts push --no-input --private --project-slug x --file y --token "$<< parameters.token >>"
jobs:
  shared:
    docker:
      - image: node:20
    resource_class: acme/rack
    steps:
      - publish: {token: KEY_A}
  own:
    docker:
      - image: cimg/node:20
    steps:
      - publish: {token: KEY_B}
      - run: |
          artifacts health
          ./publish.sh
workflows:
  w:
    jobs: [shared, own]
""",
    'publish.sh': '#!/bin/bash\ncurl -H "Authorization: Bearer $KEY_B" https://hostartifacts.dev/api/profile/me\n',
}


def test_facts_of_a_repository() -> None:
    facts = analyse(WILD)
    assert sorted(
        (f.sink, f.place.path, f.place.line, f.job, f.tenancy, f.origin)
        for f in facts
        if isinstance(f, Exposure)
    ) == [
        ('argv', 'publish.sh', 2, 'own', 'ephemeral', '$KEY_B'),
        ('flag', PATH, 7, 'own', 'ephemeral', '$KEY_B'),
        ('flag', PATH, 7, 'shared', 'shared', '$KEY_A'),
    ]
    assert [(f.place.line, f.code, f.job) for f in facts if isinstance(f, Companion)] == [
        (11, 'node:20', 'shared')
    ]
