"""GitLab's secret detection report, version 15.0.4.

https://docs.gitlab.com/user/application_security/secret_detection/,
https://gitlab.com/gitlab-org/security-products/security-report-schemas
"""

from __future__ import annotations

from artifacts_guard.reports.jsontext import dump
from artifacts_guard.reports.model import unique_fingerprints
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

VERSION = '15.0.4'
# the rules that find a secret which is spelled out; no other finding belongs into this report
RULES = ('committed-credentials', 'committed-token', 'hardcoded-token', 'leaked-active-key')

_SEVERITIES = {'error': 'Critical', 'warning': 'Medium', 'note': 'Low'}
_NO_COMMIT = '0000000'  # what GitLab's own analyzer writes for a file as it is in the working tree
_LONGEST_NAME, _LONGEST_SOLUTION = 255, 7000


def render(report: Report, options: Options) -> str:
    tool = {
        'id': 'artifacts-guard',
        'name': 'artifacts-guard',
        'version': options.version,
        'vendor': {'name': 'artifacts-guard'},
    }
    entries = [entry for entry in report.entries if entry.rule in RULES]
    return dump(
        {
            'version': VERSION,
            'scan': {
                'analyzer': tool,
                'scanner': tool,
                'type': 'secret_detection',
                'start_time': options.when,
                'end_time': options.when,
                'status': 'success',
                'messages': [
                    {'level': 'warn', 'value': f'{visible(s.path)} was not checked: {visible(s.reason)}'}
                    for s in report.skipped
                    if s.fatal
                ],
            },
            'vulnerabilities': [
                _vulnerability(report, entry, fingerprint)
                for entry, fingerprint in unique_fingerprints(entries)
            ],
        }
    )


def _vulnerability(report: Report, entry: Entry, fingerprint: str) -> dict[str, Any]:
    rule = report.rules.get(entry.rule)
    identifier = {
        'type': 'artifacts_guard_rule',
        'name': f'artifacts-guard {entry.rule}',
        'value': entry.rule,
    }
    if rule and rule.url.startswith(('http://', 'https://')):
        identifier['url'] = rule.url
    description = '\n\n'.join(filter(None, (visible(entry.message), entry.why.strip())))
    return {
        'id': fingerprint,
        'name': (rule.title if rule else entry.rule)[:_LONGEST_NAME],
        'description': description,
        'severity': _SEVERITIES[entry.level],
        'solution': entry.advice.strip()[:_LONGEST_SOLUTION],
        'identifiers': [identifier],
        'location': {
            'file': entry.spot.path,
            'commit': {'sha': _NO_COMMIT},
            'start_line': entry.spot.line,
            'end_line': entry.spot.end_line,
        },
    }
