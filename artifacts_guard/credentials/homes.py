"""Files that should never hold a live credential when they are tracked, told by their paths."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.secret import Secret
    from artifacts_guard.text import Document
    from artifacts_guard.text import Span

DOTENV = 'dotenv'
SAVED_LOGIN = 'saved-login'

_TEMPLATES = ('.example', '.sample', '.template', '.dist')

# A string under the key `token`.  The value has no nested repetition: it takes linear time.
_TOKEN_FIELD = r'"token"[ \t\r\n]*:[ \t\r\n]*"((?:[^"\\\n]|\\.)*)"'


def home(path: str) -> str:
    """`dotenv`, `saved-login` or '' for a path relative to the root, with `/`."""
    folder, _, name = path.rpartition('/')
    if name == 'credentials.json' and folder.rpartition('/')[2] == 'agent-artifacts':
        return SAVED_LOGIN
    if name == '.env' or (name.startswith('.env.') and not name.endswith(_TEMPLATES)):
        return DOTENV
    return ''


def session(document: Document) -> tuple[Span, Secret] | None:
    """The session token in the CLI's saved login: the literal in its `token` field, its span without the quotes.

    None for another file, and when a reference, a placeholder or a token of a known family, which
    `find.tokens` finds, stands there.
    """
    if home(document.path) != SAVED_LOGIN:
        return None
    import re

    from artifacts_guard.credentials.formats import family_by_prefix
    from artifacts_guard.credentials.placeholder import is_reference_or_placeholder
    from artifacts_guard.secret import Secret
    from artifacts_guard.text import Span

    for match in re.finditer(_TOKEN_FIELD, document.text):
        value = match[1]
        if family_by_prefix(value) is None and not is_reference_or_placeholder(value):
            return Span(*match.span(1)), Secret(value)
    return None
