"""`POST /mcp`: the same operations as MCP tools.  A token that may not is told 401 here, whatever the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.fake_service import operations as do
from tests.fake_service.access import RefusedError
from tests.fake_service.access import Rule
from tests.fake_service.access import matrix
from tests.fake_service.access import rule
from tests.fake_service.operations import Answer
from tests.fake_service.operations import Call

UNAUTHORISED = {'code': -32000, 'message': 'Unauthorized: Authentication required'}


def principal(call: Call) -> Answer:
    """Tells any key what it holds."""
    key = call.principal.key
    assert key is not None
    return 200, {
        'type': 'api_key',
        'id': key.id,
        'ownerUserId': key.account.id,
        'scopes': list(key.scopes),
    }


def _create(call: Call) -> Answer:
    do.place_for_artifact(call)
    return do.create_artifact(call)


def _update(call: Call) -> Answer:
    do.form_of_version(call)
    return do.add_version(call)


TOOLS: dict[str, Callable[[Call], Answer]] = {
    'get_current_principal': principal,
    'create_artifact': _create,
    'update_artifact': _update,
    'get_artifact': do.artifact_record,
    'get_artifact_content': do.content,
    'list_artifacts': do.artifacts,
    'list_projects': do.projects,
    'create_share_link': do.create_share_link,
    'list_share_links': do.share_links,
    'get_artifact_access': do.access,
    'delete_artifact': do.delete_artifact,
    'list_audit_events': do.nothing,
    'create_project': do.done,
    'resolve_path': do.nothing,
    'list_workspaces': do.workspaces,
    'list_workspace_artifacts': do.artifacts,
}


def answer(call: Call) -> Answer:
    """One JSON-RPC request: `tools/call`, `tools/list` or `initialize`."""
    body = call.body if isinstance(call.body, dict) else {}
    number = body.get('id')
    if call.principal.key is None:
        return 401, _error(None, UNAUTHORISED)
    if body.get('method') == 'tools/list':
        return 200, _result(number, {'tools': [{'name': name} for name in TOOLS]})
    if body.get('method') != 'tools/call':
        return 200, _result(number, {'protocolVersion': '2025-03-26', 'capabilities': {'tools': {}}})
    params = body.get('params') or {}
    name, arguments = str(params.get('name')), dict(params.get('arguments') or {})
    if name not in TOOLS:
        return 200, _error(number, {'code': -32602, 'message': f'Tool {name} not found'})
    call.body = arguments
    if 'artifactId' in arguments:
        call.artifact = call.store.artifact(arguments['artifactId'])
        if call.artifact is None:
            return 200, _result(number, _failed({'error': 'not_found', 'message': do.NO_ARTIFACT}))
    row = _row(name, call)
    if row.human_only or any(not call.principal.holds(scope) for scope in row.enforced):
        return 401, _error(None, UNAUTHORISED)
    try:
        _, content = TOOLS[name](call)
    except RefusedError as refused:
        return 200, _result(number, _failed(refused.body))
    call.headers.clear()
    text = content if isinstance(content, str) else json.dumps(content)
    return 200, _result(number, {'content': [{'type': 'text', 'text': text}]})


def _row(name: str, call: Call) -> Rule:
    for command in (f'MCP {name} (artifactId)', f'MCP {name} (project)'):
        if any(key[0] == command for key in matrix()) and (call.artifact or 'project' in command):
            return rule(command, call.artifact)
    return rule(f'MCP {name}', call.artifact)


def _failed(body: dict[str, Any]) -> dict[str, Any]:
    return {'isError': True, 'content': [{'type': 'text', 'text': json.dumps(body)}]}


def _result(number: Any, result: Any) -> dict[str, Any]:
    return {'jsonrpc': '2.0', 'id': number, 'result': result}


def _error(number: Any, error: dict[str, Any]) -> dict[str, Any]:
    return {'jsonrpc': '2.0', 'id': number, 'error': error}
