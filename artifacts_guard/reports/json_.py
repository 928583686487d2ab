"""The report as JSON, described by `data/report.schema.json`."""

from __future__ import annotations

from artifacts_guard.reports.jsontext import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Repair
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.model import Spot
    from artifacts_guard.reports.options import Options

VERSION = 1  # grows when something in the format goes or changes its meaning, not when something is added


def render(report: Report, options: Options) -> str:
    return dump(
        {
            'version': VERSION,
            'findings': list(map(finding, report.entries)),
            'scanned': _scanned(report),
            'skipped': [{'path': s.path, 'reason': s.reason, 'fatal': s.fatal} for s in report.skipped],
        }
    )


def finding(entry: Entry) -> dict[str, Any]:
    """A finding as the formats of JSON have it."""
    return {
        'rule': entry.rule,
        'level': entry.level,
        'confidence': entry.confidence,
        **_spot(entry.spot),
        'message': entry.message,
        'trail': [{'role': hop.role, **_spot(hop.spot)} for hop in entry.trail],
        'fingerprint': entry.fingerprint,
        'fix': _fix(entry.repair),
    }


def _fix(repair: Repair | None) -> dict[str, Any] | None:
    if repair is None:
        return None
    edits = [{**_spot(change.spot), 'text': change.text} for change in repair.changes]
    return {'title': repair.title, 'safe': repair.safe, 'edits': edits}


def _spot(spot: Spot) -> dict[str, Any]:
    return {
        'path': spot.path,
        'line': spot.line,
        'column': spot.column,
        'end_line': spot.end_line,
        'end_column': spot.end_column,
    }


def _scanned(report: Report) -> dict[str, Any]:
    return {
        'files': report.files,
        'bytes': report.size,
        **({'objects': dict(report.objects)} if report.objects else {}),
        'levels': report.counts(),
        'suppressed': len(report.suppressed),
        'pipelines': [
            {'path': t.path, 'system': t.system, 'kind': t.kind, 'jobs': t.jobs, 'note': t.note}
            for t in report.taken
        ],
        'notes': list(report.notes),
    }
