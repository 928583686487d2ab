"""A made-up fleet: repositories of a few kinds, what is to be found in each, and the keys that they use.

Each repository is written by two processes of git, so that thousands take minutes and not hours.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests import tokens

BROKEN_OF = 33  # one of so many repositories is broken: 3 %

PUSH = 'artifacts push --no-input --private --project-slug a --file a.md'


def workflow(command: str, secret: str = 'REPORT_KEY', job: str = 'publish', on: str = '[push]') -> str:
    return f"""\
on: {on}
jobs:
  {job}:
    runs-on: ubuntu-latest
    steps:
      - env:
          AGENT_ARTIFACTS_TOKEN: ${{{{ secrets.{secret} }}}}
        run: {command}
"""


class Kind(NamedTuple):
    """A kind of repository: its files, and the findings that it has as (rule, path)."""

    name: str
    files: dict[str, str]
    found: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()


REPORT = '.github/workflows/report.yml'
KINDS = (
    Kind(
        'nothing to do with it',
        {'README.md': 'a library\n', REPORT: 'on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n'},
    ),
    Kind('a push', {REPORT: workflow(PUSH)}, (), ('REPORT_KEY',)),
    Kind(
        'a token on the command line',
        {REPORT: workflow(f'{PUSH} --token "$AGENT_ARTIFACTS_TOKEN"')},
        (('token-flag', REPORT),),
        ('REPORT_KEY',),
    ),
    Kind('a shared secret', {REPORT: workflow(PUSH, 'ORG_KEY')}, (), ('ORG_KEY',)),
    Kind(
        'two jobs',
        {
            REPORT: workflow(PUSH),
            '.github/workflows/clean.yml': workflow(
                'artifacts artifact delete --no-input --artifact-id x', job='clean'
            ),
        },
        (('shared-key', REPORT),),
        ('REPORT_KEY',),
    ),
    Kind(
        'a committed token',
        {'notes.txt': f'the key is {tokens.api_key("fleet")}\n'},
        (('committed-token', 'notes.txt'),),
    ),
    Kind('only documentation', {'README.md': 'Publish with `artifacts push`.\n'}),
)


class Made(NamedTuple):
    """The fleet: the file that lists it, the expected findings as (repository, rule, path), and the broken ones."""

    folder: Path
    listing: Path
    names: list[str]
    found: set[tuple[str, str, str]]
    secrets: set[tuple[str, str]]
    broken: set[str]


def fleet(folder: Path, count: int) -> Made:
    """Write so many repositories."""
    made = Made(folder, folder / 'repos.txt', [], set(), set(), set())
    for number in range(count):
        name = f'team-{number % 7}/app-{number:05}'
        made.names.append(name)
        path = folder / name
        if number % BROKEN_OF == BROKEN_OF - 1:
            made.broken.add(name)
            _break(path, number // BROKEN_OF)
            continue
        kind = KINDS[number % len(KINDS)]
        repository(path, kind.files)
        made.found.update((name, rule, file) for rule, file in kind.found)
        made.secrets.update((name, secret) for secret in kind.secrets)
    made.listing.write_text('# the fleet\n' + ''.join(f'{name}\n' for name in made.names))
    return made


def _break(path: Path, number: int) -> None:
    """In turn: no folder, a configuration with an unknown setting, a commit whose tree is missing."""
    if number % 3 == 1:
        repository(path, {'artifacts-guard.toml': 'selekt = []\n', REPORT: workflow(PUSH)})
    elif number % 3 == 2:
        repository(path, {REPORT: workflow(PUSH)})
        for pack in (path / 'objects' / 'pack').iterdir():
            pack.unlink()


def repository(path: Path, files: dict[str, str]) -> None:
    """A bare repository with one commit."""
    path.mkdir(parents=True)
    subprocess.run(['git', 'init', '-q', '--bare', '--template=', '-b', 'main', str(path)], check=True)
    subprocess.run(
        ['git', '-C', str(path), '-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet'],
        input=''.join(_stream(files)).encode(),
        check=True,
    )


def _stream(files: dict[str, str]) -> Iterator[str]:
    yield 'commit refs/heads/main\ncommitter Ada Author <ada@example.invalid> 1767323045 +0000\ndata 4\nmade\n'
    for name, text in files.items():
        yield f'M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n'


def key(name: str, scopes: list[str], **more: str | None) -> dict[str, object]:
    """A key as the service lists it."""
    return {
        'id': f'id-{name}',
        'userId': 'u1',
        'name': name,
        'scopes': scopes,
        'createdAt': '2026-01-10T08:00:00Z',
        'lastUsedAt': '2026-11-20T08:00:00Z',
        'revokedAt': None,
        **more,
    }


def listed(*keys: dict[str, object]) -> str:
    return json.dumps({'apiKeys': list(keys)}, indent=1)
