"""Configurations of several documents: includes, components with inputs, child pipelines."""

from __future__ import annotations

import pytest

from artifacts_guard.ci import recognise
from artifacts_guard.ci.model import Pipeline
from artifacts_guard.text import Document
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import read
from tests.ci.support import read_all

FILE = '.gitlab-ci.yml'


def named(found: Pipeline) -> list[str]:
    return [one.name for one in found.jobs]


def ran(found: Pipeline) -> dict[str, list[str]]:
    return {one.name: [c.partition(': ')[2] for s in one.steps for c in commands(s)] for one in found.jobs}


def missed(found: Pipeline) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in found.unresolved]


B = {'ci/b.yml': 'b: {script: b}'}

INCLUDES = {
    'a string': ('include: ci/b.yml', B, ['b'], ['ci/b.yml']),
    'a path from the root': ('include: /ci/b.yml', B, ['b'], ['ci/b.yml']),
    'a list of strings': ('include: [ci/b.yml]', B, ['b'], ['ci/b.yml']),
    'a map': ('include: {local: ci/b.yml}', B, ['b'], ['ci/b.yml']),
    'a list of maps': ('include: [{local: /ci/b.yml}]', B, ['b'], ['ci/b.yml']),
    'twice': ('include: [ci/b.yml, {local: ci/b.yml}]', B, ['b'], ['ci/b.yml']),
    'nested, from the root': (
        'include: ci/c.yml', {**B, 'ci/c.yml': 'include: /ci/b.yml\nc: {script: c}'}, ['b', 'c'], ['ci/b.yml', 'ci/c.yml']
    ),
    'itself': (f'include: {FILE}', {}, [], []),
    'in a circle': ('include: ci/c.yml', {'ci/c.yml': 'include: ci/c.yml\nc: {script: c}'}, ['c'], ['ci/c.yml']),
    'a glob': ('include: ci/*.yml', {**B, 'ci/c.yml': 'c: {script: c}', 'ci/d/e.yml': 'e: {script: e}', 'ci/f.txt': 'f'}, ['b', 'c'], ['ci/b.yml', 'ci/c.yml']),
    'a glob of folders': ('include: {local: "/ci/**/*.yml"}', {**B, 'ci/d/e.yml': 'e: {script: e}', 'f.yml': 'f: {script: f}'}, ['b', 'e'], ['ci/b.yml', 'ci/d/e.yml']),
    'a glob of all below': ('include: "ci/**.yml"', {**B, 'ci/d/e.yml': 'e: {script: e}'}, ['b', 'e'], ['ci/b.yml', 'ci/d/e.yml']),
    'a component of its own': (
        'include: {component: "$CI_SERVER_FQDN/$CI_PROJECT_PATH/push@$CI_COMMIT_SHA"}',
        {'templates/push.yml': 'spec: {inputs: {}}\n---\nb: {script: b}'}, ['b'], ['templates/push.yml'],
    ),
    'a component of its own in a folder': (
        'include: {component: "${CI_SERVER_HOST}/${CI_PROJECT_PATH}/push@main"}',
        {'templates/push/template.yml': 'spec: {inputs: {}}\n---\nb: {script: b}'}, ['b'], ['templates/push/template.yml'],
    ),
    'a project that is this one': ('include: {project: $CI_PROJECT_PATH, file: [/ci/b.yml]}', B, ['b'], ['ci/b.yml']),
}  # fmt: skip


@pytest.mark.parametrize(('text', 'others', 'wanted', 'called'), INCLUDES.values(), ids=INCLUDES)
def test_includes(text: str, others: dict[str, str], wanted: list[str], called: list[str]) -> None:
    found = read(f'{text}\na: {{script: a}}\n', FILE, others)
    assert named(found) == [*wanted, 'a']
    assert sorted(found.called) == called


OUTSIDE = {
    'a project': ('{project: g/p, file: x.yml}', ('project', 'g/p: x.yml')),
    'a project at a ref': (
        '{project: g/p, file: [x.yml, y.yml], ref: v1}',
        ('project', 'g/p: x.yml, y.yml@v1'),
    ),
    'a remote file': ('{remote: "https://example.com/x.yml"}', ('remote', 'https://example.com/x.yml')),
    'a remote file as a string': ('"https://example.com/x.yml"', ('remote', 'https://example.com/x.yml')),
    'a template': ('{template: Auto-DevOps.gitlab-ci.yml}', ('template', 'Auto-DevOps.gitlab-ci.yml')),
    'a component': (
        '{component: gitlab.com/components/sast/sast@1.0}',
        ('component', 'gitlab.com/components/sast/sast@1.0'),
    ),
    'a file that is not there': ('{local: far.yml}', ('include', 'far.yml')),
    'a path with a variable': ('{local: "$DIR/x.yml"}', ('include', '$DIR/x.yml')),
    'a path out of the tree': ('{local: ../../x.yml}', ('include', '../../x.yml')),
    'what is not YAML': ('{local: broken.yml}', ('include', 'broken.yml')),
}


