"""`--token` on the command line of the CLI: left out, with the token in the environment instead."""

from __future__ import annotations

import re

from artifacts_guard.facts.model import Exposure
from artifacts_guard.findings.finding import Edit
from artifacts_guard.findings.finding import Fix
from artifacts_guard.fixes import spots
from artifacts_guard.fixes import steps
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.findings.finding import Finding

_VARIABLE = 'AGENT_ARTIFACTS_TOKEN'
_OPTION = re.compile(r'--token(?:=|(?:[ \t]|\\?\r?\n)+)(\S.*)', re.DOTALL)
_SAME = re.compile(rf'["\'\\]*[$%]+(?:\{{?(?:env:)?){_VARIABLE}[}}%]?["\'\\]*')
_PASTED = re.compile(r'["\'\\]*(\$\{\{[^{}]*\}\})["\'\\]*')


def left_out(finding: Finding) -> Fix | None:
    """Nothing else is needed where the command has the same variable anyway."""
    found = _option(finding)
    if found is None or not _SAME.fullmatch(found[1]) or not all(fact.held for fact in _facts(finding)):
        return None
    return Fix('leave out --token', (_removed(found[0]),), safe=True)


def in_front(finding: Finding) -> Fix | None:
    """The value as an assignment in front of the command: the shell keeps that off every command line."""
    found = _option(finding)
    commands = {fact.whole_command for fact in _facts(finding)}
    if found is None or None in commands or len(commands) != 1 or '${{' in found[1] or '\n' in found[1]:
        return None
    command = commands.pop()
    if command is None or any(fact.literal for fact in _facts(finding)):
        return None
    start = command.span.start
    document = command.document
    if _VARIABLE + '=' in document.text[start : found[0].span.start]:
        return None
    if spots.inserted(document, start, _VARIABLE) is None:
        return None
    edit = Edit(Place(document, Span(start, start)), f'{_VARIABLE}={found[1]} ')
    return Fix(f'set {_VARIABLE} for the command instead of --token', (edit, _removed(found[0])))


def in_step(finding: Finding) -> Fix | None:
    """What the CI system pastes into the flag, in the `env:` of the step."""
    found = _option(finding)
    pasted = _PASTED.fullmatch(found[1]) if found else None
    facts = _facts(finding)
    if found is None or pasted is None or any(fact.system not in steps.SYSTEMS for fact in facts):
        return None
    document = finding.place.document
    step = steps.step_at(document, finding.place.span.start)
    if step is None or not step.has('run') or step['env'].has(_VARIABLE):
        return None
    added = steps.added(document, step, f'{_VARIABLE}: {pasted[1]}')
    if added is None:
        return None
    edits = sorted((added, _removed(found[0])), key=lambda edit: edit.place.span.start)
    return Fix(f'bind {_VARIABLE} on the step instead of --token', tuple(edits))


def _facts(finding: Finding) -> list[Exposure]:
    return [fact for fact in finding.facts if isinstance(fact, Exposure)]


def _option(finding: Finding) -> tuple[Place, str] | None:
    """Where the option and its value stand, and the value as written."""
    places = {fact.words for fact in _facts(finding)}
    place = places.pop() if len(places) == 1 else None
    match = _OPTION.fullmatch(spots.words(place)) if place else None
    return (place, match[1]) if place and match else None


def _removed(place: Place) -> Edit:
    return Edit(Place(place.document, spots.left_out(place.document.text, place.span)), '')
