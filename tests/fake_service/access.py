"""Who may do what: the measured scope matrix (tests/resources/service), and the words of the refusals."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.fake_service.store import Account
from tests.fake_service.store import Artifact
from tests.fake_service.store import Key

MATRIX = Path(__file__).parent.parent / 'resources' / 'service' / 'scope_matrix_rest.tsv'
_NO_RULE_OF_ITS_OWN = '(ownerUsername'  # a row of the matrix that repeats a route for a team


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, error: str, message: str = '', **more: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = {'error': error, **({'message': message} if message else {}), **more}


@dataclass(frozen=True)
class Rule:
    """One row of the matrix."""

    enforced: tuple[str, ...]
    human_only: bool
    anonymous: bool


@dataclass(frozen=True)
class Principal:
    """Who asks: a key or a person; neither for anonymous."""

    key: Key | None = None
    person: Account | None = None

    @property
    def account(self) -> Account | None:
        return self.key.account if self.key else self.person

    @property
    def id(self) -> str:
        return self.key.id if self.key else (self.person.id if self.person else '')

    def holds(self, scope: str) -> bool:
        return self.person is not None or (self.key is not None and scope in self.key.scopes)


@lru_cache(maxsize=1)
def matrix() -> Mapping[tuple[str, str], Rule]:
    """(route or `MCP tool`, `private`, `public` or `-`) → what it takes."""
    with MATRIX.open(encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file, delimiter='\t'))
    return {
        (row['command'], row['variant']): Rule(
            tuple(filter(None, row['enforced'].split(','))),
            row['human_only'] == 'yes',
            row['no_token'] == 'yes',
        )
        for row in rows
        if _NO_RULE_OF_ITS_OWN not in row['command']
    }


def rule(name: str, artifact: Artifact | None = None) -> Rule:
    """The row of a route; for an artifact, that of its visibility."""
    rows = matrix()
    if (name, '-') in rows:
        return rows[name, '-']
    return rows[name, 'public' if artifact and artifact.is_readable_by_all else 'private']


def check(principal: Principal, found: Rule, action: str, refusal: str, artifact: Artifact | None) -> None:
    """Refuse what the matrix refuses.  `refusal`: the words, where they are not those about a scope."""
    if found.human_only:
        if principal.person is None:
            raise RefusedError(403, 'forbidden', refusal)
        return
    if principal.account is None:
        if not found.anonymous:
            role = f'Requires viewer role for {action}.' if action == 'artifact.view' else ''
            raise RefusedError(403, 'forbidden', role or 'Authentication is required.')
        return
    for scope in found.enforced:  # sorted as in the matrix: read is asked for before share
        if not principal.holds(scope):
            told = refusal if refusal and scope != 'artifacts:read' else _lacks(scope, action)
            raise RefusedError(403, 'forbidden', told)
    _check_role(principal.account, action, artifact)


def _lacks(scope: str, action: str) -> str:
    view = 'artifact.view' if scope == 'artifacts:read' and action == 'share.create' else action
    return f'Requires {scope} scope for {view}.'


def _check_role(account: Account, action: str, artifact: Artifact | None) -> None:
    if artifact is None or account.owns(artifact.owner):
        return
    if action in ('artifact.view', 'artifact.diff', '') and artifact.is_readable_by_all:
        return
    if action == 'artifact.update' and artifact.public_edit:
        return
    role = 'viewer' if action == 'artifact.view' else 'owner'
    raise RefusedError(403, 'forbidden', f'Requires {role} role for {action}.')
