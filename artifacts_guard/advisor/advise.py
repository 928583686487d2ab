"""From usages and grants to advice."""

from __future__ import annotations

from artifacts_guard.advisor.model import CONDITIONAL
from artifacts_guard.advisor.model import POSSIBLE
from artifacts_guard.advisor.model import REQUIRED
from artifacts_guard.advisor.model import UNNEEDED
from artifacts_guard.advisor.model import Advice
from artifacts_guard.advisor.model import Grant
from artifacts_guard.advisor.model import JobNeed
from artifacts_guard.advisor.model import ScopeAdvice
from artifacts_guard.advisor.model import Witness
from artifacts_guard.advisor.notes import notes
from artifacts_guard.facts.grants import MADE_HERE
from artifacts_guard.facts.usages import Usage
from artifacts_guard.record import Record
from artifacts_guard.scopes import needs
from artifacts_guard.scopes.catalogue import DEFAULT_SCOPES
from artifacts_guard.scopes.catalogue import SCOPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping

    from artifacts_guard.facts.grants import Key
    from artifacts_guard.facts.grants import Keys
    from artifacts_guard.facts.usages import Held

TOKEN_VARIABLE = 'AGENT_ARTIFACTS_TOKEN'
# how far a source of grants is to be trusted: what the service says before what files say
_SOURCES = ('live', 'key list', 'policy', 'keys create', 'REST')
# words of the catalogue for the flags and arguments that add scopes
_FLAGS = {
    '--ensure': 'only if the slug is taken (--ensure)',
    'artifactId': 'only with an artifactId',
}


class Credential(Record):
    """A credential of a tree: what it is called, what it is, and what it is used for."""

    name: str
    words: str
    usages: tuple[Usage, ...] = ()
    bindings: tuple[Held, ...] = ()


def advise(
    usages: Iterable[Usage],
    held: Iterable[Held],
    keys: Keys,
    more: Mapping[str, tuple[Grant, ...]] | None = None,
) -> tuple[Advice, ...]:
    """The advice for each credential of a tree, in order of their names.

    `held` are the credentials that a step can read, used or not.  `more` are grants from outside of the tree, by the
    credential's name.
    """
    usages = tuple(usages)
    found = _credentials(usages, held)
    more = dict(more or {})
    tied: set[Key] = set()
    advices = []
    for credential in found:
        mine = [key for key in keys.keys if _is(key, credential, keys)]
        tied.update(mine)
        grants = (*more.pop(credential.name, ()), *_grants(mine, keys))
        advices.append(_advice(credential, mine, grants))
    for alone, theirs in _untied([key for key in keys.keys if key not in tied], usages, keys).items():
        advices.append(_advice(alone, theirs, (*more.pop(alone.name, ()), *_grants(theirs, keys))))
    for name, grants in more.items():
        advices.append(_advice(Credential(name, 'a key of the key list'), [], grants))
    return tuple(sorted(advices, key=lambda advice: (advice.name, advice.words)))


# credentials


def _credentials(usages: Iterable[Usage], held: Iterable[Held]) -> list[Credential]:
    """Usages by the credential that they are made with: the same name in one repository is the same credential."""
    words: dict[str, str] = {}
    used: dict[str, dict[Usage, None]] = {}
    bound: dict[str, dict[Held, None]] = {}
    for usage in usages:
        made_with = usage.credentials
        if not made_with and _needs_a_key(usage):
            made_with = ((TOKEN_VARIABLE, f'${TOKEN_VARIABLE}, which nothing in the tree sets'),)
        for name, kind in made_with:
            words.setdefault(name, kind)
            used.setdefault(name, {})[usage] = None
    for one in held:
        name, kind = one.credential
        words[name] = kind
        bound.setdefault(name, {})[one] = None
    return [
        Credential(name, words[name], tuple(used.get(name, ())), tuple(bound.get(name, ()))) for name in words
    ]


def _needs_a_key(usage: Usage) -> bool:
    return not usage.need.keyless and not usage.need.anonymous_ok


def _is(key: Key, credential: Credential, keys: Keys) -> bool:
    """Whether a key is what a credential holds: by what it flows into, or by a name that the policy gives."""
    if credential.name in keys.names.get(key.origin, ()):
        return True
    return any(key.origin in usage.origins for usage in credential.usages)


