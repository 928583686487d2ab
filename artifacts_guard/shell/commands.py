"""Simple commands: words, assignments, redirections, and the builtins that declare variables."""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.heredocs import Heredocs
from artifacts_guard.shell.scanner import MASK
from artifacts_guard.shell.scanner import MASK_MORE

TYPE_CHECKING = False

DECLARATIONS = frozenset(('declare', 'export', 'local', 'readonly', 'typeset'))
# What ends a word for certain.
ENDS = frozenset(' \t\n;&|)')

# Blanks, then as much of a word as is plain.
_NEXT = re.compile(
    r'[ \t]*(?:(?:\\\r?\n|\r(?=\n|\Z))[ \t]*)*'
    rf'([^ \t\n\r;&|<>()$`"\'\\#{MASK}][^ \t\n\r;&|<>()$`"\'\\{MASK}]*)?'
).match
_NAME = rf'[A-Za-z_{MASK}{MASK_MORE}][A-Za-z0-9_{MASK}{MASK_MORE}]*'
_NAME_BEFORE = re.compile(rf'({_NAME})(?:(\+?)=|(?=\[))').match
_AFTER_SUBSCRIPT = re.compile(r'(\+?)=').match
_DECLARED = re.compile(rf'({_NAME})(?:(\+?)=)?').match
_REDIRECTION = re.compile(
    r'([0-9]{1,9}|\{[A-Za-z_][A-Za-z0-9_]*\})?'
    r'(&>>|<<<|<<-|&>|<<|<>|<&|>>|>\||>&|<(?!\()|>(?!\())'
).match
_FUNCTION = re.compile(r'\([ \t]*\)').match


class Commands(Heredocs):
    """Reads simple commands."""

    def simple(self, start: int, words: list[syntax.Word]) -> syntax.Command:
        """The simple command that begins at a place; `words` are those read already, up to `at`."""
        text = self.text
        assignments: list[syntax.Assignment] = []
        redirections: list[syntax.Redirection] = []
        at = end = self.at
        while True:
            match = _NEXT(text, at, self.size)
            first, at = match.span(1) if match else (-1, at)
            if first >= 0 and text[at] in ENDS and (words or '=' not in text[first:at]):
                words.append(syntax.Word(first, at, (syntax.Text(first, at, text[first:at]),)))
                end = at
                if not len(words) & 1023:
                    self.look_at_clock()
                continue
            at = first if first >= 0 or not match else match.end()
            char = text[at]
            if char in '\n;|)#' or at >= self.size or (char == '&' and text[at + 1] != '>'):
                break
            if not words and (assignment := self.assignment(at)):
                assignments.append(assignment)
            elif redirection := self.redirection(at):
                redirections.append(redirection)
            elif char == '(' and len(words) == 1 and not assignments and (match := _FUNCTION(text, at)):
                return self.function(words[0], match.end())
            else:
                word = self.word(at)
                if self.at > at:
                    words.append(word)
                else:
                    self.error(at, at + 1)
                    self.at = at + 1
            at = end = self.at
        self.at = at
        return syntax.Simple(start, end, tuple(assignments), tuple(words), tuple(redirections))

    def redirection(self, start: int) -> syntax.Redirection | None:
        """The redirection at a place, if there is one."""
        match = _REDIRECTION(self.text, start, self.size)
        if not match:
            return None
        descriptor, operator = match.groups()
        number = int(descriptor) if descriptor and descriptor[0] != '{' else None
        at = self.blank(match.end())
        word = self.word(at)
        end = self.at
        if end == at:
            self.error(start, match.end())
            self.at = match.end()
            return syntax.Redirection(start, match.end(), operator, None, number)
        if operator not in ('<<', '<<-'):
            return syntax.Redirection(start, end, operator, word, number)
        redirection = syntax.Redirection(start, end, operator, None, number)
        self.announce(redirection, at, end)
        return redirection

    def assignment(self, start: int) -> syntax.Assignment | None:
        """The assignment at a place, if there is one."""
        match = _NAME_BEFORE(self.text, start)
        if not match:
            return None
        end, append, index = match.end(), match[2], ''
        if append is None:
            stop, extra = self.subscript(end)
            after = _AFTER_SUBSCRIPT(self.text, stop) if stop >= 0 else None
            if not after:
                return None
            index = self.source[end + 1 : stop - 1]
            end, append = after.end(), after[1]
        else:
            extra = []
        extra = [*self.pasted(start, match.end(1)), *extra]
        value = self._array(end) if self.text[end] == '(' else self.word(end)
        name = self.source[start : match.end(1)]
        return syntax.Assignment(start, self.at, name, value, bool(append), index, tuple(extra))

    def _array(self, start: int) -> syntax.Array:
        """`( … )` after an assignment's `=`."""
        text = self.text
        words: list[syntax.Word] = []
        at = start + 1
        while True:
            at = self.gap(at)
            char = text[at]
            if at >= self.size:
                self.error(start, start + 1)
                break
            if char == ')':
                at += 1
                break
            word = self._element(at)
            if self.at > at:
                words.append(word)
            else:
                self.error(at, at + 1)
                self.at = at + 1
            at = self.at
        self.at = at
        return syntax.Array(start, at, tuple(words))

    def _element(self, at: int) -> syntax.Word:
        """An element: of `[key]=value` the value."""
        if self.text[at] != '[':
            return self.word(at)
        stop, extra = self.subscript(at)
        after = _AFTER_SUBSCRIPT(self.text, stop) if stop >= 0 else None
        if not after:
            return self.word(at)
        word = self.word(after.end())
        return syntax.Word(at, word.end, (*extra, *word.parts)) if extra else word

    def declaration(self, start: int, keyword: str) -> syntax.Declaration:
        """`export` and its like, from the place after the keyword."""
        text = self.text
        options: list[syntax.Word] = []
        assignments: list[syntax.Assignment] = []
        redirections: list[syntax.Redirection] = []
        at = end = self.at
        while True:
            at = self.blank(at)
            char = text[at]
            if char in '\n;|)#' or at >= self.size or (char == '&' and text[at + 1] != '>'):
                break
            if assignment := self.assignment(at):
                assignments.append(assignment)
            elif redirection := self.redirection(at):
                redirections.append(redirection)
            else:
                word = self.word(at)
                if self.at == at:
                    self.error(at, at + 1)
                    self.at = at + 1
                elif declared := self._declared(word):
                    assignments.append(declared)
                else:
                    options.append(word)
            at = end = self.at
        self.at = at
        return syntax.Declaration(
            start, end, keyword, tuple(options), tuple(assignments), tuple(redirections)
        )

    def _declared(self, word: syntax.Word) -> syntax.Assignment | None:
        """A word that declares a variable: a bare name, or an assignment in quotes (`export "name=$value"`)."""
        first = word.parts[0] if word.parts else None
        if not isinstance(first, syntax.Text):
            return None
        match = _DECLARED(first.text)
        if not match or (match[2] is None and (match.end() < len(first.text) or len(word.parts) > 1)):
            return None
        if match[2] is None:
            return syntax.Assignment(word.start, word.end, first.text, None)
        rest = first.text[match.end() :]
        start = first.end - len(rest)
        parts = (
            (syntax.Text(start, first.end, rest, first.quoted), *word.parts[1:]) if rest else word.parts[1:]
        )
        value = syntax.Word(start, word.end, parts)
        return syntax.Assignment(word.start, word.end, match[1], value, bool(match[2]))

    if TYPE_CHECKING:

        def function(self, name: syntax.Word, at: int) -> syntax.Command: ...
