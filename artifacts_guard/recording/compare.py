"""What a run showed against what the reading of the repository says."""

from __future__ import annotations

from artifacts_guard.record import Record
from artifacts_guard.scopes.catalogue import ordered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from artifacts_guard.advisor.model import Advice
    from artifacts_guard.facts.usages import Usage
    from artifacts_guard.recording.entry import Seen


class Compared(Record):
    """Scopes by what told them, and the places where a command goes past the recorder.

    `surprising` were used and are not in the reading: something asks for them that was not found there.  `unseen` are in the
    reading and were not used: these commands did not run.
    """

    used: tuple[str, ...]
    read: tuple[str, ...]
    surprising: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    bypasses: tuple[Usage, ...] = ()


def compare(seen: Seen, advices: Iterable[Advice]) -> Compared:
    """A record against the advice for the repository; keys that people use take no part."""
    advices = tuple(advice for advice in advices if not advice.is_of_a_person)
    read = ordered(scope for advice in advices for scope in advice.minimum)
    bypasses = {
        witness.usage: None
        for advice in advices
        for scope in advice.scopes
        for witness in scope.witnesses
        if witness.usage.base_url
    }
    return Compared(
        seen.scopes,
        read,
        tuple(scope for scope in seen.scopes if scope not in read),
        tuple(scope for scope in read if scope not in seen.scopes),
        tuple(bypasses),
    )
