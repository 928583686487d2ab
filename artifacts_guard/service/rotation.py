"""Rotation of a key, step by step: a new key is made, proved and handed over, then the old one is revoked with proof.

What was done is kept in a file that holds no secret, so that it goes on after an interruption.  A new token is known to
this process alone: when it is lost before it was handed over, its key is revoked and another one is made.
"""

from __future__ import annotations

import json
import os
import secrets
import time

from artifacts_guard.record import Record
from artifacts_guard.secret import Secret
from artifacts_guard.service import keys
from artifacts_guard.service.artifacts import seconds
from artifacts_guard.service.client import failure_of
from artifacts_guard.service.client import is_passing
from artifacts_guard.service.failure import LostError
from artifacts_guard.service.failure import NotSentError
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.failure import invalid
from artifacts_guard.service.programs import give
from artifacts_guard.service.request import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from artifacts_guard.service.client import Client

TO_COMMAND = '--to-command'
_LONGEST_NAME = 100
_DONE_BEFORE = 'done before'


class Plan(Record):
    """What is to be rotated and how.  `scopes` and `name` are those of the old key when they are empty."""

    old_id: str
    to_command: str
    name: str = ''
    scopes: tuple[str, ...] = ()
    grace_seconds: float = 86400
    leaked: bool = False

    def steps(self) -> tuple[tuple[str, str], ...]:
        """The name of each step, and what it does."""
        program = self.to_command.split(maxsplit=1)[0] if self.to_command.strip() else TO_COMMAND
        wait = f'once a pipeline has used the new key, and {self.grace_seconds / 3600:g} hours after the handover'
        revoke = (
            'revoke',
            f'revoke the old key {self.old_id} and prove it' + ('' if self.leaked else f', {wait}'),
        )
        make = (
            ('create', 'make a new key'),
            ('verify', 'prove that the new key works, and that a random one does not'),
            (
                'deliver',
                f'give the new token to the standard input of {program}, and revoke what earlier attempts left',
            ),
        )
        order = (revoke, *make) if self.leaked else (*make, revoke)
        return ('record', f'record what the key {self.old_id} may do and when it was last used'), *order


class State:
    """What was done, in a file that only its owner can read."""

    def __init__(self, path: str, old_id: str) -> None:
        self._path = path
        self.done: dict[str, Any] = {'old': old_id}
        try:
            with open(path, encoding='utf-8') as file:
                self.done = json.load(file)
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            raise invalid(f'{path} cannot be read: name another file with --state, or remove it') from None
        if not isinstance(self.done, dict) or self.done.get('old') != old_id:
            raise invalid(f'{path} belongs to another rotation: name another file with --state')

    def set(self, **more: object) -> None:
        """Written whole or not at all."""
        self.done.update(more)
        part = f'{self._path}.part'
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, 'w', encoding='utf-8') as file:
                json.dump(self.done, file, indent=2)
            os.replace(part, self._path)
        except OSError as error:
            raise invalid(f'{self._path} cannot be written: {error.strerror}') from None

    def remove(self) -> None:
        os.unlink(self._path)

    def text(self, name: str) -> str:
        return str(self.done.get(name) or '')


