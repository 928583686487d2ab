"""Text from input inside Markdown: nothing in it becomes markup (https://github.github.com/gfm/)."""

from __future__ import annotations

import re

from artifacts_guard.reports.visible import visible

_SPECIAL = re.compile(r'^[-+=]|[\\`*_\[\]<>#|~&@$]')
_CODE = re.compile(r'(`[^`]+`)')


def escaped(text: str) -> str:
    """Text in a line of Markdown: nothing from input becomes markup, but code in backquotes stays code."""
    parts = _CODE.split(visible(text))
    return ''.join(
        code_span(part[1:-1]) if index % 2 else _SPECIAL.sub(_entity, part)
        for index, part in enumerate(parts)
    )


def plain(text: str) -> str:
    """A text of one line, backquotes in it too."""
    return _SPECIAL.sub(_entity, visible(text))


def _entity(hit: re.Match[str]) -> str:
    return f'&#{ord(hit[0])};'


def code_span(text: str) -> str:
    """A code span; in tables even there a bar would end the cell."""
    text = visible(text).replace('|', r'\|')
    longest = max((len(run) for run in re.findall('`+', text)), default=0)
    fence = '`' * (longest + 1)
    room = ' ' if text.startswith('`') or text.endswith('`') or not text.strip() else ''
    return f'{fence}{room}{text}{room}{fence}'
