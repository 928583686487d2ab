"""The commands that give a job a key with the needed scopes and no others: create, switch, verify, revoke.

The new token goes from the service's CLI straight into the secret store: nothing prints it, no argument holds it.
"""

from __future__ import annotations

import os
import shlex
from functools import lru_cache

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.advisor.model import Advice

_LEAST = 'artifacts:read'  # a key must hold one scope, and this one does the least harm
_OLD = 'OLD_KEY_ID'


class Store(Record):
    """A secret store.  `command` stores what it reads from standard input under `{name}`, or `{dashed}` where `_` is not allowed."""

    store: str
    title: str
    systems: tuple[str, ...]
    command: str
    source: str


class Step(Record):
    """One step of a plan: what it does in words, and the command ('' when a person does it)."""

    title: str
    words: str
    command: str = ''


@lru_cache(maxsize=1)
def stores() -> tuple[Store, ...]:
    """The stores of `data/stores.json`."""
    import json

    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), 'data', 'stores.json')
    with open(path, encoding='utf-8') as file:
        rows = json.load(file)['stores']
    return tuple(
        Store(row['store'], row['title'], tuple(row['systems']), row['command'], row['source'])
        for row in rows
    )


def store_of(advice: Advice, wanted: str = '') -> Store:
    """The store of a credential: the one asked for, or that of its CI system; Vault where that has none of its own."""
    known = {store.store: store for store in stores()}
    if wanted:
        return known[wanted]
    fitting = (store for store in stores() if set(store.systems) & set(advice.systems))
    return next(fitting, known['vault'])


def plan(advice: Advice, wanted: str = '', *, leaked: bool = False) -> tuple[Step, ...]:
    """The steps from the key of today to the least one; none when no key is needed, or nothing is known of the need.

    `wanted` names a store; `leaked`: the old key is known to others and must die first.
    """
    if not advice.needs_key or (advice.unresolved and not advice.minimum):
        return ()
    store = store_of(advice, wanted)
    scopes = ','.join(advice.minimum) or _LEAST
    name = shlex.quote(advice.name) if advice.name.isidentifier() else 'SECRET_NAME'
    keep = store.command.format(name=name, dashed=name.replace('_', '-'))
    old = next((grant.identifier for grant in advice.grants if grant.identifier), _OLD)
    create = Step(
        'create',
        f'Make a key with these scopes, signed in or with a key of a person. Its token goes into {store.title} unseen.',
        ' \\\n'.join(
            (
                'artifacts keys create --format json --no-input',
                f'  --name {_key_name(advice)}',
                f'  --scopes {scopes}',
                '  | jq --raw-output .data.apiKey.token',
                *(f'  | {part}' for part in keep.split(' | ')),
            )
        ),
    )
    verify = Step(
        'verify',
        'Run the job: it must pass, and the new key must show a last use. Exit status 4 means that a scope is missing. '
        'Reading a public artifact proves nothing: that works without a key.',
        'artifacts keys list --format json --no-input',
    )
    revoke = Step(
        'revoke',
        'Revoke the old key. This is final.'
        if leaked
        else 'Revoke the old key when it has not been used for a day and two runs of every job. This is final: until then the old secret can be put back.',
        f'artifacts keys revoke --api-key-id {old} --no-input',
    )
    return (revoke, create, verify) if leaked else (create, verify, revoke)


def _key_name(advice: Advice) -> str:
    """A name that tells what the key is for, and from which day it is."""
    job = next((job.name for job in advice.jobs if job.name), 'job') if len(advice.jobs) == 1 else 'shared'
    words = ''.join(c if c.isascii() and c.isalnum() else '-' for c in f'{job} {advice.name}'.lower())
    return '-'.join(part for part in words.split('-') if part)[:60] + '."$(date +%Y%m%d)"'
