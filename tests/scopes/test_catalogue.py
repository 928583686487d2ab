"""The catalogue says what was measured, for every row of the measurement."""

from __future__ import annotations

import pytest

from artifacts_guard.scopes import catalogue
from artifacts_guard.scopes.catalogue import ordered
from tests.scopes.support import scopes
from tests.scopes.support import table

COMMANDS = table('scope_matrix.tsv')
OTHERS = table('scope_matrix_rest.tsv')
# measured one way and read another, with the reason in scripts/generate_service.py
READ_OTHERWISE = {
    'logout': (),
    'GET /api/by-path/:owner/:project': ('artifacts:read',),
    'MCP resolve_path (project)': ('artifacts:read',),
    'MCP list_audit_events (artifactId)': (),
}


def test_the_eight_scopes_are_those_the_measurement_used() -> None:
    used = {s for row in COMMANDS for s in scopes(row['documented']) + scopes(row['effective'])}
    assert used <= set(catalogue.SCOPES)
    assert len(catalogue.SCOPES) == 8
    assert set(catalogue.DEFAULT_SCOPES) | set(catalogue.DANGEROUS) <= set(catalogue.SCOPES)


def test_useless_scopes_are_in_no_need() -> None:
    needed = {s for op in catalogue.operations() for s in op.enforced}
    needed |= {s for op in catalogue.operations() for _, more in op.conditional for s in more}
    assert set(catalogue.SCOPES) - needed == set(catalogue.USELESS)


@pytest.mark.parametrize('row', COMMANDS, ids=lambda row: row['case'])
def test_every_measured_case_of_a_command_has_its_verdict(row: dict[str, str]) -> None:
    operation = catalogue.operation(row['command'])
    assert operation is not None
    given = scopes(row['flags'])
    effective = READ_OTHERWISE.get(row['command'], scopes(row['effective']))
    needed = ordered(
        (*operation.enforced, *(s for flag, more in operation.conditional if flag in given for s in more))
    )
    # a fresh slug needs less than the flag can need: the flag's scopes are conditional
    assert set(effective) <= set(needed)
    if '(fresh slug)' not in row['case']:
        assert needed == ordered(effective)
    assert operation.human_only == (row['human_only'] == 'yes')
    assert operation.any_key == (row['any_key'] == 'yes')
    assert operation.anonymous_ok or row['no_token'] == 'no'


@pytest.mark.parametrize('row', OTHERS, ids=lambda row: f'{row["command"]} {row["variant"]}')
def test_every_measured_route_and_tool_has_its_verdict(row: dict[str, str]) -> None:
    if row['kind'] == 'mcp':
        operation = catalogue.tool(row['command'].split()[1])
    else:
        method, path = row['command'].split()[:2]
        operation = catalogue.route(method, path.replace(':', 'some-'))
    assert operation is not None
    assert operation.enforced == READ_OTHERWISE.get(row['command'], ordered(scopes(row['enforced'])))
    assert operation.documented == ordered(scopes(row['documented']))
    if '(artifactId)' not in row['command']:
        assert operation.human_only == (row['human_only'] == 'yes')
    assert operation.anonymous_ok or row['no_token'] == 'no'


def test_an_audit_listing_by_mcp_is_for_keys_only_with_an_artifact() -> None:
    tool = catalogue.tool('list_audit_events')
    assert tool is not None
    assert tool.human_only
    assert tool.conditional == (('artifactId', ('artifacts:read', 'artifacts:access:write')),)


def test_every_command_of_the_schema_has_a_verdict_and_its_flags() -> None:
    schema = table('cli_schema.tsv')
    assert len(schema) == 40
    data = catalogue.measured()
    for row in schema:
        operation = catalogue.operation(row['command'])
        assert operation is not None, row['command']
        assert operation.mutates == (row['mutates'] == 'yes'), row['command']
        for flag in filter(None, row['flags'].split('|')):
            name = flag.rstrip('!').split()[0]
            assert data['commands'][row['command']][name] == ('<' in flag), (row['command'], name)


def test_every_call_of_a_command_is_a_known_route() -> None:
    for operation in catalogue.operations('cli'):
        for method, path in operation.http:
            if path != '/api/cli/exchange':  # of the login, which no key can do
                assert catalogue.route(method, path.replace(':', 'x')) is not None, operation.name


