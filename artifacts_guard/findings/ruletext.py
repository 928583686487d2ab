"""What reports say about a rule, apart from any finding."""

from __future__ import annotations

from artifacts_guard.record import Record


class RuleText(Record):
    """The words of a rule.

    `why` and `advice` are plain text: paragraphs, `- ` lists, indented lines for code.  `level` is
    the worst one it reports at.  `security_severity` is SARIF's number from '0.1' to '10.0', '' for
    rules that are about no risk.  `url` is the page about the rule, '' for none.
    """

    id: str
    title: str
    why: str = ''
    advice: str = ''
    url: str = ''
    security_severity: str = ''
    tags: tuple[str, ...] = ()
    level: str = 'warning'
    precision: str = 'high'
