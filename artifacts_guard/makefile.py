"""Makefiles as statements that know where they stand: assignments, rules, includes.

https://www.gnu.org/software/make/manual/html_node/Makefile-Contents.html.  Nothing is expanded here;
of conditionals all branches are read.
"""

from __future__ import annotations

import re

from artifacts_guard.record import Record
from artifacts_guard.text import Document
from artifacts_guard.text import Fragment
from artifacts_guard.text import Piece
from artifacts_guard.text import Place
from artifacts_guard.text import part

_ASSIGNMENT = re.compile(
    r'[ ]*((?:(?:export|override|private)[ \t]+)*)([^\s:#=?+!]+)[ \t]*(:::=|::=|:=|\?=|\+=|!=|=)[ \t]*'
)
_DEFINE = re.compile(
    r'[ ]*((?:(?:export|override)[ \t]+)*)define[ \t]+(\S+)(?:[ \t]+(:::=|::=|:=|\?=|\+=|=))?[ \t]*$'
)
_EXPORT = re.compile(r'[ ]*export(?:[ \t]+([^=:]*))?$')
_INCLUDE = re.compile(r'[ ]*(?:-include|sinclude|include)[ \t]+(.*)$')
_CONDITIONAL = re.compile(r'[ \t]*(?:ifeq|ifneq|ifdef|ifndef|else|endif)\b')
_OTHER = re.compile(r'[ ]*(?:unexport|vpath|undefine|-?load)\b')
_COMMENT = re.compile(r'(?<!\\)#')


class Assignment(Record):
    """`NAME = value`; for some targets only when there are any."""

    name: str
    operator: str
    value: Fragment
    place: Place
    exported: bool = False
    targets: Fragment | None = None


class Rule(Record):
    """`targets: prerequisites` and the lines of its recipe, each with those that continue it."""

    targets: Fragment
    prerequisites: Fragment
    recipe: tuple[Fragment, ...]
    place: Place


class Include(Record):
    """Files that are read in, as written."""

    paths: Fragment


class Export(Record):
    """`export NAME …`; all variables without a name."""

    names: tuple[str, ...]
    place: Place


def parse(document: Document) -> tuple[Assignment | Rule | Include | Export, ...]:
    """All statements in order."""
    return _Parser(document).parse()


class _Parser:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._text = document.text
        self._at = 0
        self._prefix = '\t'
        self._found: list[Assignment | Rule | Include | Export] = []
        self._recipe: list[Fragment] | None = None
        self._rule: tuple[Fragment, Fragment, Place] | None = None

    def parse(self) -> tuple[Assignment | Rule | Include | Export, ...]:
        while self._at < len(self._text):
            if self._recipe is not None and self._text.startswith(self._prefix, self._at):
                self._at += 1
                self._recipe.append(self._logical(recipe=True))
                continue
            self._statement(self._logical(recipe=False))
        self._close()
        return tuple(self._found)

    def _line(self) -> tuple[int, int]:
        start = self._at
        stop = self._text.find('\n', start)
        self._at = len(self._text) if stop < 0 else stop + 1
        end = len(self._text) if stop < 0 else stop
        return start, end - 1 if end > start and self._text[end - 1] == '\r' else end

    def _logical(self, *, recipe: bool) -> Fragment:
        r"""A line with those that continue it.

        In a recipe `\` and line end stay for the shell, without the recipe prefix of the next line;
        elsewhere they are one space.
        """
        parts: list[str] = []
        pieces: list[Piece] = []
        length = 0
        while True:
            start, end = self._line()
            if recipe and parts and self._text.startswith(self._prefix, start):
                start += 1
            elif not recipe and parts:
                while start < end and self._text[start] in ' \t':
                    start += 1
            line = self._text[start:end]
            continued = (len(line) - len(line.rstrip('\\'))) % 2 == 1 and self._at < len(self._text)
            if continued:
                line = line[:-1] + ('\\\n' if recipe else ' ')
            parts.append(line)
            pieces.append(
                Piece(length, start, start + len(line) if not recipe else min(start + len(line), end + 1))
            )
            length += len(line)
            if not continued:
                return Fragment(self._document, ''.join(parts), tuple(pieces))

    def _statement(self, line: Fragment) -> None:
        comment = _COMMENT.search(line.text)
        text = line.text[: comment.start()] if comment else line.text
        if not text.strip() or _CONDITIONAL.match(text):
            return
        line = line.slice(0, len(text))
        define = _DEFINE.match(text)
        if define:
            self._close()
            self._define(define, line)
        elif include := _INCLUDE.match(text):
            self._close()
            self._found.append(Include(line.slice(include.start(1), include.end(1))))
        elif assignment := _ASSIGNMENT.match(text):
            self._close()
            self._assign(assignment, line, None)
        elif export := _EXPORT.match(text):
            self._close()
            self._found.append(Export(tuple((export[1] or '').split()), line.whole()))
        elif not _OTHER.match(text):
            self._close()
            self._colon(line)

    def _assign(
        self, match: re.Match[str], line: Fragment, targets: Fragment | None, offset: int = 0
    ) -> None:
        name, operator = match[2], match[3]
        if name == '.RECIPEPREFIX' and line.text[match.end() :][:1]:
            self._prefix = line.text[match.end()]
        value = line.slice(match.end(), max(len(line.text.rstrip()), match.end()))
        place = line.place(match.start(2), len(line.text.rstrip()))
        exported = 'export' in match[1].split()
        self._found.append(Assignment(name, operator, value, place, exported, targets))

    def _define(self, match: re.Match[str], line: Fragment) -> None:
        start = end = self._at
        depth = 1
        while self._at < len(self._text):
            end = self._at
            first, last = self._line()
            words = self._text[first:last].split(None, 1)
            depth += (words[:1] == ['define']) - (words[:1] == ['endef'])
            if not depth:
                break
            end = self._at
        value = part(self._document, start, max(start, end - 1))
        exported = 'export' in match[1].split()
        self._found.append(Assignment(match[2], match[3] or '=', value, line.whole(), exported))

    def _colon(self, line: Fragment) -> None:
        """A rule, or a variable of some targets."""
        text = line.text
        at = _colon(text)
        if at < 0:
            return
        targets = line.slice(0, at)
        after = at + 1
        while text.startswith(':', after):
            after += 1
        assignment = _ASSIGNMENT.match(text, after)
        if assignment:
            self._assign(assignment, line, targets)
            return
        rest = line.slice(after, len(text))
        command, _, inline = rest.text.partition(';')
        self._rule = (targets, rest.slice(0, len(command)), targets.whole())
        self._recipe = [rest.slice(len(command) + 1, len(rest.text))] if inline.strip() else []

    def _close(self) -> None:
        if self._rule is not None:
            targets, prerequisites, place = self._rule
            self._found.append(Rule(targets, prerequisites, tuple(self._recipe or ()), place))
        self._rule = self._recipe = None


def _colon(text: str) -> int:
    """The first colon outside of `$( )` and `${ }`; -1 when there is none."""
    depth = 0
    for at, letter in enumerate(text):
        if letter in '({' and (depth or text[at - 1 : at] == '$'):
            depth += 1
        elif letter in ')}' and depth:
            depth -= 1
        elif letter == ':' and not depth:
            return at
    return -1
