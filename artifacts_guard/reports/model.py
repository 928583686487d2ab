"""A result as renderers see it: in order, counted in lines and columns, and without secrets.

Renderers get these records and never a Result, so that none of them has to think of redaction.
Control characters are still in the texts: each format has its own way to write them.
"""

from __future__ import annotations

from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.record import Record
from artifacts_guard.reports.redaction import Redactor
from artifacts_guard.secret import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping

    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.findings.finding import Fix
    from artifacts_guard.findings.finding import Related
    from artifacts_guard.findings.finding import Result
    from artifacts_guard.findings.finding import Skipped
    from artifacts_guard.findings.finding import Suppression
    from artifacts_guard.findings.finding import Taken
    from artifacts_guard.findings.ruletext import RuleText
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place

_LONGEST = 400  # characters of a line in a snippet of a machine format


class Spot(Record):
    """Where something stands: lines and columns from 1, in code points, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    place: Place

    def is_at(self, other: Spot) -> bool:
        """Whether both are the same range of the same document."""
        return self.place.path == other.place.path and self.place.span == other.place.span


class Hop(Record):
    """A place that belongs to a finding, and its role in words."""

    role: str
    spot: Spot


class Change(Record):
    """A text to put in place of what stands at a spot."""

    spot: Spot
    text: str


class Repair(Record):
    title: str
    safe: bool
    changes: tuple[Change, ...]


class Hidden(Record):
    """By what a finding is suppressed: `inline` (a comment) or `external` (a baseline)."""

    kind: str
    reason: str
    spot: Spot | None


class Entry(Record):
    """A finding."""

    rule: str
    level: str
    confidence: str
    spot: Spot
    message: str
    why: str
    advice: str
    note: str
    trail: tuple[Hop, ...]
    job: str
    callers: tuple[str, ...]
    fingerprint: str
    repair: Repair | None = None
    hidden: Hidden | None = None


class Report:
    """What renderers render.  `rules` are those that were given, by name; `rule` knows all."""

    def __init__(self, result: Result, rules: Mapping[str, RuleText] | None = None) -> None:
        self._redactor = Redactor(result.redactions, _documents(result))
        self.entries = tuple(map(self._entry, _ordered(result.findings)))
        self.suppressed = tuple(map(self._entry, _ordered(result.suppressed)))
        self.taken = tuple(map(self._taken, sorted(result.taken, key=lambda t: (t.path, t.system, t.kind))))
        self.skipped = tuple(map(self._skipped, sorted(result.skipped, key=lambda s: (s.path, s.reason))))
        self.notes = tuple(map(self._redactor.text, result.notes))
        self.files = result.files
        self.size = result.size
        self.objects = result.objects
        self.rules = dict(rules or {})
        self.text = self._redactor.text

    def counts(self) -> dict[str, int]:
        """Findings by level, worst first; all levels are there."""
        counts = dict.fromkeys(LEVELS, 0)
        for entry in self.entries:
            counts[entry.level] += 1
        return counts

    def source(self, spot: Spot, line: int) -> str:
        """A line of a spot's document without secrets and not longer than needed to show the spot."""
        document = spot.place.document
        whole = document.line_span(line)
        start, end = whole.start, whole.end
        if end - start > _LONGEST:
            start = (
                max(start, min(spot.place.span.start - _LONGEST // 4, end - _LONGEST))
                if line == spot.line
                else start
            )
            end = min(end, start + _LONGEST)
        return ''.join(piece[0] for piece in self.pieces(document, start, end))

    def pieces(self, document: Document, start: int, end: int) -> Iterator[tuple[str, int, int, bool]]:
        """A range of a document as runs of text, the range each stands for, and whether it stands for a secret."""
        at = start
        for left, right, replacement in self._redactor.masks(document, start, end):
            if left > at:
                yield document.text[at:left], at, left, False
            # the lines of a secret over several lines: the first tells which, the others that it goes on
            first = left >= start or '\n' not in document.text[left:start]
            yield replacement if first else '…', max(left, start), min(right, end), True
            at = min(right, end)
        if at < end:
            yield document.text[at:end], at, end, False

    def _spot(self, place: Place) -> Spot:
        start, end = place.start, place.end
        return Spot(self._redactor.text(place.path), start.line, start.column, end.line, end.column, place)

    def _hop(self, related: Related) -> Hop:
        return Hop(self._redactor.text(related.role), self._spot(related.place))

    def _repair(self, fix: Fix | None) -> Repair | None:
        """The fix, or None when what it writes holds a secret: such a fix is not for a report."""
        text = self._redactor.text
        if fix is None or any(text(edit.text) != edit.text for edit in fix.edits):
            return None
        changes = tuple(Change(self._spot(edit.place), edit.text) for edit in fix.edits)
        return Repair(text(fix.title), fix.safe, changes)

    def _hidden(self, suppression: Suppression | None) -> Hidden | None:
        if suppression is None:
            return None
        spot = self._spot(suppression.place) if suppression.place else None
        return Hidden(suppression.kind, self._redactor.text(suppression.reason), spot)

    def _entry(self, finding: Finding) -> Entry:
        text = self._redactor.text
        return Entry(
            finding.rule,
            finding.level,
            finding.confidence,
            self._spot(finding.place),
            text(finding.message),
            text(finding.why),
            text(finding.advice),
            text(finding.note),
            tuple(map(self._hop, finding.trail)),
            text(finding.job),
            tuple(map(text, finding.callers)),
            finding.fingerprint,
            self._repair(finding.fix),
            self._hidden(finding.suppression),
        )

    def _taken(self, taken: Taken) -> Taken:
        text = self._redactor.text
        return taken.replace(path=text(taken.path), kind=text(taken.kind), note=text(taken.note))

    def _skipped(self, skipped: Skipped) -> Skipped:
        text = self._redactor.text
        return skipped.replace(path=text(skipped.path), reason=text(skipped.reason))


def unique_fingerprints(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """Each finding with a fingerprint that no other has: of equal findings the second is told apart by its number."""
    seen: dict[str, int] = {}
    for entry in entries:
        number = seen[entry.fingerprint] = seen.get(entry.fingerprint, 0) + 1
        plain = entry.fingerprint
        yield entry, plain if number == 1 else fingerprint(f'{plain}:{number}', len(plain))


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.sort_key(), LEVELS.index(f.level), f.message, f.job))


def _documents(result: Result) -> dict[str, Document]:
    """All documents that a result speaks of, by path."""
    places: list[Place] = []
    for finding in (*result.findings, *result.suppressed):
        places.append(finding.place)
        places += [related.place for related in finding.trail]
        places += [edit.place for edit in finding.fix.edits] if finding.fix else []
        if finding.suppression and finding.suppression.place:
            places.append(finding.suppression.place)
    return {place.path: place.document for place in places}
