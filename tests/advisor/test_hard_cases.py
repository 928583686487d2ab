"""Cases on which advisors of this kind fail: indirect commands, conditions, what no scope helps with, what is not known."""

from __future__ import annotations

import json

import pytest

from tests.advisor.tree import TOKEN
from tests.advisor.tree import advices
from tests.advisor.tree import only
from tests.advisor.tree import states
from tests.advisor.tree import workflow

WORKFLOW = '.github/workflows/ci.yml'
_PUSH = 'artifacts push --file out.html --project-slug reports --private --no-input'
_ARTIFACT = frozenset(
    {'read', 'create', 'update', 'delete', 'access:write'}
)  # what the `artifact` commands can need


def _conditions(advice, scope):
    one = next(one for one in advice.scopes if one.scope in (f'artifacts:{scope}', scope))
    return [witness.condition for witness in one.witnesses]


def test_ensure_on_main_and_a_plain_push_elsewhere():
    advice = only(
        {
            WORKFLOW: workflow(
                f'if [ "$GITHUB_REF" = refs/heads/main ]; then {_PUSH} --ensure; else {_PUSH}; fi'
            )
        }
    )
    assert states(advice) == {'create': 'conditional', 'read': 'conditional'}
    plain = only({WORKFLOW: workflow(_PUSH), '.github/workflows/main.yml': workflow(f'{_PUSH} --ensure')})
    assert states(plain) == {'create': 'required', 'read': 'conditional'}
    assert _conditions(plain, 'read') == ['only if the slug is taken (--ensure)']


def test_an_action_from_a_matrix_is_every_value_of_it():
    matrix = '    strategy:\n      matrix:\n        action: [get, update, delete]\n'
    command = 'artifacts artifact "${{ matrix.action }}" --artifact-id "$ID" --no-input'
    advice = only({WORKFLOW: workflow(command, job=matrix)})
    assert states(advice) == {'read': 'required', 'update': 'required', 'delete': 'required'}
    commands = {w.usage.command for one in advice.scopes for w in one.witnesses}
    assert commands == {'artifacts artifact get', 'artifacts artifact update', 'artifacts artifact delete'}


def test_an_action_that_people_type_in_can_be_any_of_its_group():
    on = '\n  workflow_dispatch:\n    inputs:\n      action: {type: string}'
    advice = only(
        {
            WORKFLOW: workflow(
                'artifacts artifact "${{ inputs.action }}" --artifact-id "$ID" --no-input', on=on
            )
        }
    )
    assert set(states(advice)) == _ARTIFACT
    assert set(states(advice).values()) == {'possible'}
    assert advice.minimum == ()


def test_a_make_target_in_an_included_file():
    advice = only(
        {
            WORKFLOW: workflow('make publish'),
            'Makefile': 'include ci/*.mk\n\nARTIFACTS ?= npx @agent-artifacts/cli\n',
            'ci/publish.mk': f'publish: build\n\t$(ARTIFACTS) {_PUSH.removeprefix("artifacts ")}\nbuild:\n\ttrue\n',
        }
    )
    assert states(advice) == {'create': 'required'}
    (witness,) = advice.scopes[1].witnesses
    assert witness.usage.place.path == 'ci/publish.mk'
    assert len(witness.usage.trail) >= 2


def test_a_hook_of_npm_deletes():
    package = '{"scripts": {"prerelease": "artifacts artifact delete --artifact-id a1 --no-input", "release": "true"}}'
    advice = only({WORKFLOW: workflow('npm run release'), 'package.json': package})
    assert states(advice) == {'delete': 'required'}


def test_a_reusable_workflow_called_by_two_with_secrets_inherited():
    called = f"""
        on:
          workflow_call:
            inputs: {{command: {{type: string}}}}
        jobs:
          run:
            runs-on: ubuntu-latest
            steps:
              - env: {{{TOKEN}: '${{{{ secrets.{TOKEN} }}}}'}}
                run: artifacts ${{{{ inputs.command }}}} --artifact-id "$ID" --no-input
        """
    caller = """
        on: push
        jobs:
          call:
            uses: ./.github/workflows/run.yml
            secrets: inherit
            with: {command: %s}
        """
    advice = only(
        {
            '.github/workflows/run.yml': called,
            '.github/workflows/a.yml': caller % 'artifact update',
            '.github/workflows/b.yml': caller % 'artifact delete',
        }
    )
    assert states(advice) == {'update': 'required', 'delete': 'required'}
    assert len(advice.jobs) == 2
    assert {job.minimum for job in advice.jobs} == {('artifacts:update',), ('artifacts:delete',)}


