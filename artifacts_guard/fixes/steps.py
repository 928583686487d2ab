"""`env:` of steps of GitHub's family: entries moved and added.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsenv
"""

from __future__ import annotations

import re

from artifacts_guard.findings.finding import Edit
from artifacts_guard.fixes import spots
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.yamltree import Node

SYSTEMS = frozenset({'github', 'forgejo', 'gitea'})


def step_at(document: Document, at: int) -> Node | None:
    """The step that an offset lies in."""
    for node in reversed(spots.around(document, at)):
        if node.kind == 'map' and (node.has('run') or node.has('uses')):
            return node
    return None


def added(document: Document, step: Node, entry: str) -> Edit | None:
    """An entry `NAME: value` in a step's `env:`, which is made when there is none; None where the step leaves no room."""
    text = document.text
    if text[step.place.span.start] == '{':
        return None
    env = step['env']
    if env:
        return _first(document, env, entry)
    key = (step['run'] or step['uses']).key
    start = key.place.span.start
    indent = ' ' * spots.column(text, start)
    if not re.fullmatch(r'[ -]*', text[start - len(indent) : start]):
        return None
    end = spots.line_end(text)
    return Edit(Place(document, Span(start, start)), f'env:{end}{indent}  {entry}{end}{indent}')


def _first(document: Document, env: Node, entry: str) -> Edit | None:
    """An entry before the others of an `env:`."""
    text, start = document.text, env.place.span.start
    indent = ' ' * spots.column(text, start)
    if env.kind != 'map' or env.alias or not len(env) or text[start - len(indent) : start].strip():
        return None
    if text[start] == '{':
        return None
    return Edit(Place(document, Span(start, start)), f'{entry}{spots.line_end(text)}{indent}')


def removed(document: Document, place: Place) -> Edit | None:
    """Without the entry at a place, and without its `env:` when it is the only one; None where it is not on a line of its own."""
    text = document.text
    around = spots.around(document, place.span.start)
    if len(around) < 2 or around[-2].kind != 'map':
        return None
    env = around[-2]
    line = spots.lines(text, place.span.start, place.span.end)
    own = text[line.start : line.end].strip()
    if own != spots.words(place) and not own.startswith(f'{spots.words(place)} #'):
        return None
    if len(env) > 1 or env.anchor:
        return None if env.anchor else Edit(Place(document, line), '')
    key = env.key.place.span
    whole = spots.lines(text, key.start, line.end)
    if text[whole.start : key.start].strip():
        return None
    return Edit(Place(document, whole), '')
