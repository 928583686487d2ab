"""What each route does once it may: state in, (status, body) out."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import Any

from tests.fake_service import forms
from tests.fake_service.access import Principal
from tests.fake_service.access import RefusedError
from tests.fake_service.store import Account
from tests.fake_service.store import Artifact
from tests.fake_service.store import ShareLink
from tests.fake_service.store import Store
from tests.fake_service.store import Version
from tests.fake_service.store import new_id
from tests.fake_service.store import now

Answer = tuple[int, Any]
NO_ARTIFACT = 'Artifact was not found.'
NO_USERNAME = (
    'This account has not claimed a username yet. Set a username before publishing, or pass ownerUsername.'
)


@dataclass
class Call:
    """A request as an operation sees it: `at` are the parameters of its path, `artifact` what it is about."""

    store: Store
    principal: Principal
    at: dict[str, str]
    query: dict[str, str]
    body: Any
    web_url: str
    artifact: Artifact | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        assert self.principal.account is not None
        return self.principal.account

    @property
    def about(self) -> Artifact:
        assert self.artifact is not None
        return self.artifact


def find_artifact(call: Call) -> Artifact:
    found = call.store.artifact(call.at['id'])
    if found is None:
        raise RefusedError(404, 'not_found', NO_ARTIFACT)
    return found


def find_by_path(call: Call) -> Artifact:
    found = call.store.at(call.at['owner'], call.at['project'], call.at['slug'])
    if found is None:
        raise RefusedError(404, 'not_found', NO_ARTIFACT)
    return found


def find_by_share_link(call: Call) -> Artifact:
    for artifact in call.store.live():
        if any(link.id == call.at['id'] for link in artifact.share_links):
            return artifact
    raise RefusedError(404, 'not_found', 'Share link was not found.')


def place_for_artifact(call: Call) -> None:
    """Refuse a body that is wrong and a project that is not there, which comes before scopes."""
    form = forms.Form(call.body)
    form.text('projectSlug')
    form.text('slug')
    form.choice('type', ('html', 'md', 'jsx'))
    form.text('title', most=200)
    form.text('content')
    form.text('description', least=0, most=1000, optional=True)
    form.text('changelog', least=0, most=1000, optional=True)
    form.done()
    forms.content(call.body['content'])
    forms.slug(call.body['slug'])
    owner = call.body.get('ownerUsername') or call.account.username
    if not owner:
        raise RefusedError(403, 'forbidden', NO_USERNAME)
    if not any((owner, call.body['projectSlug']) in a.projects for a in call.store.accounts.values()):
        raise RefusedError(404, 'not_found', NO_ARTIFACT)
    call.at['owner'] = owner


def create_artifact(call: Call) -> Answer:
    body, account, owner = call.body, call.account, call.at['owner']
    if not account.owns(owner):
        raise RefusedError(403, 'forbidden', 'Requires owner role for artifact.create.')
    access = body.get('access') or {}
    public_view, public_edit = access.get('publicView', True), access.get('publicEdit', False)
    _check_plan(call, body['content'], private=not public_view, public_edit=public_edit)
    slug = forms.slug(body['slug'])
    if call.store.is_taken(owner, body['projectSlug'], slug):
        raise RefusedError(409, 'conflict', f'Slug "{slug}" is not available.')
    made = Artifact(
        new_id(), account, owner, body['projectSlug'], slug, body['title'], body.get('description'),
        body['type'], public_view, public_edit, call.principal.id, now(),
    )  # fmt: skip
    made.versions.append(_version(call, 1))
    call.store.all_artifacts.append(made)
    return 201, made.published(call.web_url)


def _version(call: Call, number: int) -> Version:
    return Version(
        new_id(), number, call.body['content'], call.body.get('changelog'), call.principal.id, now()
    )


def _check_plan(call: Call, content: str, *, private: bool = False, public_edit: bool = False) -> None:
    plan = call.account.plan
    size = len(content.encode())
    over = f'Content size {size} bytes exceeds {plan.name} limit of {plan.content_bytes} bytes.'
    count = sum(artifact.account is call.account for artifact in call.store.live())
    for is_over, limit, message, beyond in (
        (private and not plan.pays, 'private_artifacts', 'Private artifacts require Pro.', 'builder'),
        (public_edit and not plan.pays, 'public_edit_links', 'Public edit links require Pro.', 'builder'),
        (size > plan.content_bytes, 'max_content_bytes', over, plan.beyond),
        (count >= plan.artifacts, 'max_active_artifacts', 'Active artifact limit reached.', plan.beyond),
    ):
        if is_over:
            raise RefusedError(402, 'plan_limit_exceeded', message, limit=limit, requiredPlanId=beyond)


def form_of_version(call: Call) -> None:
    form = forms.Form(call.body)
    form.text('content')
    form.text('changelog', least=0, most=1000, optional=True)
    form.number('expectedLatestVersion')
    form.done()
    forms.content(call.body['content'])


def add_version(call: Call) -> Answer:
    artifact = call.about
    _check_plan(call, call.body['content'])
    expected, latest = call.body.get('expectedLatestVersion'), artifact.versions[-1].number
    if expected is not None and expected != latest:
        raise RefusedError(409, 'conflict', f'Expected latest version {expected}, got {latest}.')
    artifact.versions.append(_version(call, latest + 1))
    return 201, artifact.published(call.web_url)


def restore_version(call: Call) -> Answer:
    old = _numbered(call.about, call.at['n'])
    call.body = {'content': old.content}
    call.about.versions.append(_version(call, call.about.versions[-1].number + 1))
    return 201, call.about.published(call.web_url)


def _numbered(artifact: Artifact, number: str) -> Version:
    for version in artifact.versions:
        if number in ('', str(version.number)):
            return artifact.versions[-1] if not number else version
    raise RefusedError(404, 'not_found', 'Artifact version was not found.')


def artifact_record(call: Call) -> Answer:
    return 200, call.about.record()


def versions(call: Call) -> Answer:
    return 200, {'versions': [version.record() for version in reversed(call.about.versions)]}


def content(call: Call) -> Answer:
    version = _numbered(call.about, call.query.get('version', ''))
    call.headers.update(
        {
            'content-type': 'text/plain; charset=utf-8',
            'content-disposition': f'inline; filename="artifact-{call.about.id}-v{version.number}"',
            'x-artifact-id': call.about.id,
            'x-artifact-version': str(version.number),
        }
    )
    return 200, version.content


def diff(call: Call) -> Answer:
    return 200, {'from': call.query.get('from'), 'to': call.query.get('to'), 'changes': []}


def permissions(call: Call) -> Answer:
    holds = call.principal.holds
    return 200, {
        'canUpdate': holds('artifacts:update'),
        'canRestore': holds('artifacts:update'),
        'canManageAccess': holds('artifacts:access:write'),
    }


def delete_artifact(call: Call) -> Answer:
    call.about.deleted = True
    return 200, {'artifactId': call.about.id, 'deleted': True}


def access(call: Call) -> Answer:
    about = call.about
    return 200, {
        'publicView': about.public_view,
        'publicEdit': about.public_edit,
        'viewerEmails': about.viewer_emails,
    }


def set_access(call: Call) -> Answer:
    form = forms.Form(call.body)
    view, edit = form.flag('publicView'), form.flag('publicEdit')
    form.done()
    _check_plan(call, '', private=not view, public_edit=edit)
    call.about.public_view, call.about.public_edit = view, edit
    call.about.viewer_emails = list(call.body.get('viewerEmails', []))
    return access(call)


def create_share_link(call: Call) -> Answer:
    form = forms.Form(call.body)
    role = form.choice('role', ('viewer', 'editor'), 'viewer')
    form.done()
    if not call.account.plan.pays:
        raise RefusedError(
            402,
            'plan_limit_exceeded',
            'Share links require Pro.',
            limit='share_links',
            requiredPlanId='builder',
        )
    made = ShareLink(new_id(), role, now(), call.body.get('expiresAt'))
    call.about.share_links.append(made)
    url = f'{call.web_url}/share/{made.id.replace("-", ""):0<43}'
    return 201, {'id': made.id, 'shareUrl': url, 'role': made.role, 'expiresAt': made.expires}


def share_links(call: Call) -> Answer:
    return 200, {'shareLinks': [link.record() for link in call.about.share_links]}


def revoke_share_link(call: Call) -> Answer:
    for link in call.about.share_links:
        if link.id == call.at['id']:
            link.revoked = now()
    return 200, {'revoked': True}


def me(call: Call) -> Answer:
    account = call.account
    name = (account.username or 'nobody').title()
    made = '2026-11-23T10:19:50.081Z'
    profile = {'username': account.username, 'displayName': name, 'createdAt': made, 'updatedAt': made}
    return 200, {
        'user': {
            'id': account.id,
            'email': f'{account.username}@example.test',
            'name': name,
            'image': None,
            'emailVerified': True,
        },
        'profile': profile if account.username else None,
        'principalType': 'api_key' if call.principal.key else 'user',
    }


def projects(call: Call) -> Answer:
    return 200, {'projects': [{'ownerUsername': o, 'slug': s} for o, s in sorted(call.account.projects)]}


def artifacts(call: Call) -> Answer:
    mine = [a.record() for a in call.store.live() if a.account is call.account]
    return 200, {'artifacts': mine[::-1]}


def owner_projects(call: Call) -> Answer:
    known = {pair for account in call.store.accounts.values() for pair in account.projects}
    return 200, {'projects': [{'slug': slug} for owner, slug in sorted(known) if owner == call.at['owner']]}


def project_artifacts(call: Call) -> Answer:
    """Any key is answered, but without read the list is empty; anonymous sees what is public."""
    account = call.principal.account
    found = [
        artifact.record()
        for artifact in call.store.live()
        if (artifact.owner, artifact.project) == (call.at['owner'], call.at['project'])
        and (artifact.public_view or (account is not None and account.owns(artifact.owner)))
        and (account is None or call.principal.holds('artifacts:read'))
    ]
    return 200, {'project': {'slug': call.at['project']}, 'artifacts': found}


def slug_availability(call: Call) -> Answer:
    taken = call.store.is_taken(call.at['owner'], call.at['project'], call.at['slug'])
    return 200, {'slug': call.at['slug'], 'available': not taken}


def slug_preview(call: Call) -> Answer:
    at = call.at
    return 200, {'url': f'{call.web_url}/{at["owner"]}/{at["project"]}/{at["slug"]}'}


def is_available(_: Call) -> Answer:
    return 200, {'available': True}


def workspaces(call: Call) -> Answer:
    return 200, {'workspaces': [{'id': f'ws_{slug}', 'slug': slug} for slug in call.account.teams]}


def nothing(_: Call) -> Answer:
    return 200, {}


def done(_: Call) -> Answer:
    return 201, {}


def plans(_: Call) -> Answer:
    return 200, {'plans': [{'id': 'free'}, {'id': 'builder'}, {'id': 'studio'}]}


def health(_: Call) -> Answer:
    return 200, {'ok': True, 'service': 'agent-artifacts-api'}
