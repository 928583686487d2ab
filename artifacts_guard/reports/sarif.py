"""SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

What GitHub's code scanning reads of it:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import re

from artifacts_guard import HOME
from artifacts_guard.findings.ruletext import RuleText
from artifacts_guard.reports.jsontext import dump
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any
    from typing import TypeAlias

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Hidden
    from artifacts_guard.reports.model import Hop
    from artifacts_guard.reports.model import Repair
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.model import Spot
    from artifacts_guard.reports.options import Options

    Json: TypeAlias = dict[str, Any]

SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
FINGERPRINT = 'artifactsGuard/v1'
ROOT = '%SRCROOT%'

_RANKS = {'high': 90.0, 'medium': 50.0, 'low': 10.0}
_NOTIFICATIONS = (
    ('not-checked', 'Something could not be checked'),
    ('unresolved', 'Something refers to what lies outside the tree'),
)
_LINK = re.compile(r'\[(?=[^\]]*\]\()')
_SAFE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@"


def render(report: Report, options: Options) -> str:
    rules = _rules(report)
    index = {rule.id: number for number, rule in enumerate(rules)}
    # either all results have suppressions or none (3.27.23)
    entries = sorted((*report.entries, *report.suppressed), key=_order)
    driver = {
        'name': 'artifacts-guard',
        'informationUri': HOME,
        'version': options.version,
        'semanticVersion': options.version,
        'rules': list(map(_rule, rules)),
        'notifications': [{'id': id, 'shortDescription': {'text': text}} for id, text in _NOTIFICATIONS],
    }
    run = {
        'tool': {'driver': driver},
        'automationDetails': {'id': 'artifacts-guard/'},
        'columnKind': 'unicodeCodePoints',
        'originalUriBaseIds': {ROOT: {'description': {'text': 'The root of the repository.'}}},
        'invocations': [_invocation(report)],
        'results': [_result(report, entry, index, listed=bool(report.suppressed)) for entry in entries],
    }
    return dump({'$schema': SCHEMA, 'version': '2.1.0', 'runs': [run]})


def uri(path: str) -> str:
    """A path as a relative URI reference: everything else than RFC 3986's plain characters percent-encoded.

    A first segment with a colon would be a scheme, so `:` is always encoded.
    """
    try:
        raw = path.encode('utf-8', 'surrogateescape')
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        raw = path.encode('utf-8', 'backslashreplace')
    encoded = ''.join(chr(byte) if byte in _SAFE else f'%{byte:02X}' for byte in raw)
    return encoded if not encoded.startswith('//') else '/.' + encoded


def _order(entry: Entry) -> tuple[str, int, int, str]:
    return entry.spot.path, entry.spot.line, entry.spot.column, entry.rule


def _rules(report: Report) -> list[RuleText]:
    """The rules that were given, and those of findings that were not among them, by name."""
    rules = dict(report.rules)
    for entry in (*report.entries, *report.suppressed):
        if entry.rule not in rules:
            title = entry.rule.replace('-', ' ').capitalize()
            rules[entry.rule] = RuleText(entry.rule, title, entry.why, entry.advice, level=entry.level)
    return sorted(rules.values(), key=lambda rule: rule.id)


def _rule(rule: RuleText) -> Json:
    paragraphs = [rule.title + '.' * (not rule.title.endswith('.')), rule.why.strip(), rule.advice.strip()]
    text = '\n\n'.join(filter(None, paragraphs))
    properties: Json = {'tags': list(rule.tags or ('security',)), 'precision': rule.precision}
    if rule.security_severity:
        properties['security-severity'] = rule.security_severity
    described: Json = {
        'id': rule.id,
        'name': ''.join(word.capitalize() for word in rule.id.split('-')),
        'shortDescription': {'text': rule.title},
        'fullDescription': {'text': rule.why.strip() or rule.title},
        'help': {'text': text, 'markdown': _markdown(rule)},
        'defaultConfiguration': {'level': rule.level},
        'properties': properties,
    }
    if rule.url:
        described['helpUri'] = rule.url
    return described


def _markdown(rule: RuleText) -> str:
    parts = [f'# {rule.title}', rule.why.strip()]
    if rule.advice:
        parts += ['## What to do', rule.advice.strip()]
    parts.append(f'To accept one finding: `# artifacts-guard: ignore[{rule.id}] because …`')
    if rule.url:
        parts.append(f'[More about {rule.id}]({rule.url})')
    return '\n\n'.join(filter(None, parts))


def _result(report: Report, entry: Entry, index: dict[str, int], *, listed: bool) -> Json:
    result: Json = {
        'ruleId': entry.rule,
        'ruleIndex': index[entry.rule],
        'level': entry.level,
        'rank': _RANKS[entry.confidence],
        'message': _message(' '.join(filter(None, (entry.message, entry.note and f'({entry.note})')))),
        'locations': [_location(report, entry.spot, entry.job)],
        'partialFingerprints': {FINGERPRINT: entry.fingerprint},
        'properties': {'confidence': entry.confidence},
    }
    if entry.callers:
        result['properties']['callers'] = list(entry.callers)
    if others := _other_hops(entry):
        result['relatedLocations'] = [
            {'id': number, **_location(report, hop.spot), 'message': _message(hop.role)}
            for number, hop in enumerate(others, 1)
        ]
    if others:
        result['codeFlows'] = [{'threadFlows': [{'locations': list(_flow(report, entry))}]}]
    if entry.repair:
        result['fixes'] = [_fix(entry.repair)]
    if listed:
        result['suppressions'] = [_suppression(report, entry.hidden)] if entry.hidden else []
    return result


def _message(text: str) -> Json:
    """A message in which nothing from input becomes a link (3.11.6)."""
    return {'text': _LINK.sub(r'\\[', visible(text))}


def _location(report: Report, spot: Spot, job: str = '') -> Json:
    region = _region(spot)
    last = min(spot.end_line if spot.end_column > 1 else spot.end_line - 1, spot.line + 2)
    lines = [report.source(spot, line) for line in range(spot.line, max(last, spot.line) + 1)]
    context = {'startLine': spot.line, 'endLine': max(last, spot.line), 'snippet': {'text': '\n'.join(lines)}}
    physical = {'artifactLocation': _artifact(spot.path), 'region': region, 'contextRegion': context}
    location: Json = {'physicalLocation': physical}
    if job:
        location['logicalLocations'] = [
            {'name': job, 'fullyQualifiedName': f'{spot.path}::{job}', 'kind': 'job'}
        ]
    return location


def _artifact(path: str) -> Json:
    return {'uri': uri(path), 'uriBaseId': ROOT}


def _region(spot: Spot) -> Json:
    return {
        'startLine': spot.line,
        'startColumn': spot.column,
        'endLine': spot.end_line,
        'endColumn': spot.end_column,
    }


def _flow(report: Report, entry: Entry) -> Iterable[Json]:
    """The trail as steps; the finding itself is the last one."""
    hops: list[tuple[Spot, str]] = [(hop.spot, hop.role) for hop in _other_hops(entry)]
    role = next((hop.role for hop in reversed(entry.trail) if hop.spot.is_at(entry.spot)), entry.message)
    hops.append((entry.spot, role))
    for number, (spot, words) in enumerate(hops, 1):
        yield {
            'location': {**_location(report, spot), 'message': _message(words)},
            'executionOrder': number,
            'importance': 'essential' if number in (1, len(hops)) else 'important',
        }


def _other_hops(entry: Entry) -> list[Hop]:
    return [hop for hop in entry.trail if not hop.spot.is_at(entry.spot)]


def _fix(repair: Repair) -> Json:
    changes: dict[str, list[Json]] = {}
    for change in repair.changes:
        replacement = {'deletedRegion': _region(change.spot), 'insertedContent': {'text': change.text}}
        changes.setdefault(change.spot.path, []).append(replacement)
    return {
        'description': _message(repair.title),
        'artifactChanges': [
            {'artifactLocation': _artifact(path), 'replacements': replacements}
            for path, replacements in changes.items()
        ],
        'properties': {'safe': repair.safe},
    }


def _suppression(report: Report, hidden: Hidden) -> Json:
    suppression: Json = {
        'kind': 'inSource' if hidden.kind == 'inline' else 'external',
        'status': 'accepted',
    }
    if hidden.reason:
        suppression['justification'] = hidden.reason
    if hidden.spot:
        suppression['location'] = _location(report, hidden.spot)
    return suppression


def _invocation(report: Report) -> Json:
    """What could not be checked, as notifications of the run."""
    notifications: list[Json] = [
        {
            'level': 'error' if skipped.fatal else 'note',
            'descriptor': {'id': 'not-checked'},
            'message': _message(f'Not checked: {skipped.reason}'),
            'locations': [{'physicalLocation': {'artifactLocation': _artifact(skipped.path)}}],
        }
        for skipped in report.skipped
    ]
    notifications += [
        {'level': 'note', 'descriptor': {'id': 'unresolved'}, 'message': _message(note)}
        for note in report.notes
    ]
    return {
        'executionSuccessful': not any(skipped.fatal for skipped in report.skipped),
        'toolExecutionNotifications': notifications,
    }
