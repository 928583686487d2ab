"""Tokens that begin in plain form and go on behind an escape, a join or the end of a line."""

from __future__ import annotations

from artifacts_guard.credentials import encodings
from artifacts_guard.credentials.encodings import BODY_CLASS
from artifacts_guard.credentials.judging import judge
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.credentials.encodings import Form
    from artifacts_guard.credentials.judging import Effort
    from artifacts_guard.credentials.judging import Hit

_RUN = lazy(rf'{BODY_CLASS}{{16,}}')
_BEGUN = lazy(
    rf'aa_(?:(?P<family>k|at|claim|live)_{BODY_CLASS}{{0,44}}'
    rf'|(?:k|at?|c(?:l(?:a(?:im?)?)?)?|l(?:i(?:ve?)?)?)?(?!{BODY_CLASS}))'
)

# Forms in which a token can go on behind the character that a plain run stops at, or behind backslashes.
_GOES_ON: dict[str, tuple[str, ...]] = {
    '%': ('percent',),
    '&': ('html-entity',),
    '=': ('quoted-printable',),
    '\0': ('utf-16',),
    '\r': ('wrapped', 'folded'),
    '\n': ('wrapped', 'folded'),
    **dict.fromkeys('^\x1b', ('joined',)),
    **dict.fromkeys(
        '\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f', ('joined',)
    ),
}
_BEHIND_BACKSLASH: dict[str, tuple[str, ...]] = {
    'u': ('unicode-escape', 'joined'),
    'U': ('unicode-escape',),
    'x': ('hex-escape', 'joined'),
    **dict.fromkeys('_-', ('backslash-escape',)),
    **dict.fromkeys('01', ('octal-escape', 'joined')),
    **dict.fromkeys('enr\r\n', ('joined',)),
}
_QUOTES = '"\'`'
# A character of the body or a quote at once; else, after spaces, an operator, a backslash or a quote.
_BEHIND_QUOTE = lazy(r'[A-Za-z0-9_-]|[ \t\r\n]{0,80}(?:[+.&|~<\\]|[rRbBuUfF$@]{0,2}["\'`])')
_FOLDING = lazy(r'(?:[:-]|^)[ \t]{1,40}(?:[!&][^\s]{1,40}[ \t]{1,40}){0,2}>[-+0-9]{0,2}[ \t]{0,40}(?:\#|\Z)')
_FOLDED_LINES = 8
_COMPLETE = len('aa_live_') + 16


def broken(text: str, effort: Effort) -> Iterator[Hit]:
    """Tokens that begin in plain form and go on behind an escape, a join or the end of the line."""
    covered = 0
    for match in _BEGUN.finditer(text):
        start, end, name = match.start(), match.end(), match['family']
        if start < covered:
            continue
        if name == 'live':
            long = _RUN.match(text, start + len('aa_live_'))
            covered = end = long.end() if long else end
        elif name and end - match.end('family') > 43:
            continue
        for kind in _kinds_after(text, end):
            for form in _forms(kind, name, end - start >= _COMPLETE):
                if not form.further.match(text, end):
                    continue
                if not effort.attempt():
                    return
                yield from _continued(form, kind, text, start, end, effort)


def _kinds_after(text: str, end: int) -> tuple[str, ...]:
    """In which forms a token could go on where a plain run ends; a cheap look, as most do not."""
    after = text[end : end + 200]
    stop = after[:1]
    if stop in _GOES_ON:
        return _GOES_ON[stop]
    if stop and stop in ' \t':
        return _GOES_ON['\n'] if after[:9].lstrip(' \t')[:1] in '\r\n' else ()
    rest = after.lstrip('\\')
    if rest[:1] and rest[:1] in _QUOTES:
        return ('joined',) if stop == '`' or _BEHIND_QUOTE.match(rest, 1) else ()
    if stop != '\\':
        return ()
    kinds = _BEHIND_BACKSLASH.get(rest[:1], ())
    if rest[:1] in 'nr' and len(after) - len(rest) < 3:
        return ()  # the end of a line in a string; a continued one has its own backslash before it
    return kinds if 'joined' not in kinds[1:] or '[' in rest[:6] else kinds[:1]


def _forms(kind: str, name: str | None, complete: bool) -> list[Form]:
    """The forms to try for a token of a family (None: not told yet), given whether it could end here."""
    issued, documented = name != 'live', name in ('live', None)
    if kind == 'joined':
        return [
            *([encodings.joined('proven')] if issued else []),
            *([encodings.joined('sure' if complete else 'likely')] if documented else []),
        ]
    if kind == 'wrapped' and not issued:
        return []
    if kind == 'folded' and (complete or not documented):
        return []
    if kind in ('wrapped', 'folded'):
        return [encodings.joined(kind)]
    return [encodings.joined(kind) if kind == 'utf-16' else encodings.escaped(kind)]


def _continued(form: Form, kind: str, text: str, start: int, end: int, effort: Effort) -> Iterator[Hit]:
    match = form.pattern.match(text, start)
    effort.spend(match.end() - start if match else 0)
    if match is None or match.end() <= end:
        return
    parts = _parts(form, text, start, match.end())
    if kind == 'folded':
        parts = _folded_parts(text, parts)
    if not parts and form.strip:
        return
    end = parts[-1][1] if parts else match.end()
    value = form.read(text[start:end])
    for hit in judge(text, start, end, value, effort, form.encoding):
        if kind == 'wrapped':
            if not _is_mixed(value) or hit.confidence != 'high':
                continue
            hit = hit.replace(confidence='medium', doubt='it was put together from several lines')
        yield hit.replace(parts=parts)


def _parts(form: Form, text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Where the parts of a broken token stand."""
    if form.strip is None:
        return ()
    cuts = [start]
    for match in form.strip.finditer(text, start, end):
        cuts += match.span()
    cuts.append(end)
    return tuple(zip(cuts[::2], cuts[1::2]))


def _is_mixed(value: str) -> bool:
    """Whether capitals and small letters come up as in random bodies of 43, all but one in a million of them."""
    body = value[value.index('_', 3) + 1 :]
    return sum(map(str.isupper, body)) >= 3 <= sum(map(str.islower, body))


def _folded_parts(text: str, parts: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Those of the parts that lie on lines of one folded scalar of YAML, whose first line ends in `>`, `>-` …;
    none when the first part lies on no such line.
    """
    end = text.rfind('\n', 0, parts[0][0])
    indent = parts[0][0] - end - 1
    if text[end + 1 : parts[0][0]].strip(' '):
        return ()
    same = [start - text.rfind('\n', 0, start) - 1 == indent for start, _ in parts]
    kept = parts[: same.index(False)] if False in same else parts
    for _ in range(_FOLDED_LINES):
        start = text.rfind('\n', 0, max(end, 0)) + 1
        line = text[start : max(end, 0)].rstrip('\r')
        if line.strip() and len(line) - len(line.lstrip(' ')) < indent:
            return kept if _FOLDING.search(line) else ()
        end = start - 1
    return ()
