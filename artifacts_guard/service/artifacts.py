"""Artifacts that are there: found by their place, and told from others that look alike."""

from __future__ import annotations

from urllib.parse import quote

from artifacts_guard.service.failure import FORBIDDEN
from artifacts_guard.service.failure import NOT_FOUND
from artifacts_guard.service.failure import ServiceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.service.client import Client
    from artifacts_guard.service.request import Publication

    Artifact = dict[str, Any]

LISTED, ME = '/api/profile/artifacts', '/api/profile/me'


class Artifacts:
    """Those that a token can see.  `reads`: it holds artifacts:read; None when that is not known."""

    def __init__(self, client: Client, reads: bool | None) -> None:
        self._client = client
        self._reads = reads
        self._username: str | None = None

    def username(self) -> str:
        """Whose the token is."""
        if self._username is None:
            profile = self._client.read(ME).get('profile')
            name = profile.get('username') if isinstance(profile, dict) else None
            self._username = name if isinstance(name, str) else ''
        return self._username

    def by_path(self, publication: Publication) -> Artifact:
        """The artifact at a place.  Raises ServiceError, with 404 when there is none; needs artifacts:read."""
        owner = publication.owner or self.username()
        parts = (owner, publication.project, publication.slug)
        return self._client.read('/api/by-path/' + '/'.join(quote(part, safe='') for part in parts))

    def find(self, publication: Publication, slug: str) -> Artifact | None:
        """The artifact with this slug, where the publication goes; None when there is surely none that lives.

        Without artifacts:read it is looked for in the list, which takes no scope but holds only one's own:
        ServiceError when that leaves it open.
        """
        if self._reads is not False:
            try:
                return self.by_path(publication.replace(slug=slug))
            except ServiceError as error:
                if error.exit_status == NOT_FOUND:
                    return None
                if error.exit_status != FORBIDDEN:
                    raise
        if publication.owner and publication.owner != self.username():
            raise ServiceError(
                f'whether {publication.owner} has an artifact {slug!r} cannot be seen without artifacts:read',
                'unknown',
                1,
            )
        return self._listed(publication, slug)

    def _listed(self, publication: Publication, slug: str) -> Artifact | None:
        owner = publication.owner or self.username()
        listed = self._client.read(LISTED).get('artifacts')
        for one in listed if isinstance(listed, list) else ():
            wanted = (owner, publication.project, slug)
            if (
                isinstance(one, dict)
                and (one.get('ownerUsername'), one.get('projectSlug'), one.get('slug')) == wanted
            ):
                return one
        return None

    def versions(self, artifact_id: str) -> list[dict[str, Any]]:
        """All versions, by number; needs artifacts:read."""
        listed = self._client.read(f'/api/artifacts/{quote(artifact_id, safe="")}/versions').get('versions')
        found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        return sorted(found, key=number_of)

    @property
    def reads(self) -> bool:
        return self._reads is True


def number_of(version: dict[str, Any]) -> int:
    number = version.get('versionNumber')
    return number if isinstance(number, int) else 0


def is_like(artifact: Artifact, publication: Publication) -> bool:
    """Whether an artifact says of itself what the publication says."""
    return (
        artifact.get('title') == publication.title
        and artifact.get('type') == publication.type
        and (artifact.get('description') or '') == publication.description
        and artifact.get('publicView') == publication.public
        and artifact.get('publicEdit') == publication.public_edit
    )


def seconds(text: object) -> float:
    """A time of the service as seconds since the epoch; 0 for what is none."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(str(text).replace('Z', '+00:00')).timestamp()
    except ValueError:
        return 0.0
