"""Who a token is, as the service tells it: the MCP tool `get_current_principal` answers any key, whatever its scopes."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import ordered
from artifacts_guard.service.failure import DEAD_TOKEN
from artifacts_guard.service.failure import FORBIDDEN
from artifacts_guard.service.failure import LostError
from artifacts_guard.service.failure import NotSentError
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.failure import making
from artifacts_guard.service.request import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.service.client import Client
    from artifacts_guard.service.transport import Answer

ROUTE, TOOL = '/mcp', 'get_current_principal'
_UNAUTHORISED = 401  # only here: the REST routes answer 403


class Principal(Record):
    """A key's id and the scopes that it holds."""

    id: str
    scopes: tuple[str, ...]


def principal(client: Client) -> Principal | None:
    """What the token is; None when this service does not tell.  Raises ServiceError for a token that it refuses."""
    call = {'jsonrpc': '2.0', 'id': 1, 'method': 'tools/call', 'params': {'name': TOOL, 'arguments': {}}}
    try:
        answer = client.once('POST', ROUTE, encoded(call))
    except (NotSentError, LostError):  # it is a question of courtesy: what follows says what is wrong
        return None
    if answer.status == _UNAUTHORISED:
        raise ServiceError(DEAD_TOKEN, 'auth', FORBIDDEN, answer.json(), (making(()),))
    found = _told(answer)
    scopes = found.get('scopes')
    if not isinstance(found.get('id'), str) or not isinstance(scopes, list):
        return None
    return Principal(found['id'], ordered(scope for scope in scopes if isinstance(scope, str)))


def _told(answer: Answer) -> dict[str, Any]:
    """The tool's own answer, inside JSON-RPC, inside JSON or an event stream."""
    import json

    text = answer.text
    if answer.headers.get('content-type', '').startswith('text/event-stream'):
        lines = [line[5:] for line in text.splitlines() if line.startswith('data:')]
        text = lines[-1] if lines else ''
    try:
        result = json.loads(text)['result']
        found = result.get('structuredContent') or json.loads(result['content'][0]['text'])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
