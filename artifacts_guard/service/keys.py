"""Keys of an account: listed, verified with a negative control, revoked with proof.

Facts that this rests on, all measured: a dead token on a route that anyone may read is taken for nobody and answered
with 200, so a token is only ever proved with `/api/profile/me`; the list of keys tells when each was last used, and
asking about a key uses it, so the list is read first.
"""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from datetime import timezone
from urllib.parse import quote

from artifacts_guard.record import Record
from artifacts_guard.secret import Secret
from artifacts_guard.service.artifacts import ME
from artifacts_guard.service.client import failure_of
from artifacts_guard.service.failure import NOT_FOUND
from artifacts_guard.service.failure import OTHER
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.failure import refused
from artifacts_guard.service.principal import principal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from artifacts_guard.service.client import Client
    from artifacts_guard.service.principal import Principal
    from artifacts_guard.service.transport import Answer

ROUTE = '/api/api-keys'
ACTIVE, INACTIVE, INDETERMINATE = 'active', 'inactive', 'indeterminate'
_REFUSED = (401, 403)
_HEALTH = '/api/health'


class Key(Record):
    """A key as the service lists it; times as it writes them, '' for never."""

    id: str
    name: str
    scopes: tuple[str, ...] = ()
    created: str = ''
    last_used: str = ''
    revoked: str = ''

    def shown(self) -> dict[str, Any]:
        return {
            'id': self.id,
            'name': self.name,
            'scopes': list(self.scopes),
            'createdAt': self.created or None,
            'lastUsedAt': self.last_used or None,
            'revokedAt': self.revoked or None,
        }


def read(listed: object) -> tuple[Key, ...]:
    """The keys of a key list: the answer of the service, or of `keys list` with its envelope."""
    found = listed
    for name in ('data', 'apiKeys'):
        if isinstance(found, dict) and name in found:
            found = found[name]
    records = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(
        Key(
            str(one['id']),
            str(one.get('name') or ''),
            tuple(str(scope) for scope in one.get('scopes') or ()),
            str(one.get('createdAt') or ''),
            str(one.get('lastUsedAt') or ''),
            str(one.get('revokedAt') or ''),
        )
        for one in records
        if one.get('id')
    )


def listed(client: Client) -> tuple[Key, ...]:
    """All keys of the account, revoked ones too; needs agents:manage."""
    return read(client.read(ROUTE))


def named(keys: Iterable[Key], key_id: str) -> Key:
    """The key with an id.  Raises ServiceError when there is none."""
    for key in keys:
        if key.id == key_id:
            return key
    raise ServiceError('API key was not found.', 'not_found', NOT_FOUND)


def now() -> str:
    return (
        datetime.fromtimestamp(time.time(), timezone.utc).isoformat(timespec='seconds').replace('+00:00', 'Z')
    )


class Verification(Record):
    """What became known of a token.  `evidence` is its key as it was before it was asked about."""

    verdict: str
    reason: str
    control: int
    probe: int = 0
    principal: Principal | None = None
    evidence: Key | None = None
    at: str = ''

    def shown(self) -> dict[str, Any]:
        who = self.principal
        return {
            'verdict': self.verdict,
            'reason': self.reason,
            'evidence': self.evidence.shown() if self.evidence else None,
            'control': {'path': ME, 'status': self.control},
            'probe': {'path': ME, 'status': self.probe or None},
            'principal': {'id': who.id, 'scopes': list(who.scopes)} if who else None,
            'at': self.at,
        }


def verify(client: Client, before: tuple[Key, ...] = ()) -> Verification:
    """Whether the client's token is alive.  `before` is the key list, read beforehand; empty when it cannot be.

    A random token of the right form must be refused first: where it is not, something else than the service
    answers, and no answer proves anything.
    """
    control = client.with_token(Secret(f'aa_k_{secrets.token_urlsafe(32)}', 'aa_k_')).answer('GET', ME)
    made = Verification(INDETERMINATE, '', control.status, at=now())
    if control.status not in _REFUSED:
        return made.replace(reason='a random token is not refused, so an answer proves nothing')
    probe = client.answer('GET', ME)
    made = made.replace(probe=probe.status)
    if probe.status in _REFUSED:
        return made.replace(verdict=INACTIVE, reason='the token is refused: wrong or revoked')
    if not _is_profile(probe):
        return made.replace(reason=str(failure_of(probe)))
    who = principal(client)
    evidence = next((key for key in before if who is not None and key.id == who.id), None)
    return made.replace(verdict=ACTIVE, reason='the token is accepted', principal=who, evidence=evidence)


