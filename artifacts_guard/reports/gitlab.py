"""GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format)."""

from __future__ import annotations

from artifacts_guard.reports.jsontext import dump
from artifacts_guard.reports.model import unique_fingerprints
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.options import Options

_SEVERITIES = {'error': 'critical', 'warning': 'major', 'note': 'info'}


def render(report: Report, options: Options) -> str:
    return dump(
        [
            {
                'description': visible(entry.message),
                'check_name': entry.rule,
                'fingerprint': fingerprint,
                'severity': _SEVERITIES[entry.level],
                'location': {
                    'path': entry.spot.path,
                    'positions': {
                        'begin': {'line': entry.spot.line, 'column': entry.spot.column},
                        'end': {'line': entry.spot.end_line, 'column': entry.spot.end_column},
                    },
                    'lines': {'begin': entry.spot.line, 'end': entry.spot.end_line},
                },
            }
            for entry, fingerprint in unique_fingerprints(report.entries)
        ]
    )
