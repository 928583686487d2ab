"""Ignore comments applied to findings (RULES.md, "Ignoring").

A comment at the end of a line is about that line, one alone on its line about the next.  Where
the line belongs to a command or entry of several lines in which no comment can stand, it is about
all of them.
"""

from __future__ import annotations

from artifacts_guard.findings.comments import IgnoreComment
from artifacts_guard.findings.comments import comments
from artifacts_guard.findings.comments import date
from artifacts_guard.findings.finding import Suppression
from artifacts_guard.findings.reach import first_line
from artifacts_guard.findings.reach import last_line
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping
    from collections.abc import Sequence

    from artifacts_guard.findings.finding import Finding
    from artifacts_guard.text import Document
    from artifacts_guard.text import Place

__all__ = ['IgnoreComment', 'Ineffective', 'apply', 'comments']

UNUSED = 'unused'
EXPIRED = 'expired'
_FOLLOWED = 300  # comments of one document of which commands over several lines are followed
_STACKED = 20  # comments one below the other
# these rules are about the comments themselves, and can be ignored like others
_ABOUT = {UNUSED: 'unused-ignore', EXPIRED: 'expired-ignore'}


class Ineffective(Record):
    """An ignore comment that did not do what it says.  `rules` are the names that hid nothing."""

    comment: IgnoreComment
    state: str
    rules: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return self.comment.place

    @property
    def until(self) -> str:
        return self.comment.until


class _Comments:
    """The comments of one document by the lines they are about, and what each has hidden."""

    def __init__(self, document: Document, today: str) -> None:
        self.today = today
        self.all = comments(document)
        self.used: list[set[str]] = [set() for _ in self.all]
        self.document = document
        self._lines: dict[int, list[int]] | None = None

    def about(self, line: int) -> Sequence[int]:
        """The comments about a line, in order."""
        if self._lines is None:
            self._lines = {}
            above = {c.place.line for c in self.all if c.alone}
            for index, comment in enumerate(self.all):
                for at in _lines(self.document, comment, above, index < _FOLLOWED):
                    self._lines.setdefault(at, []).append(index)
        return self._lines.get(line, ())

    def state(self, index: int) -> str:
        """'' when the comment is in force; EXPIRED; UNUSED when its date is none."""
        until = self.all[index].until
        if not until:
            return ''
        known = date(until)
        return UNUSED if known is None else EXPIRED if known < self.today else ''

    def hides(self, line: int, rule: str, level: str) -> tuple[IgnoreComment | None, str]:
        """The comment that hides a rule's finding on a line, or None and why a comment about it doesn't."""
        note = ''
        for index in self.about(line):
            comment = self.all[index]
            if rule not in comment.names:
                continue
            self.used[index].add(rule)
            note = self._objection(index, level)
            if not note:
                return comment, ''
        return None, note

    def _objection(self, index: int, level: str) -> str:
        comment, state = self.all[index], self.state(index)
        which = f'the ignore comment on line {comment.place.line}'
        if state == EXPIRED:
            return f'{which} expired on {comment.until}'
        if state == UNUSED:
            return f'{which} hides nothing: `{comment.until}` is no date, write it as 2027-01-31'
        if level == 'error' and not comment.reason:
            return f'{which} hides no error without a reason: add `because` and the reason'
        return ''

    def ineffective(self, inactive: Collection[str]) -> list[Ineffective]:
        """Comments that are expired, or of which some names hid nothing, unless another comment hides that."""
        found = []
        for index, comment in enumerate(self.all):
            state = self.state(index)
            rules = comment.names if state else self._unused(index, inactive)
            if comment.quoted or (comment.names and not rules):
                continue
            if not self._is_ignored(index, _ABOUT[state or UNUSED]):
                found.append(Ineffective(comment, state or UNUSED, rules))
        return found + [
            Ineffective(comment, UNUSED, rules)
            for index, comment in enumerate(self.all)
            if not comment.quoted and not self.state(index)
            if (
                rules := tuple(n for n in comment.names if n in _ABOUT.values() and n not in self.used[index])
            )
        ]

    def _unused(self, index: int, inactive: Collection[str]) -> tuple[str, ...]:
        used = self.used[index].union(inactive, _ABOUT.values())
        return tuple(name for name in self.all[index].names if name not in used)

    def _is_ignored(self, index: int, rule: str) -> bool:
        line = self.all[index].place.line
        for other in (index, *self.about(line)):
            if rule in self.all[other].names and not self.state(other):
                self.used[other].add(rule)
                return True
        return False


def _lines(document: Document, comment: IgnoreComment, above: Collection[int], follow: bool) -> range:
    """The lines that a comment is about; several comments alone one below the other are about the same."""
    start = line = comment.place.line
    if comment.alone:
        start = line = line + 1
        while line in above and line - start < _STACKED:
            line += 1
    elif follow:
        start = first_line(document, line)
    if follow and line <= document.line_count():
        return range(start, last_line(document, line) + 1)
    return range(start, line + 1)


def apply(
    findings: Sequence[Finding],
    documents: Mapping[str, Document],
    today: str,
    *,
    inactive: Collection[str] = (),
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Ineffective, ...]]:
    """Findings kept (with a note where a comment failed to hide one), findings hidden, ineffective comments.

    `today` is YYYY-MM-DD; a comment holds up to and including its date.  `inactive` are rules that
    exist but were not judged in this run: nothing is said about ignores of those.
    """
    known: dict[int, _Comments] = {}
    for document in documents.values():
        known[id(document)] = _Comments(document, today)
    reported = list(known.values())
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        document = finding.place.document
        if id(document) not in known:
            known[id(document)] = _Comments(document, today)
        comment, note = known[id(document)].hides(finding.place.line, finding.rule, finding.level)
        if comment is not None:
            hidden.append(finding.replace(suppression=Suppression('inline', comment.reason, comment.place)))
        elif note:
            kept.append(finding.replace(note=f'{finding.note}; {note}' if finding.note else note))
        else:
            kept.append(finding)
    ineffective = [i for one in reported for i in one.ineffective(inactive)]
    ineffective.sort(key=lambda i: (i.place.sort_key(), i.state))
    return tuple(kept), tuple(hidden), tuple(ineffective)
