"""A report in the pieces that the page is made of; nothing in them is escaped yet."""

from __future__ import annotations

from artifacts_guard.findings.finding import LEVELS
from artifacts_guard.record import Record
from artifacts_guard.reports.html.frames import Frame
from artifacts_guard.reports.html.frames import frames
from artifacts_guard.reports.layout import notes
from artifacts_guard.reports.model import unique_fingerprints
from artifacts_guard.reports.prose import paragraphs
from artifacts_guard.reports.summary import count
from artifacts_guard.reports.summary import found
from artifacts_guard.reports.summary import looked_at
from artifacts_guard.reports.summary import reasons
from artifacts_guard.reports.summary import suppressed
from artifacts_guard.reports.summary import system_name
from artifacts_guard.reports.summary import systems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any
    from typing import TypeAlias

    from artifacts_guard.reports.model import Entry
    from artifacts_guard.reports.model import Report
    from artifacts_guard.reports.model import Spot
    from artifacts_guard.reports.options import Options

    # A text, and whether it is code.
    Runs: TypeAlias = tuple[tuple[str, bool], ...]

_EXPLAINED = ('why', 'fix')  # labels of the notes that are the rule's words
_LINKED = ('https://', 'http://')  # a user's own rule may name any address


class Part(Record):
    """A piece of prose: `text` (a paragraph), `items` (of a list) or `code`; each of `rows` is one of them or a line."""

    kind: str
    rows: tuple[Runs, ...]


class Note(Record):
    label: str
    parts: tuple[Part, ...]


class Step(Record):
    role: str
    place: str


class Item(Record):
    """A finding.  `number` is its position in the report, from 1, and `rank` that of its level."""

    id: str
    number: int
    rank: int
    level: str
    rule: str
    place: str
    job: str
    message: Runs
    frames: tuple[Frame, ...]
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    fingerprint: str


class Group(Record):
    """The findings of a rule; `notes` say why and what to do, where that is the same for all of them."""

    rule: str
    title: str
    url: str
    level: str
    counts: tuple[tuple[str, int], ...]
    notes: tuple[Note, ...]
    items: tuple[Item, ...]


class Accepted(Record):
    """A finding that is suppressed."""

    level: str
    rule: str
    place: str
    message: Runs
    by: str
    reason: str


def page(report: Report, options: Options) -> dict[str, Any]:
    """What the template shows."""
    items = [
        _item(report, entry, number, fingerprint)
        for number, (entry, fingerprint) in enumerate(unique_fingerprints(report.entries), 1)
    ]
    missed = [(fatal, _runs(reason), paths) for fatal, reason, paths in reasons(report)]
    return {
        'version': options.version,
        'input': _runs(options.input),
        'looked_at': looked_at(report),
        'systems': systems(report),
        'missed': missed,
        'missed_files': count(len(report.skipped), 'file'),
        'is_incomplete': any(fatal for fatal, _, _ in missed),
        'remarks': list(map(_runs, report.notes)),
        'found': found(report),
        'counts': _counts(report.entries),
        'items': items,
        'groups': _groups(report, items),
        'suppressed': suppressed(report),
        'accepted': list(map(_accepted, report.suppressed)),
        'read': [(t.path, system_name(t.system), t.kind, t.jobs, t.note) for t in report.taken if t.system],
    }


def parts(text: str) -> tuple[Part, ...]:
    """The paragraphs, lists and code of a plain text."""
    made: list[tuple[str, list[Runs]]] = []
    for hang, content, code in paragraphs(text):
        kind = 'code' if code else 'items' if hang else 'text'
        runs = ((content, True),) if code else _runs(content.partition(' ')[2] if hang else content)
        if made and made[-1][0] == kind != 'text':
            made[-1][1].append(runs)
        else:
            made.append((kind, [runs]))
    return tuple(Part(kind, _dedented(rows) if kind == 'code' else tuple(rows)) for kind, rows in made)


def _dedented(rows: list[Runs]) -> tuple[Runs, ...]:
    common = min(len(text) - len(text.lstrip()) for ((text, _),) in rows)
    return tuple(((text[common:], True),) for ((text, _),) in rows)


def _runs(text: str) -> Runs:
    """A sentence; what stands between backquotes is code."""
    pieces = text.split('`')
    if len(pieces) % 2 == 0:  # one of them has no partner
        return ((text, False),)
    return tuple((piece, bool(index % 2)) for index, piece in enumerate(pieces) if piece)


def _item(report: Report, entry: Entry, number: int, fingerprint: str) -> Item:
    return Item(
        f'finding-{fingerprint}',
        number,
        LEVELS.index(entry.level),
        entry.level,
        entry.rule,
        _place(entry.spot),
        entry.job,
        _runs(entry.message),
        frames(report, entry),
        tuple(Step(hop.role, _place(hop.spot)) for hop in entry.trail) if len(entry.trail) > 1 else (),
        tuple(Note(label, parts(text)) for label, text in notes(entry)),
        entry.fingerprint,
    )


def _groups(report: Report, items: Iterable[Item]) -> list[Group]:
    """The findings by rule, the worst and most frequent rules first."""
    by_rule: dict[str, list[Item]] = {}
    for item in items:
        by_rule.setdefault(item.rule, []).append(item)
    ordered = sorted(by_rule.items(), key=lambda pair: (min(i.rank for i in pair[1]), -len(pair[1]), pair[0]))
    return [_group(report, rule, of_rule) for rule, of_rule in ordered]


def _group(report: Report, rule: str, items: list[Item]) -> Group:
    shared = tuple(
        note for note in items[0].notes if note.label in _EXPLAINED and all(note in i.notes for i in items)
    )
    items = [item.replace(notes=tuple(n for n in item.notes if n not in shared)) for item in items]
    text = report.rules.get(rule)
    return Group(
        rule,
        text.title if text else '',
        text.url if text and text.url.startswith(_LINKED) else '',
        min(items, key=lambda item: item.rank).level,
        _counts(items),
        shared,
        tuple(items),
    )


def _counts(found: Iterable[Entry | Item]) -> tuple[tuple[str, int], ...]:
    """How many there are of each level, worst first."""
    numbers = dict.fromkeys(LEVELS, 0)
    for one in found:
        numbers[one.level] += 1
    return tuple(numbers.items())


def _accepted(entry: Entry) -> Accepted:
    hidden = entry.hidden
    by = 'comment' if hidden and hidden.kind == 'inline' else 'baseline'
    return Accepted(
        entry.level,
        entry.rule,
        _place(entry.spot),
        _runs(entry.message),
        by,
        hidden.reason if hidden else '',
    )


def _place(spot: Spot) -> str:
    return f'{spot.path}:{spot.line}:{spot.column}'