def _is_profile(answer: Answer) -> bool:
    found = answer.json()
    return answer.status == 200 and found is not None and 'principalType' in found


class Revocation(Record):
    """A receipt.  `listed`: the key list says so; `probe` and `control` are statuses, 0 for not asked."""

    key: Key
    service: str
    listed: bool
    probe: int
    control: int
    control_path: str
    proven: bool
    reason: str
    at: str

    def shown(self) -> dict[str, Any]:
        return {
            'receipt': 'artifacts-guard/revocation/v1',
            'service': self.service,
            'apiKey': self.key.shown(),
            'revoked': True,
            'proven': self.proven,
            'reason': self.reason,
            'proof': {
                'listed': self.listed,
                'probe': {'path': ME, 'status': self.probe or None},
                'control': {'path': self.control_path, 'status': self.control or None},
            },
            'at': self.at,
        }


def revoke(manager: Client, key_id: str, token: Secret | None = None) -> Revocation:
    """Revoke a key and prove it.  `token` is that of the key: then the proof is that it is refused afterwards.

    Raises ServiceError for an id that no live key has, or a token that is another key's.
    """
    before = named(listed(manager), key_id)
    if before.revoked:
        raise ServiceError('API key was not found.', 'not_found', NOT_FOUND, {'revokedAt': before.revoked})
    old = manager.with_token(token) if token is not None else None
    if old is None and is_own(manager, key_id):
        old = manager
    alive = old is not None and _was_alive(old, key_id)
    answer = manager.answer('DELETE', f'{ROUTE}/{quote(key_id, safe="")}')
    after, control_path = _after(manager, before)
    # a key that revoked itself is refused from now on; a lost answer makes the second attempt find nothing
    if answer.status != 200 and not (after.revoked or control_path == _HEALTH):
        raise failure_of(answer)
    control = manager.with_token(None) if control_path == _HEALTH else manager
    control_status = control.answer('GET', control_path).status
    probe = old.answer('GET', ME).status if old is not None else 0
    proven, reason = _proof(after, alive=alive, probe=probe, control=control_status)
    return Revocation(
        after, manager.origin, bool(after.revoked), probe, control_status, control_path, proven, reason, now()
    )


def is_own(client: Client, key_id: str) -> bool:
    """Whether the client's token is that of this key."""
    who = principal(client)
    return who is not None and who.id == key_id


def _was_alive(old: Client, key_id: str) -> bool:
    """Whether the token is accepted before it is revoked, without which its refusal proves nothing."""
    if not _is_profile(old.answer('GET', ME)):
        return False
    who = principal(old)
    if who is not None and who.id != key_id:
        raise refused(f'the token that was given to prove it is that of another key, {who.id}')
    return True


def _after(manager: Client, before: Key) -> tuple[Key, str]:
    """The key as it is listed now, and the request that must still work."""
    answer = manager.answer('GET', ROUTE)
    if answer.status in _REFUSED:  # the key has revoked itself
        return before, _HEALTH
    return next((key for key in read(answer.json()) if key.id == before.id), before), ME


def _proof(after: Key, *, alive: bool, probe: int, control: int) -> tuple[bool, str]:
    if control != 200:
        return False, 'a request that must work does not, so a refusal proves nothing'
    if alive and probe in _REFUSED:
        return True, 'its token was accepted before and is refused now, while a control request works'
    if alive:
        return False, f'its token is still answered with {probe}'
    if after.revoked:
        return True, 'the service lists it as revoked' + (
            '; the token that was given was refused before already' if probe else ''
        )
    return False, 'the key has revoked itself, and no token was given to prove it'


def unproven(receipt: Revocation) -> ServiceError:
    """The failure that a revocation without proof is."""
    return ServiceError(f'the revocation is not proven: {receipt.reason}', 'unknown', OTHER, receipt.shown())