@pytest.mark.parametrize(('text', 'wanted'), OUTSIDE.values(), ids=OUTSIDE)
def test_what_lies_outside(text: str, wanted: tuple[str, str]) -> None:
    found = read(f'include:\n  - {text}\na: {{script: a}}\n', FILE, {'broken.yml': 'a: ['})
    assert missed(found) == [wanted]
    assert found.unresolved[0].place.line == 2
    assert named(found) == ['a']


def test_included_jobs_are_merged_into() -> None:
    found = read(
        'include: b.yml\nvariables: {V: main}\na: {variables: {X: main}}\n',
        FILE,
        {'b.yml': 'variables: {V: b, W: b}\ndefault: {image: i}\na: {script: b, variables: {X: b, Y: b}}'},
    )
    assert ran(found) == {'a': ['b']}
    assert [f'{one.place.path} {line}' for one, line in zip(found.jobs[0].env, bound(found.jobs[0].env))] == [
        '.gitlab-ci.yml V=main @pipeline:2',
        'b.yml W=b @pipeline:1',
        '.gitlab-ci.yml X=main @job:3',
        'b.yml Y=b @job:3',
    ]
    assert found.jobs[0].steps[0].image is not None


def test_one_shell_over_several_documents() -> None:
    found = read(
        'include: b.yml\na: {extends: .b, script: [three, !reference [.b, after], four]}\n',
        FILE,
        {'b.yml': '.b: {before_script: [one, two], after: [five]}'},
    )
    scripts = found.jobs[0].steps[0].scripts
    assert [(one.template.fragment.document.path, one.template.text, one.continues) for one in scripts] == [  # type: ignore[union-attr]
        ('b.yml', 'one\ntwo', False),
        (FILE, 'three', True),
        ('b.yml', 'five', True),
        (FILE, 'four', True),
    ]


def test_the_way_to_a_job_is_told() -> None:
    found = read(
        'include: b.yml\na: {script: a}\n', FILE, {'b.yml': 'include: c.yml', 'c.yml': 'c: {script: c}'}
    )
    ways = {one.name: [(hop.role, hop.place.path) for hop in one.via] for one in found.jobs}
    assert ways == {'c': [('includes `b.yml`', FILE), ('includes `c.yml`', 'b.yml')], 'a': []}


def test_rules_of_an_include_hold_for_its_jobs() -> None:
    found = read(
        """
        include:
          - local: b.yml
            rules: [{if: '$CI_PIPELINE_SOURCE == "schedule"'}]
          - local: c.yml
            rules: [{when: never}]
          - local: d.yml
            rules: [{exists: [x]}]
        a: {script: a}
        """,
        FILE,
        {'b.yml': 'b: {script: b}', 'c.yml': 'c: {script: c}', 'd.yml': 'd: {script: d}'},
    )
    kinds = {one.name: {trigger.kind for trigger in one.triggers} for one in found.jobs}
    assert kinds['b'] == {'schedule'}
    assert kinds['c'] == set()
    assert 'push' in kinds['d']
    assert 'push' in kinds['a']


# inputs

COMPONENT = 'spec:\n  inputs:\n    name:\n    tool: {{default: make}}\n---\n{}\n'