def test_a_reusable_workflow_of_another_repository_is_not_known():
    uses = f'acme/flows/.github/workflows/publish.yml@{"0" * 40}'
    advice = only(
        {
            WORKFLOW: f"""
            on: push
            jobs:
              publish:
                uses: {uses}
                secrets:
                  token: ${{{{ secrets.{TOKEN} }}}}
            """
        }
    )
    assert advice.minimum == ()
    assert len(advice.ceiling) == 7
    (unresolved,) = advice.unresolved
    assert unresolved.command == f'workflow {uses}'
    assert unresolved.place.line == 4


def test_a_project_can_be_made_with_no_scope_at_all():
    advice = only({WORKFLOW: workflow('artifacts project create --json "$BODY" --ensure --no-input')})
    assert states(advice) == {}
    assert any('can be run with no key' in note for note in advice.notes)


def test_access_settings_are_read_with_the_right_to_write_them():
    advice = only({WORKFLOW: workflow('artifacts artifact access get --artifact-id a1 --no-input')})
    assert states(advice) == {'access:write': 'required'}
    assert any('is documented to need artifacts:access:read' in note for note in advice.notes)


def test_a_dry_run_needs_no_key_except_for_what_only_reads():
    advice = only({WORKFLOW: workflow('artifacts -n artifact delete --artifact-id a1 --no-input')})
    assert advice.is_keyless
    assert states(advice) == {}
    assert any('take the token away from job publish' in note for note in advice.notes)
    reading = only({WORKFLOW: workflow('artifacts --dry-run artifact get --artifact-id a1 --no-input')})
    assert states(reading) == {'read': 'required'}


def test_the_audit_log_is_for_people():
    advice = only({WORKFLOW: workflow('artifacts audit list --no-input')})
    assert states(advice) == {}
    assert any('`artifacts audit list`' in note and 'no key' in note for note in advice.notes)


REQUESTS = (
    ('-X PATCH', '/api/artifacts/$ID/access', {'access:write': 'required'}),
    ('--request=PATCH', '/api/artifacts/$ID/access', {'access:write': 'required'}),
    ('', '/api/artifacts/$ID/content', {'read': 'required'}),
    ("-d '{}'", '/api/artifacts', {'create': 'required'}),
    ('-X DELETE', '/api/artifacts/$ID', {'delete': 'required'}),
)


def test_the_method_of_a_request_decides():
    for options, path, expected in REQUESTS:
        command = f'curl -fsS {options} "https://hostartifacts.dev{path}" -H "authorization: Bearer ${TOKEN}"'
        assert states(only({WORKFLOW: workflow(command)})) == expected, options


def test_a_path_that_no_route_fits_is_not_known():
    command = (
        'curl -fsS -F file=@out.html https://hostartifacts.dev/v1/agent-artifacts/api/artifacts '
        f'-H "Authorization: Bearer ${TOKEN}"'
    )
    advice = only({WORKFLOW: workflow(command)})
    assert advice.minimum == ()
    assert advice.unresolved


def test_the_same_lines_by_anchor_extends_and_reference():
    advice = advices(
        {
            '.gitlab-ci.yml': f"""
            .publish: &publish
              script:
                - {_PUSH}
            anchored:
              <<: *publish
            extended:
              extends: .publish
            referenced:
              script:
                - !reference [.publish, script]
            """
        }
    )[TOKEN]
    assert states(advice) == {'create': 'required'}
    assert {w.usage.place.line for w in advice.scopes[1].witnesses} == {3}
    assert len(advice.jobs) == 3


