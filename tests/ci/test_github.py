"""Workflows as texts in, the common model as short texts out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from artifacts_guard import yamltree
from artifacts_guard.ci import github
from artifacts_guard.text import Document
from tests.ci.support import Forest
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import job
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import shown
from tests.ci.support import step
from tests.ci.support import steps


def test_a_workflow_in_outline() -> None:
    found = read("""
        name: docs
        on:
          push: {branches: [main]}
        env:
          AGENT_ARTIFACTS_NO_INPUT: "1"
          TOKEN: ${{ secrets.DOCS_KEY }}
        jobs:
          build:
            runs-on: [self-hosted, linux]
            env:
              HOME_URL: https://example.com/${{ github.ref_name }}
            steps:
              - uses: actions/checkout@v4
              - name: Publish
                env: {KEY: "${{ secrets.A || secrets.B }}"}
                run: |
                  artifacts push --token "${{ env.TOKEN }}"
          after:
            runs-on: ubuntu-latest
            needs: build
            steps:
              - run: make
        """)
    assert (
        outline(found)
        == dedent("""
        build: shared [self-hosted, linux] on push
          env AGENT_ARTIFACTS_NO_INPUT=1 @pipeline:5
          env TOKEN=<secret.DOCS_KEY> @pipeline:6
          env HOME_URL=https://example.com/<github.ref_name> @job:11
          - actions/checkout@v4
            use action actions/checkout@v4 unpinned own
          - Publish
            bash errexit: artifacts push --token "<<env.TOKEN>>"
            env KEY=<secret.A|secret.B> @step:15
        after: ephemeral [ubuntu-latest] on push
          env AGENT_ARTIFACTS_NO_INPUT=1 @pipeline:5
          env TOKEN=<secret.DOCS_KEY> @pipeline:6
          - make
            bash errexit: make
        """).strip()
    )
    assert found.kind == 'pipeline'
    assert found.masks
    assert not found.settings_variables
    assert found.jobs[1].needs == ('build',)


def test_only_wider_bindings_can_be_narrowed() -> None:
    found = job("""
        on: push
        env: {A: 1}
        jobs:
          a:
            env: {B: 2}
            container: {image: x, env: {C: 3}}
            steps:
              - run: make
                env: {D: 4}
        """)
    assert [(one.name, one.level, one.narrowable) for one in (*found.env, *found.steps[0].env)] == [
        ('A', 'pipeline', True),
        ('B', 'job', True),
        ('C', 'job', True),
        ('D', 'step', False),
    ]


PLACES = {
    'on one line': ('X: ${{ secrets.A }}', 'X: ${{ secrets.A }}'),
    'with a comment': ('X: ${{ secrets.A }} # key', 'X: ${{ secrets.A }}'),
    'in quotes': ('"X": "a" # b', '"X": "a"'),
    'a block': ('X: |\n          a', 'X'),
    'a value on the next line': ('X:\n          a', 'X'),
    'an alias': ('X: *a', 'X'),
    'nothing': ('X:', 'X:'),
    'a list': ('X: [a]', 'X'),
}


@pytest.mark.parametrize(('lines', 'wanted'), PLACES.values(), ids=PLACES)
def test_a_binding_stands_at_its_entry(lines: str, wanted: str) -> None:
    text = f'x: &a y\non: push\njobs:\n  a:\n    steps:\n    - run: make\n      env:\n        {lines}\n'
    (binding,) = job(text).steps[0].env
    assert (binding.place.line, binding.place.text) == (8, wanted)


def test_the_text_of_a_script_leads_back_to_its_lines() -> None:
    (found,) = steps('- run: |\n    a\n    b ${{ secrets.X }} c')
    template = found.scripts[0].template  # type: ignore[union-attr]
    (expression,) = template.expressions
    place = template.fragment.place(expression.start, expression.end)
    assert (place.line, place.text) == (8, '${{ secrets.X }}')


def test_a_folded_script_leads_back_to_its_lines() -> None:
    (found,) = steps('- run: >\n    a\n    --token ${{ secrets.X }}\n    --file b')
    template = found.scripts[0].template  # type: ignore[union-attr]
    assert shown(template) == 'a --token <<secret.X>> --file b\n'
    (expression,) = template.expressions
    assert template.fragment.place(expression.start, expression.end).line == 8


STEPS = {
    'a directory': (
        '- run: make\n  working-directory: ${{ inputs.d }}/x',
        lambda one: shown(one.directory),
        '<input.d>/x',
    ),
    'no directory': ('- run: make', lambda one: one.directory, None),
    'a name': ('- run: make\n  name: Build it', lambda one: one.name, 'Build it'),
    'no name, a script': ('- run: |\n\n    make all\n    make more', lambda one: one.name, 'make all'),
    'no name, an action': ('- uses: a/b@v1', lambda one: one.name, 'a/b@v1'),
    'an id': ('- run: make\n  id: build', lambda one: one.identifier, 'build'),
    'no id': ('- run: make', lambda one: one.identifier, ''),
    'a condition': ('- run: make\n  if: ${{ always() }}', lambda one: one.condition, '${{ always() }}'),
    'errors that do not stop the job': (
        '- run: make\n  continue-on-error: true',
        lambda one: one.may_fail,
        True,
    ),
    'errors that stop it': ('- run: make\n  continue-on-error: false', lambda one: one.may_fail, False),
    'errors by expression': (
        '- run: make\n  continue-on-error: ${{ matrix.x }}',
        lambda one: one.may_fail,
        False,
    ),
    'its place': ('- run: make', lambda one: one.place.line, 6),
}


@pytest.mark.parametrize(('text', 'field', 'wanted'), STEPS.values(), ids=STEPS)
def test_a_step(text: str, field: object, wanted: object) -> None:
    assert field(step(text)) == wanted  # type: ignore[operator]


def test_parallel_steps_stand_in_their_order() -> None:
    found = steps("""
        - run: one
        - parallel:
            - run: two
              id: second
            - run: three
              background: true
        - wait-all:
        - cancel: second
        - run: four
        """)
    assert [commands(one) for one in found] == [
        ['bash errexit: one'],
        ['bash errexit: two'],
        ['bash errexit: three'],
        ['bash errexit: four'],
    ]


def test_directories_of_jobs_and_workflows() -> None:
    found = read("""
        on: push
        defaults: {run: {working-directory: outer}}
        jobs:
          a:
            steps: [{run: make}]
          b:
            defaults: {run: {working-directory: inner}}
            steps: [{run: make}, {run: make, working-directory: own}]
        """)
    assert [shown(one.directory) for each in found.jobs for one in each.steps] == ['outer', 'inner', 'own']


def test_outputs_and_environment_of_a_job() -> None:
    found = job("""
        on: push
        jobs:
          a:
            environment: {name: production, url: https://example.com}
            outputs:
              key: ${{ steps.login.outputs.token }}
            steps: [{run: make}]
        """)
    assert bound(found.outputs) == ['key=<output.login.token> @job:6']
    assert found.environment == 'production'
    assert job('on: push\njobs: {a: {environment: staging}}\n').environment == 'staging'


def test_declared_inputs() -> None:
    found = read("""
        on:
          workflow_dispatch:
            inputs:
              Where: {default: here}
          workflow_call:
            inputs:
              token:
                required: true
        jobs: {}
        """)
    assert bound(found.parameters) == ['where=here @pipeline:4', 'token=? @pipeline:7']


KINDS = {
    'by a push': ('push', 'pipeline'),
    'only by a call': ('workflow_call', 'workflow'),
    'by a call and by hand': ('[workflow_call, workflow_dispatch]', 'pipeline'),
}


@pytest.mark.parametrize(('on', 'wanted'), KINDS.values(), ids=KINDS)
def test_the_kind_of_a_workflow(on: str, wanted: str) -> None:
    assert read(f'on: {on}\njobs: {{}}\n').kind == wanted


def test_anchors_and_merge_keys() -> None:
    found = read("""
        on: push
        x-env: &env
          A: ${{ secrets.A }}
        x-step: &step {run: make}
        jobs:
          a: &job
            runs-on: ubuntu-latest
            env: *env
            steps: [*step]
          b:
            <<: *job
            env: {<<: *env, B: 1}
        """)
    assert [commands(one) for each in found.jobs for one in each.steps] == [['bash errexit: make']] * 2
    assert [(one.name, one.place.line) for each in found.jobs for one in each.env] == [
        ('A', 3),
        ('B', 12),
        ('A', 3),
    ]


NO_JOBS = {
    'nothing': '',
    'a comment': '# later',
    'a string': 'jobs',
    'a list': '- a',
    'jobs as a list': 'jobs: [a]',
    'jobs that are strings': 'jobs: {a: b, c: }',
}
ODD_JOBS = {
    'steps as a map': 'steps: {run: make}',
    'steps that are strings': 'steps: [make, [run], null]',
    'a step without anything': 'steps: [{name: x}]',
    'run that is a list': 'steps: [{run: [make]}]',
    'run that is a map': 'steps: [{run: {a: b}}]',
    'uses that is a list': 'steps: [{uses: [a/b@v1]}]',
    'a wait': 'steps: [{wait: [a]}]',
    'no steps': 'runs-on: x',
}
ODD_VALUES = {
    'env as a list': 'env: [A]\n    steps: [{run: make}]',
    'env as a string': 'env: ${{ x }}\n    steps: [{run: make}]',
    'a matrix that is a string': 'strategy: {matrix: x}\n    steps: [{run: make}]',
    'a strategy that is a list': 'strategy: [a]\n    steps: [{run: make}]',
    'needs as a map': 'needs: {a: b}\n    steps: [{run: make}]',
    'a container that is a list': 'container: [a]\n    steps: [{run: make}]',
    'services as a list': 'services: [a]\n    steps: [{run: make}]',
    'defaults as a string': 'defaults: bash\n    steps: [{run: make}]',
    'if as a map': 'if: {a: b}\n    steps: [{run: make}]',
    'outputs as a list': 'outputs: [a]\n    steps: [{run: make}]',
    'environment as a list': 'environment: [a]\n    steps: [{run: make}]',
    'with as a list': 'steps: [{run: make, with: [a], env: [b], shell: [c], if: [d], id: [e]}]',
    'runs-on as nested lists': 'runs-on: [[a, [b]]]\n    steps: [{run: make}]',
    'secrets of a job with steps': 'secrets: inherit\n    steps: [{run: make}]',
}


@pytest.mark.parametrize('text', NO_JOBS.values(), ids=NO_JOBS)
def test_documents_without_jobs(text: str) -> None:
    assert read(text).jobs == ()


@pytest.mark.parametrize('line', ODD_JOBS.values(), ids=ODD_JOBS)
def test_jobs_without_steps(line: str) -> None:
    assert job(f'on: push\njobs:\n  a:\n    {line}\n').steps == ()


@pytest.mark.parametrize('lines', ODD_VALUES.values(), ids=ODD_VALUES)
def test_a_wrong_type_yields_nothing(lines: str) -> None:
    found = job(f'on: push\njobs:\n  a:\n    {lines}\n')
    assert [commands(one) for one in found.steps] == [['bash errexit: make']]


UNREADABLE = {
    'a template': '{{ if x }}\non: push\n',
    'a tab': 'on:\n\tpush',
    'an open bracket': 'on: [push',
    'an alias without anchor': 'on: *x',
}


@pytest.mark.parametrize('text', UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_yaml_is_an_error(text: str) -> None:
    with pytest.raises(yamltree.YamlError):
        github.read(Document('.github/workflows/a.yml', text), Forest({}))


HOSTILE = {
    'a thousand brackets': 'on: push\njobs: {a: {steps: ' + '[' * 150 + ']' * 150 + '}}',
    'a long condition': 'on: push\njobs: {a: {if: "' + 'a || ' * 4000 + 'b", steps: [{run: x}]}}',
    'deep parentheses': 'on: push\njobs: {a: {if: "'
    + '(' * 5000
    + 'a'
    + ')' * 5000
    + '", steps: [{run: x}]}}',
    'parentheses as deep as allowed': 'on: push\njobs: {a: {if: "'
    + '(!' * 49
    + 'a'
    + ')' * 49
    + '", steps: [{run: x}]}}',
    'many open expressions': 'on: push\njobs: {a: {steps: [{run: "' + '${{ ' * 50_000 + '"}]}}',
    'many quotes': 'on: push\njobs: {a: {steps: [{run: "' + "${{ '' }} " * 20_000 + '"}]}}',
    'a large matrix': 'on: push\njobs: {a: {runs-on: "${{ matrix.a }}${{ matrix.b }}${{ matrix.c }}", strategy: {matrix: {'
    + ', '.join(f'{axis}: [{", ".join(map(str, range(200)))}]' for axis in 'abc')
    + ', exclude: [{a: 1}]}}, steps: [{run: x}]}}',
    'many labels': 'on: push\njobs: {a: {runs-on: ['
    + '"${{ matrix.a }}", ' * 500
    + 'x], strategy: {matrix: {a: [1, 2, 3]}}, steps: [{run: x}]}}',
    'nested parallel groups': 'on: push\njobs: {a: {steps: ['
    + '{parallel: [' * 60
    + '{run: x}'
    + ']}' * 60
    + ']}}',
}


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_read_quickly(text: str) -> None:
    found = read(text)
    assert [one.name for one in found.jobs] == ['a']


LINES = [
    'on: push',
    'on: {workflow_call: {inputs: {a: {default: b}}}}',
    'env: {A: "${{ secrets.B }}"}',
    'jobs:',
    '  a:',
    '  a: &x',
    '  b: *x',
    '    <<: *x',
    '    runs-on: ${{ matrix.os }}',
    '    strategy: {matrix: {os: [a, {b: c}], include: [{os: d}]}}',
    "    if: github.event_name == 'push' && inputs.a[0] || fromJSON(env)[*]",
    '    uses: ./.github/workflows/ci.yml',
    '    secrets: inherit',
    '    container: {image: "${{ x }}", options: "-e ${{ secrets.A }} \'"}',
    '    steps:',
    '    - run: |',
    '        git checkout ${{ github.head_ref',
    '        echo "}}${{ secrets.',
    '    - uses: ./x',
    '      with: {path: "a\\nb", args: "${{ a }} \\" b"}',
    '      env: [*x]',
    '      shell: bash -o {0}',
    'runs: {using: composite, steps: [{uses: ./x}, {run: "${{ inputs.a }}"}]}',
]


@given(
    st.lists(st.sampled_from(LINES), max_size=20),
    st.sampled_from(['.github/workflows/ci.yml', 'x/action.yml']),
)
@settings(max_examples=150, deadline=None)
def test_any_document_is_read_or_refused(lines: list[str], path: str) -> None:
    text = '\n'.join(lines)
    forest = Forest({path: text})
    try:
        found = github.read(Document(path, text), forest)
    except yamltree.YamlError:
        return
    for each in found.jobs:
        places = [each.place, each.runner.place, *(one.place for one in each.env)]
        for one in each.steps:
            places += [one.place, *(binding.place for binding in one.env), *(hop.place for hop in one.via)]
        assert all(0 <= place.span.start <= place.span.end <= len(text) for place in places if place)
