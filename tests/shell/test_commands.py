"""Simple commands, declarations, redirections, pipelines and lists."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump

CASES = (
    ('nothing', '', ''),
    ('only comments', '# a\n  # b\n', ''),
    ('separators', 'a; b\nc & d', '[a] ; [b] ; [c] & ; [d]'),
    ('prefix assignments', 'A=1 B="$x" C= cmd D=2', '[A=1 B="$x" C=ε cmd D=2]'),
    ('assignments alone', 'A=1 B=$(c)', '[A=1 B=$([c])]'),
    (
        'appended and indexed assignments',
        'A+=x B[0]=y C[$i]+=z D["k l"]=v',
        '[A+=x B[0]=y C[$i]+=z D["k l"]=v]',
    ),
    ('an assignment of an assignment', 'A=B=c:~/d', '[A=B=c:~/d]'),
    ('no assignment without a name', './a=b 1a=b a-b=c "a"=b', "[./a=b 1a=b a-b=c 'a'·=b]"),
    ('redirection before the command', '>out A=1 2>&1 cmd', '[A=1 cmd > out 2>& 1]'),
    ('words after redirections', 'echo a > f b 2>&1 c', '[echo a b c > f 2>& 1]'),
    (
        'all redirection operators',
        'a <b >c >>d >|e &>f &>>g <>h <<<i >&2 <&- 3>&1- 2>/dev/null',
        '[a < b > c >> d >| e &> f &>> g <> h <<< i >& 2 <& - 3>& 1- 2> /dev/null]',
    ),
    ('a number is a descriptor only at a redirection', 'echo 2 >a 3>b c4>d', '[echo 2 c4 > a 3> b > d]'),
    ('a named descriptor', 'exec {fd}>f', '[exec > f]'),
    ('a command of redirections alone', '> f', '[> f]'),
    (
        'arrays',
        'a=(b "c d" $e # f\n  g) h=() i+=(--token "$T")',
        '[a=(b \'c d\' $e g) h=() i+=(--token "$T")]',
    ),
    (
        'array elements with keys are listed by value',
        'a=([0]=b ["c d"]="e f" [$g]+=h [i])',
        "[a=(b 'e f' h [i])]",
    ),
    ('a glob in an array is no key', 'a=([a-z]*)', '[a=([a-z]*)]'),
    ('export', 'export A=b C="$D" -p E', '[export: -p A=b C="$D" E]'),
    ('export of quoted assignments', 'export "A=$B" \'C=d e\' "F"', '[export: A="$B" C=\'d e\' F]'),
    ('export of computed names', 'export $A "$B=c" 2>f', '[export: $A "$B"·\'=c\' 2> f]'),
    (
        'the other declarations',
        'local -r a=1 b; declare -A m=([k]=v); readonly c; typeset -i d=2',
        '[local: -r a=1 b] ; [declare: -A m=(v)] ; [readonly: c] ; [typeset: -i d=2]',
    ),
    ('pipes', 'a | b |& c', '{[a] | [b] |& [c]}'),
    ('a pipe goes on after a line end and comments', 'a | # x\n\n b', '{[a] | [b]}'),
    ('negation', '! a | b; ! ! c', '!{[a] | [b]} ; [c]'),
    ('a bang is a word elsewhere', 'echo !; find . ! -name x', '[echo !] ; [find . ! -name x]'),
    ('time', 'time a | b; time -p c; time; time -f %e d', '{[a] | [b]} ; [c] ; [] ; [time -f %e d]'),
    ('and and or', 'a && b || c && d', '((([a] && [b]) || [c]) && [d])'),
    ('and goes on after a line end', 'a &&\n  # x\n  b', '([a] && [b])'),
    ('background of a list', 'a && b & c', '([a] && [b]) & ; [c]'),
    ('a test command', '[ -n "$T" ] && test "$a" = b', '([[ -n "$T" ]] && [test "$a" = b])'),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_commands(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected
