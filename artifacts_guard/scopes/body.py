"""JSON bodies of the service's API, as far as rules look into them; unknown parts (U+FFFC) may stand anywhere.

A body that a shell puts together is rarely whole, so keys are looked for in the text instead of parsing it.
A quotation mark inside a JSON string is escaped, so `"key":` never matches inside a value.
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record

UNKNOWN = '\ufffc'

# patterns are text: they are compiled when first used, not when the module is imported
_STRING = r'"((?:[^"\\]|\\.){0,400})"'
_SCOPES = r'"scopes"\s*:\s*(?:\[([^\]\[]*)\]|(\ufffc))'
_METHOD = r'"method"\s*:\s*"tools/call"'
_TOOL = rf'"params"\s*:\s*\{{[^{{}}]*?"name"\s*:\s*{_STRING}'
_WORDS = ('name', 'projectSlug', 'slug', 'ownerUsername')


class Body(Record):
    """What a body says.  Offsets (`*_at`) are in the text given, -1 when the key is not there.

    `public_view` and `public_edit` are None when the key is absent or its value unknown.  `scopes` is None when absent;
    a member that is unknown holds U+FFFC.  `tools` are the MCP tools it calls, `arguments` whether an `artifactId` is
    among what they are given.  `readable` is False for text that is no JSON object, or has unknown parts where keys
    may be: then what was not found may still be there.
    """

    readable: bool
    public_view: bool | None = None
    public_view_at: int = -1
    public_edit: bool | None = None
    public_edit_at: int = -1
    scopes: tuple[str, ...] | None = None
    scopes_at: int = -1
    name: str = ''
    project: str = ''
    slug: str = ''
    owner: str = ''
    tools: tuple[str, ...] = ()
    names_artifact: bool = False


def read(text: str) -> Body:
    """What a JSON text says to the service."""
    view, view_at = _flag(text, 'publicView')
    edit, edit_at = _flag(text, 'publicEdit')
    scopes, scopes_at = _scopes(text)
    words = {key: _text(key, text) for key in _WORDS}
    return Body(
        _readable(text),
        public_view=view,
        public_view_at=view_at,
        public_edit=edit,
        public_edit_at=edit_at,
        scopes=scopes,
        scopes_at=scopes_at,
        name=words['name'],
        project=words['projectSlug'],
        slug=words['slug'],
        owner=words['ownerUsername'],
        tools=tuple(m[1] for m in re.finditer(_TOOL, text)) if re.search(_METHOD, text) else (),
        names_artifact='"artifactId"' in text,
    )


def _flag(text: str, key: str) -> tuple[bool | None, int]:
    match = re.search(rf'"{key}"\s*:\s*(true|false|{UNKNOWN})', text)
    if match is None:
        return None, -1
    return (None if match[1] == UNKNOWN else match[1] == 'true'), match.start()


def _text(key: str, text: str) -> str:
    match = re.search(rf'"{key}"\s*:\s*{_STRING}', text)
    return match[1] if match else ''


def _scopes(text: str) -> tuple[tuple[str, ...] | None, int]:
    match = re.search(_SCOPES, text)
    if match is None:
        return None, -1
    if match[1] is None:
        return (UNKNOWN,), match.start()
    found = [word.strip().strip('"') for word in match[1].split(',')]
    return tuple(word for word in found if word), match.start()


def _readable(text: str) -> bool:
    """Whether the text is a JSON object once unknown values are filled in."""
    import json

    # in a string an unknown part is one more character; outside it can only stand for a value here
    filled = re.sub(r'([:\[,]\s*)\ufffc(?=\s*[,\]}])', r'\1null', text)
    try:
        return isinstance(json.loads(filled), dict)
    except (ValueError, RecursionError):
        return False
