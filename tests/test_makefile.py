"""The lexer of makefiles: statements, and where they stand."""

from __future__ import annotations

import pytest

from artifacts_guard import makefile
from artifacts_guard.text import Document


def lines(text: str) -> list[str]:
    """Each statement in one line, with the line number where it begins."""
    found = []
    for one in makefile.parse(Document('Makefile', text)):
        if isinstance(one, makefile.Assignment):
            targets = f'{one.targets.text}: ' if one.targets else ''
            export = 'export ' if one.exported else ''
            found.append(f'{one.place.line} {export}{targets}{one.name} {one.operator} {one.value.text!r}')
        elif isinstance(one, makefile.Rule):
            recipe = ' '.join(repr(line.text) for line in one.recipe)
            found.append(f'{one.place.line} {one.targets.text}:{one.prerequisites.text} {recipe}'.strip())
        elif isinstance(one, makefile.Include):
            found.append(f'include {one.paths.text}')
        else:
            found.append(f'{one.place.line} export {" ".join(one.names)}'.strip())
    return found


STATEMENTS = {
    'each way to assign': (
        'A = 1\nB := 2\nC ?= 3\nD += 4\nE ::= 5\nF != date\n',
        ["1 A = '1'", "2 B := '2'", "3 C ?= '3'", "4 D += '4'", "5 E ::= '5'", "6 F != 'date'"],
    ),
    'an exported variable': ('export A = b c \n', ["1 export A = 'b c'"]),
    'names exported': ('export A B\nexport\n', ['1 export A B', '2 export']),
    'a value over lines': ('A = b \\\n   c\n', ["1 A = 'b  c'"]),
    'a comment behind a value': ('A = b # c\n', ["1 A = 'b'"]),
    'a hash that is none': ('A = b\\#c\n', ["1 A = 'b\\\\#c'"]),
    'a definition of lines': ('define A\nx\n\ty\nendef\n', ["1 A = 'x\\n\\ty'"]),
    'a rule': ('a b: c\n\tx\n\t@y\n', ["1 a b: c 'x' '@y'"]),
    'a rule with a command in its line': ('a: b ; x\n', ["1 a: b  ' x'"]),
    'a command over lines': ('a:\n\tx \\\n\t  y\n', ["1 a: 'x \\\\\\n  y'"]),
    'empty lines, comments and conditionals inside a recipe': (
        'a:\n\tx\n\n# c\nifdef B\n\ty\nelse\n\tz\nendif\n',
        ["1 a: 'x' 'y' 'z'"],
    ),
    'a colon inside a reference': ('$(A:b=c): d\n', ['1 $(A:b=c): d']),
    'a variable of a target': ('a: export B = c\n', ["1 export a: B = 'c'"]),
    'a double colon': ('a:: b\n\tx\n', ["1 a:: b 'x'".replace('::', ':')]),
    'another recipe prefix': ('.RECIPEPREFIX = >\na:\n>x\n', ["1 .RECIPEPREFIX = '>'", "2 a: 'x'"]),
    'includes': ('include a.mk mk/*.mk\n-include b.mk\n', ['include a.mk mk/*.mk', 'include b.mk']),
    'line ends of Windows': ('A = b\r\na:\r\n\tx\r\n', ["1 A = 'b'", "2 a: 'x'"]),
    'a tab where no recipe is': ('\tA = b\n', []),
    'no statement': ('vpath %.c src\nunexport A\nhello\n', []),
}


@pytest.mark.parametrize(('text', 'expected'), STATEMENTS.values(), ids=STATEMENTS)
def test_statements(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_each_letter_of_a_recipe_line_knows_its_line() -> None:
    (rule,) = makefile.parse(Document('Makefile', 'a:\n\tx \\\n\t--token y\n'))
    assert isinstance(rule, makefile.Rule)
    (line,) = rule.recipe
    at = line.text.index('--token')
    assert line.place(at, at + 7).text == '--token'
    assert line.place(at, at + 7).line == 3


@pytest.mark.parametrize('text', ['$(' * 20_000, 'a:\n' + '\t\\\n' * 20_000, 'define A' + ' ' * 50_000 + 'x'])
def test_odd_input_is_read_in_time(text: str) -> None:
    assert len(makefile.parse(Document('Makefile', text))) <= 2
