"""The values that an expression can have.

An expression is evaluated to a set: what cannot be known stands in it as a reference.  References
name secrets in upper case and inputs in lower case, because neither is case-sensitive.
https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
"""

from __future__ import annotations

from artifacts_guard.ci.actions import expressions
from artifacts_guard.ci.actions import operations
from artifacts_guard.ci.actions.expressions import Binary
from artifacts_guard.ci.actions.expressions import Call
from artifacts_guard.ci.actions.expressions import Index
from artifacts_guard.ci.actions.expressions import Literal
from artifacts_guard.ci.actions.expressions import Not
from artifacts_guard.ci.actions.expressions import Path
from artifacts_guard.ci.model import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from artifacts_guard.ci.actions.expressions import Node
    from artifacts_guard.ci.actions.operations import Value


Known: TypeAlias = 'Callable[[Reference], tuple[Value, ...] | None]'


def nothing(_: Reference) -> None:
    """Knows no value of any reference."""


def choices(text: str, known: Known = nothing) -> tuple[Reference | str, ...]:
    """What an expression can be replaced by: references and strings.

    References stay references; `known` is asked only for what decides between them (the key in
    `secrets[matrix.key]`).  Comparisons give `true` and `false`: they carry nothing of a secret.
    """
    node = expressions.parse(text)
    if node is None:
        return tuple(dict.fromkeys(_mentions(text))) or (Reference('unknown', text.strip()),)
    if isinstance(node, Path):
        return tuple(operations.text(value) for value in _path(node, None))
    return tuple(dict.fromkeys(operations.text(value) for value in _Evaluation(known, True).values(node)))[
        : operations.LIMIT
    ]


def possible(text: str, known: Known) -> tuple[Value, ...]:
    """The values that an expression can have, given what `known` tells about references."""
    node = expressions.parse(text)
    if node is None:
        return (Reference('unknown', text.strip()),)
    return _Evaluation(known, False).values(node)


def reference(names: tuple[str, ...]) -> Reference:
    """The reference that a context and its keys are."""
    context, *keys = names
    context = context.lower()
    if context in ('gitea', 'forgejo', 'forge'):
        context = 'github'
    name = '.'.join(keys)
    if context == 'secrets':
        return Reference('secret', keys[0].upper()) if keys and keys[0] != '*' else Reference('secrets', '*')
    if context == 'inputs':
        return Reference('input', keys[0].lower() if keys else '*')
    if context in ('env', 'vars', 'matrix'):
        return Reference(context, name or '*')
    if context == 'github':
        lower = [key.lower() for key in keys]
        if lower == ['token']:
            return Reference('secret', 'GITHUB_TOKEN')
        if lower[:2] == ['event', 'inputs'] and len(keys) == 3:
            return Reference('input', lower[2])
        return Reference('github', '.'.join(lower) or '*')
    if context == 'steps' and len(keys) == 3 and keys[1].lower() == 'outputs':
        return Reference('output', f'{keys[0]}.{keys[2]}')
    if context in ('needs', 'jobs') and len(keys) == 3 and keys[1].lower() == 'outputs':
        return Reference('output', f'needs.{keys[0]}.{keys[2]}')
    return Reference('unknown', '.'.join(names))


_JSON = {'tojson': operations.to_json, 'fromjson': operations.from_json}


