"""From calls to needs, from needs and grants to excess and lack."""

from __future__ import annotations

import itertools

import pytest

from artifacts_guard.scopes import needs
from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.scopes.catalogue import operation
from artifacts_guard.scopes.catalogue import operations
from artifacts_guard.scopes.needs import ANYTHING
from artifacts_guard.scopes.needs import Granted
from artifacts_guard.scopes.needs import compare
from artifacts_guard.scopes.needs import granted
from tests.scopes.support import invocation
from tests.scopes.support import scopes
from tests.scopes.support import table

READ, CREATE, UPDATE, DELETE, SHARE, LOOK, OPEN, MANAGE = SCOPES


@pytest.mark.parametrize(
    ('line', 'required', 'minimum'),
    [
        ('push --project-slug ci --file x', [CREATE], [CREATE]),
        ('push --project-slug ci --file x --ensure', [CREATE], [READ, CREATE]),
        ("artifact create --ensure --json '{}'", [CREATE], [READ, CREATE]),
        ('artifact update --artifact-id x --json §', [UPDATE], [UPDATE]),
        ('artifact restore --artifact-id x --version=1', [UPDATE], [UPDATE]),
        ('artifact restore --artifact-id x --version 1', [UPDATE], [UPDATE]),  # as it was meant
        ('artifact delete --artifact-id x', [DELETE], [DELETE]),
        ('artifact access get --artifact-id x', [OPEN], [OPEN]),
        ('artifact access set --artifact-id x --json §', [OPEN], [OPEN]),
        ('share create --artifact-id x', [READ, SHARE], [READ, SHARE]),
        ('share list --artifact-id x', [SHARE], [SHARE]),
        ('keys list', [MANAGE], [MANAGE]),
        ('project slug-availability --owner a --slug b', [CREATE], [CREATE]),
        ('path project --owner a --project-slug b', [READ], [READ]),
        ('artifact list --all', [], []),
        ('whoami', [], []),
        ('logout', [], []),
    ],
)
def test_what_a_command_needs(line: str, required: list[str], minimum: list[str]) -> None:
    need = needs.of_invocation(invocation(line))
    assert need.required == tuple(required)
    assert need.minimum == tuple(minimum)
    assert need.ceiling == need.minimum
    assert not need.unknown
    assert not need.keyless or line == 'logout'


@pytest.mark.parametrize(
    'line',
    [
        'push -n --project-slug ci --file x',
        '--dry-run artifact delete --artifact-id x',
        'keys create --name x --dry-run',
        'project create --json § -n',
        'health',
        'status',
        'doctor',
        'schema',
        '--version',
        'push --help',
        'setup',
    ],
)
def test_calls_that_need_no_key(line: str) -> None:
    need = needs.of_invocation(invocation(line))
    assert need.keyless
    assert need.ceiling == ()
    assert not need.human_only


@pytest.mark.parametrize(
    'line',
    [
        'project create --json §',
        'project create --ensure --json §',
        'audit list --limit 5',
        'audit list --artifact-id x',
        'workspace members --workspace-id x',
        'workspace invite --workspace-id x --json §',
        'workspace revoke-invite --invitation-id x',
        'workspace audit --workspace-id x',
        'profile set-username --json §',
        'login',
    ],
)
def test_calls_that_no_key_can_make(line: str) -> None:
    need = needs.of_invocation(invocation(line))
    assert need.human_only
    assert need.ceiling == ()
    assert not need.keyless


def test_a_dry_run_of_a_read_command_is_a_call() -> None:
    assert needs.of_invocation(invocation('--dry-run artifact get --artifact-id x')).required == (READ,)


def test_another_program_needs_nothing_of_the_service() -> None:
    assert needs.of_invocation(invocation('keys create x --scopes read,full')) == needs.Need()


def test_an_unseen_option_may_be_the_one_that_needs_more() -> None:
    need = needs.of_invocation(invocation('push --file x …'))
    assert need.required == (CREATE,)
    assert need.possible == (READ,)
    assert needs.of_invocation(invocation('artifact get --artifact-id x …')).possible == ()


def test_an_unknown_artifact_command_may_need_what_any_of_them_does() -> None:
    need = needs.of_invocation(invocation('artifact § --artifact-id x'))
    assert need.unknown
    assert need.minimum == ()
    assert need.possible == (READ, CREATE, UPDATE, DELETE, OPEN)


def test_an_unknown_command_may_need_anything_but_the_useless() -> None:
    need = needs.of_invocation(invocation('… --artifact-id x'))
    assert need.unknown
    assert need.possible == (READ, CREATE, UPDATE, DELETE, SHARE, OPEN, MANAGE) == ANYTHING


