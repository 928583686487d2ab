"""Verbs of the CLI (`artifact access get`), matched with words of which parts are not known."""

from __future__ import annotations

from functools import lru_cache

from artifacts_guard.scopes.catalogue import measured

UNKNOWN = '\ufffc'
HELP = 'help'
GAP = '\ufffc*'  # any number of words


@lru_cache(maxsize=1)
def verbs() -> tuple[tuple[str, ...], ...]:
    """All verbs of the CLI as their words."""
    return (*[tuple(command.split()) for command in measured()['commands']], (HELP,))


def begins(pattern: tuple[str, ...], verb: tuple[str, ...]) -> bool:
    """Whether a verb can begin with this pattern."""
    return any(is_verb(pattern, verb[:length]) for length in range(len(verb) + 1))


def is_verb(pattern: tuple[str, ...], verb: tuple[str, ...]) -> bool:
    """Whether a pattern can be this verb; verbs have three words at most."""
    if not pattern:
        return not verb
    if pattern[0] == GAP:
        return is_verb(pattern[1:], verb) or (bool(verb) and is_verb(pattern, verb[1:]))
    return bool(verb) and _alike(pattern[0], verb[0]) and is_verb(pattern[1:], verb[1:])


def _alike(word: str, verb: str) -> bool:
    """Whether a word with unknown parts can be this verb."""
    if UNKNOWN not in word:
        return word == verb
    first, *rest = word.split(UNKNOWN)
    if not verb.startswith(first) or not verb.endswith(rest[-1]) or len(first) + len(rest[-1]) > len(verb):
        return False
    at = len(first)
    for part in rest[:-1]:
        at = verb.find(part, at) + len(part)
        if at < len(part):
            return False
    return at <= len(verb) - len(rest[-1])
