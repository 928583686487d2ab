"""The form of examples: marks, placeholders for tokens, settings; and what can be wrong with it.

Tokens are never written down.  An example says `@api-key@`, and gets a made-up one of the right form
that depends on the rule and the example alone; `@api-key-hash@` is what the service keeps of that token.
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.settings import DeclaredKey
from artifacts_guard.settings import HostRule
from artifacts_guard.settings import Settings
from artifacts_guard.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

MARK = re.compile(r'\[\||\|\]')
_PLACEHOLDER = re.compile(r'@([a-z]+(?:-[a-z]+)*)(-[0-9])?@')

KEY_LIST = 'keys.json'  # the file of an example that is what the service lists
_HASH = '-hash'

# Placeholder → what stands before the random part, and the length of that part.
TOKENS: dict[str, tuple[str, int]] = {
    'api-key': ('aa_k_', 43),
    'documented-key': ('aa_live_', 32),
    'agent-token': ('aa_at_', 43),
    'claim-token': ('aa_claim_', 43),
    'session': ('', 32),
}


class Prepared(Record):
    """An example made ready: plain documents, per document what must be found there, and the tokens put in."""

    documents: dict[str, str]
    marks: dict[str, tuple[Span, ...]]
    tokens: dict[str, str]  # to the placeholder that each stands for

    def hidden(self, text: str) -> str:
        """A text with placeholders instead of the tokens."""
        for token, placeholder in self.tokens.items():
            text = text.replace(token, placeholder)
        return text


def prepared(documents: dict[str, str], seed: str) -> Prepared:
    """Documents with their tokens put in and their marks taken out."""

    tokens: dict[str, str] = {}

    def made(match: re.Match[str]) -> str:
        value = _value(match[1], seed + (match[2] or ''))
        tokens[value] = match[0]
        return value

    pairs = {path: unmark(_PLACEHOLDER.sub(made, text)) for path, text in documents.items()}
    return Prepared(
        {path: text for path, (text, _) in pairs.items()},
        {path: spans for path, (_, spans) in pairs.items()},
        tokens,
    )


def unmark(text: str) -> tuple[str, tuple[Span, ...]]:
    """A text without marks, and the spans that were marked, sorted."""
    spans, kept, starts, last = [], '', [], 0
    for match in MARK.finditer(text):
        kept += text[last : match.start()]
        last = match.end()
        if match[0] == '[|':
            starts.append(len(kept))
        else:
            spans.append(Span(starts.pop(), len(kept)))
    return kept + text[last:], tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def _value(name: str, seed: str) -> str:
    """What stands for a placeholder."""
    if not name.endswith(_HASH):
        return token(name, seed)
    import hashlib

    return hashlib.sha256(token(name.removesuffix(_HASH), seed).encode()).hexdigest()


def token(kind: str, seed: str) -> str:
    """A made-up token of a kind: random 32 bytes as the service writes them, the same for the same seed."""
    import base64
    import hashlib

    prefix, size = TOKENS[kind]
    body = base64.urlsafe_b64encode(hashlib.sha256(f'{kind}\0{seed}'.encode()).digest()).decode().rstrip('=')
    if size != len(body):
        body = body.replace('-', 'x').replace('_', 'y')[:size]
    return prefix + body


def shown(text: str) -> str:
    """A text with its placeholders as people know such tokens: `aa_k_…`, `<session>`."""
    return _PLACEHOLDER.sub(
        lambda match: f'{TOKENS[match[1]][0]}…' if TOKENS.get(match[1], ('',))[0] else f'<{match[1]}>', text
    )


def settings(values: dict[str, Any]) -> Settings:
    """The settings that an example asks for.  Raises TypeError for a name that settings have not."""
    made: dict[str, Any] = {name: _setting(name, _tuples(value)) for name, value in values.items()}
    return Settings(**made)


def _setting(name: str, value: Any) -> object:
    """A setting, with the tables of those that have some made records."""
    records: dict[str, type[Record]] = {'hosts': HostRule, 'keys': DeclaredKey}
    return tuple([records[name](**each) for each in value]) if name in records else value


def _tuples(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _tuples(each) for key, each in value.items()}
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def problems(documents: dict[str, str], fixed: Iterable[str], values: dict[str, Any]) -> list[str]:
    """What is wrong with an example's documents, the paths that its fix changes, and its settings."""
    found = [problem for path, text in documents.items() for problem in _document_problems(path, text)]
    found += [
        f'fixed names {path!r}, which is no file of the example' for path in fixed if path not in documents
    ]
    try:
        settings(values)
    except TypeError as error:
        found.append(f'settings: {error}')
    return found


def _document_problems(path: str, text: str) -> list[str]:
    found = []
    if not path or path.startswith('/') or '..' in path.split('/'):
        found.append(f'the path {path!r} must be relative and stay inside')
    strange = {
        match[0] for match in _PLACEHOLDER.finditer(text) if match[1].removesuffix(_HASH) not in TOKENS
    }
    found += [f'unknown placeholder {each}' for each in sorted(strange)]
    depth = 0
    for match in MARK.finditer(text):
        depth += 1 if match[0] == '[|' else -1
        if depth < 0:
            return [*found, 'a mark |] has no [| before it']
    return [*found, 'a mark [| has no |] after it'] if depth else found
