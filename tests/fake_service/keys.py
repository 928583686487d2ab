"""The routes of API keys: list, create, revoke."""

from __future__ import annotations

import secrets

from tests.fake_service import forms
from tests.fake_service.access import RefusedError
from tests.fake_service.operations import Answer
from tests.fake_service.operations import Call
from tests.fake_service.store import now


def api_keys(call: Call) -> Answer:
    """All of the account, revoked ones too, newest first."""
    return 200, {
        'apiKeys': [key.record() for key in reversed(call.store.keys) if key.account is call.account]
    }


def create_key(call: Call) -> Answer:
    """Names need not be unique, doubles are kept, `expiresAt` is ignored."""
    form = forms.Form(call.body)
    name, scopes = form.text('name', most=100), form.scopes()
    form.done()
    token = f'aa_k_{secrets.token_urlsafe(32)}'
    made = call.store.add_key(token, scopes, name or '', call.account)
    return 201, {'apiKey': {**made.record(), 'token': token}}


def revoke_key(call: Call) -> Answer:
    for key in call.store.keys:
        if key.id == call.at['id'] and key.account is call.account and key.revoked is None:
            key.revoked = now()
            return 200, {'revoked': True}
    raise RefusedError(404, 'not_found', 'API key was not found.')