@pytest.mark.parametrize(
    ('method', 'path', 'required'),
    [
        ('POST', '/api/artifacts', [CREATE]),
        ('GET', 'https://hostartifacts.dev/api/artifacts/§/content', [READ]),
        ('PATCH', '§/api/artifacts/§/access', None),  # an unknown host, and a scheme that is not seen
        ('PATCH', '/api/artifacts/§/access', [OPEN]),
        ('GET', '/api/artifacts/§/access', [OPEN]),
        ('POST', '/api/artifacts/§/share-links', [READ, SHARE]),
        ('DELETE', '/api/api-keys/§', [MANAGE]),
        ('GET', '/api/profile/artifacts?limit=1', []),
        ('GET', '/v2/api/artifacts/x', None),
    ],
)
def test_what_a_request_needs(method: str, path: str, required: list[str] | None) -> None:
    need = needs.of_request(method, path.replace('§', '\ufffc'))
    if required is None:
        assert need.unknown
        assert need.possible == ANYTHING
    else:
        assert need.minimum == tuple(required)
        assert not need.unknown


def test_an_unknown_method_may_be_any_of_the_path() -> None:
    need = needs.of_request('', '/api/artifacts/x')
    assert need.unknown
    assert need.possible == (READ, DELETE)
    assert needs.of_request('\ufffc', '/api/artifacts/x/share-links').possible == (READ, SHARE)


def test_a_human_only_route() -> None:
    assert needs.of_request('POST', '/api/projects').human_only
    assert needs.of_request('POST', '/api/workspaces/x/artifacts').human_only


@pytest.mark.parametrize(
    ('body', 'minimum', 'unknown'),
    [
        ('{"method":"tools/call","params":{"name":"create_artifact","arguments":{}}}', [CREATE], False),
        ('{"method": "tools/call", "params": {"name": "create_share_link"}}', [READ, SHARE], False),
        ('{"method":"tools/call","params":{"name":"get_artifact_access"}}', [OPEN], False),
        ('{"method":"tools/call","params":{"name":"list_artifacts"}}', [], False),
        (
            '{"method":"tools/call","params":{"name":"list_audit_events","arguments":{"artifactId":"x"}}}',
            [READ, OPEN],
            False,
        ),
        ('{"method":"tools/list"}', [], False),
        ('{"method":"tools/call","params":{"name":"make_coffee"}}', [], True),
        ('{"method":"tools/call","params":{"name":"\ufffc"}}', [], True),
        ('\ufffc', [], True),
        (None, [], True),
    ],
)
def test_what_a_call_over_mcp_needs(body: str | None, minimum: list[str], unknown: bool) -> None:
    need = needs.of_request('POST', 'https://hostartifacts.dev/mcp', body)
    assert need.minimum == tuple(minimum)
    assert need.unknown == unknown
    assert need.possible == (ANYTHING if unknown else ())
    assert not need.human_only


def test_an_audit_listing_over_mcp_without_an_artifact_is_for_people() -> None:
    body = '{"method":"tools/call","params":{"name":"list_audit_events","arguments":{}}}'
    assert needs.of_request('POST', '/mcp', body).human_only


def test_an_agent_may_need_what_its_tools_do() -> None:
    assert needs.of_tools(['create_artifact', 'get_artifact']).minimum == (READ, CREATE)
    assert needs.of_tools([]).possible == ANYTHING


def test_the_union_keeps_the_strongest_state_of_a_scope() -> None:
    union = needs.needs(
        [
            invocation('push --file x --ensure'),
            invocation('artifact get --artifact-id x'),
            invocation('artifact § --artifact-id x'),
        ]
    )
    assert union.required == (READ, CREATE)
    assert union.conditional == ()
    assert union.possible == (UPDATE, DELETE, OPEN)
    assert union.unknown
    only_ensured = needs.needs([invocation('push --file x --ensure'), invocation('push --file y')])
    assert only_ensured.conditional == ((READ, '--ensure'),)


def test_the_union_of_nothing_needs_nothing_and_claims_nothing() -> None:
    union = needs.needs([])
    assert union.ceiling == ()
    assert not union.keyless
    assert not union.anonymous_ok


