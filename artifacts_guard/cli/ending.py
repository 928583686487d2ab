"""How `check`, `advise` and `audit` end: their exit statuses, and the levels that count."""

from __future__ import annotations

from artifacts_guard.findings.finding import LEVELS

CLEAN, FOUND, INCOMPLETE = 0, 1, 3
NEVER = 'never'
FAIL_ON = (*LEVELS, NEVER)  # what --fail-on takes, worst first


def failing(fail_on: str) -> tuple[str, ...]:
    """The levels at or above the one that `--fail-on` names."""
    return () if fail_on == NEVER else LEVELS[: LEVELS.index(fail_on) + 1]
