"""What is different between two audits: findings, keys, scopes and repositories."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing

from artifacts_guard.audit import database
from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Tables = dict[str, list[dict[str, Any]]]

_SQLITE = b'SQLite format 3\0'  # https://www.sqlite.org/fileformat.html#magic_header_string
_COMPARED = ('findings', 'keys', 'key_scopes', 'repositories')


class Change(Record):
    """One difference: its kind, what it is about, and what is to be known of it."""

    kind: str
    what: str
    detail: str = ''


def read(path: str) -> Tables:
    """The tables of an audit, from its database or its JSON.  Raises UsageError for a file that is neither."""
    if not os.path.isfile(path):
        raise UsageError(f'{path}: there is no such file')
    try:
        with open(path, 'rb') as file:
            data = file.read()
        if data.startswith(_SQLITE):
            with closing(sqlite3.connect(path)) as connection:
                return of(connection)
        document = json.loads(data)
        return {name: list(document[name]) for name in _COMPARED}
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
        raise UsageError(f'{path}: neither the database nor the JSON of an audit') from None


def of(connection: sqlite3.Connection) -> Tables:
    """The tables of an audit that are compared."""
    return {name: database.rows(connection, name) for name in _COMPARED}


def differences(old: Tables, new: Tables) -> tuple[Change, ...]:
    """What came, went and changed, in order; a finding that only moved is no change."""
    found = [
        *_came_and_went('finding', _findings(old), _findings(new), 'new', 'gone'),
        *_came_and_went('key', _keys(old), _keys(new), 'new', 'gone'),
        *_came_and_went('excess scope', _scopes(old), _scopes(new), 'new', 'gone'),
        *_came_and_went('repository', _states(old), _states(new), 'new', 'gone'),
        *_changed('key', _keys(old), _keys(new)),
        *_changed('repository', _states(old), _states(new)),
    ]
    return tuple(sorted(found, key=lambda one: (one.kind, one.what, one.detail)))


def _came_and_went(name: str, old: dict[str, str], new: dict[str, str], came: str, went: str) -> list[Change]:
    return [
        *(Change(f'{came} {name}', what, new[what]) for what in new.keys() - old.keys()),
        *(Change(f'{went} {name}', what, old[what]) for what in old.keys() - new.keys()),
    ]


def _changed(name: str, old: dict[str, str], new: dict[str, str]) -> list[Change]:
    return [
        Change(f'changed {name}', what, f'{old[what]} → {new[what]}')
        for what in old.keys() & new.keys()
        if old[what] != new[what]
    ]


def _findings(tables: Tables) -> dict[str, str]:
    return {
        f'{row["repository"]} {row["rule"]} {row["fingerprint"]}': f'{row["level"]} {row["path"]}: {row["message"]}'
        for row in tables['findings']
    }


def _keys(tables: Tables) -> dict[str, str]:
    return {
        f'{row["name"]} ({row["key_id"]})': f'revoked {row["revoked"]}' if row['revoked'] else 'live'
        for row in tables['keys']
    }


def _scopes(tables: Tables) -> dict[str, str]:
    return {
        f'{row["key_id"]} {row["scope"]}': row['proof'] for row in tables['key_scopes'] if row['is_excess']
    }


def _states(tables: Tables) -> dict[str, str]:
    return {row['repository']: row['state'] for row in tables['repositories']}
