"""Names of tokens that tell nothing of them: HMAC-SHA-256 with the organisation's own key, 64 bits of it.

https://www.rfc-editor.org/rfc/rfc2104.  Without the key nobody can try whether a token that they know is in a report.
"""

from __future__ import annotations

import hashlib
import hmac

_SHOWN = 16  # hex digits


def keyed(pepper: str, value: str) -> str:
    """The fingerprint of a value; '' for no value."""
    if not value:
        return ''
    return hmac.new(pepper.encode(), value.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()[
        :_SHOWN
    ]


def stored_form(token: str) -> str:
    """A token as the service keeps it: the hex of its SHA-256 (`token_hash` of its table of keys)."""
    return hashlib.sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()