class _Evaluation:
    def __init__(self, known: Known, keep: bool) -> None:
        self.known = known
        self.keep = keep  # references stay, as far as they are the value itself

    def values(self, node: Node) -> tuple[Value, ...]:
        found = self._values(node)
        return found if len(found) <= operations.LIMIT else found[: operations.LIMIT]

    def _values(self, node: Node) -> tuple[Value, ...]:
        if isinstance(node, Literal):
            return (node.value,)
        if isinstance(node, Path):
            return _path(node, None if self.keep else self.known)
        if isinstance(node, Not):
            return operations.negated(self.values(node.operand))
        if isinstance(node, Index):
            return self._index(node)
        if isinstance(node, Binary):
            if node.operator == '||':
                return self._or(node)
            if node.operator == '&&':
                return self._and(node)
            return self._compared(node)
        return self._call(node)

    def _or(self, node: Binary) -> tuple[Value, ...]:
        found: list[Value] = []
        for operand in node.operands[:-1]:
            values = self.values(operand)
            found += [value for value in values if operations.truth(value) is not False]
            if all(operations.truth(value) for value in values):
                return operations.unique(found)
        return operations.unique([*found, *self.values(node.operands[-1])])

    def _and(self, node: Binary) -> tuple[Value, ...]:
        found: list[Value] = []
        for operand in node.operands[:-1]:
            values = self.values(operand)
            # what is not known may be empty, and is nothing then
            found += [
                '' if operations.truth(value) is None else value
                for value in values
                if not operations.truth(value)
            ]
            if all(operations.truth(value) is False for value in values):
                return operations.unique(found)
        return operations.unique([*found, *self.values(node.operands[-1])])

    def _compared(self, node: Binary) -> tuple[Value, ...]:
        left, right = (_Evaluation(self.known, False).values(side) for side in node.operands)
        found: set[bool] = set()
        for one in left:
            for other in right:
                result = operations.compare(node.operator, one, other)
                if result is None:
                    return operations.BOTH
                found.add(result)
        return tuple(found)

    def _index(self, node: Index) -> tuple[Value, ...]:
        keys = _Evaluation(self.known, False).values(node.key)
        if isinstance(node.base, Path):
            found: list[Value] = []
            for key in keys:
                if isinstance(key, str):
                    found += _path(Path((*node.base.names, key)), None if self.keep else self.known)
                elif node.base.names[0].lower() == 'secrets':
                    found.append(Reference('secrets', f'[{_shown(node.key)}]'))
                else:
                    found.append(reference((*node.base.names, '*')))
            return operations.unique(found)
        return operations.unique(
            operations.item(base, key) for base in self.values(node.base) for key in keys
        )

    def _call(self, node: Call) -> tuple[Value, ...]:
        name = node.name
        if name in ('always', 'success', 'failure', 'cancelled'):
            return (True,) if name == 'always' else operations.BOTH
        if name == 'case':
            return self._case(node)
        arguments = [self.values(argument) for argument in node.arguments]
        if name in ('contains', 'startswith', 'endswith'):
            sides = [_Evaluation(self.known, False).values(argument) for argument in node.arguments[:2]]
            return operations.tests(name, *sides) if len(sides) == 2 else operations.BOTH
        if name in ('tojson', 'fromjson') and arguments:
            return operations.unique(_JSON[name](value) for value in arguments[0])
        if name == 'format' and arguments:
            return operations.formatted(arguments)
        carried = [value for values in arguments for value in values if operations.carries(value)]
        if name == 'join' and carried:
            return operations.unique(carried)
        return (Reference('unknown', f'{name}(…)'),)

    def _case(self, node: Call) -> tuple[Value, ...]:
        """https://docs.github.com/…/expressions#case: condition, value, …, default."""
        found: list[Value] = []
        for condition, value in zip(node.arguments[:-1:2], node.arguments[1::2]):
            truths = [operations.truth(one) for one in self.values(condition)]
            if any(one is not False for one in truths):
                found += self.values(value)
            if all(truths):
                return operations.unique(found)
        if len(node.arguments) % 2:
            found += self.values(node.arguments[-1])
        return operations.unique(found)


def _path(node: Path, known: Known | None) -> tuple[Value, ...]:
    found = reference(node.names)
    if known is not None:
        values = known(found)
        if values is not None:
            return values
    return (found,)


def _shown(node: Node) -> str:
    """A computed key in words: the same key gives the same words."""
    if isinstance(node, Path):
        return '.'.join(node.names)
    if isinstance(node, Literal):
        return str(node.value)
    if isinstance(node, Call):
        return f'{node.name}({", ".join(_shown(argument) for argument in node.arguments)})'
    if isinstance(node, Index):
        return f'{_shown(node.base)}[{_shown(node.key)}]'
    if isinstance(node, Not):
        return f'!{_shown(node.operand)}'
    return f' {node.operator} '.join(_shown(operand) for operand in node.operands)


def _mentions(text: str) -> list[Reference]:
    """Secrets named in something that is no valid expression."""
    import re

    names = re.findall(r"""\bsecrets\s*(?:\.\s*|\[\s*['"])([A-Za-z_][\w-]*)""", text, re.IGNORECASE)
    return [Reference('secret', name.upper()) for name in names]
