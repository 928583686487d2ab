"""Names that statements of JavaScript give: what is imported, and what objects and lists are taken apart to."""

from __future__ import annotations

from artifacts_guard.code import model
from artifacts_guard.code.cursor import renamed
from artifacts_guard.code.cursor import split
from artifacts_guard.code.lexer import GROUP
from artifacts_guard.code.lexer import MARK
from artifacts_guard.code.lexer import WORD
from artifacts_guard.code.lexer import Item
from artifacts_guard.code.model import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence

    from artifacts_guard.code.model import Statement


def taken_apart(pattern: Item, value: Node) -> list[Statement]:
    """`{ a, b: c } = value`, `[a, b] = value`, `a = value`."""
    if pattern.kind == WORD:
        return [model.Assign(model.Name(pattern.start, pattern.end, name=pattern.text), value)]
    found: list[Statement] = []
    for part in split(pattern.items) if pattern.kind == GROUP else ():
        key, name = renamed(part)
        if name is not None and pattern.text == '{':
            member = model.Member(value.start, value.end, value=value, name=key)
            found.append(model.Assign(model.Name(name.start, name.end, name=name.text), member))
        elif name is not None:
            item = model.Item(value.start, value.end, value=value)
            found.append(model.Assign(model.Name(name.start, name.end, name=name.text), item))
    return found


def imports(module: str, names: Sequence[Item]) -> Iterable[model.Import]:
    """`import a, { b as c } from`, `import * as d from`."""
    for index, item in enumerate(names):
        if item.kind == GROUP:
            for part in split(item.items):
                name, alias = renamed(part)
                if alias is not None:
                    yield model.Import(module, name, alias.text)
        elif item.kind == WORD and item.text not in ('from', 'as', 'type'):
            whole = index >= 1 and names[index - 1].text == 'as'
            yield model.Import(module, '' if whole else 'default', item.text)


def cases(items: Sequence[Item]) -> list[list[Item]]:
    """The statements of each case of a switch."""
    cases: list[list[Item]] = []
    label = False
    for item in items:
        if item.kind == WORD and item.text in ('case', 'default'):
            cases.append([])
            label = True
        elif label:
            label = not (item.kind == MARK and item.text == ':')
        elif cases:
            cases[-1].append(item)
    return cases
