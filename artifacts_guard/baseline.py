"""What of a result is accepted by a baseline, and how a baseline comes from a result.

A finding is known by its rule and what was found.  That is, for a token of the service, the token itself; for anything
else the job, what was found and the text of its line, without secrets and spaces.  The path does not count.
"""

from __future__ import annotations

import os

from artifacts_guard.errors import InputError
from artifacts_guard.errors import UsageError
from artifacts_guard.findings import baseline
from artifacts_guard.findings.baseline import Entry
from artifacts_guard.findings.finding import Suppression
from artifacts_guard.secret import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.reports.redaction import Redactor

FILE = 'artifacts-guard-baseline.jsonl'
_DOMAIN = 'baseline/v1'
_LONGEST = 500  # characters of a line that count
_DIGITS = 32
_NAMED = 3  # stale entries


def read(path: str) -> tuple[Entry, ...]:
    """The entries of a file.  Raises InputError when it cannot be read and UsageError when it is no baseline."""
    from artifacts_guard.inputs.files import Folder

    folder, name = os.path.split(os.path.abspath(path))
    content = Folder(folder).read(name)
    if content.data is None or content.problem:
        raise InputError(f'{path} {content.problem}')
    try:
        text = content.data.decode('utf-8')
    except UnicodeDecodeError:
        raise UsageError(f'{path} is no baseline: not UTF-8') from None
    if text.lstrip().startswith('{') and '"plugins_used"' in text:
        raise UsageError(
            f'{path} is a baseline of detect-secrets: take it over with '
            f'`artifacts-guard baseline create --from-detect-secrets {path}`'
        )
    return baseline.parsed(text, path)


def applied(result: Result, entries: Sequence[Entry], today: str, *, whole: bool) -> Result:
    """A result without the findings that are accepted.

    Those whose day has passed stay, with a note.  `whole`: everything was checked, so that entries which no finding
    has come to are stale, which is noted.
    """
    match = baseline.matched(_known_by(result), entries)
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for number, finding in enumerate(result.findings):
        entry = match.accepted.get(number)
        if entry is None:
            kept.append(finding)
        elif entry.is_over(today):
            note = f'the baseline accepted it until {entry.until} ({entry.owner}: {entry.reason})'
            kept.append(finding.replace(note=f'{finding.note}; {note}' if finding.note else note))
        else:
            reason = f'{entry.reason} ({entry.owner}, until {entry.until})'
            hidden.append(finding.replace(suppression=Suppression('external', reason)))
    return result.replace(
        findings=tuple(kept),
        suppressed=(*result.suppressed, *hidden),
        notes=(*result.notes, *(_stale(match.stale) if whole else ())),
    )


def _stale(entries: Sequence[Entry]) -> tuple[str, ...]:
    if not entries:
        return ()
    named = ', '.join(f'{entry.rule} in {entry.path}' for entry in entries[:_NAMED])
    more = f' and {len(entries) - _NAMED:,} more' if len(entries) > _NAMED else ''
    return (
        f'the baseline accepts what is not there any more: {named}{more}; `artifacts-guard baseline prune` takes it out',
    )


def accepted(
    result: Result, entries: Iterable[Entry], *, reason: str, owner: str, until: str
) -> tuple[Entry, ...]:
    """The entries and new ones for all findings that they don't accept."""
    entries = tuple(entries)
    known_by = _known_by(result)
    match = baseline.matched(known_by, entries)
    new = [
        Entry(path, finding.rule, known, reason, owner, until)
        for number, (finding, (known, path)) in enumerate(zip(result.findings, known_by))
        if number not in match.accepted
    ]
    return (*entries, *new)


def pruned(result: Result, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that a finding has come to."""
    entries = tuple(entries)
    stale = list(baseline.matched(_known_by(result), entries).stale)
    kept = []
    for entry in entries:
        if entry in stale:
            stale.remove(entry)
        else:
            kept.append(entry)
    return tuple(kept)


def in_detect_secrets(result: Result, path: str) -> Result:
    """A result with only those findings that a baseline of detect-secrets holds.

    It is read as data (detect-secrets itself imports what a baseline names): file names and SHA-1 hashes.
    https://github.com/Yelp/detect-secrets/blob/master/docs/design.md
    """
    import json
    from hashlib import sha1

    from artifacts_guard.inputs.files import Folder

    folder, name = os.path.split(os.path.abspath(path))
    content = Folder(folder).read(name)
    if content.data is None:
        raise InputError(f'{path} {content.problem}')
    try:
        results = json.loads(content.data)['results']
        known = {(file, secret['hashed_secret']) for file, secrets in results.items() for secret in secrets}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise UsageError(f'{path} is no baseline of detect-secrets') from None

    def is_known(finding: Finding) -> bool:
        digest = sha1(finding.place.text.encode('utf-8', 'surrogatepass'), usedforsecurity=False)
        return (finding.place.path, digest.hexdigest()) in known

    return result.replace(findings=tuple(one for one in result.findings if is_known(one)))


def _known_by(result: Result) -> list[tuple[str, str]]:
    """Fingerprint and path, both without secrets, of each finding."""
    from artifacts_guard.reports.redaction import Redactor

    documents = {finding.place.path: finding.place.document for finding in result.findings}
    redactor = Redactor(result.redactions, documents)
    return [(_fingerprint(one, redactor), redactor.text(one.place.path)) for one in result.findings]


def _fingerprint(finding: Finding, redactor: Redactor) -> str:
    words: tuple[str, ...] = (_DOMAIN, finding.rule, finding.content)
    if not finding.content:
        place = finding.place
        line = place.document.line_span(place.line)
        start = max(line.start, place.span.start - _LONGEST)
        text, at = '', start
        end = min(line.end, start + 2 * _LONGEST)
        for left, right, shown in redactor.masks(place.document, start, end):
            text += place.document.text[at:left] + shown
            at = max(at, right)
        text += place.document.text[at:end]
        identity = finding.identity.partition(' #')[0]
        words = (_DOMAIN, finding.rule, finding.job, identity, ''.join(text.split()))
    return fingerprint('\0'.join(words), _DIGITS)
