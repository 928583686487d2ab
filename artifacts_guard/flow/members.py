"""What the members of an object carry of the secrets in it.

`$answer.data.apiKey.token` is the key that was made, `$answer.data.apiKey.id` is not.
"""

from __future__ import annotations

import re

from artifacts_guard.flow import structures
from artifacts_guard.flow.value import EMPTY
from artifacts_guard.flow.value import Origin
from artifacts_guard.flow.value import Source
from artifacts_guard.flow.value import opaque
from artifacts_guard.flow.value import text
from artifacts_guard.flow.value import unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.flow.value import Excerpt
    from artifacts_guard.flow.value import Value

# names of members that are a credential, or hold what holds one
_HOLDERS_WORDS = (
    'data value values content rawcontent result results body output stdout text raw response headers env key keys '
    'item items properties psobject apikey apikeys secretvalue secretvaluetext variables environment auth '
    'authentication credentials lines entries'
)
_HOLDERS = frozenset(_HOLDERS_WORDS.split())
_CREDENTIAL = re.compile(
    r'token|secret|passw|credential|bearer|authorization|api_?key|access_?key|private_?key', re.IGNORECASE
)
# … but not with these behind: they tell about it
_ABOUT = re.compile(
    r'(?:id|name|type|url|uri|endpoint|expir\w*|(?-i:(?<=[a-z])(?:At|On))|date|count|length|prefix|hint|scopes?|status|version|provider)$',
    re.IGNORECASE,
)
# methods that give the text itself, something made of it, or a number about it
_SAME = frozenset(('tostring', 'trim', 'clone'))
_ABOUT_METHODS_WORDS = (
    'contains startswith endswith equals compareto indexof lastindexof gethashcode gettype computehash containskey '
    'add remove clear isnullorempty isnullorwhitespace dispose close exists'
)
_ABOUT_METHODS = frozenset(_ABOUT_METHODS_WORDS.split())
_FETCHES_WORDS = 'downloadstring downloaddata getstringasync openread getstreamasync'
_FETCHES = frozenset(_FETCHES_WORDS.split())


def member(value: Value, name: str, arguments: Value | None, written: Excerpt) -> Value:
    """A member of a value, or what a method gives; `*` is one whose name is not known."""
    if name == '*':
        return opaque((*value, *(arguments or EMPTY))) or unknown(written=written)
    folded = name.lower()
    if arguments is not None:
        return _called(value, folded, arguments, written)
    held = structures.entries(value)
    if held is not None:
        return next((v for n, v, _ in held if n.lower() == folded), unknown(written=written))
    if folded.lstrip('-').isdecimal():
        return structures.element(value, folded, written)
    return opaque(value) if value and holds(name) else unknown(written=written)


def holds(name: str) -> bool:
    """Whether a member of that name can hold a credential."""
    if name.lower() in _HOLDERS:
        return True
    return _CREDENTIAL.search(name) is not None and _ABOUT.search(name) is None


def _called(value: Value, method: str, arguments: Value, written: Excerpt) -> Value:
    if method in _FETCHES:
        return unknown(Source(Origin('command', f'iwr {text(arguments)}')), written=written)
    if method in _SAME and not arguments:
        return value
    if method in _ABOUT_METHODS:
        return unknown(written=written)
    return opaque((*value, *arguments)) or unknown(written=written)
