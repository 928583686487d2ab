"""Actions and workflows inside the tree, put into the jobs that call them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from artifacts_guard.ci.model import Pipeline
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Step
from tests.ci.support import bound
from tests.ci.support import commands
from tests.ci.support import outline
from tests.ci.support import read
from tests.ci.support import shown
from tests.ci.support import used

PUBLISH = """
    name: Publish
    inputs:
      token: {required: true}
      File: {default: out.html}
    outputs:
      url: {value: "${{ steps.push.outputs.url }}"}
      file: {value: "${{ inputs.file }}"}
    runs:
      using: composite
      steps:
        - id: push
          shell: bash
          env: {FILE: "${{ inputs.file }}"}
          run: artifacts push --token ${{ inputs.token }}
        - run: echo ${{ steps.push.outputs.url }}
          shell: sh
    """


def call(lines: str, others: dict[str, str], on: str = 'push') -> Pipeline:
    body = dedent(lines).strip('\n').replace('\n', '\n      ')
    text = f'on: {on}\nenv: {{W: 1}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      {body}\n'
    return read(text, others=others)


def scoped(scope: Scope | None) -> str:
    """Inputs and secrets of a scope and of its parents, innermost first."""
    found = []
    while scope is not None:
        inputs = ' '.join(f'{one.name}={shown(one.value)}' for one in scope.inputs)
        secrets = (
            '*'
            if scope.secrets is None
            else ' '.join(f'{one.name}={shown(one.value)}' for one in scope.secrets)
        )
        found.append(f'({inputs}; {secrets})')
        scope = scope.parent
    return ' in '.join(found)


def test_a_composite_action_becomes_steps_of_the_job() -> None:
    found = call(
        """
        - id: publish
          uses: ./tools/publish
          env: {A: "${{ secrets.A }}"}
          with: {Token: "${{ secrets.KEY }}"}
        - run: echo ${{ steps.publish.outputs.url }}
        """,
        {'tools/publish/action.yml': PUBLISH},
    )
    assert (
        outline(found)
        == dedent("""
        a: ephemeral [ubuntu-latest] on push tag
          env W=1 @pipeline:2
          - artifacts push --token ${{ inputs.token }}
            bash errexit pipefail: artifacts push --token <<input.token>>
            env A=<secret.A> @step:9
            env FILE=<input.file> @step:13
          - echo ${{ steps.push.outputs.url }}
            sh errexit: echo <<output.publish/push.url>>
            env A=<secret.A> @step:9
          - ./tools/publish
            use action ./tools/publish pinned own at tools/publish/action.yml
            env A=<secret.A> @step:9
          - echo ${{ steps.publish.outputs.url }}
            bash errexit: echo <<output.publish.url>>
        """).strip()
    )
    push, echo, whole, _ = found.jobs[0].steps
    assert [one.identifier for one in (push, echo, whole)] == ['publish/push', '', 'publish']
    assert scoped(push.scope) == '(token=<secret.KEY> file=out.html; *)'
    assert whole.scope is None
    assert bound(whole.outputs) == ['url=<output.publish/push.url> @step:6', "file=<'out.html'> @step:7"]
    assert [(hop.role, hop.place.line) for hop in push.via] == [
        ('calls the action `tools/publish/action.yml`', 8)
    ]
    assert push.via == echo.via == whole.via
    assert found.called == ('tools/publish/action.yml',)


def test_actions_in_actions() -> None:
    outer = """
        inputs: {key: {}}
        runs:
          using: composite
          steps:
            - uses: ./inner
              id: deep
              env: {E: "${{ inputs.key }}"}
              with: {token: "${{ inputs.key }}"}
        """
    inner = """
        inputs: {token: {}}
        runs:
          using: composite
          steps:
            - {run: "go ${{ inputs.token }} ${{ steps.x.outputs.y }}", shell: bash}
        """
    found = call(
        '- uses: ./outer\n  with: {key: "${{ secrets.K }}"}',
        {'outer/action.yml': outer, 'inner/action.yaml': inner},
    )
    run, deep, whole = found.jobs[0].steps
    assert scoped(run.scope) == '(token=<input.key>; *) in (key=<secret.K>; *)'
    # bindings of callers are told in words that mean the same inside the callee
    assert bound(run.env) == ['E=<secret.K> @step:7']
    assert [hop.place.path for hop in run.via] == ['.github/workflows/ci.yml', 'outer/action.yml']
    assert [len(one.via) for one in (run, deep, whole)] == [2, 2, 1]
    assert commands(run) == ['bash errexit pipefail: go <<input.token>> <<output.#0/deep/x.y>>']
    assert deep.identifier == '#0/deep'
    assert found.called == ('outer/action.yml', 'inner/action.yaml')


def test_an_input_of_the_caller_is_no_input_of_the_callee() -> None:
    found = call(
        '- uses: ./x\n  env: {A: "${{ inputs.token }}"}', {'x/action.yml': PUBLISH}, 'workflow_dispatch'
    )
    assert bound(found.jobs[0].steps[0].env)[0] == 'A=<unknown.input token> @step:8'


WHERE = {
    'a folder': ('./tools/x', 'tools/x/action.yml'),
    'the other name': ('./tools/x', 'tools/x/action.yaml'),
    'by the repository': ('$/tools/x', 'tools/x/action.yml'),
    'the root': ('./', 'action.yml'),
    'with detours': ('./a/../tools//x/', 'tools/x/action.yml'),
}
NOWHERE = {
    'nothing there': ('./tools/y', 'tools/x/action.yml'),
    'the file itself': ('./tools/x/action.yml', 'tools/x/action.yml'),
    'outside the tree': ('./../tools/x', 'tools/x/action.yml'),
    'no relative path': ('tools/x', 'tools/x/action.yml'),
    'an action that is no YAML': ('./bad', 'bad/action.yml'),
}


@pytest.mark.parametrize(('name', 'path'), WHERE.values(), ids=WHERE)
def test_where_actions_are_found(name: str, path: str) -> None:
    found = call(f'- uses: {name}', {path: PUBLISH})
    assert found.called == (path,)
    assert len(found.jobs[0].steps) == 3
    assert found.jobs[0].unresolved == ()


@pytest.mark.parametrize(('name', 'path'), NOWHERE.values(), ids=NOWHERE)
def test_where_no_actions_are_found(name: str, path: str) -> None:
    found = call(f'- uses: {name}', {path: '[' if 'bad' in path else PUBLISH})
    (only,) = found.jobs[0].steps
    assert found.called == ()
    assert only.use is not None
    missing = [(one.kind, one.name, one.place.line) for one in found.jobs[0].unresolved]
    assert missing == ([] if name == 'tools/x' else [('action', name, 7)])


def test_a_repository_inside_the_tree_has_its_own_root() -> None:
    found = read(
        'on: push\njobs:\n  a:\n    steps: [{uses: ./x}]\n',
        'examples/shop/.github/workflows/ci.yml',
        {'examples/shop/x/action.yml': PUBLISH, 'x/action.yml': 'runs: {using: composite, steps: []}'},
    )
    assert found.called == ('examples/shop/x/action.yml',)


def test_an_action_out_of_a_checkout_of_the_repository_itself() -> None:
    lines = """
        - uses: actions/checkout@v4
          with: {path: src}
        - uses: actions/checkout@v4
          with: {path: lib, repository: acme/lib}
        - uses: ./src/x
        - uses: ./lib/x
        """
    found = call(lines, {'x/action.yml': 'runs: {using: composite, steps: []}'})
    assert found.called == ('x/action.yml',)
    assert [one.name for one in found.jobs[0].unresolved] == ['./lib/x']


def test_circles_and_depth_end() -> None:
    def action(name: str) -> str:
        return f'runs: {{using: composite, steps: [{{run: x, shell: bash}}, {{uses: ./{name}}}]}}'

    circle = call('- uses: ./a', {'a/action.yml': action('b'), 'b/action.yml': action('a')})
    assert len([one for one in circle.jobs[0].steps if one.scripts]) == 2
    assert [one.name for one in circle.jobs[0].unresolved] == ['./a']
    deep = call('- uses: ./0', {f'{n}/action.yml': action(str(n + 1)) for n in range(20)})
    assert len([one for one in deep.jobs[0].steps if one.scripts]) == 7
    assert [one.name for one in deep.jobs[0].unresolved] == ['./7']


def test_a_few_documents_cannot_call_each_other_into_millions() -> None:
    def action(name: str) -> str:
        return f'runs: {{using: composite, steps: [{", ".join(f"{{uses: ./{name}}}" for _ in range(20))}]}}'

    found = call('- uses: ./0', {f'{n}/action.yml': action(str(n + 1)) for n in range(7)})
    assert len(found.jobs[0].steps) < 25_000


def test_inputs_cannot_be_multiplied_into_millions() -> None:
    def action(name: str) -> str:
        many = '${{ inputs.a }}' * 30
        return f"""
            inputs: {{a: {{}}}}
            runs:
              using: composite
              steps:
                - {{uses: ./{name}, if: "inputs.a == 'x'", with: {{a: "{many}"}}}}
            """

    found = call(
        '- uses: ./0\n  with: {a: "${{ github.sha }}"}',
        {f'{n}/action.yml': action(str(n + 1)) for n in range(7)},
    )
    assert found.jobs[0].unresolved


CONDITIONS = {
    'an input that is given': ("inputs.x == 'on'", 'x: "on"', None),
    'an input that is given otherwise': ("inputs.x == 'on'", 'x: "off"', ()),
    'an input by default': ("inputs.y == 'no'", '', None),
    'an input that is not given': ("inputs.x == 'on'", '', ()),
    'an input that is a string is true': ('inputs.x', 'x: "false"', None),
    'an input that is not known': ("inputs.x == 'on'", 'x: "${{ vars.X }}"', None),
    'the event': ("github.event_name == 'pull_request'", '', ()),
}


@pytest.mark.parametrize(('condition', 'given', 'wanted'), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions_inside_an_action(condition: str, given: str, wanted: object) -> None:
    action = f"""
        inputs: {{x: {{}}, y: {{default: "no"}}}}
        runs:
          using: composite
          steps: [{{run: make, shell: bash, if: "{condition}"}}]
        """
    found = call(f'- uses: ./x\n  with: {{{given}}}', {'x/action.yml': action})
    assert found.jobs[0].steps[0].triggers == wanted


def test_the_condition_of_a_call_holds_for_all_its_steps() -> None:
    text = "- uses: ./x\n  if: github.event_name == 'release'\n  continue-on-error: true\n  with: {token: a}"
    found = call(text, {'x/action.yml': PUBLISH}, '[push, release]')
    assert {one.condition for one in found.jobs[0].steps} == {"github.event_name == 'release'"}
    assert [[one.event for one in step.triggers or ()] for step in found.jobs[0].steps] == [['release']] * 3
    assert all(one.may_fail for one in found.jobs[0].steps)


def test_an_action_that_is_a_program() -> None:
    action = """
        inputs:
          Api Token: {}
          mode: {default: fast}
        runs: {using: node20, pre: a.js, main: dist/index.js, post: dist/done.js}
        """
    (step,) = (
        call('- uses: ./x\n  with: {"api token": "${{ secrets.K }}"}', {'x/action.yml': action}).jobs[0].steps
    )
    assert commands(step) == ['[node] [x/dist/index.js]', '[node] [x/dist/done.js]']
    assert bound(step.env) == ['INPUT_API_TOKEN=<secret.K> @step:8', 'INPUT_MODE=fast @step:3']
    assert used(step.use) == 'action ./x pinned own at x/action.yml'


def test_an_action_that_is_a_container() -> None:
    action = """
        inputs: {token: {}}
        runs:
          using: docker
          image: Dockerfile
          entrypoint: /cli
          args: [push, --token, "${{ inputs.token }}"]
          env: {T: "${{ inputs.token }}"}
        """
    (step,) = call('- uses: ./x\n  with: {token: "${{ secrets.K }}"}', {'x/action.yml': action}).jobs[0].steps
    assert commands(step) == ['[/cli] [push] [--token] [<input.token>]']
    assert scoped(step.scope) == '(token=<secret.K>; *)'
    assert bound(step.env) == ['INPUT_TOKEN=<secret.K> @step:8', 'T=<input.token> @step:7']
    assert used(step.image) == 'image Dockerfile pinned own at x/Dockerfile'


def test_an_action_of_a_public_image() -> None:
    action = 'runs: {using: docker, image: "docker://alpine:3", args: [a]}'
    (step,) = call('- uses: ./x', {'x/action.yml': action}).jobs[0].steps
    assert used(step.image) == 'image alpine:3 unpinned third-party'


def test_a_dockerfile_alone_is_an_action() -> None:
    (step,) = call('- uses: ./x', {'x/Dockerfile': 'FROM scratch\n'}).jobs[0].steps
    assert used(step.use) == 'action ./x pinned own at x/Dockerfile'


REUSED = """
    on:
      workflow_call:
        inputs:
          project: {type: string, required: true}
          runner: {type: string, default: ubuntu-latest}
          draft: {type: boolean, default: false}
        secrets:
          artifacts-key: {required: true}
        outputs:
          url: {value: "${{ jobs.publish.outputs.url }}"}
    env: {R: "${{ inputs.project }}"}
    jobs:
      publish:
        runs-on: ${{ inputs.runner }}
        if: ${{ !inputs.draft }}
        outputs: {url: "${{ steps.push.outputs.url }}"}
        steps:
          - id: push
            env: {TOKEN: "${{ secrets.Artifacts-Key }}"}
            run: artifacts push
      tell:
        needs: publish
        runs-on: self-hosted
        steps:
          - run: echo ${{ needs.publish.outputs.url }}
    """


def reuse(lines: str, others: dict[str, str] | None = None) -> Pipeline:
    body = dedent(lines).strip('\n').replace('\n', '\n    ')
    text = f'on: push\nenv: {{W: 1}}\njobs:\n  call:\n    {body}\n'
    return read(text, others={'.github/workflows/_publish.yml': REUSED} if others is None else others)


def test_a_reusable_workflow_becomes_jobs_of_the_pipeline() -> None:
    found = reuse("""
        uses: ./.github/workflows/_publish.yml
        with: {project: docs}
        secrets: {artifacts-key: "${{ secrets.DOCS }}"}
        """)
    assert (
        outline(found)
        == dedent("""
        call / publish: ephemeral [${{ inputs.runner }}] on push tag
          env R=<input.project> @pipeline:11
          - artifacts push
            bash errexit: artifacts push
            env TOKEN=<secret.ARTIFACTS-KEY> @step:19
        call / tell: shared [self-hosted] on push tag
          env R=<input.project> @pipeline:11
          - echo ${{ needs.publish.outputs.url }}
            bash errexit: echo <<output.needs.call / publish.url>>
        call: unknown [] on push tag
          use workflow ./.github/workflows/_publish.yml pinned own at .github/workflows/_publish.yml
        """).strip()
    )
    publish, tell, whole = found.jobs
    assert scoped(publish.scope) == (
        '(project=docs runner=ubuntu-latest draft=false; ARTIFACTS-KEY=<secret.DOCS>)'
    )
    assert publish.steps[0].scope == publish.scope
    assert publish.steps[0].via == ()
    assert [(hop.role, hop.place.line) for hop in publish.via] == [
        ('calls the workflow `.github/workflows/_publish.yml`', 5)
    ]
    assert tell.needs == ('call / publish',)
    assert whole.needs == ('call / publish', 'call / tell')
    assert bound(whole.outputs) == ['url=<output.needs.call / publish.url> @job:10']
    assert [one.automation for one in found.jobs] == [True, True, False]
    assert found.called == ('.github/workflows/_publish.yml',)


RUNNERS = {
    'by default': ('project: a', 'ephemeral'),
    'given': ('runner: self-hosted', 'shared'),
    'given by expression': ('runner: "${{ vars.X }}"', 'unknown'),
    'given by the matrix': ('runner: "${{ matrix.r }}"', 'shared'),
}


@pytest.mark.parametrize(('given', 'wanted'), RUNNERS.values(), ids=RUNNERS)
def test_the_runner_that_a_caller_chooses(given: str, wanted: str) -> None:
    found = reuse(f"""
        uses: ./.github/workflows/_publish.yml
        strategy: {{matrix: {{r: [ubuntu-latest, self-hosted]}}}}
        with: {{{given}}}
        """)
    assert found.jobs[0].runner.tenancy == wanted


def test_values_of_the_callers_matrix() -> None:
    found = reuse("""
        uses: ./.github/workflows/_publish.yml
        strategy: {matrix: {p: [docs, site]}}
        with: {project: "${{ matrix.p }}", runner: "${{ matrix.q }}"}
        """)
    assert scoped(found.jobs[0].scope).startswith("(project=<'docs'|'site'> runner=<unknown.matrix q>")
    assert found.jobs[0].matrix == ()


SECRETS = {
    'none': ('uses: ./.github/workflows/_publish.yml', '()'),
    'all': ('uses: ./.github/workflows/_publish.yml\nsecrets: inherit', '*'),
    'an empty map': ('uses: ./.github/workflows/_publish.yml\nsecrets: {}', '()'),
    'by other names': (
        'uses: ./.github/workflows/_publish.yml\nsecrets: {A: "${{ secrets.B || secrets.C }}"}',
        'A=<secret.B|secret.C>',
    ),
}


@pytest.mark.parametrize(('lines', 'wanted'), SECRETS.values(), ids=SECRETS)
def test_secrets_that_a_caller_hands_on(lines: str, wanted: str) -> None:
    secrets = scoped(reuse(lines).jobs[0].scope).rpartition('; ')[2][:-1]
    assert secrets == wanted.strip('()')


DRAFTS = {
    'false by default': ('project: a', ['push', 'push']),
    'false': ('draft: false', ['push', 'push']),
    'true': ('draft: true', []),
    'by expression': ('draft: "${{ github.event_name == \'push\' }}"', ['push', 'push']),
    'not known': ('draft: "${{ vars.X }}"', ['push', 'push']),
}


@pytest.mark.parametrize(('given', 'wanted'), DRAFTS.values(), ids=DRAFTS)
def test_conditions_on_booleans_of_the_caller(given: str, wanted: list[str]) -> None:
    found = reuse(f'uses: ./.github/workflows/_publish.yml\nwith: {{{given}}}')
    assert [one.event for one in found.jobs[0].triggers] == wanted


def test_conditions_of_the_call_and_of_the_job() -> None:
    found = reuse("uses: ./.github/workflows/_publish.yml\nif: github.ref_type == 'tag'")
    assert [one.condition for one in found.jobs] == [
        "(github.ref_type == 'tag') && (${{ !inputs.draft }})",
        "github.ref_type == 'tag'",
        "github.ref_type == 'tag'",
    ]
    assert [[one.kind for one in job.triggers] for job in found.jobs] == [['tag']] * 3


REMOTE = {
    'by tag': ('acme/flows/.github/workflows/scan.yml@v1', 'unpinned third-party'),
    'by commit': (f'acme/flows/.github/workflows/scan.yml@{"ab" * 20}', 'pinned third-party'),
    'missing in the tree': ('./.github/workflows/none.yml', 'pinned own'),
}


@pytest.mark.parametrize(('name', 'wanted'), REMOTE.values(), ids=REMOTE)
def test_a_workflow_outside_the_tree(name: str, wanted: str) -> None:
    found = reuse(f'uses: {name}\nwith: {{a: b}}\nsecrets:\n  key: "${{{{ secrets.K }}}}"')
    (job,) = found.jobs
    assert used(job.use) == f'workflow {name} {wanted}'
    assert job.automation
    assert job.use is not None
    assert bound(job.use.secrets) == ['KEY=<secret.K> @job:8']
    assert [(one.kind, one.name) for one in job.unresolved] == [('workflow', name)]
    assert not job.use.inherits_secrets


@pytest.mark.parametrize(
    'name', ['acme/flows/.github/workflows/scan.yml@v1', './.github/workflows/_publish.yml']
)
def test_all_secrets_are_handed_on_at_their_line(name: str) -> None:
    use = reuse(f'uses: {name}\nsecrets: inherit').jobs[-1].use
    assert use is not None
    assert use.inherits_secrets
    assert use.inherit_place is not None
    assert (use.inherit_place.line, use.inherit_place.text) == (6, 'secrets: inherit')


def test_workflows_in_workflows() -> None:
    middle = """
        on:
          workflow_call:
            inputs: {p: {type: string}}
            secrets: {k: {}}
        jobs:
          deep:
            uses: ./.github/workflows/_publish.yml
            with: {project: "${{ inputs.p }}"}
            secrets: {artifacts-key: "${{ secrets.k }}"}
        """
    found = reuse(
        'uses: ./.github/workflows/_middle.yml\nwith: {p: docs}\nsecrets: {k: "${{ secrets.DOCS }}"}',
        {'.github/workflows/_publish.yml': REUSED, '.github/workflows/_middle.yml': middle},
    )
    assert [one.name for one in found.jobs] == [
        'call / deep / publish',
        'call / deep / tell',
        'call / deep',
        'call',
    ]
    assert scoped(found.jobs[0].scope).endswith('ARTIFACTS-KEY=<secret.K>) in (p=docs; K=<secret.DOCS>)')
    assert len(found.jobs[0].via) == 2
    assert found.jobs[1].needs == ('call / deep / publish',)


def test_a_workflow_that_calls_itself() -> None:
    text = 'on: [push, workflow_call]\njobs: {a: {uses: ./.github/workflows/ci.yml}}\n'
    found = read(text)
    assert [one.name for one in found.jobs] == ['a']
    assert [one.name for one in found.jobs[0].unresolved] == ['./.github/workflows/ci.yml']


def test_an_action_by_itself() -> None:
    found = read(PUBLISH, 'tools/publish/action.yml')
    assert found.kind == 'action'
    (job,) = found.jobs
    assert (job.name, job.automation, job.runner.tenancy) == ('Publish', False, 'unknown')
    assert [commands(step) for step in job.steps] == [
        ['bash errexit pipefail: artifacts push --token <<input.token>>'],
        ['sh errexit: echo <<output.push.url>>'],
    ]
    assert job.steps[0].scope is None
    assert bound(found.parameters) == ['token=? @pipeline:3', 'file=out.html @pipeline:4']


def test_a_program_by_itself() -> None:
    found = read('name: X\ninputs: {t: {}}\nruns: {using: node20, main: index.js}\n', 'action.yml')
    (step,) = found.jobs[0].steps
    assert isinstance(step, Step)
    assert commands(step) == ['[node] [index.js]']