class Rotation:
    """Runs a plan with a client that holds agents:manage.  `say` hears of each step."""

    def __init__(self, client: Client, plan: Plan, state: State, say: Callable[[str], None]) -> None:
        self._client = client
        self._plan = plan
        self._state = state
        self._say = say
        self._waits = ''
        self._token: Secret | None = None
        self._run = {
            'record': self._record,
            'create': self._create,
            'verify': self._verify,
            'deliver': self._deliver,
            'revoke': self._revoke,
        }

    def run(self) -> dict[str, Any]:
        """What was done; `done` is False when the old key is still to be revoked, later, with the same command."""
        steps = self._plan.steps()
        for number, (name, words) in enumerate(steps, 1):
            ran = self._run[name]()
            note = '' if ran else f' ({self._waits or _DONE_BEFORE})'
            self._say(f'{number}/{len(steps)} {words}{note}')
        told = {
            key: self._state.done.get(key)
            for key in ('old', 'new', 'name', 'scopes', 'last_used', 'delivered', 'receipt')
        }
        if not self._waits:
            self._state.remove()
        return {**told, 'done': not self._waits, **({'waits': self._waits} if self._waits else {})}

    def _record(self) -> bool:
        if self._state.text('base'):
            return False
        old = keys.named(keys.listed(self._client), self._plan.old_id)
        if old.revoked and not self._plan.leaked:
            raise invalid(f'the key {old.id} is revoked already: make a new one with `artifacts keys create`')
        if self._plan.leaked and keys.is_own(self._client, old.id):
            raise invalid(
                'the leaked key cannot replace itself once it is revoked: use the token of another key'
            )
        end = f'.{time.strftime("%Y%m%d", time.gmtime())}-{secrets.token_hex(3)}'
        base = (self._plan.name or old.name.partition('.')[0])[: _LONGEST_NAME - len(end)] + end
        scopes = self._plan.scopes or old.scopes
        self._state.set(base=base, name=base, scopes=list(scopes), last_used=old.last_used)
        return True

    def _create(self) -> bool:
        """Again after an interruption: the token of a key that nobody was given is lost."""
        if self._state.text('delivered'):
            return False
        new, self._token = self._make()
        self._state.set(new=new)
        return True

    def _verify(self) -> bool:
        if self._token is None:
            return False
        found = keys.verify(self._client.with_token(self._token))
        if found.verdict != keys.ACTIVE:
            raise ServiceError(f'the new key is not handed over: {found.reason}', 'unknown', 1, found.shown())
        return True

    def _deliver(self) -> bool:
        if self._token is None:
            return False
        give(self._token, self._plan.to_command, TO_COMMAND)
        listed = keys.listed(self._client)
        # our own proof has used it too: only what comes later is a pipeline's use
        used = keys.named(listed, self._state.text('new')).last_used
        self._state.set(delivered=keys.now(), new_used=used)
        for left in listed:
            mine = left.name == self._state.text('base') and left.id != self._state.text('new')
            if mine and not left.revoked:
                keys.revoke(self._client, left.id)
        return True

    def _make(self) -> tuple[str, Secret]:
        """The id and the token of a new key.  When an answer is lost, so is the token: the next one is used instead."""
        body = encoded({'name': self._state.done['base'], 'scopes': self._state.done['scopes']})
        patience = self._client.patience()
        while True:
            wish = None
            try:
                answer = self._client.once('POST', keys.ROUTE, body)
            except (NotSentError, LostError) as error:
                failure: ServiceError = error
            else:
                made = (answer.json() or {}).get('apiKey')
                if answer.status == 201 and isinstance(made, dict) and isinstance(made.get('token'), str):
                    return str(made.get('id')), Secret(made['token'], 'aa_k_')
                failure, wish = failure_of(answer), self._client.wish(answer)
                if not is_passing(answer) and answer.status >= 300:
                    raise failure
            if not patience.wait(str(failure), wish):
                raise failure

    def _revoke(self) -> bool:
        if self._state.done.get('receipt'):
            return False
        listed = keys.listed(self._client)
        old = keys.named(listed, self._plan.old_id)
        if not self._plan.leaked:
            self._waits = self._wait(keys.named(listed, self._state.text('new')))
            if self._waits:
                return False
        if old.revoked:  # by an attempt whose receipt was lost, or by somebody else
            self._state.set(
                receipt={
                    'apiKey': old.shown(),
                    'revoked': True,
                    'proven': True,
                    'reason': 'listed as revoked',
                }
            )
            return False
        receipt = keys.revoke(self._client, old.id)
        self._state.set(receipt=receipt.shown())
        return True

    def _wait(self, new: keys.Key) -> str:
        """Why the old key stays for now; '' when it may go."""
        if not self._plan.grace_seconds:
            return ''
        delivered = seconds(self._state.text('delivered'))
        left = delivered + self._plan.grace_seconds - time.time()
        if left > 0:
            return f'not yet: in {left / 3600:.1f} hours; run the same command again'
        if new.last_used == self._state.text('new_used'):
            return 'not yet: no pipeline has used the new key; run the same command again'
        return ''
