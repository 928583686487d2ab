"""What a configuration file may say; its JSON Schema is made from this."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Discriminator
from pydantic import Field
from pydantic import Tag

from artifacts_guard.findings.finding import LEVELS

SYSTEMS = (
    *(
        'ansible',
        'appveyor',
        'argo',
        'azure',
        'bitbucket',
        'buildkite',
        'circleci',
        'cloudbuild',
        'codebuild',
        'compose',
        'cron',
    ),
    *(
        'drone',
        'forgejo',
        'gitea',
        'github',
        'gitlab',
        'jenkins',
        'kubernetes',
        'semaphore',
        'systemd',
        'tekton',
    ),
    *('travis', 'woodpecker'),
)
ONE, SEVERAL = 'tenancy', 'system'  # names of the alternatives below `hosts`, as they come up in errors

Tenancy = Literal['ephemeral', 'shared', 'unknown']


def _kebab(name: str) -> str:
    return name.replace('_', '-')


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _which(value: object) -> str:
    return SEVERAL if isinstance(value, dict) else ONE


Hosts = dict[
    str,
    Annotated[
        Annotated[Tenancy, Tag(ONE)] | Annotated[dict[str, Tenancy], Tag(SEVERAL)],
        Discriminator(_which),
    ],
]


class Table(BaseModel):
    """A table that has the keys below and no others, in either spelling of the word separator."""

    model_config = ConfigDict(
        extra='forbid',
        frozen=True,
        strict=True,
        alias_generator=_kebab,
        populate_by_name=True,
        serialize_by_alias=True,
    )


class Acceptance(Table):
    """A scope beyond the need that is accepted until a day."""

    scope: str
    until: date = Field(strict=False)
    why: str = Field(min_length=1)


class Key(Table):
    """A key of the service: the secret that holds it, the jobs that it serves, the scopes that it has."""

    secret: str = ''
    jobs: list[str] = []
    scopes: list[str] = []
    owner: str = ''
    rotate_days: int = Field(0, ge=0)
    reason: dict[str, str] = Field({}, description='Why the key has a scope.')
    accept: list[Acceptance] = []


class File(Table):
    """Configuration of artifacts-guard"""

    extends: Annotated[list[str], BeforeValidator(_listed)] = Field(
        [], description='Files below the root whose settings hold where this one says nothing.'
    )
    select: list[str] = Field([], description='Rules or groups to run instead of all.')
    ignore: list[str] = Field([], description='Rules or groups not to run.')
    per_path_ignores: dict[str, list[str]] = Field(
        {}, description='Path patterns, with rules not to run there.'
    )
    exclude: list[str] = Field([], description='Path patterns of files that are not looked at.')
    pedantic: bool = Field(False, description='Run the pedantic rules too.')
    generic: bool = Field(
        False, description="Look for secrets of any kind in pipelines, with detect-secrets' detectors."
    )
    fail_on: Literal['error', 'warning', 'note', 'never'] = Field(
        'warning', description='The lowest level that makes the exit status 1.'
    )
    hosts: Hosts = Field(
        {}, description='Tenancy of runners by pattern of their labels; a table below for one CI system.'
    )
    organisations: list[str] = Field(
        [], description='Owners whose actions, orbs and images are no third-party code.'
    )
    service_hosts: list[str] = Field(
        [], description="Hosts where the service runs, besides the vendor's own."
    )
    public_projects: list[str] = Field([], description='Projects whose artifacts are meant to be public.')
    rules: list[str] = Field([], description='Files and folders with rules of your own.')
    keys: dict[str, Key] = Field({}, description='The keys of the service that this repository uses.')


assert {*LEVELS, 'never'} == {*File.model_fields['fail_on'].annotation.__args__}  # type: ignore[union-attr]


def json_schema() -> dict[str, Any]:
    """JSON Schema of a configuration file, for editors."""
    schema = File.model_json_schema(by_alias=True)
    return {
        '$schema': 'https://json-schema.org/draft/2020-12/schema',
        **schema,
        'title': 'artifacts-guard configuration',
    }
