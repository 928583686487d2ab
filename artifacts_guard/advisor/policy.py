"""A draft of the policy: `[keys.NAME]` tables for the credentials that have none."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.advisor.model import Advice
    from artifacts_guard.settings import DeclaredKey

_DAYS = 90


def draft(advices: Iterable[Advice], declared: Iterable[DeclaredKey]) -> str:
    """TOML for `artifacts-guard.toml`; what only people know is left to be filled in."""
    known = {key.secret for key in declared}
    names = {key.name for key in declared}
    tables = [
        '\n'.join(_table(advice, names))
        for advice in advices
        if advice.needs_key and advice.name not in known
    ]
    if not tables:
        return '# every key that is used here is declared\n'
    return '\n\n'.join(tables) + '\n'


def _table(advice: Advice, names: set[str]) -> Iterator[str]:
    name = _name(advice, names)
    names.add(name)
    if advice.unresolved:
        first = advice.unresolved[0]
        yield f'# at least these: {_quoted(first.command)[1:-1]} ({first.place.path}:{first.place.line}) was not followed'
    yield f'[keys.{name}]'
    yield f'secret = {_quoted(advice.name)}'
    jobs = dict.fromkeys(f'{job.path.rpartition("/")[2]}#{job.name}' for job in advice.jobs if job.name)
    yield f'jobs = [{", ".join(map(_quoted, jobs))}]'
    yield f'scopes = [{", ".join(map(_quoted, advice.minimum))}]'
    yield 'owner = ""'
    yield f'rotate-days = {_DAYS}'
    reasons = ', '.join(
        f'{_quoted(one.scope)} = {_quoted(_reason(one.witnesses[0].usage.command, one.witnesses[0].condition))}'
        for one in advice.scopes
        if one.scope in advice.minimum
    )
    yield f'reason = {{{reasons}}}'


def _reason(command: str, condition: str) -> str:
    return f'{command}, {condition}' if condition else command


def _name(advice: Advice, taken: set[str]) -> str:
    """A name for the table: of the letters that need no quotes."""
    words = ''.join(c if c.isascii() and c.isalnum() else '-' for c in advice.name.lower())
    name = '-'.join(part for part in words.split('-') if part) or 'key'
    return (
        name
        if name not in taken
        else next(f'{name}-{n}' for n in range(2, 10_000) if f'{name}-{n}' not in taken)
    )


def _quoted(text: str) -> str:
    # a JSON string is a TOML basic string: https://toml.io/en/v1.0.0#string
    return json.dumps(text)
