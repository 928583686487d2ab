"""detect-secrets' comments."""

from __future__ import annotations

import pytest

from artifacts_guard.credentials import allow
from artifacts_guard.text import Document
from artifacts_guard.text import Span

ALLOWED = [
    'K = "KEY"  # pragma: allowlist secret',
    'K = "KEY" # pragma: whitelist secret',
    'K = "KEY" # pragma:allowlist secret',
    'const k = "KEY"; // pragma: allowlist secret',
    'k: KEY /* pragma: allowlist secret */',
    '<k>KEY</k> <!-- pragma: allowlist secret -->',
    "k = KEY ' pragma: allowlist secret",
    'SET k = KEY -- pragma: allowlist secret',
    'K = "KEY"  # pragma: allowlist secret, used in tests',
    '# pragma: allowlist nextline secret\nKEY',
    '  // pragma: allowlist nextline secret\r\n  KEY',
    '<!-- pragma: allowlist nextline secret -->\nKEY',
]
NOT_ALLOWED = [
    'KEY',
    'K = "KEY" # pragma: no cover',
    'K = "KEY" pragma: allowlist secret',
    'K = "KEY" # pragma: allowlist',
    '# pragma: allowlist secret\nKEY',
    'KEY\n# pragma: allowlist secret',
    'x = 1  # pragma: allowlist nextline secret\nKEY',
    '# pragma: allowlist nextline secret\n\nKEY',
    'KEY  # pragma: allowlist nextline secret',
]


@pytest.mark.parametrize('text', ALLOWED)
def test_allowed(text: str) -> None:
    at = text.index('KEY')
    assert allow.is_allowed(Document('x', text), Span(at, at + 3))


@pytest.mark.parametrize('text', NOT_ALLOWED)
def test_not_allowed(text: str) -> None:
    at = text.index('KEY')
    assert not allow.is_allowed(Document('x', text), Span(at, at + 3))


def test_only_the_line_where_it_starts_counts() -> None:
    text = 'one KEY\ntwo KEY  # pragma: allowlist secret\nthree KEY'
    document = Document('x', text)
    spans = [Span(at, at + 3) for at in range(len(text)) if text.startswith('KEY', at)]

    assert [allow.is_allowed(document, span) for span in spans] == [False, True, False]
