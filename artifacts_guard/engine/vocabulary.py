"""The words that rules may use: the fields of each kind of fact, their types and their closed values.

Read from the fact classes themselves, so a new field of a fact is known here at once.
"""

from __future__ import annotations

from artifacts_guard.facts.model import KINDS
from artifacts_guard.facts.model import Fact
from artifacts_guard.findings.finding import CONFIDENCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED, UNKNOWN, EPHEMERAL = TENANCIES = ('shared', 'unknown', 'ephemeral')  # the common model's words

# What conditions and texts can use; other fields (places, trails) are for the engine.
_JUDGED = {'str': 'text', 'bool': 'yes or no', 'int': 'number', 'tuple[str, ...]': 'list'}

# Fields with a closed set of values: a value outside it would never hold.
_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ('', 'tenancy'): TENANCIES,
    ('', 'confidence'): CONFIDENCES,
    ('credential', 'home'): ('', 'dotenv', 'saved-login'),
    ('suspect', 'kind'): ('high-entropy base64', 'high-entropy hex', 'value of a telling name'),
    ('exposure', 'sink'): ('flag', 'argv', 'log', 'url', 'disk', 'image', 'early'),
    ('call', 'visibility'): ('', 'public', 'private', 'conditional', 'unknown', 'allowed'),
    ('call', 'unsafe_errors'): ('', 'sequence', 'pipeline'),
    ('binding', 'level'): ('pipeline', 'job', 'block', 'step'),
    ('ignore-comment', 'state'): ('unused', 'expired'),
}


def fields(kind: str) -> dict[str, str]:
    """The fields of a kind of fact that rules may use, each with its type: text, yes or no, number, list."""
    return fields_of(KINDS[kind])


def fields_of(cls: type[Fact]) -> dict[str, str]:
    """The same of a class of facts; those that all facts have come first."""
    from inspect import get_annotations

    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        if issubclass(each, Fact):
            found |= {name: _JUDGED[form] for name, form in get_annotations(each).items() if form in _JUDGED}
    return found


def values(kind: str, field: str) -> tuple[str, ...]:
    """The closed set of a field's values, () when it is open."""
    return _VALUES.get((kind, field)) or _VALUES.get(('', field)) or ()


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` when a known word is close, otherwise ''."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.55)
    return f'; did you mean {near[0]!r}?' if near else ''
