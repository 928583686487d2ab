"""A rule as the engine uses it: checked already, in plain values, cheap to load."""

from __future__ import annotations

from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STABLE = 'stable'
PREVIEW = 'preview'
DEPRECATED = 'deprecated'
STATUSES = (STABLE, PREVIEW, DEPRECATED)


class Case(Record):
    """One line of an ordered choice: `use` it when the condition holds (an empty one always does)."""

    when: dict[str, Any]
    use: str


class Rule(Record):
    """An opinion about one kind of fact.

    `level`, `message`, `advice` and `confidence` (the highest that the rule claims) are ordered
    choices that end in a case without a condition.  `pedantic` is a condition under which the rule
    speaks only with --pedantic, None for never.  `own` marks rules of the user.
    """

    id: str
    title: str
    group: str
    fact: str
    when: dict[str, Any]
    level: tuple[Case, ...]
    message: tuple[Case, ...]
    why: str
    advice: tuple[Case, ...]
    safe: bool = False
    confidence: tuple[Case, ...] = ()
    pedantic: dict[str, Any] | None = None
    status: str = STABLE
    since: str = ''
    aliases: tuple[str, ...] = ()
    security_severity: float = 0.0
    references: tuple[str, ...] = ()
    own: bool = False

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that the rule can have, worst first, each once."""
        from artifacts_guard.findings.finding import LEVELS

        used = {case.use for case in self.level}
        return tuple(level for level in LEVELS if level in used)


_CHOICES = ('level', 'message', 'advice', 'confidence')


def plain(rule: Rule) -> dict[str, Any]:
    """A rule as JSON values, without what is the default."""
    values: dict[str, Any] = {}
    for field in Rule._fields:
        value = getattr(rule, field)
        if field in Rule._defaults and value == Rule._defaults[field]:
            continue
        if field in _CHOICES:
            value = [[case.when, case.use] for case in value]
        values[field] = list(value) if isinstance(value, tuple) else value
    return values


def from_plain(values: dict[str, Any]) -> Rule:
    """The inverse of `plain`; takes what our own build wrote, and checks nothing."""
    for field, value in values.items():
        if field in _CHOICES:
            values[field] = tuple([Case(when, use) for when, use in value])
        elif isinstance(value, list):
            values[field] = tuple(value)
    return Rule(**values)