def _untied(left: list[Key], usages: tuple[Usage, ...], keys: Keys) -> dict[Credential, list[Key]]:
    """Keys that no usage is known to be made with: any of the tree's commands may be."""
    everything = tuple(u for u in usages if not u.need.manages_keys and not u.is_choice)
    found: dict[Credential, list[Key]] = {}
    for key in left:
        secrets = sorted(keys.names.get(key.origin, ()))
        where = f'{key.place.path}:{key.place.line}'
        if secrets:
            credential = Credential(
                secrets[0], f'the secret {secrets[0]}, which no command is known to use', everything
            )
        else:
            credential = Credential(
                key.name or where, f'a key that is tied to no secret ({where})', everything
            )
        found.setdefault(credential, []).append(key)
    return found


def _grants(mine: Iterable[Key], keys: Keys) -> tuple[Grant, ...]:
    made = [
        Grant(
            key.source,
            key.name,
            key.granted.known or (DEFAULT_SCOPES if key.granted.defaulted else ()),
            key.granted.unknown,
            tuple(sorted(keys.accepted.get(key.origin, ()))),
            key.place,
            defaulted=key.granted.defaulted,
        )
        for key in mine
        if not key.granted.unresolved
    ]
    return tuple(sorted(made, key=lambda grant: _SOURCES.index(grant.source)))


# advice


def _advice(credential: Credential, mine: list[Key], grants: tuple[Grant, ...]) -> Advice:
    usages = credential.usages
    if any(key.source in MADE_HERE for key in mine):
        # whoever makes a key does it with another one
        usages = tuple(usage for usage in usages if not usage.need.manages_keys)
    states = {scope: _scope(scope, usages) for scope in SCOPES}
    places = [*usages, *credential.bindings]
    advice = Advice(
        credential.name,
        credential.words,
        tuple(dict.fromkeys(one.system for one in places if one.system)),
        tuple(states.values()),
        _jobs(usages),
        tuple(usage for usage in usages if usage.need.unknown),
        tuple(sorted(grants, key=lambda grant: _SOURCES.index(grant.source))),
        is_used=bool(usages),
        is_keyless=bool(usages) and all(usage.need.keyless for usage in usages),
        is_of_a_person=bool(usages) and all(usage.is_of_a_person for usage in usages),
    )
    return advice.replace(notes=notes(advice, usages, credential.bindings))


def _scope(scope: str, usages: tuple[Usage, ...]) -> ScopeAdvice:
    """The state of one scope, by its strongest witnesses."""
    required: list[Witness] = []
    conditional: list[Witness] = []
    possible: list[Witness] = []
    for usage in usages:
        guard = ' and '.join(usage.conditions)
        if scope in usage.need.required:
            (conditional if guard else required).append(Witness(usage, f'if {guard}' if guard else ''))
        elif flags := [flag for given, flag in usage.need.conditional if given == scope]:
            words = _FLAGS.get(flags[0], f'only with {flags[0]}')
            conditional.append(Witness(usage, f'{words}, if {guard}' if guard else words))
        elif scope in usage.need.possible:
            possible.append(Witness(usage, 'if it asks for that: what it does is not known'))
    for state, witnesses in ((REQUIRED, required), (CONDITIONAL, conditional), (POSSIBLE, possible)):
        if witnesses:
            return ScopeAdvice(scope, state, _told(witnesses))
    return ScopeAdvice(scope, UNNEEDED)


def _told(witnesses: list[Witness]) -> tuple[Witness, ...]:
    """Witnesses in order of their places, one for each place and job."""
    first: dict[tuple[object, ...], Witness] = {}
    for witness in witnesses:
        usage = witness.usage
        first.setdefault((usage.place.sort_key(), usage.job, usage.command, witness.condition), witness)
    return tuple(first[key] for key in sorted(first, key=lambda key: key[:3]))


def _jobs(usages: tuple[Usage, ...]) -> tuple[JobNeed, ...]:
    """What each job needs by itself."""
    groups: dict[tuple[str, str], list[Usage]] = {}
    for usage in usages:
        place = usage.entry or usage.place
        groups.setdefault((place.path, usage.job), []).append(usage)
    found = []
    for (path, name), members in groups.items():
        need = needs.needs(usage.need for usage in members)
        place = members[0].entry or members[0].place
        found.append(JobNeed(name, path, place.line, members[0].system, need.minimum, need.ceiling))
    return tuple(sorted(found, key=lambda job: (job.path, job.line, job.name)))
