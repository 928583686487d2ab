"""What reports say about rules, apart from any finding."""

from __future__ import annotations

from artifacts_guard import HOME
from artifacts_guard import __version__
from artifacts_guard.engine.template import generic
from artifacts_guard.findings.finding import CONFIDENCES
from artifacts_guard.findings.ruletext import RuleText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.engine.model import Rule


def rule_texts(rules: Iterable[Rule]) -> dict[str, RuleText]:
    """The words of some rules by id.  The advice is the one for the usual case, which stands last.

    The page of a rule of ours is that of this version; a user's own rule has what it names first, if anything.
    """
    return {
        rule.id: RuleText(
            id=rule.id,
            title=rule.title,
            why=generic(rule.why),
            advice=generic(rule.advice[-1].use),
            url=_page(rule),
            security_severity=f'{rule.security_severity:.1f}' if rule.security_severity else '',
            tags=('security', rule.group) if rule.security_severity else (rule.group,),
            level=rule.levels[0],
            precision=rule.confidence[-1].use if rule.confidence else CONFIDENCES[0],
        )
        for rule in rules
    }


def _page(rule: Rule) -> str:
    if rule.own:
        return next(iter(rule.references), '')
    return f'{HOME}/blob/v{__version__}/docs/rules/{rule.id}.md'
