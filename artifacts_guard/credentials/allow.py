"""detect-secrets' comments that accept a secret: `pragma: allowlist secret`.

On the line of the secret, or, as `pragma: allowlist nextline secret` with nothing before it, on the line above.
https://github.com/Yelp/detect-secrets#inline-allowlisting
"""

from __future__ import annotations

from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document
    from artifacts_guard.text import Span

_COMMENT = r"(?:#|//|/\*|'|--|<!--[# \t]{0,20})"
_ON_LINE = lazy(rf'{_COMMENT} {{0,20}}pragma: ?(?:allow|white)list[ -]secret')
_NEXT_LINE = lazy(rf'[ \t]{{0,80}}{_COMMENT} {{0,20}}pragma: ?allowlist[ -]nextline[ -]secret')


def is_allowed(document: Document, span: Span) -> bool:
    """Whether a secret is accepted by a comment on or above the line where it starts."""
    text = document.text
    if 'pragma:' not in text:
        return False
    start = text.rfind('\n', 0, span.start) + 1
    end = text.find('\n', span.start)
    if _ON_LINE.search(text[start : len(text) if end < 0 else end]):
        return True
    above = text.rfind('\n', 0, max(start - 1, 0)) + 1
    return start > 0 and bool(_NEXT_LINE.match(text[above : start - 1]))
