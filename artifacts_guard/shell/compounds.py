"""Compound commands: `if`, loops, `case`, `[[`, subshells, groups, functions, coprocesses."""

from __future__ import annotations

import re

from artifacts_guard.shell import syntax
from artifacts_guard.shell.lists import Lists
from artifacts_guard.shell.scanner import MAX_DEPTH

_NAME = re.compile(r'[^ \t\n\r;&|<>()]+').match
_IN = re.compile(r'in(?=[ \t\n\r;(])').match
_ESAC = re.compile(r'esac(?=[ \t\n\r;&|()<>])').match
_DO = re.compile(r'do(?=[ \t\n\r;&|()<>])|\{').match
_FUNCTION = re.compile(r'([^ \t\n\r;&|<>()]+)(?:[ \t]*\([ \t]*\))?').match
_COPROCESS = re.compile(
    r'[A-Za-z_][A-Za-z0-9_]*[ \t]+(?=[{(]|(?:\[\[|if|while|until|for|case|select)[ \t\n])'
).match
_TEST_END = re.compile(r'\]\](?=[ \t\n\r;&|()<>])').match
_TEST_PUNCTUATION = re.compile(r'&&|\|\||[()<>](?!\()|\(|!(?=[ \t\n(])').match

_ITEM_END = re.compile(r';;&?|;&').match
_ITEM_ENDS = (';;', ';&', ';;&', 'esac')


