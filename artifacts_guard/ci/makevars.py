"""Variables of makefiles, put into the text that a shell then reads.

https://www.gnu.org/software/make/manual/html_node/Using-Variables.html.  What a makefile spells out
is pasted, as make does; a plain value stays a reference that the command line can override; what no
makefile sets comes from the environment.
"""

from __future__ import annotations

import re

from artifacts_guard.ci.fragments import Cut
from artifacts_guard.ci.fragments import said
from artifacts_guard.ci.fragments import splice
from artifacts_guard.ci.model import Binding
from artifacts_guard.ci.model import Reference
from artifacts_guard.ci.model import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from artifacts_guard.makefile import Assignment
    from artifacts_guard.text import Fragment
    from artifacts_guard.text import Place

_DEPTH = 12
_MOST = 60_000  # letters that one line may become
_MOST_IN_ALL = 1_000_000
_EACH = 40  # what an expansion costs of them, besides its letters
_NAME = re.compile(r'[^\s:#=$(){}]+')
_PLAIN = re.compile(r'(?![@+-])[\w./:@%+,~-]*')
# https://www.gnu.org/software/make/manual/html_node/Implicit-Variables.html
_BUILT_IN = {'MAKE': 'make', 'RM': 'rm -f', 'CC': 'cc', 'CXX': 'g++', 'AR': 'ar', 'SHELL': '/bin/sh'}
_UNKNOWN = (Reference('unknown', ''),)


class Variables:
    """The variables of a makefile; those of one target stand before them."""

    def __init__(self, outer: Variables | None = None) -> None:
        self._held: dict[str, tuple[Assignment, ...]] = dict(outer._held) if outer else {}
        self._automatic: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}
        self._made: dict[tuple[str, bool], Template] = {}
        self._left: list[int] = outer._left if outer else [_MOST_IN_ALL]

    def set(self, one: Assignment) -> None:
        self._words, self._made = {}, {}
        held = self._held.get(one.name, ())
        if one.operator == '?=' and held:
            return
        self._held[one.name] = (*held, one) if one.operator == '+=' else (one,)

    def inner(self, own: Iterable[Assignment], target: str, prerequisites: tuple[str, ...]) -> Variables:
        """The variables as the recipe of a target sees them."""
        made = Variables(self)
        for one in own:
            made.set(one)
        made._automatic = {'@': target, '<': ''.join(prerequisites[:1]), '^': ' '.join(prerequisites)}
        return made

    def names(self) -> tuple[str, ...]:
        return tuple(self._held)

    def bindings(self) -> tuple[Binding, ...]:
        """The plain variables: those that `input` references name."""
        plain = (name for name, held in self._held.items() if _is_plain(held))
        return tuple(b for name in plain if (b := self.binding(name, 'job')) is not None)

    def binding(self, name: str, level: str) -> Binding | None:
        held = self._held.get(name)
        if not held:
            return None
        last = held[-1]
        value = None if last.operator == '!=' else self.expanded(last.value)
        if value is None:
            value = _unknown(last.value, last.place)
        return Binding(name, value, level, last.place)

    def literal(self, name: str) -> str:
        """A variable's value where all of it is known, else ''."""
        held = self._held.get(name)
        template = self.expanded(held[-1].value) if held else None
        return template.text if template and not template.expressions else ''

    def words(self, fragment: Fragment) -> list[str]:
        """The words of a text, without those that nobody knows."""
        if fragment.text not in self._words:
            template = self.expanded(fragment, paste=True)
            parts, at = [], 0
            for one in template.expressions:
                parts += [template.text[at : one.start], '\0']
                at = one.end
            words = ''.join((*parts, template.text[at:])).split()
            self._words[fragment.text] = [word for word in words if '\0' not in word]
        return self._words[fragment.text]

    def expanded(self, fragment: Fragment, *, paste: bool = False) -> Template:
        """A text with its variables; `paste` puts in the plain ones too."""
        made = None if self._automatic else self._made
        expansion = _Expansion(self._held, self._automatic, made, min(_MOST, self._left[0]), paste=paste)
        before = expansion.left
        template = expansion.template(fragment, frozenset())
        self._left[0] -= before - expansion.left
        return template


