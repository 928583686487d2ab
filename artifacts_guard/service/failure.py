"""What goes wrong with the service, in the kinds, words and exit statuses of its own CLI (0.1.1, measured)."""

from __future__ import annotations

import re

from artifacts_guard.errors import GuardError
from artifacts_guard.scopes.catalogue import SCOPES
from artifacts_guard.scopes.catalogue import ordered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

INVALID, NOT_FOUND, FORBIDDEN, CONFLICT, NETWORK, OTHER = 2, 3, 4, 5, 69, 1
_BY_STATUS = {
    400: ('invalid_request', INVALID),
    403: ('forbidden', FORBIDDEN),
    404: ('not_found', NOT_FOUND),
    409: ('conflict', CONFLICT),
    413: ('payload_too_large', INVALID),
}
_UNKNOWN = ('unknown', OTHER)
_SHOWN = 500  # characters of an answer that is no JSON
DEAD_TOKEN = (
    'The service does not know this token: it is missing, wrong or revoked.  A key cannot be brought back; '
    'make a new one, and give it to the pipeline.'
)
# what a plan without private artifacts leaves
_OPEN = (
    'artifacts-guard push --public …',
    'Publish it for everyone, which the service takes for granted and this program does not',
)


class ServiceError(GuardError):
    """A failure as the CLI's envelope tells it: `kind`, the message, `details`, and what to do next.

    `notes` are what was said before it happened.
    """

    def __init__(
        self,
        message: str,
        kind: str,
        status: int,
        details: object = None,
        actions: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.exit_status = status
        self.details = details
        self.actions = actions
        self.notes: tuple[str, ...] = ()


class NotSentError(ServiceError):
    """The request surely did not reach the service: it may be sent again."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message, 'network', NETWORK)
        self.lasting = lasting  # sending it again would not help


class LostError(ServiceError):
    """The request went out and no usable answer came back: it may have been carried out."""

    def __init__(self, message: str, kind: str = 'network', status: int = NETWORK) -> None:
        super().__init__(message, kind, status)


def invalid(message: str) -> ServiceError:
    return ServiceError(message, 'invalid_request', INVALID)


def refused(message: str, override: str = '') -> ServiceError:
    """A refusal of the preflight; `override` is the option that sends it all the same."""
    more = f'  To send it all the same: {override}' if override else ''
    return ServiceError(f'refused before anything was sent: {message}{more}', 'preflight', FORBIDDEN)


def of_answer(status: int, body: Any, text: str) -> ServiceError:
    """The failure that an answer is; `body` is its JSON object, None when it has none."""
    kind, exit_status = _BY_STATUS.get(status, _UNKNOWN)
    if body is None:
        if status == 404:
            told = 'Endpoint not found. Check --base-url (it should point at the API, e.g. https://hostartifacts.dev).'
        else:
            told = f'Unexpected non-JSON response from the API (HTTP {status}).'
        return ServiceError(told, kind, exit_status, {'status': status, 'body': text[:_SHOWN]})
    details = body.get('issues', body)
    if body.get('error') == 'csrf_blocked' or body.get('message') == 'Authentication is required.':
        kind = 'auth' if body.get('error') == 'csrf_blocked' else kind
        return ServiceError(DEAD_TOKEN, kind, exit_status, details, (making(()),))
    message = body.get('message')
    if not isinstance(message, str):
        message = _issues(body) or str(body.get('error', f'HTTP {status}'))
    scopes = [word for word in re.findall(r'[a-z]+(?::[a-z]+)+', message) if word in SCOPES]
    if status == 403 and scopes:
        message += f'  The key lacks {", ".join(scopes)}, and the scopes of a key cannot be changed.'
        return ServiceError(message, kind, exit_status, details, (making(scopes),))
    actions = (_OPEN,) if body.get('limit') == 'private_artifacts' else ()
    return ServiceError(message, kind, exit_status, details, actions)


def making(scopes: Iterable[str], name: str = 'NAME') -> tuple[str, str]:
    """The command that makes a key that holds these scopes at least, and why."""
    needed = ','.join(ordered(scopes)) or 'SCOPES'
    words = 'Make a key that has what this needs; `artifacts-guard advise` tells all that the pipeline needs'
    return f'artifacts keys create --name {name} --scopes {needed}', words


def _issues(body: dict[str, Any]) -> str:
    """The mistakes that the service names, in one line."""
    issues = body.get('issues')
    told = []
    for issue in issues if isinstance(issues, list) else ():
        if isinstance(issue, dict):
            place = '.'.join(str(part) for part in issue.get('path') or ())
            told.append(f'{place}: {issue.get("message")}' if place else str(issue.get('message')))
    return '; '.join(told)
