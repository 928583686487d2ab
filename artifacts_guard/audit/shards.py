"""A folder of shards: one file for each repository, commit and way of looking at it.

A shard that is there is not made again, so a run that was cut short goes on where it ended, and stores of several
machines are put together by copying their files.
"""

from __future__ import annotations

import hashlib
import json
import os

from artifacts_guard import __version__
from artifacts_guard.audit.model import ANALYSED
from artifacts_guard.audit.model import Options
from artifacts_guard.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from typing import Any

_DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data')
_JUDGING = ('rules.json', 'service.json', 'programs.json')  # what a shard depends on besides the code
_ENDING = '.json'


def digests(options: Options) -> dict[str, str]:
    """What a shard depends on besides its repository: program, rules, catalogues, configuration and options."""
    found = {'program': __version__}
    for name in _JUDGING:
        found[name.removesuffix(_ENDING)] = _digest(_content(os.path.join(_DATA, name)))
    found['configuration'] = _digest(_content(options.config)) if options.config else ''
    # the day and the limits change nothing of what is found
    looked = options.replace(
        config='', today='', seconds=0, megabytes=0, pepper=_digest(options.pepper.encode())
    )
    found['options'] = _digest(json.dumps(looked._values(looked)).encode())
    return found


def _content(path: str) -> bytes:
    try:
        with open(path, 'rb') as file:
            return file.read()
    except OSError as error:
        raise InputError(f'{path}: {error.strerror}') from None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Store:
    """Shards in a folder.  `made_with` is `digests` of the run, which names the files."""

    def __init__(self, folder: str, made_with: dict[str, str]) -> None:
        self.folder = folder
        self._made_with = json.dumps(made_with, sort_keys=True)

    def find(self, repository: str, commit: str, today: str) -> dict[str, Any] | None:
        """The shard of a commit that was analysed before, when no ignore comment has expired since then."""
        if not commit:
            return None
        shard = _read(self._path(repository, commit))
        if shard is None or shard['state'] != ANALYSED:
            return None
        first, last = sorted((shard['day'], today))
        return None if any(first <= date < last for date in shard['dates']) else shard

    def keep(self, shard: dict[str, Any], today: str) -> None:
        """Write a shard; the file appears whole or not at all."""
        path = self._path(shard['repository'], shard['commit'])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = f'{path}.{os.getpid()}'
        with open(temporary, 'w', encoding='utf-8') as file:
            json.dump({**shard, 'day': today}, file)
        os.replace(temporary, path)

    def _path(self, repository: str, commit: str) -> str:
        name = _digest('\0'.join((repository, commit, self._made_with)).encode('utf-8', 'surrogatepass'))[:32]
        return os.path.join(self.folder, name[:2], name + _ENDING)


def read_all(folders: Iterable[str]) -> Iterator[dict[str, Any]]:
    """All shards of some stores.  Raises InputError for a folder that is none."""
    for folder in folders:
        if not os.path.isdir(folder):
            raise InputError(f'{folder}: there is no such folder')
        for place, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                shard = _read(os.path.join(place, name)) if name.endswith(_ENDING) else None
                if shard is not None:
                    yield shard


def merged(shards: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One shard for each repository, in order of names, whatever the order they come in.

    Of several that one counts that was analysed; of several of these the one with the later day, then commit.
    """
    best: dict[str, tuple[tuple[bool, str, str, str], dict[str, Any]]] = {}
    for shard in shards:
        plain = {key: value for key, value in shard.items() if key != 'day'}
        text = json.dumps(plain, sort_keys=True)
        rank = (shard['state'] == ANALYSED, shard.get('day', ''), shard['commit'], text)
        name = shard['repository']
        if name not in best or best[name][0] < rank:
            best[name] = rank, plain
    return [best[name][1] for name in sorted(best)]


def _read(path: str) -> dict[str, Any] | None:
    """A shard; None when there is none, or what is there is broken: it is made again."""
    try:
        with open(path, encoding='utf-8') as file:
            shard = json.load(file)
    except (OSError, ValueError):
        return None
    return shard if isinstance(shard, dict) and 'repository' in shard and 'state' in shard else None
