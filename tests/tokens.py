"""Tokens for tests: of valid form, the same for the same seed, written down nowhere.

`api_key('leak')` is an API key as the server mints them, and nobody's.  All functions are pure.
A seed whose token would be taken for a placeholder is passed over, so a test never depends on luck.
"""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Callable

_LETTERS = string.ascii_letters + string.digits


def api_key(seed: str) -> str:
    """An API key as issued: `aa_k_` and 32 bytes in base64url."""
    return _judged('aa_k_', seed, _issued)


def agent_token(seed: str) -> str:
    """An agent's access token: `aa_at_` and 32 bytes in base64url."""
    return _judged('aa_at_', seed, _issued)


def claim_token(seed: str) -> str:
    """A claim token: `aa_claim_` and 32 bytes in base64url."""
    return _judged('aa_claim_', seed, _issued)


def documented_key(seed: str, length: int = 32) -> str:
    """An API key in the form that the service's guide shows: `aa_live_` and letters and digits."""
    return _judged('aa_live_', seed, lambda drawn: _letters(drawn, length))


def hex_key(seed: str, length: int = 40) -> str:
    """As `documented_key`, with a body of lower-case hex digits."""
    return _judged('aa_live_', seed, lambda drawn: _stream(drawn, length).hex()[:length])


def session(seed: str, length: int = 32) -> str:
    """A session token: letters and digits, no prefix."""
    return _judged('', seed, lambda drawn: _letters(drawn, length))


def _judged(prefix: str, seed: str, body: Callable[[str], str]) -> str:
    from artifacts_guard.credentials.placeholder import is_placeholder

    for attempt in range(100):
        token = prefix + body(f'{prefix}/{seed}/{attempt}')
        if not is_placeholder(token):
            return token
    raise AssertionError(f'no seed near {seed!r} gives a token')


def _issued(drawn: str) -> str:
    digest = hashlib.sha256(drawn.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip('=')


def _stream(drawn: str, length: int) -> bytes:
    return hashlib.shake_256(drawn.encode()).digest(length)


def _letters(drawn: str, length: int) -> str:
    # 248 = 4 × 62: without the bytes above it every character is equally likely
    fair = [byte for byte in _stream(drawn, 4 * length + 64) if byte < 248]
    return ''.join(_LETTERS[byte % 62] for byte in fair[:length])
