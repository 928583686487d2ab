"""Other vendors whose keys begin with `aa_live_` as the service's documented ones do.

Seen in public repositories; each with names by which its variables, hosts, packages and commands are known.
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record

OURS = 'Agent Artifacts'


class Vendor(Record):
    """A vendor and what shows that a line is about it, in small letters."""

    name: str
    marks: tuple[str, ...]


VENDORS = (
    Vendor(
        'AnomalyArmor',
        ('armor_api', 'armor_key', 'armor_token', 'anomalyarmor', 'anomaly-armor', 'anomaly_armor'),
    ),
    Vendor('AgentPub', ('agentpub', 'agent_pub', 'agent-pub', 'aa_api_key')),
    Vendor('AnyAPI', ('anyapi', 'any_api', 'any-api')),
    Vendor('AgentAuth', ('agentauth', 'agent_auth', 'agent-auth')),
    Vendor('resolved.sh', ('resolved.sh', 'resolved_sh', 'resolved_api', 'resolvedsh')),
    Vendor('Agent API', ('agent-api', 'agent_api', 'agentapi')),
    Vendor('AASM', ('aasm',)),
    Vendor('agentaction', ('agentaction', 'agent_action', 'agent-action')),
)

# The service's own names; its CLI is called artifacts.
_OUR_MARKS = ('agent_artifacts', 'agent-artifacts', 'agentartifacts', 'hostartifacts', 'artifacts')
_LINES = 3
_REACH = 2000


def beside(text: str, start: int, end: int) -> str:
    """Whose name stands on the lines of a range or, if none does there, on the three before and after.

    `OURS`, the name of a vendor, or '' for none.  The service's own name counts more than others'.
    """
    first, last = _line_start(text, start), _line_end(text, end)
    near = _named(text[max(first, start - _REACH) : start] + ' ' + text[end : min(last, end + _REACH)])
    if near:
        return near
    for _ in range(_LINES):
        first = _line_start(text, first - 1)
        last = _line_end(text, last + 1)
    return _named(text[max(first, start - _REACH) : start] + ' ' + text[end : min(last, end + _REACH)])


def _line_start(text: str, at: int) -> int:
    return text.rfind('\n', 0, max(at, 0)) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find('\n', at)
    return len(text) if end < 0 else end


def _named(text: str) -> str:
    text = text.lower()
    if any(mark in text for mark in _OUR_MARKS):
        return OURS
    for vendor in VENDORS:
        for mark in vendor.marks:
            if mark in text and re.search(rf'(?<![a-z0-9]){re.escape(mark)}', text):
                return vendor.name
    return ''
