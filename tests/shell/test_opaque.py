"""What the CI system replaces before the shell sees it: opaque ranges never break the syntax."""

from __future__ import annotations

import re

import pytest

from artifacts_guard.shell import syntax
from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump
from tests.shell.dump import walk

OPAQUE = (
    ('alone', 'echo ${{ a }}', '[echo #0]'),
    ('as the command', '${{ a }} b', '[#0 b]'),
    ('several in a word', 'echo x${{ a }}y${{ b }}${{ c }}', '[echo x·#0·y·#1·#2]'),
    ('in double quotes, with quotes inside', 'echo "x ${{ a || \'b\' }} y"', "[echo 'x '·'#0'·' y']"),
    ('in single quotes', "echo 'x ${{ a }} y' '${{ b }}'", "[echo 'x '·'#0'·' y' '#1']"),
    ('in ANSI-C quotes', "echo $'a\\n${{ b }}\\t'", "[echo 'a⏎'·'#0'·'⇥']"),
    ('in a here-document', 'cat <<E\nx ${{ a }} $y\nE\nnext', "[cat << 'x '·'#0'·' '·\"$y\"·'⏎'] ; [next]"),
    (
        'in a quoted here-document',
        "cat <<'E'\nx ${{ a }} $y\n${{ b }}E\nE\nnext",
        "[cat << 'x '·'#0'·' $y⏎'·'#1'·'E⏎'] ; [next]",
    ),
    ('in a here-document with tabs', 'cat <<-E\n\t${{ a }}\n\tE', "[cat <<- '#0'·'⏎']"),
    ('as a delimiter', 'cat <<${{ a }}\nb\n${{ a }}\nc', "[cat << 'b⏎'] ; [c]"),
    ('in redirections', 'cat <<<${{ a }} > ${{ b }}/c 2>&${{ d }}', '[cat <<< #0 > #1·/c 2>& #2]'),
    ('in arithmetic', 'echo $((1 + ${{ a }})) "$(( ${{ b }} ))"', "[echo $(())·#0 $(())·'#1']"),
    ('in an arithmetic command', '((${{ a }} > 1))', '<test #0>'),
    ('in values of assignments', 'A=${{ a }} B="${{ b }}" cmd', "[A=#0 B='#1' cmd]"),
    ('in names of assignments', 'A_${{ a }}=b ${{ c }}=d cmd', '[A_${{ a }}<#0>=b ${{ c }}<#1>=d cmd]'),
    ('in declarations', 'export A=${{ a }} ${{ b }}=c ${{ d }}', '[export: #2 A=#0 ${{ b }}<#1>=c]'),
    ('in arrays and their keys', 'a=(${{ a }} [${{ b }}]=${{ c }})', '[a=(#0 #1·#2)]'),
    ('in a subscript', 'a[${{ a }}]=b', '[a[${{ a }}]<#0>=b]'),
    ('in comments, where they are dropped', '# ${{ a }}\necho b # ${{ c }}', '[echo b]'),
    (
        'in parameter expansions',
        'echo ${X:-${{ a }}} "${X:+${{ b }}}" ${X_${{ c }}} ${X[${{ d }}]}',
        '[echo ${X :- #0} "${X :+ \'#1\'}" $X_${{ c }}·#2 $X[${{ d }}]·#3]',
    ),
    ('in substitutions', 'echo $(cmd ${{ a }} "${{ b }}")', "[echo $([cmd #0 '#1'])]"),
    ('in backquotes', 'echo `cmd ${{ a }} \\`x ${{ b }}\\``', '[echo $([cmd #0 $([x #1])])]'),
    (
        'in quotes in substitutions in quotes',
        'a "$(b "${{ c }}" <<E\n${{ d }}\nE\n)"',
        "[a \"$([b '#0' << '#1'·'⏎'])\"]",
    ),
    (
        'in tests',
        'if [[ ${{ a }} == "${{ b }}" && $x =~ ${{ c }} ]]; then ${{ d }}; fi',
        "<if <test #0 == '#1' $x =~ #2> then [#3]>",
    ),
    (
        'in loops and cases',
        'for x in ${{ a }}; do case ${{ b }} in ${{ c }}) ${{ d }};; esac; done',
        '<for x in #0 do <case #1 in #2) [#3]>>',
    ),
    (
        'in functions and names of them',
        'x() { ${{ a }}; }; ${{ b }}() { c; }',
        '<function x <group [#0]>> ; <function ${{ b }} <group [c]>>',
    ),
    (
        'after dollars and backslashes',
        'echo $${{ a }} \\${{ b }} \\\\${{ c }} "\\${{ d }}" "$${{ e }}"',
        "[echo $·#0 #1 '\\'·#2 '\\'·'#3' '$'·'#4']",
    ),
    ('over several lines', 'echo "${{ a\n || b }}"\nc', "[echo '#0'] ; [c]"),
    ('that look like substitutions', 'echo $(TOKEN) "$(X)y"', "[echo #0 '#1'·'y']"),
    ('between operators', '%%|%%&&%%;%%', '({[#0] | [#1]} && [#2]) ; [#3]'),
    ('in quotes that nothing closes', 'echo "${{ a }}', '[echo "·#0] !5-14'),
    ('after a hash', 'echo a#${{ b }} #${{ c }}', '[echo a#·#0]'),
    ('holding operators and quotes', 'echo ${{ a && "b" || \'c\' }};d', '[echo #0] ; [d]'),
)


def ranges(script: str) -> tuple[tuple[int, int], ...]:
    """Where the scripts of this table have expressions: `${{ … }}`, `$(NAME)` and `%%`."""
    return tuple(match.span() for match in re.finditer(r'\$\{\{.*?\}\}|\$\([A-Z]+\)|%%', script, re.DOTALL))


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in OPAQUE], ids=[case[0] for case in OPAQUE]
)
def test_opaque_ranges_come_back_as_parts(script: str, expected: str) -> None:
    assert dump(parse(script, ranges(script))) == expected


@pytest.mark.parametrize('script', [case[1] for case in OPAQUE], ids=[case[0] for case in OPAQUE])
def test_opaque_parts_stand_where_their_ranges_are(script: str) -> None:
    given = ranges(script)

    for part in walk(parse(script, given)):
        if isinstance(part, syntax.Opaque):
            assert (part.start, part.end) == given[part.index]


@pytest.mark.parametrize(
    'opaque',
    [
        pytest.param(((5, 5),), id='an empty one'),
        pytest.param(((7, 5),), id='one that ends before it begins'),
        pytest.param(((5, 99),), id='one past the end'),
        pytest.param(((-3, 2),), id='one before the start'),
    ],
)
def test_ranges_that_are_none_are_passed_over(opaque: tuple[tuple[int, int], ...]) -> None:
    assert dump(parse('echo abc def', opaque)) == '[echo abc def]'


def test_of_overlapping_ranges_the_first_counts_and_indexes_stay() -> None:
    assert dump(parse('echo abc def', ((5, 7), (6, 8), (9, 12)))) == '[echo #0·c #2]'


def test_characters_that_serve_as_masks_are_text_like_any_other() -> None:
    assert dump(parse('echo \x01\x02 "\x02" x', ((12, 13),))) == "[echo \ufffd\ufffd '\ufffd' #0]"
