"""A secret value that cannot be printed by accident."""

from __future__ import annotations

import sys

_DOMAIN = b'artifacts-guard/fingerprint/v1\0'


def fingerprint(value: str, size: int = 16) -> str:
    """Hex of a domain-separated SHA-256 of a value: names it without telling it.  `size` is in hex digits."""
    return _sha256(_DOMAIN + value.encode('utf-8', 'surrogatepass'))[:size]


def _sha256(data: bytes) -> str:
    """From Python's own module where there is one: `hashlib` loads OpenSSL, which a hook would wait for."""
    from importlib import import_module

    try:
        sha256 = import_module('_sha2' if sys.version_info >= (3, 12) else '_sha256').sha256
    except ImportError:
        from hashlib import sha256
    digest: str = sha256(data).hexdigest()
    return digest


class Secret:
    """Holds a credential; shows only its family prefix and a short fingerprint, as `aa_k_…#9f3c`.

    `str`, `repr`, `format` and serialisation give that form.  Only code that must use the value
    calls `reveal`.
    """

    __slots__ = ('_value', 'prefix')

    def __init__(self, value: str, prefix: str = '') -> None:
        self._value = value
        self.prefix = prefix

    def reveal(self) -> str:
        return self._value

    @property
    def fingerprint(self) -> str:
        return fingerprint(self._value)

    def __str__(self) -> str:
        return f'{self.prefix}…#{self.fingerprint[:4]}'

    def __repr__(self) -> str:
        return f'<Secret {self}>'

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __len__(self) -> int:
        return len(self._value)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError('a Secret is not serialised')
