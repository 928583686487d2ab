"""What rule files can say, for editors and for readers: a JSON Schema, and the list of facts.

What the schema cannot say, `artifacts-guard rules check` does.
"""

from __future__ import annotations

from artifacts_guard.engine import vocabulary
from artifacts_guard.facts.model import KINDS
from artifacts_guard.facts.model import Fact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TYPES = {'text': 'string', 'yes or no': 'boolean', 'number': 'integer'}


def json_schema() -> dict[str, Any]:
    """The schema: pydantic's for the file, with the conditions of each kind of fact spelled out."""
    from artifacts_guard.engine.rule import RuleFile

    schema = RuleFile.model_json_schema()
    schema['$schema'] = 'https://json-schema.org/draft/2020-12/schema'
    schema['title'] = 'Rule of artifacts-guard'
    schema['properties']['fact'] = {
        'enum': sorted(KINDS),
        'description': 'The kind of fact that the rule judges.',
    }
    schema['$defs'] |= {f'condition-{kind}': _condition(kind) for kind in KINDS}
    schema['allOf'] = [
        {
            'if': {'properties': {'fact': {'const': kind}}, 'required': ['fact']},
            'then': {'properties': {'when': {'$ref': f'#/$defs/condition-{kind}'}}},
        }
        for kind in sorted(KINDS)
    ]
    return schema


def _condition(kind: str) -> dict[str, Any]:
    own = {'$ref': f'#/$defs/condition-{kind}'}
    several = {'type': 'array', 'items': own, 'minItems': 1}
    known = vocabulary.fields(kind)
    fields = {name: _field(kind, name, known) for name in sorted(known)}
    return {
        'type': 'object',
        'additionalProperties': False,
        'properties': {'all': several, 'any': several, 'not': own, **fields},
    }


def _field(kind: str, name: str, known: dict[str, str]) -> dict[str, Any]:
    form = known[name]
    if form == 'list':
        items = {'anyOf': [{'type': 'string'}, {'type': 'array', 'items': {'type': 'string'}}]}
        return _matchers({'has': items, 'present': {'type': 'boolean'}})
    values = vocabulary.values(kind, name)
    value: dict[str, Any] = {'enum': list(values)} if values else {'type': _TYPES[form]}
    choices = [value, {'type': 'array', 'items': value, 'minItems': 1}]
    if form == 'text':
        choices.append(_matchers({'matches': {'type': 'string'}, 'present': {'type': 'boolean'}}))
    if form == 'number':
        numbers = [
            other for other, type_name in sorted(known.items()) if type_name == 'number' and other != name
        ]
        below = {'enum': numbers} if numbers else False
        choices.append(
            _matchers({'at_least': {'type': 'integer'}, 'below': below, 'present': {'type': 'boolean'}})
        )
    return {'anyOf': choices}


def _matchers(properties: dict[str, Any]) -> dict[str, Any]:
    return {'type': 'object', 'additionalProperties': False, 'minProperties': 1, 'properties': properties}


def facts() -> str:
    """The kinds of facts with their fields, in Markdown."""
    lines = [
        '# Facts',
        '',
        'What rules judge; see [writing a rule](writing-a-rule.md).',
        '',
        '## All facts',
        '',
    ]
    lines += [*_described(Fact), '', *_table('', vocabulary.fields_of(Fact))]
    for kind, cls in KINDS.items():
        common = vocabulary.fields_of(Fact)
        own = {name: form for name, form in vocabulary.fields(kind).items() if name not in common}
        lines += ['', f'## {kind}', '', *_described(cls), '', *_table(kind, own)]
    return '\n'.join(lines) + '\n'


def _described(cls: type[Fact]) -> list[str]:
    from inspect import cleandoc

    return cleandoc(cls.__doc__ or '').split('\n')


def _table(kind: str, known: dict[str, str]) -> list[str]:
    lines = ['| field | is | values |', '|---|---|---|']
    for name, form in known.items():
        values = ', '.join(f'`{value}`' if value else 'empty' for value in vocabulary.values(kind, name))
        lines.append(f'| `{name}` | {form} | {values} |')
    return lines
