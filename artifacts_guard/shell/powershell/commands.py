"""Commands: a name, arguments, redirections; pipelines of them.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parsing (argument mode),
about_redirection and about_pipelines there.
"""

from __future__ import annotations

import re

from artifacts_guard.shell import objects
from artifacts_guard.shell import syntax
from artifacts_guard.shell.powershell.expressions import Expressions
from artifacts_guard.shell.powershell.strings import joined
from artifacts_guard.shell.scanner import MASK

WRITE = 'Write-Output'
# what a word of a command's line goes on with
_BARE = re.compile(rf'[^ \t\r\n\f\v;|&(){{}},<>"\'`${MASK}]+').match
_REDIRECTION = re.compile(r'([1-6*])?(>>|>)(?:&([12]))?|<').match
_ENDS = frozenset('\n;|)}#')
_EXPRESSION = re.compile(
    r'[$"\'(\[{,]|@["\'({]|-(?:not|join|[ci]?split)(?![\w-])|!|\+\+|--(?=\$)|[+-](?=[.\d($])|'
    r'(?:0x[0-9a-f]+|\d+(?:\.\d+)?|\.\d+)(?:u?[ysln]|[ud])?(?:[kmgtp]b)?(?=[\s;|)}\]*+,./-]|\Z)(?!\.[\\/])',
    re.IGNORECASE,
).match
_VERBATIM = re.compile(r'--%[ \t]+([^|\n]*)').match
_PERCENT = re.compile(r'%([A-Za-z_]\w*)%')


