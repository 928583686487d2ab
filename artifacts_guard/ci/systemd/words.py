"""Lines of unit files: continuation, words, quotes, escapes, specifiers and variables.

https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html,
https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template
from artifacts_guard.record import Record
from artifacts_guard.text import join
from artifacts_guard.text import part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from artifacts_guard.text import Document
    from artifacts_guard.text import Fragment

_ENTRY = re.compile(r'[ \t]*([A-Za-z][\w-]*)[ \t]*=[ \t]*')
_SECTION = re.compile(r'[ \t]*\[([^\]\n]+)\][ \t]*$')
# characters that mean something in a word
_MARK = re.compile(
    r"""(?P<escape>\\(?:x[0-9a-fA-F]{2}|[0-7]{3}|.))
      | (?P<quote>["'])
      | (?P<blank>[ \t\r\n]+)
      | (?P<dollars>\$\$)
      | \$\{(?P<braced>[A-Za-z_]\w*)\}
      | (?P<specifier>%.)""",
    re.VERBOSE | re.DOTALL,
)
_WHOLE = re.compile(r'\$([A-Za-z_]\w*)')
_MOST_LINES = 1000  # of one value
_MOST_WORDS = 5000
_ESCAPES = {
    'a': '\a',
    'b': '\b',
    'f': '\f',
    'n': '\n',
    'r': '\r',
    't': '\t',
    'v': '\v',
    's': ' ',
    '\\': '\\',
    '"': '"',
    "'": "'",
    ';': ';',
}


class Entry(Record):
    """`Key=value` of a section; the value has its continuation lines."""

    section: str
    key: str
    value: Fragment


def entries(document: Document) -> Iterator[Entry]:
    """All assignments of a unit file, in order."""
    section = ''
    line, last = 1, document.line_count()
    while line <= last:
        span = document.line_span(line)
        text = document.text[span.start : span.end]
        line += 1
        if not text.strip() or text.lstrip()[0] in '#;':
            continue
        if header := _SECTION.match(text):
            section = header[1]
            continue
        match = _ENTRY.match(text)
        pieces = [part(document, span.start + (match.end() if match else 0), span.end)]
        while pieces[-1].text.endswith('\\') and len(pieces) < _MOST_LINES:
            pieces[-1] = pieces[-1].slice(0, len(pieces[-1].text) - 1)
            # comments between continued lines are left out
            while line <= last and document.line(line).lstrip()[:1] in ('#', ';'):
                line += 1
            if line > last:
                break
            span = document.line_span(line)
            pieces.append(part(document, span.start, span.end))
            line += 1
        if match:
            yield Entry(section, match[1], join(pieces, ' ', document))


def words(value: Fragment, *, variables: bool = False, reference: str = 'env') -> list[Template]:
    """The words of a value; with `variables`, `${X}` and words that are `$X` have the variable's value."""
    found: list[Template] = []
    text = value.text
    start = at = 0
    quote = ''
    cuts: list[Cut] = []
    nothing = said(value.place(0, 0), '')
    open_word = False

    def close(end: int) -> None:
        nonlocal open_word
        if open_word:
            found.append(_word(value, start, end, cuts, reference if variables else ''))
        open_word = False

    while at < len(text) and len(found) < _MOST_WORDS:
        match = _MARK.search(text, at)
        end = match.start() if match else len(text)
        if end > at and not open_word:
            start, open_word, cuts = at, True, []
        if match is None:
            break
        kind = match.lastgroup or ''
        at = match.end()
        if kind == 'blank' and not quote:
            close(match.start())
            continue
        if not open_word:
            start, open_word, cuts = match.start(), True, []
        here = match.start() - start, match.end() - start
        if kind == 'quote' and quote in ('', match[0]):
            quote = '' if quote else match[0]
            cuts.append(Cut(*here, nothing))
        elif kind == 'escape' and (plain := _unescaped(match[0][1:])) is not None:
            cuts.append(Cut(*here, said(value.place(*match.span()), plain)))
        elif kind == 'dollars' and variables:
            cuts.append(Cut(*here, said(value.place(*match.span()), '$')))
        elif kind == 'braced' and variables:
            cuts.append(Cut(*here, choices=(Reference(reference, match['braced']),), early=False))
        elif kind == 'specifier':
            cuts.append(_specifier(value, match, here))
    close(len(text))
    return found


def _word(value: Fragment, start: int, end: int, cuts: list[Cut], reference: str) -> Template:
    made = splice(value.slice(start, end), cuts)
    alone = _WHOLE.fullmatch(made.text) if reference and not made.expressions else None
    if alone and not any(cut.template and cut.template.text == '$' for cut in cuts):
        cut = Cut(0, len(made.text), choices=(Reference(reference, alone[1]),), early=False)
        return splice(made.fragment, [cut])
    return made


def _specifier(value: Fragment, match: re.Match[str], here: tuple[int, int]) -> Cut:
    """`%i`, `%h` … are known when the unit starts; `%%` is a percent sign.

    https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Specifiers
    """
    if match[0] == '%%':
        return Cut(*here, said(value.place(*match.span()), '%'))
    return Cut(*here, choices=(Reference('unknown', match[0]),), early=False)


def _unescaped(text: str) -> str | None:
    if text in _ESCAPES:
        return _ESCAPES[text]
    if text[0] == 'x' and len(text) == 3:
        return chr(int(text[1:], 16))
    if len(text) == 3 and text.isdigit():
        return chr(int(text, 8) & 255)
    return None