INPUTS = {
    'a given one': ('{name: x}', 'a: {script: "echo $[[ inputs.name ]]"}', {'a': ['echo x']}),
    'a default': ('{name: x}', 'a: {script: "$[[ inputs.tool ]] all"}', {'a': ['make all']}),
    'a given one wins': (
        '{name: x, tool: just}',
        'a: {script: "$[[ inputs.tool ]] all"}',
        {'a': ['just all']},
    ),
    'in the name of a job': ('{name: x}', '"$[[ inputs.name ]]-a": {script: y}', {'x-a': ['y']}),
    'without blanks': ('{name: x}', 'a: {script: "$[[inputs.name]]"}', {'a': ['x']}),
    'several': ('{name: x}', 'a: {script: "$[[ inputs.name ]]$[[ inputs.tool ]]"}', {'a': ['xmake']}),
    'a variable stays the shell’s': (
        '{name: $KEY}',
        'a: {script: "echo $[[ inputs.name ]]"}',
        {'a': ['echo $KEY']},
    ),
    'one that GitLab expands': (
        '{name: $KEY}',
        'a: {script: "echo $[[ inputs.name | expand_vars ]]"}',
        {'a': ['echo <<variable.KEY>>']},
    ),
    'through another function': (
        '{name: xyz}',
        'a: {script: "$[[ inputs.name | truncate(0,2) ]]"}',
        {'a': ['xyz']},
    ),
    'a list for a list': ('{name: [x, y]}', 'a: {script: "$[[ inputs.name ]]"}', {'a': ['x\ny']}),
    'a list in a list': ('{name: [x, y]}', 'a: {script: [v, "$[[ inputs.name ]]"]}', {'a': ['v', 'x\ny']}),
    'a number': ('{name: 5}', 'a: {script: "$[[ inputs.name ]]"}', {'a': ['5']}),
    'null': ('{name: null}', 'a: {script: "x$[[ inputs.name ]]"}', {'a': ['x']}),
    'one that is not given': ('{}', 'a: {script: "echo $[[ inputs.name ]]"}', {'a': ['echo <<input.name>>']}),
    'one that is not declared': (
        '{name: x}',
        'a: {script: "echo $[[ inputs.far ]]"}',
        {'a': ['echo <<input.far>>']},
    ),
    'another context': (
        '{name: x}',
        'a: {script: "echo $[[ component.version ]]"}',
        {'a': ['echo <<unknown.$[[ component.version ]]>>']},
    ),
    'the matrix': ('{name: x}', 'a: {script: "echo $[[ matrix.OS ]]"}', {'a': ['echo $[[ matrix.OS ]]']}),
    'not closed': ('{name: x}', 'a: {script: "echo $[[ inputs.name"}', {'a': ['echo $[[ inputs.name']}),
    'single brackets': (
        '{name: x}',
        'a: {script: "echo $[ inputs.name ]"}',
        {'a': ['echo $[ inputs.name ]']},
    ),
}


@pytest.mark.parametrize(('given', 'text', 'wanted'), INPUTS.values(), ids=INPUTS)
def test_inputs(given: str, text: str, wanted: dict[str, list[str]]) -> None:
    found = read(f'include: {{local: b.yml, inputs: {given}}}\n', FILE, {'b.yml': COMPONENT.format(text)})
    assert ran(found) == wanted


def test_places_of_what_was_put_in() -> None:
    text = 'a:\n  script:\n    - echo "$[[ inputs.name ]]" done'
    found = read(
        'include: {local: b.yml, inputs: {name: one two}}\n', FILE, {'b.yml': COMPONENT.format(text)}
    )
    fragment = found.jobs[0].steps[0].scripts[0].template.fragment  # type: ignore[union-attr]
    assert fragment.text == 'echo "one two" done'
    assert fragment.place(6, 9).text == '$[[ inputs.name ]]'
    assert fragment.place(15, 19).text == 'done'
    assert fragment.place(15, 19).line == 8


def test_inputs_in_variables_rules_and_images() -> None:
    text = """a:
  image: $[[ inputs.tool ]]
  variables: {V: "$[[ inputs.name ]]-$OTHER"}
  rules: [{if: '$CI_PIPELINE_SOURCE == "$[[ inputs.name ]]"'}]
  script: x"""
    found = read(
        'include: {local: b.yml, inputs: {name: schedule}}\n', FILE, {'b.yml': COMPONENT.format(text)}
    )
    (job,) = found.jobs
    assert bound(job.env) == ['V=schedule-<variable.OTHER> @job:8']
    assert {one.kind for one in job.triggers} == {'schedule'}
    assert job.steps[0].image is not None


def test_inputs_of_the_pipeline_itself() -> None:
    found = read(
        """
        spec:
          inputs:
            visibility: {options: [private, public], default: private}
            title: {default: Report}
        ---
        a: {script: "push --$[[ inputs.visibility ]] --title $[[ inputs.title ]]"}
        """,
        FILE,
    )
    assert ran(found) == {'a': ["push --<<'private'|'public'>> --title Report"]}
    assert bound(found.parameters) == ['visibility=private @pipeline:3', 'title=Report @pipeline:4']


def test_the_same_component_twice() -> None:
    found = read(
        'include:\n  - {local: b.yml, inputs: {name: one}}\n  - {local: b.yml, inputs: {name: two}}\n',
        FILE,
        {'b.yml': COMPONENT.format('"a-$[[ inputs.name ]]": {script: "echo $[[ inputs.name ]]"}')},
    )
    assert ran(found) == {'a-one': ['echo one'], 'a-two': ['echo two']}


