"""Bodies of requests, checked as the service checks them: all mistakes at once, in its words."""

from __future__ import annotations

import re
from typing import Any

from artifacts_guard.scopes.catalogue import SCOPES
from tests.fake_service.access import RefusedError

LARGEST_CONTENT = 52_428_800
_KINDS = {str: 'string', list: 'array', dict: 'object', int: 'number', bool: 'boolean'}
_SLUG = re.compile(r'[a-z0-9]+(?:-[a-z0-9]+)*')


class Form:
    """A JSON body with the issues found in it."""

    def __init__(self, body: Any) -> None:
        self.body = body if isinstance(body, dict) else {}
        self.issues: list[dict[str, Any]] = []

    def text(self, name: str, least: int = 1, most: int = 0, optional: bool = False) -> str | None:
        value = self.body.get(name)
        if value is None and optional:
            return None
        if not isinstance(value, str):
            self._wrong_type(name, 'string', value)
            return ''
        self._measure(name, 'string', 'characters', len(value), least, most)
        return value

    def choice(self, name: str, values: tuple[str, ...], default: str = '') -> str:
        value = self.body.get(name, default or None)
        if value not in values:
            self._not_among(values, [name])
            return values[0]
        return str(value)

    def scopes(self) -> tuple[str, ...]:
        given = self.body.get('scopes')
        if not isinstance(given, list):
            self._wrong_type('scopes', 'array', given)
            return ()
        self._measure('scopes', 'array', 'items', len(given), 1, 0)
        for at, scope in enumerate(given):
            if scope not in SCOPES:
                self._not_among(SCOPES, ['scopes', at])
        return tuple(given)

    def number(self, name: str) -> int | None:
        value = self.body.get(name)
        if value is not None and (not isinstance(value, int) or value < 1):
            self._wrong_type(name, 'number', value)
            return None
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self.body.get(name, default)
        if not isinstance(value, bool):
            self._wrong_type(name, 'boolean', value)
            return False
        return value

    def done(self) -> None:
        if self.issues:
            raise RefusedError(400, 'invalid_request', issues=self.issues)

    def _measure(self, name: str, origin: str, unit: str, size: int, least: int, most: int) -> None:
        if size < least:
            self._size(
                name,
                'too_small',
                origin,
                'minimum',
                least,
                f'Too small: expected {origin} to have >={least} {unit}',
            )
        if most and size > most:
            self._size(
                name,
                'too_big',
                origin,
                'maximum',
                most,
                f'Too big: expected {origin} to have <={most} {unit}',
            )

    def _size(self, name: str, code: str, origin: str, bound: str, value: int, message: str) -> None:
        self.issues.append(
            {
                'origin': origin,
                'code': code,
                bound: value,
                'inclusive': True,
                'path': [name],
                'message': message,
            }
        )

    def _wrong_type(self, name: str, expected: str, value: object) -> None:
        received = 'undefined' if name not in self.body else _KINDS.get(type(value), 'null')
        message = f'Invalid input: expected {expected}, received {received}'
        self.issues.append({'expected': expected, 'code': 'invalid_type', 'path': [name], 'message': message})

    def _not_among(self, values: tuple[str, ...], path: list[Any]) -> None:
        words = '|'.join(f'"{value}"' for value in values)
        self.issues.append(
            {
                'code': 'invalid_value',
                'values': list(values),
                'path': path,
                'message': f'Invalid option: expected one of {words}',
            }
        )


def slug(text: str) -> str:
    """A slug as the service makes it of what was sent."""
    made = '-'.join(re.findall('[a-z0-9]+', text.lower()))
    issues: list[dict[str, Any]] = []
    if len(made) > 80:
        issues.append(_unplaced('too_big', 'maximum', 80, 'Too big: expected string to have <=80 characters'))
    if not _SLUG.fullmatch(made):
        issues.append(
            _unplaced('too_small', 'minimum', 1, 'Too small: expected string to have >=1 characters')
        )
    if issues:
        raise RefusedError(400, 'invalid_request', issues=issues)
    return made


def content(text: str) -> None:
    """Refuse what no plan takes."""
    if len(text.encode()) > LARGEST_CONTENT:
        message = f'Content exceeds {LARGEST_CONTENT} byte limit.'
        raise RefusedError(
            400, 'invalid_request', issues=[{'code': 'custom', 'path': ['content'], 'message': message}]
        )


def _unplaced(code: str, bound: str, value: int, message: str) -> dict[str, Any]:
    return {'origin': 'string', 'code': code, bound: value, 'inclusive': True, 'path': [], 'message': message}
