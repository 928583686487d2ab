"""Buildkite pipelines as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import ci
from artifacts_guard import yamltree
from artifacts_guard.check import analyse
from artifacts_guard.ci import buildkite
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Script
from artifacts_guard.ci.model import Step
from artifacts_guard.facts.model import Binding
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Companion
from artifacts_guard.facts.model import Exposure
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import shown
from tests.ci.support import used

PATH = '.buildkite/pipeline.yml'


def read(text: str, others: dict[str, str] | None = None) -> Pipeline:
    return support.read(text, PATH, others)


def job(text: str, others: dict[str, str] | None = None) -> Job:
    """The only step of a pipeline, out of its options."""
    body = dedent(text).strip('\n').replace('\n', '\n    ')
    (found,) = read(f'steps:\n  - {body}\n', others).jobs
    return found


def step(text: str, others: dict[str, str] | None = None) -> Step:
    return job(text, others).steps[-1]


def test_a_pipeline_in_outline() -> None:
    found = read("""
        env:
          COLOR: "1"
          URL: https://${HOST:-example.com}/
        secrets: [DEPLOY_KEY]
        agents: {queue: linux}
        steps:
          - label: ":hammer: build"
            command: make
          - wait
          - group: checks
            steps:
              - name: lint
                commands: [make lint, make check]
                agents: [queue=other, os=linux]
          - block: go on?
          - key: publish
            branches: main
            env: {KEY: $DEPLOY_KEY}
            secrets: {AGENT_ARTIFACTS_TOKEN: artifacts_key}
            plugins:
              - acme/login#v1.2.3: {role: x}
            command: artifacts push --token $$KEY --title "$BUILDKITE_BRANCH"
          - trigger: deploy
            build: {env: {A: b}}
        """)
    common = """\
  env COLOR=1 @pipeline:2
  env URL=https://<variable.HOST|'example.com'>/ @pipeline:3
  env DEPLOY_KEY=<secret.DEPLOY_KEY> @pipeline:4"""
    assert outline(found) == dedent("""
        build: shared [queue=linux] on push
        COMMON
          - build
            bash errexit: make
        lint: shared [queue=other, os=linux] on push
        COMMON
          - lint
            bash errexit: make lint
        make check
        publish: shared [queue=linux] on push
        COMMON
          - acme/login#v1.2.3
            use plugin acme/login#v1.2.3 unpinned third-party
            env KEY=<variable.DEPLOY_KEY> @step:18
            env AGENT_ARTIFACTS_TOKEN=<secret.artifacts_key> @step:19
          - publish
            bash errexit: artifacts push --token $KEY --title "<<github.BUILDKITE_BRANCH>>"
            env KEY=<variable.DEPLOY_KEY> @step:18
            env AGENT_ARTIFACTS_TOKEN=<secret.artifacts_key> @step:19
        deploy: shared [queue=linux] on push
        COMMON
        """).strip().replace('COMMON', common)
    assert found.masks
    assert found.settings_variables
    assert [one.unresolved[0].name for one in found.jobs if one.unresolved] == ['deploy']


INTERPOLATED = {
    'a name': ('echo $A', 'echo <<variable.A>>'),
    'a name in braces': ('echo ${A}b', 'echo <<variable.A>>b'),
    'what Buildkite tells': ('echo $BUILDKITE_TAG', 'echo <<github.BUILDKITE_TAG>>'),
    'two dollars': ('echo $$A', 'echo $A'),
    'two dollars and braces': ('echo $${A:-x}', 'echo ${A:-x}'),
    'a backslash': (r'echo \$A', 'echo $A'),
    'three dollars': ('echo $$$A', 'echo $<<variable.A>>'),
    'four dollars': ('echo $$$$', 'echo $$'),
    'a backslash before a backslash': (r'echo \\$A', r'echo \\<<variable.A>>'),
    'a default': ('${A:-b c}', "<<variable.A|'b c'>>"),
    'a default if unset': ('${A-b}', "<<variable.A|'b'>>"),
    'a default with a name': ('${A:-x$B}', '<<variable.A|variable.B|unknown.x$B>>'),
    'a default with braces': ('${A:-${B:-c}}d', '<<variable.A|variable.B|unknown.${B:-c}>>d'),
    'a message': ('${A?no A}', '<<variable.A>>'),
    'a part': ('${A:0:7}', '<<unknown.${A:0:7}>>'),
    'in single quotes': ("echo '$A'", "echo '<<variable.A>>'"),
    'in a comment': ('# $A', '# <<variable.A>>'),
    'a command': ('$(cat $A)', '$(cat <<variable.A>>)'),
    'a command later': ('$$(cat x)', '$(cat x)'),
    'a matrix': ('go {{matrix}}', 'go <<matrix.>>'),
    'a matrix with names': ('go {{ matrix.os }}', 'go <<matrix.os>>'),
}
LEFT_ALONE = {
    'a digit': 'echo $1 $? $# $@ $_A',
    'a dollar at the end': 'cost: 5$',
    'a command without names': 'echo $(date)',
    'other braces': 'go {{other}} {matrix}',
    # such strings can only be uploaded with --no-interpolation
    'an operator of the shell': 'echo ${A%%.*} $B',
    'a length': 'echo ${#A} $B',
    'an open brace': 'echo ${A $B',
    'a digit in braces': 'echo ${1} $B',
}


@pytest.mark.parametrize(('command', 'expected'), INTERPOLATED.values(), ids=INTERPOLATED)
def test_interpolation_of_commands(command: str, expected: str) -> None:
    (script,) = step(f'command: |-\n  {command}').scripts
    assert isinstance(script, Script)
    assert shown(script.template) == expected


@pytest.mark.parametrize('command', LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_no_interpolation(command: str) -> None:
    (script,) = step(f'command: |-\n  {command}').scripts
    assert isinstance(script, Script)
    assert script.template.text == command
    assert script.template.expressions == ()


def test_places_behind_dollars_are_right() -> None:
    (script,) = step('command:\n  - echo $$A$$B\n  - |-\n    x $${C} \\\n      $D y').scripts
    assert isinstance(script, Script)
    template = script.template
    assert template.text == 'echo $A$B\nx ${C} \\\n  $D y'
    document = template.fragment.document
    for word, text in (('$A', '$$A'), ('B', 'B'), ('${C}', '$${C}'), ('$D', '$D'), ('y', 'y')):
        at = template.text.index(word)
        span = template.fragment.span(at, at + len(word))
        assert document.text[span.start : span.end] == text
    assert template.fragment.place(template.text.index('$D'), template.text.index('$D') + 2).line == 6


def test_environments_are_interpolated_but_no_script() -> None:
    found = job('env: {A: "$B-$$C", D: 1, E: [x]}\ncommand: x').steps[0]
    assert bound(found.env) == ['A=<variable.B>-$C @step:2', 'D=1 @step:2']


SECRETS = {
    'names': ('secrets: [A, B]', ['A=<secret.A> @step:2', 'B=<secret.B> @step:2']),
    'variables': ('secrets: {A: b}', ['A=<secret.b> @step:2']),
    'mappings': ('secrets: [{key: b, environment_variable: A}]', ['A=<secret.b> @step:2']),
    'a mapping without a variable': ('secrets: [{key: b}]', ['b=<secret.b> @step:2']),
    'a plugin': ('plugins: [{secrets#v2.1.0: {variables: {A: b}}}]', ['A=<secret.b> @step:2']),
    'a plugin of others': ('plugins: [{"seek-oss/aws-sm#v2.3.1": {env: {A: b}}}]', ['A=<secret.b> @step:2']),
    'a plugin with mappings': (
        'plugins: [{"seek-oss/aws-sm#v2": {env: {A: {secret-id: b}}}}]',
        ['A=<secret.b> @step:2'],
    ),
    'parameters': ('plugins: {"aws-ssm#v1.0.0": {parameters: {A: /b}}}', ['A=<secret./b> @step:2']),
    'another plugin with an env': ('plugins: [{docker#v5: {env: {A: b}}}]', []),
    'no names': ('secrets: [{x: y}, [z], ""]', []),
    'a null': ('secrets: ~', []),
}


@pytest.mark.parametrize(('text', 'expected'), SECRETS.values(), ids=SECRETS)
def test_secrets(text: str, expected: list[str]) -> None:
    assert bound(step(f'{text}\ncommand: x').env) == expected


def test_only_bindings_of_the_build_can_be_narrowed() -> None:
    found = read('env: {A: a}\nsecrets: [B]\nsteps: [{command: x, env: {C: c}, secrets: [D]}]').jobs[0]
    assert [(one.name, one.narrowable) for one in found.env] == [('A', True), ('B', True)]
    assert [(one.name, one.narrowable) for one in found.steps[0].env] == [('C', False), ('D', False)]


PLUGINS = {
    'a tag': ('acme/x#v1.2.3', 'plugin acme/x#v1.2.3 unpinned third-party'),
    'a commit': (f'acme/x#{"0a" * 20}', f'plugin acme/x#{"0a" * 20} pinned third-party'),
    'half a commit': (f'acme/x#{"0a" * 10}', f'plugin acme/x#{"0a" * 10} unpinned third-party'),
    'no version': ('acme/x', 'plugin acme/x unpinned third-party'),
    "Buildkite's own": ('docker#v5.0.0', 'plugin docker#v5.0.0 unpinned own'),
    "Buildkite's own in full": (
        'buildkite-plugins/docker#v5',
        'plugin buildkite-plugins/docker#v5 unpinned own',
    ),
    'an address': (
        'https://example.com/x.git#v1',
        'plugin https://example.com/x.git#v1 unpinned third-party',
    ),
    'in the tree': (
        './.buildkite/plugins/x',
        'plugin ./.buildkite/plugins/x pinned own at .buildkite/plugins/x',
    ),
}


@pytest.mark.parametrize(('name', 'expected'), PLUGINS.values(), ids=PLUGINS)
def test_plugins(name: str, expected: str) -> None:
    for text in (f'plugins: ["{name}"]', f'plugins: [{{"{name}": {{a: b}}}}]', f'plugins: {{"{name}": ~}}'):
        first = job(f'{text}\ncommand: x').steps[0]
        assert used(first.use) == expected
        assert first.place.line == 2


def test_plugins_and_command_are_one_step() -> None:
    found = job('plugins: [acme/x#v1, acme/y#v1]\ncommand: x')
    assert [one.name for one in found.steps] == ['acme/x#v1', 'acme/y#v1', 'x']
    assert len({one.via[0].place for one in found.steps}) == 1
    assert job('command: x').steps[0].via == ()


def test_what_a_plugin_is_given() -> None:
    first = job('plugins: [{"acme/x#v1": {token: "$T", list: [a]}}]\ncommand: x').steps[0]
    assert first.use is not None
    assert bound(first.use.inputs) == ['token=<variable.T> @step:2']


CONTAINERS = {
    'named variables': ('environment: [A]', 'image node:20 unpinned third-party'),
    'named values': ('environment: [A=b]', 'image node:20 unpinned third-party'),
    'all variables': ('propagate-environment: true', 'image node:20 unpinned third-party'),
    'other variables': ('environment: [B]', ''),
    'no variables': ('workdir: /x', ''),
}


@pytest.mark.parametrize(('options', 'expected'), CONTAINERS.values(), ids=CONTAINERS)
def test_the_image_that_gets_variables(options: str, expected: str) -> None:
    found = step(f'env: {{A: a}}\nplugins: [{{docker#v5: {{image: "node:20", {options}}}}}]\ncommand: x')
    assert used(found.image) == expected


def test_a_command_that_a_plugin_runs() -> None:
    found = step('plugins: [{docker#v5: {image: x, command: [artifacts, push, --token, $T]}}]\ncommand: no')
    assert commands(found) == ['[artifacts] [push] [--token] [<<variable.T>>]']


STARTS = {
    'nothing': ('key: a', ['push']),
    'branches': ('branches: main release/*', ['push']),
    'a branch': ('if: build.branch == "main"', ['push']),
    'a tag': ('if: build.tag != null', ['tag']),
    'a tag by its variable': ('if: build.env("BUILDKITE_TAG") =~ /^v/', ['push', 'tag']),
    'some tag by its variable': ('if: build.env("BUILDKITE_TAG")', ['tag']),
    'no tag': ('if: build.tag == null', ['push']),
    'a tag or a branch': ('if: build.tag =~ /^v/ || build.branch == "main"', ['push', 'tag']),
    'proposals': ('if: build.pull_request.id != null', ['proposal']),
    'labels of proposals': ('if: build.pull_request.labels includes "x"', ['push', 'proposal']),
    'no proposals': ('if: build.pull_request.id == null', ['push']),
    'no drafts': ('if: "!build.pull_request.draft"', ['push', 'proposal']),
    'a schedule': ('if: build.source == "schedule"', ['schedule']),
    'no schedule': ('if: build.source != "schedule"', ['push']),
    'by hand': ("if: build.source == 'ui'", ['manual']),
    'what can not be read': ('if: "build.branch =="', ['push']),
    'never': ('if: "false"', []),
}


@pytest.mark.parametrize(('text', 'kinds'), STARTS.values(), ids=STARTS)
def test_triggers(text: str, kinds: list[str]) -> None:
    assert [one.kind for one in job(f'{text}\ncommand: x').triggers] == kinds


def test_conditions_of_groups_count() -> None:
    found = read("""
        steps:
          - group: a
            if: build.tag != null
            steps:
              - {command: x, if: 'build.branch == "main"'}
              - group: b
                if: build.tag == null
                steps: [{command: y}]
        """)
    assert [[one.kind for one in made.triggers] for made in found.jobs] == [['tag'], []]


HOSTS = {
    'nothing': ('key: a', 'default', ('default', 'queue=default')),
    'a mapping': ('agents: {queue: x, os: y}', 'queue=x, os=y', ('x', 'y', 'queue=x', 'os=y')),
    'a list': ('agents: [queue=x]', 'queue=x', ('x', 'queue=x')),
    'a string': ('agents: queue=x', 'queue=x', ('x', 'queue=x')),
    'the old name': ('agent_query_rules: [queue=x]', 'queue=x', ('x', 'queue=x')),
    'a variable': ('agents: {queue: $Q}', 'queue=$Q', ('$Q', 'queue=$Q')),
}


@pytest.mark.parametrize(('text', 'label', 'labels'), HOSTS.values(), ids=HOSTS)
def test_every_agent_is_shared(text: str, label: str, labels: tuple[str, ...]) -> None:
    runner = job(f'{text}\ncommand: x').runner
    assert (runner.tenancy, runner.label, runner.options) == ('shared', label, ((labels, 'shared'),))


SHAPES = {
    'a list of steps': '- {command: a}\n- wait\n- {commands: [b]}',
    'strings between': 'steps: [{command: a}, wait, block, {command: b}]',
    'mappings between': 'steps: [{command: a}, {wait: ~}, {block: x, command: c}, {input: x}, {command: b}]',
    'steps below their type': 'steps: [{command: {command: a}}, {wait: {}}, {script: {command: b}}]',
    'a skipped step': 'steps: [{command: a}, {command: c, skip: true}, {command: b, skip: false}]',
}


@pytest.mark.parametrize('text', SHAPES.values(), ids=SHAPES)
def test_shapes_of_steps(text: str) -> None:
    assert [commands(one.steps[-1]) for one in read(text).jobs] == [['bash errexit: a'], ['bash errexit: b']]


NOT_COMMANDS = {
    'no steps': 'env: {A: b}',
    'steps that are a string': 'steps: x',
    'steps without commands': 'steps: [{label: x}, [], ~, {group: y}]',
    'an empty document': '',
    'only a wait': 'steps: [wait]',
}


@pytest.mark.parametrize('text', NOT_COMMANDS.values(), ids=NOT_COMMANDS)
def test_no_jobs(text: str) -> None:
    assert read(text).jobs == ()


NAMES = {
    'a key': ('key: a\nlabel: b', 'a'),
    'a label without its emoji': ('label: ":rocket: go"', 'go'),
    'only an emoji': ('label: ":rocket:"', 'x y'),
    'the command': ('env: {}', 'x y'),
}


@pytest.mark.parametrize(('text', 'name'), NAMES.values(), ids=NAMES)
def test_names(text: str, name: str) -> None:
    assert job(f'{text}\ncommand: |\n\n  x y\n  z').name == name


def test_names_are_told_apart() -> None:
    assert [one.name for one in read('steps: [{command: a}, {command: a}]').jobs] == ['a', 'a (2)']


MATRICES = {
    'a list': ('matrix: [a, b]', (('', ('a', 'b')),)),
    'lists by name': ('matrix: {setup: {os: [x, y], v: [1]}}', (('os', ('x', 'y')), ('v', ('1',)))),
    'adjustments': (
        'matrix: {setup: {os: [x]}, adjustments: [{with: {os: z}}]}',
        (('os', ('x', 'z')),),
    ),
    'none': ('key: a', ()),
}


@pytest.mark.parametrize(('text', 'expected'), MATRICES.values(), ids=MATRICES)
def test_matrices(text: str, expected: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    assert job(f'{text}\ncommand: x').matrix == expected


def test_what_is_kept_and_handed_on() -> None:
    found = step('artifact_paths: [a/*, "b;c"]\ncache: {paths: [d], size: 20g}\ncommand: x')
    assert [(one.kind, shown(one.path)) for one in found.handovers] == [
        ('upload', 'a/*'),
        ('upload', 'b;c'),
        ('cache', 'd'),
    ]
    assert [shown(one.path) for one in step('cache: e\ncommand: x').handovers] == ['e']


HOOK = '#!/bin/bash\nset -x\nexport AGENT_ARTIFACTS_TOKEN=$(buildkite-agent secret get k)\n'
HOOKS = {
    'before the command': (
        {'.buildkite/hooks/pre-command': HOOK},
        ['bash errexit: . .buildkite/hooks/pre-command\nset -e +u +x +o pipefail\nx'],
    ),
    'after it': (
        {'.buildkite/hooks/post-command': HOOK},
        ['bash errexit: x', 'bash errexit: . .buildkite/hooks/post-command'],
    ),
    'of a plugin in the tree': (
        {'.buildkite/plugins/p/hooks/environment': HOOK},
        ['bash errexit: . .buildkite/plugins/p/hooks/environment\nset -e +u +x +o pipefail\nx'],
    ),
    'one that only agents have': ({'.buildkite/hooks/environment': HOOK}, ['bash errexit: x']),
    'in another language': (
        {'.buildkite/hooks/pre-command': '#!/usr/bin/env python3\n'},
        ['bash errexit: x'],
    ),
    'one that leaves': ({'.buildkite/hooks/pre-command': f'{HOOK}exit 0\n'}, ['bash errexit: x']),
    'of another repository': ({'x/.buildkite/hooks/pre-command': HOOK}, ['bash errexit: x']),
}


@pytest.mark.parametrize(('files', 'expected'), HOOKS.values(), ids=HOOKS)
def test_hooks_of_the_repository(files: dict[str, str], expected: list[str]) -> None:
    assert commands(step('plugins: [./.buildkite/plugins/p]\ncommand: x', files)) == expected


RECOGNISED = {
    'the usual name': (PATH, 'x: 1', True),
    'the other extension': ('.buildkite/pipeline.yaml', '', True),
    'at the root': ('buildkite.yml', '', True),
    'in a repository below': ('x/.buildkite/pipeline.yml', '', True),
    'another pipeline': ('.buildkite/deploy.yml', 'env: {}\nsteps:\n- wait\n', True),
    'a pipeline that is a list': ('.buildkite/deploy.yml', '- label: x\n  command: y\n', True),
    'a folder of pipelines': ('.buildkite/pipelines/x.yml', 'steps: []\n', True),
    'JSON': ('.buildkite/pipeline.json', '{"steps": []}', True),
    'JSON over lines': ('.buildkite/pipeline.json', '{\n  "steps": []\n}', True),
    'Compose': ('.buildkite/docker-compose.yml', 'services: {}\n', False),
    'a template': ('.buildkite/deploy.yml', 'steps:\n{% for x in y %}\n', False),
    'a payload': ('tests/buildkite.json', '{"build": {"steps": []}}', False),
    'another folder': ('pipeline.yml', 'steps: []\n', False),
    'no YAML': ('.buildkite/README.md', 'steps:\n', False),
}


@pytest.mark.parametrize(('path', 'text', 'is_ours'), RECOGNISED.values(), ids=RECOGNISED)
def test_recognised(path: str, text: str, is_ours: bool) -> None:
    assert (ci.recognise(path, Document(path, text)) == 'buildkite') is is_ours


def test_a_document_that_is_no_yaml() -> None:
    with pytest.raises(yamltree.YamlError):
        read('steps: [')


@given(
    st.recursive(
        st.sampled_from(['', 'x', '$A', '${A:-', '$$', 'wait', '{{matrix}}', None, True]),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from([
                    'steps', 'command', 'commands', 'group', 'trigger', 'plugins', 'secrets', 'env', 'agents', 'matrix',
                    'setup', 'adjustments', 'with', 'if', 'branches', 'artifact_paths', 'cache', 'paths', 'key', 'label',
                    'docker#v1', 'image', 'environment', 'secrets#v1', 'variables', 'wait', 'skip', 'depends_on',
                ]),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=25,
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_shape_is_read(value: object) -> None:
    import json

    for shape in (
        value,
        {'steps': value},
        {'steps': [value], 'env': value, 'secrets': value, 'agents': value},
    ):
        buildkite.read(Document(PATH, json.dumps(shape)), Forest({}))


# from the document to facts

WILD = {
    PATH: """\
