"""What Jenkins puts into the environment of steps: `environment`, `withCredentials`, `withEnv`.

https://www.jenkins.io/doc/book/pipeline/syntax/#environment,
https://www.jenkins.io/doc/pipeline/steps/credentials-binding/
"""

from __future__ import annotations

from artifacts_guard import groovy
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.jenkins.strings import string
from artifacts_guard.ci.jenkins.strings import template
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.groovy import Argument
from artifacts_guard.groovy import Item
from artifacts_guard.text import Document
from artifacts_guard.text import Place
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence

    from artifacts_guard.ci.jenkins.strings import Constants

# Bindings whose variable is not the secret itself but a path to it, or part of something else.
_PATHS = frozenset(
    ('file', 'zip', 'dir', 'certificate', 'sshUserPrivateKey', 'FileBinding', 'ZipFileBinding')
)
_SECRET_NAMES = ('variable', 'passwordVariable')
_NESTING = 6


def assigned(statement: Sequence[Item]) -> tuple[Item, tuple[Item, ...]] | None:
    """The name and value of `X = value`, `def X = value`, `env.X = value`."""
    for at, item in enumerate(statement[:5]):
        if item.kind == groovy.MARK and item.text == '=':
            if at and statement[at - 1].kind == groovy.WORD:
                return statement[at - 1], tuple(statement[at + 1 :])
            return None
        if item.kind == groovy.GROUP and item.text != '[':
            return None
    return None


def environment(block: Item, document: Document, constants: Constants, level: str) -> tuple[Binding, ...]:
    """The entries of an `environment` block."""
    found: list[Binding] = []
    for statement in groovy.statements(block.items):
        entry = assigned(statement)
        if entry is None:
            continue
        name, value = entry
        place = Place(document, Span(name.start, value[-1].end if value else name.end))
        credential = _credential(value)
        if credential is not None:
            secret = _secret(credential, place, document, constants)
            found += [
                Binding(name.text, secret, level, place, narrowable=True),
                Binding(f'{name.text}_USR', said(place, ''), level, place),
                Binding(f'{name.text}_PSW', secret, level, place, narrowable=True),
            ]
            continue
        values = template(value, document, constants, early=False)
        found.append(
            Binding(name.text, values[0] if values else _opaque(place), level, place, narrowable=True)
        )
    return tuple(found)


def _credential(value: Sequence[Item]) -> Item | None:
    """The argument of `credentials('id')`."""
    if len(value) > 1 and value[0].text == 'credentials' and groovy.is_group(value[1], '('):
        return next(iter(value[1].items), None)
    return None


def _secret(identifier: Item, place: Place, document: Document, constants: Constants) -> Template:
    """The secret of a credential's identifier, known or computed."""
    fragment = said(place, place.text)
    names = template((identifier,), document, constants, early=False)
    known = next((one.text for one in names if not one.expressions), '')
    reference = Reference('secret', known) if known else Reference('secrets', f'[{identifier.text}]')
    return fragment.replace(expressions=(Expression(0, len(fragment.text), (reference,), False),))


def _opaque(place: Place) -> Template:
    text = said(place, '?')
    return text.replace(expressions=(Expression(0, 1, (Reference('unknown', 'value'),), False),))


def listed(items: Sequence[Item], depth: int = 0) -> Iterator[Argument]:
    """The elements of a list, or of lists put together by `+`."""
    for item in items:
        if groovy.is_group(item, '['):
            yield from groovy.arguments(item.items)
        elif groovy.is_group(item, '(') and depth < _NESTING:
            yield from listed(item.items, depth + 1)


def credentials(given: Sequence[Argument], document: Document, constants: Constants) -> tuple[Binding, ...]:
    """The variables that `withCredentials` binds for the steps inside it."""
    found: list[Binding] = []
    for argument in given:
        for entry in listed(argument.items):
            found += _entry(entry.items, document, constants)
    return tuple(found)


def _entry(items: Sequence[Item], document: Document, constants: Constants) -> Iterator[Binding]:
    """`string(credentialsId: 'x', variable: 'Y')`, or the older `[$class: 'StringBinding', …]`."""
    if not items:
        return
    kind, named = _named(items)
    identifier = named.get('credentialsId')
    if identifier is None or kind in _PATHS:
        return
    place = Place(document, Span(items[0].start, items[-1].end))
    for key in _SECRET_NAMES:
        variable = named.get(key)
        if variable is not None and variable.kind == groovy.STRING:
            yield Binding(variable.text, _secret(identifier, place, document, constants), 'block', place)
    if kind in ('usernamePassword', 'UsernamePasswordMultiBinding'):
        user = named.get('usernameVariable')
        if user is not None:
            yield Binding(user.text, said(place, ''), 'block', place)


def _named(items: Sequence[Item]) -> tuple[str, dict[str, Item]]:
    kind, inner = '', items
    if items[0].kind == groovy.WORD and len(items) > 1 and items[1].kind == groovy.GROUP:
        kind, inner = items[0].text, items[1].items
    elif items[0].kind == groovy.WORD:
        kind, inner = items[0].text, items[1:]
    elif groovy.is_group(items[0], '['):
        inner = items[0].items
    named = {a.name: a.items[0] for a in groovy.arguments(inner) if a.name and a.items}
    return kind or (named['$class'].text if '$class' in named else ''), named


def variables(given: Sequence[Argument], document: Document, constants: Constants) -> tuple[Binding, ...]:
    """The entries of `withEnv(['NAME=value'])`."""
    found = []
    for argument in given:
        for entry in listed(argument.items):
            values = template(entry.items, document, constants, early=False)
            if not values:
                continue
            name, sign, _ = values[0].text.partition('=')
            if sign:
                place = Place(document, Span(entry.items[0].start, entry.items[-1].end))
                found.append(Binding(name, _from(values[0], len(name) + 1), 'block', place, narrowable=True))
    return tuple(found)


def _from(one: Template, start: int) -> Template:
    """A template without its first letters."""
    kept = tuple(
        e.replace(start=e.start - start, end=e.end - start) for e in one.expressions if e.start >= start
    )
    return Template(one.fragment.slice(start, len(one.text)), kept)


def passwords(items: Sequence[Item], document: Document) -> tuple[Binding, ...]:
    """Password parameters: whoever starts the run types the secret in."""
    found = []
    for statement in groovy.statements(items):
        for call in groovy.calls(statement):
            named = {a.name: a.items for a in call.arguments}
            name = named.get('name')
            if call.name != 'password' or not name or name[0].kind != groovy.STRING:
                continue
            place = Place(document, Span(call.start, call.end))
            text = string(name[0], document, {}, early=False)
            whole = Expression(0, len(text.text), (Reference('variable', text.text),), False)
            found.append(Binding(text.text, text.replace(expressions=(whole,)), 'pipeline', place))
    return tuple(found)