class Compounds(Lists):
    """Reads compound commands: each method gets the place and the word that opens one."""

    def conditional(self, start: int, opener: str) -> syntax.If:
        branches = []
        otherwise = None
        at = start + len(opener)
        while True:
            condition = self.block(at, ('then', 'elif', 'else', 'fi'))
            body = syntax.Block(self.at, self.at, ())
            if self.closer == 'then':
                body = self.block(self.at + 4, ('elif', 'else', 'fi'))
            else:
                self.error(start, start + len(opener))
            branches.append((condition, body))
            at = self.at + 4
            if self.closer == 'else':
                otherwise = self.block(at, ('fi',))
            if self.closer != 'elif':
                break
        self.close(start, opener, 'fi')
        return syntax.If(start, self.at, tuple(branches), otherwise)

    def loop(self, start: int, opener: str) -> syntax.While:
        condition = self.block(start + len(opener), ('do', 'done'))
        body = self._body(start, opener)
        return syntax.While(start, self.at, condition, body)

    def _body(self, start: int, opener: str) -> syntax.Block:
        """The body of a loop, from `closer` on: `do … done`, or braces after `for`."""
        body = syntax.Block(self.at, self.at, ())
        if self.closer == '{':
            body = self.block(self.at + 1, ('}',))
            self.close(start, opener, '}')
        else:
            if self.closer == 'do':
                body = self.block(self.at + 2, ('done',))
            elif self.closer == 'done':
                self.error(start, start + len(opener))
            self.close(start, opener, 'done')
        return body

    def iteration(self, start: int, opener: str) -> syntax.For:
        """`for` and `select`."""
        text = self.text
        at = self.blank(start + len(opener))
        words: tuple[syntax.Word, ...] | None = None
        name = ''
        if text.startswith('((', at):
            end, words = self._expressions(at)
            if end < 0:
                self.error(at, at + 2)
            at = max(end, at + 2)
        elif match := _NAME(text, at, self.size):
            name = self.source[at : match.end()]
            at = match.end()
            place = self.gap(at)
            if match := _IN(text, place):
                words = self._words(match.end())
                at = self.at
        at = self.blank(at)
        if text[at] == ';':
            at += 1
        self.at = at = self.gap(at)
        match = _DO(text, at)
        self.closer = match[0] if match else ''
        body = self._body(start, opener)
        return syntax.For(start, self.at, name, words, body)

    def _words(self, at: int) -> tuple[syntax.Word, ...]:
        """Words up to the end of the line or a semicolon."""
        words = []
        while True:
            at = self.blank(at)
            if at >= self.size or self.text[at] in '\n;#':
                break
            word = self.word(at)
            if self.at == at:
                self.error(at, at + 1)
                self.at = at + 1
            else:
                words.append(word)
            at = self.at
        self.at = at
        return tuple(words)

    def _expressions(self, start: int) -> tuple[int, tuple[syntax.Word, ...]]:
        """The place after `(( … ))` (-1: it is none), and what it expands: one word or none."""
        parts: list[syntax.Part] = []
        end = self.arithmetic(start + 2, '(', '))', parts)
        parts = [part for part in parts if not isinstance(part, syntax.Text)]
        if end < 0 or not parts:
            return end, ()
        return end, (syntax.Word(start + 2, end - 2, tuple(parts)),)

    def case(self, start: int, opener: str) -> syntax.Case:
        text = self.text
        at = self.blank(start + len(opener))
        subject = self.word(at)
        at = self.gap(self.at)
        items = []
        match = _IN(text, at)
        self.at, self.closer = at, ''
        while match:
            at = self.gap(match.end())
            end = _ESAC(text, at)
            self.at, self.closer = at, end[0] if end else ''
            if at >= self.size or end:
                break
            patterns = self._patterns(at)
            body = self.block(self.at, _ITEM_ENDS)
            items.append((patterns, body))
            match = _ITEM_END(text, self.at)
        self.close(start, opener, 'esac')
        return syntax.Case(start, self.at, subject, tuple(items))

    def _patterns(self, at: int) -> tuple[syntax.Word, ...]:
        """The patterns of an item, past their parenthesis."""
        text = self.text
        patterns = []
        if text[at] == '(':
            at += 1
        while at < self.size:
            at = self.blank(at)
            char = text[at]
            if char == ')':
                at += 1
                break
            if char == '|':
                at += 1
                continue
            word = self.word(at)
            if self.at == at:
                # no pattern, or the line's end before the parenthesis
                self.error(at, at + 1)
                break
            patterns.append(word)
            at = self.at
        self.at = at
        return tuple(patterns)

    def test(self, start: int, opener: str) -> syntax.Test:
        """`[[ … ]]`.  Where nothing closes it, it ends with its line."""
        text = self.text
        words: list[syntax.Word] = []
        at, line = start + len(opener), 0
        regex = False
        while True:
            place = self.gap(at)
            if not line and '\n' in text[at:place]:
                line, count = at, len(words)
            at = place
            char = text[at]
            if match := _TEST_END(text, at):
                self.at = match.end()
                break
            if at >= self.size or char == ';' or (char in '&|' and text[at + 1] != char):
                self.error(start, start + len(opener))
                if line:
                    at = line
                    del words[count:]
                self.at = at
                break
            if (match := _TEST_PUNCTUATION(text, at)) and not regex:
                at = match.end()
                continue
            word = self.word(at, regex=regex)
            at = self.at if self.at > at else at + 1
            words.append(word)
            regex = text[word.start : word.end] == '=~'
        return syntax.Test(start, self.at, tuple(words))

    def parentheses(self, start: int, opener: str) -> syntax.Command:
        """`(( … ))`, or a subshell."""
        if self.text.startswith('((', start):
            end, words = self._expressions(start)
            if end >= 0:
                self.at = end
                return syntax.Test(start, end, words)
        body = self.block(start + 1, (')',))
        self.close(start, opener, ')')
        return syntax.Subshell(start, self.at, body)

    def group(self, start: int, opener: str) -> syntax.Group:
        body = self.block(start + 1, ('}',))
        self.close(start, opener, '}')
        return syntax.Group(start, self.at, body)

    def named_function(self, start: int, opener: str) -> syntax.Command:
        """`function name`, with or without parentheses."""
        at = self.blank(start + len(opener))
        match = _FUNCTION(self.text, at, self.size)
        if not match:
            self.error(start, at)
            self.at = at
            return syntax.Simple(start, at, (), ())
        return self._function(start, self.source[at : match.end(1)], match.end())

    def function(self, name: syntax.Word, at: int) -> syntax.Command:
        """A function from the place after the parentheses that follow its name."""
        if self.depth >= MAX_DEPTH:
            self.error(name.start, at)
            self.at = at
            return syntax.Simple(name.start, at, (), ())
        self.enter()
        function = self._function(name.start, self.source[name.start : name.end], at)
        self.depth -= 1
        return function

    def _function(self, start: int, name: str, at: int) -> syntax.Function:
        place = self.gap(at)
        body = self.command(place)
        if body is None:
            self.error(start, at)
            self.at = at
            body = syntax.Block(at, at, ())
        return syntax.Function(start, body.end, name, body)

    def coprocess(self, start: int, opener: str) -> syntax.Command:
        at = self.blank(start + len(opener))
        if match := _COPROCESS(self.text, at, self.size):
            at = match.end()
        command = self.command(at)
        if command is None:
            self.error(start, at)
            self.at = at
            command = syntax.Simple(start, at, (), ())
        return syntax.Background(start, command.end, command)
