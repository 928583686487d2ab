"""Logs of CI systems and containers, read as the text that was printed: without time stamps, with long lines in one piece.

A system that writes a log puts a time and more before each line and breaks what is longer than its buffer:

- GitHub: `2026-01-02T03:04:05.1234567Z text`, after `job<TAB>step<TAB>` when `gh run view --log` shows it
- GitLab: `2026-01-02T03:04:05.123456Z 00O text`, with `+` for the space when the line goes on with the text
  (https://gitlab.com/gitlab-org/gitlab-runner, common/buildlogger/internal/timestamper)
- containers on Kubernetes: `2026-01-02T03:04:05.123Z stdout F text`, with P when the next line goes on
  (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md)
- Docker's JSON lines: `{"log":"text\\n","stream":"stdout"}`, without `\\n` when the next line goes on
  (https://docs.docker.com/engine/logging/drivers/json-file/)
- Jenkins: `[2026-01-02T03:04:05.123Z] text`
"""

from __future__ import annotations

from artifacts_guard.credentials.find import Search
from artifacts_guard.credentials.find import search
from artifacts_guard.record import Record
from artifacts_guard.regex import lazy
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TIME = r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?'
_LEAD = lazy(
    r'(?:[^\t\r\n]{1,200}\t[^\t\r\n]{1,200}\t)?\ufeff?'
    rf'(?:\[{_TIME}\][ \t]?'
    rf'|{_TIME}(?: (?P<stream>stdout|stderr) (?P<tag>[FP]) | [0-9a-f]{{2}}[OE](?P<flag>[ +])|[ \t]|$))'
)
_JSON = lazy(
    r'\{[^\r\n]{0,400}?"(?P<key>log|message|msg|text|line)"[ ]{0,4}:[ ]{0,4}"(?P<text>(?:[^"\\\r\n]|\\.)*)"'
)
_LINE_END = ('\\n', '\\r', '\\u000a')


class _Message(Record):
    """The part of a line that was printed.  `led`: something stands before it; `appends`: it goes on with the line
    before; `goes_on`: the next line goes on with it.
    """

    start: int
    end: int
    led: bool = True
    appends: bool = False
    goes_on: bool = False


def search_log(document: Document) -> Search:
    """The tokens of a log, those that its writer broke up among them, and what had to be left out."""
    plain = search(document)
    printed = as_printed(document)
    if printed is None:
        return plain
    found = {token.span.start: token for token in plain.tokens}
    more = search(Document(document.path, printed.text, encoding=document.encoding))
    for token in more.tokens:
        span = printed.span(token.span.start, token.span.end)
        known = found.get(span.start)
        if known is None or known.secret != token.secret:
            # where a line was broken, its first part can look like a whole token
            encoding = 'joined' if token.encoding == 'plain' else token.encoding
            found[span.start] = token.replace(span=span, encoding=encoding, parts=())
    return Search(
        tuple(found[start] for start in sorted(found)), tuple(dict.fromkeys((*plain.notes, *more.notes)))
    )


def as_printed(document: Document) -> Fragment | None:
    """What was printed into a log; None when nothing stands before any line."""
    parts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    led = goes_on = False
    for message in _messages(document):
        if parts and not (goes_on or message.appends):
            pieces.append(Piece(length, message.start, message.start))
            parts.append('\n')
            length += 1
        led, goes_on = led or message.led, message.goes_on
        pieces.append(Piece(length, message.start, message.end))
        parts.append(document.text[message.start : message.end])
        length += message.end - message.start
    return Fragment(document, ''.join(parts), tuple(pieces)) if led else None


def _messages(document: Document) -> Iterator[_Message]:
    text = document.text
    for number in range(1, document.line_count() + 1):
        line = document.line_span(number)
        lead = _LEAD.match(text, line.start, line.end)
        entry = _JSON.match(text, line.start, line.end) if text.startswith('{', line.start) else None
        if lead:
            yield _Message(lead.end(), line.end, appends=lead['flag'] == '+', goes_on=lead['tag'] == 'P')
        elif entry:
            is_whole = entry['key'] != 'log' or entry['text'].endswith(_LINE_END)
            yield _Message(entry.start('text'), entry.end('text'), goes_on=not is_whole)
        else:
            yield _Message(line.start, line.end, led=False)
