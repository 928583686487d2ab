"""Key lists: what `artifacts keys list --format json` prints, or `GET /api/api-keys` answers (SERVICE.md section 2)."""

from __future__ import annotations

import json

from artifacts_guard.advisor.model import Grant
from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record
from artifacts_guard.scopes.needs import granted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from typing import Any

    from artifacts_guard.settings import DeclaredKey

_SHOWN = 80  # characters of a key's name


class ListedKey(Record):
    """A key as the service lists it.  Times are those of the service, '' for never.

    `owner` is the account's id.  `token_hash` is the plain SHA-256 of the token, which the service keeps and only an
    operator's export of its table has: it tells offline which key a token is.
    """

    identifier: str
    name: str
    scopes: tuple[str, ...]
    created: str = ''
    last_used: str = ''
    revoked: str = ''
    owner: str = ''
    token_hash: str = ''


def read(text: str, where: str) -> tuple[ListedKey, ...]:
    """The keys of a list, bare or in the CLI's envelope.  Raises UsageError that names the file and what is wrong."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f'{where}: not JSON: {_reason(error)}') from None
    for name in ('data', 'apiKeys'):
        if isinstance(found, dict) and name in found:
            found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise UsageError(
            f'{where}: not a list of keys (expected what `artifacts keys list --format json` prints)'
        )
    return tuple(_key(row, where, number) for number, row in enumerate(found, 1))


def _reason(error: ValueError) -> str:
    """Without what was read, which can hold a token."""
    line = getattr(error, 'lineno', 0)
    return f'{getattr(error, "msg", "broken")} in line {line}' if line else 'broken'


def _key(row: dict[str, Any], where: str, number: int) -> ListedKey:
    identifier, name, scopes = row.get('id'), row.get('name'), row.get('scopes')
    named = isinstance(identifier, str) and isinstance(name, str)
    if not named or not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise UsageError(f'{where}: key {number} lacks id, name or scopes')
    more = (row.get(field) or '' for field in ('createdAt', 'lastUsedAt', 'revokedAt', 'userId', 'tokenHash'))
    return ListedKey(str(identifier), str(name), tuple(scopes), *map(str, more))


def grants(
    keys: Iterable[ListedKey], declared: Iterable[DeclaredKey], names: Mapping[str, str]
) -> tuple[dict[str, tuple[Grant, ...]], tuple[ListedKey, ...]]:
    """The grants of live keys by the secret that holds each, and the keys that can be tied to none.

    A key is tied by the policy (`[keys.NAME]` with the key's name, alone or before a dot), or by `names`: names that the
    tree gives to the keys it makes, with the secret of each.
    """
    secrets = {**names, **{key.name: key.secret for key in declared if key.secret}}
    found: dict[str, tuple[Grant, ...]] = {}
    untied = []
    for key in keys:
        if key.revoked:
            continue
        secret = secrets.get(key.name) or secrets.get(key.name.partition('.')[0])
        if not secret:
            untied.append(key)
            continue
        held = granted(key.scopes)
        grant = Grant('key list', key.name[:_SHOWN], held.known, held.unknown, identifier=key.identifier)
        found[secret] = (*found.get(secret, ()), grant)
    return found, tuple(untied)
