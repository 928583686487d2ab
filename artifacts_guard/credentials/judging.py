"""What makes a well-formed text a token, and what a search may cost."""

from __future__ import annotations

from artifacts_guard.credentials import contexts
from artifacts_guard.credentials.formats import Family
from artifacts_guard.credentials.formats import family_by_prefix
from artifacts_guard.credentials.randomness import predictable
from artifacts_guard.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LOOK = 40
SPARE_LOOKS = 40_000
SPARE_OUTPUT = 1 << 20


class Hit(Record):
    """A token in a text: where its text begins and ends, and where its parts do when it is broken."""

    start: int
    end: int
    value: str
    family: Family
    encoding: str = 'plain'
    confidence: str = 'high'
    doubt: str = ''
    parts: tuple[tuple[int, int], ...] = ()


class Effort:
    """What a search of `size` characters may still cost, what it left out, and what it has judged already.

    Looks that find something cost nothing, so that only a text made to be slow comes to an end here.
    """

    __slots__ = ('_judged', '_looks', '_output', 'notes')

    def __init__(self, size: int) -> None:
        self._looks = SPARE_LOOKS + size // 20
        self._output = SPARE_OUTPUT + size
        self._judged: dict[str, bool] = {}
        self.notes: list[str] = []

    def attempt(self) -> bool:
        """Whether one more look at something that may be no token is allowed."""
        self._looks -= LOOK
        if self._looks < 0:
            self.note('too many beginnings of tokens: the rest was searched in plain form only')
        return self._looks >= 0

    def spend(self, size: int) -> None:
        """A look went over some characters; a negative number gives it back."""
        self._looks -= size

    def output(self, wanted: int) -> int:
        """How much of some output may be made."""
        granted = min(wanted, self._output)
        self._output -= granted
        if granted < wanted < SPARE_OUTPUT:
            self.note('too much encoded text: the rest of it was not decoded')
        return granted

    def note(self, text: str) -> None:
        """Keep what was left out, once."""
        if text not in self.notes:
            self.notes.append(text)

    def made_up(self, body: str) -> bool:
        """Whether a body is a placeholder's, remembered."""
        if body not in self._judged:
            self._judged[body] = predictable(body)
        return self._judged[body]


def judge(
    text: str, start: int, end: int, value: str, effort: Effort, encoding: str = 'plain', left: str = ''
) -> Iterator[Hit]:
    """The hit that a well-formed text is, or nothing."""
    family = family_by_prefix(value)
    body = value[len(family.prefix) :] if family else ''
    if family is None or not family.accepts(body) or effort.made_up(body):
        return
    left = left or contexts.left_of(text, start)
    canonical = family.canonical(body)
    if left == contexts.WORD and not (family.issued and canonical):
        return
    confidence, doubt = 'high', ''
    if not canonical:
        confidence, doubt = 'low', 'no 32 bytes end in its last character'
    elif left == contexts.WORD:
        confidence, doubt = 'medium', 'a letter or digit stands right before it'
    elif left == contexts.PART and not family.issued:
        confidence, doubt = 'medium', 'it is the end of a longer name'
    if encoding != 'plain':
        effort.spend(-LOOK - len(value))
    yield Hit(start, end, value, family, encoding, confidence, doubt)
