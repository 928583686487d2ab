"""Findings: a rule that holds for a fact, with everything that reports need."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.secret import fingerprint
from artifacts_guard.text import Place
from artifacts_guard.text import Span

LEVELS = ('error', 'warning', 'note')  # worst first
CONFIDENCES = ('high', 'medium', 'low')


class Related(Record):
    """Another place that belongs to a finding, and its role in words."""

    role: str
    place: Place


class Edit(Record):
    """Replace a span of a document by a text."""

    place: Place
    text: str


class Fix(Record):
    """Edits that repair a finding; `safe` when the pipeline provably means the same afterwards."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


class Suppression(Record):
    """Why a finding is not reported: by a comment (`inline`) or a baseline (`external`)."""

    kind: str
    reason: str = ''
    place: Place | None = None


class Finding(Record):
    """`message` is one sentence; `why` and `advice` come from the rule, with the fact's words filled in.

    `facts` are what the rule holds for, all at this place: what a fix is made from.
    """

    rule: str
    level: str
    confidence: str
    message: str
    place: Place
    why: str = ''
    advice: str = ''
    trail: tuple[Related, ...] = ()
    job: str = ''
    callers: tuple[str, ...] = ()
    identity: str = ''
    fix: Fix | None = None
    suppression: Suppression | None = None
    note: str = ''
    content: str = ''  # fingerprint of a token of the service, '' for what could be guessed
    facts: tuple[Record, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Stable identity: rule, path, job and what was found, without line numbers and without the secret."""
        return fingerprint('\0'.join((self.rule, self.place.path, self.job, self.identity)), 32)

    def sort_key(self) -> tuple[str, int, int, str]:
        position = self.place.start
        return self.place.path, position.line, position.column, self.rule


class Skipped(Record):
    """Something that was asked for and not (wholly) checked.  `fatal`: it makes the exit status 3."""

    path: str
    reason: str
    fatal: bool = True


class Taken(Record):
    """What a file was taken for: `system` and kind, or '' with the reason why not."""

    path: str
    system: str
    kind: str
    jobs: int = 0
    note: str = ''


class Result(Record):
    """The outcome of one check: findings in order, suppressed ones apart, and what was looked at."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    taken: tuple[Taken, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    size: int = 0  # bytes
    notes: tuple[str, ...] = ()
    redactions: tuple[tuple[str, Span, str], ...] = ()  # path, span of a secret, what to show instead
    objects: tuple[tuple[str, int], ...] = ()  # of a history, by kind: blob, tree, commit, tag, ref


def worst(levels: tuple[str, ...]) -> str:
    """The worst of some levels; 'none' for no level."""
    return min(levels, key=LEVELS.index, default='none')
