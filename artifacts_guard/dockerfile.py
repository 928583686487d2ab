"""Dockerfiles as instructions that know where they stand.

https://docs.docker.com/reference/dockerfile/: the `escape` directive, continued lines with comments
between them, flags, here-documents, and the JSON form of commands.
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import part

_DIRECTIVE = re.compile(r'\s*#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S+)\s*$')
_KEYWORD = re.compile(r'[ \t]*([A-Za-z]+)(?:[ \t]+|$)')
_FLAG = re.compile(r'[ \t]*(--[a-z][a-z-]*(?:=\S*)?)(?=[ \t]|$)')
_HEREDOC = re.compile(r'(?<!<)<<(-?)(["\']?)([A-Za-z_][\w.-]*)\2')
_WITH_HEREDOC = frozenset(('RUN', 'COPY', 'ADD'))
_STRING = r'"(?:[^"\\]|\\.)*"'
_ARRAY = re.compile(rf'\s*\[\s*(?:{_STRING}\s*(?:,\s*{_STRING}\s*)*)?\]\s*$')
_ITEM = re.compile(_STRING)


class Heredoc(Record):
    """A here-document: where its mark stands in the instruction's text, and its lines."""

    name: str
    start: int
    end: int
    body: Fragment


class Instruction(Record):
    """An instruction: `text` is what follows keyword and flags, on one line."""

    keyword: str
    text: Fragment
    flags: tuple[Fragment, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()


class Dockerfile(Record):
    """A file's instructions in order, and the character that escapes."""

    instructions: tuple[Instruction, ...]
    escape: str = '\\'


def parse(document: Document) -> Dockerfile:
    """All instructions; lines that are none are skipped."""
    lines = _Lines(document)
    escape = lines.directives().get('escape', '\\')
    found = []
    while not lines.done:
        line = lines.logical(escape if escape in ('\\', '`') else '\\')
        match = _KEYWORD.match(line.text)
        if not match:
            continue
        keyword = match[1].upper()
        at, flags = match.end(), []
        while flag := _FLAG.match(line.text, at):
            flags.append(line.slice(flag.start(1), flag.end(1)))
            at = flag.end()
        at += len(line.text[at:]) - len(line.text[at:].lstrip())
        rest = line.slice(at, len(line.text))
        heredocs = tuple(lines.heredocs(rest.text)) if keyword in _WITH_HEREDOC else ()
        found.append(Instruction(keyword, rest, tuple(flags), heredocs))
    return Dockerfile(tuple(found), escape if escape in ('\\', '`') else '\\')


class _Lines:
    """The lines of a document, taken one after the other."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._at = 1 if document.text.startswith('\ufeff') else 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._text)

    def _take(self) -> tuple[int, int]:
        """The range of the next line, without its end."""
        start = self._at
        stop = self._text.find('\n', start)
        self._at = len(self._text) if stop < 0 else stop + 1
        end = len(self._text) if stop < 0 else stop
        return start, end - 1 if end > start and self._text[end - 1] == '\r' else end

    def directives(self) -> dict[str, str]:
        """`# escape=…` and its like, which stand before everything else."""
        found: dict[str, str] = {}
        while not self.done:
            before = self._at
            start, end = self._take()
            match = _DIRECTIVE.match(self._text[start:end])
            if not match:
                self._at = before
                break
            found.setdefault(match[1].lower(), match[2])
        return found

    def logical(self, escape: str) -> Fragment:
        """A line with those that continue it; comments and empty lines between them are dropped."""
        text = ''
        pieces: list[Piece] = []
        parts: list[str] = []
        length = 0
        while not self.done:
            start, end = self._take()
            line = self._text[start:end]
            if line.lstrip().startswith('#') or (parts and not line.strip()):
                if not parts:
                    return part(self._document, start, start)
                continue
            stripped = line.rstrip()
            continued = stripped.endswith(escape)
            kept = stripped[:-1] if continued else line
            pieces.append(Piece(length, start, start + len(kept)))
            parts.append(kept)
            length += len(kept)
            if not continued:
                break
        text = ''.join(parts)
        return Fragment(self._document, text, tuple(pieces))

    def heredocs(self, text: str) -> list[Heredoc]:
        """The bodies of the here-documents that a line announces."""
        found = []
        for mark in _HEREDOC.finditer(text):
            start = stop = self._at
            while not self.done:
                stop = self._at
                first, last = self._take()
                line = self._text[first:last]
                if (line.lstrip('\t') if mark[1] else line) == mark[3]:
                    break
                stop = self._at
            found.append(Heredoc(mark[3], mark.start(), mark.end(), part(self._document, start, stop)))
        return found


def array(text: Fragment) -> tuple[tuple[int, int], ...] | None:
    """Ranges of the strings, without quotes, of a command in JSON form; None when it is in the shell's."""
    if not _ARRAY.match(text.text):
        return None
    return tuple((match.start() + 1, match.end() - 1) for match in _ITEM.finditer(text.text))


def words(text: str, escape: str) -> list[tuple[int, int]]:
    """Ranges of words divided by blanks outside quotes, quotes included."""
    found = []
    start, at, quote = -1, 0, ''
    while at < len(text):
        letter = text[at]
        if not quote and letter in ' \t':
            if start >= 0:
                found.append((start, at))
                start = -1
        else:
            start = at if start < 0 else start
            if letter == escape and quote != "'":
                at += 1
            elif quote and letter == quote:
                quote = ''
            elif not quote and letter in '"\'':
                quote = letter
        at += 1
    if start >= 0:
        found.append((start, len(text)))
    return found
