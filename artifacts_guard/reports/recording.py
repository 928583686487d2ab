"""What a record says, as text and as JSON."""

from __future__ import annotations

from artifacts_guard.reports.jsontext import dump
from artifacts_guard.reports.summary import count
from artifacts_guard.reports.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.facts.usages import Usage
    from artifacts_guard.recording.compare import Compared
    from artifacts_guard.recording.entry import Seen

_SUCCESS = range(200, 400)


def as_text(seen: Seen, compared: Compared | None) -> str:
    return '\n'.join(_lines(seen, compared)) + '\n'


def _lines(seen: Seen, compared: Compared | None) -> Iterator[str]:
    if not seen.entries:
        yield 'No call of the service went through the recorder.'
        yield 'Either none was made, or the command has its own base URL, or its environment was cleared.'
    else:
        yield f'Scopes used in {count(seen.runs, "run")}: {", ".join(seen.scopes) or "none"}'
    for entry, times in seen.entries:
        scopes = ', '.join(entry.scopes) or ('no scope' if entry.known else 'not known')
        answer = '' if entry.status in _SUCCESS else f', answered {entry.status}'
        denied = f': lacks {entry.denied}' if entry.denied else ''
        yield f'  {times:>4} × {visible(entry.operation)}  ({scopes}{answer}{denied})'
    if seen.denied:
        yield f'Refused for want of {", ".join(seen.denied)}: a refusal can cut a run short, so record again with a key that has it.'
    if seen.unknown:
        yield f'Not in the catalogue, so that its scopes are not known: {", ".join(map(visible, seen.unknown))}'
    if compared is not None:
        yield from _comparison(compared)


def _comparison(compared: Compared) -> Iterator[str]:
    if compared.surprising:
        yield f'Not found by reading the repository: {", ".join(compared.surprising)}. Something asks for it that `advise` does not see.'
    if compared.unseen:
        yield f'Found by reading, and not used here: {", ".join(compared.unseen)}. These commands did not run.'
    if compared.used and not compared.surprising and not compared.unseen:
        yield 'The reading of the repository says the same.'
    for usage in compared.bypasses:
        yield f'Goes past the recorder, because of --base-url: {_place(usage)}'


def _place(usage: Usage) -> str:
    return f'{visible(usage.place.path)}:{usage.place.line}'


def as_json(seen: Seen, compared: Compared | None) -> str:
    document = {
        'version': 1,
        'runs': seen.runs,
        'scopes': list(seen.scopes),
        'denied': list(seen.denied),
        'unknown': list(seen.unknown),
        'calls': [
            {
                'operation': entry.operation,
                'scopes': list(entry.scopes),
                'status': entry.status,
                'denied': entry.denied,
                'known': entry.known,
                'times': times,
            }
            for entry, times in seen.entries
        ],
        'compared': None
        if compared is None
        else {
            'minimum': list(compared.read),
            'surprising': list(compared.surprising),
            'unseen': list(compared.unseen),
            'bypasses': [_place(usage) for usage in compared.bypasses],
        },
    }
    return dump(document)
