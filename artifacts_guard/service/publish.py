"""Publishing, once: what may already have been carried out is looked for before anything is sent again.

A slug belongs to one artifact for ever, so sending the same slug twice makes one artifact at most; and a version that
names its predecessor can be appended once at most.  What is left is to recognise one's own work after an answer is lost.
"""

from __future__ import annotations

import re
import time
from urllib.parse import quote

from artifacts_guard.service.artifacts import is_like
from artifacts_guard.service.artifacts import number_of
from artifacts_guard.service.artifacts import seconds
from artifacts_guard.service.client import failure_of
from artifacts_guard.service.client import is_limited
from artifacts_guard.service.failure import CONFLICT
from artifacts_guard.service.failure import LostError
from artifacts_guard.service.failure import NotSentError
from artifacts_guard.service.failure import ServiceError
from artifacts_guard.service.request import ROUTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from artifacts_guard.service.artifacts import Artifact
    from artifacts_guard.service.artifacts import Artifacts
    from artifacts_guard.service.client import Client
    from artifacts_guard.service.principal import Principal
    from artifacts_guard.service.request import Publication
    from artifacts_guard.service.transport import Answer
    from artifacts_guard.service.transport import Progress

SUFFIXES = 100  # as the CLI: slug, slug-1 … slug-100
_CREATED, _TAKEN = 201, 409
_RACES = 5  # versions of others between asking for the latest number and sending
_CLOCKS = 2.0  # seconds by which this machine's clock may be off


