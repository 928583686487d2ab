"""All routes of the scope matrix: what is looked up, which words refuse, what is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fake_service import keys
from tests.fake_service import operations as do
from tests.fake_service.access import RefusedError
from tests.fake_service.access import check
from tests.fake_service.access import rule
from tests.fake_service.operations import Answer
from tests.fake_service.operations import Call
from tests.fake_service.store import Artifact

ADMIN = 'Admin permission required.'
SESSION = 'User session required.'
TEAMS = 'Only signed-in users can access teams.'
KEYS = 'API key management requires agents:manage scope.'
# what a key is told that lacks the scope, before it is told that no key may
_CREATE_FIRST = 'POST /api/projects'


@dataclass(frozen=True)
class Route:
    """`find` gives the artifact it is about, `prepare` refuses wrong bodies: both come before scopes."""

    name: str
    perform: Callable[[Call], Answer]
    action: str = ''
    refusal: str = ''
    find: Callable[[Call], Artifact] | None = None
    prepare: Callable[[Call], None] | None = None

    @property
    def method(self) -> str:
        return self.name.partition(' ')[0]

    @property
    def segments(self) -> list[str]:
        return self.name.partition(' ')[2].strip('/').split('/')


ID, PATH = do.find_artifact, do.find_by_path
ROUTES = (
    Route('POST /api/artifacts', do.create_artifact, 'artifact.create', prepare=do.place_for_artifact),
    Route('GET /api/artifacts/:id', do.artifact_record, 'artifact.view', find=ID),
    Route('GET /api/artifacts/:id/permissions', do.permissions, find=ID),
    Route('DELETE /api/artifacts/:id', do.delete_artifact, 'artifact.delete', find=ID),
    Route(
        'POST /api/artifacts/:id/versions',
        do.add_version,
        'artifact.update',
        find=ID,
        prepare=do.form_of_version,
    ),
    Route('POST /api/artifacts/:id/versions/:n/restore', do.restore_version, 'artifact.restore', find=ID),
    Route('GET /api/artifacts/:id/versions', do.versions, 'artifact.view', find=ID),
    Route('GET /api/artifacts/:id/content', do.content, 'artifact.view', find=ID),
    Route('GET /api/artifacts/:id/thumbnail', do.nothing, 'artifact.view', find=ID),
    Route('GET /api/artifacts/:id/diff', do.diff, 'artifact.diff', find=ID),
    Route('GET /api/artifacts/:id/access', do.access, 'artifact.manage_access', find=ID),
    Route('PATCH /api/artifacts/:id/access', do.set_access, 'artifact.manage_access', find=ID),
    Route(
        'GET /api/artifacts/slug-availability/:owner/:project/:slug', do.slug_availability, 'artifact.create'
    ),
    Route('GET /api/slug-preview/:owner/:project/:slug', do.slug_preview),
    Route('POST /api/artifacts/:id/share-links', do.create_share_link, 'share.create', ADMIN, find=ID),
    Route('GET /api/artifacts/:id/share-links', do.share_links, 'share.list', ADMIN, find=ID),
    Route(
        'POST /api/share-links/:id/revoke',
        do.revoke_share_link,
        'share.revoke',
        ADMIN,
        find=do.find_by_share_link,
    ),
    Route('GET /api/profile/me', do.me),
    Route('GET /api/profile/projects', do.projects),
    Route('GET /api/profile/artifacts', do.artifacts),
    Route('GET /api/profile/username-availability/:u', do.is_available),
    Route('POST /api/profile/username', do.done, refusal=SESSION),
    Route('GET /api/by-path/:owner', do.owner_projects),
    Route('GET /api/by-path/:owner/:project', do.project_artifacts),
    Route('GET /api/by-path/:owner/:project/:slug', do.artifact_record, 'artifact.view', find=PATH),
    Route('GET /api/projects/slug-availability/:owner/:slug', do.is_available, 'artifact.create'),
    Route('POST /api/projects', do.done, refusal='Only signed-in users can create projects.'),
    Route('GET /api/api-keys', keys.api_keys, refusal=KEYS),
    Route('POST /api/api-keys', keys.create_key, refusal=KEYS),
    Route('DELETE /api/api-keys/:id', keys.revoke_key, refusal=KEYS),
    Route('GET /api/workspaces', do.workspaces),
    Route('GET /api/workspaces/slug-availability/:slug', do.is_available),
    Route('POST /api/workspaces', do.done, refusal='Only signed-in users can create teams.'),
    Route('GET /api/workspaces/:id/projects', do.projects),
    Route('GET /api/workspaces/:id/projects/slug-availability/:slug', do.is_available, 'artifact.create'),
    Route('POST /api/workspaces/:id/projects', do.done, refusal=TEAMS),
    Route('GET /api/workspaces/:id/artifacts', do.artifacts),
    Route('POST /api/workspaces/:id/artifacts', do.done, refusal=TEAMS),
    Route('GET /api/workspaces/:id/members', do.nothing, refusal=TEAMS),
    Route('GET /api/workspaces/:id/seat-usage', do.nothing, refusal=TEAMS),
    Route(
        'PATCH /api/workspaces/:id/members/:uid',
        do.nothing,
        refusal='Only signed-in users can change team member roles.',
    ),
    Route(
        'DELETE /api/workspaces/:id/members/:uid',
        do.nothing,
        refusal='Only signed-in users can remove team members.',
    ),
    Route('GET /api/workspaces/:id/audit-events', do.nothing, refusal=SESSION),
    Route(
        'POST /api/workspaces/:id/invitations',
        do.done,
        refusal='Only signed-in users can invite team members.',
    ),
    Route('GET /api/workspaces/:id/invitations', do.nothing, refusal=TEAMS),
    Route('POST /api/workspace-invitations/:id/revoke', do.nothing, refusal=TEAMS),
    Route('POST /api/workspace-invitations/:id/resend', do.nothing, refusal=TEAMS),
    Route('GET /api/audit-events', do.nothing, refusal=SESSION),
    Route('GET /api/billing/me', do.nothing, refusal=SESSION),
    Route('GET /api/billing/plans', do.plans),
    Route('POST /api/cli/authorize', do.nothing, refusal=SESSION),
    Route('GET /api/health', do.health),
)
# not in the matrix: the same answer under another name
ALIASES = {'health': ['api', 'health']}


def match(method: str, segments: list[str]) -> tuple[Route, dict[str, str]] | None:
    """The route of a request with the parameters of its path; literal segments win over parameters."""
    segments = ALIASES.get('/'.join(segments), segments)
    found: tuple[int, Route, dict[str, str]] | None = None
    for route in ROUTES:
        template = route.segments
        if route.method != method or len(template) != len(segments):
            continue
        pairs = list(zip(template, segments))
        if all(want.startswith(':') or want == given for want, given in pairs):
            literals = sum(not want.startswith(':') for want in template)
            if found is None or literals > found[0]:
                found = literals, route, {w[1:]: g for w, g in pairs if w.startswith(':')}
    return None if found is None else found[1:]


def answer(route: Route, call: Call) -> Answer:
    """Look up, check, do.  Raises RefusedError."""
    if call.principal.account is None and not _may_be_anonymous(route):
        raise RefusedError(403, 'forbidden', 'Authentication is required.')
    if route.prepare is not None:
        route.prepare(call)
    if route.find is not None:
        call.artifact = route.find(call)
    if route.name == _CREATE_FIRST and not call.principal.holds('artifacts:create'):
        raise RefusedError(403, 'forbidden', 'Requires artifacts:create scope for artifact.create.')
    check(call.principal, rule(route.name, call.artifact), route.action, route.refusal, call.artifact)
    return route.perform(call)


def _may_be_anonymous(route: Route) -> bool:
    return route.action in ('artifact.view', 'artifact.diff') or _is_open(route.name)


def _is_open(name: str) -> bool:
    try:
        return rule(name).anonymous
    except KeyError:  # a route about artifacts, whose rows are by visibility
        return False