def test_reading_what_is_public_works_without_a_key() -> None:
    assert needs.of_invocation(invocation('path artifact --owner a --project-slug b --slug c')).anonymous_ok
    both = [invocation('path artifact --owner a --project-slug b --slug c'), invocation('push --file x')]
    assert not needs.needs(both).anonymous_ok


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        ('artifacts:create', Granted((CREATE,))),
        ('artifacts:create, artifacts:read,artifacts:create', Granted((READ, CREATE))),
        ('artifacts:read ,agents:manage', Granted((READ, MANAGE))),
        ('artifacts:read,artifacts:write', Granted((READ,), ('artifacts:write',))),
        ('artifacts:*', Granted((), ('artifacts:*',))),
        ('artifacts:read artifacts:create', Granted((), ('artifacts:read artifacts:create',))),
        ('', Granted((READ, CREATE, UPDATE), defaulted=True)),
        ('  ', Granted((READ, CREATE, UPDATE), defaulted=True)),
        (None, Granted((READ, CREATE, UPDATE), defaulted=True)),
        ('\ufffc', Granted(unresolved=True)),
        ('artifacts:read,\ufffc', Granted((READ,), unresolved=True)),
        (['artifacts:create', 'artifact:create'], Granted((CREATE,), ('artifact:create',))),
        ([], Granted()),
    ],
)
def test_what_a_list_of_scopes_grants(value: str | list[str] | None, expected: Granted) -> None:
    assert granted(value) == expected


def test_excess_lack_and_danger() -> None:
    found = compare([READ, CREATE, UPDATE, DELETE], [READ, CREATE])
    assert found.excess == (UPDATE, DELETE)
    assert found.dangerous == (DELETE,)
    assert found.missing == ()
    assert compare([READ], [READ, DELETE]).missing == (DELETE,)


def test_reading_access_settings_is_always_excess() -> None:
    assert compare([READ, LOOK], [READ, LOOK]).excess == (LOOK,)
    assert compare([READ, LOOK], [READ], possible=SCOPES).certain == (LOOK,)
    assert compare([READ], [READ, LOOK]).missing == ()


def test_managing_keys_makes_up_for_no_other_scope() -> None:
    found = compare([MANAGE], [CREATE])
    assert found.missing == (CREATE,)
    assert found.excess == found.dangerous == (MANAGE,)
    assert compare([MANAGE], [MANAGE]) == needs.Comparison()


def test_unknown_scopes_take_no_part() -> None:
    found = compare([CREATE, 'artifacts:publish'], [CREATE])
    assert found.excess == ()
    assert found.unknown == ('artifacts:publish',)


def test_excess_that_an_unresolved_call_may_need_is_not_certain() -> None:
    found = compare([READ, SHARE, DELETE], [READ], possible=[SHARE])
    assert found.excess == (DELETE, SHARE)[::-1] or found.excess == (DELETE, SHARE)
    assert found.certain == (DELETE,)


@pytest.mark.parametrize(
    ('line', 'body', 'expected'),
    [
        ('push --file x', None, 'public'),
        ('push --file x --private', None, 'private'),
        ('push --file x …', None, 'unknown'),
        ('push --file x --private …', None, 'private'),
        ("artifact create --json '{}'", '{"title":"A"}', 'public'),
        ("artifact create --json '{}'", '{"access":{"publicView":false}}', 'private'),
        ("artifact create --json '{}'", '{"access":{"publicView":true,"publicEdit":false}}', 'stated'),
        ("artifact create --json '{}'", '{"access":{"publicView":\ufffc}}', 'unknown'),
        ('artifact create --json §', '\ufffc', 'unknown'),
        ('artifact create --json-file x', None, 'unknown'),
        ('artifact update --artifact-id x --json §', '{}', ''),
        ('artifact get --artifact-id x', None, ''),
    ],
)
def test_who_can_read_what_is_published(line: str, body: str | None, expected: str) -> None:
    assert needs.visibility(invocation(line), body) == expected


def _allows(row: dict[str, str], held: frozenset[str]) -> bool:
    """The measured verdict: a call gives a complete answer with these scopes."""
    return row['human_only'] == 'no' and held >= set(scopes(row['effective']))


@pytest.mark.parametrize('row', table('scope_matrix.tsv'), ids=lambda row: row['case'])
def test_the_minimum_is_enough_and_nothing_less_is(row: dict[str, str]) -> None:
    """All 255 subsets: those that the measurement accepts are exactly those above the minimum."""
    if row['command'] in ('login', 'logout'):
        return  # not measured with keys
    entry = operation(row['command'])
    assert entry is not None
    flags = scopes(row['flags'])
    need = needs.needs([entry])
    wanted = set(need.minimum).union(*(more for flag, more in entry.conditional if flag in flags))
    for size in range(1, len(SCOPES) + 1):
        for held in map(frozenset, itertools.combinations(SCOPES, size)):
            if '(fresh slug)' in row['case']:
                assert _allows(row, held) or not held >= wanted
            else:
                assert _allows(row, held) == (not need.human_only and held >= wanted)


def test_every_operation_can_be_asked_for_its_need() -> None:
    for entry in operations():
        need = needs.needs([entry])
        assert set(need.ceiling) <= set(ANYTHING)
        assert need.operations == (entry,)