def test_what_a_command_needs_its_calls_need() -> None:
    """A command that makes one call needs what that route needs; `--ensure` makes more."""
    for operation in catalogue.operations('cli'):
        if len(operation.http) != 1 or operation.name == 'logout':
            continue
        route = catalogue.route(operation.http[0][0], operation.http[0][1].replace(':', 'x'))
        assert route is not None
        assert operation.enforced == route.enforced, operation.name
        assert operation.human_only == route.human_only, operation.name


def test_the_data_names_what_was_measured() -> None:
    data = catalogue.measured()
    assert (data['server'], data['cli'], data['measured']) == ('1517ddd', '0.1.1', '2026-11-23')


@pytest.mark.parametrize(
    ('method', 'path', 'name'),
    [
        ('GET', '/api/artifacts/art_1', 'GET /api/artifacts/:id'),
        ('GET', '/api/artifacts/*', 'GET /api/artifacts/:id'),
        ('get', '/api/artifacts/\ufffc/', 'GET /api/artifacts/:id'),
        ('HEAD', '/api/artifacts/a', 'GET /api/artifacts/:id'),
        ('PATCH', 'https://hostartifacts.dev/api/artifacts/\ufffc/access', 'PATCH /api/artifacts/:id/access'),
        ('GET', '\ufffc://h/api/by-path/a/b/c?x=1', 'GET /api/by-path/:owner/:project/:slug'),
        (
            'GET',
            '/api/artifacts/slug-availability/a/b/c',
            'GET /api/artifacts/slug-availability/:owner/:project/:slug',
        ),
        ('POST', '/api/artifacts/a/versions/3/restore', 'POST /api/artifacts/:id/versions/:n/restore'),
        ('GET', '/api/audit-events?artifactId=\ufffc', 'GET /api/audit-events'),
        ('DELETE', '/api/api-keys/\ufffc#x', 'DELETE /api/api-keys/:id'),
        ('GET', '/health', 'GET /health'),
    ],
)
def test_routes_are_found_with_unknown_segments(method: str, path: str, name: str) -> None:
    operation = catalogue.route(method, path)
    assert operation is not None
    assert operation.name == name


@pytest.mark.parametrize(
    ('method', 'path'),
    [
        ('GET', '/api/\ufffc/me'),  # an unknown segment is no literal
        ('PUT', '/api/artifacts/x'),
        ('GET', '/v1/agent-artifacts/api/artifacts/x'),  # behind a prefix it may be anything
        ('GET', '/api/artifacts/x/unheard-of'),
        ('GET', '/api/artifacts//content'),
        ('GET', ''),
        ('', '/api/artifacts/x'),
        ('GET', 'https://hostartifacts.dev'),
    ],
)
def test_what_fits_no_route_is_unknown(method: str, path: str) -> None:
    assert catalogue.route(method, path) is None


def test_unknown_names_are_unknown() -> None:
    assert catalogue.operation('artifact publish') is None
    assert catalogue.operation('') is None
    assert catalogue.tool('drop_database') is None


def test_keys_are_managed_by_three_commands_and_three_routes() -> None:
    assert [op.name for op in catalogue.operations() if op.manages_keys] == [
        'keys list',
        'keys create',
        'keys revoke',
        'GET /api/api-keys',
        'POST /api/api-keys',
        'DELETE /api/api-keys/:id',
    ]


def test_where_documentation_and_server_differ() -> None:
    differing = {op.name for op in catalogue.operations('cli') if op.differs}
    assert {
        'artifact access get',
        'share create',
        'artifact list',
        'project list',
        'project create',
    } <= differing
    assert not {'push', 'artifact get', 'share list', 'keys create', 'whoami', 'audit list'} & differing


def test_scopes_are_ordered_as_documented_and_unknown_ones_come_last() -> None:
    given = ['x:y', 'agents:manage', 'artifacts:create', 'artifacts:create', 'a:b', 'artifacts:read']
    assert ordered(given) == ('artifacts:read', 'artifacts:create', 'agents:manage', 'a:b', 'x:y')
