"""The composition: shards, a key list, logs and policies → the tables of an audit."""

from __future__ import annotations

from artifacts_guard.advisor import keylist
from artifacts_guard.audit import database
from artifacts_guard.audit import logs
from artifacts_guard.audit.inventory import Inventory
from artifacts_guard.audit.livekeys import STALE_DAYS
from artifacts_guard.audit.livekeys import live_keys
from artifacts_guard.record import Record
from artifacts_guard.text import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.advisor.keylist import ListedKey
    from artifacts_guard.audit.compare import Change
    from artifacts_guard.audit.logs import Logs


class Inputs(Record):
    """What is given besides repositories, each file as (name, text), already without tokens.

    `policy` are declared keys that hold for all repositories.  `own_key` is the id or name of the key that lists were
    fetched with.
    """

    keys: tuple[str, str] = ('', '')
    events: tuple[tuple[str, str], ...] = ()
    artifacts: tuple[tuple[str, str], ...] = ()
    policy: tuple[tuple[str, str], ...] = ()
    declared: tuple[dict[str, Any], ...] = ()
    own_key: str = ''
    pepper: str = ''
    today: str = ''
    stale_days: int = STALE_DAYS

    def listed(self) -> tuple[ListedKey, ...]:
        """The keys of the list.  Raises UsageError when it is none."""
        name, text = self.keys
        return keylist.read(text, name) if name else ()

    def logs(self) -> Logs:
        """Events of all exports, with the artifacts that keys have made.  Raises UsageError."""
        read = logs.read(self.events)
        made = [event for name, text in self.artifacts for event in logs.created(text, name)]
        return read.replace(events=tuple(sorted((*read.events, *made), key=lambda e: (e.time, e.identifier))))


def review(
    shards: Sequence[dict[str, Any]], inputs: Inputs, meta: Mapping[str, str], path: str = ':memory:'
) -> sqlite3.Connection:
    """The tables, in a new file or in memory.  `shards` has one for each repository, in order."""
    read = inputs.logs()
    inventory = Inventory(
        inputs.listed(), shards, inputs.declared, read, pepper=inputs.pepper, today=inputs.today
    )
    findings = _findings(inventory, inputs)
    connection = database.create(path)
    database.fill(connection, shards, inventory, read, findings, meta, inputs.declared, inputs.own_key)
    return connection


def add_changes(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Record what is different from an earlier audit."""
    connection.executemany(
        'insert into changes values (?, ?, ?)', [(one.kind, one.what, one.detail) for one in changes]
    )
    connection.commit()


def _findings(inventory: Inventory, inputs: Inputs) -> list[dict[str, Any]]:
    """What the rules of the inventory say, as the reports have it."""
    from artifacts_guard.engine.load import builtin
    from artifacts_guard.engine.run import findings
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.reports.json_ import finding
    from artifacts_guard.reports.model import Report

    name, text = inputs.keys
    if not name:
        return []
    found = findings(live_keys(inventory, Document(name, text), inputs.stale_days), builtin())
    return [{**finding(entry), 'job': entry.job} for entry in Report(Result(tuple(found))).entries]