def _is_plain(held: tuple[Assignment, ...]) -> bool:
    """Whether a value is one word without anything that make or a shell would read."""
    text = held[0].value.text
    return len(held) == 1 and held[0].operator != '!=' and bool(text) and bool(_PLAIN.fullmatch(text))


def _unknown(fragment: Fragment, place: Place) -> Template:
    from artifacts_guard.ci.model import Expression

    template = said(place, fragment.text or '-')
    return template.replace(expressions=(Expression(0, len(template.text), _UNKNOWN, False),))


class _Expansion:
    """One text being expanded, within limits."""

    def __init__(
        self,
        held: dict[str, tuple[Assignment, ...]],
        automatic: dict[str, str],
        made: dict[tuple[str, bool], Template] | None,
        left: int,
        *,
        paste: bool,
    ) -> None:
        self._made = made
        self._held = held
        self._automatic = automatic
        self._paste = paste
        self.left = left

    def template(self, fragment: Fragment, inside: frozenset[str]) -> Template:
        self.left -= len(fragment.text) + _EACH
        if '$' not in fragment.text:
            return Template(fragment)
        return splice(fragment, self._cuts(fragment, inside))

    def _cuts(self, fragment: Fragment, inside: frozenset[str]) -> Iterator[Cut]:
        text, at = fragment.text, 0
        while (at := text.find('$', at)) >= 0:
            end, name = _reference(text, at)
            if name == '$':
                yield Cut(at, end, said(fragment.place(at, end), '$'))
            elif name:
                yield self._cut(name, fragment, at, end, inside)
            at = end

    def _cut(self, name: str, fragment: Fragment, at: int, end: int, inside: frozenset[str]) -> Cut:
        automatic = self._automatic.get(name)
        if automatic is not None:
            return Cut(at, end, said(fragment.place(at, end), automatic))
        name = _called(name) or name
        if not _NAME.fullmatch(name) or name in inside or len(inside) >= _DEPTH or self.left <= 0:
            return Cut(at, end, choices=_UNKNOWN, early=False)
        held = self._held.get(name)
        if held is None and name in _BUILT_IN:
            return Cut(at, end, said(fragment.place(at, end), _BUILT_IN[name]))
        if held is None or (len(held) == 1 and held[0].operator == '?=' and not held[0].value.text):
            kind = 'variable' if name[0].isalpha() or name[0] == '_' else 'unknown'
            return Cut(at, end, choices=(Reference(kind, name),), early=False)
        if any(one.operator == '!=' for one in held):
            return Cut(at, end, choices=_UNKNOWN, early=False)
        if not self._paste and _is_plain(held):
            return Cut(at, end, choices=(Reference('input', name),), early=False)
        key = name, self._paste
        template = self._made.get(key) if self._made is not None else None
        if template is None:
            template = self._pasted(held, inside | {name})
            if self._made is not None and not inside:
                self._made[key] = template
        return Cut(at, end, template)

    def _pasted(self, held: tuple[Assignment, ...], inside: frozenset[str]) -> Template:
        """The values of a variable and what `+=` adds; lines of `define` lose make's own prefixes."""
        from artifacts_guard.ci.fragments import moved

        text, expressions = '', []
        for one in held:
            template = self.template(one.value, inside)
            text += ' ' if text else ''
            expressions += moved(template.expressions, len(text))
            text += template.text
        return Template(said(held[0].place, text).fragment, tuple(expressions))


def _called(name: str) -> str:
    """The variable that `call NAME,…` uses."""
    return name[5:].partition(',')[0].strip() if name.startswith('call ') else ''


def _reference(text: str, at: int) -> tuple[int, str]:
    """End and content of what a `$` begins: `$(X)`, `${X}`, `$X`, `$$`."""
    opening = text[at + 1 : at + 2]
    if opening not in ('(', '{'):
        return at + 1 + len(opening), opening
    closing = ')' if opening == '(' else '}'
    depth = 0
    for end in range(at + 1, len(text)):
        if text[end] == opening:
            depth += 1
        elif text[end] == closing:
            depth -= 1
            if not depth:
                return end + 1, text[at + 2 : end].strip()
    return len(text), text[at + 2 :]
