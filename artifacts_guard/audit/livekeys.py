"""Facts about live keys, for the rules of the group `inventory`."""

from __future__ import annotations

from artifacts_guard.advisor import keylist
from artifacts_guard.audit.inventory import Inventory
from artifacts_guard.ci.model import Hop
from artifacts_guard.facts.model import LiveKey
from artifacts_guard.scopes.catalogue import DANGEROUS
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.audit.inventory import KnownKey
    from artifacts_guard.facts.collect import Collected
    from artifacts_guard.settings import Settings

STALE_DAYS = 90
_NAMED = 3  # consumers that a finding names


def live_keys(inventory: Inventory, document: Document, stale_days: int = STALE_DAYS) -> list[LiveKey]:
    """One fact for each key of the list that is not revoked; `document` is the list, for its lines."""
    places = _places(document)
    return [
        _fact(one, inventory, places.get(one.key.identifier) or Place(document, Span(0, 0)), stale_days)
        for one in inventory.keys
        if not one.key.revoked
    ]


def of_example(texts: dict[str, str], collected: Collected, settings: Settings) -> list[LiveKey]:
    """The facts of a tree in memory that has a key list in it: how examples of rules are run."""
    from artifacts_guard.advise import Answer
    from artifacts_guard.advisor.advise import advise
    from artifacts_guard.audit.content import inventory_of
    from artifacts_guard.audit.content import tokens
    from artifacts_guard.audit.model import ANALYSED
    from artifacts_guard.engine.examples import TODAY
    from artifacts_guard.engine.samples import KEY_LIST

    advices = advise(collected.usages, collected.held, collected.keys)
    shard = {
        'repository': 'repository',
        'state': ANALYSED,
        'tokens': tokens(collected.facts, '', str),
        **inventory_of(collected, settings, Answer(advices)),
    }
    document = Document(KEY_LIST, texts[KEY_LIST])
    listed = keylist.read(document.text, KEY_LIST)
    return live_keys(Inventory(listed, [shard], today=TODAY), document)


def _fact(one: KnownKey, inventory: Inventory, place: Place, stale_days: int) -> LiveKey:
    excess = tuple(state.scope for state in one.scopes if state.is_excess)
    doubt = _doubt(one, inventory)
    return LiveKey(
        place,
        (Hop('listed here', place),),
        confidence='low' if doubt else 'high',
        doubt=doubt,
        identifier=one.key.identifier,
        name=one.key.name,
        scopes=one.key.scopes,
        needed=tuple(state.scope for state in one.scopes if state.state in ('required', 'conditional')),
        excess=excess,
        dangerous=tuple(scope for scope in excess if scope in DANGEROUS),
        leaked=bool(one.leaks),
        leaks=tuple(f'{repository}: {path}:{line}' for repository, path, line in one.leaks),
        automations=len(one.jobs),
        repositories=len({repository for repository, _, _ in one.jobs}),
        consumers=tuple(f'{repository}: {path}#{job}' for repository, path, job in one.jobs[:_NAMED]),
        idle_days=inventory.idle(one.key),
        limit_days=stale_days,
        never_used=not one.key.last_used,
        policy=inventory.has_policy,
        declared=one.declared is not None,
    )


def _doubt(one: KnownKey, inventory: Inventory) -> str:
    """Why a key that seems to serve nothing may serve something."""
    if one.jobs:
        return ''
    if one.declared is None:
        return 'no policy says which secret holds it, so its use cannot be recognised'
    return '' if inventory.is_complete() else 'some repositories could not be analysed'


def _places(document: Document) -> dict[str, Place]:
    """Where each key stands in its list, by its id."""
    from artifacts_guard import jsontree

    node = jsontree.parse(document)
    for name in ('data', 'apiKeys'):
        if node.has(name):
            node = node[name]
    return {row['id'].text: row['name'].place for row in node}