secrets:
  - AGENT_ARTIFACTS_TOKEN
steps:
  - label: test
    command: make test
  - label: publish
    agents: {queue: big}
    plugins:
      - acme/notify#v1.0.0
    command:
      - if [ -n "$$AGENT_ARTIFACTS_TOKEN" ]; then
      - artifacts push --no-input --private --project-slug x --file y --token $AGENT_ARTIFACTS_TOKEN
      - fi
""",
}


def test_facts_of_a_repository() -> None:
    facts = analyse(WILD)
    assert sorted((f.sink, f.place.line, f.tenancy) for f in facts if isinstance(f, Exposure)) == [
        ('early', 12, 'shared'),
        ('flag', 12, 'shared'),
    ]
    assert [(f.place.line, f.code) for f in facts if isinstance(f, Companion)] == [(9, 'acme/notify#v1.0.0')]
    (binding,) = [f for f in facts if isinstance(f, Binding)]
    # the plugin is no step of its own
    assert (binding.place.line, binding.readers, binding.users, binding.narrowable) == (2, 2, 1, True)


def test_a_hook_fetches_the_key_for_the_script_that_uses_it() -> None:
    facts = analyse(
        {
            PATH: 'steps:\n  - key: publish\n    command: ./publish.sh\n',
            '.buildkite/hooks/pre-command': '#!/bin/bash\nset -euo pipefail\nif [ -n "$X" ]; then\n'
            '  AGENT_ARTIFACTS_TOKEN="$(buildkite-agent secret get k)"\n  export AGENT_ARTIFACTS_TOKEN\nfi\n',
            'publish.sh': '#!/bin/sh\nartifacts push --no-input --private --project-slug x --file y\n',
        }
    )
    (call,) = [f for f in facts if isinstance(f, Call)]
    assert (call.job, call.tenancy, call.place.path) == ('publish', 'shared', 'publish.sh')
    assert 'buildkite:k' in call.origin
