"""How far one command or entry goes, so that a comment above it holds for lines where none can be put."""

from __future__ import annotations

from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.text import Document

_LINES = 200  # a longer command is taken to end at its first line
_CHARACTERS = 10_000

_SPECIAL = lazy(r'[\\\'"#<]')
_HEREDOC = lazy(r'<<-?[ \t]*(["\']?)([A-Za-z_]\w*)\1')
_ENTRY = lazy(r'(?P<lead>[ \t]*(?:-[ \t]+)*)(?P<key>[\w.\'"/-]+[ \t]*:[ \t]+)?(?P<value>.*)')
_PROPERTIES = lazy(r'(?:[&!]\S*[ \t]+)*')
_FOLDED = lazy(r'>[-+0-9]*[ \t]*(?:#.*)?$')
_NO_SCALAR = lazy(r'[|#]|[&!*]\S*[ \t]*(?:#.*)?$|[^\'"\[{].*:[ \t]*(?:[ \t]#.*)?$|$')


def first_line(document: Document, line: int) -> int:
    """The first line of the continued command that a line belongs to."""
    lowest = max(1, line - _LINES)
    while line > lowest and _is_continued(document.line(line - 1)):
        line -= 1
    return line


def last_line(document: Document, line: int) -> int:
    """The last line of the command or entry that begins on a line.

    Followed are continued lines, open quotes and here-documents, as a shell reads them, and YAML
    scalars that fold several lines into one.
    """
    return max(_continued(document, line), _command(document, line), _entry(document, line))


def _is_continued(text: str) -> bool:
    """Ends in an odd number of backslashes, PowerShell's backquote or cmd's caret; a comment does not."""
    if text[-1:] not in ('\\', '`', '^') or text.lstrip()[:1] == '#':
        return False
    if text[-1] == '\\':
        return (len(text) - len(text.rstrip('\\'))) % 2 == 1
    return text[-2:-1] in (' ', '\t')


def _continued(document: Document, line: int) -> int:
    last = min(document.line_count(), line + _LINES)
    while line < last and _is_continued(document.line(line)):
        line += 1
    return line


def _command(document: Document, line: int) -> int:
    """Where a shell would find the command's end; `line` when that is not found in reach."""
    last = min(document.line_count(), line + _LINES)
    quote, left = '', _CHARACTERS
    for at in range(line, last + 1):
        text = document.line(at)
        left -= len(text)
        if left < 0:
            return line
        quote, continued, words = _scan(text, quote)
        for word in words:
            ended = _terminator(document, at + 1, last, word)
            if not ended:
                return line
            at = ended
        if words:
            return at
        if not quote and not continued:
            return at
    return line


def _scan(text: str, quote: str) -> tuple[str, bool, list[str]]:
    """The quote left open at the end of a line, whether the line is continued, the here-documents it opens."""
    words: list[str] = []
    at = 0
    while special := _SPECIAL.search(text, at):
        start, char = special.start(), special[0]
        at = start + 1
        if char == '\\' and quote != "'":
            if at == len(text):
                return quote, True, words
            at += 1
        elif quote:
            quote = '' if char == quote else quote
        elif char in '"\'':
            # an apostrophe inside a word is no quote: YAML's plain text has them
            quote = '' if start and text[start - 1].isalnum() else char
        elif char == '#' and (not start or text[start - 1] in ' \t;&|('):
            break
        elif char == '<' and text.startswith('<<<', start):
            at = start + 3
        elif char == '<' and (heredoc := _HEREDOC.match(text, start)):
            words.append(heredoc[2])
            at = heredoc.end()
    return quote, False, words


def _terminator(document: Document, line: int, last: int, word: str) -> int:
    return next((at for at in range(line, last + 1) if document.line(at).strip() == word), 0)


def _entry(document: Document, line: int) -> int:
    """The last line of a YAML entry whose value folds several lines into one."""
    if not document.path.lower().endswith(('.yml', '.yaml')):
        return line
    text = document.line(line)
    entry = _ENTRY.match(text[:_CHARACTERS])
    if entry is None or not (entry['key'] or '-' in entry['lead']):
        return line
    value = entry['value'][_PROPERTIES.match(entry['value']).end() :]  # type: ignore[union-attr]
    if not _FOLDED.match(value) and _NO_SCALAR.match(value):
        return line
    column = len(entry['lead']) if entry['key'] else entry['lead'].rindex('-')
    end = line
    for at in range(line + 1, min(document.line_count(), line + _LINES) + 1):
        text = document.line(at)
        content = text.lstrip()
        if content and len(text) - len(content) <= column:
            break
        if content:
            end = at
    return end
