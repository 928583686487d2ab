"""Parameters with their operators, substitutions, arithmetic."""

from __future__ import annotations

import pytest

from artifacts_guard.shell.parser import parse
from tests.shell.dump import dump

CASES = (
    (
        'plain and special parameters',
        'echo $a $1 $@ "$*" $? $$ $! $# $- $0 $_',
        '[echo $a $1 $@ "$*" $? $$ $! $# $- $0 $_]',
    ),
    ('only one digit without braces', 'echo $10 ${10}', '[echo $1·0 $10]'),
    ('braces end a name', 'echo ${a}b "${a}"', '[echo $a·b "$a"]'),
    (
        'defaults and alternatives',
        'echo ${a:-b} ${a-b} ${a:=b} ${a=b} ${a:?b} ${a?b} ${a:+b} ${a+b} ${a:-}',
        '[echo ${a :- b} ${a - b} ${a := b} ${a = b} ${a :? b} ${a ? b} ${a :+ b} ${a + b} ${a :- ε}]',
    ),
    ('an alternative with a quoted expansion', 'cmd ${T:+--token "$T"}', '[cmd ${T :+ --token ·"$T"}]'),
    ('a default in a default', 'echo ${A:-${B:-"$C"}}', '[echo ${A :- ${B :- "$C"}}]'),
    (
        'in double quotes a default may have quotes',
        'echo "${a:-"b c"}" "${a:-\'b\'}" "${a:-"}"}"',
        "[echo \"${a :- 'b c'}\" \"${a :- ''b''}\" \"${a :- '}'}\"]",
    ),
    ('a default with a substitution that holds a brace', 'echo ${a:-$(b "}")}', "[echo ${a :- $([b '}'])}]"),
    (
        'prefixes and suffixes',
        'echo ${a#b*} ${a##*/} ${a%.*} "${a%%\'x y\'*}"',
        '[echo ${a # b*} ${a ## */} ${a % .*} "${a %% \'x y\'·*}"]',
    ),
    (
        'replacements',
        'echo ${a/b} ${a/b/c} ${a//\\//"d e"} ${a/#b/c} ${a/%b/c} "${a//$\'\\n\'/,}"',
        "[echo ${a / b} ${a / b c} ${a // '/' 'd e'} ${a /# b c} ${a /% b c} \"${a // '⏎' ,}\"]",
    ),
    (
        'substrings',
        'echo ${a:0:4} ${a:1} ${a: -3} ${@:2} ${a:$b:$((c+1))}',
        '[echo ${a : 0 4} ${a : 1} ${a :  -3} ${@ : 2} ${a : $b $(())}]',
    ),
    (
        'case changes',
        'echo ${a^} ${a^^} ${a,} ${a,,[a-z]}',
        '[echo ${a ^ ε} ${a ^^ ε} ${a , ε} ${a ,, [a-z]}]',
    ),
    ('transformations', 'echo ${a@Q} ${a@E}', '[echo ${a @ Q} ${a @ E}]'),
    (
        'lengths',
        'echo ${#a} ${#} ${#a[@]} ${#a[0]} ${#1}',
        '[echo ${a length} $# ${a[@] length} ${a[0] length} ${1 length}]',
    ),
    (
        'indirection, names and keys',
        'echo ${!a} ${!a*} ${!a@} ${!a[@]} ${!a:-b} ${!#}',
        '[echo ${a indirect} ${a names} ${a names} ${a[@] keys} ${a indirect b} ${# indirect}]',
    ),
    (
        'subscripts',
        'echo ${a[0]} ${a[@]} "${a[*]}" ${a[$i]} ${a["k l"]} ${a[@]:1:2} ${a[b[1]]}',
        '[echo $a[0] $a[@] "$a[*]" $a[$i] $a["k l"] ${a[@] : 1 2} $a[b[1]]]',
    ),
    ('a command in a subscript is kept', 'echo ${a[$(cmd)]}', '[echo $a[$(cmd)]·$(($([cmd])))]'),
    (
        'command substitution',
        'echo $(a b) "$(c "d e")" x$(f | g)y',
        '[echo $([a b]) "$([c \'d e\'])" x·$({[f] | [g]})·y]',
    ),
    ('backquotes', 'echo `a b` "`c "d"`" `a; b`', '[echo $([a b]) "$([c \'d\'])" $([a] ; [b])]'),
    ('nested backquotes', 'echo `a \\`b \\\\\\`c\\\\\\`\\` \\$d`', '[echo $([a $([b $([c])]) $d])]'),
    ('escaped quotes in quoted backquotes', 'echo "`a \\"b c\\" $d`"', '[echo "$([a \'b c\' $d])"]'),
    ('a file read', 'echo "$(<file)"', '[echo "$([< file])"]'),
    (
        'a substitution with a comment and a case',
        'x=$(case a in # ) no\n a) b;; esac)',
        '[x=$(<case a in a) [b]>)]',
    ),
    ('a substitution over lines', 'x=$(\n  a\n  b\n)', '[x=$([a] ; [b])]'),
    ('process substitution', 'diff <(a) <(b | c) > >(d)', '[diff <([a]) <({[b] | [c]}) > >([d])]'),
    ('process substitution within a word', 'cmd --file=<(a)', '[cmd --file=·<([a])]'),
    ('arithmetic', 'echo $((1+(2*$x))) "$((a))" $[1+2]', '[echo $(()) $(()) $(())]'),
    ('commands in arithmetic', 'echo $(( $(a) + ${b:-`c`} ))', '[echo $(($([a]) $([c])))]'),
    (
        'a subshell in a substitution is no arithmetic',
        'echo $((a); b) $((a) | b)',
        '[echo $(<subshell [a]> ; [b]) $({<subshell [a]> | [b]})]',
    ),
)


@pytest.mark.parametrize(
    ('script', 'expected'), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_expansions(script: str, expected: str) -> None:
    assert dump(parse(script)) == expected
