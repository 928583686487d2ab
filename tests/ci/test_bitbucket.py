"""Bitbucket Pipelines as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import ci
from artifacts_guard import yamltree
from artifacts_guard.check import analyse
from artifacts_guard.ci import bitbucket
from artifacts_guard.ci.model import Job
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Script
from artifacts_guard.facts.model import Companion
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Sharing
from artifacts_guard.facts.model import UntrustedRun
from artifacts_guard.text import Document
from tests.ci import support
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read_all
from tests.ci.support import shown
from tests.ci.support import used

PATH = 'bitbucket-pipelines.yml'


def read(text: str, others: dict[str, str] | None = None) -> Pipeline:
    return support.read(text, PATH, others)


def job(text: str) -> Job:
    """The only step of the default pipeline, out of the options under `step:`."""
    body = dedent(text).strip('\n').replace('\n', '\n        ')
    (found,) = read(f'pipelines:\n  default:\n    - step:\n        {body}\n').jobs
    return found


def test_a_document_in_outline() -> None:
    found = read(
        """
        image: node:22
        definitions:
          caches: {uv: ~/.cache/uv}
          steps:
            - step: &test
                name: Test
                caches: [uv, node]
                script:
                  - npm ci
                  - npm test
        pipelines:
          default:
            - step: *test
          pull-requests:
            '**':
              - step: *test
          branches:
            main:
              - step: *test
              - step:
                  name: Publish
                  image: {name: "python:3@sha256:%s"}
                  deployment: production
                  runs-on: [self.hosted, linux]
                  script:
                    - artifacts push --token $KEY
                    - pipe: acme/notify:1.2.3
                      variables: {TOKEN: $KEY}
                  after-script:
                    - rm -rf dist
          tags:
            'v*':
              - step: {script: [make]}
          custom:
            nightly:
              - variables: [{name: LEVEL, default: low}]
              - step: {script: [make]}
        """
        % ('0' * 64)
    )
    assert (
        outline(found)
        == dedent("""
        default / Test: ephemeral [cloud] on push
          - Test
            bash errexit: npm ci
        npm test
        pull-requests ** / Test: ephemeral [cloud] on proposal
          - Test
            bash errexit: npm ci
        npm test
        branches main / Test: ephemeral [cloud] on push
          - Test
            bash errexit: npm ci
        npm test
        branches main / Publish: shared [[self.hosted, linux]] on push
          - Publish
            bash errexit: artifacts push --token $KEY
            bash errexit: rm -rf dist
          - acme/notify:1.2.3
            use pipe acme/notify:1.2.3 unpinned third-party
        tags v* / step 1: ephemeral [cloud] on tag
          - script
            bash errexit: make
        custom nightly / step 1: ephemeral [cloud] on manual
          env LEVEL=<'low'|input.LEVEL> @pipeline:36
          - script
            bash errexit: make
        """).strip()
    )
    assert found.kind == 'pipeline'
    assert found.masks
    assert found.settings_variables
    publish = found.jobs[3]
    assert publish.environment == 'production'
    assert publish.place.line == 21
    assert used(publish.steps[0].image) == f'image python:3@sha256:{"0" * 64} pinned third-party'
    assert used(found.jobs[0].steps[0].image) == 'image node:22 unpinned third-party'
    assert [(one.kind, shown(one.path), one.place.line) for one in found.jobs[0].steps[0].handovers] == [
        ('cache', '~/.cache/uv', 3)
    ]


def test_a_construct_over_several_items_is_one_script() -> None:
    (script,) = (
        job("""
        script:
          - if [ $? -eq 0 ]; then
          - artifacts push
          - fi
        """)
        .steps[0]
        .scripts
    )
    assert isinstance(script, Script)
    assert script.template.text == 'if [ $? -eq 0 ]; then\nartifacts push\nfi'
    at = script.template.text.index('artifacts')
    assert script.template.fragment.place(at, at + 9).line == 6


ITEMS = {
    'a list': ('script: [a, b]', ['bash errexit: a\nb']),
    'one string': ('script: a', ['bash errexit: a']),
    'a list in it': ('script: [a, [b, c], d]', ['bash errexit: a\nb\nc\nd']),
    'commands around a pipe': (
        'script: [a, {pipe: x/y:1}, b]',
        ['bash errexit: a\nb'],
    ),
    'an empty item': ('script: [a, null]', ['bash errexit: a']),
    'after-script alone': ('after-script: [a]', ['bash errexit: a']),
    'templating': ('script: ["echo ${{ NAME }}-${NAME}"]', ['bash errexit: echo <<vars.NAME>>-${NAME}']),
    'no templating': ('script: ["echo ${{ a b }}"]', ['bash errexit: echo ${{ a b }}']),
    'Windows': (
        'runs-on: [self.hosted, windows]\nscript: [dir]',
        ['powershell errexit: dir'],
    ),
}


@pytest.mark.parametrize(('text', 'expected'), ITEMS.values(), ids=ITEMS)
def test_scripts(text: str, expected: list[str]) -> None:
    assert commands(job(text).steps[0]) == expected


NOTHING = {
    'a script that is a mapping': 'script: {a: b}',
    'a script of mappings': 'script: [{a: b}, {pipe: [x]}]',
    'no script': 'name: x',
    'a null': 'script: ~',
}


@pytest.mark.parametrize('text', NOTHING.values(), ids=NOTHING)
def test_no_scripts(text: str) -> None:
    assert job(text).steps == ()


HOSTS = {
    'nothing': ('script: [a]', 'ephemeral', 'cloud'),
    'one label': ('runs-on: self.hosted', 'shared', 'self.hosted'),
    'labels': ('runs-on: [self.hosted, linux.shell]', 'shared', '[self.hosted, linux.shell]'),
    'a runtime of the cloud': ('runtime: {cloud: {arch: arm}}', 'ephemeral', 'cloud'),
    'an empty list': ('runs-on: []', 'ephemeral', 'cloud'),
}


@pytest.mark.parametrize(('text', 'tenancy', 'label'), HOSTS.values(), ids=HOSTS)
def test_hosts(text: str, tenancy: str, label: str) -> None:
    runner = job(text).runner
    assert (runner.tenancy, runner.label) == (tenancy, label)
    assert all(one == tenancy for _, one in runner.options)


PICTURES = {
    'a name': ('image: node:20', 'image node:20 unpinned third-party'),
    'a mapping': (
        'image: {name: "node:20", username: $U, password: $P}',
        'image node:20 unpinned third-party',
    ),
    "Atlassian's own": ('image: atlassian/default-image:4', 'image atlassian/default-image:4 unpinned own'),
    'a variable': ('image: $REGISTRY/node', 'image $REGISTRY/node pinned third-party'),
    'none': ('name: x', ''),
    'a machine without containers': ('runs-on: [self.hosted, linux.shell]\nimage: node:20', ''),
    'a container on an own machine': (
        'runs-on: [self.hosted, linux]\nimage: node:20',
        'image node:20 unpinned third-party',
    ),
}


@pytest.mark.parametrize(('text', 'expected'), PICTURES.values(), ids=PICTURES)
def test_images(text: str, expected: str) -> None:
    (step,) = job(f'{text}\nscript: [a]').steps
    assert used(step.image) == expected


def test_services_and_their_variables_are_no_step() -> None:
    found = read("""
        definitions:
          services: {db: {image: postgres, variables: {POSTGRES_PASSWORD: x}}}
        pipelines:
          default:
            - step: {services: [db], script: [a]}
        """)
    assert outline(found).splitlines() == [
        'default / step 1: ephemeral [cloud] on push',
        '  - script',
        '    bash errexit: a',
    ]


PIPES = {
    'a version': ('pipe: acme/x:1.2.3', 'pipe acme/x:1.2.3 unpinned third-party'),
    "Atlassian's own": ('pipe: atlassian/x:1.2.3', 'pipe atlassian/x:1.2.3 unpinned own'),
    'an image': ('pipe: docker://acme/x:1', 'pipe docker://acme/x:1 unpinned third-party'),
    'a digest': (
        f'pipe: "docker://acme/x@sha256:{"a" * 64}"',
        f'pipe docker://acme/x@sha256:{"a" * 64} pinned third-party',
    ),
}


@pytest.mark.parametrize(('text', 'expected'), PIPES.values(), ids=PIPES)
def test_pipes(text: str, expected: str) -> None:
    (step,) = job(f'script: [{{{text}}}]').steps
    assert used(step.use) == expected
    assert step.image is None


def test_a_pipe_gets_the_variables_it_is_given() -> None:
    (step,) = job("""
        script:
          - pipe: acme/x:1
            variables:
              URL: https://$HOST/${PATH_}?x=$$
              ARGS: [--token, $KEY]
              NONE: {a: b}
        """).steps
    assert step.use is not None
    assert bound(step.use.inputs) == [
        'URL=https://<variable.HOST>/<variable.PATH_>?x=$$ @step:7',
        'ARGS_0=--token @step:8',
        'ARGS_1=<variable.KEY> @step:8',
    ]
    assert step.env == ()


GROUPS = {
    'a list': '- parallel:\n      - step: {name: A, script: [a]}\n      - step: {name: B, script: [b]}',
    'a mapping': '- parallel:\n        fail-fast: true\n        steps: [{step: {name: A, script: [a]}}, {step: {name: B, script: [b]}}]',
    'a stage': '- stage: {name: S, steps: [{step: {name: A, script: [a]}}, {step: {name: B, script: [b]}}]}',
    'a final step': '- step: {name: A, script: [a]}\n    - final: {name: B, script: [b]}',
}


@pytest.mark.parametrize('text', GROUPS.values(), ids=GROUPS)
def test_groups(text: str) -> None:
    found = read(f'pipelines:\n  default:\n    {text}\n')
    assert [one.name for one in found.jobs] == ['default / A', 'default / B']


def test_a_stage_deploys() -> None:
    found = read('pipelines: {default: [{stage: {deployment: staging, steps: [{step: {script: [a]}}]}}]}')
    assert [one.environment for one in found.jobs] == ['staging']


def test_steps_of_one_name_are_told_apart() -> None:
    found = read('pipelines: {default: [{step: {name: A, script: [a]}}, {step: {name: A, script: [b]}}]}')
    assert [one.name for one in found.jobs] == ['default / A', 'default / A (2)']


def test_options_that_steps_share() -> None:
    (found,) = read("""
        definitions:
          step-config:
            own: {runs-on: [self.hosted], image: node:20, script: [no]}
        pipelines:
          default:
            - step: {config: own, script: [yes]}
        """).jobs
    assert found.runner.tenancy == 'shared'
    assert commands(found.steps[0]) == ['bash errexit: yes']
    assert used(found.steps[0].image) == 'image node:20 unpinned third-party'


ARTIFACTS = {
    'a list': ('artifacts: [dist/**, report]', ['dist/**', 'report']),
    'paths': ('artifacts: {download: false, paths: [dist/**]}', ['dist/**']),
    'uploads': ('artifacts: {upload: [{name: x, paths: [dist/**]}]}', ['dist/**']),
    'only a download': ('artifacts: {download: [x]}', []),
}


@pytest.mark.parametrize(('text', 'expected'), ARTIFACTS.values(), ids=ARTIFACTS)
def test_artifacts(text: str, expected: list[str]) -> None:
    (step,) = job(f'{text}\nscript: [a]').steps
    assert [(one.kind, shown(one.path)) for one in step.handovers] == [('upload', path) for path in expected]


def test_variables_of_a_run_by_hand() -> None:
    (found,) = read("""
        pipelines:
          custom:
            deploy:
              - variables:
                  - name: A
                  - {name: B, default: x, allowed-values: [x, y]}
                  - default: z
              - step: {script: [a]}
        """).jobs
    assert bound(found.env) == ['A=<input.A> @pipeline:5', "B=<'x'|'y'|input.B> @pipeline:6"]
    assert not any(binding.narrowable for binding in found.env)


def test_triggers_start_custom_pipelines() -> None:
    found = read("""
        triggers:
          repository-push:
            - condition: BITBUCKET_BRANCH == "main"
              pipelines: [one]
            - condition: BITBUCKET_TAG != ""
              pipelines: [two]
          pullrequest-push:
            - condition: glob(BITBUCKET_BRANCH, "**")
              pipelines: [one, missing]
          pipeline-completed:
            - pipelines: [two]
        pipelines:
          custom:
            one: [{step: {script: [a]}}]
            two: [{step: {script: [b]}}]
            three: [{step: {script: [c]}}]
        """)
    assert [(one.name.split(' / ')[0], [t.kind for t in one.triggers]) for one in found.jobs] == [
        ('custom one', ['manual', 'push', 'proposal']),
        ('custom two', ['manual', 'tag', 'other']),
        ('custom three', ['manual']),
    ]


def test_only_proposals_of_the_repository_itself_run() -> None:
    found = read("""
        pipelines:
          default: [{step: {script: [a]}}]
          pull-requests: {'**': [{step: {script: [a]}}]}
        """)
    assert [one.protected for one in found.jobs] == [False, True]


SHARED = """
    definitions:
      pipelines:
        publish:
          - step: {name: P, script: [artifacts push]}
    """


def test_a_pipeline_from_another_file_of_the_tree() -> None:
    found = read_all(
        {
            PATH: """
            definitions:
              imports: {common: .bitbucket/shared-pipelines.yml}
            pipelines:
              branches:
                main: {import: publish@common}
            """,
            '.bitbucket/shared-pipelines.yml': SHARED,
        }
    )
    assert [(one.name, one.place.path, one.automation) for p in found.pipelines for one in p.jobs] == [
        ('branches main / P', '.bitbucket/shared-pipelines.yml', True)
    ]
    assert found.taken[0].note == 'read where it is called'


def test_a_shared_pipeline_that_nobody_imports_is_no_automation() -> None:
    found = read_all({'.bitbucket/shared-pipelines.yml': SHARED, PATH: SHARED})
    assert [(one.name, one.automation) for p in found.pipelines for one in p.jobs] == [
        ('shared publish / P', False)
    ] * 2


MISSING = {
    'another repository': ('common: repo:main:x.yml', 'publish@common'),
    'no such file': ('common: x.yml', 'publish@common'),
    'no such pipeline': ('common: .bitbucket/shared-pipelines.yml', 'other@common'),
    'no such source': ('common: .bitbucket/shared-pipelines.yml', 'publish@none'),
    'the old form': ('{}', 'repo:main:publish'),
    'outside of the tree': ('common: ../x.yml', 'publish@common'),
    'itself': (f'common: {PATH}', 'publish@common'),
}


@pytest.mark.parametrize(('imports', 'name'), MISSING.values(), ids=MISSING)
def test_what_is_elsewhere_is_marked(imports: str, name: str) -> None:
    found = read(
        f"""
        definitions: {{imports: {{{imports.strip('{}')}}}}}
        pipelines:
          default: {{import: "{name}"}}
        """,
        {'.bitbucket/shared-pipelines.yml': SHARED},
    )
    assert [(one.kind, one.name, one.place.line) for one in found.unresolved] == [('pipeline', name, 3)]
    assert found.jobs == ()


RECOGNISED = {
    'at the root': (PATH, '', True),
    'in a folder': (f'x/{PATH}', '', True),
    'a shared file': ('.bitbucket/shared-pipelines.yml', 'definitions:\n', True),
    'a shared file without definitions': ('.bitbucket/shared-pipelines.yml', 'x: 1\n', False),
    'another extension': ('bitbucket-pipelines.yaml', '', False),
    "Azure's": ('azure-pipelines.yml', 'definitions:\n', False),
    'another file of the folder': ('.bitbucket/x.yml', 'definitions:\n', False),
}


@pytest.mark.parametrize(('path', 'text', 'is_ours'), RECOGNISED.values(), ids=RECOGNISED)
def test_recognised(path: str, text: str, is_ours: bool) -> None:
    assert (ci.recognise(path, Document(path, text)) == 'bitbucket') is is_ours


def test_a_document_that_is_no_yaml() -> None:
    with pytest.raises(yamltree.YamlError):
        read('pipelines: [')


@given(
    st.recursive(
        st.sampled_from(['', 'x', '$A', 'self.hosted', None, True]),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from([
                    'pipelines', 'default', 'branches', 'custom', 'step', 'parallel', 'stage', 'steps', 'script',
                    'pipe', 'variables', 'name', 'image', 'runs-on', 'caches', 'artifacts', 'definitions', 'triggers',
                    'import', 'imports', 'config', 'step-config', 'paths', 'upload', 'after-script', 'default',
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

    document = Document(
        PATH, json.dumps({'pipelines': value, 'definitions': value, 'triggers': value, 'image': value})
    )
    bitbucket.read(document, Forest({}))


# from the document to facts

WILD = {
    PATH: """\
image: node:22
pipelines:
  branches:
    main:
      - step:
          name: Publish
          runs-on: self.hosted
          script:
            - if [ -n "$KEY" ]; then
            - artifacts push --private --project-slug x --file y --token "$KEY"
            - fi
            - pipe: acme/notify:1.0.0
              variables: {KEY: $KEY}
            - pipe: acme/other:1.0.0
              variables: {URL: $URL}
  pull-requests:
    '**':
      - step:
          script:
            - artifacts push --private --project-slug x --file y --token-stdin <<< "$KEY"
""",
}


def test_facts_of_a_repository() -> None:
    facts = analyse(WILD)
    assert [(f.sink, f.place.line, f.tenancy) for f in facts if isinstance(f, Exposure)] == [
        ('flag', 10, 'shared')
    ]
    assert sorted((f.place.line, f.code) for f in facts if isinstance(f, Companion)) == [
        (1, 'node:22'),
        (1, 'node:22'),
        (12, 'acme/notify:1.0.0'),
    ]
    assert [f.place.line for f in facts if isinstance(f, Sharing)] == [20]
    assert not [f for f in facts if isinstance(f, UntrustedRun)]
