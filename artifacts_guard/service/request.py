"""What is published, and the request that does it: title, slug and type inferred as the service's CLI does.

Measured with version 0.1.1 of the CLI: the type goes by the end of the name, then by the text; the title is the first
`# ` heading anywhere, else the file's name in words; the slug is made of the title.
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.service.failure import invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROUTE = '/api/artifacts'
TYPES = ('md', 'html', 'jsx')
LONGEST_SLUG, LONGEST_TITLE, LONGEST_TEXT = 80, 200, 1000
_ENDS = {'.html': 'html', '.htm': 'html', '.jsx': 'jsx', '.tsx': 'jsx'}
_STRIPPED = (*_ENDS, '.md', '.markdown')
_NAMELESS = 'artifact'  # the slug of a title without a letter or digit


class Publication(Record):
    """An artifact to be: everything that the service is told about it."""

    content: str
    type: str
    title: str
    slug: str
    project: str
    owner: str = ''
    description: str = ''
    changelog: str = ''
    public: bool = False
    public_edit: bool = False

    def fields(self, slug: str = '') -> dict[str, Any]:
        """The body without the content, in the CLI's order."""
        return {
            **({'ownerUsername': self.owner} if self.owner else {}),
            'projectSlug': self.project,
            'slug': slug or self.slug,
            'type': self.type,
            'title': self.title,
            **({'description': self.description} if self.description else {}),
            **({'changelog': self.changelog} if self.changelog else {}),
            'access': {'publicView': self.public, 'publicEdit': self.public_edit},
        }

    def body(self, slug: str = '') -> bytes:
        return encoded({**self.fields(slug), 'content': self.content})

    def version(self, expected: int) -> bytes:
        """The body that appends a version after the one with this number, and only then."""
        more = {'changelog': self.changelog} if self.changelog else {}
        return encoded({**more, 'expectedLatestVersion': expected, 'content': self.content})

    @property
    def sha256(self) -> str:
        from hashlib import sha256

        return sha256(self.content.encode()).hexdigest()


def encoded(body: dict[str, Any]) -> bytes:
    import json

    return json.dumps(body, ensure_ascii=False, separators=(',', ':')).encode()


def type_of(name: str, content: str) -> str:
    """md, html or jsx."""
    for end, kind in _ENDS.items():
        if name.lower().endswith(end):
            return kind
    text = content.lower()
    return 'html' if '<html' in text or '<!doctype html' in text else 'md'


def title_of(name: str, content: str) -> str:
    """The first heading of the first level, else the name in words."""
    heading = re.search(r'^#[ \t]+(\S.*)$', content, re.MULTILINE)
    if heading is not None:
        return heading[1].strip()
    stem = next((name[: -len(end)] for end in _STRIPPED if name.lower().endswith(end)), name)
    words = re.sub('[-_]+', ' ', stem).strip()
    return re.sub(r'\b\w', lambda letter: letter[0].upper(), words, flags=re.ASCII) or _NAMELESS


def slug_of(title: str) -> str:
    return '-'.join(re.findall('[a-z0-9]+', title.lower())) or _NAMELESS


def check_lengths(publication: Publication) -> None:
    """Refuse what the service would: it is told at once, and with the option that helps."""
    for name, text, most in (
        ('slug', publication.slug, LONGEST_SLUG),
        ('title', publication.title, LONGEST_TITLE),
        ('description', publication.description, LONGEST_TEXT),
        ('changelog', publication.changelog, LONGEST_TEXT),
    ):
        if len(text) > most:
            raise invalid(
                f'the {name} has {len(text)} characters, and the service takes {most}: give --{name}'
            )
