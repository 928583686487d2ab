"""Values of what CI systems expand: bindings, expressions, inputs, outputs."""

from __future__ import annotations

from itertools import islice
from itertools import product

from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Expression
from artifacts_guard.ci.model import Hop
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Scope
from artifacts_guard.ci.model import Template
from artifacts_guard.flow.state import Variable
from artifacts_guard.flow.state import variable_sources
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Chunk
from artifacts_guard.flow.value import Excerpt
from artifacts_guard.flow.value import Field
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import Value
from artifacts_guard.flow.value import literal
from artifacts_guard.flow.value import unknown
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set

    from artifacts_guard.text import Place

_MOST = 16
_MOST_DEPTH = 12
_VOID = frozenset({'unknown', 'vars', 'github', 'runner', 'job', 'strategy'})  # carry no secret


class Surroundings(Record):
    """What references mean in one step: its environment, matrix, outputs, and the call that filled its inputs.

    `identity` limits inputs that nobody fills; `system` those variables that its settings hold.
    `given` are inputs whose values are known already (words of a command line).  `withheld` are outputs that are
    secrets: a step must ask for them.
    """

    environment: dict[str, Variable]
    matrix: dict[str, tuple[str, ...]]
    outputs: Mapping[str, Value]
    scope: Scope | None
    identity: str
    system: str
    given: dict[str, tuple[Value, ...]] = {}  # noqa: RUF012 - records are frozen
    withheld: Set[str] = frozenset()


def evaluate(template: Template, around: Surroundings, depth: int = 0) -> tuple[Value, ...]:
    """All values that a template can have."""
    fragment = template.fragment
    choices: list[tuple[Value, ...]] = []
    at = 0
    for expression in template.expressions:
        if expression.start > at:
            choices.append((_text(fragment, at, expression.start),))
        choices.append(value_of(expression, template, around, depth))
        at = expression.end
    if at < len(fragment.text) or not choices:
        choices.append((_text(fragment, at, len(fragment.text)),))
    combined = islice(product(*choices), _MOST)
    values = [tuple(c for part in parts for c in part) for parts in combined]
    return tuple(values if len(values) == 1 else dict.fromkeys(values))


def _text(fragment, start: int, end: int) -> Value:  # type: ignore[no-untyped-def]
    return literal(fragment.text[start:end], Excerpt(fragment, start, end))


def value_of(
    expression: Expression, template: Template, around: Surroundings, depth: int = 0
) -> tuple[Value, ...]:
    """All values that an expression of a template can have."""
    written = Excerpt(template.fragment, expression.start, expression.end)
    held = around.outputs.get(expression.output) if expression.output else None
    if held is not None:
        return (_moved(held, written),)
    values: list[Value] = []
    for choice in expression.choices:
        if isinstance(choice, str):
            values.append(literal(choice, written))
        else:
            values += _referenced(choice, written, around, depth)
    return tuple(dict.fromkeys(values)) or (unknown(written=written),)


def _referenced(
    reference: Reference, written: Excerpt, around: Surroundings, depth: int
) -> tuple[Value, ...]:
    kind, name = reference.kind, reference.name
    if kind in _VOID or depth > _MOST_DEPTH:
        return (unknown(written=written),)
    if kind == 'secret':
        return _secret(name, written, around, depth)
    if kind == 'secrets':
        return (unknown(Source(Origin('secrets', name)), written=written),)
    if kind == 'env':
        return _all(written, around) if name == '*' else _variable(name, written, around)
    if kind == 'input':
        return _input(name, written, around, depth)
    if kind == 'matrix':
        return tuple(literal(v, written) for v in around.matrix.get(name, ())) or (unknown(written=written),)
    if kind == 'output':
        held = around.outputs.get(name)
        return (_moved(held, written),) if held is not None else (unknown(written=written),)
    if kind == 'variable':
        found = around.environment.get(name)
        if found is not None:
            return _variable(name, written, around)
        return (unknown(Source(Origin('variable', name, around.system)), written=written),)
    return (unknown(written=written),)