# child pipelines

CHILD = {
    'child.yml': 'variables: {C: child}\nc: {script: c}\nd: {script: d, rules: [{if: \'$CI_PIPELINE_SOURCE == "parent_pipeline"\'}]}\ne: {script: e, rules: [{if: \'$CI_PIPELINE_SOURCE == "push"\'}]}'
}

TRIGGERS = {
    'a string': '{include: child.yml}',
    'a map': '{include: {local: /child.yml}}',
    'a list': '{include: [{local: child.yml}]}',
}


@pytest.mark.parametrize('text', TRIGGERS.values(), ids=TRIGGERS)
def test_child_pipelines(text: str) -> None:
    found = read(f'variables: {{P: $KEY}}\na: {{trigger: {text}, variables: {{C: parent}}}}\n', FILE, CHILD)
    assert named(found) == ['a / c', 'a / d', 'a / e', 'a']
    assert [one.automation for one in found.jobs] == [True, True, False, False]
    assert bound(found.jobs[0].env) == ['P=<variable.KEY> @pipeline:1', 'C=parent @job:2']
    assert found.called == ('child.yml',)
    assert [hop.role for hop in found.jobs[0].via] == ['a starts `child.yml`']
    assert not found.jobs[-1].steps


FORWARD = {
    'all': ('{}', ['P=$KEY', 'C=parent']),
    'none': ('{yaml_variables: false}', ['C=child']),
    'all, said': ('{yaml_variables: true}', ['P=$KEY', 'C=parent']),
}


@pytest.mark.parametrize(('forward', 'wanted'), FORWARD.values(), ids=FORWARD)
def test_what_is_forwarded(forward: str, wanted: list[str]) -> None:
    text = f'variables: {{P: $KEY, C: parent}}\na: {{trigger: {{include: child.yml, forward: {forward}}}}}\n'
    found = read(text, FILE, CHILD)
    assert [f'{one.name}={one.value.text if one.value else ""}' for one in found.jobs[0].env] == wanted


def test_a_grandchild_gets_only_what_its_parent_says() -> None:
    others = {
        'b.yml': 'variables: {B: b}\nb: {trigger: {include: c.yml}}',
        'c.yml': 'c: {script: c}',
    }
    found = read('variables: {A: a}\na: {trigger: {include: b.yml}}\n', FILE, others)
    assert named(found) == ['a / b / c', 'a / b', 'a']
    assert bound(found.jobs[0].env) == ['B=b @pipeline:1']


def test_a_child_runs_when_its_parent_does() -> None:
    text = "a: {trigger: {include: child.yml}, rules: [{if: '$CI_MERGE_REQUEST_IID'}]}\n"
    others = {
        'child.yml': 'c: {script: c, rules: [{if: $CI_COMMIT_BRANCH}]}\nd: {script: d, rules: [{if: $CI_MERGE_REQUEST_IID}]}'
    }
    found = read(text, FILE, others)
    assert [[one.kind for one in job.triggers] for job in found.jobs] == [[], ['proposal'], ['proposal']]


ELSEWHERE = {
    'a project': ('g/p', [('pipeline', 'g/p')]),
    'a project as a map': ('{project: g/p, branch: main}', [('pipeline', 'g/p')]),
    'a file of a project': ('{include: [{project: g/p, file: x.yml}]}', [('pipeline', 'g/p: x.yml')]),
    'a generated file': ('{include: [{artifact: x.yml, job: b}]}', [('pipeline', 'x.yml')]),
    'a file that is not there': ('{include: far.yml}', [('include', 'far.yml')]),
    'itself': (f'{{include: {FILE}}}', [('include', FILE)]),
}


@pytest.mark.parametrize(('text', 'wanted'), ELSEWHERE.values(), ids=ELSEWHERE)
def test_pipelines_that_cannot_be_followed(text: str, wanted: list[tuple[str, str]]) -> None:
    found = read(f'a: {{trigger: {text}}}\n', FILE)
    assert missed(found) == wanted
    assert named(found) == ['a']
    assert not found.jobs[0].automation


# which document is what

