"""What a repository's configuration can change, as a plain value (read and checked by `config`)."""

from __future__ import annotations

from artifacts_guard.record import Record


class HostRule(Record):
    """Runner labels that match `pattern` (a glob; `system` '' means any) have `tenancy`."""

    pattern: str
    tenancy: str
    system: str = ''


class DeclaredKey(Record):
    """A `[keys.NAME]` table: the key behind `secret`, the jobs it serves and the scopes it holds."""

    name: str
    line: int
    secret: str = ''
    jobs: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    owner: str = ''
    rotate_days: int = 0
    reason: tuple[tuple[str, str], ...] = ()
    accept: tuple[tuple[str, str, str], ...] = ()  # scope, until, why
    scopes_line: int = 0
    path: str = ''  # of the file that it stands in


class Settings(Record):
    """All settings with their defaults.  `path` is the file they came from, '' for none."""

    path: str = ''
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    pedantic: bool = False
    generic: bool = False
    fail_on: str = 'warning'
    hosts: tuple[HostRule, ...] = ()
    organisations: tuple[str, ...] = ()
    service_hosts: tuple[str, ...] = ()
    public_projects: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    keys: tuple[DeclaredKey, ...] = ()
