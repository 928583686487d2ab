"""What the service keeps: accounts, keys, projects, artifacts with their versions, share links."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timezone
from typing import Any

from artifacts_guard.scopes.catalogue import SCOPES

DEFAULT_PROJECT = 'default'
MIB = 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """What a plan allows; `beyond` is the plan that the refusal names."""

    id: str
    name: str
    content_bytes: int
    pays: bool
    artifacts: int = 1_000_000
    beyond: str = ''


# names as the service says them: the limit of one plan is told with the name of the next (facts: "Builder", "Pro")
PLANS = {
    'free': Plan('free', 'Builder', MIB, pays=False, artifacts=25, beyond='builder'),
    'builder': Plan('builder', 'Pro', 10 * MIB, pays=True, beyond='studio'),
    'studio': Plan('studio', 'Studio', 50 * MIB, pays=True),
}


@dataclass
class Account:
    """A person with a plan, projects and at most one username; `teams` are slugs of teams they created."""

    username: str | None
    plan: Plan
    teams: tuple[str, ...] = ()
    projects: set[tuple[str, str]] = field(default_factory=set)  # owner's name, project's slug

    @property
    def id(self) -> str:
        return f'user{self.username}'

    def owns(self, owner: str) -> bool:
        return owner == self.username or owner in self.teams


@dataclass
class Key:
    """An API key: the service keeps the hash of its token."""

    id: str
    hash: str
    name: str
    scopes: tuple[str, ...]
    account: Account
    created: str
    last_used: str | None = None
    revoked: str | None = None

    def record(self) -> dict[str, Any]:
        return {
            'id': self.id,
            'userId': self.account.id,
            'name': self.name,
            'scopes': list(self.scopes),
            'createdAt': self.created,
            'lastUsedAt': self.last_used,
            'revokedAt': self.revoked,
        }


@dataclass
class Version:
    id: str
    number: int
    content: str
    changelog: str | None
    made_by: str
    created: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    def record(self) -> dict[str, Any]:
        return {
            'id': self.id,
            'versionNumber': self.number,
            'contentSha256': self.sha256,
            'contentBytes': len(self.content.encode()),
            'changelog': self.changelog,
            'createdByPrincipalType': 'api_key',
            'createdByPrincipalId': self.made_by,
            'createdAt': self.created,
        }


@dataclass
class ShareLink:
    id: str
    role: str
    created: str
    expires: str | None
    revoked: str | None = None

    def record(self) -> dict[str, Any]:
        return {
            'id': self.id,
            'role': self.role,
            'createdAt': self.created,
            'expiresAt': self.expires,
            'revokedAt': self.revoked,
            'lastUsedAt': None,
        }


@dataclass
class Artifact:
    id: str
    account: Account
    owner: str
    project: str
    slug: str
    title: str
    description: str | None
    type: str
    public_view: bool
    public_edit: bool
    made_by: str
    created: str
    versions: list[Version] = field(default_factory=list)
    share_links: list[ShareLink] = field(default_factory=list)
    viewer_emails: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def is_readable_by_all(self) -> bool:
        # a public edit link opens reading too, whatever publicView says
        return self.public_view or self.public_edit

    def record(self) -> dict[str, Any]:
        latest = self.versions[-1]
        return {
            'id': self.id,
            'ownerUserId': self.account.id,
            'ownerUsername': self.owner,
            'projectId': f'project-{self.project}',
            'projectSlug': self.project,
            'workspaceId': f'ws_personal_{self.account.id}',
            'workspaceSlug': self.owner,
            'slug': self.slug,
            'title': self.title,
            'description': self.description,
            'type': self.type,
            'state': 'active',
            'latestVersionId': latest.id,
            'thumbnailObjectKey': f'users/{self.account.id}/artifacts/{self.id}/versions/{latest.number}/thumbnail',
            'publicView': self.public_view,
            'publicEdit': self.public_edit,
            'createdByPrincipalType': 'api_key',
            'createdByPrincipalId': self.made_by,
            'createdAt': self.created,
            'updatedAt': latest.created,
            'archivedAt': None,
        }

    def published(self, web_url: str) -> dict[str, Any]:
        """What the answer to a new artifact or version holds."""
        latest = self.versions[-1]
        return {
            'artifactId': self.id,
            'versionId': latest.id,
            'versionNumber': latest.number,
            'ownerUserId': self.account.id,
            'ownerUsername': self.owner,
            'projectId': f'project-{self.project}',
            'projectSlug': self.project,
            'normalizedSlug': self.slug,
            'type': self.type,
            'title': self.title,
            'url': f'{web_url}/{self.owner}/{self.project}/{self.slug}',
            'contentObjectKey': f'users/{self.account.id}/artifacts/{self.id}/versions/{latest.number}/source',
            'contentSha256': latest.sha256,
            'contentBytes': len(latest.content.encode()),
            'publicView': self.public_view,
            'publicEdit': self.public_edit,
        }


class Store:
    """Everything, behind one lock: the service answers requests one after the other."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.keys: list[Key] = []
        self.sessions: dict[str, Account] = {}  # hash of a person's session → whose it is
        self.all_artifacts: list[Artifact] = []

    def add_account(self, username: str | None, plan: str = 'studio', teams: Iterable[str] = ()) -> Account:
        account = Account(username, PLANS[plan], tuple(teams))
        account.projects = {(owner, DEFAULT_PROJECT) for owner in (username or '', *account.teams) if owner}
        self.accounts[username or ''] = account
        return account

    def add_key(
        self, token: str, scopes: Iterable[str] = SCOPES, name: str = 'ci', account: Account | None = None
    ) -> Key:
        owner = account or next(iter(self.accounts.values()))
        key = Key(new_id(), hash_of(token), name, tuple(scopes), owner, now())
        self.keys.append(key)
        return key

    def key_of(self, token: str) -> Key | None:
        """The live key of a token."""
        wanted = hash_of(token)
        return next((key for key in self.keys if key.hash == wanted and key.revoked is None), None)

    def live(self) -> Iterator[Artifact]:
        return (artifact for artifact in self.all_artifacts if not artifact.deleted)

    def artifact(self, artifact_id: str) -> Artifact | None:
        return next((artifact for artifact in self.live() if artifact.id == artifact_id), None)

    def at(self, owner: str, project: str, slug: str) -> Artifact | None:
        wanted = (owner, project, slug)
        return next((a for a in self.live() if (a.owner, a.project, a.slug) == wanted), None)

    def is_taken(self, owner: str, project: str, slug: str) -> bool:
        """Also for a slug of a deleted artifact, for ever."""
        return any((a.owner, a.project, a.slug) == (owner, project, slug) for a in self.all_artifacts)

    def add_artifact(
        self,
        slug: str,
        content: str = '# hi\n',
        *,
        project: str = DEFAULT_PROJECT,
        owner: str = '',
        title: str = 'A report',
        public_view: bool = False,
        public_edit: bool = False,
        made_by: str = 'somebody',
    ) -> Artifact:
        """An artifact that is there before a test begins."""
        account = next(a for a in self.accounts.values() if not owner or a.owns(owner))
        name = owner or account.username or ''
        made = Artifact(
            new_id(),
            account,
            name,
            project,
            slug,
            title,
            None,
            'md',
            public_view,
            public_edit,
            made_by,
            now(),
        )
        made.versions.append(Version(new_id(), 1, content, None, made_by, made.created))
        self.all_artifacts.append(made)
        return made


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