class Commands(Expressions):
    """Reads commands."""

    def is_expression(self, at: int) -> bool:
        return _EXPRESSION(self.text, at, self.size) is not None

    def ended(self, at: int) -> bool:
        """Whether a command's line ends here."""
        char = self.text[at]
        return at >= self.size or char in _ENDS or char == '&'

    def written(self, start: int, words: tuple[syntax.Word, ...], program: str = WRITE) -> syntax.Simple:
        """An expression as a command: its value goes to the output."""
        name = syntax.Word(start, start, (syntax.Text(start, start, program),))
        redirections, end = self.redirections()
        return syntax.Simple(
            start, max(end, words[-1].end if words else start), (), (name, *words), redirections
        )

    def redirections(self) -> tuple[tuple[syntax.Redirection, ...], int]:
        """The redirections behind an expression, and where they end."""
        found: list[syntax.Redirection] = []
        end = self.at
        while redirection := self.redirection(self.blank(end)):
            found.append(redirection)
            end = self.at
        self.at = end
        return tuple(found), end

    def command(self, at: int) -> syntax.Simple:
        """A command: `name arguments`, `& word arguments`, `. word arguments`."""
        self.tick()
        start, text = at, self.text
        words: list[syntax.Word] = []
        sourced = text[at] == '.' and text[at + 1] in ' \t$"\'(&{'
        if text[at] == '&' or sourced:
            if sourced:
                words.append(syntax.Word(at, at + 1, (syntax.Text(at, at + 1, '.'),)))
            at = self.blank(at + 1)
            if self.ended(at):
                self.error(start, at)
                self.at = max(at, start + 1)
                return syntax.Simple(start, self.at, (), tuple(words))
            target = self.argument(at)
            if sourced and target.parts and isinstance(target.parts[0], objects.ScriptBlock):
                words.clear()
            words.append(target)
        else:
            words.append(self._bare(at))
        redirections, end = self._arguments(words)
        return syntax.Simple(start, max(end, self.at), (), tuple(words), redirections)

    def _arguments(self, words: list[syntax.Word]) -> tuple[tuple[syntax.Redirection, ...], int]:
        """The arguments and redirections of a command, and where it ends."""
        redirections: list[syntax.Redirection] = []
        at = end = self.at
        while True:
            at = self.blank(at)
            if self.ended(at):
                break
            if verbatim := _VERBATIM(self.text, at, self.size):
                words += self._verbatim_words(verbatim.start(1), verbatim.end())
                at = end = verbatim.end()
                break
            if redirection := self.redirection(at):
                redirections.append(redirection)
            else:
                words.append(self.argument(at))
            if self.at <= at:
                self.error(at, at + 1)
                self.at = at + 1
            at = end = self.at
        self.at = at if at >= self.size else end
        return tuple(redirections), end

    def _verbatim_words(self, start: int, end: int) -> list[syntax.Word]:
        """What follows `--%`: words as they are written, but for `%NAME%`."""
        words = []
        for match in re.compile(r'\S+').finditer(self.text, start, end):
            parts: list[syntax.Part] = []
            at = match.start()
            for name in _PERCENT.finditer(self.text, at, match.end()):
                self._verbatim(at, name.start(), parts, '', '')
                parts.append(syntax.Parameter(name.start(), name.end(), name[1], index='*', quoted=True))
                at = name.end()
            self._verbatim(at, match.end(), parts, '', '')
            words.append(syntax.Word(match.start(), match.end(), tuple(parts)))
        return words

    def argument(self, at: int) -> syntax.Word:
        """An argument, or several with commas between them."""
        self.tick()
        start, word = at, self._single_argument(at)
        words = [word]
        while True:
            after = self.blank(self.at)
            if after >= self.size or self.text[after] != ',':
                break
            following = self.gap(after + 1)
            if self.ended(following):
                self.at = after + 1
                break
            words.append(self._single_argument(following))
        if len(words) == 1:
            return word
        part = objects.List(start, self.at, tuple(words), commas=True)
        return syntax.Word(start, self.at, (part,))

    def _single_argument(self, at: int) -> syntax.Word:
        char = self.text[at]
        if char in '$"\'({' or (char == '@' and self.text[at + 1] not in ' \t\n'):
            word = self.postfix(self.primary(at), argument=True)
            joins = char == '$' and self._goes_on(self.at)
            return self._bare(self.at, word) if joins else word
        return self._bare(at)

    def _goes_on(self, at: int) -> bool:
        """Whether a word goes on behind a variable: `$home\\bin`."""
        return at < self.size and self.text[at] not in ' \t\r\n\f\v;|&(){},<>'

    def _bare(self, at: int, before: syntax.Word | None = None) -> syntax.Word:
        """A word without quotes around it; variables and quotes in it are expanded."""
        text = self.text
        start = at if before is None else before.start
        parts: list[syntax.Part] = [] if before is None else [joined(p) for p in before.parts]
        while at < self.size:
            if run := _BARE(text, at, self.size):
                parts.append(syntax.Text(at, run.end(), run[0]))
                at = run.end()
                continue
            char = text[at]
            if char == MASK:
                parts.append(self.opaque(at, True))
            elif char == '$':
                found = self._dollar(at).parts if text[at + 1] != '(' or not self.too_deep() else ()
                self.at = max(self.at, at + 1)
                parts += [joined(p) for p in found]
            elif char in '"\'':
                parts += self.string(at).parts
            elif char == '`' and at + 1 < self.size and text[at + 1] not in '\r\n':
                held, self.at = self._escaped('', at + 1, self.size)
                parts.append(syntax.Text(at, self.at, held, True))
                self.at = max(self.at, at + 1)
            else:
                break
            at = self.at
        self.at = at
        return syntax.Word(start, at, tuple(parts)) if at > start else self.nothing(at)

    def redirection(self, at: int) -> syntax.Redirection | None:
        """The redirection at a place.  What cmdlets tell people (streams 3 to 6) goes with the errors here."""
        match = _REDIRECTION(self.text, at, self.size)
        if match is None:
            return None
        stream, operator, other = match.groups()
        end = match.end()
        if other:
            self.at = end
            target = syntax.Word(end - 1, end, (syntax.Text(end - 1, end, other),))
            return syntax.Redirection(at, end, '>&', target, 1 if stream in (None, '1') else 2)
        target = self._target(self.blank(end))
        if operator is None:
            return syntax.Redirection(at, self.at, '<', target)
        if stream == '*':
            return syntax.Redirection(at, self.at, f'&{operator}', target)
        number = None if stream in (None, '1') else 2
        return syntax.Redirection(at, self.at, operator, target, number)

    def _target(self, at: int) -> syntax.Word:
        if self.ended(at):
            self.error(at, at)
            self.at = at
            return syntax.Word(at, at, ())
        word = self._single_argument(at)
        if not word.parts and self.text[at : at + 5].lower() == '$null':
            return syntax.Word(at, self.at, (syntax.Text(at, self.at, '$null', True),))
        return word
