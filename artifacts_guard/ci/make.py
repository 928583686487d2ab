"""Makefiles: what `make publish` asks for (`makebook` reads what that runs)."""

from __future__ import annotations

from artifacts_guard.ci.recipes import Wanted
from artifacts_guard.regex import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from artifacts_guard.ci.recipes import RecipeBook
    from artifacts_guard.text import Document
    from artifacts_guard.text import Tree

NAME = 'make'
FILES = ('GNUmakefile', 'makefile', 'Makefile')

_WITH_VALUE = frozenset('CfIoWO')  # letters of options whose value is the next word
_LONG = frozenset(
    (
        *('--directory', '--file', '--makefile', '--include-dir', '--old-file', '--assume-old'),
        *('--what-if', '--new-file', '--assume-new', '--eval'),
    )
)
_GIVEN = lazy(r'([A-Za-z_][\w.-]*)(?:::?:?|\?|\+)?=')


def wanted(words: list[str]) -> Wanted | None:
    """https://www.gnu.org/software/make/manual/html_node/Options-Summary.html"""
    targets: list[str] = []
    assignments: list[tuple[str, int]] = []
    held = {'C': '', 'f': ''}
    at = 1
    while at < len(words):
        word = words[at]
        given = _GIVEN.match(word)
        if word.startswith('--'):
            name, mark, value = word.partition('=')
            if name in _LONG and not mark:
                at += 1
                value = words[at] if at < len(words) else ''
            if name == '--directory':
                held['C'] = value
            elif name in ('--file', '--makefile'):
                held['f'] = value
        elif word.startswith('-') and len(word) > 1:
            letter = next((i for i, one in enumerate(word) if i and one in _WITH_VALUE), 0)
            if letter:
                value = word[letter + 1 :]
                if not value:
                    at += 1
                    value = words[at] if at < len(words) else ''
                if word[letter] in held:
                    held[word[letter]] = value
            elif word[-1] in 'jl' and at + 1 < len(words) and words[at + 1].isdigit():
                at += 1
        elif given:
            assignments.append((given[1], at))
        else:
            targets.append(word)
        at += 1
    return Wanted(tuple(targets), (), tuple(assignments), held['f'], held['C'])


def read(document: Document, tree: Tree) -> RecipeBook:
    """A makefile with all that it includes."""
    from artifacts_guard.ci.makebook import Book

    return Book(document, tree).book()
