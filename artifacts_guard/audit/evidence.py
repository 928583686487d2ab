"""The bundle that an audit can be repeated and checked from: inputs without tokens, shards, reports, and a manifest.

The manifest names each file with its SHA-256, the program, rules and catalogues by their digests, every commit, and the
day that the audit speaks of.
"""

from __future__ import annotations

import hashlib
import json
import os

from artifacts_guard.audit.fingerprints import keyed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence
    from typing import Any

    from artifacts_guard.audit.review import Inputs

MANIFEST = 'manifest.json'


def files_of(inputs: Inputs) -> dict[str, str]:
    """The texts that were given, by their names in the bundle."""
    groups = {
        'keys': (inputs.keys,) if inputs.keys[0] else (),
        'events': inputs.events,
        'artifacts': inputs.artifacts,
        'policy': inputs.policy,
    }
    hashes = {
        key.token_hash: keyed(inputs.pepper, key.token_hash) for key in inputs.listed() if key.token_hash
    }
    return {
        f'inputs/{group}-{number}{os.path.splitext(name)[1]}': _without(hashes, text)
        for group, given in groups.items()
        for number, (name, text) in enumerate(given, 1)
    }


def _without(hashes: Mapping[str, str], text: str) -> str:
    """A text in which the hashes that the service keeps of tokens are replaced by keyed ones."""
    for stored, fingerprint in hashes.items():
        text = text.replace(stored, f'keyed:{fingerprint}')
    return text


def digest_of(inputs: Inputs, shards: Sequence[dict[str, Any]]) -> str:
    """One digest of everything that an audit was made from."""
    value = [sorted(files_of(inputs).items()), list(shards)]
    return _digest(json.dumps(value, sort_keys=True))


def bundle(
    inputs: Inputs, shards: Sequence[dict[str, Any]], reports: Mapping[str, str], meta: Mapping[str, str]
) -> dict[str, str]:
    """The files of a bundle by name; `reports` are among them."""
    files = {
        **files_of(inputs),
        'shards.jsonl': ''.join(json.dumps(shard, sort_keys=True) + '\n' for shard in shards),
        **reports,
    }
    manifest = {
        'version': 1,
        'meta': dict(sorted(meta.items())),
        'options': {'own_key': inputs.own_key, 'stale_days': inputs.stale_days, 'as_of': inputs.today},
        'commits': {shard['repository']: shard['commit'] for shard in shards},
        'files': {name: _digest(text) for name, text in sorted(files.items())},
    }
    return {**files, MANIFEST: json.dumps(manifest, indent=2, sort_keys=True) + '\n'}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()
