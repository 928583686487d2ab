"""Going through the items of JavaScript; types of TypeScript are passed over."""

from __future__ import annotations

from artifacts_guard.code.lexer import GROUP
from artifacts_guard.code.lexer import MARK
from artifacts_guard.code.lexer import NEWLINE
from artifacts_guard.code.lexer import STRING
from artifacts_guard.code.lexer import WORD
from artifacts_guard.code.lexer import Item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

IN_TYPES = frozenset(('<', '>', '|', '&', '.', '[', '{', ',', '?'))
_LONGEST_TYPE = 60  # items of the types given to a call


class Cursor:
    """Some items, and where in them the reading stands."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.at = 0

    # looking at items

    def here(self) -> Item:
        return self.items[self.at]

    def is_mark(self, text: str, ahead: int = 0) -> bool:
        return self.is_item(MARK, text, ahead)

    def is_group(self, bracket: str, ahead: int = 0) -> bool:
        return self.is_item(GROUP, bracket, ahead)

    def is_item(self, kind: str, text: str, ahead: int = 0) -> bool:
        at = self.at + ahead
        return at < len(self.items) and self.items[at].kind == kind and self.items[at].text == text

    def end(self) -> int:
        """Where the last item ends."""
        return self.items[-1].end if self.items else 0

    def kind(self) -> str:
        return self.here().kind if self.at < len(self.items) else ''

    def pass_type(self, before: str) -> None:
        """Pass over `?: type` or `: type`, up to a mark or bracket."""
        if self.is_mark('?') or self.is_mark('!'):
            self.at += 1
        if not self.is_mark(':'):
            return
        while self.at < len(self.items) and not self.is_mark(';') and self.kind() != NEWLINE:
            if self.is_mark(before) or (
                self.is_group(before) and self.items[self.at - 1].text not in (':', '|', '<')
            ):
                return
            self.at += 1

    def over_lines(self) -> Item | None:
        """The next item on this line or a later one; the lines between are only passed when asked for."""
        at = self.at
        while at < len(self.items) and self.items[at].kind == NEWLINE:
            at += 1
        return self.items[at] if at < len(self.items) else None

    def pass_lines(self) -> None:
        while self.kind() == NEWLINE:
            self.at += 1

    def pass_cast(self) -> None:
        """Pass over the type behind `as`."""
        depth = 0
        while self.at < len(self.items):
            item = self.here()
            if item.kind in (WORD, STRING) or (item.kind == GROUP and item.text != '('):
                self.at += 1
                goes_on = self.kind() == MARK and self.here().text in IN_TYPES and not self.is_mark(',')
                if depth == 0 and not goes_on and not self.is_group('['):
                    return
                continue
            if item.kind != MARK or item.text not in IN_TYPES or (item.text == ',' and not depth):
                return
            depth += {'<': 1, '>': -1}.get(item.text, 0)
            self.at += 1
            if item.text == '>' and depth <= 0:
                return

    def passes_generics(self) -> bool:
        """Pass over `<types>` in front of a call's parentheses."""
        at, depth = self.at, 0
        for at in range(self.at, min(self.at + _LONGEST_TYPE, len(self.items))):
            item = self.items[at]
            if item.kind == MARK and item.text in ('<', '>'):
                depth += 1 if item.text == '<' else -1
                if depth == 0:
                    break
            elif item.kind == MARK and item.text not in IN_TYPES:
                return False
        if at + 1 < len(self.items) and self.items[at + 1].kind == GROUP and self.items[at + 1].text == '(':
            self.at = at + 1
            return True
        return False


def split(items: Sequence[Item]) -> list[list[Item]]:
    """What stands between commas, without the ends of lines: they mean nothing between brackets."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.kind == MARK and item.text == ',':
            parts.append([])
        elif item.kind != NEWLINE:
            parts[-1].append(item)
    return [part for part in parts if part]


def renamed(part: Sequence[Item]) -> tuple[str, Item | None]:
    """`a`, `a: b`, `a as b`, each perhaps with a default: the name there, and the name here."""
    if not part or part[0].kind != WORD:
        return '', None
    again = len(part) > 2 and part[1].text in (':', 'as') and part[2].kind == WORD
    return part[0].text, part[2] if again else part[0]
