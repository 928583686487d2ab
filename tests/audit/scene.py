"""A small organisation in which each question of a reviewer has an answer."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

from artifacts_guard.audit import database
from artifacts_guard.scopes.catalogue import SCOPES
from tests import tokens
from tests.audit import made
from tests.conftest import Guard
from tests.conftest import Outcome

LEAKED, RETIRED = 'leaked', 'retired'
TODAY = '2026-11-24'
FORK = """\
on: pull_request_target
jobs:
  preview:
    runs-on: [self-hosted, linux]
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ github.event.pull_request.head.sha }}"}
      - env: {AGENT_ARTIFACTS_TOKEN: "${{ secrets.FORK_KEY }}"}
        run: |
          ./build.sh
          artifacts push --no-input --private --project-slug a --file a.md
"""
HANDED = """\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - env: {AGENT_ARTIFACTS_TOKEN: "${{ secrets.HANDED_KEY }}"}
        run: artifacts push --no-input --private --project-slug a --file a.md
      - uses: acme/publish@0123456789012345678901234567890123456789
        with: {token: "${{ secrets.HANDED_KEY }}"}
"""
IGNORED = f'{made.PUSH} --token "$AGENT_ARTIFACTS_TOKEN" # artifacts-guard: ignore[token-flag] because the runner is a VM of this job'
OWN_POLICY = """\
[keys.report]
secret = "REPORT_KEY"
scopes = ["artifacts:create", "artifacts:delete"]
owner = "team-web"
rotate-days = 60
"""
REPOSITORIES: dict[str, dict[str, str]] = {
    'web': {
        'artifacts-guard.toml': OWN_POLICY,
        made.REPORT: made.workflow(made.PUSH),
        '.github/workflows/clean.yml': made.workflow(
            'artifacts artifact delete --no-input --artifact-id x', job='clean'
        ),
    },
    'docs': {made.REPORT: made.workflow(made.PUSH, 'ORG_KEY')},
    'shop': {made.REPORT: made.workflow(made.PUSH, 'ORG_KEY')},
    'leaky': {'notes.txt': f'{tokens.api_key(LEAKED)}\n', 'old.txt': f'{tokens.api_key(RETIRED)}\n'},
    'forks': {'.github/workflows/preview.yml': FORK},
    'handed': {made.REPORT: HANDED},
    'quiet': {
        made.REPORT: made.workflow(IGNORED, 'QUIET_KEY'),
        'artifacts-guard.toml': 'exclude = ["vendor/**"]\n',
    },
}
POLICY = """\
[keys.org]
secret = "ORG_KEY"
scopes = ["artifacts:create"]
owner = "platform"
accept = [{scope = "artifacts:share", until = 2027-01-31, why = "next month's links"}]

[keys.handed]
secret = "HANDED_KEY"
scopes = ["artifacts:create"]

[keys.reader]
scopes = ["agents:manage"]
"""


def _hash(seed: str) -> str:
    return hashlib.sha256(tokens.api_key(seed).encode()).hexdigest()


KEYS = made.listed(
    made.key('report', ['artifacts:create', 'artifacts:update', 'artifacts:delete']),
    made.key('org', ['artifacts:create', 'artifacts:share'], createdAt='2026-11-01T08:00:00Z'),
    made.key('handed', ['artifacts:create', 'artifacts:update']),
    made.key('ghost', ['artifacts:create', 'artifacts:update', 'artifacts:read']),
    made.key('forgotten', ['artifacts:read'], createdAt='2026-01-05T08:00:00Z', lastUsedAt=None),
    made.key('CLI login', list(SCOPES)),
    made.key('reader', ['agents:manage'], createdAt='2026-11-01T08:00:00Z'),
    made.key('leaked', ['artifacts:read'], tokenHash=_hash(LEAKED)),
    made.key('retired', ['artifacts:read'], revokedAt='2026-11-02T08:00:00Z', tokenHash=_hash(RETIRED)),
)
EVENTS = json.dumps(
    {
        'auditEvents': [
            {
                'id': f'e{n}',
                'actorPrincipalType': kind,
                'actorPrincipalId': who,
                'action': action,
                'artifactId': 'a1',
                'createdAt': time,
            }
            for n, (kind, who, action, time) in enumerate(
                (
                    ('api_key', 'id-ghost', 'artifact.created', '2026-08-01T08:00:00Z'),
                    ('api_key', 'id-ghost', 'artifact.created', '2026-09-01T08:00:00Z'),
                    ('api_key', 'id-ghost', 'artifact.created', '2026-11-20T08:00:00Z'),
                    ('user', 'u1', 'artifact.deleted', '2026-11-21T08:00:00Z'),
                )
            )
        ]
    }
)


class Scene:
    """The organisation's files, and `run`, which audits it."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self.folder = folder
        self.guard = guard
        for name, files in REPOSITORIES.items():
            made.repository(folder / name, files)
        for name, text in (
            ('repos.txt', ''.join(f'{name}\n' for name in (*REPOSITORIES, 'gone'))),
            ('keys.json', KEYS),
            ('events.json', EVENTS),
            ('policy.toml', POLICY),
            ('pepper', 'our own secret'),
        ):
            (folder / name).write_text(text)

    def run(self, *more: str) -> Outcome:
        return self.guard(
            *('audit', '--repos', 'repos.txt', '--keys', 'keys.json', '--events', 'events.json'),
            *('--policy', 'policy.toml', '--pepper', 'pepper', '--own-key', 'reader', '--as-of', TODAY),
            *('--jobs', '2', *more),
            cwd=self.folder,
        )

    def open(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / name)

    def rows(self, name: str, view: str) -> list[dict[str, object]]:
        connection = self.open(name)
        try:
            return database.rows(connection, view)
        finally:
            connection.close()