KINDS = {
    'the repository’s own': ({FILE: 'a: {script: x}'}, {FILE: 'pipeline'}),
    'one that is included': ({FILE: 'include: b.gitlab-ci.yml\na: {script: x}', 'b.gitlab-ci.yml': 'b: {script: x}'}, {FILE: 'pipeline'}),
    'one that nobody includes': ({'b.gitlab-ci.yml': 'b: {script: x}'}, {'b.gitlab-ci.yml': 'template'}),
    'another repository in a folder': ({FILE: 'a: {script: x}', f'sub/{FILE}': 'b: {script: x}'}, {FILE: 'pipeline', f'sub/{FILE}': 'pipeline'}),
    'one in a folder that is included': ({FILE: f'include: sub/{FILE}', f'sub/{FILE}': 'b: {script: x}'}, {FILE: 'pipeline'}),
    'one in a folder that is included by a glob': ({FILE: f'include: "*/{FILE}"', f'sub/{FILE}': 'b: {script: x}'}, {FILE: 'pipeline'}),
    'one in a folder that is started': ({FILE: f'a: {{trigger: {{include: sub/{FILE}}}}}', f'sub/{FILE}': 'b: {script: x}'}, {FILE: 'pipeline'}),
    'one in a folder that an included one includes': ({FILE: 'include: x.yml', 'x.yml': f'include: sub/{FILE}', f'sub/{FILE}': 'b: {script: x}'}, {FILE: 'pipeline'}),
    'a component': ({'templates/x.yml': 'spec:\n  inputs: {}\n---\na: {x: y}\nb:\n  script: x'}, {'templates/x.yml': 'template'}),
    'a free name in its folder': ({'.gitlab/ci/b.yml': 'b:\n  script: x\n'}, {'.gitlab/ci/b.yml': 'template'}),
    'a free name elsewhere': ({'ci/b.yml': 'b:\n  script: x\n'}, {}),
}  # fmt: skip


@pytest.mark.parametrize(('documents', 'wanted'), KINDS.values(), ids=KINDS)
def test_kinds(documents: dict[str, str], wanted: dict[str, str]) -> None:
    found = read_all(documents)
    assert {one.document.path: one.kind for one in found.pipelines} == wanted


def test_what_nobody_includes_is_no_automation() -> None:
    (found,) = read_all({'x/b.gitlab-ci.yml': 'b: {script: x, tags: [office]}'}).pipelines
    assert [(one.automation, one.runner.tenancy) for one in found.jobs] == [(False, 'shared')]


def test_a_repository_in_a_folder_has_its_own_root() -> None:
    found = read_all({f'sub/{FILE}': 'include: ci/b.yml\na: {script: x}', 'sub/ci/b.yml': 'b: {script: x}'})
    (pipeline,) = found.pipelines
    assert named(pipeline) == ['b', 'a']
    assert {step.directory.text for job in pipeline.jobs for step in job.steps if step.directory} == {'sub'}


TAKEN = {
    'the usual name': (FILE, 'x', True),
    'in a folder': (f'a/b/{FILE}', 'x', True),
    'a name of its own': ('deploy.gitlab-ci.yml', 'x', True),
    'the other extension': ('deploy.gitlab-ci.yaml', 'x', True),
    'a variant': ('.gitlab-ci-release.yml', 'a:\n  script: x', True),
    'in its folder': ('.gitlab/ci/x.yml', 'a:\n  script:\n    - x', True),
    'in its folder, with includes': ('.gitlab/x.yml', 'include:\n  - x.yml', True),
    'a component': ('templates/x.yml', 'spec:\n  inputs:\n    a:\n---\na:\n  script: x', True),
    'a component with a comment': (
        'templates/x.yml',
        '# about it\nspec:\n  inputs:\n---\na:\n  script: x',
        True,
    ),
    'a component in a folder': ('templates/x/template.yml', 'spec:\n  inputs:\n---\na:\n  script: x', True),
    'other settings in its folder': ('.gitlab/dependabot.yml', 'version: 2\nupdates: []', False),
    'a chart': ('charts/x/templates/deploy.yml', 'apiVersion: v1\nspec:\n  script: x\n---\n', False),
    'a template of something else': ('templates/x.yml', 'a:\n  script: x', False),
    'an example of a template': ('.gitlab-ci.yml.j2', 'a:\n  script: x', False),
    'a similar name': ('gitlab-ci.yml', 'a:\n  script: x', False),
    'somebody else’s': ('.travis.yml', 'script: x', False),
}


@pytest.mark.parametrize(('path', 'text', 'wanted'), TAKEN.values(), ids=TAKEN)
def test_which_files_are_gitlab_s(path: str, text: str, wanted: bool) -> None:
    assert (recognise(path, Document(path, text)) == 'gitlab') is wanted


def test_only_files_with_its_name_are_unreadable() -> None:
    found = read_all({FILE: 'a: [', '.gitlab/ci/x.yml': 'a:\n  script: [\n', 'b.gitlab-ci.yml': 'a: ['})
    assert [one.document.path for one in found.unreadable] == [FILE, 'b.gitlab-ci.yml']
