"""Facts and rules made by hand, for tests of the engine."""

from __future__ import annotations

from typing import Any

from artifacts_guard.ci.model import Hop
from artifacts_guard.engine.model import Case
from artifacts_guard.engine.model import Rule
from artifacts_guard.facts.model import Call
from artifacts_guard.facts.model import Exposure
from artifacts_guard.facts.model import Fact
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

SCRIPT = Document(
    'scripts/publish.sh', '#!/bin/sh\nset -eu\nartifacts push --token "$T" --file a.md\necho done\n'
)
WORKFLOW = Document('.github/workflows/ci.yml', 'jobs:\n  publish:\n    steps:\n  nightly:\n    steps:\n')


def place(words: str, document: Document = SCRIPT) -> Place:
    """Where some words stand for the first time in a document."""
    start = document.text.index(words)
    return Place(document, Span(start, start + len(words)))


def flag(words: str = '--token "$T"', **fields: Any) -> Exposure:
    """A token given as a flag, in a script."""
    values = {'sink': 'flag', 'program': 'artifacts', 'form': '--token', 'origin': 'the secret KEY'}
    return Exposure(place(words), **(values | fields))


def called_by(job: str, **fields: Any) -> Exposure:
    """The same as seen from a job of the workflow."""
    at = place(job, WORKFLOW)
    return flag(job=job, job_place=at, automation=True, trail=(Hop(f'called by {job}', at),), **fields)


def call(command: str = 'push', **fields: Any) -> Call:
    return Call(place('artifacts push'), command=command, **fields)


def rule(**fields: Any) -> Rule:
    """A rule about facts of exposure, unless fields say otherwise; a plain text is a choice of one."""
    values: dict[str, Any] = {
        'id': 'some-rule',
        'title': 'Some rule',
        'group': 'exposure',
        'fact': 'exposure',
        'when': {'sink': 'flag'},
        'level': 'warning',
        'message': '{program} gets {origin}',
        'why': 'Because.',
        'advice': 'Leave it out.',
    } | fields
    for name in ('level', 'message', 'advice', 'confidence'):
        if isinstance(values.get(name), str):
            values[name] = (Case({}, values[name]),)
    return Rule(**values)


BY_TENANCY = (
    Case({'tenancy': 'shared'}, 'error'),
    Case({'tenancy': 'ephemeral'}, 'note'),
    Case({}, 'warning'),
)


def words(fact: Fact) -> str:
    return fact.place.text
