"""Variables in values of Dockerfiles and Compose files: `$X`, `${X}`, `${X:-default}`, `$$`."""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Fragment

_VARIABLE = re.compile(r'\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})')


def compose(fragment: Fragment) -> Template:
    """A value of a Compose file, whose variables come from whoever starts it.

    https://docs.docker.com/reference/compose-file/interpolation/
    """
    return splice(fragment, _compose(fragment))


def _compose(fragment: Fragment) -> Iterator[Cut]:
    text, at = fragment.text, 0
    while (at := text.find('$', at)) >= 0:
        if text.startswith('$$', at):
            yield Cut(at, at + 2, said(fragment.place(at, at + 2), '$'))
            at += 2
            continue
        match = _VARIABLE.match(text, at)
        if match:
            yield Cut(at, match.end(), choices=_choices(match, 'input'), early=False)
        at = match.end() if match else at + 1


def image(fragment: Fragment, escape: str) -> Template:
    """A value of a Dockerfile without its quotes; variables are those of ARG and ENV before it.

    https://docs.docker.com/reference/dockerfile/#environment-replacement
    """
    return splice(fragment, _image(fragment, escape))


def _image(fragment: Fragment, escape: str) -> Iterator[Cut]:
    text, at, quote = fragment.text, 0, ''
    nothing = said(fragment.place(0, 0), '')
    while at < len(text):
        letter, end = text[at], at + 1
        if letter == escape and quote != "'" and end < len(text):
            if not quote or text[end] in f'"${escape}':
                yield Cut(at, end, nothing)
            end += 1
        elif letter == quote or (not quote and letter in '"\''):
            yield Cut(at, end, nothing)
            quote = '' if quote else letter
        elif letter == '$' and quote != "'":
            match = _VARIABLE.match(text, at)
            if match:
                end = match.end()
                yield Cut(at, end, choices=_choices(match, 'env'), early=False)
        at = end


def _choices(match: re.Match[str], kind: str) -> tuple[Reference | str, ...]:
    reference = Reference(kind, match[1] or match[2])
    sign, word = match[3] or '', match[4] or ''
    if '+' in sign:
        return word, ''
    if '-' in sign and '$' not in word:
        return reference, word
    return (reference,)