class Publisher:
    """Publishes one publication with one token.  `web` is where its page will be."""

    def __init__(
        self,
        client: Client,
        artifacts: Artifacts,
        publication: Publication,
        principal: Principal | None,
        web: str,
        progress: Progress | None = None,
    ) -> None:
        self._client = client
        self._artifacts = artifacts
        self._publication = publication
        self._principal = principal
        self._web = web
        self._progress = progress
        self._began = time.time()

    def create(self) -> dict[str, Any]:
        """A new artifact, under the slug or the first free one of `slug-1`, `slug-2` …"""
        slug = self._publication.slug
        for number in range(SUFFIXES + 1):
            made = self._create(f'{slug}-{number}' if number else slug)
            if made is not None:
                return made
        raise ServiceError(
            f'Could not find an available slug after {SUFFIXES + 1} attempts starting with "{slug}".',
            'conflict',
            CONFLICT,
        )

    def ensure(self) -> dict[str, Any]:
        """A new artifact, or the one that has the slug, as it is."""
        made = self._create(self._publication.slug)
        return made or {**self._artifacts.by_path(self._publication), 'created': False}

    def update(self, existing: Artifact | None) -> dict[str, Any]:
        """A new version of the artifact that has the slug; a new artifact when none has it."""
        if existing is not None:
            return self._append(existing)
        made = self._create(self._publication.slug)
        if made is not None:
            return made
        raise ServiceError(
            f'Slug "{self._publication.slug}" is not available: it was taken meanwhile, or belongs to a deleted artifact.',
            'conflict',
            CONFLICT,
        )

    def _create(self, slug: str) -> dict[str, Any] | None:
        """The new artifact; None when the slug is another's."""
        body = self._publication.body(slug)

        def done() -> dict[str, Any] | None:
            found = self._artifacts.find(self._publication, slug)
            return self._published(found) if found is not None and self._is_mine(found) else None

        answer = self._send(ROUTE, body, done)
        if isinstance(answer, dict):
            return {**answer, 'created': True}
        if answer.status == _TAKEN:
            return None
        raise failure_of(answer)

    def _append(self, artifact: Artifact) -> dict[str, Any]:
        """The new version, after the latest one."""
        path = f'{ROUTE}/{quote(str(artifact.get("id")), safe="")}/versions'
        expected = self._latest(artifact)
        for _ in range(_RACES):

            def done(after: int = expected) -> dict[str, Any] | None:
                return self._appended(artifact, after)

            answer = self._send(path, self._publication.version(expected), done)
            if isinstance(answer, dict):
                return {**answer, 'created': False}
            told = re.search(r'got (\d+)', answer.text) if answer.status == _TAKEN else None
            if told is None:
                raise failure_of(answer)
            expected = int(told[1])
        raise ServiceError('Others keep appending versions to this artifact.', 'conflict', CONFLICT)

    def _latest(self, artifact: Artifact) -> int:
        """The number of the latest version; without artifacts:read a first guess, which the service corrects."""
        versions = self._artifacts.versions(str(artifact.get('id'))) if self._artifacts.reads else []
        return max((number_of(version) for version in versions), default=1)

    def _send(
        self, path: str, body: bytes, done: Callable[[], dict[str, Any] | None]
    ) -> dict[str, Any] | Answer:
        """What was published, or the answer that refused it.  `done` looks whether a lost request was carried out."""
        patience, doubt = self._client.patience(), False
        while True:
            wish = None
            try:
                answer = self._client.once('POST', path, body, self._progress)
            except NotSentError as error:
                failure: ServiceError = error
                if error.lasting:
                    raise _ended(error, doubt=doubt) from None
            except LostError as error:
                failure, doubt = error, True
            except ServiceError as error:  # a redirect
                raise _ended(error, doubt=doubt) from None
            else:
                found = answer.json()
                if answer.status == _CREATED and found is not None and isinstance(found.get('url'), str):
                    return found
                if 400 <= answer.status < 500 and not is_limited(answer):
                    mine = self._look(done, failure) if doubt and answer.status == _TAKEN else None
                    return mine or answer
                failure, wish = failure_of(answer), self._client.wish(answer)
                # a server that fails, or talks nonsense, may have done its work before
                doubt = doubt or not is_limited(answer)
            if doubt:
                mine = self._look(done, failure)
                if mine is not None:
                    return mine
            if not patience.wait(str(failure), wish):
                raise _ended(failure, doubt=doubt)

    def _look(
        self, done: Callable[[], dict[str, Any] | None], failure: ServiceError
    ) -> dict[str, Any] | None:
        """As `done`; when even that cannot be found out, the failure says so."""
        try:
            return done()
        except ServiceError as error:
            raise _told(
                failure,
                f'Whether it was published before that could not be found out ({error}), so it was not sent again',
            ) from None

    def _is_mine(self, artifact: Artifact) -> bool:
        """Whether an artifact is what this process sent, as far as the token can see."""
        if not is_like(artifact, self._publication):
            return False
        if self._principal is not None and artifact.get('createdByPrincipalId') != self._principal.id:
            return False
        if self._artifacts.reads:
            return any(
                self._has_content(one) for one in self._artifacts.versions(str(artifact.get('id')))[:1]
            )
        if self._client.skew is None:
            raise ServiceError(
                'one that looks like it is there, made at a time that cannot be compared', 'unknown', 1
            )
        return seconds(artifact.get('createdAt')) - self._client.skew >= self._began - _CLOCKS

    def _has_content(self, version: dict[str, Any]) -> bool:
        return bool(version.get('contentSha256') == self._publication.sha256)

    def _appended(self, before: Artifact, after: int) -> dict[str, Any] | None:
        """The version after that number, when it is ours.

        Without artifacts:read only whether there is a new one can be seen, and not whose: ServiceError then.
        """
        if not self._artifacts.reads:
            now = self._artifacts.find(self._publication, self._publication.slug) or {}
            if now.get('latestVersionId') == before.get('latestVersionId'):
                return None
            raise ServiceError(
                'there is a new version, and a key without artifacts:read cannot see whose', 'unknown', 1
            )
        for version in self._artifacts.versions(str(before.get('id'))):
            mine = self._principal is None or version.get('createdByPrincipalId') == self._principal.id
            if number_of(version) == after + 1 and mine and self._has_content(version):
                found = self._artifacts.by_path(self._publication)
                return {**self._published(found), 'versionId': version.get('id'), 'versionNumber': after + 1}
        return None

    def _published(self, artifact: Artifact) -> dict[str, Any]:
        """What the lost answer said, from the artifact's own record."""
        place = (artifact.get('ownerUsername'), artifact.get('projectSlug'), artifact.get('slug'))
        return {
            'artifactId': artifact.get('id'),
            'versionId': artifact.get('latestVersionId'),
            'versionNumber': 1,
            **{
                key: artifact.get(key) for key in ('ownerUserId', 'ownerUsername', 'projectId', 'projectSlug')
            },
            'normalizedSlug': artifact.get('slug'),
            'type': artifact.get('type'),
            'title': artifact.get('title'),
            'url': '/'.join((self._web, *(quote(str(part), safe='') for part in place))),
            'contentSha256': self._publication.sha256,
            'contentBytes': len(self._publication.content.encode()),
            'publicView': artifact.get('publicView'),
            'publicEdit': artifact.get('publicEdit'),
        }


def _ended(failure: ServiceError, *, doubt: bool) -> ServiceError:
    """The failure with which it ends; in doubt, a request that was given up may still be on its way."""
    return (
        _told(failure, 'It was not there a moment ago, but a request of ours may still arrive')
        if doubt
        else failure
    )


def _told(failure: ServiceError, more: str) -> ServiceError:
    text = f'{failure}  {more}: look for it before you repeat this'
    return ServiceError(text, failure.kind, failure.exit_status, failure.details)