def _all(written: Excerpt, around: Surroundings) -> tuple[Value, ...]:
    found = {s.origin: s for v in around.environment.values() for s in variable_sources(v)}
    return (unknown(*found.values(), written=written),)


def _moved(value: Value, written: Excerpt) -> Value:
    return tuple(Chunk(c.text, written, c.sources) for c in value)


def _secret(name: str, written: Excerpt, around: Surroundings, depth: int) -> tuple[Value, ...]:
    scope = around.scope
    while scope is not None and scope.secrets is None:
        scope = scope.parent
    if scope is not None and scope.secrets is not None:
        return _filled(name, scope.secrets, 'secret', written, around, scope.parent, depth)
    return (unknown(Source(Origin('secret', name)), written=written),)


def _input(name: str, written: Excerpt, around: Surroundings, depth: int) -> tuple[Value, ...]:
    given = around.given.get(name)
    if given is not None:
        return tuple(_moved(v, written) for v in given)
    if around.scope is None:
        return (unknown(Source(Origin('input', name, around.identity)), written=written),)
    return _filled(name, around.scope.inputs, 'input', written, around, around.scope.parent, depth)


def _filled(
    name: str,
    bindings: tuple[Binding, ...],
    kind: str,
    written: Excerpt,
    around: Surroundings,
    parent: Scope | None,
    depth: int,
) -> tuple[Value, ...]:
    """The value that the caller gives to an input or secret, evaluated where the caller stands."""
    for binding in reversed(bindings):
        if binding.name == name:
            if binding.value is None:
                break
            values = evaluate(binding.value, around.replace(scope=parent), depth + 1)
            return tuple(_moved(_hop(v, f'given as {binding.name}', binding), written) for v in values)
    return (unknown(Source(Origin(kind, name, around.identity)), written=written),)


def _hop(value: Value, role: str, binding: Binding) -> Value:
    hop_place = binding.place
    return tuple(
        Chunk(c.text, c.written, tuple(s.through(role, hop_place) for s in c.sources)) if c.sources else c
        for c in value
    )


def _variable(name: str, written: Excerpt, around: Surroundings) -> tuple[Value, ...]:
    variable = around.environment.get(name)
    if variable is None:
        return (unknown(written=written),)
    found = [_moved(a[0].chunks if a else EMPTY, written) for a in variable.alternatives if a is not None]
    return tuple(found) or (unknown(written=written),)


def is_withheld(binding: Binding, around: Surroundings) -> bool:
    """Whether a variable of a job holds a secret output, which no environment gets by itself."""
    expressions = binding.value.expressions if binding.value is not None and around.withheld else ()
    return any(
        isinstance(c, Reference) and c.kind == 'output' and c.name in around.withheld
        for expression in expressions
        for c in expression.choices
    )


def bound(binding: Binding, around: Surroundings) -> Variable:
    """The variable that a binding makes, exported, with the place where it is bound on its trail."""
    if binding.value is None:
        source = Source(Origin('secret', binding.name), (Hop('secret bound here', binding.place),))
        fragment = bound_entry(binding)
        return Variable(((Field(unknown(source), fragment),),), True)
    values = evaluate(binding.value, around)
    fields = []
    for value in values:
        moved = tuple(
            Chunk(c.text, c.written, tuple(_bound_source(s, binding) for s in c.sources)) for c in value
        )
        fields.append((Field(moved, bound_entry(binding)),))
    return Variable(tuple(fields), True)


def _bound_source(source: Source, binding: Binding) -> Source:
    role = 'secret bound here' if not source.trail else f'bound to {binding.name}'
    return source.through(role, binding.place)


def bound_entry(binding: Binding) -> Excerpt:
    return entry(binding.place)


def entry(place: Place) -> Excerpt:
    """A place as a value knows it."""
    from artifacts_guard.text import part

    fragment = part(place.document, place.span.start, place.span.end)
    return Excerpt(fragment, 0, len(fragment.text))
