"""Words: quotes, escapes, line continuations, globs."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump

CASES = (
    ('words are split at blanks', 'echo  a\tb', '[echo a b]'),
    ('a line continuation in a word joins it', 'a\\\nb c', '[a·b c]'),
    ('a line continuation between words is a blank', 'a \\\n  b', '[a b]'),
    ('a backslash quotes one character', 'echo \\ foo\\ bar a\\"b', "[echo ' '·foo·' '·bar a·'\"'·b]"),
    ('double quotes keep blanks and expand', 'echo "a  $x b"', "[echo 'a  '·\"$x\"·' b']"),
    ('double quotes know four escapes', 'echo "a\\"b\\$c\\\\d\\`e\\n"', "[echo 'a\"b$c\\d`e\\n']"),
    ('a line end in double quotes is kept', 'echo "a\nb"', "[echo 'a⏎b']"),
    ('a line continuation in double quotes is removed', 'echo "a\\\nb"', "[echo 'ab']"),
    ('single quotes keep everything', 'echo \'a "$x" \\n\'', '[echo \'a "$x" \\n\']'),
    ('ANSI-C quotes are decoded', "echo $'a\\n\\x41\\101\\u00e9\\'b\\\\'", "[echo 'a⏎AAé'b\\']"),
    ('translated strings are double quotes', 'echo $"hello $x"', '[echo \'hello \'·"$x"]'),
    ('quotes of all kinds join into one word', 'echo a"b"\'c\'$d"$e"', "[echo a·'b'·'c'·$d·\"$e\"]"),
    ('an empty string is a word', 'echo "" \'\' a""', "[echo '' '' a·'']"),
    ('a dollar before nothing is literal', 'echo $ a$ "$" "a$" $% "$ "', "[echo $ a$ '$' 'a$' $% '$ ']"),
    ('globs, braces and tildes stay', 'ls ~/*.txt {a,b}/?[c-d]', '[ls ~/*.txt {a,b}/?[c-d]]'),
    ('extended globs are one word', 'ls @(a|b)?(c d)*.x !(*.o)', '[ls @(a|b)?(c d)*.x !(*.o)]'),
    ('a hash within a word is no comment', "echo a#b '#c' #d", "[echo a#b '#c']"),
    ('an equals sign after the command name is literal', 'env A=b --token=$T', '[env A=b --token=·$T]'),
    (
        'reserved words are words elsewhere',
        'echo if then { } ! [[ ]] done',
        '[echo if then { } ! [[ ]] done]',
    ),
    (
        'carriage returns before line ends are blanks',
        'echo a\r\nif b; then\r\n  c\r\nfi\r\n',
        '[echo a] ; <if [b] then [c]>',
    ),
    ('non-ASCII text counts by characters', 'é "ü$x" ñ', '[é \'ü\'·"$x" ñ]'),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_words(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected
