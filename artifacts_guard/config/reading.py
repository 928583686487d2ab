"""Configuration files, checked one by one, merged, and turned into settings."""

from __future__ import annotations

import importlib
import os
import sys

from pydantic import ValidationError

from artifacts_guard.config import PYPROJECT
from artifacts_guard.config import TABLE
from artifacts_guard.config import Configuration
from artifacts_guard.config import content
from artifacts_guard.config.complaints import complaints
from artifacts_guard.config.complaints import unknown_systems
from artifacts_guard.config.lines import Lines
from artifacts_guard.config.model import File
from artifacts_guard.config.model import Key
from artifacts_guard.errors import UsageError
from artifacts_guard.record import Record
from artifacts_guard.settings import DeclaredKey
from artifacts_guard.settings import HostRule
from artifacts_guard.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_MERGED = ('hosts', 'per_path_ignores', 'keys')  # entry by entry; everything else is replaced


class Read(Record):
    """One file: what it says, where, and the names of its entries by the file that has the last word on them."""

    path: str
    file: File
    lines: Lines
    prefix: tuple[str, ...]


def has_table(path: str) -> bool:
    """Whether a pyproject.toml has our table.  Raises UsageError when it is no TOML."""
    return _table(_parsed(_text(path, path), path), path) is not None


def read_with_extended(root: str, chosen: str, edited: Mapping[str, str]) -> Configuration:
    """The configuration of a file and of those it extends; `edited` texts, by path below the root, take the place of files."""
    real = os.path.realpath(root)
    chain = _chain(real, os.path.realpath(chosen), (), edited)
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for read in chain:
        for name in read.file.model_fields_set - {'extends'}:
            value = _value(read, name, real)
            merged[name] = {**merged.get(name, {}), **value} if name in _MERGED else value
            origins[name.replace('_', '-')] = read.path
    return Configuration(
        _settings(chain[-1].path, merged), tuple(sorted(origins.items())), tuple(r.path for r in chain)
    )


def _chain(root: str, path: str, above: tuple[str, ...], edited: Mapping[str, str]) -> list[Read]:
    """A file after those it extends, in their order."""
    name = _shown(path, root)
    if path in above:
        raise UsageError(f'{name}: extends itself, by way of {_shown(above[-1], root)}')
    text = edited[name] if name in edited else _text(path, name)
    read = _read(path, name, text)
    chain: list[Read] = []
    for other in read.file.extends:
        target = os.path.realpath(os.path.join(os.path.dirname(path), other))
        if not target.startswith(root.rstrip(os.sep) + os.sep):
            raise UsageError(f'{name}: extends: {other} lies outside the repository')
        chain += [
            one
            for one in _chain(root, target, (*above, path), edited)
            if one.path not in {c.path for c in chain}
        ]
    return [*chain, read]


def _read(path: str, name: str, text: str) -> Read:
    parsed = _parsed(text, name)
    ours = _table(parsed, path)
    if ours is None:
        raise UsageError(f'{name}: has no table [{".".join(TABLE)}]')
    lines = Lines(text)
    prefix = TABLE if os.path.basename(path) == PYPROJECT else ()
    try:
        file = File.model_validate(ours)
    except ValidationError as error:
        raise UsageError(complaints(name, error, lines, prefix)) from None
    if wrong := unknown_systems(name, file, lines, prefix):
        raise UsageError(wrong)
    return Read(name, file, lines, prefix)


def _text(path: str, name: str) -> str:
    try:
        return content(path).decode('utf-8-sig')
    except UnicodeDecodeError:
        raise UsageError(f'{name}: is not UTF-8') from None


def _parsed(text: str, name: str) -> dict[str, Any]:
    toml = importlib.import_module('tomllib' if sys.version_info >= (3, 11) else 'tomli')
    try:
        parsed: dict[str, Any] = toml.loads(text)
    except ValueError as error:
        raise UsageError(f'{name}: {error}') from None
    except RecursionError:
        raise UsageError(f'{name}: nested too deeply') from None
    return parsed


def _table(parsed: dict[str, Any], path: str) -> Any:
    if os.path.basename(path) != PYPROJECT:
        return parsed
    tools = parsed.get(TABLE[0])
    return tools.get(TABLE[1]) if isinstance(tools, dict) else None


def _value(read: Read, name: str, root: str) -> Any:
    """The value of a setting as `Settings` has it, tables still as dicts."""
    value = getattr(read.file, name)
    if name == 'hosts':
        return {key: one for pattern, tenancy in value.items() for key, one in _hosts(pattern, tenancy)}
    if name == 'keys':
        return {key: _key(key, declared, read) for key, declared in value.items()}
    if name == 'per_path_ignores':
        return {pattern: tuple(rules) for pattern, rules in value.items()}
    if name == 'rules':
        folder = os.path.dirname(os.path.join(root, read.path))
        return tuple(_shown(os.path.normpath(os.path.join(folder, path)), root) for path in value)
    if name == 'service_hosts':
        return tuple(host.lower() for host in value)
    return tuple(value) if isinstance(value, list) else value


def _hosts(pattern: str, tenancy: str | dict[str, str]) -> list[tuple[tuple[str, str], HostRule]]:
    if isinstance(tenancy, str):
        return [(('', pattern), HostRule(pattern, tenancy))]
    return [((pattern, label), HostRule(label, one, pattern)) for label, one in tenancy.items()]


def _key(name: str, key: Key, read: Read) -> DeclaredKey:
    path = (*read.prefix, 'keys', name)
    return DeclaredKey(
        name,
        read.lines.line(path),
        key.secret,
        tuple(key.jobs),
        tuple(key.scopes),
        key.owner,
        key.rotate_days,
        tuple(key.reason.items()),
        tuple((one.scope, one.until.isoformat(), one.why) for one in key.accept),
        read.lines.line((*path, 'scopes')),
        read.path,
    )


def _settings(path: str, merged: dict[str, Any]) -> Settings:
    """`merged` has only what some file says."""
    if 'hosts' in merged:  # what is said of one system goes before what is said of all
        merged['hosts'] = tuple(sorted(merged['hosts'].values(), key=lambda rule: not rule.system))
    if 'keys' in merged:
        merged['keys'] = tuple(merged['keys'].values())
    if 'per_path_ignores' in merged:
        merged['per_path_ignores'] = tuple(merged['per_path_ignores'].items())
    return Settings(path=path, **merged)


def _shown(path: str, root: str) -> str:
    """Relative to the root with `/`, when below it."""
    prefix = root.rstrip(os.sep) + os.sep
    return path[len(prefix) :].replace(os.sep, '/') if path.startswith(prefix) else path
