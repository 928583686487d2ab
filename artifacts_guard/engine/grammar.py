"""What conditions and texts may say about a kind of fact."""

from __future__ import annotations

from artifacts_guard.engine import template
from artifacts_guard.engine import vocabulary
from artifacts_guard.engine.condition import COMBINED
from artifacts_guard.engine.condition import MATCHERS
from artifacts_guard.engine.pattern import objection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any
    from typing import Protocol

    class _Case(Protocol):
        @property
        def when(self) -> dict[str, Any]: ...


NAME = r'^[a-z][a-z0-9]*(-[a-z0-9]+)*$'  # a JSON Schema shows it, too
LONGEST_NAME = 60

_DEPTH = 8
_TYPES: dict[str, type] = {'text': str, 'yes or no': bool, 'number': int}

# Which matcher speaks of which type of field.
_FITS = {
    'matches': ('text',),
    'has': ('list',),
    'present': ('text', 'list', 'number'),
    'at_least': ('number',),
    'below': ('number',),
}


def is_name(text: str) -> bool:
    """Whether a text has the form of a rule's id."""
    import re

    return len(text) <= LONGEST_NAME and re.fullmatch(NAME, text) is not None and not text.endswith('\n')


def error_sentence(kind: str, message: str, value: object) -> str:
    """One of pydantic's errors as a sentence about the value."""
    if kind == 'missing':
        return 'is missing'
    if kind in ('too_short', 'string_too_short'):
        return 'is empty'
    if kind == 'literal_error':
        return f'{value!r} is not allowed: {message.removeprefix("Input ")}'
    if kind == 'string_pattern_mismatch':
        return f'{value!r} does not have the form it needs'
    return message.removeprefix('Value error, ').removeprefix('Input ')


def condition_problems(kind: str, when: object, depth: int = 0) -> list[str]:
    """What is wrong with a condition on facts of a kind, in sentences; [] when nothing is."""
    if not isinstance(when, dict):
        return ['a condition is a mapping of fields']
    if depth > _DEPTH:
        return [f'conditions are nested more than {_DEPTH} deep']
    problems: list[str] = []
    for key, value in when.items():
        if key == 'not':
            problems += condition_problems(kind, value, depth + 1)
        elif key in COMBINED:
            if not isinstance(value, list) or not value:
                problems.append(f'`{key}` is a list of conditions')
            else:
                problems += [p for each in value for p in condition_problems(kind, each, depth + 1)]
        else:
            problems += _field_problems(kind, key, value)
    return problems


def _field_problems(kind: str, field: object, value: Any) -> list[str]:
    known = vocabulary.fields(kind)
    if field not in known:
        near = vocabulary.suggestion(str(field), known) or '; it has ' + ', '.join(sorted(known))
        return [f'{kind} has no field {field!r}{near}']
    name = str(field)
    if isinstance(value, dict):
        return [
            problem
            for matcher, arg in value.items()
            for problem in _matcher_problems(kind, name, matcher, arg)
        ]
    if known[name] == 'list':
        return [f'{name} is a list: say {{has: {value}}} or {{present: true}}']
    if isinstance(value, list) and not value:
        return [f'{name} is compared with an empty list']
    values = value if isinstance(value, list) else [value]
    return [problem for each in values for problem in _value_problems(kind, name, each)]


def _value_problems(kind: str, field: str, value: object) -> list[str]:
    type_name = vocabulary.fields(kind)[field]
    if type(value) is not _TYPES[type_name]:
        return [f'{field} is compared with {value!r}, but it is {type_name}']
    allowed = vocabulary.values(kind, field)
    if allowed and value not in allowed:
        near = vocabulary.suggestion(str(value), allowed) or '; it is one of ' + ', '.join(map(repr, allowed))
        return [f'{field} is never {value!r}{near}']
    return []


def _matcher_problems(kind: str, field: str, matcher: object, argument: object) -> list[str]:
    if matcher not in MATCHERS:
        return [f'{field}: there is no matcher {matcher!r}{vocabulary.suggestion(str(matcher), MATCHERS)}']
    name, known = str(matcher), vocabulary.fields(kind)
    if known[field] not in _FITS[name]:
        return [f'{field} is {known[field]}, and {name!r} does not apply to that']
    if name == 'present':
        return [] if isinstance(argument, bool) else [f'{field}: present is true or false']
    if name == 'at_least':
        return [] if type(argument) is int else [f'{field}: at_least is a number']
    if name == 'below':
        return (
            []
            if known.get(str(argument)) == 'number'
            else [f'{field}: below names another field that is a number']
        )
    if name == 'has':
        items = argument if isinstance(argument, list) else [argument]
        good = items and all(isinstance(item, str) for item in items)
        return [] if good else [f'{field}: has takes a text or a list of texts']
    if not isinstance(argument, str):
        return [f'{field}: matches takes a regular expression']
    problem = objection(argument)
    return [f'{field}: the pattern {argument!r} {problem}'] if problem else []


def text_problems(kind: str, text: str) -> list[str]:
    """What is wrong with the fields that a text mentions."""
    known = vocabulary.fields(kind)
    problems = []
    for name in template.names(text):
        if name == 'host' or (name == 'call' and 'command' in known):
            continue
        if name not in known:
            near = vocabulary.suggestion(name, (*known, *template.DERIVED))
            problems.append(f'a text mentions {{{name}}}, but {kind} has no such field{near}')
        elif known[name] == 'yes or no':
            problems.append(f'a text mentions {{{name}}}, which is only yes or no')
    return problems


def page_problems(text: str) -> list[str]:
    """What is wrong with a text that is shown without a fact, too: fields that say nothing then."""
    return [
        f'{{{name}}} needs words for when there is no value, as in {{{name}|…}}'
        for name in template.unsupported(text)
    ]


def choice_problems(name: str, cases: Sequence[_Case]) -> list[str]:
    """What is wrong with the order of a choice: the last case, and no other, has no condition."""
    if not cases or cases[-1].when:
        return [f'the list of {name} must end in an entry without `when`']
    if any(not case.when for case in cases[:-1]):
        return [f'only the last entry of {name} may lack `when`']
    return []
