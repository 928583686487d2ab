"""Values of expressions, and the operators and functions that make new ones of them.

What cannot be known is a `Reference`; what is known in part a `Prefix`.
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re
from itertools import product
from math import isfinite
from math import isnan

from artifacts_guard.ci.model import Reference
from artifacts_guard.record import Record
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any
    from typing import TypeAlias


class Prefix(Record):
    """A string of which only the beginning is known (`github.ref` of a tag: `refs/tags/`)."""

    text: str


Value: TypeAlias = 'str | float | bool | list[Any] | dict[str, Any] | Reference | Prefix | None'

LIMIT = 64  # values of one expression that are looked at
BOTH: tuple[Value, ...] = (True, False)

_NUMBERS = {'<': '__lt__', '<=': '__le__', '>': '__gt__', '>=': '__ge__'}
_JSON_LENGTH = 100_000
_SLOT = lazy(r'\{\{|\}\}|\{(\d+)\}')


def truth(value: Value) -> bool | None:
    """Whether a value counts as true in a condition; None when it is not known."""
    if isinstance(value, Reference):
        return None
    if isinstance(value, (list, dict)):
        return True
    if isinstance(value, Prefix):
        return True if value.text else None
    return bool(value) and not (isinstance(value, float) and isnan(value))


def negated(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """`!`: the opposite of each value."""
    found: list[Value] = []
    for value in values:
        result = truth(value)
        found += BOTH if result is None else (not result,)
    return unique(found)


def compare(operator: str, left: Value, right: Value) -> bool | None:
    """GitHub's loose comparison: strings without case, other types as numbers."""
    if isinstance(left, Prefix) or isinstance(right, Prefix):
        equal = _prefixed(left, right)
    elif isinstance(left, (Reference, list, dict)) or isinstance(right, (Reference, list, dict)):
        return None
    elif isinstance(left, str) and isinstance(right, str):
        left, right = left.lower(), right.lower()
        if operator in _NUMBERS:
            return bool(getattr(left, _NUMBERS[operator])(right))
        equal = left == right
    else:
        one, other = _number(left), _number(right)
        if operator in _NUMBERS:
            return bool(getattr(one, _NUMBERS[operator])(other))
        equal = one == other
    if equal is None or operator in _NUMBERS:
        return None
    return equal if operator == '==' else not equal


def _prefixed(left: Value, right: Value) -> bool | None:
    prefix, other = (left, right) if isinstance(left, Prefix) else (right, left)
    if isinstance(prefix, Prefix) and isinstance(other, str):
        return None if other.lower().startswith(prefix.text.lower()) else False
    return None


def _number(value: Value) -> float:
    if value is None or value == '':
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return float('nan')
    return float(value) if isinstance(value, (bool, int, float)) else float('nan')


def tests(name: str, subjects: tuple[Value, ...], wanted: tuple[Value, ...]) -> tuple[Value, ...]:
    found: set[bool] = set()
    for subject in subjects:
        for want in wanted:
            result = _test(name, subject, want)
            if result is None:
                return BOTH
            found.add(result)
    return tuple(found)


def _test(name: str, subject: Value, want: Value) -> bool | None:
    if isinstance(want, (Reference, Prefix, list, dict)):
        return None
    wish = str(text(want)).lower()
    if isinstance(subject, list):
        if name != 'contains' or any(isinstance(item, (Reference, Prefix)) for item in subject):
            return None
        return any(str(text(item)).lower() == wish for item in subject)
    if isinstance(subject, Prefix):
        have = subject.text.lower()
        if name == 'startswith':
            return True if have.startswith(wish) else None if wish.startswith(have) else False
        return True if name == 'contains' and wish in have else None
    if isinstance(subject, (Reference, dict)):
        return None
    have = str(text(subject)).lower()
    if name == 'startswith':
        return have.startswith(wish)
    return have.endswith(wish) if name == 'endswith' else wish in have


def formatted(arguments: list[tuple[Value, ...]]) -> tuple[Value, ...]:
    """`format`: the strings it can make when all is known, otherwise what it is made of."""
    known = [[string(value) for value in values] for values in arguments]
    size = 1
    for texts in known:
        size *= len(texts)
    if size > LIMIT or any(one is None for texts in known for one in texts):
        return unique(v for values in arguments for v in values if carries(v)) or (
            Reference('unknown', 'format(…)'),
        )

    def made(pattern: str, words: list[str]) -> str:
        def slot(match: re.Match[str]) -> str:
            if match[1] is None:
                return match[0][0]
            return words[int(match[1])] if int(match[1]) < len(words) else ''

        return _SLOT.sub(slot, pattern)

    return unique(made(*_words(chosen)) for chosen in product(*known))


def _words(chosen: tuple[str | None, ...]) -> tuple[str, list[str]]:
    first, *others = [one or '' for one in chosen]
    return first, others


def to_json(value: Value) -> Value:
    if isinstance(value, (Reference, Prefix)):
        return value if isinstance(value, Reference) else Reference('unknown', 'toJSON(…)')
    import json

    return json.dumps(value)


def from_json(value: Value) -> Value:
    if not isinstance(value, str):
        return value if not isinstance(value, Prefix) else Reference('unknown', 'fromJSON(…)')
    import json

    try:
        made: Value = json.loads(value) if len(value) < _JSON_LENGTH else None
    except (ValueError, RecursionError):
        return Reference('unknown', 'fromJSON(…)')
    return made


def item(base: Value, key: Value) -> Value:
    if isinstance(base, Reference):
        return base  # a part of a secret is as secret as the whole
    if isinstance(base, list):
        if key == '*':
            return base
        if isinstance(key, (int, float)) and 0 <= key < len(base):
            return _value(base[int(key)])
        return None
    if isinstance(base, dict) and isinstance(key, str):
        return _value(next((item for name, item in base.items() if name.lower() == key.lower()), None))
    return Reference('unknown', '[…]')


def _value(item: object) -> Value:
    known = isinstance(item, (str, float, int, bool, list, dict, Reference)) or item is None
    return item if known else Reference('unknown', '[…]')  # type: ignore[return-value]


def carries(value: Value) -> bool:
    return isinstance(value, Reference) and value.kind != 'unknown'


def string(value: Value) -> str | None:
    """A value as a string; None for what is not known or has none."""
    found = text(value)
    return found if isinstance(found, str) else None


def text(value: Value) -> Reference | str:
    """A value as it appears in a string."""
    if isinstance(value, (str, Reference)):
        return value
    if value is None:
        return ''
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (int, float)):
        return (
            str(int(value)) if isfinite(value) and abs(value) < 1e15 and value == int(value) else str(value)
        )
    return Reference('unknown', 'Object' if isinstance(value, (list, dict)) else f'{value.text}…')


def unique(values: Iterable[Value]) -> tuple[Value, ...]:
    found: list[Value] = []
    for value in values:
        if not any(value is one or (type(value) is type(one) and value == one) for one in found):
            found.append(value)
            if len(found) >= LIMIT:
                break
    return tuple(found)