def test_a_binding_of_jenkins():
    advice = only(
        {
            'Jenkinsfile': f"""
            pipeline {{
              agent any
              stages {{ stage('share') {{ steps {{
                withCredentials([string(credentialsId: 'aa', variable: 'T')]) {{
                  sh "{TOKEN}=$T artifacts share create --artifact-id a1 --no-input"
                }}
              }} }} }}
            }}
            """
        }
    )
    assert advice.name == 'aa'
    assert states(advice) == {'read': 'required', 'share': 'required'}


def test_a_function_that_stands_for_the_cli():
    wrapper = 'artifacts() { command artifacts --format json "$@"; }'
    advice = only({WORKFLOW: workflow(wrapper, _PUSH)})
    assert states(advice) == {'create': 'required'}
    stub = advices({WORKFLOW: workflow('artifacts() { echo "artifacts $*"; }', _PUSH)})
    assert states(stub[TOKEN]) == {}


def test_a_branch_that_revokes_keys():
    command = (
        'if [ "$GITHUB_REF_NAME" = main ]; then artifacts keys revoke --api-key-id "$OLD" --no-input; fi'
    )
    advice = only({WORKFLOW: workflow(command)})
    assert states(advice) == {'agents:manage': 'conditional'}
    assert _conditions(advice, 'agents:manage') == ['if [ "$GITHUB_REF_NAME" = main ]']


def test_a_public_artifact_needs_no_key_but_a_key_needs_its_scope():
    advice = only({WORKFLOW: workflow('artifacts artifact content --artifact-id a1 --no-input')})
    assert states(advice) == {'read': 'required'}
    assert any('works without a key' in note and 'lacks artifacts:read' in note for note in advice.notes)


def test_a_tool_of_the_tree_that_python_runs_through_its_own_address_is_told():
    advice = only({WORKFLOW: workflow(f'{_PUSH} --base-url https://artifacts.example')})
    assert [w.usage.base_url for w in advice.scopes[1].witnesses] == [True]


# further traps


def test_a_secret_that_is_bound_and_never_used():
    text = workflow('make test').replace('make test', 'true')
    advice = only({WORKFLOW: text})
    assert advice.verdict == 'unused'
    assert advice.minimum == ()


def test_a_command_of_a_newer_cli_is_no_command_of_ours():
    found = advices({WORKFLOW: workflow('artifacts teleport --artifact-id a1 --no-input', _PUSH)})
    assert states(found[TOKEN]) == {'create': 'required'}


# agents


def server(**more: object) -> dict[str, str]:
    """Settings of an agent that connects to the service with a key from its environment."""
    entry = {
        'type': 'http',
        'url': 'https://hostartifacts.dev/mcp',
        'headers': {'Authorization': f'Bearer ${{{TOKEN}}}'},
        **more,
    }
    return {'.mcp.json': json.dumps({'mcpServers': {'artifacts': entry}})}


def test_an_agent_that_may_use_every_tool_may_need_all_that_opens_something():
    advice = only(server())
    assert advice.minimum == ()
    assert set(states(advice).values()) == {'possible'}
    assert len(advice.ceiling) == 7


TOOLS = (
    ('tools that are named', {'tools': ['create_artifact', 'get_artifact']}, {'read', 'create'}),
    ('the same by another name', {'includeTools': ['create_artifact']}, {'create'}),
    ('a list that means all', {'tools': ['*']}, None),
    ('all but some', {'excludeTools': ['delete_artifact']}, None),
)


@pytest.mark.parametrize(('more', 'expected'), [t[1:] for t in TOOLS], ids=[t[0] for t in TOOLS])
def test_an_agent_with_a_list_of_tools(more: dict[str, object], expected: set[str] | None):
    advice = only(server(**more))
    if expected is not None:
        assert set(states(advice)) == expected
        assert set(states(advice).values()) == {'required'}
        assert not advice.unresolved
    else:
        assert ('delete' in states(advice)) == ('excludeTools' not in more)


def test_a_server_of_others_is_none_of_ours():
    settings = json.dumps(
        {'mcpServers': {'x': {'url': 'https://mcp.example/mcp', 'headers': {'Authorization': 'Bearer ${X}'}}}}
    )
    assert advices({'.mcp.json': settings}) == {}
