"""What is wrong with the keys of an account: rules of the inventory, on a key list and what the configuration declares."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import USELESS
from artifacts_guard.scopes.needs import compare
from artifacts_guard.service.artifacts import seconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.service.keys import Key
    from artifacts_guard.settings import DeclaredKey

DAY = 86400
_MINTS = 'agents:manage'


class KeyFinding(Record):
    """A rule that a key breaks."""

    rule: str
    key: Key
    message: str

    def shown(self) -> dict[str, str]:
        return {'rule': self.rule, 'apiKeyId': self.key.id, 'name': self.key.name, 'message': self.message}


def findings(
    keys: Iterable[Key], declared: Iterable[DeclaredKey], now: float, stale_days: int
) -> Iterator[KeyFinding]:
    """Of live keys, in the order of the list."""
    known = {key.name: key for key in declared}
    for key in keys:
        if key.revoked:
            continue
        unused = now - seconds(key.last_used or key.created)
        if unused > stale_days * DAY:
            since = f'has not been used for {unused / DAY:.0f} days' if key.last_used else 'was never used'
            yield KeyFinding('stale-key', key, f'{since}: revoke it, or find out whose it is')
        if _MINTS in key.scopes:
            yield KeyFinding(
                'key-minting-scope', key, 'can make keys with every scope: it is full access to the account'
            )
        for scope in USELESS:
            if scope in key.scopes:
                yield KeyFinding(
                    'over-granted-key', key, f'{scope} opens nothing: leave it out of the next key'
                )
        if key.name in known:
            yield from _against(key, known[key.name])
        elif known:
            yield KeyFinding('undeclared-key', key, 'the configuration does not declare it')


def _against(key: Key, declared: DeclaredKey) -> Iterator[KeyFinding]:
    """A key against its table in the configuration."""
    if not declared.scopes:
        return
    found = compare(key.scopes, declared.scopes)
    excess = [scope for scope in found.excess if scope not in USELESS]
    if excess:
        yield KeyFinding('over-granted-key', key, f'holds {", ".join(excess)} beyond what is declared')
    if found.missing:
        yield KeyFinding('missing-scope', key, f'lacks {", ".join(found.missing)}, which is declared')


def switched(old: Key, new: Key, now: float, quiet_seconds: float) -> Iterator[KeyFinding]:
    """Why an old key is not to be revoked yet: the new one is unused, or the old one is not."""
    if new.revoked or not new.last_used:
        yield KeyFinding(
            'unused-key',
            new,
            'is revoked' if new.revoked else 'was never used: the pipeline has not switched',
        )
    quiet = now - seconds(old.last_used or old.created)
    if not old.revoked and quiet < quiet_seconds:
        words = f'was used {quiet / 3600:.1f} hours ago, and is to be quiet for {quiet_seconds / 3600:g}'
        yield KeyFinding('key-in-use', old, words)
