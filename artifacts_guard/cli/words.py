"""Words that people type: what was meant by one that is nearly right."""

from __future__ import annotations

from artifacts_guard.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def meant(word: str, words: Iterable[str]) -> str:
    """`; did you mean …?` when one of the words is like the first."""
    import difflib

    like = difflib.get_close_matches(word, list(words), 1)
    return f'; did you mean {like[0]}?' if like else ''


def one_of(word: str, words: Iterable[str], what: str) -> str:
    """The word, if it is one of the words; else UsageError."""
    known = tuple(words)
    if word in known:
        return word
    raise UsageError(f'unknown {what} {word!r}{meant(word, known) or "; known are " + ", ".join(known)}')
